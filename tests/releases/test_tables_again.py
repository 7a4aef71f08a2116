"""A released table is read again with its source beside it: days that did not move stop the release."""

import csv
import io

import pytest

from deid.keys import collection_key, grant_key
from deid.models import Release
from deid.services.intake.reading import known_subject
from deid.services.knowing import remember_known_values
from deid.services.looking import cleaning_pool
from deid.services.planning import rebuild_release, stop_release
from deid.services.releasing.sources import fetch_table
from deid.services.releasing.tables_again import TableAgain
from deid.services.risk import left_in_table
from deid.services.tabling import set_roles
from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable, Subject
from tests.releases.conftest import members_of, walk_to_release

pytestmark = pytest.mark.django_db

SOURCE = """subject_id;visit_date;-age;-remarks;noted;surname
T7-P2;02.03.2019;61;seen on 2 Mar 2019;A;Quackenbush
T7-P1;05.06.2020;54;better since 2019-11-05;B;Grimwade
T7-P2;04.05.2019;61;;A;Quackenbush
"""


@pytest.fixture
def release(world, objects) -> Release:
    collection = world.collection("visits", published=False)
    upload(collection, [("visits.csv", SOURCE.encode())], world.manager)
    run_queued()
    table = ClinicalTable.objects.get()
    wanted = {"-remarks": "free_text", "noted": "code", "-age": "age"}
    roles = {column.pk: wanted.get(column.name, column.role) for column in table.columns.all()}
    set_roles(person=world.manager, table_id=table.pk, roles=roles)
    curate(collection, world.curator)
    publish(collection, world.people)
    return walk_to_release(world, collection)


@pytest.fixture
def again(release, tmp_path):
    """Read the released table again as it is, or with one writing replaced by another."""
    table = ClinicalTable.objects.get()
    (body,) = [body for name, body in members_of(release).items() if name.endswith("clinical/table-1.csv")]

    def kinds(old: str = "", new: str = "") -> list[str]:
        text = body.decode("utf-8-sig")
        assert not old or old in text
        (tmp_path / "t.csv").write_text(text.replace(old, new, 1) if old else text)
        source = fetch_table(table, tmp_path, cleaning_pool())
        found = TableAgain(table, *source, tmp_path / "t.csv", grant_key(release.grant_id))
        return sorted({hit.kind for hit in found.hits()})

    return kinds, list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")))), tmp_path


def test_days_that_did_not_move_are_found_in_the_released_table(again):
    kinds, rows, _ = again
    assert kinds() == []
    # What a cleaner would leave that forgets a column, a text or a writing.
    day = next(row["visit_date"] for row in rows if row["'-remarks"].startswith("seen"))
    text = next(row["'-remarks"] for row in rows if row["'-remarks"].startswith("seen"))
    assert kinds(day, "02.03.2019") == ["date"]
    assert kinds(text, "seen on 2 Mar 2019") == ["date"]
    assert kinds(rows[0]["subject_id"], rows[-1]["subject_id"]) == ["rows differ"]
    assert kinds("subject_id,", "") == ["columns differ"]


def test_a_heading_that_looks_like_a_formula_is_read_again_as_any_other(again, release):
    kinds, rows, folder = again
    assert kinds() == [] and "'-age" in rows[0]
    left = left_in_table(ClinicalTable.objects.get(), folder / "t.csv")
    assert sorted(said["-age"] for said in left.values()) == [["54"], ["61"]]


def test_a_text_whose_heading_looks_like_a_formula_is_searched_for_names_at_its_place(again, release):
    kinds, rows, _ = again
    collection = ClinicalTable.objects.get().collection
    key = known_subject(collection_key(collection), "T7-P1")
    remember_known_values(
        Subject.objects.create(collection=collection, key=key, number=1), ["Zorblatt^Vexilla"]
    )
    assert "'-remarks" in rows[0] and kinds() == []
    assert kinds("better", "Vexilla better") == ["name"]


def test_a_release_that_is_built_again_has_the_same_bytes_unless_a_name_came_to_be_known(world, release):
    def built_again() -> bytes:
        stop_release(grant_id=release.grant_id)
        run_queued()
        rebuild_release(person=world.admin, release_id=release.pk)
        run_queued()
        release.refresh_from_db()
        assert release.state == "sealed"
        return next(
            body for name, body in members_of(release).items() if name.endswith("clinical/table-1.csv")
        )

    before = next(body for name, body in members_of(release).items() if name.endswith("clinical/table-1.csv"))
    collection = ClinicalTable.objects.get().collection
    upload(collection, [("more.csv", b"subject_id,arm\nT7-P9,A\n")], world.manager)
    run_queued()
    assert built_again() == before and b"better since" in before
    key = known_subject(collection_key(collection), "T7-P1")
    remember_known_values(
        Subject.objects.create(collection=collection, key=key, number=1), ["Better^Vexilla"]
    )
    assert b"better since" not in built_again()
