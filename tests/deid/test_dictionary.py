"""The data dictionary as the reader asks it."""

import pytest

from deid.engine.reading.dictionary import MOST_VALUES, _most_values, allowed_vrs, vr_of


@pytest.mark.parametrize(
    ("tag", "vr"),
    [
        (0x00100010, "PN"), (0x00080018, "UI"), (0x00280106, "US"), (0x7FE00010, "OW"), (0x00281201, "OW"),
        (0x00090010, "LO"), (0x000900FF, "LO"), (0x0009000F, "UN"), (0x00090100, "UN"), (0x00091010, "UN"),
        (0x00080099, "UN"), (0x00100016, "LT"),
    ],
)  # fmt: skip
def test_every_tag_has_a_vr(tag, vr):
    assert vr_of(tag) == vr


def test_an_open_vr_is_one_of_several():
    assert allowed_vrs(0x7FE00010) == ("OW", "OB") and allowed_vrs(0x00280106) == ("US", "SS")
    assert allowed_vrs(0x00100010) == ("PN",) and allowed_vrs(0x00091010) == ()


@pytest.mark.parametrize(
    ("tag", "most"),
    [(0x00280010, 1), (0x00280030, 2), (0x00080008, 0), (0x00200037, 6), (0x00280051, 0), (0x00281053, 1)],
)
def test_every_attribute_knows_how_many_values_it_may_have(tag, most):
    assert MOST_VALUES[tag] == most


@pytest.mark.parametrize(
    ("multiplicity", "most"),
    [
        ("1", 1),
        ("16", 16),
        ("1-3", 3),
        ("1-n", 0),
        ("2-2n", 0),
        ("3-3n", 0),
        ("1-32", 32),
        ("1-n or 1", 1),
        ("", 0),
    ],
)
def test_a_multiplicity_says_how_many_values_there_may_be(multiplicity, most):
    """PS3.6, section 6: the column VM."""
    assert _most_values(multiplicity) == most
