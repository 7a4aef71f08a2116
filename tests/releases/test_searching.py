"""Intake searches a series for text as the command does, and asks a person about what it could not search."""

import io

import nibabel
import numpy as np
import pydicom
import pytest
from django.urls import reverse
from PIL import Image, ImageDraw
from pydicom.encaps import encapsulate
from pydicom.uid import MPEG4HP41

from deid.models import Finding
from deid.services.curating import decide_finding
from deid.states import FindingMove
from portal.errors import InvalidInputError
from portal.models import Instance, Series
from tests.deid.conftest import wheel_file
from tests.deid.images_with_words import nearly_read, undecodable
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
    # Two frames more than it plainly stands on, and not those where it does not.
    assert finding.boxes[0]["frames"] == [4, 9]


def test_a_scanners_slices_are_all_read_once_text_is_on_one(world, objects):
    slices = [plain(n) for n in range(1, 27)]
    slices[9], slices[17] = written(10, top=10), written(18, top=80)
    finding, places = inspected(world, [dicom(n, one) for n, one in enumerate(slices, 1)])
    assert sorted(places) == [(10, 0), (18, 0)] and len(finding.boxes) == 2


def test_text_that_the_header_announces_and_nobody_finds_waits_for_a_person(world, objects):
    finding, places = inspected(world, screens(plain(1), plain(2), BurnedInAnnotation="YES"))
    assert places == [] and finding.state == "open"
    assert finding.summary.startswith("The headers of 2 images say that text is burned in")


def test_announced_text_of_which_one_line_was_found_waits_for_a_person_who_looks_for_more(world, objects):
    finding, places = inspected(world, screens(written(1), BurnedInAnnotation="YES"))
    assert places == [(1, 0)] and len(finding.boxes) == 1 and finding.confidence == 0
    assert finding.summary.endswith("burned in, but little or none was found. Look.")


def test_what_nearly_reads_as_text_waits_for_a_person_and_is_no_mask(world, objects):
    picture = nearly_read()[0].astype(np.int16)
    finding, places = inspected(world, [dicom(1, picture, Modality="US")])
    assert places == [(1, 0)] and finding.boxes == [] and finding.state == "open"
    assert finding.summary == "Something on 1 image may be text that could not be read. Look at it."
    assert Series.objects.get().state == "inspected" and not Series.objects.get().thumbnail_key


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


def test_words_on_a_slice_of_a_volume_wait_for_a_person_who_cannot_mask_them(world, objects, tmp_path):
    picture = np.asarray(written(1)).clip(0, 255).astype(np.uint8)
    values = np.stack([plain(n).astype(np.uint8) if n else picture for n in range(3)], axis=2)
    screen = nibabel.Nifti1Image(np.flip(values.transpose(1, 0, 2), 1), np.eye(4)).to_bytes()
    walk(world, [("P1/screen.nii", screen)], "searched")
    finding = Finding.objects.get(kind="burned_in_text")
    assert finding.state == "open" and {place["frame"] for place in finding.places} == {0}
    for move in (FindingMove.ACCEPT, FindingMove.CHANGE):
        with pytest.raises(InvalidInputError, match="Withhold the series"):
            decide_finding(curator=world.curator, finding_id=finding.pk, move=move, boxes=finding.boxes)
    decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.WITHHOLD)
    assert Series.objects.get().state == "withheld"


def test_nobody_draws_a_mask_on_a_film_that_none_can_be_put_on(world, objects):
    film = pydicom.dcmread(io.BytesIO(dicom(1, plain(1), Modality="XA")))
    film.file_meta.TransferSyntaxUID = MPEG4HP41
    film.PixelData, film.NumberOfFrames = encapsulate([bytes(2000)]), 10
    film["PixelData"].VR = "OB"
    film["PixelData"].is_undefined_length = True
    out = io.BytesIO()
    film.save_as(out)
    finding, _places = inspected(world, [out.getvalue()])
    assert finding.summary == "1 image was not searched for text. Look at it."
    box = {"x": 1, "y": 1, "width": 9, "height": 9, "reach": "image"}
    with pytest.raises(InvalidInputError, match="No mask can be put"):
        decide_finding(
            curator=world.curator, finding_id=finding.pk, move=FindingMove.CHANGE, boxes=[box],
            instance_id=Instance.objects.get().pk,
        )  # fmt: skip


def test_what_has_no_pixels_is_no_fault_and_what_does_not_decode_is(world, objects, client):
    kinds = ("test-SR.dcm", "waveform_ecg.dcm", "rtplan.dcm")
    broken = pydicom.dcmread(io.BytesIO(dicom(1, plain(1))))
    broken.file_meta.TransferSyntaxUID, broken.PixelData = MPEG4HP41, encapsulate([bytes(64)])
    out = io.BytesIO()
    broken.save_as(out)
    files = [*((name, wheel_file(name)) for name in kinds), ("broken.dcm", out.getvalue())]
    walk(world, files, "without-pixels")
    faults = {one.series.modality: one for one in Finding.objects.filter(kind="quality")}
    assert {name: one.summary for name, one in faults.items()} == {
        "CT": "The pixels of the file cannot be decoded."
    }
    assert dict(Series.objects.exclude(modality="CT").values_list("modality", "quality")) == {
        "SR": [], "ECG": [], "RTPLAN": [],
    }  # fmt: skip
    curve = Series.objects.get(modality="ECG")
    asked = Finding.objects.create(series=curve, kind="quality", summary="Somebody asks.")
    client.force_login(world.curator)
    page = client.get(reverse("deid:desk", args=[asked.pk])).content.decode()
    assert "It has no pixels." in page and "Seen 0 of" not in page and "Previous" not in page
    page = client.get(reverse("deid:desk", args=[faults["CT"].pk])).content.decode()
    assert "It has no pixels." not in page and "Seen 0 of 1 image" in page
