"""What the columns of a table hold, and what would leave of them, as it is told before anybody sets a role."""

import csv
import hashlib
import io

import pytest

from deid.engine import RefusedError, sandbox
from deid.engine.command import columns
from deid.engine.command.columns import explain_columns
from deid.engine.command.tables import clean_table_file
from deid.engine.formats.tables.cleaning import MOST_CODES, SAMPLED_ROWS

KEY, SECRET = "ab" * 32, "cd" * 32
TABLE = """patient_id,visit,arm,remark,age,physician
P1,2019-03-04,A,Perthes seen by Anna Kowalczyk on 5.3.2019,44,Kowalczyk
P1,2019-04-04,A,,44,Kowalczyk
P2,2020-01-02,B,unremarkable,93,Okonkwo
"""
ROLES = {
    "patient_id": "identifier",
    "visit": "date",
    "arm": "code",
    "remark": "free_text",
    "age": "age",
    "physician": "drop",
}


def explained(tmp_path, text=TABLE, roles=ROLES, **more):
    source = tmp_path / "table.csv"
    source.write_text(text)
    told = explain_columns(str(source), KEY, SECRET, roles, ending=".csv", **more)
    return {one["name"]: one for one in told}


def cleaned(tmp_path, text=TABLE, roles=ROLES):
    source, target = tmp_path / "table.csv", tmp_path / "cleaned.csv"
    source.write_text(text)
    clean_table_file(str(source), str(target), KEY, SECRET, columns=roles)
    return list(csv.DictReader(io.StringIO(target.read_text())))


def test_what_is_told_is_what_leaves(tmp_path):
    told, rows = explained(tmp_path), cleaned(tmp_path)
    source = list(csv.DictReader(io.StringIO(TABLE)))
    for name in ("patient_id", "visit", "arm", "remark", "age"):
        after = {before[name]: row[name] for before, row in zip(source, rows, strict=True) if before[name]}
        assert dict(told[name]["values"]) == after, name
    assert "Kowalczyk" not in dict(told["remark"]["values"])[source[0]["remark"]]
    assert dict(told["age"]["values"]) == {"44": "44", "93": "90+"}


def test_what_does_not_leave_is_told_as_that(tmp_path):
    assert explained(tmp_path)["physician"]["values"] == [("Kowalczyk", None), ("Okonkwo", None)]


def test_rows_are_counted_to_the_end(tmp_path):
    rows = "".join(f"P{n},{n},{'x' if n % 2 else ''}\n" for n in range(3 * SAMPLED_ROWS))
    told = explained(
        tmp_path, f"patient_id,n,odd\n{rows}", {"patient_id": "identifier", "n": "value", "odd": "code"}
    )
    assert told["n"]["filled"] == 3 * SAMPLED_ROWS and told["n"]["different"] == 1000
    assert told["odd"]["filled"] == 3 * SAMPLED_ROWS // 2 and told["odd"]["different"] == 1


def test_of_codes_all_are_shown_that_a_person_can_look_through(tmp_path):
    rows = "".join(f"P{n % 7},code{n % 150},{n}\n" for n in range(SAMPLED_ROWS))
    told = explained(
        tmp_path, f"patient_id,code,n\n{rows}", {"patient_id": "identifier", "code": "code", "n": "value"}
    )
    assert [before for before, _ in told["code"]["values"]] == [f"code{n}" for n in range(150)]
    assert len(told["n"]["values"]) == 4


@pytest.mark.parametrize(("fields", "rows"), [(6, 2), (8, 2), (9, 3), (100, 4)])
def test_of_a_wide_table_fewer_rows_are_cleaned_to_be_shown(tmp_path, monkeypatch, fields, rows):
    monkeypatch.setattr(columns, "MOST_FIELDS", fields)
    text = "patient_id,n,same\n" + "".join(f"P{n},{n},x\n" for n in range(9))
    told = explained(tmp_path, text, {"patient_id": "identifier", "n": "value", "same": "code"})
    assert [before for before, _after in told["n"]["values"]] == [str(n) for n in range(rows)]
    assert told["same"]["values"] == [("x", "x")] and told["n"]["filled"] == 9


def test_a_code_that_nobody_was_shown_is_cleaned_as_text(tmp_path):
    """The first rows are what a person sees; a name behind them stands in no list of codes."""
    known = "".join(f"P{n % 5},{'arm A' if n % 2 else 'arm B'}\n" for n in range(SAMPLED_ROWS))
    late = "P1,seen by Dr. Okonkwo\nP1,arm A\n"
    text = f"patient_id,arm\n{known}{late}"
    rows = cleaned(tmp_path, text, {"patient_id": "identifier", "arm": "code"})
    assert "Okonkwo" not in rows[-2]["arm"] and "seen by" in rows[-2]["arm"]
    assert rows[-1]["arm"] == "arm A"


