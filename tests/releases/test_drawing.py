"""A mask drawn for one frame, for one image, or for all of a size: what is blanked in the release is that and no more."""

import io
import re

import numpy as np
import pydicom
import pytest
from django.urls import reverse
from PIL import Image

from deid.models import Finding
from deid.services import picturing
from deid.services.curating import decide_finding
from deid.states import FindingMove
from examples.walking import curate, publish
from portal.jobs.inline import run_queued
from portal.models import LedgerEvent, Series
from storage.objects import released_store
from tests.releases.conftest import members_of, walk_to_release
from tests.releases.test_leafing import at, dicom, walk

pytestmark = pytest.mark.django_db
ROWS, COLUMNS, FRAMES = 40, 48, 3
BOX = {"x": "5", "y": "6", "width": "20", "height": "9"}


@pytest.fixture
def series(world, objects, settings):
    """Two images of one size, each with frames, nowhere black; a person is asked about their series."""
    settings.INSPECT_MOST_IMAGES = 0
    pixels = np.full((FRAMES, ROWS, COLUMNS), 100, np.int16)
    files = [(f"P1/{number}.dcm", dicom(number, pixels + number)) for number in (1, 2)]
    client = walk(world, files, "drawn")
    return client, Finding.objects.get(kind="burned_in_text")


def draw(client, finding, place, reach, *, action="draw", **box):
    return client.post(at(finding, *place), {"action": action, "reach": reach, **BOX, **box})


def released(world, finding):
    """Return what the release holds of each image: frames by rows by columns."""
    collection = finding.series.collection
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    run_queued()
    members = members_of(walk_to_release(world, collection))
    images = [pydicom.dcmread(io.BytesIO(one)) for name, one in members.items() if name.endswith(".dcm")]
    return [one.pixel_array for one in sorted(images, key=lambda one: int(one.InstanceNumber))]


def blank(images):
    """Return the places (image, frame, row, column) of all black samples."""
    return {(number, *map(int, place)) for number, one in enumerate(images, 1)
            for place in np.argwhere(one == 0)}  # fmt: skip


def area(images, frames, x=5, y=6, width=20, height=9):
    return {(image, frame - 1, row, column) for image in images for frame in frames
            for row in range(y, y + height) for column in range(x, x + width)}  # fmt: skip


def test_only_the_frame_the_image_or_the_series_that_was_meant_is_blanked(series, world):
    client, finding = series
    assert draw(client, finding, (2, 3), "frame").status_code == 302
    assert draw(client, finding, (1, 2), "image", x="30", width="4").status_code == 302
    finding.refresh_from_db()
    assert finding.state == "open" and len(finding.boxes) == 2
    # What lies on the picture is sent with what is new, as the form does.
    both = {"x": ["30", "0"], "y": ["6", "0"], "width": ["4", "2"], "height": ["9", "1"]}
    answer = client.post(at(finding, 1, 1), {"action": "change", "reach": ["image", "series"], **both})
    assert answer.status_code == 302
    everywhere = area((1, 2), (1, 2, 3), x=0, y=0, width=2, height=1)
    assert blank(released(world, finding)) == everywhere | area((2,), (3,)) | area(
        (1,), (1, 2, 3), x=30, width=4
    )
    drawn = LedgerEvent.objects.filter(verb="finding: mask drawn")
    assert [event.detail["boxes"] for event in drawn.order_by("pk")] == [1, 2]


def test_a_box_shows_on_the_pictures_to_which_it_goes(series):
    client, finding = series
    draw(client, finding, (2, 3), "frame")
    shown = {
        (image, frame): client.get(at(finding, image, frame)).content.decode().count('class="desk__box"')
        for image in (1, 2)
        for frame in (1, 2, 3)
    }
    assert shown == {(1, 1): 0, (1, 2): 0, (1, 3): 0, (2, 1): 0, (2, 2): 0, (2, 3): 1}
    page = client.get(at(finding, 2, 3)).content.decode()
    assert '<option value="frame" selected>Frame</option>' in page
    assert "1 box lies on other pictures" in client.get(at(finding, 2, 2)).content.decode()
    strip = page[page.index('aria-label="Frames of image 2"') :]
    assert re.findall(r">(\d)(?=<span class=.visually-hidden.>, gets a mask)", strip) == ["3"]


