"""Untrusted files are only touched in a resource-limited child process."""

from deid.engine.sandbox.limits import Limits
from deid.engine.sandbox.pool import Pool, run

__all__ = ["Limits", "Pool", "run"]
