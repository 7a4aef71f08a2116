"""The pages of uploads, and the pictures of series."""
