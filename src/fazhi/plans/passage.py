"""A stretch of a document's text that remembers where each character stood, whatever was cut out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SPACES = "\t\x0b\x0c\r\u00a0\u2002\u2003\u2009\u202f\u3000\u200b\u200d\ufeff\u00ad"
_FOLD = str.maketrans(
    "（）〔〕［］【】｛｝[]{}〖〗﹙﹚，；：∶％．！？＜＞＋～｜０１２３４５６７８９「」『』–―－─﹑､｡"
    + _SPACES,
    "()()()()()()()()(),;::%.!?<>+~|0123456789“”“”————、、。" + " " * len(_SPACES),
)


def fold(text: str) -> str:
    """The text for matching, as long as it was: half-width signs, and every kind of bracket as a round one."""
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Passage:
    """`text` as written, `plain` folded for matching, `at[i]` the place of character i in the document."""

    text: str
    plain: str
    at: Sequence[int]

    @classmethod
    def of(cls, document: str, start: int = 0, end: int | None = None) -> Passage:
        end = len(document) if end is None else end
        piece = document[start:end]
        return cls(piece, fold(piece), range(start, end))

    @classmethod
    def join(cls, passages: Iterable[Passage], between: str = "\n") -> Passage:
        """One passage of several; the characters between them are placed at the end of the one before."""
        text, plain = "", ""
        at: list[int] = []
        for passage in passages:
            if text:
                text, plain = text + between, plain + between
                at.extend([at[-1] + 1] * len(between))
            text, plain = text + passage.text, plain + passage.plain
            at.extend(passage.at)
        return cls(text, plain, tuple(at))

    @property
    def start(self) -> int:
        return self.at[0] if self.at else 0

    @property
    def end(self) -> int:
        return self.at[-1] + 1 if self.at else 0

    def __len__(self) -> int:
        return len(self.text)

    def cut(self, start: int, end: int | None = None) -> Passage:
        part = slice(start, end)
        return Passage(self.text[part], self.plain[part], self.at[part])

    def strip(self, characters: str = " \n") -> Passage:
        """Without the characters at both ends; compared folded, so that every kind of space is one."""
        left = len(self.plain) - len(self.plain.lstrip(characters))
        return self.cut(left, max(left, len(self.plain.rstrip(characters))))

    def without(self, spans: Iterable[tuple[int, int]]) -> Passage:
        """What remains when the spans are taken out."""
        pieces, last = [], 0
        for start, end in sorted(spans):
            if start > last:
                pieces.append(self.cut(last, start))
            last = max(last, end)
        pieces.append(self.cut(last))
        return Passage.join((piece for piece in pieces if piece.text), between="")
