from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "fazhi.figures"
    label = "figures"
    verbose_name = "统计指标"

    def ready(self) -> None:
        from fazhi.cases import worker
        from fazhi.figures import feeding

        worker.register_feed(feeding.feed)
