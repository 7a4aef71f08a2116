"""The delivery app: every door through which bytes leave."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Downloads and their receipts."""

    name = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
