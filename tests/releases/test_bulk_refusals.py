"""One decision on many findings: where one is refused, all ticks stay, and each refused one is named with its reason."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from deid.models import Finding
from portal.models import Series
from tests.portal.builders import fill

pytestmark = pytest.mark.django_db
NO_MASK = "The pixels are lossy."
BOX = {"x": 1, "y": 1, "width": 5, "height": 5, "confidence": 1.0, "frames": None, "rows": 9, "columns": 9}


@pytest.fixture
def queue(world, objects):
    """A text with a mask, one on which no mask can be put, a face, and one that somebody has decided on meanwhile."""
    fill(world.collection("many", published=False), sexes="FMFM")
    series = list(Series.objects.filter(study__subject__collection__slug="many").order_by("key")[:4])
    text = {"kind": "burned_in_text", "summary": "Text.", "boxes": [BOX]}
    client = Client()
    client.force_login(world.curator)
    return client, {
        "masked": Finding.objects.create(series=series[0], **text),
        "hindered": Finding.objects.create(series=series[1], hindrance=NO_MASK, **text),
        "face": Finding.objects.create(series=series[2], kind="face", summary="A face."),
        "decided": Finding.objects.create(series=series[3], state="dismissed", decided_by=world.curator, **text),
        "other": Finding.objects.create(series=series[3], kind="quality", summary="Gaps."),
    }  # fmt: skip


def test_the_ticks_stay_and_each_refused_one_is_named_with_its_reason(queue):
    client, findings = queue
    ticked = [findings[name].pk for name in ("masked", "hindered", "face", "decided")]
    sent = {"action": "decide", "move": "accept", "note": "As agreed.", "finding": ticked}
    answer = client.post(reverse("deid:queue") + "?kind=", sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert {one.state for one in Finding.objects.exclude(pk=findings["decided"].pk)} == {"open"}
    checked = set(re.findall(r'value="([0-9a-f-]{36})" checked', page))
    assert checked == {str(pk) for pk in ticked} - {str(findings["decided"].pk)}
    assert 'value="As agreed."' in page
    named = dict(re.findall(r'<li><a href="([^"]+)">[^<]+</a>: ([^<]+)</li>', page))
    reasons = {name: named.get(reverse("deid:desk", args=[one.pk]), "") for name, one in findings.items()}
    assert NO_MASK in reasons["hindered"] and "no mask to accept" in reasons["face"] and reasons["decided"]
    assert not reasons["masked"] and not reasons["other"]
    assert "3 of 4 cannot be decided so" in unescape(page)


def test_what_nobody_refuses_is_decided_at_once(queue):
    client, findings = queue
    ticked = [findings[name].pk for name in ("masked", "hindered", "face")]
    answer = client.post(reverse("deid:queue"), {"action": "decide", "move": "dismiss", "finding": ticked})
    assert answer.status_code == 302
    assert set(Finding.objects.filter(pk__in=ticked).values_list("state", flat=True)) == {"dismissed"}
