"""Synthetic images with planted synthetic identifiers, and the real files that come with wheels."""
