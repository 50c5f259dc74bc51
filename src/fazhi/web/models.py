"""What the screens themselves keep: drafts of forms, so that a lost connection loses no words."""

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
