"""Markdown that people write about their collections, as safe HTML."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

BELOW = 3  # The page's own headings are of level one and two.
_reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def html(text: str, highest: int = BELOW) -> SafeString:
    """Return *text* as HTML, its headings from level *highest* down.

    Tags in it are shown, not used, and pictures from elsewhere are not loaded.
    """
    tokens = _reader.parse(text)
    levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(highest + levels.index(token.tag), 6)}"
    rendered: str = _reader.renderer.render(tokens, _reader.options, {})
    return mark_safe(rendered)  # noqa: S308 (tags are escaped)
