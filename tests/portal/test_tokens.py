"""Access tokens: made by their owner in a session, shown once, alive until they end."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.models import AccessToken, LedgerEvent
from portal.services import tokens
from tests.portal.builders import person

pytestmark = pytest.mark.django_db
API = "/api/v1/tokens"
SECRET = re.compile(r"tessera_[\w-]{43}")
WANTED = {"name": "laptop", "scopes": ["read", "download"], "days": 30}


@pytest.fixture
def rosa(client):
    made = person("Rosa")
    client.force_login(made)
    return made


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def test_the_page_shows_a_new_secret_once_and_it_signs_a_program_in(client, rosa):
    page = client.post("/account/tokens/", WANTED)
    secret = SECRET.search(page.content.decode()).group()
    assert "no-store" in page["Cache-Control"]
    assert not SECRET.search(client.get("/account/tokens/").content.decode())
    client.logout()
    assert client.get("/api/v1/me", headers=bearer(secret)).json()["email"] == rosa.email
    assert not AccessToken.objects.filter(digest__contains=secret).exists()


def test_a_revoked_token_opens_nothing_and_both_acts_are_in_the_ledger(client, rosa):
    token, secret = tokens.issue_token(person=rosa, name="x", scopes=["read"], days=1)
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    client.post(f"/account/tokens/{token.pk}/revoke/")
    client.logout()
    assert client.get("/api/v1/me", headers=bearer(secret)).status_code == 401
    verbs = LedgerEvent.objects.filter(subject_id=str(token.pk)).order_by("sequence")
    assert list(verbs.values_list("verb", flat=True)) == ["token made", "token revoked"]


def test_nobody_sees_or_revokes_the_tokens_of_others(client, rosa):
    token, _ = tokens.issue_token(person=person("Otto"), name="of Otto", scopes=["read"], days=1)
    assert b"of Otto" not in client.get("/account/tokens/").content
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert client.delete(f"{API}/{token.pk}").status_code == 404
    assert client.get(API).json()["results"] == []
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_api_makes_lists_and_revokes(client, rosa):
    made = client.post(API, WANTED, content_type="application/json")
    assert made.status_code == 201
    assert SECRET.fullmatch(made.json()["secret"])
    (listed,) = client.get(API).json()["results"]
    assert (listed["name"], listed["scopes"]) == ("laptop", ["read", "download"])
    assert "secret" not in listed
    assert "digest" not in listed
    assert client.delete(f"{API}/{listed['id']}").status_code == 204
    assert AccessToken.objects.get().revoked_at is not None


def test_a_token_cannot_make_list_or_revoke_tokens(client, rosa):
    token, secret = tokens.issue_token(
        person=rosa, name="x", scopes=["read", "write", "upload", "download"], days=1
    )
    client.logout()
    for answer in (
        client.get(API, headers=bearer(secret)),
        client.post(API, WANTED, content_type="application/json", headers=bearer(secret)),
        client.delete(f"{API}/{token.pk}", headers=bearer(secret)),
    ):
        assert answer.status_code == 403
        assert answer.json()["code"] == "session_only"
    assert AccessToken.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"scopes": []}, {"scopes": ["everything"]}, {"days": 0}, {"days": 366}, {"name": ""}]
)
def test_a_token_that_makes_no_sense_is_refused_with_what_to_mend(client, rosa, wrong):
    answer = client.post(API, {**WANTED, **wrong}, content_type="application/json")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == list(wrong)
    assert client.post("/account/tokens/", {**WANTED, **wrong}).status_code == 200
    assert AccessToken.objects.count() == 0


def test_a_token_ends_by_itself(client, rosa):
    _, secret = tokens.issue_token(person=rosa, name="x", scopes=["read"], days=2)
    client.logout()
    assert client.get("/api/v1/me", headers=bearer(secret)).status_code == 200
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/me", headers=bearer(secret)).status_code == 401


def test_the_page_says_which_tokens_have_expired(client, rosa):
    tokens.issue_token(person=rosa, name="x", scopes=["read"], days=2)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        client.force_login(rosa)
        assert "Expired" in client.get("/account/tokens/").content.decode()
