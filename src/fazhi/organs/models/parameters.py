"""What a province or county sets (thresholds, days) and the code lists that fields draw on."""

from __future__ import annotations

from django.db import models

from .dated import Dated
from .organs import Organ


class Parameter(Dated):
    class Type(models.TextChoices):
        INT = "int", "整数"
        MONEY = "money", "金额（分）"
        DECIMAL = "decimal", "小数"
        BOOL = "bool", "是否"
        TEXT = "text", "文字"

    scope = models.CharField("范围", max_length=6)  # two digits: the province; six digits: the county
    name = models.CharField("名称", max_length=60)
    title = models.CharField("标题", max_length=100)
    type = models.CharField("类型", max_length=8, choices=Type.choices)
    value = models.CharField("值", max_length=200)
    unit = models.CharField("单位", max_length=20, blank=True)
    verified = models.BooleanField("已核对", default=False)

    class Meta(Dated.Meta):
        ordering = ("name", "scope", "valid_from")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["scope", "name", "valid_from"], name="organs_parameter_once"),
        )


class CodeList(models.Model):
    name = models.CharField("代码表", max_length=60, primary_key=True)
    title = models.CharField("标题", max_length=100)
    columns = models.JSONField("列", default=list)  # [{"name", "title", "type": int|money|bool|text}]

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.title


class Code(Dated):
    list = models.ForeignKey(CodeList, models.PROTECT, related_name="codes")
    scope = models.CharField("范围", max_length=6, blank=True)  # "" everywhere, two digits, or six
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField("代码", max_length=60)
    title = models.CharField("名称", max_length=120)
    columns = models.JSONField("列值", default=dict)
    order = models.IntegerField("排序", default=0)
    verified = models.BooleanField("已核对", default=False)

    class Meta(Dated.Meta):
        ordering = ("list", "order", "code", "valid_from")
        indexes = (models.Index(fields=["list", "code"]),)
