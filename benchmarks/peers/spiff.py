"""SpiffWorkflow: a BPMN process of six user tasks; the instance kept as its own serializer's JSON in a table.

As in its documentation: parse once, `serialize_json` to keep, `deserialize_json` to go on, tasks by name, `run`,
`do_engine_steps`. The row is locked while a step is taken, as ours is. `apart` does what the example application of
its authors does: the specification is kept apart and only the instance is written; it is the faster of the two.
"""

from __future__ import annotations

import json
import uuid
from functools import partial
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.util.task import TaskState

from benchmarks import driver
from benchmarks.steps import STEPS
from benchmarks.turns import Runner

BPMN = Path(__file__).with_name("six_steps.bpmn")


def whole(kind: str, fresh: bool) -> Runner:
    return _runner(kind, fresh, BpmnWorkflowSerializer(), _spec())


def apart(kind: str, fresh: bool) -> Runner:
    spec = _spec()
    config = {**DEFAULT_CONFIG, BpmnWorkflow: partial(InstanceOnly, spec)}
    return _runner(kind, fresh, BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config)), spec)


class InstanceOnly(BpmnWorkflowConverter):
    """The instance without its specification, which all instances share."""

    def __init__(self, spec: Any, target: Any, registry: Any) -> None:
        super().__init__(target, registry)
        self.spec = spec

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        kept = super(BpmnWorkflowConverter, self).to_dict(workflow)
        return {
            **kept,
            "subprocesses": self.mapping_to_dict(workflow.subprocesses),
            "bpmn_events": self.registry.convert(workflow.bpmn_events),
        }

    def from_dict(self, dct: dict[str, Any]) -> Any:
        return super().from_dict({**dct, "spec": self.spec, "subprocess_specs": {}})


def _spec() -> Any:
    parser = BpmnParser()
    parser.add_bpmn_file(str(BPMN))
    return parser.get_spec("six_steps")


def _runner(kind: str, fresh: bool, serializer: BpmnWorkflowSerializer, spec: Any) -> Runner:
    execute, begin, mark, lock, _ = driver.connect(kind)
    if fresh:
        execute("CREATE TABLE workflow (id TEXT PRIMARY KEY, data TEXT NOT NULL)")

    def one() -> str:
        case = uuid.uuid4().hex
        for n, (name, _, values, facts) in enumerate(STEPS):
            execute(begin)
            if n == 0:
                workflow = BpmnWorkflow(spec)
                workflow.do_engine_steps()
            else:
                found = execute(f"SELECT data FROM workflow WHERE id = {mark}{lock}", (case,)).fetchone()
                workflow = serializer.deserialize_json(found[0])
            task = workflow.get_next_task(spec_name=name, state=TaskState.READY)
            task.data.update(values | facts)
            task.run()
            workflow.do_engine_steps()
            data = serializer.serialize_json(workflow)
            if n == 0:
                execute(f"INSERT INTO workflow VALUES ({mark}, {mark})", (case, data))
            else:
                execute(f"UPDATE workflow SET data = {mark} WHERE id = {mark}", (data, case))
            execute("COMMIT")
        return case

    def stored(case: str) -> tuple[int, dict[str, Any]]:
        found = execute(f"SELECT data FROM workflow WHERE id = {mark}", (case,)).fetchone()
        workflow = serializer.deserialize_json(found[0])
        names = {name for name, *_ in STEPS}
        done = [t for t in workflow.get_tasks(state=TaskState.COMPLETED) if t.task_spec.name in names]
        values = json.loads(json.dumps(workflow.data)) if workflow.completed else {}
        return len(done), values

    return Runner(one, stored)
