"""Personal access tokens: what programs sign in with. Only a digest is kept."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from portal.models.people import Person

PREFIX = "tessera_"
TOUCH_EVERY = timedelta(minutes=1)


class Scope(models.TextChoices):
    """What a token may be used for."""

    READ = "read", "Look at what its owner may see"
    WRITE = "write", "Change things in its owner's name"
    UPLOAD = "upload", "Upload to collections"
    DOWNLOAD = "download", "Download what was granted"


def digest_of(secret: str) -> str:
    """Return the digest under which a token is kept; the secret has 256 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


class AccessTokenManager(models.Manager["AccessToken"]):
    """Makes tokens and finds the ones that are alive."""

    def issue(
        self, *, person: Person, name: str, scopes: list[str], expires_at: datetime
    ) -> tuple[AccessToken, str]:
        """Return a new token and its secret, which is shown once and never again."""
        secret = PREFIX + secrets.token_urlsafe(32)
        token = self.create(
            person=person, name=name, scopes=scopes, expires_at=expires_at, digest=digest_of(secret)
        )
        return token, secret

    def alive(self, secret: str) -> AccessToken | None:
        """Return the token of *secret* unless it is unknown, expired, revoked or its owner was shut out."""
        return (
            self.select_related("person")
            .filter(digest=digest_of(secret), expires_at__gt=Now(), revoked_at=None, person__is_active=True)
            .first()
        )


class AccessToken(models.Model):
    """A secret that lets a program act for a person, within its scopes and until it expires."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=80, help_text="What it is for, for example “laptop”.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope.choices))
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccessTokenManager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        """Say whether its time is over."""
        return self.expires_at <= timezone.now()

    def touch(self) -> None:
        """Note the use, at most once a minute."""
        recently = models.Q(last_used_at__gt=Now() - TOUCH_EVERY)
        AccessToken.objects.filter(~recently | models.Q(last_used_at=None), pk=self.pk).update(
            last_used_at=Now()
        )

    def revoke(self) -> None:
        """End the token now."""
        AccessToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=Now())
