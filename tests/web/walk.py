"""Whole procedures walked through their screens, day by day: the form as a browser would send it, the check page, the button.

The clock is moved from act to act, so that limits run as they would; nothing is written past the screens.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Any

import pytest
from django.utils import timezone
from tests.web.cases_build import Web, checked, hidden, words

from fazhi.cases import service, store, trial
from fazhi.cases.casefile import CaseFile, open_
from fazhi.organs.actor import ActorContext
from fazhi.organs.parties import record_party

OWN = ("on", "outcome", "part", "reason", "as_organ")


class Walk:
    """One case on its way. `on` of each act is a day; the clock stands at noon of it."""

    def __init__(self, w: Web, monkeypatch: pytest.MonkeyPatch, procedure: str) -> None:
        self.w, self.procedure, self.case, self.today = w, procedure, "", date(2026, 3, 2)
        walk = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return walk.now().astimezone(tz)

        monkeypatch.setattr(timezone, "now", self.now)
        for module in (service, trial):
            monkeypatch.setattr(module, "datetime", Moved)

    def now(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 4, tzinfo=UTC)

    def day(self, text: str) -> None:
        self.today = date.fromisoformat(text)

    def act(self, on: str, who: ActorContext, action: str, /, **fields: Any) -> str:
        """Do one act through form and check page; the words of the page that follows."""
        self.day(on)
        address = (
            f"/cases/{self.case}/do/{action}/" if self.case else f"/cases/new/{self.procedure}/{action}/"
        )
        sent = {k if k in OWN or k.startswith("q_") else f"v_{k}": v for k, v in fields.items()}
        client = self.w.client(who)
        page, given = checked(client, address, **sent)
        told = words(page)
        assert "还没有提交" in told, (action, told[told.find("需要改") :][:400])
        page = client.post(address, {"step": "submit", "token": given["token"]}, follow=True)
        told = words(page)
        assert "已办理" in told or "已提请" in told, (action, told[:1500])
        if not self.case:
            self.case = page.redirect_chain[-1][0].split("/")[2]
        return told

    def agree(self, on: str, who: ActorContext) -> str:
        self.day(on)
        client = self.w.client(who)
        html = client.get(f"/cases/{self.case}/").content.decode()
        sent = {"token": hidden(html, "token"), "expected_seq": store.read(self.case).seq, "kind": "agree"}  # type: ignore[union-attr]
        told = words(client.post(f"/cases/{self.case}/pending/", sent, follow=True))
        assert "已记入办理记录" in told, told[:1500]
        return told

    def serve(self, on: str, who: ActorContext, of: str, to: str) -> str:
        return self.act(on, who, "hand_over", of=of, to=to, way="direct", served_on=on)

    def page(self, who: ActorContext, tab: str = "") -> str:
        return words(self.w.client(who).get(f"/cases/{self.case}/" + (f"?tab={tab}" if tab else "")))

    def file(self, who: ActorContext) -> CaseFile:
        return open_(who, self.case, self.today)


def citizen(name: str, number: str) -> str:
    """A natural person of the register, whose name and number are sealed."""
    return record_party(
        "citizen", name, identity_kind="id_card", number=number, today=date(2026, 3, 2)
    ).party.id
