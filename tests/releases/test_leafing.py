"""Leafing through a series at the desk: every picture of it, with its masks, its marks, and an honest count of what was seen."""

import gzip
import io
import re
from html import unescape

import nibabel
import numpy as np
import pydicom
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw
from pydicom.data import get_testdata_file

from deid.models import Finding, LookedAt
from deid.services.masks import signed_off_masks
from examples.walking import upload
from portal.jobs.inline import run_queued
from portal.models import LedgerEvent, Series

pytestmark = pytest.mark.django_db
FRAMES = 4


def dicom(number: int, pixels: np.ndarray, **values: object) -> bytes:
    """A CT image; with three dimensions it has frames."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.{number}"
    ds.InstanceNumber, ds.PatientID = number, "P1"
    for name in ("WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept"):
        if name in ds:
            delattr(ds, name)
    if pixels.ndim == 3:
        ds.NumberOfFrames = len(pixels)
    ds.Rows, ds.Columns = pixels.shape[-2:]
    ds.PixelData = pixels.astype("<i2").tobytes()
    for name, value in values.items():
        setattr(ds, name, value)
    out = io.BytesIO()
    ds.save_as(out)
    return out.getvalue()


def marked(place: int, size: tuple[int, int] = (64, 80)) -> np.ndarray:
    """A picture that only its own number has: one bright row."""
    pixels = np.zeros(size, np.int16)
    pixels[place] = 1000
    return pixels


def shown(client: Client, address: str) -> np.ndarray:
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
    assert "no-store" in answer["Cache-Control"]
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("L"))


def at(finding: Finding, image: int, frame: int = 1) -> str:
    return reverse("deid:leaf", args=[finding.pk, image, frame])


def words(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page.content.decode())))


def walk(world, files, slug="leaves"):
    upload(world.collection(slug, published=False), files, world.manager)
    run_queued()
    client = Client()
    client.force_login(world.curator)
    return client


@pytest.fixture
def unread(settings):
    """Nothing is read, so a person is asked about every series, and nothing slow runs."""
    settings.INSPECT_MOST_IMAGES = 0


@pytest.fixture
def leaves(world, objects, unread):
    """Three images, the second with frames, and the third of another size; a person is asked about their series."""
    files = [
        ("P1/a.dcm", dicom(1, marked(1))),
        ("P1/b.dcm", dicom(2, np.stack([marked(10 + frame) for frame in range(FRAMES)]))),
        ("P1/c.dcm", dicom(3, marked(3, (40, 48)))),
    ]
    client = walk(world, files)
    return client, Finding.objects.get(kind="burned_in_text")


def test_every_frame_of_every_image_is_drawn_as_it_is_stored(leaves):
    client, finding = leaves
    places = [(1, 1), *((2, frame) for frame in range(1, FRAMES + 1)), (3, 1)]
    rows = [int(shown(client, at(finding, *place) + "picture.png").sum(axis=1).argmax()) for place in places]
    assert rows == [1, 10, 11, 12, 13, 3]


def test_one_steps_through_frames_and_images_by_plain_links_to_the_end(leaves):
    client, finding = leaves
    address, walked = at(finding, 1), []
    while address:
        walked.append(address)
        page = client.get(address).content.decode()
        following = re.search(r'<a href="([^"#]+)#look" rel="next"', page)
        address = following[1] if following else ""
    assert walked == [at(finding, 1), *(at(finding, 2, f) for f in range(1, 5)), at(finding, 3)]
    assert "Image 2 of 3, frame 3 of 4" in words(client, at(finding, 2, 3))
    page = client.get(at(finding, 2, 3)).content.decode()
    assert f'href="{at(finding, 2, 2)}#look" rel="prev"' in page
    assert (
        f'<a href="{at(finding, 1)}#look">First' in page and f'<a href="{at(finding, 3)}#look">Last' in page
    )


@pytest.mark.parametrize("place", [(0, 1), (4, 1), (1, 0), (1, 2), (2, FRAMES + 1), (10**12, 1), (2, 10**12)])
def test_numbers_that_are_none_are_not_there(leaves, place):
    client, finding = leaves
    for address in (at(finding, *place), at(finding, *place) + "picture.png"):
        assert client.get(address).status_code == 404
    assert client.post(at(finding, *place), {"action": "dismiss"}).status_code == 404
    finding.refresh_from_db()
    assert finding.state == "open" and not LookedAt.objects.exists()


def test_what_was_seen_is_counted_once_for_each_person_and_kept_with_the_decision(leaves, world):
    client, finding = leaves
    assert "Seen 0 of 6 pictures" in words(client, reverse("deid:desk", args=[finding.pk]))
    for _again in range(2):
        shown(client, at(finding, 2, 2) + "picture.png")
    shown(client, at(finding, 3) + "picture.png")
    assert "Seen 2 of 6 pictures, and now this one" in words(client, at(finding, 1))
    assert "Seen 2 of 6 pictures." in words(client, at(finding, 2, 2))
    assert client.post(at(finding, 2, 2), {"action": "dismiss"}).status_code == 302
    event = LedgerEvent.objects.filter(verb="finding: dismiss").get()
    assert event.detail["pictures_seen"] == 2 and event.detail["pictures"] == 6


def test_a_mask_is_drawn_on_the_images_to_which_it_will_go_and_on_no_other(leaves):
    client, finding = leaves
    drawn = {"x": 5, "y": 6, "width": 20, "height": 9, "confidence": 1.0, "frames": None}
    small = drawn | {"rows": 40, "columns": 48, "x": 1}
    Finding.objects.filter(pk=finding.pk).update(boxes=[drawn | {"rows": 64, "columns": 80}, small])
    on_first, on_third = (client.get(at(finding, number)).content.decode() for number in (1, 3))
    assert 'viewBox="0 0 80 64"' in on_first and 'class="desk__box" x="5"' in on_first
    assert 'viewBox="0 0 48 40"' in on_third and 'class="desk__box" x="1"' in on_third
    for page in (on_first, on_third):
        assert page.count("<rect") == 1
    assert "every frame of the 2 of 3 images that have 80 × 64 pixels" in words(client, at(finding, 2, 2))
    quality = Finding.objects.get(kind="quality", series=finding.series)
    assert 'class="desk__box" x="5"' in client.get(at(quality, 1)).content.decode()


def test_a_box_drawn_on_an_image_is_stated_in_its_own_pixels(leaves):
    client, finding = leaves
    first = {"x": 5, "y": 6, "width": 20, "height": 9, "confidence": 1.0, "frames": None}
    Finding.objects.filter(pk=finding.pk).update(boxes=[first | {"rows": 64, "columns": 80}])
    box = {"x": "30", "y": "30", "width": "50", "height": "50"}
    refused = client.post(at(finding, 3), {"action": "change", **box, "x": "60"})
    assert refused.status_code == 400 and "48 × 40 pixels" in refused.content.decode()
    assert 'name="x" value="60"' in refused.content.decode()
    assert client.post(at(finding, 3), {"action": "change", **box}).status_code == 302
    instances = finding.series.instances.order_by("number")
    masks = [signed_off_masks(instance) for instance in instances]
    assert [[(one["x"], one["width"], one["height"]) for one in of] for of in masks] == [
        [(5, 20, 9)],
        [(5, 20, 9)],
        [(30, 18, 10)],
    ]


def test_the_image_with_text_is_marked_and_one_link_away(world, objects):
    plain = np.random.default_rng(5).integers(0, 90, (6, 160, 260)).astype(np.int16)
    picture = Image.fromarray(plain[4].astype(np.uint8))
    ImageDraw.Draw(picture).text((20, 60), "HILDEGARD 1951", fill=255, font_size=24)
    plain[4] = np.asarray(picture)
    client = walk(world, [(f"P1/{n}.dcm", dicom(n + 1, one)) for n, one in enumerate(plain)])
    finding = Finding.objects.get(kind="burned_in_text")
    assert {place["frame"] for place in finding.places} == {0}
    page = client.get(at(finding, 1)).content.decode()
    assert f'<a href="{at(finding, 5)}#look">Next image with a finding' in page
    assert "5 ●, text was seen, gets a mask" in words(client, at(finding, 1))
    assert "No finding after this" in words(client, at(finding, 5))


def test_a_volume_is_leafed_through_slice_by_slice(world, objects, unread):
    voxels = np.zeros((30, 20, 5), np.int16)
    for number in range(5):
        voxels[4 * number, :, number] = 900
    image = nibabel.Nifti1Image(voxels, np.diag([2.0, 2.0, 5.0, 1.0]))
    client = walk(world, [("P1/scan.nii.gz", gzip.compress(image.to_bytes()))])
    series = Series.objects.get(kind="nifti")
    finding = Finding.objects.create(series=series, kind="face", summary="A face can be rebuilt.")
    columns = [shown(client, at(finding, 1, n) + "picture.png").sum(axis=0).argmax() for n in range(1, 6)]
    assert len(set(columns)) == 5 and sorted(columns) in (columns, columns[::-1])
    assert "Image 1 of 1, slice 5 of 5" in words(client, at(finding, 1, 5))
    assert client.get(at(finding, 1, 6)).status_code == 404


def test_pixels_that_cannot_be_drawn_are_said_so_and_not_counted_as_seen(world, objects, unread):
    whole = np.stack([marked(10 + frame) for frame in range(FRAMES)])
    client = walk(world, [("P1/a.dcm", dicom(1, marked(1))), ("P1/b.dcm", dicom(2, whole))])
    finding = Finding.objects.get(kind="burned_in_text")
    finding.series.instances.filter(number=1).update(frames=9)
    answer = client.get(at(finding, 1, 7) + "picture.png")
    assert answer.status_code == 422 and "cannot be decoded" in answer.content.decode()
    assert not LookedAt.objects.exists()
