"""Raw data of lines and plain arrays: BART, PulSeq, DDSM, and text that hides among numbers."""

import io

import numpy as np
import pytest

from deid.engine import Identity, RefusedError
from deid.engine.formats.raw.bart import bart_depth, clean_bart_data, clean_bart_header, dimensions
from deid.engine.formats.raw.ddsm import clean_ddsm
from deid.engine.formats.raw.hidden import looks_like_text
from deid.engine.formats.raw.pulseq import clean_pulseq, sequence_facts, signature_state

IDENTITY = Identity(bytes(32), shift_range_days=(10, 10))
PSEUDONYM = IDENTITY.pseudonym("s")


def cleaned(act, content: bytes, **more) -> tuple[bytes, dict]:
    out = io.BytesIO()
    report = act(io.BytesIO(content), out, identity=IDENTITY, subject_key="s", **more)
    assert report.size == len(out.getvalue()) and report.pseudonym == PSEUDONYM
    return out.getvalue(), {code: number for code, number in report.counts.items() if number}


def code_of(act, *given, **more) -> str:
    try:
        act(*given, **more)
    except RefusedError as error:
        return error.code
    return ""


# BART


@pytest.mark.parametrize(
    ("text", "extents"),
    [
        (b"# Dimensions\n4 3 2\n", [4, 3, 2]), (b"# Command\nbart Quackenbush\n#  Dimensions\n1 2\n", None),
        (b"# dimensions \n 4  3 \n", [4, 3]),
        (b"# Dimensions\n" + b" ".join([b"1"] * 32) + b"\n", [1] * 32), (b"# Dimensions\n" + b" ".join([b"1"] * 33), None),
        (b"# Dimensions\n4 0 2\n", None),
        (b"# Dimensions\nfour\n", None), (b"# Dimensions", None), (b"", None), (b"# Dimensions\nx\n# Dimensions\n5\n", [5]),
        (b"# Dimensions\n1234567890123\n", None),
    ],
)  # fmt: skip
def test_dimensions_are_what_a_header_says_under_their_name(text, extents):
    if extents is None:
        assert code_of(dimensions, text) == "bad_raw"
        return
    assert dimensions(text) == extents
    written, counts = cleaned(clean_bart_header, text + b"# Creator\nQuackenbush\n")
    assert written == b"# Dimensions\n" + " ".join(map(str, extents)).encode() + b"\n" and counts == {"K": 1}


def test_a_header_of_a_nifti_pair_is_told_apart():
    assert code_of(dimensions, bytes(344) + b"ni1\0") == "nifti_pair"


@pytest.mark.parametrize(
    ("extents", "depth"),
    [([4], 1), ([4, 3], 1), ([4, 3, 7], 7), ([4, 3, 7, 99], 7), ([9] * 2 + [1] * 11 + [5], 5),
        ([9] * 2 + [6] + [1] * 10 + [5], 6), ([1] * 12 + [9, 1, 9], 1)],
)  # fmt: skip
def test_an_array_is_as_deep_as_its_partitions_or_slices(extents, depth):
    assert bart_depth(b"# Dimensions\n" + " ".join(map(str, extents)).encode()) == depth


@pytest.mark.parametrize(
    ("size", "said", "code"),
    [(48, b"3 2", ""), (47, b"3 2", "bad_raw"), (56, b"3 2", "bad_raw"), (48, None, ""), (47, None, "bad_raw"),
        (0, None, "bad_raw"), (8, b"999999999999 999999", "too_large")],
)  # fmt: skip
def test_an_array_is_as_long_as_its_header_says(tmp_path, size, said, code):
    beside = tmp_path / "x.hdr"
    if said:
        beside.write_bytes(b"# Dimensions\n" + said + b"\n")
    content = bytes(range(size % 256)) * (size > 0)
    assert code_of(cleaned, clean_bart_data, content, beside=beside) == code
    if not code:
        assert cleaned(clean_bart_data, content, beside=beside)[0] == content
    data = tmp_path / "x.cfl"
    data.write_bytes(content)
    if said:
        assert code_of(cleaned, clean_bart_header, beside.read_bytes(), beside=data) == code


# PulSeq


