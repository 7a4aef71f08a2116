"""A word on some frames of a cine is masked on these: from what was found, over the desk, into the release."""

from uuid import uuid4

import pytest
from django.urls import reverse

from deid.models import Finding
from deid.services.curating import decide_finding
from deid.services.intake.boxes import merge, placed, settled
from deid.services.intake.inspecting_again import _is_covered
from deid.services.masks import signed_off_masks
from deid.states import FindingMove
from tests.releases.test_drawing import COLUMNS, FRAMES, ROWS, area, at, blank, draw, released, series

pytestmark = pytest.mark.django_db
__all__ = ["series"]
ONE, OTHER = uuid4(), uuid4()
BOX = {"image": 0, "x": 5, "y": 6, "width": 20, "height": 9, "confidence": 0.9, "rows": 40, "columns": 48}
ALIKE = {str(ONE): (40, 48), str(OTHER): (40, 48)}


def found(*boxes, frames=30, sizes=ALIKE):
    """Return what the mask would be, in short: image (or those it spares), frames, left."""
    put = [one for instance, box in boxes for one in placed(BOX | box, instance, frames)]
    return [
        (one.get("instance") or one.get("except"), one["frames"], one["x"])
        for one in settled(merge(put), sizes)
    ]


def test_the_frames_of_the_only_image_of_a_series_are_masked_and_no_others():
    assert found((ONE, {"frames": [[4, 5], [20, 21]]}), sizes={str(ONE): (40, 48)}) == [
        (str(ONE), [2, 7], 5), (str(ONE), [18, 23], 5),
    ]  # fmt: skip


def test_on_other_images_on_which_nobody_saw_it_the_word_is_masked_on_all_frames():
    assert found((ONE, {"frames": [[4, 5]]})) == [([str(ONE)], None, 5), (str(ONE), [2, 7], 5)]
    both = found((ONE, {"frames": [[4, 5]]}), (OTHER, {"frames": [[9, 12]]}))
    # Where both show it, the one mask of all frames goes to both: more is hidden, never less.
    assert both == [(None, None, 5)]


@pytest.mark.parametrize("runs", [None, [[0, 30]], [[1, 29]]])
def test_what_may_stand_on_all_frames_goes_to_the_whole_series(runs):
    assert found((ONE, {"frames": runs})) == [(None, None, 5)]
    assert found((ONE, {"frames": [[4, 5]], "image": None})) == [(None, None, 5)]


def test_runs_that_nearly_meet_are_one_and_boxes_of_other_frames_stay_apart():
    alone = {str(ONE): (40, 48)}
    assert found((ONE, {"frames": [[4, 5], [8, 9]]}), sizes=alone) == [(str(ONE), [2, 11], 5)]
    apart = found((ONE, {"frames": [[4, 5]]}), (ONE, {"frames": [[20, 21]], "x": 10}), sizes=alone)
    assert apart == [(str(ONE), [2, 7], 5), (str(ONE), [18, 23], 10)]
    joined = found((ONE, {"frames": [[4, 5]]}), (ONE, {"frames": [[6, 8]], "x": 10}), sizes=alone)
    assert joined == [(str(ONE), [2, 10], 5)]


def found_on(finding, frames):
    """Have the mask be what an inspection found on *frames* of the first image: there on them, on the second on all."""
    first = str(finding.series.instances.order_by("number").first().pk)
    box = {"x": 5, "y": 6, "width": 20, "height": 9, "confidence": 0.9, "rows": ROWS, "columns": COLUMNS}
    finding.boxes = [
        box | {"frames": frames, "instance": first, "found": True}, box | {"frames": None, "except": [first]},
    ]  # fmt: skip
    finding.save(update_fields=["boxes"])
    return finding


def test_the_release_hides_the_frames_on_which_a_word_was_found(series, world):
    _client, finding = series
    decide_finding(curator=world.curator, finding_id=found_on(finding, [1, 3]).pk, move=FindingMove.ACCEPT)
    assert blank(released(world, finding)) == area((1,), (2, 3)) | area((2,), range(1, FRAMES + 1))


def test_who_draws_on_one_frame_of_a_run_keeps_the_mask_of_the_others(series):
    client, finding = series
    found_on(finding, [1, 3])
    page = client.get(at(finding, 1, 2)).content.decode()
    assert '<option value="frames:2-3" selected>Frames 2 to 3</option>' in page
    assert "frames:2-3" not in client.get(at(finding, 1, 1)).content.decode()
    for reach in ("frames:1-1", "frames:3-3", "frames:0-9999999", "frames:3"):
        assert "A box goes to one of" in draw(client, finding, (1, 2), reach).content.decode()
    draw(client, finding, (1, 2), "frames:2-3", x="6")
    finding.refresh_from_db()
    first, second = finding.series.instances.order_by("number")
    assert [(mask["frames"], mask["x"]) for mask in masks_of(finding, first)] == [([1, 3], 6)]
    assert [mask["frames"] for mask in masks_of(finding, second)] == [None]


def test_the_desk_opens_where_text_is_if_the_first_picture_shows_none(series):
    client, finding = series
    desk = reverse("deid:desk", args=[found_on(finding, [1, 3]).pk])
    assert client.get(desk).status_code == 200
    finding.boxes = finding.boxes[:1]
    finding.save(update_fields=["boxes"])
    assert client.get(desk)["Location"] == at(finding, 1, 2)
    Finding.objects.filter(pk=finding.pk).update(
        state="accepted", decided_by=finding.series.collection.registered_by
    )
    assert client.get(desk).status_code == 200


def masks_of(finding, instance):
    Finding.objects.filter(pk=finding.pk).update(
        state="accepted", decided_by=finding.series.collection.registered_by
    )
    return signed_off_masks(instance)


def test_another_inspection_asks_again_where_a_word_stands_on_more_frames(series):
    _client, finding = series
    run, rest = found_on(finding, [1, 3]).boxes
    assert _is_covered(run, finding) and _is_covered(rest, finding)
    assert not _is_covered(run | {"frames": [0, 3]}, finding)
    assert not _is_covered(run | {"frames": None}, finding)
    assert not _is_covered({**rest, "except": []}, finding)
    assert not _is_covered(run | {"instance": str(OTHER)}, Finding(boxes=[run]))
