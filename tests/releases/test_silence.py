"""Nothing of a source is ever told: no planted identifier in a log, a ledger row, a job, a letter, a key or an error."""

from __future__ import annotations

import logging

import pytest
from django.core import mail, serializers

from deid.models import Finding, Release, ReleaseFile, ReleaseItem
from examples.images.dicom import ct_trial
from examples.images.subjects import invent
from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import Instance, Job, LedgerEvent, Series, Study, Subject
from requests_app.models import Letter
from storage.models import SubmissionFile
from storage.objects import raw_store, released_store
from tests.releases.conftest import walk_to_release
from tests.world import World

MODELS = (
    LedgerEvent,
    Job,
    Letter,
    Finding,
    Release,
    ReleaseItem,
    ReleaseFile,
    Subject,
    Study,
    Series,
    Instance,
)


def planted() -> list[str]:
    """Return the words that must not be told; names of three letters would be found by chance."""
    words = [
        word
        for who in invent(1, "HLC-", 11)
        for word in (who.patient_id, *who.name.split("^"), who.doctor.split("^")[0])
    ]
    return [word.lower() for word in words if len(word) > 3]


def told(caplog: pytest.LogCaptureFixture) -> dict[str, str]:
    """Return everything that the portal has said anywhere, in small letters."""
    said = {"log": caplog.text + "".join(str(vars(record)) for record in caplog.records)}
    said |= {model.__name__: serializers.serialize("json", model.objects.all()) for model in MODELS}
    said["mail"] = "".join(f"{letter.subject} {letter.to} {letter.body}" for letter in mail.outbox)
    for name, store in (("raw keys", raw_store()), ("released keys", released_store())):
        said[name] = "".join(one.key for one in store.list_prefix(""))
    reasons = SubmissionFile.objects.values_list("reason_code", "reason", "object_key")
    said["reasons"] = str(list(reasons))
    return {where: text.lower() for where, text in said.items()}


def test_a_whole_walk_tells_nothing_that_was_planted(
    world: World, objects: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    files = list(ct_trial(1, 2, size=64))
    path, body = files[0]
    spoilt = body.replace(b"\x28\x00\x10\x00US", b"\x28\x00\x10\x00XX")
    broken = [
        ("cut.dcm", body[: len(body) // 2]),
        ("spoilt.dcm", spoilt),
        ("letter.txt", b"Dear " + " ".join(planted()).encode()),
        ("twin.dcm", body + b"\0\0"),
        (f"again/{path}", body),
    ]
    collection = world.collection("silence", published=False)
    upload(collection, [*files, *broken], world.manager)
    run_queued()
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    walk_to_release(world, collection)
    assert SubmissionFile.objects.filter(state="rejected").count() >= 3
    assert SubmissionFile.objects.filter(state="here_already").count() == 1
    needles = planted()
    assert len(needles) >= 3
    said = told(caplog)
    assert "silence" in said["Letter"], "what is told is not looked at"
    assert all(len(said[where]) > 100 for where in ("log", "LedgerEvent", "Job", "Letter", "raw keys"))
    found = {where: [word for word in needles if word in text] for where, text in said.items()}
    assert not {where: words for where, words in found.items() if words}
