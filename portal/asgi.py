"""The web server's entry: `uvicorn portal.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

from portal.limits import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = BodyLimit(get_asgi_application())  # type: ignore[arg-type]
