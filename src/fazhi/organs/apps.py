"""Django's entry to the organs floor."""

from django.apps import AppConfig


class OrgansConfig(AppConfig):
    name = "fazhi.organs"
    label = "organs"
    verbose_name = "机关与人员"
    default_auto_field = "django.db.models.BigAutoField"
