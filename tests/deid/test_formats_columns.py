"""What of a table is worth keeping stays: codes of CDISC, words of medicine, names of scans; and what went is told by name."""

import io
import json

import nibabel
import numpy as np
import pytest

from deid.engine import ColumnRole, Identity, clean_table
from deid.engine.formats.tables.roles import propose_role
from deid.engine.text.cleaning import TextCleaner
from tests.deid.test_command import run

IDENTITY = Identity(bytes(range(32)), shift_range_days=(-366, -366))
R = ColumnRole


def cleaned(content, **more):
    """Return the rows of a cleaned table, and the report."""
    out = io.BytesIO()
    told = clean_table(
        io.BytesIO(content.encode()), out, columns=None, identity=IDENTITY,
        subject_key_of=lambda row: next(row[name] for name in ("USUBJID", "patient_id") if name in row), **more,
    )  # fmt: skip
    return out.getvalue().decode().splitlines(), told


def test_codes_and_terms_of_cdisc_stay_and_people_and_places_go():
    header = "STUDYID,DOMAIN,USUBJID,SITEID,VSTESTCD,VSTEST,VSORRES,VSORRESU,VISIT,EPOCH,AETERM,AEDECOD,COUNTRY,INVNAM"
    row = (
        "TRIAL77,VS,TRIAL77-01-{0},B4,DIABP,Diastolic Blood Pressure,81,umol/L,END OF TREATMENT,TREATMENT,"
        "Headache told by Quackenbush,HEADACHE,DEU,Grimwade"
    )
    rows, told = cleaned("\n".join([header, row.format("11"), row.format("12")]) + "\n")
    assert (
        rows[0]
        == "STUDYID,DOMAIN,USUBJID,VSTESTCD,VSTEST,VSORRES,VSORRESU,VISIT,EPOCH,AETERM,AEDECOD,COUNTRY"
    )
    pseudonym = IDENTITY.pseudonym("TRIAL77-01-11")
    assert rows[1] == (
        f"TRIAL77,VS,{pseudonym},DIABP,Diastolic Blood Pressure,81,umol/L,END OF TREATMENT,TREATMENT,"
        "Headache told by,HEADACHE,DEU"
    )
    assert told.dropped == ["SITEID", "INVNAM"]


def test_a_column_called_as_one_of_cdisc_in_no_table_of_cdisc_is_judged_by_its_values():
    rows, told = cleaned("patient_id,VSTESTCD\nP77,QUACKENB\n")
    assert rows[0] == "patient_id" and told.counts["dropped_columns"] == 1


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("tumour_site", ["right upper lobe"], R.CODE), ("lesion site", ["left breast", "liver segment VII"], R.CODE),
        ("drug", ["pembrolizumab", "cisplatin"], R.CODE), ("visit", ["baseline", "week 12", "EOT"], R.CODE),
        ("finding", ["small pleural effusion on the right"], R.FREE_TEXT),
        ("drug", ["Quackenbush"], R.DROP), ("site", ["left"], R.DROP), ("study_site", ["left"], R.DROP),
        ("site_name", ["left"], R.DROP), ("tumour_site", ["Brambleton"], R.DROP),
    ],
)  # fmt: skip
def test_columns_of_nothing_but_medical_words_stay(name, values, role):
    assert propose_role(name, values) is role


def test_the_report_names_dropped_columns_unless_their_name_may_be_somebodys():
    header = "patient_id,initials,comment,Quackenbush,P7712345,Ada"
    _rows, told = cleaned(f"{header}\nP77,AQ,seen by Grimwade,Brambleton x,Grimwade y,Zolvart z\n")
    assert told.dropped == ["initials", "comment", "column 4", "column 5", "column 6"]
    _rows, told = cleaned("patient_id,Dr_Grimwade,home_address\nP77,seen by Brambleton,7 Brambleton Road\n")
    assert told.dropped == ["column 2", "home_address"]


@pytest.mark.parametrize("mark", [";", "|", "\t", ","])
def test_a_table_comes_out_separated_as_it_came_in(mark):
    content = mark.join(("patient_id", "size")) + "\n" + mark.join(("P77", '"171,5"')) + "\n"
    rows, _told = cleaned(content)
    size = '"171,5"' if mark == "," else "171,5"
    assert rows == [mark.join(("patient_id", "size")), mark.join((IDENTITY.pseudonym("P77"), size))]
    assert cleaned(content, written=".csv")[0][0] == "patient_id,size"


