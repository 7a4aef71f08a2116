"""What the variables of CDISC hold by their names, and what their values say against it."""

import pytest

from deid.engine import ColumnRole
from deid.engine.formats.tables.cdisc import MOST_CODES, cdisc_role, is_cdisc, is_variable

CODE, TEXT = ColumnRole.CODE, ColumnRole.FREE_TEXT
CODES = [f"C{number}" for number in range(MOST_CODES)]


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("STUDYID", ["TRIAL 7", " TRIAL 7 ", ""], CODE), ("STUDYID", ["T7", "T8"], None), ("STUDYID", ["T7; Quackenbush"], None),
        ("STUDYID", ["T" * 40], CODE), ("STUDYID", ["T" * 41], None), ("COUNTRY", ["DEU", "FR"], CODE),
        ("COUNTRY", ["DEU", "Germany"], None), ("VSTESTCD", ["DIABP", ""], CODE), ("TESTCD", ["DIABP"], CODE),
        ("VSTESTCD", CODES, CODE), ("VSTESTCD", [*CODES, "D"], TEXT), ("VSORRESU", ["10^9/L", "mm(Hg)"], CODE),
        ("VSTESTCD", ["A" * 20], CODE), ("VSTESTCD", ["A" * 21], TEXT), ("VSTESTCD", ["DIABP", "of: Quackenbush"], TEXT),
        ("AETERM", ["Headache"], TEXT), ("TERM", ["Headache"], TEXT), ("AEXTERM", ["x"], None), ("ATERM", ["x"], None),
        ("VSTESTCD", [], None), ("AETERM", ["", "  "], None), ("vstestcd", ["DIABP"], None), ("VsTESTCD", ["DIABP"], None),
        ("USUBJID", ["T7-01"], None), ("AESEV", ["MILD"], CODE),
    ],
)  # fmt: skip
def test_a_variable_of_cdisc_is_what_its_name_and_its_values_say(name, values, role):
    assert cdisc_role(name, values) is role


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (["STUDYID", "USUBJID"], True), (["DOMAIN", "STUDYID", "X"], True), (["USUBJID", "DOMAIN"], False), (["STUDYID"], False),
        (["studyid", "usubjid"], False), ([], False),
    ],
)  # fmt: skip
def test_a_table_of_cdisc_names_its_study_and_its_subject_or_domain(header, found):
    assert is_cdisc(header) is found


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("AETERM", True),
        ("TERM", True),
        ("USUBJID", True),
        ("AEDTC", True),
        ("aeterm", False),
        ("AE", False),
        ("AEXTERM", False),
    ],
)
def test_a_name_of_cdisc_is_known_with_and_without_its_domain(name, known):
    assert is_variable(name) is known
