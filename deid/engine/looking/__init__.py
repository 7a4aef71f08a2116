"""Looking at the pixels of many images: what belongs together, and what is found on each."""
