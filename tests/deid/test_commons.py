"""What was found out about one person's elements serves other people's, and tells and hides nothing of either."""

import io
from collections.abc import Callable

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import Identity, clean_dicom, load_profile
from deid.engine.acting.commons import Commons, commons_of
from deid.engine.cleaning import Cleaner
from tests.deid.conftest import as_bytes
from tests.deid.planting import base_files, plant

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def nothing_in_common() -> None:
    commons_of.cache_clear()


def cleaned(source: bytes, subject: str = "s") -> bytes:
    out = io.BytesIO()
    clean_dicom(
        io.BytesIO(source),
        out,
        profile=load_profile("research"),
        identity=Identity(bytes(32)),
        subject_key=subject,
    )
    return out.getvalue()


def instance(name: str, **values: object) -> bytes:
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PatientName, ds.PatientBirthDate = name, ""
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return as_bytes(ds)


def code(meaning: str) -> Sequence:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "77477000", "SCT", meaning
    return Sequence([item])


def description(ds: Dataset) -> object:
    return ds.StudyDescription


def meaning(ds: Dataset) -> object:
    return ds.ProcedureCodeSequence[0].CodeMeaning


def number(ds: Dataset) -> object:
    return ds.get("ExposureTime")


KNOWN, NOBODY = "Zygoma^Anna", "Quackenbush^Anna"


@pytest.mark.parametrize("first", [KNOWN, NOBODY])
@pytest.mark.parametrize(
    ("values", "read", "kept"),
    [
        ({"StudyDescription": "THORAX ZYGOMA"}, description, "THORAX ZYGOMA"),
        (
            {"ProcedureCodeSequence": code("Zygoma and thorax, follow-up")},
            meaning,
            "Zygoma and thorax, follow-up",
        ),
    ],
)
def test_a_name_goes_from_what_stays_for_others(
    first: str, values: dict[str, object], read: Callable[[Dataset], object], kept: str
) -> None:
    for name in (first, KNOWN, NOBODY, KNOWN):
        after = read(pydicom.dcmread(io.BytesIO(cleaned(instance(name, **values), name))))
        assert (after == kept) is (name == NOBODY), name


@pytest.mark.parametrize("first", ["47111234", "1"])
def test_a_number_goes_from_what_stays_for_others(first: str) -> None:
    for own in (first, "47111234", "1", "47111234"):
        source = instance(NOBODY, PatientID=own, ExposureTime="47111234")
        after = number(pydicom.dcmread(io.BytesIO(cleaned(source, own))))
        assert (after == 47111234) is (own == "1"), own


def test_a_year_of_birth_beside_initials_goes_from_what_stays_for_others() -> None:
    for born in ("19610203", "19540203", "19610203", "19540203"):
        source = instance("Quackenbush^Anna", PatientBirthDate=born, StudyDescription="HEAD AQ 1954")
        after = pydicom.dcmread(io.BytesIO(cleaned(source, born))).StudyDescription
        assert ("1954" in after) is (born == "19610203"), born


def test_what_is_anybodys_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decided: list[int] = []
    public = Cleaner._public
    monkeypatch.setattr(
        Cleaner,
        "_public",
        lambda self, context, element, *rest, **more: (
            decided.append(element.tag),
            public(self, context, element, *rest, **more),
        )[1],
    )
    cleaned(instance(KNOWN, ProcedureCodeSequence=code("Computed tomography")), "a")
    assert {0x00280010, 0x00080060, 0x00080104} <= set(decided)
    decided.clear()
    cleaned(instance(NOBODY, ProcedureCodeSequence=code("Computed tomography")), "b")
    assert not {0x00280010, 0x00080060, 0x00080104} & set(decided)


def test_a_sequence_that_is_anybodys_is_cleaned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []
    clean = Cleaner._cleaned_items
    monkeypatch.setattr(
        Cleaner,
        "_cleaned_items",
        lambda self, context, one: (inside.append(one.tag), clean(self, context, one))[1],
    )
    for name in (KNOWN, NOBODY):
        cleaned(instance(name, ProcedureCodeSequence=code("Computed tomography")), name)
    assert inside.count(0x00081032) == 1


@pytest.mark.parametrize("base", base_files()[:12:4], ids=lambda path: path.name)
def test_files_of_others_come_out_as_if_nobody_had_been_before(base) -> None:
    sources = [plant(base, seed)[0] for seed in (11, 12, 13)]
    alone = []
    for source in sources:
        commons_of.cache_clear()
        alone.append(cleaned(source))
    commons_of.cache_clear()
    assert [cleaned(source) for source in (*sources, *sources)] == [*alone, *alone]


def test_it_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Commons, "MOST", 5)
    made: list[Commons] = []
    monkeypatch.setattr(
        Commons, "__init__", lambda self, make=Commons.__init__: (make(self), made.append(self))[0]
    )
    source = plant(base_files()[0], 3)[0]
    assert cleaned(source) == cleaned(source)
    assert max(len(entries) for one in made for entries in one._elements.values()) == 5
