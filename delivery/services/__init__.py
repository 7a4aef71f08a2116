"""What the doors do."""
