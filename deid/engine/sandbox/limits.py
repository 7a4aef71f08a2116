"""How much one untrusted file may cost."""

import math
import resource
import time
from dataclasses import dataclass

MAPPED_FILES = 32 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a child process; memory is what it allocates, mapped read-only files do not count."""

    memory_bytes: int = 1 << 30
    cpu_seconds: int = 60
    file_size_bytes: int = 8 << 30
    wall_seconds: float = 120.0


def apply_limits(limits: Limits) -> None:
    """Put this process under *limits*; the processor time is set anew before each call."""
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))
    most = limits.memory_bytes + MAPPED_FILES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_size_bytes, limits.file_size_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_processor_time(seconds: int) -> None:
    """Allow this process *seconds* more from now on; beyond it is killed."""
    used = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))
