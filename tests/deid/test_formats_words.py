"""Formats that hold words among their structure: what of each field stays, and what of the rest is gone."""

import io
import json
from xml.etree import ElementTree

import pytest

from deid.engine import Identity, RefusedError
from deid.engine.formats.bids.names import (
    bids_name,
    clean_label,
    is_bids,
    is_of_data_set,
    name_in_data_set,
)
from deid.engine.formats.bids.sidecars import clean_gradients, clean_sidecar
from deid.engine.formats.documents.cda import clean_cda, identifying_values
from deid.engine.formats.raw.ismrmrd import clean_header_xml, technical_facts
from deid.engine.formats.wording import wording_of

IDENTITY = Identity(bytes(32), shift_range_days=(10, 10))
PSEUDONYM = IDENTITY.pseudonym("s")
LABEL = PSEUDONYM.replace("-", "")


def code_of(act, *given, **more) -> str:
    try:
        act(*given, **more)
    except RefusedError as error:
        return error.code
    return ""


def cleaned(act, content: bytes, **more) -> tuple[bytes, dict]:
    out = io.BytesIO()
    report = act(io.BytesIO(content), out, identity=IDENTITY, subject_key="s", **more)
    assert report.pseudonym == PSEUDONYM and report.size == len(out.getvalue())
    return out.getvalue(), {code: number for code, number in report.counts.items() if number}


# BIDS


@pytest.mark.parametrize(
    ("key", "value", "after"),
    [
        ("RepetitionTime", 2.5, 2.5), ("RepetitionTime", "2.5", None), ("SliceTiming", [0, 1.5, True], [0, 1.5, True]),
        ("SliceTiming", [0, "x"], None),
        ("SliceTiming", [[0], [1]], [[0], [1]]), ("Manufacturer", "Siemens", "Siemens"),
        ("Manufacturer", "Quackenbush", None), ("Manufacturer", 7, None),
        ("Manufacturer", ["Siemens", "Quackenbush", 7], ["Siemens"]), ("Manufacturer", ["Quackenbush"], None),
        ("SeriesDescription", "axial knee", "axial knee"),
        ("SeriesDescription", "Quackenbush knee", "knee"), ("SeriesDescription", "Quackenbush", None),
        ("AcquisitionTime", "10:11:12.5", "10:11:12.5"),
        ("AcquisitionTime", "ten", None),
        ("AcquisitionDateTime", "2019-03-02T10:11:12.12345678", "2019-03-12T10:11:12.123456"),
        ("AcquisitionDateTime", "x", None),
        ("SeriesInstanceUID", "1.2.840.99.7.1", IDENTITY.uid("1.2.840.99.7.1")), ("SeriesInstanceUID", "Quackenbush", None),
        ("PatientName", "Quackenbush", None),
        ("Quackenbush", 7, None),
        ("IntendedFor", "ses-1/func/sub-P77_ses-1_task-rest_bold.nii.gz", f"ses-1/func/sub-{LABEL}_ses-1_task-rest_bold.nii.gz"),
        ("IntendedFor", "Quackenbush.nii", None),
        ("age", {"Description": "in years of Quackenbush", "Units": "years"}, {"Description": "in years of", "Units": "years"}),
        ("sex", {"Levels": {"F": "female", "M": "male", "x": 7}}, {"Levels": {"F": "female", "M": "male"}}),
        ("the age", {"Description": "x"}, None), ("age", {"other": "x"}, None),
    ],
)  # fmt: skip
def test_a_key_of_a_sidecar_stays_with_what_its_kind_may_hold(key, value, after):
    written, counts = cleaned(
        clean_sidecar, json.dumps({key: value, "EchoTime": 1}).encode(), known_values=["Quackenbush"]
    )
    assert json.loads(written) == ({} if after is None else {key: after}) | {"EchoTime": 1}
    assert counts == ({"K": 1, "X": 1} if after is None else {"K": 2} if after == value else {"K": 1, "C": 1})


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b"{", b'{"a": NaN}', b'{"a": Infinity}', b"\xff{}", b"7", b"[" * 100_000]
)
def test_what_is_no_sidecar_is_refused(content):
    assert code_of(cleaned, clean_sidecar, content) == "bad_sidecar"
    assert cleaned(clean_sidecar, b"\xef\xbb\xbf{}")[0] == b"{}\n"


