from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "fazhi.cases"
    label = "cases"
    verbose_name = "案件"

    def ready(self) -> None:
        post_migrate.connect(_put_up_stamp, sender=self)


def _put_up_stamp(using: str, **_: Any) -> None:
    from fazhi.cases import stamp

    stamp.install(using)
