"""People and the organisations that they speak for."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class Organisation(models.Model):
    """A sponsor, university, hospital or company."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    country = models.CharField(max_length=80, blank=True)
    ror = models.URLField("ROR identifier", blank=True)
    is_sponsor = models.BooleanField(default=False, help_text="Registers trials and shares their images.")

    class Meta:
        ordering = ["name"]
        permissions = [
            ("manage_trials", "Register trials, upload and manage collections"),
            ("curate_submissions", "Curate what was uploaded and publish versions"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Makes people; the address is the login, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Return a new person who signs in with *email*."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Return a new administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        """Return the person whose address it is, whatever its case."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, or the system itself where it acts on its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=150)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    orcid = models.CharField("ORCID iD", max_length=19, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField("administrator", default=False)
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = PersonManager()

    class Meta:
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="an_address_belongs_to_one_person"),
            models.UniqueConstraint(
                fields=["is_system"], condition=models.Q(is_system=True), name="there_is_one_system_actor"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @classmethod
    def system(cls) -> Person:
        """Return the actor whose name stands under what the portal does by itself."""
        person, _ = cls.objects.get_or_create(
            is_system=True,
            defaults={"email": "system@tessera.invalid", "full_name": "Tessera", "is_active": False},
        )
        return person