@pytest.fixture
def scans(tmp_path):
    """A data set of BIDS whose table of scans names an image by a day and by somebody's name."""
    (tmp_path / "key").write_text("ab" * 32)
    folder = tmp_path / "in" / "sub-P77" / "ses-20190302"
    (folder / "anat").mkdir(parents=True)
    name = "anat/sub-P77_ses-20190302_acq-Quackenbush_T1w.nii.gz"
    nibabel.save(nibabel.Nifti1Image(np.zeros((4, 4, 4), np.int16), np.eye(4)), folder / name)
    (folder / "sub-P77_ses-20190302_scans.tsv").write_text(
        f"filename\tacq_time\n{name}\t2019-03-02T10:15:00Z\nQuackenbush.nii\t2019-03-02T10:15:00Z\n"
    )
    return tmp_path


def test_a_table_of_scans_names_them_as_they_are_called_now(scans):
    _done, told = run(scans, scans / "in", scans / "out")
    made = {path.rpartition("_")[2]: entry["output"] for path, entry in told["files"].items()}
    table = scans / "out" / made["scans.tsv"]
    rows = [line.split("\t") for line in table.read_text().splitlines()]
    assert rows[0] == ["filename", "acq_time"] and len(rows) == 2
    assert (table.parent / rows[1][0]).samefile(scans / "out" / made["T1w.nii.gz"])
    assert "2019-03-02" not in table.read_text() and "uackenbush" not in table.read_text()


def test_the_report_of_the_command_names_dropped_columns(tmp_path):
    (tmp_path / "key").write_text("ab" * 32)
    (tmp_path / "a.csv").write_text("patient_id,initials,Quackenbush\nP77,AQ,Zolvart\n")
    _done, told = run(tmp_path, tmp_path / "a.csv", tmp_path / "out")
    assert told["files"]["a.csv"]["dropped_columns"] == ["initials", "column 3"]
    assert "uackenbush" not in json.dumps(told)


@pytest.mark.parametrize(
    ("values", "role"),
    [
        (["ses-01", "ses-M06"], R.CODE), (["ses-baseline"], R.CODE), (["ses-20190302"], R.DROP), (["ses-Quackenbush"], R.DROP),
    ],
)  # fmt: skip
def test_sessions_of_bids_stay_where_they_are_numbers_or_known_words(values, role):
    assert propose_role("session_id", values) is role


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("Geschlecht", ["männlich", "weiblich"], R.CODE), ("Diagnose", ["Lungenkarzinom", "Bluthochdruck"], R.CODE),
        ("ETHNIC", ["NOT HISPANIC OR LATINO"], R.CODE), ("Diagnose", ["Lindemann"], R.DROP),
        ("Diagnose", ["Lungenkarzinom", "Weißgerber"], R.DROP),
    ],
)  # fmt: skip
def test_codes_of_german_clinics_and_of_ethnicity_stay_and_surnames_go(name, values, role):
    assert propose_role(name, values) is role


def test_what_a_comment_of_cdisc_is_about_stays_and_the_comment_goes():
    header = "STUDYID,DOMAIN,USUBJID,RDOMAIN,IDVAR,IDVARVAL,COVAL"
    rows, _ = cleaned(f"{header}\nTRIAL77,CO,TRIAL77-01-11,AE,AESEQ,1,told by Quackenbush\n")
    assert rows == [
        header.removesuffix(",COVAL"),
        f"TRIAL77,CO,{IDENTITY.pseudonym('TRIAL77-01-11')},AE,AESEQ,1",
    ]


@pytest.mark.parametrize(
    "term",
    ["Choriogonadotropin Beta", "AMOXICILLIN/CLAVULANIC ACID", "Gamma Glutamyl Transferase", "ACETYLSALICYLIC ACID",
     "OTHER ANALGESICS AND ANTIPYRETICS", "Haptoglobin", "Hämoglobin", "Leukozyten", "Dysgeusia", "MYCOPHENOLATE MOFETIL"],
)  # fmt: skip
def test_names_of_laboratory_tests_and_drugs_stay(term):
    assert TextCleaner([], None).clean(term) == term


def test_uids_in_a_table_are_those_of_the_released_images():
    study, series = "1.2.826.0.1.3680043.8.498.129", "1.2.826.0.1.3680043.8.498.825"
    rows, told = cleaned(
        f"patient_id,SeriesInstanceUID,study_uid\nP1,{series},{study}\nP2,{series},{study}\n"
    )
    assert not told.dropped
    assert [row.split(",")[1:] for row in rows[1:]] == [[IDENTITY.uid(series), IDENTITY.uid(study)]] * 2
