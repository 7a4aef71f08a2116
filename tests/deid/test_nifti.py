import gzip
import io
import struct

import nibabel
import numpy as np
import pytest

from deid.engine import RefusedError, check_structure, clean_nifti, read_nifti_facts
from deid.engine.verification import verify_nifti


def image(kind=nibabel.Nifti1Image, shape=(5, 6, 7)):
    made = kind(np.arange(np.prod(shape), dtype=np.int16).reshape(shape), np.eye(4))
    made.header["descrip"] = b"Quackenbush 2019"
    made.header["aux_file"] = b"quackenbush.txt"
    made.header["intent_name"] = b"Quackenbush"
    made.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"Quackenbush"))
    return made


def cleaned(content, identity):
    out = io.BytesIO()
    report = clean_nifti(io.BytesIO(content), out, identity=identity, subject_key="s")
    return out.getvalue(), report


@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize("packed", [False, True])
def test_header_text_and_extensions_go_and_the_image_stays(kind, packed, identity, tmp_path):
    source = image(kind).to_bytes()
    content, report = cleaned(gzip.compress(source) if packed else source, identity)
    plain = gzip.decompress(content) if packed else content
    assert b"uackenbush" not in plain
    after = kind.from_bytes(plain)
    assert (np.asarray(after.dataobj) == np.asarray(image(kind).dataobj)).all()
    assert (after.affine == np.eye(4)).all()
    assert report.pseudonym == identity.pseudonym("s") and report.size == len(content)
    before_path, after_path = tmp_path / "a.nii", tmp_path / "b.nii"
    before_path.write_bytes(source)
    after_path.write_bytes(plain)
    assert verify_nifti(before_path, after_path) == []
    assert {hit.kind for hit in verify_nifti(before_path, before_path)} >= {"header text"}


@pytest.mark.parametrize(
    ("kind", "dims", "spacings", "width"),
    [(nibabel.Nifti1Image, 40, 76, (2, 4)), (nibabel.Nifti2Image, 16, 104, (8, 8))],
)
def test_nothing_hides_in_the_dimensions_that_an_image_does_not_have(kind, dims, spacings, width, identity):
    source = bytearray(image(kind).to_bytes())
    source[dims + 4 * width[0] : dims + 8 * width[0]] = b"Quackenbush Ada, born in 1961"[
        : 4 * width[0]
    ].ljust(4 * width[0])
    source[spacings + 4 * width[1] : spacings + 8 * width[1]] = b"Quackenbush Ada!".ljust(4 * width[1])
    content, _ = cleaned(bytes(source), identity)
    assert b"uacken" not in content
    after = kind.from_bytes(content)
    assert after.shape == (5, 6, 7) and after.header.get_zooms() == image(kind).header.get_zooms()
    assert (np.asarray(after.dataobj) == np.asarray(image(kind).dataobj)).all()


def test_the_same_image_gives_the_same_bytes(identity):
    source = gzip.compress(image().to_bytes())
    assert cleaned(source, identity)[0] == cleaned(source, identity)[0]


def test_what_lies_behind_the_image_is_dropped(identity):
    source = image().to_bytes()
    assert cleaned(source + b"Quackenbush", identity)[0] == cleaned(source, identity)[0]


@pytest.mark.parametrize(
    ("place", "form", "value", "code"),
    [
        (40, "<h", -3, "nifti_dimensions"),
        (40, "<h", 32767, "nifti_dimensions"),
        (42, "<h", 32767, "truncated"),
        (108, "<f", 3.0, "nifti_offset"),
        (108, "<f", 1e12, "nifti_offset"),
        (72, "<h", 0, "nifti_offset"),
        (0, "<i", 7, "nifti_header"),
        (344, "<i", 0, "not_nifti"),
    ],
)
def test_a_header_that_lies_is_refused(place, form, value, code, identity):
    source = bytearray(image().to_bytes())
    struct.pack_into(form, source, place, value)
    with pytest.raises(RefusedError) as refusal:
        cleaned(bytes(source), identity)
    assert refusal.value.code == code


def test_damaged_compression_is_refused(identity):
    source = gzip.compress(image().to_bytes())
    for broken in (source[:-12], source[:40] + b"\xff\xff" + source[42:], source + b"more"):
        with pytest.raises(RefusedError):
            cleaned(broken, identity)


def test_facts_describe_the_image_and_say_whether_there_is_text(tmp_path):
    path = tmp_path / "image.nii"
    path.write_bytes(image().to_bytes())
    facts = read_nifti_facts(path)
    assert facts.safe["shape"] == [5, 6, 7] and facts.safe["spacing"] == [1.0, 1.0, 1.0]
    assert facts.identity == {"has_header_text": True, "has_extensions": True}
    assert check_structure(path)["format"] == "nifti"
