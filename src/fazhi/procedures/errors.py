"""What the engine says when it refuses: plain words for a clerk, with the article and the next step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    message: str
    law: str = ""
    field: str = ""
    next: str = ""
    code: str = ""

    def __str__(self) -> str:
        text = self.message
        if self.law:
            text += f"（{self.law}）"
        if self.next:
            text += f"；{self.next}"
        return text