def test_what_is_drawn_anew_on_one_picture_leaves_the_others_alone(series):
    client, finding = series
    draw(client, finding, (2, 3), "frame")
    draw(client, finding, (1, 1), "frame")
    draw(client, finding, (1, 1), "image", x="7")
    finding.refresh_from_db()
    told = [(box["x"], box["frames"], box["instance"]) for box in finding.boxes]
    first, second = (
        str(pk) for pk in finding.series.instances.order_by("number").values_list("pk", flat=True)
    )
    assert sorted(told) == [(5, [2, 3], second), (7, None, first)]


@pytest.mark.parametrize(
    ("where", "sent", "said"),
    [
        ((2, 3), {"reach": "planet"}, "A box goes to one of"),
        ((), {"reach": "image"}, "Open the image to which a box is to go alone"),
        ((2, 3), {"reach": "frame", "x": "60"}, "outside the image"),
        ((2, 3), {"reach": "frame", "x": ""}, "Draw at least one box"),
    ],
)
def test_a_box_that_goes_nowhere_is_refused_and_what_was_drawn_stays_in_the_form(series, where, sent, said):
    client, finding = series
    Finding.objects.filter(pk=finding.pk).update(preview_height=ROWS, preview_width=COLUMNS)
    address = at(finding, *where) if where else reverse("deid:desk", args=[finding.pk])
    answer = client.post(address, {"action": "draw", **BOX, **sent})
    assert answer.status_code == 400 and said in answer.content.decode()
    assert f'name="y" value="{BOX["y"]}"' in answer.content.decode() or not sent.get("x", "5")
    finding.refresh_from_db()
    assert finding.boxes == [] and finding.state == "open"


def test_there_is_nothing_to_accept_without_a_box_nor_to_draw_once_it_is_decided(series):
    client, finding = series
    assert 'value="accept"' not in client.get(at(finding, 1)).content.decode()
    refused = client.post(at(finding, 1), {"action": "accept"})
    assert refused.status_code == 400 and "There is no box to accept" in refused.content.decode()
    draw(client, finding, (1, 1), "frame", action="change")
    refused = draw(client, finding, (1, 1), "series")
    assert refused.status_code == 400 and "Open it again" in refused.content.decode()
    finding.refresh_from_db()
    assert finding.state == "changed" and finding.boxes[0]["frames"] == [0, 1]


def test_the_api_takes_boxes_on_a_frame_of_an_instance(series):
    client, finding = series
    second = finding.series.instances.order_by("number").last()
    address = reverse("api-finding-decision", args=[finding.pk])
    box = {name: int(value) for name, value in BOX.items()} | {"reach": "frame"}
    given = {"move": "change", "boxes": [box], "instance": str(second.pk)}
    refused = client.post(address, given | {"frame": FRAMES}, "application/json")
    assert refused.status_code == 400 and "no such frame" in refused.content.decode()
    assert client.post(address, given | {"frame": 1}, "application/json").status_code == 200
    finding.refresh_from_db()
    assert [(one["instance"], one["frames"]) for one in finding.boxes] == [(str(second.pk), [1, 2])]


@pytest.mark.parametrize("again", [True, False])
def test_a_picture_that_was_being_drawn_while_its_mask_changed_is_never_shown(
    series, world, monkeypatch, again
):
    client, finding = series
    draw(client, finding, (2, 3), "series", action="change", width="4")
    make = picturing._picture

    def made_and_overtaken(*args):
        picture = make(*args)
        monkeypatch.undo()
        decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.REOPEN)
        if again:
            draw(client, finding, (2, 3), "series", action="change", width="40")
        return picture

    monkeypatch.setattr(picturing, "_picture", made_and_overtaken)
    picturing.picture_series(finding.series_id)
    assert Series.objects.get().thumbnail_key == ""
    run_queued()
    shown = Series.objects.get()
    assert bool(shown.thumbnail_key) is (shown.state == "cleared") is again
    if again:
        picture = Image.open(io.BytesIO(released_store().get_bytes(shown.thumbnail_key)))
        assert (np.asarray(picture.convert("L"))[10] == 0).sum() > ROWS - 10
