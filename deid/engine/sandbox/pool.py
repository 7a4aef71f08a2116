"""Run engine functions on untrusted files in a child process that may die without harm.

A plain subprocess with pipes, so that it also works inside daemonic workers. One child serves many calls;
when one
kills it, only that call is refused and the next gets a fresh child.
"""

import base64
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from deid.engine.errors import EngineError, RefusedError
from deid.engine.sandbox.limits import Limits
from deid.engine.sandbox.places import PLACES

ROOT = Path(__file__).resolve().parents[3]
PIECE = 1 << 16
SIGNALS = {
    -9: ("killed", "Processing the file was killed, most likely for want of memory."),
    -24: ("too_much_time", "The file takes more processor time than one file may."),
    -25: ("too_large", "The result grows beyond what one file may write."),
    -11: ("crashed", "A decoder crashed on the file; it is damaged or hostile."),
    -6: ("crashed", "A decoder crashed on the file; it is damaged or hostile."),
}
ENDED = ("crashed", "Processing the file ended unexpectedly.")


# What a function is called with: its arguments, and those that have names.
Call = tuple[Sequence[Any], Mapping[str, Any]]


def _plain(argument: Any) -> Any:
    """Return an argument as JSON can say it."""
    return os.fspath(argument) if isinstance(argument, os.PathLike) else argument


def _unpacked(reply: dict[str, Any]) -> Any:
    """Return what the child answered, or the error that it answered with."""
    if "refused" in reply:
        return RefusedError.because(*reply["refused"])
    if "failed" in reply:
        return EngineError(
            f"The child could not reach its files ({reply['failed']}).", code="files_unreachable"
        )
    return base64.b64decode(reply["bytes"]) if "bytes" in reply else reply["result"]


class Pool:
    """One limited child at a time, started when needed and again when it died; use as a context manager."""

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._waiting = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, function_name: str, *args: Any, **kwargs: Any) -> Any:
        """Return what the registered function answers (bytes for pictures).

        Raises `RefusedError` when the file is at fault, `EngineError` when its folder or disk is.
        """
        (answer,) = self.run_each(function_name, [(args, kwargs)])
        if isinstance(answer, EngineError):
            raise answer
        return answer

    def run_each(self, function_name: str, calls: Sequence[Call]) -> list[Any]:
        """Return what the registered function answers to each of the *calls*, or the error that `run` would raise.

        They are handed over together, which costs far less than one by one; a call that ends the child costs itself alone.
        """
        if function_name not in PLACES:
            raise ValueError(f"{function_name!r} is no function for a child")
        answers: list[Any] = []
        with self._lock:
            while len(answers) < len(calls):
                answers += self._answers(function_name, calls[len(answers) :])
        return answers

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            # Waits, and closes the pipes also where the child left a call unread; closing them by hand fails there.
            child.communicate()

    def _answers(self, function_name: str, calls: Sequence[Call]) -> list[Any]:
        """Return the answers to the *calls*, up to the one in which the child ended: a dead or late child is a refusal."""
        child = self._started()
        asking, answering = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
        asked = [(list(map(_plain, args)), kwargs) for args, kwargs in calls]
        answers: list[Any] = []
        try:
            asking.write(json.dumps({"name": function_name, "calls": asked}).encode() + b"\n")
            asking.flush()
            for _call in calls:
                answers.append(_unpacked(json.loads(self._line(child, answering.fileno()))))
        except BrokenPipeError:
            answers.append(self._refusal(child))
        except RefusedError as refusal:
            answers.append(refusal)
        return answers

    def _line(self, child: subprocess.Popen[bytes], number: int) -> bytes:
        """Return the next line of the child's, waiting no longer than allowed; *number* is its pipe."""
        deadline = time.monotonic() + self.limits.wall_seconds
        poll = select.poll()
        poll.register(number, select.POLLIN)
        parts = [self._waiting]
        while b"\n" not in parts[-1]:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                self.close()
                raise RefusedError.because("too_much_time", "The file takes longer than one file may.")
            parts.append(os.read(number, PIECE))
            if not parts[-1]:
                raise self._refusal(child)
        line, _, self._waiting = b"".join(parts).partition(b"\n")
        return line

    def _refusal(self, child: subprocess.Popen[bytes]) -> RefusedError:
        """Say why the child died and forget it."""
        status = child.wait()
        self.close()
        code, reason = SIGNALS.get(status, ENDED)
        return RefusedError.because(code, reason)

    def _started(self) -> subprocess.Popen[bytes]:
        """Return the child, starting one if there is none alive."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            quiet = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
            paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
            kept = {
                name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "HOME") if name in os.environ
            }
            self._waiting = b""
            self._child = subprocess.Popen(
                [sys.executable, "-m", "deid.engine.sandbox.child", json.dumps(asdict(self.limits))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=kept | quiet | {"PYTHONPATH": paths},
                close_fds=True,
            )
        return self._child


def run(function_name: str, *args: Any, limits: Limits = Limits(), **kwargs: Any) -> Any:  # noqa: B008 - frozen
    """Run one registered function in a child of its own; for many files use a `Pool`."""
    with Pool(limits) as pool:
        return pool.run(function_name, *args, **kwargs)
