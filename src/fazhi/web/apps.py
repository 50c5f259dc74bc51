"""Django's entry to the staff screens."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "fazhi.web"
    label = "web"
    verbose_name = "工作界面"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fazhi.web import case_menu, menu_entries  # noqa: F401 - fill the menu
