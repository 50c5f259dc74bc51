"""Six tasks, done from code: viewflow's StartHandle and Handle, the cheapest of its ways (no owner, no permission)."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock

from .models import SixSteps


class SixStepsFlow(flow.Flow):
    process_class = SixSteps
    lock_impl = (
        lock.select_for_update_lock
    )  # its word for PostgreSQL; on SQLite the transaction itself has the lock

    file = flow.StartHandle(this.begin).Next(this.collect)
    collect = flow.Handle(this.keep).Next(this.notify)
    notify = flow.Handle(this.keep).Next(this.hear)
    hear = flow.Handle(this.keep).Next(this.decide)
    decide = flow.Handle(this.keep).Next(this.close)
    close = flow.Handle(this.keep).Next(this.end)
    end = flow.End()

    def begin(self, activation: Any, **values: Any) -> Any:
        for name, value in values.items():
            setattr(activation.process, name, value)
        return activation.process

    def keep(self, activation: Any, **values: Any) -> Any:
        for name, value in values.items():
            setattr(activation.process, name, value)
        if values:
            activation.process.save()
        return activation.process
