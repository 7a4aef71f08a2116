"""The second reader on released tables: what rows tell of their own subject, and headings that are called after anybody."""

import pytest

from deid.engine.verification import rows
from deid.engine.verification.haystacks import compile_needles, condensed, condensed_forms
from deid.engine.verification.needles import needles_of_values
from deid.engine.verification.rows import called_after, verify_rows

KNOWN = {
    "T-AAAAAAAAAA": ["Quackenbush^Ada", "MRN77123"],
    "T-BBBBBBBBBB": ["Квакенбуш^Ада", "山田^太郎", "19610203"],
}


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ("T-AAAAAAAAAA,3,seen by us", []), ("T-AAAAAAAAAA,3,Mrs Quackenbush was well", ["name"]),
        ("T-AAAAAAAAAA,3,adaquackenbush", ["name"]), ("T-AAAAAAAAAA,3,chart mrn 77123", ["identifier"]),
        ("T-BBBBBBBBBB,3,КВАКЕНБУШ пришла", ["name"]), ("T-BBBBBBBBBB,3,患者 山田太郎", ["name"]),
        ("T-BBBBBBBBBB,3,born on 1961-02-03", []), ("T-BBBBBBBBBB,3,Quackenbush sign", []),
        ("T-AAAAAAAAAA,Quackenbush,fine", []),
    ],
)  # fmt: skip
def test_a_text_of_a_row_that_tells_its_own_subject_is_a_hit(row, kinds, tmp_path):
    (tmp_path / "t.csv").write_text(f"participant_id,score,remarks\n{row}\n", encoding="utf-8")
    hits = verify_rows(tmp_path / "t.csv", subject="participant_id", texts=["remarks"], known=KNOWN)
    assert [(hit.place, hit.kind) for hit in hits] == [("line 2", kind) for kind in kinds]


def test_headings_called_after_anybody_are_found():
    values = [value for known in KNOWN.values() for value in known]
    headings = ["score", "QuackenbushScore", "quackenbush_left", "Квакенбуш", "MRN", "19610203", "adaptation"]
    assert called_after(headings, values) == [1, 2, 3]


def test_headings_are_held_against_many_people():
    many = [f"Person{number:05d}^Ada" for number in range(20_000)] + ["Müller-Böhm^Lise"]
    assert called_after(["participant_id", "mueller_score", "BöhmLeft", "remarks"], many) == [1, 2]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("mueller_score", "Müller^Lise"), ("muller", "Müller^Lise"), ("MüllerScore", "MUELLER^LISE"),
        ("Müller", "MULLER^LISE"), ("Mu\u0308llerScore", "MUELLER^LISE"), ("ÜMIT score", "UEMIT^LISE"), ("MÜLLER", "Müller^Lise"),
        ("Strasse_left", "Straße^Lise"), ("goeteborgson", "Göteborgson^Lise"), ("aakesson", "Åkesson^Lise"),
        ("李小_score", "李小^龍"), ("score_of_Wuu", "Wuu^An"),
    ],
)  # fmt: skip
def test_a_heading_is_called_after_a_name_however_either_is_spelled(heading, name):
    assert called_after(["score", heading], [name]) == [1]


def test_of_a_short_name_a_heading_with_its_letters_is_not_called_after_it():
    assert called_after(["wuchs", "annual", "an"], ["Wu^An"]) == []


def test_lines_and_kinds_are_told_in_their_order_and_rows_of_nobody_known_are_left_out(tmp_path):
    (tmp_path / "t.csv").write_text(
        "\ufeffsubject,AdaQuackenbush,first,second\n"
        'T-AAAAAAAAAA,1,fine,fine\nT-AAAAAAAAAA,1,MRN77123,"well,\nQuackenbush"\nT-C,1,Quackenbush,MRN77123\n'
    )
    given = {"subject": "subject", "texts": ["first", "second", "third"], "known": KNOWN}
    found = verify_rows(tmp_path / "t.csv", **given, names=KNOWN["T-AAAAAAAAAA"])
    assert [(hit.place, hit.kind) for hit in found] == [
        ("heading 2", "name"), ("line 4", "identifier"), ("line 4", "name"),
    ]  # fmt: skip


@pytest.mark.parametrize("told", [
    "MÜLLER-BÖHM", "mueller boehm", "Muller", "Mu\u0308ller", "chart B 44 71 2", "B-44712", "b44712", "ann-lise",
    "AnnLise_Müller", "Müller, Ann", "4d7d6c6c6572", "Q2hhcnQgQi00NDcxMg==", "B%2D44712", "M\\u00fcller",
    "MU\0LL\0ER", "李 小龍", "李小", "as written",
])  # fmt: skip
def test_a_search_is_left_out_only_where_it_finds_nothing(told):
    needles = needles_of_values(
        ["Müller-Böhm^Ann-Lise", "B-44712", "Chart B-44712", "李^小龍", "Ann Lise Müller^A"]
    )
    text = told.encode()
    if compile_needles(needles).kinds_in(text, words=True):
        assert any(form in condensed(text) for form in condensed_forms(needles))


def test_only_rows_that_may_tell_somebody_have_a_search_compiled_for_them(tmp_path, monkeypatch):
    compiled = []
    monkeypatch.setattr(
        rows, "compile_needles", lambda needles: compiled.append(1) or compile_needles(needles)
    )
    known = {f"T-{n}": [f"Person{n:03d}^Ada", f"MRN{n:05d}"] for n in range(100)}
    lines = [f"T-{n},{'well' if n else 'Person000 was well'}\n" for n in range(100)]
    (tmp_path / "t.csv").write_text("subject,text\n" + "".join(lines))
    hits = verify_rows(tmp_path / "t.csv", subject="subject", texts=["text"], known=known)
    assert [hit.place for hit in hits] == ["line 2"]
    assert len(compiled) == 2, "one for the headings, one for the row that tells"
