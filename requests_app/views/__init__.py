"""The pages, by phase of the work."""
