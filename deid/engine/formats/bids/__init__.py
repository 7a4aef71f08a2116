"""The Brain Imaging Data Structure: names, sidecars and gradient tables beside NIfTI images."""
