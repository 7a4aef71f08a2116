"""`{% slot "name" subject %}` shows what other apps have registered for that place."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from portal import slots

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, subject: Any = None) -> SafeString:
    """Return the fragments of the slot *name* for *subject*, rendered one after the other."""
    request = context["request"]
    parts = []
    for fragment in slots.fragments(name):
        values = fragment.context(request, subject)
        if values is not None:
            parts.append(render_to_string(fragment.template, dict(values), request=request))
    return mark_safe("".join(parts))  # noqa: S308 (rendered by templates, which escape)


@register.simple_tag(takes_context=True)
def menu(context: template.Context, name: str) -> list[dict[str, Any]]:
    """Return the entries of the menu *name* for the person who asks, the present one marked."""
    request = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {"label": link.label, "url_name": link.url_name, "current": here == link.url_name}
        for link in slots.links(name, request)
    ]
