"""The child: reads calls of one function from each line of its standard input, answers one line each, under limits.

Started by `deid.engine.sandbox.pool`; whatever the engine or a decoder prints goes nowhere.
"""

import base64
import errno
import gc
import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from deid.engine.errors import EngineError, TooLargeError, UnreadableError
from deid.engine.sandbox.limits import Limits, allow_processor_time, apply_limits
from deid.engine.sandbox.places import PLACES

# So many new objects before the first generation is looked through; the default is 700.
SELDOM = 50_000


def _function(name: str) -> Callable[..., Any]:
    """Return a registered function."""
    module, _, attribute = PLACES[name].partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def _packed(result: Any) -> dict[str, Any]:
    if isinstance(result, bytes):
        return {"bytes": base64.b64encode(result).decode("ascii")}
    return {"result": result}


def answer(name: str, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Call a registered function and return its result, its refusal, or that it failed; never a value of the file."""
    refusal: EngineError
    try:
        return _packed(_function(name)(*args, **kwargs))
    except EngineError as error:
        refusal = error
    except MemoryError:
        refusal = TooLargeError("The file needs more memory than one file may take.", code="too_much_memory")
    except OSError as error:
        if error.errno != errno.EFBIG:
            return {"failed": type(error).__name__}
        refusal = TooLargeError("The result grows beyond what one file may write.")
    except Exception as error:  # a reader that stumbles is a refusal of this file, not the end of the worker
        refusal = UnreadableError(
            f"The file could not be processed ({type(error).__name__}).", code="not_understood"
        )
    return {"refused": [refusal.code, refusal.reason]}


def _private_output() -> BinaryIO:
    """Return the pipe to the parent; what is printed goes where errors go from now on, which is nowhere."""
    pipe = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return pipe


def _collect_seldom() -> None:
    """Look for circles of garbage seldom: elements form none, and there are hundreds in each file."""
    gc.set_threshold(SELDOM)


def main() -> None:
    """Answer calls until the parent closes the pipe."""
    out = _private_output()
    limits = Limits(**json.loads(sys.argv[1]))
    apply_limits(limits)
    _collect_seldom()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        for args, kwargs in asked["calls"]:
            allow_processor_time(limits.cpu_seconds)
            out.write(json.dumps(answer(asked["name"], args, kwargs)).encode() + b"\n")


if __name__ == "__main__":
    main()
