"""Reading a leaked file of any kind: what is packed in it, and which marks of a release it carries."""
