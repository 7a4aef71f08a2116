import hashlib
import json

import pytest

from deid.engine import ProfileError, load_profile, make_profile
from deid.engine.deciding.conditional import attribute_types, decide
from deid.engine.deciding.rules import compile_rules
from deid.engine.profiles.deriving import derive_profile
from deid.engine.profiles.profile import load_table
from deid.engine.tables.confidentiality import compact

CT, SC = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7"


def code(profile, tag, sop_class=CT):
    return compile_rules(profile, sop_class).by_tag[tag][0]


def test_the_shipped_table_is_edition_2025b_and_whole():
    table = load_table()
    assert table["edition"] == "2025b"
    assert len(table["attributes"]) == 647
    assert len(table["columns"]) == 11


def test_the_table_is_compacted_without_losing_an_action():
    published = {
        "table": "T",
        "edition": "E",
        "source": "S",
        "attributes": [
            {"id": "50XXXXXX", "name": "Curve Data", "basicProfile": "X", "cleanGraphOpt": "C"},
            {
                "id": "GGGGEEEE-WHERE-GGGG-IS-ODD",
                "name": "Private",
                "basicProfile": "X",
                "rtnSafePrivOpt": "C",
            },
        ],
    }
    assert compact(published)["attributes"] == {
        "50xxxxxx": ["Curve Data", "X", {"cleanGraphOpt": "C"}],
        "private": ["Private", "X", {"rtnSafePrivOpt": "C"}],
    }


def test_a_profile_is_named_by_a_digest_of_everything_in_it():
    basic, research = load_profile("basic"), load_profile("research")
    assert len(basic.digest) == 64 and basic.digest != research.digest
    assert make_profile("basic", frozenset(), {}).digest == basic.digest
    assert make_profile("basic", frozenset(), {"00080070": "X"}).digest != basic.digest


@pytest.mark.parametrize("name", ["nothing", "../basic", ""])
def test_an_unknown_profile_is_refused(name):
    with pytest.raises(ProfileError):
        load_profile(name)


@pytest.mark.parametrize(
    ("options", "overrides"),
    [
        ({"clean_everything"}, {}),
        ({"retain_full_dates", "retain_modified_dates"}, {}),
        (set(), {"00080070": "Q"}),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(options, overrides):
    with pytest.raises(ProfileError):
        make_profile("own", frozenset(options), overrides)


def test_options_go_before_the_basic_profile_and_overrides_before_both():
    basic, research = load_profile("basic"), load_profile("research")
    assert (code(basic, 0x00081030), code(research, 0x00081030)) == ("X", "C")
    assert (code(basic, 0x00100040), code(research, 0x00100040)) == ("Z", "K")
    assert (code(basic, 0x00080020), code(research, 0x00080020)) == ("Z", "C")
    own = make_profile("own", research.options, {"00081030": "X"})
    assert code(own, 0x00081030) == "X"


@pytest.mark.parametrize(
    ("action", "kind", "plain"),
    [
        ("X/Z", "1", "Z"),
        ("X/Z", "2", "Z"),
        ("X/Z", "3", "X"),
        ("X/Z", None, "Z"),
        ("X/D", "1", "D"),
        ("X/D", "2", "D"),
        ("X/D", "3", "X"),
        ("X/D", None, "D"),
        ("X/Z/D", "1", "D"),
        ("X/Z/D", "2", "Z"),
        ("X/Z/D", "3", "X"),
        ("X/Z/D", None, "D"),
        ("Z/D", "1", "D"),
        ("Z/D", "2", "Z"),
        ("Z/D", "3", "Z"),
        ("Z/D", None, "D"),
        ("X", "1", "X"),
        ("X/Z/U*", "1", "K"),
    ],
)
def test_conditional_actions_go_by_the_type_of_the_attribute(action, kind, plain):
    assert decide(action, kind) == plain


def test_types_are_known_for_the_usual_iods_and_unknown_for_others():
    assert attribute_types(CT)["00080023"] == "2"
    assert attribute_types("1.2.3") is None


def test_a_digest_is_that_of_everything_a_profile_says_in_canonical_json():
    overrides = {"00189073": "X", "00080070": "K"}
    profile = make_profile("own", frozenset({"retain_uids", "clean_graphics"}), overrides)
    said = {
        "name": "own",
        "options": ["clean_graphics", "retain_uids"],
        "overrides": overrides,
        "table": load_table(),
    }
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    assert profile.digest == hashlib.sha256(canonical).hexdigest()
    assert (profile.name, profile.edition, dict(profile.overrides)) == ("own", "2025b", overrides)
    assert profile.has("retain_uids") and not profile.has("retain_full_dates")


@pytest.mark.parametrize("code", ["X", "Z", "D", "K", "C", "U"])
def test_every_plain_action_may_be_a_rule_of_ones_own(code):
    assert make_profile("own", frozenset(), {"00080070": code}).overrides["00080070"] == code


def test_a_derived_profile_holds_what_it_stands_on_but_for_what_it_changes():
    base = make_profile(
        "base", frozenset({"retain_uids", "clean_graphics"}), {"00080070": "X", "00081030": "K"}
    )
    made = derive_profile(
        base,
        name="own",
        add=frozenset({"clean_descriptors"}),
        drop=frozenset({"retain_uids"}),
        overrides={"00081030": "Z"},
    )
    assert made.name == "own" and made.options == {"clean_graphics", "clean_descriptors"}
    assert dict(made.overrides) == {"00080070": "X", "00081030": "Z"}
    plain = derive_profile(base, name="base")
    assert plain == base and plain.digest == base.digest and hash(plain) == hash(base)
    kept = derive_profile(base, name="own", add=frozenset({"retain_uids"}), drop=frozenset({"retain_uids"}))
    assert "retain_uids" in kept.options


def test_what_is_refused_says_what_is_wrong():
    for options, overrides, told in (
        ({"zzz", "clean_everything"}, {}, "clean_everything, zzz"),
        ({"retain_full_dates", "retain_modified_dates"}, {}, "at once"),
        (set(), {"00080071": "Q", "00080070": "X/Z"}, "00080070, 00080071"),
        (set(), {"zz": "X"}, "has a rule for 'zz': write a tag as eight hexadecimal digits"),
        (set(), {"0008103e": "X", "0008103E": "K"}, "two rules for 0008103E"),
    ):  # fmt: skip
        with pytest.raises(ProfileError, match=told):
            make_profile("own", frozenset(options), overrides)


def test_a_tag_in_small_letters_is_the_same_rule_and_the_same_profile():
    small, large = (make_profile("own", frozenset(), {tag: "K"}) for tag in ("0008103e", "0008103E"))
    assert small.overrides == {"0008103E": "K"}
    assert (small.digest, code(small, 0x0008103E)) == (large.digest, "K")
