"""Words that somebody wrote are read by a person before they leave, as they leave."""

import io
import re
from html import unescape

import pydicom
import pytest
from django.test import Client
from django.urls import reverse
from pydicom.data import get_testdata_file

from deid.engine import Identity, clean_dicom, load_profile
from deid.keys import preview_key
from deid.models import Finding
from deid.services.curating import decide_finding
from deid.states import FindingMove
from portal.models import Series
from tests.deid.conftest import as_bytes, wheel_file
from tests.deid.test_formats_documents import CDA
from tests.deid.test_formats_encapsulated import STL, instance
from tests.releases.test_leafing import dicom, marked, walk

pytestmark = pytest.mark.django_db
LETTER = b"Xiomara Quackenbush came on 3 March 2020.\nThe liver is normal.\n"


def structured(text: str) -> bytes:
    """A structured report that says *text*."""
    ds = pydicom.dcmread(get_testdata_file("reportsi.dcm"))
    item = next(one for one in ds.iterall() if one.tag == 0x0040A160)
    item.value = text
    return as_bytes(ds)


def words(client: Client, finding: Finding, number: int = 1) -> tuple[str, str]:
    """What a curator reads: the report as it is, and as it leaves."""
    answer = client.get(reverse("deid:report_words", args=[finding.series_id, number]))
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    found = re.search(r'<div class="report__words"[^>]*>(.*?)</div>', answer.content.decode(), re.S)
    told = found[1] if found else ""
    before = re.sub("<ins>.*?</ins>", "", told, flags=re.S)
    after = re.sub("<del>.*?</del>", "", told, flags=re.S)
    return tuple(unescape(re.sub("<[^>]+>", "", one)) for one in (before, after))


def test_a_letter_is_asked_about_and_read_as_it_leaves(world, objects):
    client = walk(world, [("P1/a.dcm", dicom(1, marked(1))), ("P1/letter.txt", LETTER)])
    finding = Finding.objects.get(kind="report")
    assert finding.series.state == "inspected" and "Quackenbush" not in finding.summary
    before, after = words(client, finding)
    assert " ".join(before.split()) == " ".join(LETTER.decode().split())
    assert "Quackenbush" not in after and "3 March 2020" not in after
    assert "The liver is normal." in after and re.search(r"\d{1,2} [A-Z][a-z]+ 20\d\d", after)
    page = client.get(reverse("deid:desk", args=[finding.pk])).content.decode()
    assert reverse("deid:report_words", args=[finding.series_id, 1]) in page and "No picture" not in page
    decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.DISMISS)
    assert Series.objects.get(pk=finding.series_id).state == "cleared"


def test_a_report_inside_an_image_file_is_read_as_its_release_says_it(world, objects):
    text = "Seen by Dr. Fenstermacher on 3 March 2020. No lesion in the liver."
    client = walk(
        world, [("P1/sr.dcm", structured(text)), ("P1/cda.dcm", as_bytes(instance(CDA.encode(), "text/XML")))]
    )
    by_modality = {one.series.modality: one for one in Finding.objects.filter(kind="report")}
    assert set(by_modality) == {"SR", "DOC"}
    finding = by_modality["SR"]
    before, after = words(client, finding)
    assert before.startswith(text) and "Fenstermacher" not in after and "No lesion in the liver." in after
    collection = finding.series.study.subject.collection
    released = _released(structured(text), preview_key(collection), finding.series.study.subject.key)
    assert " ".join(after.split()) == " ".join(released.split())


def _released(content: bytes, key: str, subject: str) -> str:
    out = io.BytesIO()
    identity, profile = Identity(bytes.fromhex(key)), load_profile("research")
    clean_dicom(io.BytesIO(content), out, profile=profile, identity=identity, subject_key=subject)
    ds = pydicom.dcmread(io.BytesIO(out.getvalue()))
    return "\n".join(str(one.value) for one in ds.iterall() if one.tag == 0x0040A160 and one.value)


def test_codes_and_numbers_alone_are_no_report(world, objects):
    model = as_bytes(instance(STL, "model/stl"))
    files = [("sr", wheel_file("reportsi.dcm")), ("plan", wheel_file("rtplan.dcm")), ("model", model)]
    walk(world, [(f"P1/{name}.dcm", content) for name, content in files])
    assert not Finding.objects.filter(kind="report").exists()
    assert {one.modality for one in Series.objects.filter(state="cleared")} == {"SR", "RTPLAN"}


def test_a_report_that_is_not_there_or_cannot_be_read_is_said_so(world, objects):
    client = walk(world, [("P1/a.dcm", dicom(1, marked(1))), ("P1/letter.txt", LETTER)])
    finding = Finding.objects.get(kind="report")
    absent = client.get(reverse("deid:report_words", args=[finding.series_id, 2])).content.decode()
    assert "It cannot be shown" in absent and "There is no such report." in absent
    image = Series.objects.get(modality="CT")
    nothing = client.get(reverse("deid:report_words", args=[image.pk, 1])).content.decode()
    assert "There are no words in it." in nothing
