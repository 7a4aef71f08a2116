"""What a compiled profile does with every row of Table E.1-1, judged by the published table and the types of each IOD."""

import io
import itertools
import json
import random
from importlib import resources

import pytest

from deid.engine import load_profile, make_profile
from deid.engine.deciding.conditional import attribute_types
from deid.engine.deciding.private import canonical_creator, safe_list
from deid.engine.deciding.rules import compile_rules
from deid.engine.reading.dictionary import vr_of
from tests.deid.conftest import SAMPLES

DATA = resources.files("deid.engine").joinpath("data")
TABLE = json.loads(DATA.joinpath("ps3_15_e1_1.json").read_text("utf-8"))["attributes"]
TYPES = json.loads(DATA.joinpath("iod_types.json").read_text("utf-8"))
ROWS = {int(key, 16): row for key, row in TABLE.items() if key != "private" and "x" not in key}
COLUMNS = {
    "clean_graphics": "cleanGraphOpt", "clean_structured_content": "cleanStructContOpt", "clean_descriptors": "cleanDescOpt",
    "retain_full_dates": "rtnLongFullDatesOpt", "retain_modified_dates": "rtnLongModifDatesOpt",
    "retain_patient_characteristics": "rtnPatCharsOpt", "retain_device_identity": "rtnDevIdOpt", "retain_uids": "rtnUIDsOpt",
    "retain_safe_private": "rtnSafePrivOpt", "retain_institution_identity": "rtnInstIdOpt",
}  # fmt: skip
# PS3.15 Table E.1-1a: what a conditional code comes to for an attribute of type 1, 2, 3, and of no known type.
CONDITIONAL = {
    "X/Z": "ZZXZ", "X/D": "DDXD", "X/Z/D": "DZXD", "Z/D": "DZZD", "X/Z/U*": "KKKK",
}  # fmt: skip
# Full of numbers and odd words that name nobody: maker, model, version, kernel, serial number, code values and meanings,
# sequences, coils, substances.
TECHNICAL = {
    0x00080070, 0x00081090, 0x00181020, 0x00181000, 0x00181210, 0x00080100, 0x00080102, 0x00080103, 0x00080104,
    0x00180024, 0x00189005, 0x00181250, 0x00181251, 0x00180031, 0x00180034,
}  # fmt: skip
WORDS = {"LO", "SH", "LT", "ST", "UT", "UC"}
IMAGES = ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.88.33", "1.2.3"]
CLASSES = random.Random(9).sample(sorted(TYPES["sop_classes"]), 9)
DATES = {"retain_full_dates", "retain_modified_dates"}
CHOICES = [
    set(), *({one} for one in COLUMNS),
    *(set(pair) for pair in itertools.combinations(COLUMNS, 2) if set(pair) != DATES),
    set(COLUMNS) - {"retain_full_dates"}, set(COLUMNS) - {"retain_modified_dates"},
]  # fmt: skip


def code_of(tag: int, options: set[str], sop_class: str, *, nested: bool) -> str:
    """Return what the Standard asks for: an option goes before the Basic Profile, cleaning before keeping."""
    _name, basic, columns = ROWS[tag]
    chosen = {
        columns[column] for option, column in COLUMNS.items() if option in options and column in columns
    }
    if "C" in chosen and vr_of(tag) not in ("UN", "OB", "OW"):
        return "C"
    if "K" in chosen:
        return "K"
    if basic not in CONDITIONAL:
        return basic
    iod = TYPES["sop_classes"].get(sop_class)
    if iod is None:
        return CONDITIONAL[basic][3]
    kind = TYPES["iods"][iod]["nested" if nested else "top"].get(f"{tag:08X}", "3")
    return CONDITIONAL[basic]["123".index(kind)]


