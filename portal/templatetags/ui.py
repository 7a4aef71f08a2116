"""Small words of the design system: icons, status badges, times, sizes and numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

DONE, WAITS, STOPPED, HAPPENS = ("ok", "check"), ("wait", "clock"), ("bad", "alert"), ("info", "refresh")
# The word of a state, of whichever app, to its tone and icon. The text beside it is the state's own label.
STATES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ["published", "accepted", "approved", "active", "granted", "signed", "sealed", "done", "cleared"],
        DONE,
    ),
    **dict.fromkeys(
        ["finished", "uploaded", "indexed", "inspected", "attested", "verified", "succeeded", "ready"],
        DONE,
    ),
    **dict.fromkeys(
        ["in_curation", "submitted", "in_review", "pending", "queued", "agreement_out", "appealed"], WAITS
    ),
    **dict.fromkeys(["approved_with_conditions", "received", "planned", "open"], WAITS),
    **dict.fromkeys(["running", "building", "verifying", "uploading", "receiving", "inspecting"], HAPPENS),
    **dict.fromkeys(["rejected", "declined", "failed", "withheld", "revoked", "dead", "suspended"], STOPPED),
    "returned": ("wait", "undo"),
    "draft": ("", "pencil"),
    "expanded": ("", "folder"),
    "here_already": ("", "check"),
    "left_out": ("", "dot"),
    "superseded": ("", "archive"),
    "withdrawn": ("", "stop"),
    "expired": ("", "clock"),
    "closed_out": ("", "archive"),
    "purged": ("", "archive"),
}
MINUTE, HOUR, DAY = 60, 3600, 86400
STEPS = [(365 * DAY, "year"), (30 * DAY, "month"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")]


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Return the icon *name* of the sprite; decoration unless it has a *label*."""
    href = static("portal/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, href, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', href, name)


@register.simple_tag
def status(state: str, label: str = "") -> SafeString:
    """Return the badge of a state: text, icon and colour."""
    tone, sign = STATES.get(str(state), ("", "dot"))
    text = label or str(getattr(state, "label", state)).replace("_", " ").capitalize()
    return mark_safe(  # noqa: S308 (rendered by a template, which escapes)
        render_to_string("components/status.html", {"tone": tone, "icon": sign, "text": text})
    )


@register.simple_tag
def when(moment: datetime | date | None) -> SafeString:
    """Return a `<time>` that says how long ago or ahead, and the exact moment on hover or focus."""
    if moment is None:
        return SafeString("")
    if not isinstance(moment, datetime):
        exact = f"{moment.day} {moment:%B %Y}"
        start = timezone.make_aware(datetime.combine(moment, time(12)))
        days = round((start - timezone.now()).total_seconds() / DAY)
        relative = "today" if days == 0 else since(start)
        return _time(moment.isoformat(), exact, relative)
    local = timezone.localtime(moment)
    return _time(moment.isoformat(), f"{local.day} {local:%B %Y, %H:%M:%S %Z}", since(moment))


def _time(iso: str, exact: str, relative: str) -> SafeString:
    return format_html(
        '<time class="when" datetime="{}" data-exact="{}" tabindex="0">{}'
        '<span class="visually-hidden"> ({})</span></time>',
        iso,
        exact,
        relative,
        exact,
    )


@register.inclusion_tag("components/time_left.html")
def time_left(starts: datetime, ends: datetime) -> dict[str, Any]:
    """Draw how much of a period is left, as a bar with both ends named."""
    total = max((ends - starts).days, 1)
    left = min(max((ends - timezone.now()).days, 0), total)
    return {"starts": starts, "ends": ends, "left": left, "total": total}


@register.filter
def since(moment: datetime | None) -> str:
    """Return “3 days ago” or “in 2 hours”."""
    if moment is None:
        return ""
    seconds = (timezone.now() - moment).total_seconds()
    for size, word in STEPS:
        count = int(abs(seconds) // size)
        if count:
            amount = f"{count} {word}{'' if count == 1 else 's'}"
            return f"{amount} ago" if seconds > 0 else f"in {amount}"
    return "just now" if seconds >= 0 else "in a moment"


@register.filter
def filesize(count: float | None) -> str:
    """Return a number of bytes in the unit that a person would take (1 MB = 1,000,000 bytes)."""
    amount = float(count or 0)
    for unit in ["B", "kB", "MB", "GB", "TB"]:
        if amount < 1000 or unit == "TB":
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError("unreachable")


@register.filter
def number(count: object) -> str:
    """Return a whole number with its thousands set apart; anything else as it is."""
    return f"{count:,}" if isinstance(count, int) else str(count if count is not None else "")


@register.filter
def plain(count: object) -> str:
    """Return a number as machines read it, whatever the language of the page."""
    return str(count or 0)


@register.filter
def pairs(values: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """Return names and values; a template's own `.items` would take the value of a key of that name."""
    return list((values or {}).items())


@register.filter
def counted(count: int, words: str) -> str:
    """Return “1 file” or “2 files” for the words “file,files”."""
    one, many = words.split(",")
    return f"{count:,} {one if count == 1 else many}"


@register.filter
def is_check(field: BoundField) -> bool:
    """Say whether the field is one check box, whose label stands after it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Say whether the field is a group of choices, which needs a legend instead of a label."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, page: int) -> str:
    """Return this address with another page number, all filters kept."""
    query = context["request"].GET.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"


@register.simple_tag
def crumbs(*parts: Any) -> list[dict[str, str]]:
    """Return breadcrumbs from label, address, label, address …, label."""
    pairs = zip(parts[::2], [*parts[1::2], ""], strict=False)
    return [{"label": str(label), "href": str(href)} for label, href in pairs]


@register.simple_tag
def json_ld(value: Any) -> SafeString:
    """Return a description for machines in a script element that holds data, not a script."""
    text = json.dumps(value, ensure_ascii=False).translate(
        {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
    )
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 (signs are escaped)
