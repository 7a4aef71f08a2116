import io
import warnings

import pydicom
import pytest

from deid.engine.verification import verify_dicom
from tests.deid.planting import base_files, passes, plant

pytestmark = pytest.mark.filterwarnings("ignore")
SEEDS = range(3)


@pytest.mark.parametrize("base", base_files(), ids=lambda path: path.name)
def test_no_planted_identifier_is_left_and_everything_useful_is(base, clean, identity):
    for seed in SEEDS:
        source, key = plant(base, seed)
        after, content, cleaned = clean(source)
        left = [token for token in key.all_tokens() if token.lower().encode() in content.lower()]
        assert not left, f"{len(left)} planted identifiers are left"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            before = pydicom.dcmread(io.BytesIO(source))
        failed = [
            check
            for check in key.checks
            if not passes(check, before, after, identity.shift_days("subject"), cleaned.pseudonym)
        ]
        assert failed == []


@pytest.mark.parametrize("base", base_files(), ids=lambda path: path.name)
def test_the_basic_profile_leaves_no_planted_identifier(base, clean):
    source, key = plant(base, 11)
    _after, content, _cleaned = clean(source, "basic")
    assert [token for token in key.all_tokens() if token.lower().encode() in content.lower()] == []


@pytest.mark.parametrize("base", base_files(), ids=lambda path: path.name)
def test_the_second_reader_finds_planted_identifiers_before_and_none_after(base, clean, tmp_path):
    source, _key = plant(base, 5)
    before, after = tmp_path / "before.dcm", tmp_path / "after.dcm"
    before.write_bytes(source)
    after.write_bytes(clean(source)[1])
    assert verify_dicom(before, before)
    assert verify_dicom(before, after) == []


def test_enough_kinds_of_files_are_planted():
    assert len(base_files()) >= 10


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("ISO_IR 100", "Müllner^Änne"),
        ("ISO_IR 192", "山田^太郎"),
        ("\\ISO 2022 IR 87", "Yamada^Tarou=山田^太郎"),
    ],
)
def test_names_in_other_character_sets_leave_text(charset, name, clean):
    ds = pydicom.dcmread(base_files()[0])
    ds.SpecificCharacterSet = charset.split("\\")
    ds.PatientName = name
    ds.SeriesDescription = f"CHEST {name.split('=')[-1].split('^')[0]} axial"
    out = io.BytesIO()
    ds.save_as(out)
    after, _content, _cleaned = clean(out.getvalue())
    assert after.SeriesDescription == "CHEST axial"