def sequence(*lines: str) -> bytes:
    return "\n".join(["[VERSION]", "major 1", "minor 4", "[BLOCKS]", "1 2 3", *lines, ""]).encode()


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("2 3 4", "2 3 4"), ("2  -3.5e-3 +4. .5", "2 -3.5e-3 +4. .5"), ("2 3 # Quackenbush", "2 3"),
        ("# Quackenbush", None), ("1 2 SLC", "1 2 SLC"),
        ("[RF]", "[RF]"), ("[QUACKENBUSH]", None), ("[SIGNATURE]\nQuackenbush", None),
        ("[DEFINITIONS]\nFOV 0.2 0.2", "FOV 0.2 0.2"),
        ("[DEFINITIONS]\nName gre_knee", "Name gre_knee"), ("[DEFINITIONS]\nName Quackenbush", None),
        ("[DEFINITIONS]\nName gre_Quackenbush_knee", "Name gre_knee"),
        ("[DEFINITIONS]\nFOV x", None),
        ("[DEFINITIONS]\nFOV", None), ("[DEFINITIONS]\nQuackenbush 1", None),
        ("[DEFINITIONS]\nSliceThickness 1", "SliceThickness 1"), ("[DEFINITIONS]\nTR 1 2", "TR 1 2"),
        ("[DEFINITIONS]\nSlices 12", "Slices 12"), ("[DEFINITIONS]\nSlices 1234567", None),
        ("[DEFINITIONS]\nTotalDuration 12345678", "TotalDuration 12345678"),
    ],
)  # fmt: skip
def test_a_line_of_a_sequence_is_numbers_and_known_words(line, kept):
    plain, _ = cleaned(clean_pulseq, sequence())
    written, _ = cleaned(clean_pulseq, sequence(line))
    assert signature_state(written) == "valid" and b"uackenbush" not in written
    body = written.rpartition(b"\n[SIGNATURE]")[0].decode()
    assert body.split("\n")[:7] == plain.decode().split("\n")[:7]
    assert (
        (kept in body.split("\n"))
        if kept
        else body.replace("\n[DEFINITIONS]\n", "") == plain.rpartition(b"\n[SIGNATURE]")[0].decode()
    )


def test_what_became_of_the_lines_of_a_sequence_is_counted():
    _, counts = cleaned(
        clean_pulseq,
        sequence("2  3", "# note", "[DEFINITIONS]", "Operator Quackenbush", "[NOTES]", "Quackenbush"),
    )
    assert counts == {"K": 3, "C": 1, "X": 3}


@pytest.mark.parametrize(
    ("content", "code"),
    [(sequence("2 Quackenbush"), "bad_raw"), (b"[VERSION]\n", "bad_raw"), (b"[BLOCKS]\n", "bad_raw"),
        (b"\xff" + sequence("[NOTES]"), ""), (b"\xff[BLOCKS]", "bad_raw")],
)  # fmt: skip
def test_a_sequence_with_words_among_its_numbers_is_refused(content, code):
    assert code_of(cleaned, clean_pulseq, content) == code


@pytest.mark.parametrize(
    ("lines", "facts"),
    [
        ([], {"version": "1.4.0"}),
        (["[DEFINITIONS]", "FOV 0.2 0.2 0.1", "TE 0.005 # note", "TR 2"],
         {"version": "1.4.0", "field_of_view": [0.2, 0.2, 0.1], "echo_time": [0.005], "repetition_time": [2.0]}),
        (["[DEFINITIONS]", "TE x", "TR"], {"version": "1.4.0"}), (["revision 2"], {"version": "1.4.2"}),
    ],
)  # fmt: skip
def test_facts_of_a_sequence_are_its_numbers(lines, facts):
    assert sequence_facts(sequence(*lines)) == facts | {"signature": "none"}
    signed = (
        cleaned(clean_pulseq, sequence(*lines))[0] if facts != {"version": "1.4.0"} or not lines else None
    )
    if signed:
        assert sequence_facts(signed)["signature"] == "valid"
        assert (
            signature_state(signed.replace(b"major 1", b"major 2")) == "wrong"
            and signature_state(signed.replace(b"Hash", b"Hush")) == "none"
        )


