"""Whose the files of a tree are: what they state, what their folders and tables say, and the decision."""
