"""执法监督: what is past its limit in the organs that this person looks over, where it is stuck, and who has it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fazhi.cases import search
from fazhi.web import watching
from fazhi.web.access import in_post
from fazhi.web.case_access import actor


@in_post
def supervision(request: HttpRequest) -> HttpResponse:
    ctx, today = actor(request), request.today  # type: ignore[attr-defined]
    on = search.ground(ctx)
    shown = {
        "red": watching.red(ctx, today, size=50, on=on),
        "counts": {
            k: search.total(ctx, search.Filters(light=k), today, on=on) for k in ("overdue", "warning")
        },
        "orders": watching.orders_open(ctx, today, on=on),
        "by_organ": watching.by_organ(ctx, today, on),
    }
    return render(request, "cases/supervision.html", shown)
