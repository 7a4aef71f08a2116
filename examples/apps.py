"""The example data of the embedded portal; never installed in production."""

from django.apps import AppConfig


class ExamplesConfig(AppConfig):
    """Makes the `load_examples` command known."""

    name = "examples"
