"""The deid app."""

from django.apps import AppConfig


class DeidConfig(AppConfig):
    """De-identification: intake, findings, keys and releases."""

    name = "deid"
    default_auto_field = "django.db.models.BigAutoField"
