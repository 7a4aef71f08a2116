"""Pages for the administrators of the portal."""