def test_codes_that_are_too_many_to_look_through_are_cleaned_as_text(tmp_path):
    many = [f"grade {n}" for n in range(MOST_CODES)] + ["Dr. Okonkwo"]
    text = "patient_id,code\n" + "".join(f"P1,{one}\n" for one in many)
    told = explained(tmp_path, text, {"patient_id": "identifier", "code": "code"})
    rows = cleaned(tmp_path, text, {"patient_id": "identifier", "code": "code"})
    assert "Okonkwo" not in rows[-1]["code"] and rows[7]["code"] == "grade 7"
    assert len(told["code"]["values"]) == MOST_CODES


def test_a_long_value_is_shown_by_its_beginning(tmp_path):
    text = f"patient_id,remark\nP1,{'effusion ' * 100}\n"
    told = explained(tmp_path, text, {"patient_id": "identifier", "remark": "free_text"})
    ((before, after),) = told["remark"]["values"]
    assert len(before) < 130 and before.endswith("…") and after.endswith("…")
    for length in (119, 120, 121):
        told = explained(
            tmp_path, f"patient_id,arm\nP1,{'a' * length}\n", {"patient_id": "identifier", "arm": "code"}
        )
        ((before, _after),) = told["arm"]["values"]
        assert before == ("a" * length if length <= 120 else "a" * 120 + " …")


def test_known_names_of_a_subject_go_as_they_will(tmp_path):
    """People are known by their keys, as in a release."""
    from deid.engine import subject_key

    people = {subject_key(bytes.fromhex(SECRET), "P1"): ["Waters^Field"]}
    text = "patient_id,remark\nP1,Waters has effusion\nP2,Waters has effusion\n"
    roles = {"patient_id": "identifier", "remark": "code"}
    assert explained(tmp_path, text, roles)["remark"]["values"][0][1] == "Waters has effusion"
    told = explained(tmp_path, text, roles, people=people)
    assert "Waters" not in told["remark"]["values"][0][1]


def test_without_a_column_for_the_subject_nothing_is_told(tmp_path):
    with pytest.raises(RefusedError, match="No column names the subject"):
        explained(tmp_path, roles={**ROLES, "patient_id": "drop"})


def test_it_runs_in_a_child(tmp_path):
    source = tmp_path / "table.csv"
    source.write_text(TABLE)
    told = sandbox.run("explain_columns", str(source), KEY, SECRET, ROLES, ending=".csv")
    assert told[2]["values"] == [["A", "A"], ["B", "B"]]


def test_a_table_is_told_by_its_first_rows_with_a_role_for_each_column(tmp_path):
    source = tmp_path / "table.csv"
    source.write_text(TABLE)
    told = sandbox.run("sample_of_table", str(source), ending=".csv")
    header, *rows = csv.reader(TABLE.splitlines())
    assert told == {"header": header, "sample": rows, "rows": 3, "roles": told["roles"]}
    assert told["roles"][:2] == ["identifier", "date"]


def test_the_different_values_of_columns_are_told_without_their_blanks(tmp_path):
    source = tmp_path / "table.csv"
    source.write_text(TABLE + " P1 ,2019-04-05, A,,44,\n")
    values = sandbox.run("column_values", str(source), ending=".csv", names=["arm", "patient_id", "other"])
    assert values == {"arm": ["A", "B"], "patient_id": ["P1", "P2"]}


@pytest.mark.parametrize("by_subject", [None, True])
def test_rows_stand_as_they_stood_unless_they_are_to_stand_by_pseudonym(tmp_path, by_subject):
    source, target = tmp_path / "table.csv", tmp_path / "cleaned.csv"
    source.write_text("patient_id,n\n" + "".join(f"P{n % 9},{n}\n" for n in range(18)))
    more = {} if by_subject is None else {"by_subject": by_subject}
    report = clean_table_file(str(source), str(target), KEY, SECRET, **more)
    rows = list(csv.DictReader(io.StringIO(target.read_text())))
    stood = [str(n) for n in range(18)]
    by_pseudonym = sorted(rows, key=lambda row: row["patient_id"])
    assert [row["n"] for row in rows] == ([row["n"] for row in by_pseudonym] if by_subject else stood)
    assert (rows == by_pseudonym) is bool(by_subject)
    content = target.read_bytes()
    assert (report["size"], report["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert report["counts"]["rows"] == 18


def test_it_is_told_which_columns_are_gone(tmp_path):
    (tmp_path / "table.csv").write_text(TABLE)
    report = clean_table_file(
        str(tmp_path / "table.csv"), str(tmp_path / "o.csv"), KEY, SECRET, columns=ROLES
    )
    assert list(report["dropped"]) == ["physician"]
    assert (tmp_path / "o.csv").read_text().splitlines()[0] == "patient_id,visit,arm,remark,age"
