"""Starts a command that ends with its parent, even when that is killed: `trampoline.py PARENT SIGNAL COMMAND…`.

Uses the standard library only. It runs as a script between the supervisor and each part, because the promise to
the kernel must be made in the process that becomes the part (changing the user namespace would forget it).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send signal *number* to this process when its parent ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def main(arguments: list[str]) -> None:
    """Become the command, unless the parent has already gone."""
    parent, number, *command = arguments
    die_with_parent(int(number))
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
