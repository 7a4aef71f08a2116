"""Work that is done in a fork of this process, in silence, and ended with whatever it started."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def be_child(work: Callable[[], object], folder: Path) -> None:
    """Do the *work* in a group of processes of its own, whose children look for modules in *folder* first, and end."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    paths = (str(folder), os.environ.get("PYTHONPATH", ""))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    try:
        work()
    finally:
        os._exit(0)


def end(child: int) -> None:
    """End a fork and whatever it started, also where this process is told to end."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
