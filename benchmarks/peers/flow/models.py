"""The case's data as the quick start of viewflow has it: a proxy of its process, fields in the process's JSON."""

from __future__ import annotations

from viewflow import jsonstore
from viewflow.workflow.models import Process


class SixSteps(Process):
    cause = jsonstore.CharField(max_length=20, null=True)
    fine = jsonstore.IntegerField(null=True)
    heard = jsonstore.BooleanField(null=True)
    grave = jsonstore.BooleanField(null=True)
    paid_on = jsonstore.CharField(max_length=10, null=True)

    class Meta:
        proxy = True
