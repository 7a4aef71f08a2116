"""Rows of the who-may table: a method at an address, and what each role gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "visitor", "stranger", "researcher", "collaborator", "manager", "rival",
    "member", "chair", "curator", "admin",
)  # fmt: skip
SIGNED_IN = tuple(role for role in ROLES if role != "visitor")
INSIDERS = ("manager", "curator")
HOLDERS = ("researcher", "collaborator")


@dataclass(frozen=True)
class Row:
    """A method at an address: `roles` get `yes`, those in `others` what stands there, all others `no`."""

    name: str
    keys: dict[str, Any] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    yes: int = 200
    no: int = 404
    visitor: int = 302
    others: Mapping[int, Iterable[str]] = field(default_factory=dict)
    method: str = "get"
    data: Any = field(default_factory=dict)
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def expected(self, role: str) -> int:
        """Return the status that *role* must get."""
        if role in self.roles:
            return self.yes
        for status, roles in self.others.items():
            if role in roles:
                return status
        return self.visitor if role == "visitor" else self.no

    @property
    def deed(self) -> str:
        """What the row does, as the tests name it: `get`, `post`, or `post vote` for a page with actions."""
        action = self.data.get("action") if isinstance(self.data, dict) else None
        return f"{self.method} {action}" if action else self.method


def page(name: str, *roles: str, **more: Any) -> Row:
    """Return a row of a page; visitors are sent to sign in."""
    keys = {key: more.pop(key) for key in list(more) if key not in Row.__dataclass_fields__}
    return Row(name, keys, frozenset(roles), **more)


def public(name: str, **more: Any) -> Row:
    """Return a row of a page for everybody."""
    return page(name, *ROLES, **more)


def api(name: str, *roles: str, **more: Any) -> Row:
    """Return a row of the API; visitors are told to sign in."""
    return page(name, *roles, **{"visitor": 401, **more})


def act(name: str, action: str, *roles: str, **more: Any) -> Row:
    """Return a row of a named action of a page, after which one is led on."""
    data = {"action": action, **more.pop("data", {})}
    return page(name, *roles, **{"method": "post", "yes": 302, "data": data, **more})
