"""The ledger cannot be changed, and whoever changes it all the same is found out."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from portal import ledger
from portal.ledger.chain import digest_of
from portal.ledger.checking import make_checkpoint, verify
from portal.models import LedgerEvent, Organisation, Person

pytestmark = pytest.mark.django_db

CHAIN = Path(__file__).resolve().parents[2] / "portal" / "ledger" / "chain.py"


@pytest.fixture
def ten_rows(person: Person) -> Organisation:
    """Ten events about one organisation."""
    subject = Organisation.objects.create(name="Sponsor", slug="sponsor")
    for number in range(10):
        ledger.record(person, "counted", subject, count=number)
    return subject


def tamper(statement: str, *values: object) -> None:
    """Do what somebody with all rights over the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def verdict_on(export: Path, old: str = "") -> subprocess.CompletedProcess[str]:
    """Verify an export without the portal, with its key and *old* ones."""
    keys = {"TESSERA_LEDGER_SIGNING_KEY": settings.LEDGER_SIGNING_KEY, "TESSERA_OLD_LEDGER_SIGNING_KEYS": old}
    command = [sys.executable, "-I", "-S", str(CHAIN), str(export)]
    return subprocess.run(command, capture_output=True, text=True, env={**keys, "PATH": ""}, check=False)


def test_an_untouched_ledger_is_intact(ten_rows):
    make_checkpoint()
    assert verify() == []
    assert list(LedgerEvent.objects.values_list("sequence", flat=True)) == list(range(1, 11))


def test_a_row_is_written_in_a_transaction_or_not_at_all(ten_rows, person):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ledger.record(person, "lost", ten_rows)
        raise ZeroDivisionError
    assert LedgerEvent.objects.count() == 10
    assert ledger.record(person, "kept", ten_rows).sequence == 11


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded(person):
    with pytest.raises(RuntimeError):
        ledger.record(person, "lost", person)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_ledgerevent SET verb = 'other' WHERE sequence = 5",
        "DELETE FROM portal_ledgerevent WHERE sequence = 5",
        "TRUNCATE portal_ledgerevent",
        "UPDATE portal_ledgercheckpoint SET sequence = 1",
        "DELETE FROM portal_ledgercheckpoint",
        "TRUNCATE portal_ledgercheckpoint",
    ],
)
def test_the_database_refuses_to_change_it(ten_rows, statement):
    make_checkpoint()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert verify() == []


@pytest.mark.parametrize(
    "column, value",
    [
        ("verb", "'other'"),
        ("at", "at + interval '1 second'"),
        ("subject_id", "'somebody-else'"),
        ("subject_type", "'portal.person'"),
        ("detail", """'{"count": 99}'"""),
    ],
)
def test_an_edited_row_is_named(ten_rows, column, value):
    tamper(f"UPDATE portal_ledgerevent SET {column} = {value} WHERE sequence = 5")
    assert verify() == ["Row 5 was changed: its content does not have its digest."]


def test_an_edited_row_with_a_fitting_digest_is_named_by_its_successor(ten_rows):
    row = LedgerEvent.objects.get(sequence=5).as_row() | {"verb": "other"}
    tamper("UPDATE portal_ledgerevent SET verb = 'other', digest = %s WHERE sequence = 5", digest_of(row))
    assert verify() == ["Row 6 does not follow row 5: it was put in, moved, or written anew."]


def test_a_deleted_row_is_named(ten_rows):
    tamper("DELETE FROM portal_ledgerevent WHERE sequence = 5")
    assert verify()[0] == "Row 5 is missing."


def test_an_inserted_row_is_named(ten_rows):
    tamper("UPDATE portal_ledgerevent SET sequence = sequence + 100 WHERE sequence > 5")
    tamper("UPDATE portal_ledgerevent SET sequence = sequence - 99 WHERE sequence > 100")
    tamper(
        "INSERT INTO portal_ledgerevent (sequence, at, actor_id, verb, subject_type, subject_id, detail, "
        "previous, digest) SELECT 6, at, actor_id, 'forged', subject_type, subject_id, detail, repeat('a', 64), "
        "repeat('b', 64) FROM portal_ledgerevent WHERE sequence = 5"
    )
    found = verify()
    assert "Row 6 was changed: its content does not have its digest." in found
    assert "Row 6 does not follow row 5: it was put in, moved, or written anew." in found


