"""What the screens themselves keep: drafts of forms, so that a lost connection loses no words; who has acted in what."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """What a person has typed into a form and not yet submitted. Sealed at rest: it may hold personal data."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "key"], name="web_draft_person_key"),)
        indexes = (models.Index(fields=["saved_at"]),)


class Deed(models.Model):
    """That a person has acted in a case: his last act there, by its place in the sealed order. Made from the ledger
    (`deeds.follow`) and made again from it at any time."""

    person = models.CharField(max_length=32)
    case = models.CharField(max_length=32, db_column="case_id")
    position = models.BigIntegerField()
    seq = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "case"], name="web_deed_person_case"),)
        indexes = (models.Index(fields=["person", "-position"], name="web_deed_latest"),)


class DeedMark(models.Model):
    """Up to which position the ledger has been read for `Deed`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
