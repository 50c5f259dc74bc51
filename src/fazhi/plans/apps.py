"""Django's entry to the plans floor."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "fazhi.plans"
    label = "plans"
    verbose_name = "计划任务"
    default_auto_field = "django.db.models.BigAutoField"
