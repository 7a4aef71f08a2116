"""Example people, trials and collections, made at start-up and walked through the portal's own services."""
