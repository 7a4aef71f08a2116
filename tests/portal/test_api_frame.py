"""What holds for every address of the API: tokens, scopes, errors, headers, and logs that tell nothing."""

import json
import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from portal.logs import JsonLines
from portal.models import AccessToken, Person, Scope

ADDRESS = "/api/v1/submissions"


@pytest.fixture
def token(person: Person) -> tuple[AccessToken, str]:
    """A token for uploads, alive for a day."""
    return AccessToken.objects.issue(
        person=person, name="laptop", scopes=[Scope.UPLOAD], expires_at=timezone.now() + timedelta(days=1)
    )


def ask(secret: str, address: str = ADDRESS):
    return APIClient().get(address, headers={"Authorization": f"Bearer {secret}"})


def test_a_living_token_signs_in_and_its_use_is_noted(token):
    row, secret = token
    assert ask(secret).status_code == 200
    row.refresh_from_db()
    assert row.last_used_at is not None


def test_only_a_digest_of_a_token_is_kept(token):
    row, secret = token
    kept = json.dumps(AccessToken.objects.filter(pk=row.pk).values().get(), default=str)
    assert secret not in kept and secret.removeprefix("tessera_") not in kept


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"digest": "0" * 64},
    ],
)
def test_a_dead_token_is_refused(token, change):
    row, secret = token
    AccessToken.objects.filter(pk=row.pk).update(**change)
    answer = ask(secret)
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
    assert answer["WWW-Authenticate"] == 'Bearer realm="tessera"'


def test_a_token_of_somebody_who_was_shut_out_is_refused(token, person):
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert ask(token[1]).status_code == 401


def test_a_token_reaches_no_further_than_its_scopes(token):
    row, secret = token
    AccessToken.objects.filter(pk=row.pk).update(scopes=[Scope.READ])
    answer = ask(secret)
    assert answer.status_code == 403
    assert answer.json()["code"] == "token_scope"


def test_an_error_is_a_problem_with_a_code_and_words(person):
    client = APIClient()
    client.force_login(person)
    answer = client.post(ADDRESS, {"collection": ""}, format="json")
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["code"], said["title"]) == (400, "invalid_input", "Bad Request")
    assert said["fields"]["collection"]


def test_a_write_over_a_session_needs_the_token_of_the_form(person):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.post(ADDRESS, {"collection": "x"}, format="json").status_code == 403


def test_every_answer_carries_the_headers_that_close_the_browser(db):
    answer = Client().get("/healthz")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_api_describes_itself(db):
    schema = Client().get("/api/v1/schema/?format=json").json()
    assert "/api/v1/submission-files/{id}/parts/{number}" in schema["paths"]


def line_of(record: logging.LogRecord) -> str:
    return JsonLines().format(record)


def test_a_log_line_keeps_the_event_and_identifiers_and_drops_every_value():
    record = logging.LogRecord("x", logging.INFO, "f", 1, "opened %s", ("DOE^JANE",), None)
    record.job, record.file, record.patient = "0b1c", "DOE^JANE 1970", "DOE"
    line = line_of(record)
    assert json.loads(line)["event"] == "opened %s"
    assert json.loads(line)["job"] == "0b1c"
    assert "DOE" not in line


def test_of_an_exception_a_log_line_keeps_type_and_place_only():
    try:
        raise KeyError("DOE^JANE")
    except KeyError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "failed", (), (KeyError, error, error.__traceback__)
        )
    line = line_of(record)
    assert json.loads(line)["error"] == "KeyError"
    assert "test_api_frame.py" in line
    assert "DOE" not in line
