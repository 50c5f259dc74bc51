"""Correcting an entry, or taking the last one back: a later event that says why. Nothing is overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fazhi.cases import registers, search, service
from fazhi.cases.casefile import CaseFile, Entry
from fazhi.cases.errors import CaseError, NotThere, Refused
from fazhi.cases.said import Speaker
from fazhi.procedures import Command, Refusal
from fazhi.web import case_page
from fazhi.web.access import in_post
from fazhi.web.case_access import actor, opened, speaker
from fazhi.web.case_fields import LinkField, OneField, Option, SomeField, TextField, build
from fazhi.web.case_page import zh
from fazhi.web.forms import Form, date_field
from fazhi.web.views.approvals import _key, _seq

WORDS = {"correct": "更正", "void": "撤销"}


class MendForm(Form):
    """The entry's fields as they stand; only those that are changed are sent. `fields` False: nothing but the reason."""

    def __init__(
        self,
        *args: Any,
        file: CaseFile,
        entry: Entry,
        say: Speaker,
        request: HttpRequest,
        kind: str,
        **rest: Any,
    ) -> None:
        super().__init__(*args, **rest)
        self.file, self.entry, self.say = file, entry, say
        if kind == "correct":
            self._entry_fields(request)
            self.fields["on"] = date_field(
                "办理日期", required=False, help_text="实际办理的那一天记错了的，在这里改。"
            )
            self.initial["on"] = date.fromisoformat(entry.on)
        self.fields["reason"] = TextField(
            label=f"{WORDS[kind]}理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
            help_text="写明错在哪里、依据什么材料。理由和原来的内容都保留在办理记录中。",
        )  # fmt: skip
        self.fields["reason"].error_messages["required"] = f"请填写「{WORDS[kind]}理由」。"

    def _entry_fields(self, request: HttpRequest) -> None:
        d, county, organ = self.file.d, self.file.row.county, self.file.row.organ
        action = d.actions.get(self.entry.action)
        asked = (
            [x.field for x in (*action.asks, *(y for o in action.outcomes.values() for y in o.asks))]
            if action
            else []
        )
        for name in dict.fromkeys(
            [*self.entry.values, *asked]
        ):  # what was left blank may be filled in as well
            value = self.entry.values.get(name)
            f = d.source.fields.get(name)
            if f is None or f.type in ("party", "officer", "person", "file", "document"):
                continue  # people and files are changed by acts of their own, each with its own requirements
            rest: dict[str, Any] = {"label": f.title, "required": False, "help_text": zh(f.hint)}
            if f.type == "code":
                rows = registers.codes(county, f.codes, request.today, organ)  # type: ignore[attr-defined]
                options = [Option(k, str(r.get("title", k))) for k, r in rows.items()]
                made: forms.Field = SomeField(options, **rest) if f.many else OneField(options, **rest)
            elif f.type == "link":
                made = LinkField(
                    lambda text, to=tuple(f.to): search.by_number(actor(request), text, to),
                    many=f.many,
                    **rest,
                )
            else:
                made = build(name, f, [Option(k, t) for k, t in f.choices.items()], **rest)
            self.fields[f"v_{name}"] = made
            if value is not None:
                self.initial[f"v_{name}"] = self._typed(f, self.file.shown(value))

    def _typed(self, f: Any, value: Any) -> Any:
        if f.type == "date" and isinstance(value, str):
            return date.fromisoformat(value[:10])
        if f.type == "link":
            items = value if isinstance(value, list) else [value]
            return "、".join(self.say.cases.get(str(v), str(v)).split(" ")[0] for v in items)
        return value

    def changes(self) -> dict[str, Any]:
        """What differs from what stands there now; the day as `$on`."""
        found: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if not name.startswith("v_") or value in (None, "", []):
                continue
            if value != self.file.shown(self.entry.values.get(name[2:])):
                found[name[2:]] = value
        if (on := self.cleaned_data.get("on")) and on.isoformat() != self.entry.on:
            found["$on"] = on.isoformat()
        return found


@in_post
def correct(request: HttpRequest, case: str, seq: int) -> HttpResponse:
    return _mend(request, case, seq, "correct")


@in_post
def void(request: HttpRequest, case: str, seq: int) -> HttpResponse:
    return _mend(request, case, seq, "void")


def _mend(request: HttpRequest, case: str, seq: int, kind: str) -> HttpResponse:
    file = opened(request, case)
    entry = next((e for e in file.entries if e.seq == seq), None)
    if entry is None or not file.sight.sides or not any(a["s"] == seq for a in file.state.acts):
        raise Http404
    say = speaker(request, file)
    made = {"file": file, "entry": entry, "say": say, "request": request, "kind": kind}
    form = MendForm(request.POST or None, **made)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (answer := _run(request, file, entry, form, kind)):
            return answer
    shown = {
        "file": file, "entry": entry, "form": form, "kind": kind, "word": WORDS[kind], "id": case_page.identity(file, say),
        "token": _key(request), "alone": entry.on == request.today.isoformat(),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "cases/mend.html", shown, status=status)


def _run(
    request: HttpRequest, file: CaseFile, entry: Entry, form: MendForm, kind: str
) -> HttpResponse | None:
    """Done, or None with the reasons in the form."""
    values = form.changes() if kind == "correct" else {}
    command = Command(
        kind, on=request.today, values=values, target=entry.seq, reason=form.cleaned_data["reason"]  # type: ignore[arg-type,attr-defined]
    )  # fmt: skip
    try:
        result = service.run(
            command,
            actor(request),
            case=file.row.id,
            key=_key(request),
            expected_seq=_seq(request.POST.get("expected_seq", "")),
        )
    except NotThere:
        raise Http404 from None
    except Refused as refused:
        _refuse(form, refused.refusals)
        return None
    except CaseError as error:
        _refuse(form, [Refusal(error.message, error.law, next=error.next)])
        return None
    if any(b["type"] == "proposed" for b in result.events):
        messages.success(request, f"已提请{WORDS[kind]}「{entry.title}」，等待本机关另一名人员同意。")
    else:
        messages.success(request, f"已{WORDS[kind]}「{entry.title}」，理由和原内容记入办理记录。")
    return redirect("cases:case", case=file.row.id)


def _refuse(form: MendForm, refusals: Any) -> None:
    for r in refusals:
        name = next((n for n in (f"v_{r.field}", r.field) if n in form.fields), None)
        words = zh(r.message) + (f"（{r.law}）" if r.law else "") + (f"。{zh(r.next)}" if r.next else "")
        form.add_error(name, words)
