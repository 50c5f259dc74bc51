"""The numbered outline of a document: which heading or item every paragraph belongs to.

Numbering follows no rank of its own (some write 1. above （一）, most the reverse): a kind of number that is not yet
open begins a level below the innermost one, a kind that is open closes everything below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from fazhi.plans.organs import is_list, read
from fazhi.plans.passage import Passage, fold
from fazhi.reading import numerals

_CN = "[一二三四五六七八九十百零〇]{1,5}"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_DOTTED = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_IN_BRACKETS = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_MARKERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("part", rf"第\s*(?P<n>{_CN}|\d{{1,3}})\s*(?:部分|编|篇)\s*[、.:]?\s*"),
        ("chapter", rf"第\s*(?P<n>{_CN}|\d{{1,3}})\s*章\s*[、.:]?\s*"),
        ("section", rf"第\s*(?P<n>{_CN}|\d{{1,3}})\s*节\s*[、.:]?\s*"),
        ("article", rf"(?P<w>第\s*(?P<n>{_CN}|\d{{1,3}})\s*[条项])\s*[、.:]?\s*(?!规定|款|的)"),
        (
            "task",
            rf"(?:重点|工作|专项)?(?:任务|行动|工程|举措|措施|专题|板块|事项|问题)\s*(?P<n>{_CN}|\d{{1,3}})\s*[、.: ]\s*",
        ),
        ("cn", rf"(?P<n>{_CN})\s*[、.]\s*"),
        ("cn", rf"\((?P<n>{_CN})[、.]\s*(?=[^()]{{2,40}}\)$)"),
        ("(cn)", rf"\(\s*(?P<n>{_CN})\s*\)\s*[、.]?\s*"),
        (
            "1.1",
            r"(?P<w>(?:\d{1,2}\.){1,2}(?P<n>\d{1,2}))(?:[、.]\s*|\s+|(?=[一-鿿“《])(?![万亿千百个%元倍分]))",
        ),
        ("1.", r"(?P<n>\d{1,3})\s*(?:、|\.(?!\d)|\.(?=\d{4}年))\s*"),
        ("1.", r"(?P<n>\d{1,3})\s+(?=[一-鿿“《【])(?![年月日个项件%万])"),
        ("(1)", r"\(\s*(?P<n>\d{1,3})\s*\)\s*[、.]?\s*"),
        ("1)", r"(?P<n>\d{1,3})\s*\)\s*[、.]?\s*"),
        ("①", rf"(?P<n>[{_CIRCLED}])\s*[、.]?\s*"),
        ("1.", rf"(?P<n>[{_DOTTED}])\s*"),
        ("(1)", rf"(?P<n>[{_IN_BRACKETS}])\s*"),
        ("一是", r"(?P<n>[一二三四五六七八九十]{1,2})[是要]\s*[、,:]?\s*(?=[一-鿿“])"),
    )
)
_INLINE_MARKER = re.compile(
    rf"(?<=[。;:!?)”\s])(?={_CN}、)|(?<=[^(《“、,])(?=\({_CN}\)[一-鿿“])|(?<=[。;:!?)”\s一-鿿])(?=\d{{1,2}}[.、][一-鿿“])"
)
# Items of these kinds are usually parts of a task, not tasks.
MINOR = frozenset({"(1)", "1)", "①", "一是"})

# Lines that end what is being read: what follows them belongs to the page or to another paper.
_DAY = r"(?:\d{4}|[二〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日$"
_CLOSER = re.compile(
    rf"附件?\s*\d*\s*[:.、]|附件\s*[\d一二三四五六七八九十]*$|附表|抄送|主送|备注|注\s*:|说明\s*:|\(?此件|{_DAY}",
    re.IGNORECASE,
)
# Words of the web page around a document; only in short lines, since 相关部门要… is a paragraph.
_PAGE = re.compile(
    r"""(?:分享|打印|关闭|收藏|返回|上一篇|下一篇|扫一扫|相关|版权|网站|责任编辑|编辑:|审核:|来源:|信息来源|浏览|访问|字[号体]
        |联系我们|联系人|技术支持|备案|Copyright|当前位置|您(?:当前|所在|现在)|主办单位?:.*(?:人民政府|办公室)|承办单位?:.*中心$)
      | .*(?:ICP备|公网安备|网站标识码|ICP证)
      | .*\.(?:pdf|docx?|wps|ofd|xlsx?|zip|rar)$""",
    re.VERBOSE | re.IGNORECASE,
)
_ORGAN_ALONE = re.compile(r"[^,。;:、!?]{2,40}(?:人民政府|办公室|委员会|局|委|领导小组)$")
_PLAIN_HEADING = re.compile(r"[^,。;:!?()\d]{2,30}$|\([^,。;:!?()\d]{2,30}\)$")


@dataclass(slots=True, eq=False)
class Node:
    """A numbered item: its number as written, its own paragraphs (the first without the number), what is below it.

    The node without a number is the document, or a heading that has none.
    """

    kind: str
    number: str
    order: int
    parent: Node | None
    start: int
    paragraphs: list[Passage] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    marker: Passage | None = None

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


def runs(document: Node) -> dict[Node, list[Node]]:
    """For each item the list it stands in: same parent, same kind, counted on without beginning at one again."""
    found: dict[Node, list[Node]] = {}
    for parent in document.walk():
        current: dict[str, list[Node]] = {}
        for child in parent.children:
            if child.order == 1 or child.kind not in current:
                current[child.kind] = []
            current[child.kind].append(child)
            found[child] = current[child.kind]
    return found


def paragraphs(text: str) -> list[Passage]:
    """The paragraphs of a text, without blank ones; lines that were broken at a fixed width are put together."""
    lines = [Passage.of(text, *found.span()) for found in re.finditer(r"[^\n\r\v\f\u2028\u2029\x85]+", text)]
    width = _wrap_width(lines)
    joined: list[Passage] = []
    open_line = False
    for line in lines:
        stripped = line.strip()
        if not stripped.text:
            continue
        if "\t" in stripped.text:  # the row of a table, whose first cells may be empty
            stripped = line
        near = bool(joined) and text.count("\n", joined[-1].end, stripped.start) < 2
        indented = len(line) - len(line.plain.lstrip()) >= 2
        if open_line and near and not indented and marker(stripped.plain) is None:
            joined[-1] = Passage.join((joined[-1], stripped), between="")
        else:
            joined.append(stripped)
        open_line = bool(width) and _width(line) >= width - 4 and stripped.plain[-1] not in "。!?:)"
    return _unrolled(joined)


def _wrap_width(lines: list[Passage]) -> int:
    """The width at which a text is broken into lines, or 0 where every line is a paragraph."""
    widths = [_width(line) for line in lines if len(line.plain.strip()) > 12]
    if len(widths) < 8 or max(widths) > 120:
        return 0
    width = max(widths)
    full = sum(one >= width - 4 for one in widths)
    return width if 2 * full >= len(widths) else 0


def _width(line: Passage) -> int:
    """Columns that a line takes: a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in line.text.rstrip())


