"""Segments that fill a head have the shape of its face, and a person is told; organs and lesions need nobody."""

import numpy as np
import pytest

from deid.engine.finding.segment_outlines import segments_outline_head
from tests.deid.heads import head_volume
from tests.deid.segments import segmentation
from tests.deid.test_command_pixels import run

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def head():
    values, to_patient = head_volume(4.0)
    return values > 300, to_patient


def ball(head, size):
    """A round lesion in the middle of a head."""
    places = np.indices(head.shape).T - np.argwhere(head).mean(0)
    return (np.linalg.norm(places, axis=-1) < size).T


def shell(head):
    """The skin of a head alone."""
    inner = head.copy()
    for axis in range(3):
        for by in (-2, 2):
            inner &= np.roll(head, by, axis)
    return head & ~inner


def halves(head):
    middle = head.shape[2] // 2
    left = head.copy()
    left[:, :, middle:] = False
    return [left, head & ~left]


@pytest.mark.parametrize(
    ("masks", "outlines"),
    [
        (lambda head: [head], True),
        (lambda head: [shell(head)], True),
        (halves, True),
        (lambda head: [ball(head, 5), head], True),
        (lambda head: [ball(head, 5)], False),
        (lambda head: [ball(head, 12)], False),
        (lambda head: [ball(head, 2)], False),
    ],
    ids=[
        "a head",
        "a skin",
        "a head in two halves",
        "a lesion and a head",
        "a lesion",
        "an organ",
        "a point",
    ],
)
def test_segments_of_the_size_of_a_head_are_told_from_others(tmp_path, head, masks, outlines):
    values, to_patient = head
    segmentation(masks(values), to_patient).save_as(tmp_path / "s.dcm", enforce_file_format=True)
    assert segments_outline_head([tmp_path / "s.dcm"]) is outlines


def test_a_segment_told_in_parts_is_where_it_is_more_than_half(tmp_path, head):
    values, to_patient = head
    lesion = ball(values, 5)
    parts = np.where(lesion, 255, np.where(values, 20, 0)).astype(np.uint8)[values.any((1, 2))]
    told = {"SegmentationType": "FRACTIONAL", "MaximumFractionalValue": 255, "BitsAllocated": 8, "BitsStored": 8,
            "HighBit": 7, "PixelData": parts.tobytes() + bytes(parts.size % 2)}  # fmt: skip
    segmentation([values], to_patient, **told).save_as(tmp_path / "s.dcm", enforce_file_format=True)
    assert segments_outline_head([tmp_path / "s.dcm"]) is False


def test_the_command_tells_a_person_of_the_segments_of_a_head_and_of_no_lesion(tmp_path, head):
    values, to_patient = head
    (tmp_path / "in").mkdir()
    for name, mask in (("head", values), ("lesion", ball(values, 5))):
        segmentation([mask], to_patient).save_as(tmp_path / "in" / f"{name}.dcm", enforce_file_format=True)
    _status, report = run(tmp_path, tmp_path / "in", tmp_path / "out", "--deface", "--pixels", "keep")
    assert report["files"]["head.dcm"]["needs_person"] == ["identifying_content"]
    assert not report["files"]["lesion.dcm"].get("needs_person")