@pytest.mark.parametrize(
    ("content", "written"),
    [
        (b"0 1000  2000\n", b"0 1000 2000\n"), (b"0.5 -1e-3\n\n1 .5\n", b"0.5 -1e-3\n1 .5\n"), (b"0 Quackenbush\n", None),
        (b"\n", None), (b"0 1,5", None),
        (b"1 2 3", b"1 2 3\n"), (b"1e1234", None), (b"1234567890123", None),
    ],
)  # fmt: skip
def test_gradients_are_numbers(content, written):
    if written is None:
        assert code_of(cleaned, clean_gradients, content) == "bad_sidecar"
    else:
        assert cleaned(clean_gradients, content) == (written, {"K": len(written.split())})


@pytest.mark.parametrize(
    ("key", "value", "after"),
    [
        ("run", "12", "12"), ("run", "1234", "1234"), ("run", "12345", ""), ("run", "one", ""),
        ("echo", "1", "1"), ("ses", "20190302", "20190312"),
        ("ses", "20191302", ""), ("ses", "1", "1"),
        ("ses", "V12", "V12"), ("ses", "ABCD12", ""), ("ses", "baseline", "baseline"), ("acq", "knee", "knee"),
        ("acq", "kneeAxial", "kneeAxial"), ("acq", "Quackenbush", ""),
        ("acq", "knee123", "knee123"), ("acq", "knee1234", ""), ("acq", "1234", ""), ("acq", "20190302", ""),
    ],
)  # fmt: skip
def test_a_label_stays_where_it_is_an_index_a_visit_or_known_words(key, value, after):
    assert clean_label(key, value, IDENTITY, "s") == after


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("sub-P77/anat/sub-P77_T1w.nii.gz", f"sub-{LABEL}/anat/sub-{LABEL}_T1w.nii.gz"),
        ("x/Quackenbush/sub-P77/ses-1/func/sub-P77_ses-1_task-rest_run-2_bold.JSON",
         f"sub-{LABEL}/ses-1/func/sub-{LABEL}_ses-1_task-rest_run-2_bold.json"),
        ("sub-P77_run-2_acq-knee_T1w.nii", f"sub-{LABEL}/sub-{LABEL}_acq-knee_run-2_T1w.nii"),
        ("sub-P77_acq-Quackenbush_T1w.nii", f"sub-{LABEL}/sub-{LABEL}_T1w.nii"),
        ("sub-P77_Quackenbush.nii", f"sub-{LABEL}/sub-{LABEL}.nii"),
        ("anat/func/sub-P77_T1w.nii", f"sub-{LABEL}/func/sub-{LABEL}_T1w.nii"),
        ("sub-P77/sub-P77_xyz-1_T1w.nii", f"sub-{LABEL}/sub-{LABEL}_T1w.nii"),
    ],
)  # fmt: skip
def test_a_bids_name_is_made_anew_in_the_order_of_the_specification(path, name):
    assert bids_name(path, IDENTITY, "s") == name


@pytest.mark.parametrize(
    ("path", "bids", "shared"),
    [
        ("a/sub-1_T1w.nii", True, False), ("sub-1/T1w.nii", False, False), ("participants.tsv", False, True),
        ("x/dataset_description.json", False, True),
        ("task-rest_bold.json", False, True), ("sub-1/task-rest_bold.json", False, False),
        ("task-rest_bold.tsv", False, False), ("xsub-1_T1w.nii", False, False),
        ("notes.json", False, False),
    ],
)  # fmt: skip
def test_files_of_a_subject_and_of_all_are_told_apart(path, bids, shared):
    assert (is_bids(path), is_of_data_set(path)) == (bids, shared)


# ISMRMRD


