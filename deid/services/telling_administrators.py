"""What administrators are told of releases, by mail and in their list of work."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from deid.models import Release
from portal.models import Person
from portal.services import letters


def tell_of_damage(*, release_id: UUID) -> None:
    """Tell every administrator that a release is not stored as it was sealed."""
    release = Release.objects.get(pk=release_id)
    people = Person.objects.filter(is_staff=True, is_active=True)
    subject = f"Stored objects of {release.name} are not what was sealed"
    link = reverse("storage:usage")
    letters.send("damaged", subject, list(people.values_list("email", flat=True)), link, release=release)