@pytest.mark.parametrize("options", CHOICES, ids=lambda options: "+".join(sorted(options)) or "basic")
def test_every_row_has_the_action_that_the_table_asks_for_in_every_iod(options):
    profile = make_profile("own", frozenset(options), {})
    for sop_class in (*IMAGES, *(CLASSES if len(options) < 2 else ())):
        rules = compile_rules(profile, sop_class)
        for by_tag, nested in ((rules.by_tag, False), (rules.nested, True)):
            codes = {tag: code_of(tag, options, sop_class, nested=nested) for tag in ROWS}
            assert {tag: rule[0] for tag, rule in by_tag.items()} == dict.fromkeys(TECHNICAL, "K") | codes
            if nested:
                continue
            every = dict.fromkeys(TECHNICAL, "K") | codes
            removed = {tag for tag, code in every.items() if code in ("X", "Z", "D")}
            named = {tag for tag in removed if vr_of(tag) in WORDS | {"PN", "AE", "UR"}}
            assert rules.identifying == named
            assert rules.hidden_dates == {tag for tag in removed if vr_of(tag) in ("DA", "DT")}
            assert rules.descriptive == {tag for tag, row in ROWS.items() if "cleanDescOpt" in row[2]}
    assert rules.safe_private is ("retain_safe_private" in options)
    assert rules.dates_kept is ("retain_full_dates" in options)
    assert rules.dates_shifted is ("retain_modified_dates" in options)


@pytest.mark.parametrize("base", ["basic", "research"])
@pytest.mark.parametrize("code", ["X", "Z", "D", "K", "C", "U"])
def test_a_rule_of_ones_own_goes_before_the_table_and_its_options(base, code):
    options = load_profile(base).options
    overrides = dict.fromkeys(("00081030", "00080090", "00080020", "00080050", "00189073", "0020000D"), code)
    rules = compile_rules(make_profile("own", options, overrides), IMAGES[0])
    assert {rules.by_tag[int(tag, 16)][0] for tag in overrides} == {code}
    assert {rules.nested[int(tag, 16)][0] for tag in overrides} == {code}
    others = {tag: rule[0] for tag, rule in rules.by_tag.items() if f"{tag:08X}" not in overrides}
    plain = compile_rules(load_profile(base), IMAGES[0]).by_tag
    assert others == {tag: rule[0] for tag, rule in plain.items() if f"{tag:08X}" not in overrides}


def test_types_are_those_of_the_level_at_which_an_attribute_stands():
    differing = 0
    for sop_class, iod in TYPES["sop_classes"].items():
        top, nested = attribute_types(sop_class), attribute_types(sop_class, nested=True)
        assert (top, nested) == (TYPES["iods"][iod]["top"], TYPES["iods"][iod]["nested"])
        differing += top != nested
    assert differing > 100 and attribute_types("1.2.3", nested=True) is None


def test_safe_private_attributes_are_found_by_creator_group_and_offset():
    """PS3.15 E.3.10: by the creator, whatever the block."""
    creators = json.loads(DATA.joinpath("safe_private.json").read_text("utf-8"))["creators"]
    assert safe_list() == {
        (creator, int(group, 16), int(offset, 16)): vr
        for creator, groups in creators.items()
        for group, offsets in groups.items()
        for offset, vr in offsets.items()
    }
    assert canonical_creator(b"Siemens  MR header \0") == "SIEMENS MR HEADER"
    assert canonical_creator(b"\0GEMS_IDEN_01") == "GEMS_IDEN_01"


@pytest.mark.needs_samples
@pytest.mark.skipif(not SAMPLES.exists(), reason=f"NO PUBLISHED TABLE beside {SAMPLES}")
def test_the_shipped_table_says_what_the_published_one_says():
    published = json.loads((SAMPLES.parent / "ps3_15_e1_1.json").read_text("utf-8"))["attributes"]
    rows = {row["id"].lower(): row for row in published}
    assert len(rows) == len(TABLE) == 647
    for tag, (_name, basic, columns) in ROWS.items():
        row = rows[f"{tag:08x}"]
        assert basic == row["basicProfile"]
        assert columns == {column: row[column] for column in COLUMNS.values() if row.get(column)}


def test_private_names_of_what_was_done_stay_and_names_of_people_and_places_do_not():
    from deid.engine.tables.private import safe_list as made

    titles = {
        "9c": "Pulse Sequence Name",
        "01": "GE Coil Name",
        "02": "Site Name",
        "03": "Coil Name of Patient",
    }
    rows = "".join(f'"(0019,GEMS_ACQU_01"",{offset})",{title},LO,k\n' for offset, title in titles.items())
    table = io.StringIO("element_sig_pattern,tag_name,vr,private_disposition\n" + rows)
    kept = made(table, "x")["creators"]["GEMS_ACQU_01"]["0019"]
    assert {offset for offset, vr in kept.items() if vr == "LO"} == {"9C", "01"}
