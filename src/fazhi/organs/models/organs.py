"""Organs, their dated names and places in the tree, whom they act for and supervise, and what became of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .dated import Dated, new_id
from .places import County


class Organ(Dated):
    class Kind(models.TextChoices):
        GOVERNMENT = "government", "人民政府"
        DEPARTMENT = "department", "政府部门"
        TOWNSHIP = "township", "乡镇人民政府、街道办事处"
        VILLAGE = "village", "村（居）民委员会"
        PARTY = "party_organ", "党委机关"
        CONGRESS = "congress", "人大机关"
        CPPCC = "cppcc", "政协机关"
        SUPERVISION = "supervision", "纪检监察机关"
        COURT = "court", "人民法院"
        PROCURATORATE = "procuratorate", "人民检察院"
        UPPER = "upper_branch", "上级派驻机构"
        INSTITUTION = "institution", "事业单位"
        OFFICE = "office", "内设或者派出机构"
        BODY = "body", "其他组织（调解委员会、网格、执法队等）"

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    county = models.ForeignKey(County, models.PROTECT, related_name="organs")
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    # The county's own short code: the key by which an import finds the organ again.
    code = models.CharField("机关代码", max_length=40)
    # The name in force today; what it was on another day stands in OrganName.
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=60, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    # The place in force today; earlier places stand in OrganPlace.
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, db_index=True)
    order = models.IntegerField("排序", default=0)

    class Meta(Dated.Meta):
        ordering = ("order", "code")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["county", "code"], name="organs_organ_county_code"),
        )

    def __str__(self) -> str:
        return self.short_name or self.name


class OrganName(Dated):
    class Kind(models.TextChoices):
        FULL = "full", "全称"
        SHORT = "short", "简称"
        ALIAS = "alias", "别名"

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="names")
    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    name = models.CharField("名称", max_length=100, db_index=True)

    class Meta(Dated.Meta):
        ordering = ("organ", "kind", "valid_from")


class OrganPlace(Dated):
    """Where an organ stood in the tree for a time: a figure of 2023 rolls up along the tree of 2023."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="places")
    parent = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")

    class Meta(Dated.Meta):
        ordering = ("organ", "valid_from")


class OrganLine(Dated):
    """A line from one organ to another, with the document or article that draws it."""

    class Kind(models.TextChoices):
        ACTS_FOR = "acts_for", "代为办理"
        SUPERVISES = "supervises", "监督"

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="lines")
    other = models.ForeignKey(Organ, models.PROTECT, related_name="lines_to")
    matter = models.CharField("事项", max_length=60)

    class Meta(Dated.Meta):
        ordering = ("organ", "kind", "matter", "valid_from")
        constraints = (
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(organ=F("other")), name="organs_line_to_another"),
        )


class Succession(models.Model):
    """What became of an organ. One act (a merger, say) is several rows with the same `act`."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", "更名"
        MERGED = "merged", "合并"
        SPLIT = "split", "分立"
        ENDED = "ended", "撤销"

    act = models.CharField(max_length=32, db_index=True)
    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    on = models.DateField("生效日")  # the first day of the new state
    predecessor = models.ForeignKey(Organ, models.PROTECT, related_name="became")
    successor = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="came_from")
    source = models.CharField("来源", max_length=300)
    detail = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        ordering = ("on", "id")
