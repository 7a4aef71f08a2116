"""Raw data beside HDF5: BART, PulSeq and DDSM keep their numbers and lose their words."""

import io
import re

import numpy as np
import pytest

from deid.engine import RefusedError, sandbox
from deid.engine.formats.raw.bart import clean_bart_data, clean_bart_header
from deid.engine.formats.raw.ddsm import clean_ddsm
from deid.engine.formats.raw.pulseq import clean_pulseq, signature_state
from tests.deid.raw_words import SEQ, planted


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("bart_header", b"# Dimensions\n99999999 99999999 9999\n"),
        ("bart_header", b"# Dimensions\n" * 200_000),
        ("bart_data", bytes(63)),
        ("pulseq", b"[VERSION]\nmajor 1\n[BLOCKS]\nQuackenbush\n"),
        ("pulseq", bytes(1 << 20)),
        ("ddsm", b"Quackenbush " * 1000),
        ("gradients", b"1 " * 1000 + b"x"),
        ("model", bytes(80) + b"\xff\xff\xff\xff" + bytes(50)),
        ("image", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"),
        ("image", b"\xff\xd8\xff\xe0\xff\xff"),
        ("image", b"II*\0\x08\0\0\0\xff\xff" + bytes(40)),
        ("image", b"P5\n999999999 999999999\n255\n"),
        ("nifti", b"\x1f\x8b" + bytes(100)),
    ],
)
def test_hostile_files_of_each_kind_are_refused_in_the_sandbox(kind, content, tmp_path):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(RefusedError) as refusal:
        sandbox.run("clean_file", kind, tmp_path / "a", tmp_path / "b", "ab" * 32, "s")
    assert refusal.value.code not in {"crashed", "killed", "not_understood", "too_much_time"}


def run(function, content, identity, **more):
    out = io.BytesIO()
    report = function(io.BytesIO(content), out, identity=identity, subject_key="s", **more)
    return out.getvalue(), report


def test_a_bart_header_keeps_its_dimensions_only(identity, tmp_path):
    header = (
        b"# Dimensions\n4 2 1 \n# Command\nbart fft 7 /home/quackenbush/in out\n# Creator\nBART Quackenbush\n"
    )
    data = np.arange(16, dtype=np.float32).tobytes()
    (tmp_path / "a.hdr").write_bytes(header)
    (tmp_path / "a.cfl").write_bytes(data)
    assert run(clean_bart_header, header, identity, beside=tmp_path / "a.cfl")[0] == b"# Dimensions\n4 2 1\n"
    assert run(clean_bart_data, data, identity, beside=tmp_path / "a.hdr")[0] == data


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"# Dimensions\n",
        b"# Dimensions\n4 x\n",
        b"# Dimensions\n99999999 99999999 9999\n",
        b"# Dimensions\n4 3\n",
    ],
)
def test_a_bart_pair_that_does_not_fit_is_refused(header, identity, tmp_path):
    (tmp_path / "a.hdr").write_bytes(header)
    with pytest.raises(RefusedError):
        run(clean_bart_data, bytes(64), identity, beside=tmp_path / "a.hdr")


def test_a_sequence_keeps_its_events_and_is_signed_anew(identity):
    body, _ = run(clean_pulseq, SEQ.encode(), identity, known_values=["MRN77123"])
    assert not planted(body) and signature_state(body) == "valid"
    text = body.decode()
    assert "FOV 0.256 0.256 0.003\nName gre\nTE 0.005" in text and "Operator" not in text
    assert "2 100 0 2 0 0 1 0\n" in text and "shape_id 1\nnum_samples 2\n1\n-0.5\n" in text
    assert (
        signature_state(body.replace(b"250.5", b"999.5")) == "wrong"
        and signature_state(SEQ.encode()) == "none"
    )
    assert run(clean_pulseq, body, identity)[0] == body


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", SEQ.replace("250.5", "Quackenbush").encode(), SEQ.replace("[BLOCKS]", "").encode()],
)
def test_a_sequence_with_words_for_numbers_is_refused(content, identity):
    with pytest.raises(RefusedError):
        run(clean_pulseq, content, identity)


ICS = """ics_version 1.0
filename A-1141-1
DATE_OF_STUDY 3 22 1995
PATIENT_AGE 93
FILM
FILM_TYPE REGULAR
DENSITY 2
DATE_DIGITIZED 4 21 1995
DIGITIZER HOWTEK
PHYSICIAN Quackenbush
SEQUENCE
LEFT_CC LINES 4696 PIXELS_PER_LINE 3024 BITS_PER_PIXEL 12 RESOLUTION 43.5 OVERLAY
LEFT_MLO LINES 4696 PIXELS_PER_LINE 3024 BITS_PER_PIXEL 12 RESOLUTION 43.5 NON_OVERLAY
"""
OVERLAY = """TOTAL_ABNORMALITIES 1
ABNORMALITY 1
LESION_TYPE MASS SHAPE LOBULATED MARGINS ILL_DEFINED
ASSESSMENT 4
PATHOLOGY MALIGNANT
READER Quackenbush
TOTAL_OUTLINES 1
BOUNDARY
2208 2224 2 2 1 0 #
"""


def test_an_ics_header_keeps_geometry_and_intervals(identity):
    body, _ = run(clean_ddsm, ICS.encode(), identity)
    text = body.decode()
    assert "uackenbush" not in text and "A-1141" not in text and "PHYSICIAN" not in text
    assert f"filename {identity.pseudonym('s')}\n" in text and "PATIENT_AGE 90+\n" in text
    assert text.count("LINES 4696 PIXELS_PER_LINE 3024 BITS_PER_PIXEL 12 RESOLUTION 43.5") == 2
    days = [
        re.search(rf"{name} (\d+) (\d+) (\d+)", text).groups() for name in ("DATE_OF_STUDY", "DATE_DIGITIZED")
    ]
    one, other = (np.datetime64(f"{int(y):04d}-{int(m):02d}-{int(d):02d}") for m, d, y in days)
    assert (other - one).astype(int) == 30 and one != np.datetime64("1995-03-22")
    assert (one - np.datetime64("1995-03-22")).astype(int) == identity.shift_days("s")


def test_an_overlay_keeps_its_outline_and_lexicon(identity):
    body, _ = run(clean_ddsm, OVERLAY.encode(), identity)
    assert body.decode() == OVERLAY.replace("READER Quackenbush\n", "")


@pytest.mark.parametrize("content", [b"Quackenbush\n", b"\xff\x00", b""])
def test_text_that_is_no_ddsm_file_is_refused(content, identity):
    with pytest.raises(RefusedError):
        run(clean_ddsm, content, identity)


@pytest.mark.parametrize(
    "content", [b"", b"# Dimensions\n4 2\n", SEQ.encode(), b"\x89HDF\r\n\x1a\n" + bytes(99)]
)
def test_raw_data_without_a_picture_has_none(content, tmp_path):
    (tmp_path / "a.seq").write_bytes(content)
    assert sandbox.run("thumbnail_raw", tmp_path / "a.seq") == b""