def isml(*inside: str) -> bytes:
    return f'<ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD">{"".join(inside)}</ismrmrdHeader>'.encode()


@pytest.mark.parametrize(
    ("group", "name", "text", "after"),
    [
        ("subjectInformation", "patientName", "Quackenbush", PSEUDONYM),
        ("subjectInformation", "patientID", "MRN77", PSEUDONYM),
        ("subjectInformation", "patientWeight_kg", "71.5", "71.5"), ("subjectInformation", "patientWeight_kg", "heavy", None),
        ("subjectInformation", "patientBirthdate", "1961-02-03", None), ("subjectInformation", "patientGender", "F", "F"),
        ("subjectInformation", "patientGender", "Quackenbush", None),
        ("studyInformation", "studyDate", "2019-03-02", "2019-03-12"),
        ("studyInformation", "studyDate", "spring", None), ("studyInformation", "studyTime", "10:11:12", "10:11:12"),
        ("studyInformation", "studyTime", "ten", None),
        ("studyInformation", "studyDescription", "knee of Quackenbush", "knee of"),
        ("studyInformation", "accessionNumber", "A77", None),
        ("studyInformation", "studyInstanceUID", "1.2.3", IDENTITY.uid("1.2.3")),
        ("measurementInformation", "patientPosition", "HFS", "HFS"),
        ("measurementInformation", "measurementID", "45387_1", IDENTITY.uid("45387_1")),
        ("encoding", "trajectory", "cartesian", "cartesian"),
        ("encoding", "trajectory", "Quackenbush", None), ("sequenceParameters", "TE", "3.5e-3", "3.5e-3"),
        ("sequenceParameters", "TE", "true", "true"),
        ("acquisitionSystemInformation", "institutionName", "Brambleton", None),
        ("acquisitionSystemInformation", "systemVendor", "Siemens", "Siemens"),
        ("Quackenbush", "TE", "3", None),
    ],
)  # fmt: skip
def test_a_field_of_a_raw_header_stays_with_what_its_kind_may_hold(group, name, text, after):
    raw, counts = clean_header_xml(
        isml("<version>1</version>", f"<{group}><{name}> {text} </{name}></{group}>"),
        IDENTITY,
        "s",
        ["Quackenbush"],
    )
    root = ElementTree.fromstring(raw)
    found = {
        element.tag.rpartition("}")[2]: (element.text or "").strip()
        for element in root.iter()
        if len(element) == 0
    }
    assert found == {"version": "1"} | ({name: after} if after else {})
    assert sum(counts.values()) == 2 and counts["K"] == (2 if after == text else 1)
    if after and after != text:
        assert counts["U" if "UID" in name or name == "measurementID" else "C"] == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "bad_raw"), (b"<a/>", "bad_raw"), (isml()[:-3], "bad_raw"),
        (b"<!DOCTYPE a>" + isml("<version>1</version>"), "bad_raw"), (isml("<version>1</version>") + b"\0\0", ""),
        (isml(), "bad_raw"), (isml("<Quackenbush>1</Quackenbush>"), "bad_raw"),
        (isml("<encoding>" * 11 + "<TE>1</TE>" + "</encoding>" * 11), ""),
        (isml("<encoding>" * 12 + "<TE>1</TE>" + "</encoding>" * 12), "bad_raw"),
    ],
)  # fmt: skip
def test_what_is_no_raw_header_is_refused(raw, code):
    assert code_of(clean_header_xml, raw, IDENTITY, "s") == code


