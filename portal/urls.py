"""The addresses of the site.

Each app brings its pages in a module `urls` (`page_urls` here) and its part of the API in `api_urls`; they are
joined by name, so that this app imports none of the others.
"""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from portal.health import healthz

APPS = ("storage", "deid", "requests_app", "delivery")


def joined(prefix: str, *modules: str) -> list[URLPattern | URLResolver]:
    """Return the routes of all *modules* that there are, below *prefix*."""
    return [path(prefix, include(module)) for module in modules if find_spec(module)]


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "api/v1/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/docs.html"),
        name="api-docs",
    ),
    *joined("api/v1/", "portal.api_urls", *(f"{app}.api_urls" for app in APPS)),
    *joined("", "portal.page_urls", *(f"{app}.urls" for app in APPS)),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
