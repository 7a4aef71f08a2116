"""A plan that is to be made again cannot be accepted meanwhile, and the desk says how far the new one is."""

import pytest
from django.urls import reverse

from deid.models import Finding
from deid.services import curating
from deid.states import FindingMove
from portal.errors import InvalidInputError
from portal.models import Job
from tests.portal.builders import fill

pytestmark = pytest.mark.django_db
PLANNED = {"plan_key": "plans/face", "preview_key": "pictures/face", "summary": "The face would be blanked."}


@pytest.fixture
def face(world):
    (series,) = fill(world.collection("heads", published=False), sexes="F", modality="MR")
    return Finding.objects.create(series=series, kind="face", **PLANNED)


def test_a_plan_that_is_made_again_is_not_accepted_and_shows_how_far_it_is(client, world, face):
    client.force_login(world.curator)
    desk = reverse("deid:desk", args=[face.pk])
    assert 'value="accept"' in client.get(desk).content.decode()
    answer = client.post(desk, {"action": "plan_brain"})
    assert answer["Location"] == desk
    waiting = client.get(desk).content.decode()
    assert f'hx-get="{desk}"' in waiting and "No picture yet" in waiting
    assert 'value="accept"' not in waiting and 'value="plan"' not in waiting
    with pytest.raises(InvalidInputError):
        curating.decide_finding(curator=world.curator, finding_id=face.pk, move=FindingMove.ACCEPT)
    Job.objects.filter(name="deid.plan_faces").update(
        state="running", lease_until="2100-01-01T00:00Z", done=1, total=4
    )
    assert "1 of 4" in client.get(desk).content.decode()
    Job.objects.filter(name="deid.plan_faces").update(state="done", lease_until=None)
    Finding.objects.filter(pk=face.pk).update(**PLANNED)
    made = client.get(desk, headers={"HX-Request": "true"}).content.decode()
    assert "The plan is made" in made and f'hx-get="{desk}"' not in made
    assert "Keep only the brain" in client.get(desk).content.decode()
