"""Who changed what in the registers of this floor. Rows are added, never changed."""

from __future__ import annotations

from django.db import models

from .people import Person
from .places import County


class Change(models.Model):
    county = models.ForeignKey(County, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=16)  # organ, post, person, parameter, code, …
    subject_id = models.CharField(max_length=60)
    on = models.DateField("生效日")
    what = models.CharField("变动", max_length=60)
    detail = models.JSONField(default=dict)  # {field: [before, after]}
    source = models.CharField("来源", max_length=300, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["subject", "subject_id"]),)
