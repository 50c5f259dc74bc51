"""A report's text and what it is bound to. Its way from draft to publication is a case (`Report.case`), not a state here."""

from __future__ import annotations

from django.db import models

from fazhi.organs.models import County, Organ, Person
from fazhi.organs.models.dated import new_id


class Report(models.Model):
    """`organ` compiles it, `issuer` is whose report it is. `version` rises with each change of its text."""

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    county = models.ForeignKey(County, models.PROTECT)
    definition = models.CharField(max_length=60)
    year = models.PositiveIntegerField("年度")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    case = models.CharField(max_length=32, unique=True)
    version = models.PositiveIntegerField(default=1)
    begun_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("county", "issuer", "definition", "year"), name="reports_report_once"
            ),
        )


class ReportParagraph(models.Model):
    """`source` is in the markup of fazhi.reports.markup; `justified` maps a typed number to where it comes from."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="paragraphs")
    part = models.CharField(max_length=40)
    order = models.PositiveIntegerField()
    key = models.CharField(max_length=40, blank=True)  # of the definition's paragraph; empty: a clerk's own
    heading = models.CharField(max_length=100, blank=True)
    source = models.TextField(blank=True)
    when = models.JSONField(default=list)
    justified = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("order", "id")


class Freeze(models.Model):
    """The report as it stood at a moment: its text with every figure as printed, and the paragraphs it was made from.

    Rows are only added. `version` is the report's at that time: a later one means that the text has moved on.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="freezes")
    moment = models.CharField(max_length=40)  # as the figures floor writes it: 1234@2026-11-21
    version = models.PositiveIntegerField()
    pieces = models.JSONField()
    text = models.JSONField()  # Text.to_json()
    digest = models.CharField(max_length=64)  # Text.digest()
    frozen_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