def test_swapped_rows_are_named(ten_rows):
    tamper("UPDATE portal_ledgerevent SET sequence = 99 WHERE sequence = 4")
    tamper("UPDATE portal_ledgerevent SET sequence = 4 WHERE sequence = 7")
    tamper("UPDATE portal_ledgerevent SET sequence = 7 WHERE sequence = 99")
    found = verify()
    assert "Row 4 was changed: its content does not have its digest." in found
    assert "Row 7 was changed: its content does not have its digest." in found


def test_a_cut_tail_is_found_by_the_checkpoint(ten_rows):
    make_checkpoint()
    tamper("DELETE FROM portal_ledgerevent WHERE sequence > 7")
    assert verify() == ["The end is cut off: the ledger ends at row 7, a checkpoint knows row 10."]


def test_a_chain_written_anew_is_found_by_the_checkpoint(ten_rows, person):
    make_checkpoint()
    tamper("DELETE FROM portal_ledgerevent")
    for _ in range(10):
        ledger.record(person, "whitewashed", ten_rows)
    assert verify() == ["Row 10 is not the row that the checkpoint knows: the chain was written anew."]


def test_a_forged_checkpoint_is_found(ten_rows):
    make_checkpoint()
    tamper("UPDATE portal_ledgercheckpoint SET sequence = 3")
    assert verify() == ["The checkpoint at row 3 is not signed with the key of this portal."]


def test_what_an_earlier_key_signed_is_right_while_that_key_is_known(ten_rows, person, settings, tmp_path):
    make_checkpoint()
    first, settings.LEDGER_SIGNING_KEY = settings.LEDGER_SIGNING_KEY, "second"
    ledger.record(person, "counted", ten_rows)
    make_checkpoint()
    assert verify() == ["The checkpoint at row 10 is not signed with the key of this portal."]
    settings.OLD_LEDGER_SIGNING_KEYS = [first]
    assert verify() == []
    export = tmp_path / "ledger.jsonl"
    call_command("export_ledger", export, stdout=StringIO())
    assert verdict_on(export, old="").returncode == 1
    assert verdict_on(export, old=f"other,{first}").returncode == 0
    tamper("UPDATE portal_ledgercheckpoint SET sequence = 3 WHERE sequence = 10")
    assert verify() == ["The checkpoint at row 3 is not signed with the key of this portal."]


def test_the_command_fails_and_names_the_row(ten_rows):
    call_command("verify_ledger", stdout=StringIO())
    tamper("DELETE FROM portal_ledgerevent WHERE sequence = 5")
    said = StringIO()
    with pytest.raises(CommandError, match="NOT intact"):
        call_command("verify_ledger", stderr=said)
    assert "Row 5 is missing." in said.getvalue()


def test_an_export_is_verified_without_the_portal(ten_rows, tmp_path):
    export = tmp_path / "ledger.jsonl"
    call_command("export_ledger", export, stdout=StringIO())

    verdict = verdict_on(export)
    assert (verdict.returncode, verdict.stdout) == (0, "10 rows, 1 checkpoints: nothing wrong.\n")
    lines = export.read_text().splitlines()
    export.write_text("\n".join([*lines[:9], lines[-1]]))
    verdict = verdict_on(export)
    assert verdict.returncode == 1
    assert "The end is cut off: the ledger ends at row 9" in verdict.stdout


def test_an_older_export_convicts_a_ledger_that_lost_its_checkpoints(ten_rows, tmp_path):
    export = tmp_path / "ledger.jsonl"
    call_command("export_ledger", export, stdout=StringIO())
    tamper("DELETE FROM portal_ledgercheckpoint")
    tamper("DELETE FROM portal_ledgerevent WHERE sequence > 7")
    assert verify() == []
    with pytest.raises(CommandError):
        call_command("verify_ledger", against=export, stderr=StringIO())


@pytest.mark.parametrize(
    "value", ["Jane Doe", "1.2.840.113619.2.55", "ümlaut", 1.5, {"name": "x"}, b"raw", "x" * 100]
)
def test_what_could_be_a_datum_is_refused(person, value):
    with pytest.raises(ValueError, match="identifiers, codes and counts"):
        ledger.record(person, "leaked", person, value=value)
    assert not LedgerEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_leave_no_gap_and_no_fork(person):
    def write(_: int) -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    ledger.record(person, "raced", person)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert list(LedgerEvent.objects.values_list("sequence", flat=True)) == list(range(1, 81))
    assert verify() == []


def test_an_exported_line_holds_what_the_digest_covers(ten_rows):
    row = json.loads(json.dumps(LedgerEvent.objects.get(sequence=3).as_row()))
    assert digest_of(row) == row["digest"]
    assert digest_of(row | {"previous": "0" * 64}) != row["digest"]
