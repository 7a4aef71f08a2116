"""What is known of who a subject is, gathered from all its files and kept encrypted, for cleaning its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from deid.engine import RefusedError
from deid.engine.facts.known import MOST_VALUES
from deid.engine.text.words import everyday_words, is_clinical
from deid.keys import unwrap, wrap
from deid.models import SubjectSecret
from portal.models import Collection, Subject

_WORDS = re.compile(r"[\s^=,]+")


def remember_known_values(subject: Subject, values: Iterable[str]) -> None:
    """Add *values* to what is known of *subject*; inside a transaction, since others may add at the same time.

    Raises `RefusedError` where that is more than anybody is called: what is not known is not searched for.
    """
    known = set(known_values_of(subject))
    if known.issuperset(values):
        return
    Subject.objects.select_for_update().get(pk=subject.pk)
    together = sorted({*known_values_of(subject), *values})
    if len(together) > MOST_VALUES:
        raise RefusedError(
            f"Its subject would have more than {MOST_VALUES} names and numbers, as if several people shared one. "
            "Give each person a Patient ID of their own.",
            code="too_many_names",
        )
    wrapped = wrap(json.dumps(together).encode(), SubjectSecret(subject=subject).purpose)
    SubjectSecret.objects.update_or_create(subject=subject, defaults={"wrapped": wrapped})


def known_values_of(subject: Subject) -> list[str]:
    """Return every name and identifier known of *subject*; keep them out of logs and task arguments."""
    secret = SubjectSecret.objects.filter(subject=subject).first()
    return [] if secret is None else _values(secret)


def known_values_by_key(collection: Collection) -> dict[str, list[str]]:
    """Return the names and identifiers known of each subject of *collection*, by the subject's key; keep them out of logs
    and task arguments."""
    keys = dict(Subject.objects.filter(collection=collection).values_list("pk", "key"))
    known: dict[str, list[str]] = {key: [] for key in keys.values()}
    for secret in SubjectSecret.objects.filter(subject__collection=collection).select_related("subject"):
        known[keys[secret.subject_id]] = _values(secret)
    return known


def names_that_are_no_words(known: Iterable[Iterable[str]]) -> list[str]:
    """Return the names and identifiers of subjects, of whom *known* tells, without what is an ordinary word or one of medicine as
    well: in a heading such as `white_matter` it names nobody. Keep them out of logs and task arguments."""
    values = {value for one in known for value in one}
    kept = ([word for word in _WORDS.split(value) if word and not _is_word(word)] for value in sorted(values))
    return ["^".join((*words, "")) for words in kept if words]


def _is_word(text: str) -> bool:
    return is_clinical(text) or text.lower() in everyday_words()


def aliases_of(collection: Collection) -> dict[str, str]:
    """Return the subject's key by each other key that the collection knows it by."""
    return dict(collection.aliases.exclude(subject=None).values_list("key", "subject__key"))


def _values(secret: SubjectSecret) -> list[str]:
    values: list[str] = json.loads(unwrap(secret.wrapped, secret.purpose))
    return values
