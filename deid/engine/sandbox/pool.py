"""Run engine functions on untrusted files in a child process that may die without harm.

A plain subprocess with pipes, so that it also works inside daemonic workers. One child serves many calls;
when one
kills it, only that call is refused and the next gets a fresh child.
"""

import base64
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deid.engine.errors import EngineError, RefusedError
from deid.engine.sandbox.limits import Limits
from deid.engine.sandbox.places import PLACES

ROOT = Path(__file__).resolve().parents[3]
SIGNALS = {
    -9: ("killed", "Processing the file was killed, most likely for want of memory."),
    -24: ("too_much_time", "The file takes more processor time than one file may."),
    -25: ("too_large", "The result grows beyond what one file may write."),
    -11: ("crashed", "A decoder crashed on the file; it is damaged or hostile."),
    -6: ("crashed", "A decoder crashed on the file; it is damaged or hostile."),
}


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
        if function_name not in PLACES:
            raise ValueError(f"{function_name!r} is no function for a child")
        arguments = [os.fspath(arg) if isinstance(arg, os.PathLike) else arg for arg in args]
        line = json.dumps({"name": function_name, "args": arguments, "kwargs": kwargs}).encode() + b"\n"
        with self._lock:
            reply = json.loads(self._exchange(line))
        if "refused" in reply:
            raise RefusedError.because(*reply["refused"])
        if "failed" in reply:
            raise EngineError(
                f"The child could not reach its files ({reply['failed']}).", code="files_unreachable"
            )
        return base64.b64decode(reply["bytes"]) if "bytes" in reply else reply["result"]

    def close(self) -> None:
        """End the child."""
        child, self._child, self._waiting = self._child, None, b""
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()

    def _exchange(self, line: bytes) -> bytes:
        """Send one call and return the answer; a dead or late child is a refusal."""
        child = self._started()
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the child has no pipes")
        try:
            child.stdin.write(line)
            child.stdin.flush()
        except BrokenPipeError:
            raise self._refusal(child) from None
        return self._answer(child)

    def _answer(self, child: subprocess.Popen[bytes]) -> bytes:
        """Return one line of the child's, waiting no longer than allowed."""
        deadline = time.monotonic() + self.limits.wall_seconds
        parts = []
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)  # type: ignore[arg-type]
            while True:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    self.close()
                    raise RefusedError.because("too_much_time", "The file takes longer than one file may.")
                block = os.read(child.stdout.fileno(), 1 << 16)  # type: ignore[union-attr]
                if not block:
                    raise self._refusal(child)
                parts.append(block)
                if block.endswith(b"\n"):
                    return b"".join(parts)

    def _refusal(self, child: subprocess.Popen[bytes]) -> RefusedError:
        """Say why the child died and forget it."""
        status = child.wait()
        self.close()
        code, reason = SIGNALS.get(status, ("crashed", "Processing the file ended unexpectedly."))
        return RefusedError.because(code, reason)

    def _started(self) -> subprocess.Popen[bytes]:
        """Return the child, starting one if there is none alive."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
            paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
            kept = {
                name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "HOME") if name in os.environ
            }
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