def _unrolled(passages: list[Passage]) -> list[Passage]:
    """A document that has lost its line breaks, cut again before its numbers; any other as it is."""
    if sum(marker(passage.plain) is not None for passage in passages) > 1:
        return passages
    pieces: list[Passage] = []
    for passage in passages:
        places = [found.start() for found in _INLINE_MARKER.finditer(passage.plain)]
        if len(places) < 3:
            pieces.append(passage)
            continue
        for start, end in pairwise([0, *places, len(passage)]):
            if (piece := passage.cut(start, end).strip()).text:
                pieces.append(piece)
    return pieces


def marker(plain: str) -> tuple[str, str, int, int] | None:
    """Kind, number, its order and the length of the number with its sign, where a paragraph begins with one."""
    for kind, pattern in _MARKERS:
        if found := pattern.match(plain):
            word = found["n"]
            number = found.groupdict().get("w") or word
            return kind, re.sub(r"\s", "", number), _order(word), found.end()
    return None


def _order(word: str) -> int:
    for series in (_CIRCLED, _DOTTED, _IN_BRACKETS):
        if word in series:
            return series.index(word) + 1
    value = numerals.number(word)
    return int(value) if value is not None else 0


def build(passages: list[Passage], title_end: int = 0) -> Node:
    """The outline of the paragraphs; what stands before the first number is the document's own text."""
    document = Node("", "", 0, None, 0)
    stack = [document]
    for index, passage in enumerate(passages):
        found = marker(passage.plain)
        if found is None:
            if _closes(passages, index):
                stack = [document, _add(document, Node("page", "", 0, document, passage.start))]
            elif heads := _heads(passages, index, stack, title_end):
                stack = [*heads, _add(heads[-1], Node("plain", "", 0, heads[-1], passage.start))]
            stack[-1].paragraphs.append(passage)
            continue
        kind, number, order, length = found
        kind = f"{kind}{number.count('.')}" if kind == "1.1" else kind
        open_kinds = [node.kind for node in stack]
        if kind in open_kinds:
            stack = stack[: open_kinds.index(kind)]
        node = Node(kind, number, order, stack[-1], passage.start, marker=passage.cut(0, length))
        node.paragraphs.append(passage.cut(length))
        stack.append(_add(stack[-1], node))
    return document


def _add(parent: Node, node: Node) -> Node:
    parent.children.append(node)
    return node


def _closes(passages: list[Passage], index: int) -> bool:
    plain = passages[index].plain
    if _CLOSER.match(plain) or (len(plain) <= 40 and "。" not in plain and _PAGE.match(plain)):
        return True
    # The signature: an organ's name alone, and a date alone below it.
    following = passages[index + 1].plain if index + 1 < len(passages) else ""
    return bool(
        _ORGAN_ALONE.match(plain) and re.match(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$", following)
    )


def _heads(passages: list[Passage], index: int, stack: list[Node], title_end: int) -> list[Node] | None:
    """Where a heading without number hangs, if this paragraph is one: a short line between numbered items."""
    passage = passages[index]
    if passage.start < title_end or not _PLAIN_HEADING.match(passage.plain) or index + 1 >= len(passages):
        return None
    following = marker(passages[index + 1].plain)
    if following is None or following[0] in MINOR or is_list(read(passage.strip("() ")), alone=True):
        return None
    kinds = [node.kind for node in stack]
    if following[0] in kinds:
        whole = stack[-1].paragraphs and stack[-1].paragraphs[-1].plain[-1:] in ("。", ")", "!")
        if not whole and not re.search(
            r"[:)]", fold(stack[-1].paragraphs[-1].text) if stack[-1].paragraphs else ""
        ):
            return None
        above = stack[: kinds.index(following[0])]
        return above[:-1] if above[-1].kind == "plain" else above
    if len(stack) == 1 and index and len(passage) >= 4:
        return stack
    return None
