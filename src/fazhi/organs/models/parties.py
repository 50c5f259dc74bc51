"""Citizens and organisations outside government: one record per legal identity, beside the chain."""

from __future__ import annotations

from django.db import models

from .dated import new_id
from .people import Person


class Party(models.Model):
    class Kind(models.TextChoices):
        CITIZEN = "citizen", "自然人"
        INDIVIDUAL = "individual_business", "个体工商户"
        ENTERPRISE = "enterprise", "企业"
        INSTITUTION = "institution", "事业单位"
        SOCIAL = "social", "社会组织"
        ORGAN = "organ", "机关"
        VILLAGE = "village_organisation", "基层群众性自治组织、农村集体经济组织"
        OTHER = "other", "其他组织"

    class Identity(models.TextChoices):
        ID_CARD = "id_card", "居民身份证"
        USCC = "uscc", "统一社会信用代码"
        PASSPORT = "passport", "护照"
        PERMIT = "permit", "港澳台居民证件、外国人永久居留证"
        NONE = "none", "身份不明或者无证件"

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    # A citizen's name is masked here and sealed below; an organisation's name is public and stands here whole.
    shown_name = models.CharField("名称", max_length=120, db_index=True)
    name_sealed = models.BinaryField(null=True)
    name_digest = models.CharField(max_length=64, blank=True, db_index=True)
    identity_kind = models.CharField("证件种类", max_length=10, choices=Identity.choices)
    identity_shown = models.CharField("证件号码（掩码）", max_length=30, blank=True)
    identity_sealed = models.BinaryField(null=True)
    identity_digest = models.CharField(max_length=64, null=True, unique=True)
    details_sealed = models.BinaryField(null=True)  # address, phone, representative: canonical JSON
    source = models.CharField("来源", max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("shown_name", "id")

    def __str__(self) -> str:
        return self.shown_name


class PartyRevision(models.Model):
    """What the record said before it was changed."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="revisions")
    recorded_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    before_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ("party", "id")
