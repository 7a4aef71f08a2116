"""Who may: every address, every role, allowed and denied.

A stranger is told that a thing does not exist (404); somebody who may look but not act is told so (403); a
visitor is sent to sign in (302), or told to by the API (401).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import AsyncClient, Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from deid.models import Release
from portal.models import Person, Series
from requests_app.models import Grant
from requests_app.policies import may_read, readable_series
from tests.who_may.interface import api_rows
from tests.who_may.pages import page_rows
from tests.who_may.rows import ROLES, Row
from tests.who_may.scene import README, SECRET, Scene, as_json, make_scene
from tests.world import World

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def scene(committed_world: World, objects: None) -> Scene:
    """One of everything, and somebody in every role."""
    return make_scene(committed_world)


def signed_in(person: Person | None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


class UndoneError(Exception):
    """Takes back whatever a request changed, so that every cell meets the same scene."""


def ask(client: Client, row: Row) -> Any:
    """Send the row's request, and take back what it did."""
    address = reverse(row.name, kwargs=row.keys)
    said: dict[str, Any] = {"data": row.data, "headers": dict(row.headers)}
    if isinstance(row.data, bytes):
        said["content_type"] = "application/octet-stream"
    elif row.name.startswith("api-") and row.method not in {"get", "head"}:
        said |= {"data": as_json(row.data), "content_type": "application/json"}
    if row.query:
        address = f"{address}?{row.query}"
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            response = getattr(client, row.method)(address, **said)
            raise UndoneError
    except UndoneError:
        client.cookies = cookies
        return response


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address of the site with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}", pattern


def deeds(pattern: URLPattern) -> set[str]:
    """Return what can be done at an address, as far as its view says so."""
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    if view is None:
        return set()
    actions = {f"post {action}" for action in getattr(view, "actions", ())}
    # Django's own views of accounts answer PUT as POST.
    spoken = {"get", "post"} if view.__module__ == "portal.views.account" else set(METHODS)
    return actions | {
        method for method in spoken if hasattr(view, method) and not (actions and method == "post")
    }


def test_every_cell_of_the_table_is_right(scene: Scene) -> None:
    clients = {role: signed_in(scene.people[role]) for role in ROLES}
    rows = [*page_rows(scene), *api_rows(scene)]
    wrong = []
    for role, client in clients.items():
        for row in rows:
            status = ask(client, row).status_code
            if status != row.expected(role):
                wrong.append(
                    f"{role:<13}{row.deed} {row.name} {row.keys}: {status}, not {row.expected(role)}"
                )
    assert not wrong, f"{len(wrong)} of {len(rows) * len(ROLES)} cells:\n" + "\n".join(wrong)


def test_every_address_and_every_act_stands_in_the_table(scene: Scene) -> None:
    rows = [*page_rows(scene), *api_rows(scene)]
    known = dict(routes())
    assert {row.name for row in rows} == set(known)
    covered = {(row.name, row.deed) for row in rows}
    missing = {(name, deed) for name, pattern in known.items() for deed in deeds(pattern)} - covered
    assert not missing - {("portal:sign_out", "get")}


def listed(client: Client) -> set[str]:
    answer = client.get(reverse("api-held-grants"))
    rows = answer.json()["results"] if answer.status_code == 200 else []
    return {row["id"] for row in rows if row["state"] == "active"}


def detailed(client: Client) -> set[str]:
    return {
        str(grant.pk)
        for grant in Grant.objects.all()
        if client.get(reverse("api-release", args=[grant.pk])).status_code == 200
    }


def handed_out(person: Person | None) -> set[str]:
    """Return the grants of which the person gets bytes, having looked at the bytes."""
    return {str(grant.pk) for grant in Grant.objects.all() if first_bytes(person, grant) == README}


@async_to_sync
async def first_bytes(person: Person | None, grant: Grant) -> bytes:
    client = AsyncClient()
    if person is not None:
        await client.aforce_login(person)
    response = await client.get(reverse("delivery:file", args=[grant.pk, "README.md"]))
    if response.status_code != 200:
        return b""
    return b"".join([block async for block in response.streaming_content])


def entitled(person: Person | None) -> set[str]:
    readable = readable_series(person or AnonymousUser())
    released = Release.objects.filter(items__series__in=readable).values_list("grant_id", flat=True)
    return {str(grant_id) for grant_id in released}


def test_list_detail_bytes_and_entitlement_are_the_same_set(scene: Scene) -> None:
    for state, holders in (("active", {"researcher", "collaborator"}), ("suspended", set())):
        Grant.objects.update(state=state)
        for role, person in scene.people.items():
            sets = [
                listed(signed_in(person)),
                detailed(signed_in(person)),
                handed_out(person),
                entitled(person),
            ]
            assert sets == [{str(scene.grant.pk)} if role in holders else set()] * 4, (role, state)
            series = Series.objects.all()
            asker = person or AnonymousUser()
            assert {one.pk for one in series if may_read(asker, one)} == set(
                readable_series(asker).values_list("pk", flat=True)
            )


def test_what_a_role_may_not_see_is_in_no_answer_it_gets(scene: Scene) -> None:
    """The members' deliberation, and the names of what another sponsor has not published."""
    inside, read_it = {"member", "chair"}, set()
    hidden = {"manager", "curator"}
    for role, person in scene.people.items():
        client = signed_in(person)
        for row in [*page_rows(scene), *api_rows(scene)]:
            if row.method != "get" or row.name.startswith("delivery:"):
                continue
            response = ask(client, row)
            body = response.getvalue() if response.streaming else response.content
            about = (role, row.name, row.keys)
            read_it |= {role} if SECRET.encode() in body else set()
            assert role in inside or role not in read_it, about
            assert role in hidden or b"NCT-hidden" not in body, about
            assert role == "admin" or b"nobody@elsewhere.example" not in body or role == "stranger", about
    assert read_it == inside
