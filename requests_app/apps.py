"""The requests_app app."""

from django.apps import AppConfig


class RequestsAppConfig(AppConfig):
    """Access requests, committees, agreements, grants and the one entitlement function."""

    name = "requests_app"
    default_auto_field = "django.db.models.BigAutoField"