@pytest.mark.parametrize(
    ("inside", "facts"),
    [
        ("", {}), ("<systemFieldStrength_T>2.89</systemFieldStrength_T>", {"magnetic_field_strength": 2.89}),
        ("<systemFieldStrength_T>strong</systemFieldStrength_T>", {}),
        ("<receiverChannels>4.0</receiverChannels><receiverChannels>9</receiverChannels>", {"receiver_channels": 4}),
        ("<trajectory>Quackenbush</trajectory>", {"trajectory": ""}),
        ("<reconSpace><matrixSize><x>8</x><y>6</y><z>5</z></matrixSize></reconSpace>", {"columns": 8, "rows": 6}),
        ("<encodedSpace><matrixSize><x>8</x><y>6</y><z>5</z></matrixSize></encodedSpace>", {"depth": 5}),
        ("<encodingLimits><slice><maximum>31</maximum></slice></encodingLimits>", {"depth": 32}),
        ("<encodingLimits><slice><maximum>x</maximum></slice></encodingLimits>", {}),
        ("<bodyPartExamined>KNEE</bodyPartExamined>", {"body_part": "KNEE"}),
        ("<coilName>Head</coilName>", {"body_part": "HEAD"}), ("<coilName>Knee</coilName>", {}),
        ("<studyDescription>Brain</studyDescription>", {"body_part": "HEAD"}),
    ],
)  # fmt: skip
def test_facts_of_a_raw_header_are_what_it_states(inside, facts):
    assert technical_facts(isml(inside)) == {"depth": 1, "body_part": ""} | facts


# Clinical documents


WORDING = wording_of(IDENTITY, "s", ["Quackenbush^Ada"])
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def cda(*inside: str) -> bytes:
    return f'<ClinicalDocument xmlns="urn:hl7-org:v3" {XSI}>{"".join(inside)}</ClinicalDocument>'.encode()


MASKED = '<recordTarget><patientRole><id nullFlavor="MSK" /></patientRole></recordTarget>'


@pytest.mark.parametrize(
    ("inside", "after"),
    [
        ("<title>Report of Quackenbush on knee</title>", "<title>Report of on knee</title>"),
        ("<author><name>Quackenbush</name></author>", ""), ("<id extension='77' />", ""),
        ('<code code="11502-2" codeSystem="2.16.840.1.113883.6.1" displayName="knee" />',
         '<code code="11502-2" codeSystem="2.16.840.1.113883.6.1" displayName="knee" />'),
        ('<code code="Quackenbush" codeSystem="1.2.3" displayName="Quackenbush knee" />', '<code displayName="knee" />'),
        ('<code code="a b" />', "<code />"),
        ('<templateId root="2.16.840.1.5" />', '<templateId root="2.16.840.1.5" />'),
        ('<typeId root="2.16.840.1.5" extension="77" />', '<typeId root="2.16.840.1.5" />'),
        ('<code root="2.16.840.1.5" />', "<code />"), ('<templateId root="x" />', "<templateId />"),
        ('<effectiveTime value="20190302101112" />', '<effectiveTime value="20190312101112" />'),
       
        ('<effectiveTime value="2019" />', '<effectiveTime value="2019" />'),
        ('<effectiveTime value="20191399" />', "<effectiveTime />"), ('<low value="77123456" />', "<low />"),
        ('<effectiveTime value="2019+0100" />', "<effectiveTime />"),
        ('<low value="20190302" />', '<low value="20190312" />'),
        ('<value value="8.5" unit="mm" />', '<value value="8.5" unit="mm" />'), ('<value value="eight" />', "<value />"),
        ('<value xsi:type="PQ" />', '<value xsi:type="PQ" />'),
        ('<doseQuantity value="20190302" />', '<doseQuantity value="20190302" />'),
        ('<value unit="Quackenbush" />', "<value />"),
        ("<text>of <b>Quackenbush</b> knee</text>", "<text>of  knee</text>"),
        ("<text><br />of Quackenbush</text>", "<text><br />of</text>"),
        ("<text><br />knee<x>y</x>axial</text>", "<text><br />knee axial</text>"),
        ("<section>Quackenbush</section>", "<section />"), ("<x:title xmlns:x='urn:x'>knee</x:title>", ""),
    ],
)  # fmt: skip
def test_an_element_of_a_clinical_document_stays_with_what_it_may_hold(inside, after):
    """HL7 CDA R2: narrative is cleaned, published codes stay, people and places go; the patient is masked."""
    made = ElementTree.fromstring(clean_cda(cda(inside), WORDING))
    expected = ElementTree.fromstring(cda(after, MASKED))
    assert [plain(child) for child in made] == [plain(child) for child in expected]


