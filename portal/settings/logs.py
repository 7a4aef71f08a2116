"""Where log lines go: one JSON object a line on standard error, in every process alike."""

from __future__ import annotations

from typing import Any

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        name: {"handlers": [], "propagate": True, "level": level}
        for name, level in {
            "django": "INFO",
            "django.server": "WARNING",
            "uvicorn": "INFO",
            "uvicorn.error": "INFO",
            "uvicorn.access": "WARNING",
            "celery": "INFO",
            "pydicom": "ERROR",
        }.items()
    },
}
