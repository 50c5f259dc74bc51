"""What of figures is kept in the database: those from outside. Everything else is counted from the ledger."""

from __future__ import annotations

from django.db import models


class ImportedFigure(models.Model):
    """A number that somebody else publishes. Rows are only added; the latest of a figure and period is the one shown.

    `position`: how far the sealed order had come, so that a figure as of an earlier moment does not show it.
    """

    county = models.CharField(max_length=6)
    name = models.CharField(max_length=41)
    title = models.CharField(max_length=120)
    period = models.CharField(max_length=21)
    value = models.CharField(max_length=40)  # decimal
    unit = models.CharField(max_length=20)
    source = models.CharField(max_length=300)
    file = models.CharField(
        max_length=64, blank=True, default=""
    )  # SHA-256 of the file that it was read from
    passage = models.CharField(
        max_length=24, blank=True, default=""
    )  # "start-end", characters of that file's text
    recorded_by = models.CharField(max_length=32)
    recorded_at = models.DateTimeField(auto_now_add=True)
    position = models.BigIntegerField()

    class Meta:
        db_table = "figures_imported"
        indexes = [models.Index(fields=["county", "period"], name="figures_imported_span")]
