"""What was decided for one instance serves the next ones, and changes nothing of what comes out."""

import io
from collections.abc import Mapping

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import Identity, RefusedError, clean_dicom, load_profile
from deid.engine.acting.commons import commons_of
from deid.engine.acting.context import Context, Memory, Treated
from deid.engine.cleaning import Cleaner
from deid.engine.command.one_file import clean_one
from deid.engine.deciding.rules import Rule
from deid.engine.reading.elements import Element
from tests.deid.conftest import as_bytes
from tests.deid.planting import base_files, plant

pytestmark = pytest.mark.filterwarnings("ignore")


def cleaned(source: bytes, identity: Identity, subject: str = "s") -> tuple[bytes, dict[str, int]]:
    out = io.BytesIO()
    done = clean_dicom(
        io.BytesIO(source), out, profile=load_profile("research"), identity=identity, subject_key=subject
    )
    return out.getvalue(), dict(done.counts)


def instance(**values: object) -> Dataset:
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for name, value in values.items():
        setattr(ds, name, value)
    return ds


@pytest.mark.parametrize("base", base_files(), ids=lambda path: path.name)
def test_a_file_comes_out_the_same_however_often_it_was_seen(base):
    source, identity = plant(base, 3)[0], Identity(bytes(32))
    try:
        first = cleaned(source, Identity(bytes(32)))
    except RefusedError:
        pytest.skip("no file to clean")
    assert [cleaned(source, identity) for _ in range(3)] == [first] * 3


@pytest.fixture
def decided(monkeypatch) -> list[int]:
    """The tags of public elements on which something is decided anew."""
    tags: list[int] = []
    decide = Cleaner._public

    def noting(
        self: Cleaner, context: Context, element: Element, by_tag: Mapping[int, Rule], *, shared: bool
    ) -> tuple[Treated, str | None]:
        tags.append(element.tag)
        return decide(self, context, element, by_tag, shared=shared)

    commons_of.cache_clear()
    monkeypatch.setattr(Cleaner, "_public", noting)
    return tags


# A sequence, whose items are remembered by themselves, and two long values.
NEVER_REMEMBERED, ROWS = {0x00101002, 0x7FE00010, 0xFFFCFFFC}, 0x00280010


def test_what_is_remembered_is_used(decided):
    source, identity = as_bytes(instance()), Identity(bytes(32))
    cleaned(source, identity)
    assert len(decided) > 60
    cleaned(source, identity)
    decided.clear()
    cleaned(as_bytes(instance(Rows=127)), identity)
    assert set(decided) == NEVER_REMEMBERED | {ROWS}


def test_the_command_remembers_from_file_to_file(decided, tmp_path):
    source = tmp_path / "slice"
    source.write_bytes(as_bytes(instance()))
    for number in range(3):
        decided.clear()
        clean_one(
            str(source),
            f"{number}",
            str(tmp_path),
            staging=str(tmp_path / "part"),
            profile="research",
            key="07" * 32,
        )
    assert set(decided) <= NEVER_REMEMBERED


def test_the_same_bytes_in_another_character_set_are_other_words():
    identity, source = Identity(bytes(32)), instance()
    greek, latin = [], []
    for term, results in (
        ("ISO_IR 126", greek),
        ("ISO_IR 100", latin),
        ("ISO_IR 126", greek),
        ("ISO_IR 100", latin),
    ):
        ds = Dataset(source)
        ds.file_meta, ds.preamble = source.file_meta, source.preamble
        ds.SpecificCharacterSet = term
        ds.add_new(0x00081030, "LO", b"\xe4\xf1\xe9 thorax \xfcber")
        results.append(cleaned(as_bytes(ds), identity))
    assert greek[0] == greek[1] != latin[0] == latin[1]


def test_a_second_subject_has_nothing_of_the_first():
    identity, item = Identity(bytes(32)), Dataset()
    item.CodeMeaning = "Seen 12 March 2014"
    source = as_bytes(instance(ProcedureCodeSequence=Sequence([item]), StudyDescription="Head 20140312"))
    one, other = ([cleaned(source, identity, subject)[0] for _ in range(3)] for subject in ("a", "b"))
    dates = [{pydicom.dcmread(io.BytesIO(raw)).StudyDescription for raw in seen} for seen in (one, other)]
    assert len(dates[0]) == len(dates[1]) == 1 and dates[0] != dates[1]


def test_it_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(Memory, "MOST", 5)
    grown = []
    monkeypatch.setattr(
        Memory, "__init__", lambda self, make=Memory.__init__: (make(self), grown.append(self))[0]
    )
    identity, source = Identity(bytes(32)), plant(base_files()[0], 3)[0]
    assert cleaned(source, identity) == cleaned(source, identity) == cleaned(source, identity)
    kept = [
        len(entries) for memory in grown for entries in (*memory._elements.values(), *memory._items.values())
    ]
    assert max(kept) == 5
