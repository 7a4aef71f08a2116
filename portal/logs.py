"""Log lines that cannot leak: an event, identifiers, and where it happened; never a value of the data.

The event is the message *template*: its arguments are dropped, because nobody can promise what a library puts
there. Identifiers come in `extra` and must look like one. Of an exception its type and the code's own lines
remain; its message, which may quote the data, does not.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime

IDENTIFIERS = (
    "job", "task", "attempt", "code", "status", "method", "route", "count", "seconds", "submission", "file",
    "collection", "grant", "release", "request_id", "part",
)  # fmt: skip
OPAQUE = re.compile(r"[A-Za-z0-9_.:/<>-]{1,64}")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object without any value that a library or a file brought in."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        for name in IDENTIFIERS:
            value = getattr(record, name, None)
            if value is not None and OPAQUE.fullmatch(str(value)):
                line[name] = value if isinstance(value, int | float) else str(value)
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line)
