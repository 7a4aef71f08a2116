"""The portal's Celery application with a few jobs that only tests know."""

from portal.celery import app
from tests.portal import example_jobs

__all__ = ["app", "example_jobs"]
