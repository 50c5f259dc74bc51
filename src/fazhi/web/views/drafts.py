"""/drafts/<key>: what drafts.js saves, restores and throws away."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fazhi.web import drafts
from fazhi.web.access import signed_in


@signed_in
@require_http_methods(["GET", "PUT", "DELETE"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    now = timezone.now()
    if request.method == "DELETE":
        drafts.drop(request.user, key)
        return HttpResponse(status=204)
    if request.method == "GET":
        found = drafts.load(request.user, key, now)
        if found is None:
            return HttpResponse(status=204)
        values, saved_at = found
        return JsonResponse({"values": values, "saved": timezone.localtime(saved_at).isoformat()})
    values = _values(request)
    if values is None:
        return JsonResponse({"error": "草稿格式不对或者过长，没有保存。"}, status=400)
    saved = drafts.save(request.user, key, values, now)
    return JsonResponse({"saved": timezone.localtime(saved.saved_at).isoformat()})


def _values(request: HttpRequest) -> drafts.Values | None:
    """The form's values as sent, {name: [text, …]}; None where they are not of this shape."""
    if len(request.body) > drafts.LIMIT:
        return None
    try:
        sent = json.loads(request.body)["values"]
        json.dumps(sent, ensure_ascii=False).encode()  # half a character cannot be sealed
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(sent, dict):
        return None
    for texts in sent.values():
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            return None
    return sent
