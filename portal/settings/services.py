"""What the modes read from the environment alike: database, broker, object store, mail, keys."""

from __future__ import annotations

from typing import Any

import environ


def database(env: environ.Env) -> dict[str, Any]:
    """Return the database settings; each change runs in the transaction of its service."""
    settings: dict[str, Any] = env.db("DATABASE_URL")
    settings["ENGINE"] = "django.db.backends.postgresql"
    # Under ASGI each request has its own thread, so a kept connection would never be found again.
    settings["CONN_MAX_AGE"] = 0
    settings.setdefault("OPTIONS", {})["options"] = (
        "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    )
    return settings


def bucket(env: environ.Env, name: str) -> dict[str, str]:
    """Return address and credentials of one of the two buckets (RAW, RELEASED)."""
    return {
        "endpoint_url": env(f"S3_{name}_ENDPOINT_URL", default="") or env("S3_ENDPOINT_URL"),
        "region": env("S3_REGION", default="us-east-1"),
        "bucket": env(f"S3_{name}_BUCKET", default=f"tessera-{name.lower()}"),
        "access_key_id": env(f"S3_{name}_ACCESS_KEY_ID"),
        "secret_access_key": env(f"S3_{name}_SECRET_ACCESS_KEY"),
    }


def celery(env: environ.Env, visibility_seconds: int) -> dict[str, Any]:
    """Return Celery's settings: JSON only, late acknowledgement, nothing kept in the broker."""
    return {
        "CELERY_BROKER_URL": env("CELERY_BROKER_URL"),
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "visibility_timeout": visibility_seconds,
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
            "max_retries": 1,
            "interval_start": 0,
            "interval_max": 0.2,
        },
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_WORKER_REDIRECT_STDOUTS": False,
        "CELERY_TASK_DEFAULT_QUEUE": "quick",
        "CELERY_TASK_CREATE_MISSING_QUEUES": True,
        "CELERY_TASK_ROUTES": ("portal.jobs.routing.route",),
        "CELERY_TIMEZONE": "UTC",
        "CELERY_BEAT_SCHEDULE": {
            "find what the queue lost": {"task": "portal.sweep_jobs", "schedule": 10.0},
        },
    }
