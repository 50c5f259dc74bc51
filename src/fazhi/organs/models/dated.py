"""What holds from one day to another. Both days are included; no last day means "until further notice"."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q


def new_id() -> str:
    """An identifier of 32 hex digits, the form that events carry."""
    return uuid.uuid4().hex


class DatedQuerySet(models.QuerySet):
    def on(self, day: date) -> DatedQuerySet:
        """Rows that hold on that day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def overlapping(self, first: date, last: date | None) -> DatedQuerySet:
        """Rows that share at least one day with first…last (both included)."""
        rows = self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
        return rows if last is None else rows.filter(valid_from__lte=last)


class Dated(models.Model):
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    source = models.CharField("来源", max_length=300, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_dates",
            ),
        )

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
