"""The workers' entry: `celery -A portal.celery worker -Q quick,receiving,heavy`."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from portal.embedded.trampoline import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("tessera")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Jobs are found by `PortalConfig.ready`, in every process alike.


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_our_logging(**_: Any) -> None:
    """Leave logging as the settings made it; Celery would print task arguments."""


@worker_process_init.connect  # type: ignore[untyped-decorator]
def leave_no_orphan(**_: Any) -> None:
    """End a pool process with its worker, even when that is killed."""
    die_with_parent()
