"""The portal app: who and what."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortalConfig(AppConfig):
    """People, trials, collections, their index, the ledger and the jobs."""

    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register its jobs, and what it shows on the pages of others, in every process alike."""
        autodiscover_modules("tasks", "fragments", "schema")
        # Late, because the app registry must be complete before a model can be imported.
        import_module("portal.jobs.delivery").deliver_all()
