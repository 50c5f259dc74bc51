"""A case as the person of this request may see it; what he may not see is not there, in the words of any wrong address."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from fazhi.cases import attachments, casefile, search
from fazhi.cases.casefile import CaseFile
from fazhi.cases.errors import NotThere
from fazhi.cases.said import Speaker
from fazhi.organs.actor import ActorContext


def actor(request: HttpRequest) -> ActorContext:
    """Who acts; views behind `in_post` always have somebody."""
    found: ActorContext = request.acting.actor  # type: ignore[attr-defined]
    return found


def opened(request: HttpRequest, case: str) -> CaseFile:
    try:
        return casefile.open_(actor(request), case, request.today)  # type: ignore[attr-defined]
    except NotThere:
        raise Http404 from None


def speaker(request: HttpRequest, file: CaseFile) -> Speaker:
    """Says the case's values: other cases by number where this person may know of them, files by their names."""
    others = search.by_ids(actor(request), [other for _, other in file.links], request.today)  # type: ignore[attr-defined]
    state = file.state
    return Speaker(
        file.d,
        file.row.county,
        file.row.organ,
        state.opened_on,
        file.words,
        attachments.names(file.row.id),
        {k: f"{row.number or '（未编号）'} {row.title}".strip() for k, row in others.items()},
    )
