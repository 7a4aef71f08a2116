"""What people of the field bring gets through, and what is refused says what to do."""

import io
import json

import pytest

from deid.engine import RefusedError, sandbox
from deid.engine.formats.bids.sidecars import clean_sidecar
from deid.engine.formats.kinds import Kind, kind_of
from deid.engine.formats.tables.rows import rows_of
from deid.engine.identity import Identity
from tests.deid.test_command import run

IDENTITY = Identity(bytes(32))


def reason_of(content):
    with pytest.raises(RefusedError) as refused:
        clean_sidecar(io.BytesIO(content), io.BytesIO(), identity=IDENTITY, subject_key="s")
    assert refused.value.code == "bad_sidecar"
    return refused.value.reason


def test_records_and_annotations_that_are_no_sidecar_are_refused_and_not_emptied():
    annotations = {"images": [{"id": 1}], "annotations": [{"id": 1, "bbox": [1, 2, 3, 4]}], "categories": []}
    assert "Bring records and annotations as a table (CSV)." in reason_of(json.dumps(annotations).encode())
    assert "Bring records as a table (CSV)." in reason_of(b'[{"record_id": "P77"}]')


def test_an_empty_sidecar_stays_empty():
    out = io.BytesIO()
    clean_sidecar(io.BytesIO(b"{}"), out, identity=IDENTITY, subject_key="s")
    assert json.loads(out.getvalue()) == {}


@pytest.mark.parametrize("content", [b"P2\n2 2\n9\n1 2\n3 4\n", b"P3\n1 1\n9\n1 2 3\n", b"P1\n2 1\n1 0\n"])
def test_a_plain_pixmap_needs_no_more_memory_than_it_is_long(content, tmp_path):
    (tmp_path / "a.pgm").write_bytes(content)
    sandbox.run("clean_file", "image", tmp_path / "a.pgm", tmp_path / "b.pgm", "ab" * 32, "s")
    assert (tmp_path / "b.pgm").read_bytes().split() == content.split()


def test_a_table_with_a_title_above_its_header_says_what_to_remove():
    _, rows = rows_of(io.BytesIO(b"Export of 2019\n\npatient_id,value\nP77,3\n"), ".csv")
    with pytest.raises(RefusedError, match="Remove what stands above the names of the columns"):
        list(rows)


def test_a_readme_of_a_data_set_is_cleaned_and_keeps_its_name(tmp_path):
    (tmp_path / "key").write_text("ab" * 32)
    folder = tmp_path / "in" / "bids"
    folder.mkdir(parents=True)
    (folder / "README").write_text("Images of the brain. Contact Dr. Quackenbush.\n")
    (folder / "CHANGES").write_text("1.0.0 initial release\n")
    done, report = run(tmp_path, tmp_path / "in", tmp_path / "out")
    assert done.returncode == 0 and kind_of("a/README") is Kind.DOCUMENT
    assert (tmp_path / "out" / "README").read_text() == "Images of the brain. Contact\n"
    assert (tmp_path / "out" / "CHANGES").read_text() == "1.0.0 initial release\n"
    assert report["cleaned"] == 2
