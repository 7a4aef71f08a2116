"""Real servers out of Python wheels, started and stopped together by one supervisor."""
