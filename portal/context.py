"""What every page knows: the theme that was chosen, and the menus for the person's roles."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import slots


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the theme and the menu; the menu is worked out only where a template shows it."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in {"light", "dark"} else "",
        "menu": SimpleLazyObject(lambda: menu(request)),
    }


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of the header for this request's person, the present one marked."""
    match = request.resolver_match
    here = match.view_name if match else ""
    return [
        {"label": link.label, "url_name": link.url_name, "current": here == link.url_name}
        for link in slots.links("nav", request)
    ]
