"""Keys, wrapped by the instance's own key; without it the rows say nothing."""

from __future__ import annotations

from django.db import models

from portal.models import Collection, Subject


class CollectionSecret(models.Model):
    """The key under which a collection's subjects and UIDs are indexed."""

    collection = models.OneToOneField(
        Collection, on_delete=models.PROTECT, related_name="secret", primary_key=True
    )
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"Key of {self.collection}"

    @property
    def purpose(self) -> str:
        """What the wrapped bytes are bound to."""
        return f"collection {self.pk}"


class GrantSecret(models.Model):
    """The key that makes the pseudonyms, UIDs and shifts of one grant."""

    grant_id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"Key of grant {self.grant_id}"

    @property
    def purpose(self) -> str:
        """What the wrapped bytes are bound to."""
        return f"grant {self.pk}"


class SubjectSecret(models.Model):
    """The names and identifiers of a subject, found in any of its files, by which all its texts are cleaned."""

    subject = models.OneToOneField(Subject, on_delete=models.CASCADE, related_name="secret", primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"Known values of {self.subject}"

    @property
    def purpose(self) -> str:
        """What the wrapped bytes are bound to."""
        return f"known values of subject {self.pk}"


class SubjectAlias(models.Model):
    """Another identifier of a subject, as tables state it, by its keyed digest only; of nobody where tables gave it to two."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="aliases")
    key = models.CharField(max_length=64)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, null=True, related_name="aliases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "key"], name="an_alias_is_of_one_subject")
        ]

    def __str__(self) -> str:
        return f"Another identifier of {self.subject or 'nobody'}"
