"""Where in a stretch of a plan the lists of responsible organs stand: brackets, labelled lines, a closing sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fazhi.plans.organs import Named, Organs, is_list, label_at, like_organ, read
from fazhi.plans.passage import Passage

_STOPS = "。!?;”’》…\n"
_LINE_END = re.compile(r"[ 。;.,、]*(?:\n|\Z)")
_STOP_BEHIND = re.compile(r"[ 。;.]*")
_LINE = re.compile(r"[^\n]+")
_INLINE_LABEL = re.compile(
    r"(?<=[。;!?)”\s])\s*(?=\(?(?:第一)?(?:牵头|主办|主责|责任|承办|落实|配合|协办)[^:。;,、]{0,8}(?:单位|部门|主体)(?:[:)]|为|是))"
)
_CLOSING = re.compile(r"(?:^|(?<=[。!?\n]))[^。!?\n]{3,200}(?:负责|牵头|配合|落实|参与)[^。!?\n]{0,6}[。]?$")
_IN_PROSE = re.compile(
    r"由(?P<lead>[^,。;:由\n]{2,60}?(?:牵头|主办|负责)(?:负责|落实|推进|实施)*)"
    r"(?:[^,。;\n]{0,6},(?P<along>[^,。;\n]{2,80}?(?:配合|协助|参与|按职责[^,。;\n]{0,8})))?"
    r"(?:[^,。;\n]{0,6},(?P<due>[^,。;\n]{2,20}?前)(?:全部|全面|基本)?(?:完成|落实))?"
)
# 区司法局要会同各行政执法部门抓好落实。
_TOGETHER = re.compile(
    r"(?:^|(?<=[。;\n]))(?P<lead>[^,。;:由\n]{2,20}?)(?:要|应当?)?(?:牵头)?会同(?P<along>[^,。;\n]{2,80}?)"
    r"(?:共同)?(?:抓好|做好|负责|组织)?(?:落实|推进|实施)(?=[。;]|\Z)"
)
_LONGEST = 1500  # characters of a list; a bracket that closes later is a slip of the pen


@dataclass(frozen=True, slots=True)
class Found:
    """A list at `start:end` of the passage (what has to go out of the text), and what it says."""

    start: int
    end: int
    organs: Organs
    own_line: bool = False


def find(passage: Passage) -> list[Found]:
    """All lists of organs of a stretch, in order, never overlapping."""
    found = list(_labelled(passage))
    found += [bracket for bracket in _brackets(passage) if not _covered(bracket, found)]
    if not found and (closing := _closing_sentence(passage)):
        found = [closing]
    return sorted(found, key=lambda one: one.start)


def in_prose(passage: Passage) -> Organs:
    """What running text says where no list does: 由县住建局牵头，县财政局、县交通局配合，…"""
    organs = Organs()
    for found in _IN_PROSE.finditer(passage.plain):
        said = read(passage.cut(found.start("lead"), found.end("lead")))
        if found["along"]:
            said = said.and_(read(passage.cut(found.start("along"), found.end("along"))))
        if said.named and all(like_organ(one.name) for one in said.named):
            organs = organs.and_(said).and_(Organs(due=(found["due"],) if found["due"] else ()))
    for found in _TOGETHER.finditer(passage.plain) if not organs.named else ():
        lead, along = (read(passage.cut(*found.span(name))) for name in ("lead", "along"))
        if all(like_organ(one.name) for one in (*lead.named, *along.named)):
            roles = [
                *(Named(x.name, "lead") for x in lead.named),
                *(Named(x.name, "along") for x in along.named),
            ]
            organs = organs.and_(Organs(tuple(roles), explicit=True))
    return organs


def _covered(one: Found, others: list[Found]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _labelled(passage: Passage) -> Iterator[Found]:
    plain = passage.plain
    taken = 0
    for line in _LINE.finditer(plain):
        if line.start() < taken:
            continue
        start = line.start() + len(line.group()) - len(line.group().lstrip())
        if label_at(plain, start):
            end = _end_of_value(plain, line.end())
            if organs := _labelled_list(passage.cut(start, end)):
                yield Found(start, end, organs, own_line=True)
                taken = end
                continue
        for inline in _INLINE_LABEL.finditer(plain, start + 1, line.end()):
            if _inside_bracket(plain, line.start(), inline.end()) or not label_at(plain, inline.end()):
                continue
            if organs := _labelled_list(passage.cut(inline.end(), line.end())):
                yield Found(inline.start(), line.end(), organs)
                break


def _end_of_value(plain: str, end: int) -> int:
    """Where a labelled line ends: it goes on over a line break after 、 or after the bare label."""
    while plain[end - 1 : end] in ("、", ",", ":") and end < len(plain):
        following = _LINE.match(plain, end + 1)
        if following is None or label_at(plain, following.start()):
            break
        end = following.end()
    return end


def _labelled_list(value: Passage) -> Organs | None:
    value = value.cut(1) if value.plain.startswith("(") else value
    label = label_at(value.plain, 0) or label_at("(" + value.plain, 0)
    organs = read(value.strip(" 。"))
    if label is None:
        return None
    groups = label.groupdict()
    if "time" in groups:
        return organs if organs.due and not organs.named else None if not organs.due else organs
    if groups["what"] in ("领导", "人", "人员"):
        short = len(value) <= 60 and not groups["label"].startswith("组织")
        return organs if short else None
    names = [one.name for one in organs.named]
    likely = sum(like_organ(name) for name in names)
    # 落实责任：各乡镇要…: a label without 单位 may also begin an ordinary sentence.
    if organs.labelled:
        return organs if names else None
    return organs if likely and 2 * likely >= len(names) else None


def _inside_bracket(plain: str, start: int, place: int) -> bool:
    return plain.count("(", start, place) > plain.count(")", start, place)


def _brackets(passage: Passage) -> Iterator[Found]:
    plain = passage.plain
    pairs = sorted(_pairs(plain))
    unsure: list[Found] = []
    accepted_weak_end = False
    taken = 0
    for start, close in pairs:
        if start < taken or close - start > _LONGEST:
            continue
        organs = read(passage.cut(start + 1, close).strip())
        end = close + (plain[close : close + 1] == ")")
        before = plain[max(0, start - 40) : start].rstrip(" ")[-1:]
        at_end = _LINE_END.match(plain, end) is not None
        after_stop = before == "" or before in _STOPS
        after = plain[end : end + 1]
        if after_stop:  # some put a full stop behind the bracket, though one stands before it already
            end = _STOP_BEHIND.match(plain, end).end()  # type: ignore[union-attr]  # matches nothing, too
        one = Found(start, end, organs, own_line=at_end and before in ("", "\n"))
        if is_list(organs, alone=after_stop or at_end):
            if organs.explicit or after_stop or at_end:
                taken = end
                accepted_weak_end = accepted_weak_end or (at_end and not after_stop)
                yield one
            elif after in ("。", ";"):
                unsure.append(one)
    # …建设(县司法局)；…公开(县府办)。 The one at the end says what those before it are.
    if accepted_weak_end:
        yield from unsure


def _pairs(plain: str) -> Iterator[tuple[int, int]]:
    """Brackets that belong together. One that is never closed ends with its line, if its line ends with it."""
    opened: list[int] = []
    for place, character in enumerate(plain):
        if character == "(":
            opened.append(place)
        elif character == ")" and opened:
            yield opened.pop(), place
    for start in opened:
        line_end = plain.find("\n", start)
        line = plain[start + 1 : len(plain) if line_end < 0 else line_end]
        if len(line) <= _LONGEST and "(" not in line and "。" not in line.rstrip("。"):
            yield start, start + 1 + len(line)


def _closing_sentence(passage: Passage) -> Found | None:
    """A last sentence that is nothing but a list: 由县司法局牵头，县财政局配合。"""
    found = _CLOSING.search(passage.plain)
    if found is None or found.start() == 0:
        return None
    organs = read(passage.cut(*found.span()).strip(" 。"))
    names = [one.name for one in organs.named]
    if not organs.explicit or not names or not all(like_organ(name) for name in names):
        return None
    return Found(found.start(), found.end(), organs)