def plain(element):
    text = " ".join((element.text or "").split())
    return (
        element.tag,
        element.attrib,
        text,
        [(plain(one), " ".join((one.tail or "").split())) for one in element],
    )


def test_the_masked_patient_stands_before_the_body():
    made = ElementTree.fromstring(clean_cda(cda("<title>knee</title><component /><component />"), WORDING))
    assert [child.tag.rpartition("}")[2] for child in made] == [
        "title",
        "recordTarget",
        "component",
        "component",
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bad_document"), (b"<a/>", "bad_document"), (cda()[:-2], "bad_document"),
        (b"<!DOCTYPE a>" + cda(), "bad_document"), (cda(), ""),
        (cda("<list>" * 64 + "</list>" * 64), ""), (cda("<list>" * 65 + "</list>" * 65), "too_deep"),
    ],
)  # fmt: skip
def test_what_is_no_clinical_document_is_refused(content, code):
    assert code_of(clean_cda, content, WORDING) == code


def test_whom_a_document_names_is_told_as_names_and_values():
    named = cda(
        "<recordTarget><id extension='MRN77' root='1.2' /><name><given>Ada</given> <family>Stone</family></name><name />",
        "<addr><city>Brambleton</city></addr><telecom value='tel:555' /><telecom value='mailto:a@b.c' />",
        "<birthTime value='19610203' /></recordTarget>",
        "<code code='x' /><title>Quackenbush</title>",
    )  # fmt: skip
    assert identifying_values(named) == [
        "MRN77",
        "Ada^Stone^",
        "Ada",
        "Stone",
        "Brambleton",
        "Brambleton",
        "555",
        "a@b.c",
        "19610203",
    ]


@pytest.mark.parametrize(
    ("key", "value", "after"),
    [
        ("ScanningSequence", "GR\\IR", "GR\\IR"), ("SequenceVariant", "SK\\SP\\MP", "SK\\SP\\MP"),
        ("ScanOptions", "IR\\Quackenbush", None), ("InPlanePhaseEncodingDirectionDICOM", "ROW", "ROW"),
        ("TaskName", "nback", "nback"), ("TaskName", "Quackenbush", "unnamed"),
    ],
)  # fmt: skip
def test_codes_of_several_values_and_names_of_tasks_stay(key, value, after):
    written, _ = cleaned(clean_sidecar, json.dumps({key: value, "EchoTime": 1}).encode())
    assert json.loads(written) == ({} if after is None else {key: after}) | {"EchoTime": 1}


@pytest.mark.parametrize(
    ("label", "after"), [("nback", "nback"), ("2back", "2back"), ("restEyesOpen", "restEyesOpen"), ("Quackenbush", "unnamed")]
)  # fmt: skip
def test_a_functional_image_always_names_its_task(label, after):
    name = bids_name(f"sub-P77/func/sub-P77_task-{label}_run-1_bold.nii.gz", IDENTITY, "s")
    assert name == f"sub-{LABEL}/func/sub-{LABEL}_task-{after}_run-1_bold.nii.gz"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("bids/task-rest_bold.json", "task-rest_bold.json"),
        ("task-Quackenbush_acq-knee_bold.json", "task-unnamed_acq-knee_bold.json"),
        ("bids/participants.json", "participants.json"), ("dwi.json", ""), ("sub-P77/sub-P77_task-rest_bold.json", ""),
    ],
)  # fmt: skip
def test_a_sidecar_of_all_images_of_a_task_keeps_the_name_they_go_by(path, name):
    assert name_in_data_set(path, IDENTITY, "s") == name


def test_a_column_called_after_a_person_is_not_described():
    told = {"Description": "score"}
    content = json.dumps(
        {"Quackenbush": told, "quackenbush_rt": told, "Grimwade": told, "mmse": told, "response_time": told}
    )
    written, _ = cleaned(clean_sidecar, content.encode(), known_values=["Quackenbush^Ada"])
    assert json.loads(written) == {"mmse": told, "response_time": told}
