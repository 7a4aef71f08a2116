"""What nobody can read and is drawn as writing is goes to a person: other scripts read as nothing."""

import cv2
import numpy as np
import pytest

pytest.importorskip("deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for")
from deid.engine.finding.text_deciding import DRAWN, read
from deid.engine.finding.text_reading import Proposal
from deid.engine.finding.text_unread import looks_written
from tests.deid.letters import SIZE, around, written

GROUND, INK, HIGH = 60, 220, 22


def scribbled(seeds, place=(90, 100), high=HIGH):
    """Return where the ink of made-up letters is, one for each seed, *high* pixels high from *place* (left, top) on."""
    drawn = np.zeros(SIZE, np.uint8)
    for number, seed in enumerate(seeds):
        points = np.random.default_rng(seed).integers(0, high - 3, (6, 2))
        corner = np.array([place[0] + number * (high + 4), place[1]])
        cv2.polylines(drawn, [(points + corner).astype(np.int32)], False, 1, 2)
    return drawn > 0


def shown(ink, ground=GROUND):
    picture = np.full(SIZE, ground, np.uint8) if np.isscalar(ground) else ground.copy()
    picture[ink] = INK
    return picture


def with_room(ink, room=4):
    left, top, right, bottom = around(ink)
    return left - room, top - room, right + room, bottom + room


@pytest.mark.parametrize("turned", [False, True])
def test_letters_of_no_script_that_is_known_are_drawn_as_writing(turned):
    ink = scribbled([1, 2, 3, 4, 5])
    picture, box = shown(ink), with_room(ink)
    if turned:
        picture, box = np.ascontiguousarray(picture.T), (box[1], box[0], box[3], box[2])
    assert looks_written([picture], box, shaped=False)
    assert looks_written([255 - picture], box, shaped=False)


def test_marks_that_are_all_alike_are_no_writing():
    ink = scribbled([1] * 6)
    assert not looks_written([shown(ink)], with_room(ink), shaped=True)
    ink = scribbled([1, 1, 2, 3, 4, 5])
    assert looks_written([shown(ink)], with_room(ink), shaped=True)


def test_what_is_of_many_shades_or_goes_on_beyond_its_place_is_no_writing():
    ink = scribbled([1, 2, 3, 4, 5])
    picture, box = shown(ink), with_room(ink)
    uneven = picture.copy()
    uneven[:, 142:][ink[:, 142:]] = GROUND + 70  # the last three letters are fainter than the first two
    assert not looks_written([uneven], box, shaped=True)
    dotted, ruled = picture.copy(), picture.copy()
    for column in range(box[0], box[2], 8):  # above and below the line
        dotted[box[1] - 6 : box[1] - 2, column : column + 4] = INK
        dotted[box[3] + 2 : box[3] + 6, column : column + 4] = INK
    ruled[box[3] - 5] = INK  # from one side of the picture to the other
    assert not looks_written([dotted], box, shaped=False) and not looks_written([ruled], box, shaped=False)


def test_only_lines_of_the_height_of_letters_are_writing():
    small, tall = scribbled([1, 2, 3]), scribbled([1, 2], high=70)
    assert looks_written([shown(small)], with_room(small), shaped=False)
    assert not looks_written([shown(tall)], with_room(tall), shaped=False)
    lone = scribbled([1])
    assert not looks_written([shown(lone)], with_room(lone), shaped=True)


def test_what_reads_as_nothing_and_is_drawn_as_writing_is_asked_about():
    ink, known = scribbled([1, 2, 3, 4, 5], (60, 60)), written("MORGAN 4711", (60, 150), HIGH)
    proposals = [Proposal(with_room(one), True, 0.0) for one in (ink, known)]
    kept, doubted = read([shown(ink | known)], proposals)
    assert [one.box for one, _score in kept] == [proposals[1].box]
    assert [(one.box, score) for one, score in doubted] == [(proposals[0].box, DRAWN)]
