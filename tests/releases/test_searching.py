"""Intake searches a series for text as the command does, and asks a person about what it could not search."""

import io

import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw

from deid.models import Finding
from portal.models import Series
from tests.deid.images_with_words import undecodable
from tests.releases.test_leafing import dicom, walk

pytest.importorskip("rapidocr_onnxruntime", reason="THE OCR EXTRA IS MISSING: no text was looked for")
pytestmark = pytest.mark.django_db
ROWS, COLUMNS = 120, 240


def plain(number):
    return np.random.default_rng(number).integers(0, 90, (ROWS, COLUMNS)).astype(np.int16)


def written(number, top=40):
    picture = Image.fromarray(plain(number).astype(np.uint8))
    ImageDraw.Draw(picture).text((12, top), "HILDEGARD 1951", fill=255, font_size=24)
    return np.asarray(picture).astype(np.int16)


def inspected(world, images):
    walk(world, [(f"P1/{number}.dcm", image) for number, image in enumerate(images, 1)], "searched")
    finding = Finding.objects.filter(kind="burned_in_text").first()
    numbers = dict(Series.objects.get().instances.values_list("pk", "number"))
    places = [(numbers[key], place["frame"]) for place in finding.places for key in numbers
              if str(key) == place["instance"]] if finding else []  # fmt: skip
    return finding, places


def screens(*pictures, **values):
    return [dicom(n, one, Modality="OT", **values) for n, one in enumerate(pictures, 1)]


def test_a_name_on_any_one_of_many_screens_is_found(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = 5
    finding, places = inspected(world, screens(*map(plain, range(1, 4)), written(4), plain(5)))
    assert places == [(4, 0)] and finding.state == "open"


def test_a_person_is_asked_about_images_beyond_the_limit_though_nothing_was_found(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = 3
    finding, places = inspected(world, screens(plain(1), written(2), *map(plain, range(3, 6))))
    assert places == [] and finding.boxes == [] and finding.confidence == 0
    assert finding.summary == "2 images were not searched for text. Look at them."
    assert Series.objects.get().state == "inspected"


def test_text_on_one_frame_of_many_is_found(world, objects):
    frames = np.stack([written(n) if n == 6 else plain(n) for n in range(9)])
    finding, places = inspected(world, [dicom(1, frames, Modality="US")])
    assert places == [(1, 6)] and len(finding.boxes) == 1


def test_a_scanners_slices_are_all_read_once_text_is_on_one(world, objects):
    slices = [plain(n) for n in range(1, 27)]
    slices[9], slices[17] = written(10, top=10), written(18, top=80)
    finding, places = inspected(world, [dicom(n, one) for n, one in enumerate(slices, 1)])
    assert sorted(places) == [(10, 0), (18, 0)] and len(finding.boxes) == 2


def test_text_that_the_header_announces_and_nobody_finds_waits_for_a_person(world, objects):
    finding, places = inspected(world, screens(plain(1), plain(2), BurnedInAnnotation="YES"))
    assert places == [] and finding.state == "open"
    assert finding.summary.startswith("The headers of 2 images say that text is burned in")


def test_clean_images_need_nobody(world, objects):
    assert inspected(world, screens(plain(1), plain(2)))[0] is None
    assert Series.objects.get().state == "cleared" and Series.objects.get().text_finder


def test_an_image_that_cannot_be_decoded_is_one_that_was_not_searched(world, objects, tmp_path):
    good = screens(plain(1))
    undecodable(tmp_path / "x.dcm", "NO")
    series, broken = pydicom.dcmread(io.BytesIO(good[0])), pydicom.dcmread(tmp_path / "x.dcm")
    for name in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "Modality"):
        setattr(broken, name, series[name].value)
    broken.InstanceNumber = 0
    broken.save_as(tmp_path / "x.dcm")
    finding, _places = inspected(world, [*good, (tmp_path / "x.dcm").read_bytes()])
    assert Series.objects.get().instance_count == 2
    assert finding.summary == "1 image was not searched for text. Look at it."
