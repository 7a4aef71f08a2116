"""The second reader looks at images, reports and raw data too, with code of its own."""

import io

import h5py
import numpy as np
import pytest
from PIL import Image

from deid.engine import sandbox
from deid.engine.formats.images.cleaning import clean_image
from deid.engine.verification.needles import needles_of_values
from deid.engine.verification.others import verify_other
from tests.deid.test_formats_documents import report
from tests.deid.test_formats_images import jpeg, png

NEEDLES = needles_of_values(["Quackenbush^Ada", "MRN77123"])


def clean(content, identity):
    out = io.BytesIO()
    clean_image(io.BytesIO(content), out, identity=identity, subject_key="s")
    return out.getvalue()


def hits(tmp_path, before, after, ending, **more):
    (tmp_path / f"a{ending}").write_bytes(before)
    (tmp_path / f"b{ending}").write_bytes(after)
    return {
        hit.kind for hit in verify_other(tmp_path / f"a{ending}", tmp_path / f"b{ending}", NEEDLES, **more)
    }


@pytest.mark.parametrize(("content", "ending"), [(png(), ".png"), (jpeg(), ".jpg")])
def test_a_cleaned_image_passes_and_the_source_does_not(content, ending, tmp_path, identity):
    after = clean(content, identity)
    assert hits(tmp_path, content, after, ending) == set()
    assert hits(tmp_path, content, content, ending) >= {"name", "metadata"}
    assert "metadata" in hits(tmp_path, content, after + b"x", ending)


def test_changed_pixels_of_an_image_are_noticed(tmp_path, identity):
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "PNG")
    other = clean(out.getvalue(), identity)
    assert hits(tmp_path, png(), other, ".png") == {"pixels changed"}


def test_a_name_in_a_report_or_in_packed_data_is_found(tmp_path):
    assert "name" in hits(tmp_path, b"", report(), ".pdf")
    assert "name" in hits(tmp_path, b"", b"There was Quackenbush.\n", ".txt")
    assert hits(tmp_path, b"", b"There was a nodule.\n", ".txt") == set()
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["kspace"] = np.random.default_rng(1).normal(size=(64, 64, 64)).astype(np.complex64)
    assert verify_other(tmp_path / "b.h5", tmp_path / "b.h5", NEEDLES) == []
    with h5py.File(tmp_path / "b.h5", "a") as file:
        file["note"] = "Quackenbush " * 3
    assert verify_other(tmp_path / "b.h5", tmp_path / "b.h5", NEEDLES)


def test_a_value_that_lies_across_two_blocks_is_found(tmp_path):
    body = b"\xff" * ((8 << 20) - 5) + b"Quackenbush" + b"\xff" * 100
    assert "name" in hits(tmp_path, b"", body, ".h5")


def test_the_sandbox_verifies_by_the_ending_of_the_released_file(tmp_path, identity):
    (tmp_path / "a.png").write_bytes(png())
    (tmp_path / "b.png").write_bytes(clean(png(), identity))
    assert sandbox.run("verify_file", tmp_path / "a.png", tmp_path / "b.png") == []
    assert sandbox.run("verify_file", tmp_path / "a.png", tmp_path / "a.png") != []
