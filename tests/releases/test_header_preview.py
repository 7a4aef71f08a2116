"""The header preview says what will really happen: pixels that wait or are masked, two profiles beside each other, NIfTI too."""

import gzip
import re
import struct
from html import unescape

import nibabel
import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from nibabel.nifti1 import Nifti1Extension

from deid.engine.formats.nifti import clean_header, parse_header
from deid.models import Finding
from deid.services import curating
from deid.services.profiling import profile_of, save_profile
from deid.states import FindingMove
from portal.models import Series
from tests.releases.test_leafing import dicom, marked, walk

pytestmark = pytest.mark.django_db
BOX = {"x": 5, "y": 6, "width": 20, "height": 9}


@pytest.fixture
def one_image(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = 0
    client = walk(world, [("P1/a.dcm", dicom(1, marked(1), StudyDescription="CHEST FOLLOW-UP"))])
    return client, Finding.objects.get(kind="burned_in_text")


def rows_of(client: Client, series: Series, query: str = "") -> list[list[str]]:
    """The cells of each row of the table, as words, with what they link to."""
    page = client.get(reverse("deid:header_rows", args=[series.pk]) + query)
    assert page.status_code == 200
    body = re.search("<tbody>(.*)</tbody>", page.content.decode(), re.S)[1]
    linked = re.sub(r'<a href="([^"]+)">', r"\1 ", body)
    cells = [re.findall("<td[^>]*>(.*?)</td>", row, re.S) for row in linked.split("</tr>")[:-1]]
    return [
        [re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", "", cell))).strip() for cell in row] for row in cells
    ]


def row(rows: list[list[str]], name: str) -> list[str]:
    (found,) = [one for one in rows if one[0].startswith(name)]
    return found


def test_pixels_wait_while_a_finding_does(one_image):
    client, finding = one_image
    for name in ("Pixel Data", "Burned In Annotation"):
        told = row(rows_of(client, finding.series), name)
        assert told[3] == "Waits for a person" and "NO" not in told[2]
        assert reverse("deid:desk", args=[finding.pk]) in told[4]


def test_pixels_are_masked_once_a_mask_is_signed_off_and_only_where_it_goes(one_image, world):
    client, finding = one_image
    curating.decide_finding(
        curator=world.curator, finding_id=finding.pk, move=FindingMove.CHANGE, boxes=[BOX]
    )
    rows = rows_of(client, finding.series)
    assert row(rows, "Pixel Data")[3] == "Masked" and "1 box of the mask" in row(rows, "Pixel Data")[2]
    assert row(rows, "Burned In Annotation")[2] == "NO"
    finding.series.instances.update(geometry={"rows": 9, "columns": 9})
    assert row(rows_of(client, finding.series), "Pixel Data")[3] == "Kept"


def test_pixels_in_which_a_person_found_nothing_are_kept_and_those_withheld_do_not_leave(one_image, world):
    client, finding = one_image
    curating.decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.DISMISS)
    rows = rows_of(client, finding.series)
    assert (row(rows, "Pixel Data")[3], row(rows, "Burned In Annotation")[2]) == ("Kept", "NO")
    for move in (FindingMove.REOPEN, FindingMove.WITHHOLD):
        curating.decide_finding(curator=world.curator, finding_id=finding.pk, move=move)
    assert row(rows_of(client, finding.series), "Pixel Data")[3] == "Withheld"


def profile_beside(series: Series) -> str:
    return "basic" if series.collection.deid_profile != "basic" else "research"


def test_another_profile_stands_beside_the_present_one_and_what_differs_comes_first(one_image):
    client, finding = one_image
    series, other = finding.series, profile_beside(finding.series)
    own = {one[0]: one for one in rows_of(client, series)}
    rows = rows_of(client, series, f"?profile={other}")
    differing = [one for one in rows if one[4] == "Differs"]
    assert 0 < len(differing) < len(rows) and rows[: len(differing)] == differing
    described = row(rows, "Study Description")
    assert described[4] == "Differs" and described[2].startswith(own[described[0]][3])
    # How the cleaner names the profile and its options is no difference of what else leaves.
    assert not [one for one in differing if one[0].startswith(("Code ", "Coding ", "De-identification"))]
    assert row(rows, "De-identification Method Code Sequence")[4] == "Names the profile"
    page = client.get(reverse("deid:header_rows", args=[series.pk]) + f"?profile={other}").content.decode()
    assert f"{len(differing)} attributes leave differently" in page and "No difference" not in page


def test_no_difference_is_said_of_two_profiles_that_do_the_same_and_not_of_an_error(one_image, world):
    client, finding = one_image
    series, collection = finding.series, finding.series.collection
    stands_on = profile_of(collection.deid_profile)
    twin = save_profile(
        person=world.curator, sponsor_id=collection.sponsor.pk, name="twin", title="Twin",
        stands_on=collection.deid_profile, options=sorted(stands_on.options), overrides={},
    )  # fmt: skip
    address = reverse("deid:header_rows", args=[series.pk]) + f"?profile={twin.reference}"
    assert "No difference" in client.get(address).content.decode()
    series.instances.update(size=1 << 40)
    page = client.get(address).content.decode()
    assert "too large" in page and "No difference" not in page


def nifti() -> bytes:
    image = nibabel.Nifti1Image(np.ones((6, 7, 8), np.int16), np.diag([2.0, 2.0, 2.0, 1.0]))
    image.header["descrip"] = b"Quackenbush"
    image.header.extensions.append(Nifti1Extension("comment", b"seen by Dr. Okonkwo"))
    return image.to_bytes()


def test_the_header_of_a_nifti_file_is_told_field_by_field_as_it_is_cleaned(world, objects):
    client = walk(world, [("P1/scan.nii.gz", gzip.compress(nifti()))])
    series = Series.objects.get(kind="nifti")
    rows = rows_of(client, series)
    text, extension = row(rows, "descrip"), row(rows, "Extension 1")
    assert text[1:4] == ["Quackenbush", "", "Emptied"] and "any" in text[4]
    assert extension[1] == "seen by Dr. Okonkwo" and extension[3] == "Removed"
    assert row(rows, "srow_x")[3] == "Kept" and row(rows, "srow_x")[1] == "2 0 0 0"
    raw = nifti()
    cleaned = clean_header(raw, parse_header(raw))
    assert float(row(rows, "vox_offset")[2]) == struct.unpack_from("<f", cleaned, 108)[0] == 352
    finding = Finding.objects.create(series=series, kind="face", summary="A face can be rebuilt.")
    desk = client.get(reverse("deid:desk", args=[finding.pk])).content.decode()
    assert reverse("deid:header", args=[series.pk]) in desk
    assert row(rows_of(client, series), "Image data")[3] == "Waits for a person"
