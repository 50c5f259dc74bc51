"""viewflow under Django with the same connection options as ours: each task's `run` is one transaction."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from benchmarks.steps import STEPS
from benchmarks.turns import Runner


def run(kind: str, fresh: bool) -> Runner:
    import django
    from django.conf import settings
    from django.core.management import call_command

    from fazhi.settings import database

    settings.configure(
        DATABASES={"default": database(os.environ["FAZHI_DATABASE_URL"], Path(os.environ["FAZHI_HOME"]))},
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "viewflow",
            "viewflow.workflow",
            "benchmarks.peers.flow",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    if fresh:
        call_command("migrate", verbosity=0)
    from viewflow.workflow.models import Task
    from viewflow.workflow.status import PROCESS, STATUS

    from .flows import SixStepsFlow
    from .models import SixSteps

    tasks = {name: getattr(SixStepsFlow.instance, name) for name, *_ in STEPS}

    def one() -> int:
        (first, _, values, facts), *rest = STEPS
        case: int = tasks[first].run(**values, **facts).pk
        for name, _, values, facts in rest:
            task = Task.objects.get(process_id=case, flow_task=tasks[name], status=STATUS.NEW)
            tasks[name].run(task, **values, **facts)
        return case

    def stored(case: int) -> tuple[int, dict[str, Any]]:
        process = SixSteps.objects.get(pk=case)
        if process.status != PROCESS.DONE:
            return 0, {}
        done = Task.objects.filter(
            process=process, status=STATUS.DONE, flow_task__in=[tasks[n] for n, *_ in STEPS]
        )
        return done.count(), {k: getattr(process, k) for k in ("cause", "fine", "heard", "grave", "paid_on")}

    return Runner(one, stored)
