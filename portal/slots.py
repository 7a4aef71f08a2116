"""Places in the pages that other apps fill: by name, so that `portal` imports none of them.

An app registers in its module `fragments`, which is imported when the apps are ready:

    slots.register("collection.terms", template="requests_app/fragments/terms.html", context=terms_context)
    slots.register_link("nav", label="Committee", url_name="requests:queue", shown=sits_somewhere)
    slots.register_conditions("version.publish", findings_are_signed_off)
    slots.register_confirmations("collection.public", texts_that_may_name_a_subject)
    slots.register_figures("version", faces_that_were_removed)

and a page asks with `{% slot "collection.terms" collection %}`, `links("nav", request)`,
`conditions_for("version.publish", version)` or `figures_for("version", version)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Context = Callable[[HttpRequest, Any], Mapping[str, Any] | None]
Shown = Callable[[HttpRequest], bool]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A template that an app shows on another's page; its context function may answer None: not shown."""

    template: str
    context: Context
    order: int


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu, shown to whom it concerns."""

    label: str
    url_name: str
    shown: Shown
    order: int
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One hard condition: what must hold, whether it does, and where to mend it."""

    label: str
    met: bool
    detail: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One thing that whoever acts must say to have looked at; its token is another one as soon as that thing is."""

    label: str
    token: str


Conditions = Callable[[Any], Iterable[Condition]]
Confirmations = Callable[[Any], Iterable[Confirmation]]
Figures = Callable[[Any], Mapping[str, Any]]

_fragments: dict[str, list[Fragment]] = defaultdict(list)
_links: dict[str, list[Link]] = defaultdict(list)
_conditions: dict[str, list[Conditions]] = defaultdict(list)
_confirmations: dict[str, list[Confirmations]] = defaultdict(list)
_figures: dict[str, list[Figures]] = defaultdict(list)


def register(slot: str, *, template: str, context: Context, order: int = 100) -> None:
    """Show *template* in *slot*, with what *context* returns for the request and the slot's subject."""
    _fragments[slot].append(Fragment(template, context, order))
    _fragments[slot].sort(key=lambda fragment: fragment.order)


def register_link(
    menu: str, *, label: str, url_name: str, shown: Shown, order: int = 100, icon: str = ""
) -> None:
    """Put an entry into *menu* (`nav`, `sponsor`, `admin`) for those for whom *shown* is true."""
    _links[menu].append(Link(label, url_name, shown, order, icon))
    _links[menu].sort(key=lambda link: link.order)


def register_conditions(gate: str, conditions: Conditions) -> None:
    """Ask *conditions* before the act named by *gate* (such as `version.publish`)."""
    _conditions[gate].append(conditions)


def register_confirmations(gate: str, confirmations: Confirmations) -> None:
    """Ask before the act named by *gate* for what *confirmations* returns."""
    _confirmations[gate].append(confirmations)


def register_figures(page: str, figures: Figures) -> None:
    """Add what *figures* counts to what is kept for *page* (such as `version`), small cells suppressed."""
    _figures[page].append(figures)


def fragments(slot: str) -> tuple[Fragment, ...]:
    """Return what the apps show in *slot*, in order."""
    return tuple(_fragments[slot])


def links(menu: str, request: HttpRequest) -> list[Link]:
    """Return the entries of *menu* that this request's person should see."""
    return [link for link in _links[menu] if link.shown(request)]


def conditions_for(gate: str, subject: object) -> list[Condition]:
    """Return every hard condition of *gate* for *subject*, met or not."""
    return [condition for ask in _conditions[gate] for condition in ask(subject)]


def confirmations_for(gate: str, subject: object) -> list[Confirmation]:
    """Return everything that must be confirmed before the act named by *gate* is done to *subject*."""
    return [one for ask in _confirmations[gate] for one in ask(subject)]


def figures_for(page: str, subject: object) -> dict[str, Any]:
    """Return what the apps count for *page* of *subject*, each figure under its name."""
    return {name: value for count in _figures[page] for name, value in count(subject).items()}
