"""Making a release: clean each item, verify each item with the second reader, seal all or nothing."""
