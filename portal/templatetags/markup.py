"""Markdown in templates."""

from django import template
from django.utils.safestring import SafeString

from portal.markdown import BELOW, html

register = template.Library()


@register.filter
def markdown(text: str, highest: int = BELOW) -> SafeString:
    """Return Markdown as HTML, its headings from level *highest* down; raw HTML in it stays text."""
    return html(text, highest)
