"""The example data: loaded once, and finished where loading was broken off."""

from dataclasses import replace

import pytest

from examples.collections import EXAMPLES
from examples.images.dicom import ct_trial
from examples.people import known_people, make_people
from examples.walking import bring_in, go_on
from portal.jobs.inline import run_queued
from portal.models import Collection, CollectionVersion, Trial
from storage.models import Submission

pytestmark = pytest.mark.django_db


def few_images():
    return ct_trial(1, 3, size=32)


def broken_off():
    yield next(iter(few_images()))
    raise KeyboardInterrupt


def test_loading_that_was_broken_off_is_finished_and_nothing_is_there_twice(objects):
    assert known_people() is None
    make_people()
    people = known_people()
    example = replace(EXAMPLES[0], files=few_images)
    with pytest.raises(KeyboardInterrupt):
        bring_in(replace(example, files=broken_off), people)
    for _ in range(2):
        collection = bring_in(example, people)
        steps = 1
        while not go_on(collection, people):
            steps += 1
            run_queued()
            assert steps < 9
    assert sorted(Submission.objects.values_list("state", flat=True)) == ["accepted", "rejected"]
    assert (Trial.objects.count(), Collection.objects.count()) == (1, 1)
    assert CollectionVersion.objects.get().state == "published"
    assert collection.subjects.count() == 1
