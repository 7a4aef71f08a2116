"""The queues of jobs. Each has workers of its own, which the embedded set and the production set start alike."""

# What takes long waits apart from what people wait for: an upload is received and read though a thousand series are inspected.
QUICK, RECEIVING, HEAVY = QUEUES = ("quick", "receiving", "heavy")
