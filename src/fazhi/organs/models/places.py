"""The installation itself, the administrative divisions of GB/T 2260, and the counties that live here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .dated import Dated, DatedQuerySet


class Installation(models.Model):
    """One row. Whether this database is a demonstration is decided when it is made and never changes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    demo = models.BooleanField("演示库", default=False)
    created = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="organs_installation_single"),)


class Region(Dated):
    """A code of GB/T 2260 and the name that it had for a time."""

    code = models.CharField("代码", max_length=6, db_index=True)
    name = models.CharField("名称", max_length=60)

    class Meta(Dated.Meta):
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="organs_region_code_from"),
        )
        ordering = ("code", "valid_from")


class County(Dated):
    """A root: a county, district or county-level city with everything below it."""

    code = models.CharField("行政区划代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=40)
    prefecture = models.CharField("所属市", max_length=40, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"/{self.code}/"

    @property
    def province(self) -> str:
        """The two digits that stand for the province."""
        return self.code[:2]