# DDSM


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("filename B-3024-1", f"filename {PSEUDONYM}"), ("DATE_OF_STUDY 2 3 2019", "DATE_OF_STUDY 2 13 2019"),
        ("DATE_OF_STUDY 25 12 2019", "DATE_OF_STUDY 4 1 2020"),
        ("DATE_OF_STUDY 12 25 2019", "DATE_OF_STUDY 1 4 2020"), ("DATE_DIGITIZED 13 13 2019", ""),
        ("DATE_OF_STUDY today", ""), ("PATIENT_AGE 45", "PATIENT_AGE 45"),
        ("PATIENT_AGE 95", "PATIENT_AGE 90+"), ("PATIENT_AGE old", ""), ("FILM_TYPE REGULAR", "FILM_TYPE REGULAR"),
        ("FILM_TYPE Quackenbush", ""), ("DIGITIZER", ""),
        ("DENSITY 3", "DENSITY 3"), ("DENSITY x", ""), ("ics_version 1.0", "ics_version 1.0"), ("SEQUENCE", "SEQUENCE"),
        ("BOUNDARY", "BOUNDARY"), ("CORE", "CORE"), ("SEQUENCES", ""),
        ("1 2 -3.5 #", "1 2 -3.5 #"), ("#", "#"), ("1234567890", ""),
        ("LEFT_CC LINES 12 PIXELS_PER_LINE 34 BITS_PER_PIXEL 12 RESOLUTION 43.5 OVERLAY", "same"),
        ("LEFT_CC LINES 12 PIXELS_PER_LINE 34 BITS_PER_PIXEL 12 RESOLUTION 43.5 Quackenbush", ""),
        ("TOTAL_ABNORMALITIES 2", "same"), ("ABNORMALITY x", ""),
        ("LESION_TYPE MASS SHAPE OVAL MARGINS ILL_DEFINED", "same"), ("LESION_TYPE QUACKENBUSH", ""),
        ("LESION_TYPE 123", "same"), ("LESION_TYPE 1234", ""), ("Quackenbush 1", ""),
    ],
)  # fmt: skip
def test_a_line_of_a_ddsm_file_is_geometry_or_lexicon(line, after):
    expected = line if after == "same" else after
    written, counts = cleaned(clean_ddsm, f"CORE\n\n{line}\n".encode())
    assert written.decode() == "CORE\n" + (expected + "\n" if expected else "")
    assert counts == ({"K": 2} if expected == line else {"K": 1, "C": 1} if expected else {"K": 1, "X": 1})


def test_a_ddsm_file_without_a_known_line_is_refused():
    assert (
        code_of(cleaned, clean_ddsm, b"Quackenbush\n")
        == code_of(cleaned, clean_ddsm, b"CORE \xff")
        == "bad_raw"
    )


# Text in arrays


def codes(text: str, kind=np.uint8, shape=None) -> np.ndarray:
    return np.frombuffer(text.encode("latin-1"), np.uint8).astype(kind).reshape(shape or -1)


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (codes("Quackenbush"), True), (codes("Quackenbush", np.int32), True), (codes("Quackenbush", np.float64), False),
        (codes("Qua"), True), (codes("Qu"), False),
        (codes("Quackenbush", shape=(1, 11)), True), (codes("Quackenbush", shape=(11, 1)), True),
        (codes("Quackenb", shape=(2, 4)), False), (codes("ab12"), True),
        (codes("ab123"), False), (codes("abc\x01"), False), (codes("bca\0\0\0"), True), (codes("\0\0\0"), False),
        (codes("abcdef"), False), (codes("fedcba"), False),
        (np.array([*map(ord, "Kovačević"), 0, 0], np.uint16), True), (np.array([*map(ord, "Elż")], np.uint16), True),
        (np.array([*map(ord, "Ił")], np.uint16), False), (np.array([*map(ord, "Łżćńłż")], np.uint16), False),
        (codes("abcdee"), True), (codes("Qua") + np.int16(256), False), (np.frombuffer(b"Quackenbush!", np.int32), True),
        (np.frombuffer(b"Quac", np.int32), False),
        (np.frombuffer(b"Quackenb", np.int64), True), (np.frombuffer(b"Qu\0\0Qu\0\0", np.int32), False),
        (np.frombuffer(b"Qua\0Qua\0", np.int32), True),
        (np.frombuffer(b"Qua\0Qu\0\0", np.int32), False), (np.zeros(0, np.uint8), False),
        (np.full(1 << 16, 97, np.uint8), True), (np.full((1 << 16) + 1, 97, np.uint8), False),
        (np.array(97, np.uint8), False), (-codes("Quackenbush", np.int16), False),
    ],
)  # fmt: skip
def test_a_line_of_characters_among_numbers_is_found(array, text):
    assert looks_like_text(array) is text
