"""Checking somebody's .docx against GB/T 9704-2012: page, faces, pitch, numbers, dates, levels.

Each finding says where, what is wrong, by which clause, and what to do. Tables are left alone: the standard says
little about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fazhi.documents.measures import BOTTOM, LEFT, MM, PAGE, RIGHT, SIZE_2, SIZE_3, SIZE_CELL, TOP, WIDTH
from fazhi.documents.reading import Document, Line, Section, read

STANDARD = "GB/T 9704—2012"
_CHINESE = "一二三四五六七八九十百"
_BODY = 28  # characters from which on a paragraph is running text for certain
_SHORT = 40  # a heading is not longer


@dataclass(frozen=True, slots=True)
class Finding:
    place: str
    message: str
    law: str
    next: str


def check(data: bytes) -> list[Finding]:
    """What is to be mended, in reading order. Raises DocumentError where the file cannot be read."""
    document = read(data)
    return [*_page(document), *_letters(document), *_words(document)]


def _finding(place: str, message: str, clause: str, what: str) -> Finding:
    return Finding(place, message, f"{STANDARD} {clause}", what)


def _quote(line: Line) -> str:
    words = line.text.replace("\n", "")
    return f"“{words[:16]}{'…' if len(words) > 16 else ''}”"


def _page(document: Document) -> Iterator[Finding]:
    for n, section in enumerate(document.sections, 1):
        place = "页面设置" if len(document.sections) == 1 else f"页面设置（第{n}节）"
        if sorted((section.width, section.height)) != sorted(PAGE) and not _is_a4(section):
            size = f"{section.width / MM:.0f}×{section.height / MM:.0f}毫米"
            yield _finding(place, f"纸张是{size}，应当是A4（210×297毫米）", "5.1", "在页面设置中选A4。")
        elif section.width < section.height:
            wanted = {"上": (section.top, TOP), "右": (section.right, RIGHT)}
            wanted |= {"下": (section.bottom, BOTTOM), "左": (section.left, LEFT)}
            for side, (is_, should) in wanted.items():
                if abs(is_ - should) > MM * 1.1:
                    told = f"{side}边距是{is_ / MM:.1f}毫米，应当是{should / MM:.0f}毫米"
                    yield _finding(
                        place, told, "5.2.1", f"在页面设置中把{side}边距改为{should / MM:.0f}毫米。"
                    )


def _is_a4(section: Section) -> bool:
    return all(
        abs(a - b) < MM for a, b in zip(sorted((section.width, section.height)), sorted(PAGE), strict=True)
    )


def _letters(document: Document) -> Iterator[Finding]:
    body = _body(document)
    yield from _faces(body, ("仿宋", "FangSong"), "正文", "仿宋", "5.2.2")
    yield from _sizes(body)
    title = next(
        (x for x in document.lines if x.size >= SIZE_2 - 4 and not x.red and x.align == "center"), None
    )
    if title is not None:
        yield from _faces([title], ("小标宋", "XiaoBiaoSong"), "标题", "小标宋体", "7.3.1")
        if title.size != SIZE_2:
            told = f"标题是{title.size / 2:g}磅，应当是2号（22磅）"
            yield _finding(_quote(title), told, "7.3.1", "把标题字号改为2号。")
    first = [line for line in document.lines if _level(line) == 1]
    yield from _faces(first, ("黑体", "SimHei"), "一级标题（一、）", "黑体", "7.3.3")
    second = [line for line in document.lines if _level(line) == 2]
    yield from _faces(second, ("楷体", "KaiTi"), "二级标题（（一））", "楷体", "7.3.3")
    yield from _pitch(body)


def _body(document: Document) -> list[Line]:
    """Running text. Small print beside a text of the right size is left alone."""
    prose = [
        line
        for line in document.lines
        if len(line.text) >= _BODY and not _level(line) and line.align != "center"
    ]
    sizes = [line.size for line in prose]
    if SIZE_3 in sizes and sizes.count(SIZE_3) * 2 >= len(sizes):
        prose = [line for line in prose if line.size > SIZE_CELL]
    return prose


def _level(line: Line) -> int:
    """1 and 2 for headings that stand alone on their line; running text that begins like one is none."""
    if len(line.text) > _SHORT or "。" in line.text.rstrip("。"):
        return 0
    if re.match(f"[{_CHINESE}]+、", line.text):
        return 1
    return 2 if re.match(f"（[{_CHINESE}]+）", line.text) else 0


def _faces(
    lines: Iterable[Line], names: tuple[str, ...], what: str, wanted: str, clause: str
) -> Iterator[Finding]:
    wrong = [line for line in lines if not any(name in line.face for name in names)]
    if wrong:
        used = "、".join(dict.fromkeys(line.face or "未指定的字体" for line in wrong))
        yield _finding(
            _places(wrong), f"{what}用的是{used}，应当用{wanted}", clause, f"选中后把中文字体改为{wanted}。"
        )


def _sizes(body: list[Line]) -> Iterator[Finding]:
    wrong = [line for line in body if line.size != SIZE_3]
    if wrong:
        used = "、".join(dict.fromkeys(f"{line.size / 2:g}磅" for line in wrong))
        yield _finding(_places(wrong), f"正文字号是{used}，应当是3号（16磅）", "5.2.2", "把正文字号改为3号。")
    whole = [
        line for line in body if line.size and not line.left and not line.text.startswith(("　　", "附件"))
    ]
    flush = [line for line in whole if not 1.5 <= line.first_line / (line.size * 10) <= 2.5]
    flush = [line for line in flush if not line.text.endswith(("：", ":"))]  # whom it is addressed to
    if flush:
        yield _finding(_places(flush), "自然段首行没有空二字", "7.3.3", "把首行缩进设为2字符。")


def _pitch(body: list[Line]) -> Iterator[Finding]:
    """Against the page of the standard: a wrong margin is told once, not again as a wrong pitch."""
    height = PAGE[1] - TOP - BOTTOM
    if loose := [line for line in body if not line.exact]:
        told = "正文行距不是固定值，每面排不准22行"
        yield _finding(_places(loose), told, "5.2.3", "把行距设为固定值28.95磅（29磅和30磅都只排得下21行）。")
    if wrong := [line for line in body if line.exact and line.pitch > 0 and height // line.pitch != 22]:
        told = f"行距{wrong[0].pitch / 20:g}磅，每面排{height // wrong[0].pitch}行，应当排22行"
        yield _finding(_places(wrong), told, "5.2.3", "把行距设为固定值28.95磅。")
    if narrow := [x for x in body if x.size == SIZE_3 and WIDTH // max(1, x.size * 10 + x.squeeze) != 28]:
        count = WIDTH // max(1, narrow[0].size * 10 + narrow[0].squeeze)
        told = f"每行排{count}个字，应当排28个字"
        yield _finding(_places(narrow), told, "5.2.3", "把字符间距设为紧缩0.25磅。")


def _places(lines: list[Line]) -> str:
    return _quote(lines[0]) + (f"等{len(lines)}处" if len(lines) > 1 else "")


_NUMBER = r"(?:19|20)\d\d"
_RULES = [
    (
        re.compile(rf"[\u4e00-\u9fff]\s*[\[［【(（〖]\s*{_NUMBER}\s*[\]］】)）〗]\s*(?:第\s*)?\d+\s*号"),
        "发文字号的年份没有用六角括号〔〕",
        "7.2.5",
        "改为〔〕，如“〔2026〕1号”。",
    ),
    (re.compile(rf"〔{_NUMBER}〕\s*第\s*\d+\s*号"), "发文字号里有“第”字", "7.2.5", "删去“第”字。"),
    (
        re.compile(rf"〔{_NUMBER}〕\s*0\d*\s*号"),
        "发文字号的顺序号编了虚位",
        "7.2.5",
        "删去前面的0，1不编为01。",
    ),
    (re.compile(r"〔\d\d〕\s*\d+\s*号"), "发文字号的年份没有写全", "7.2.5", "年份写四位数字。"),
    (
        re.compile(r"\d{4}年(?:0\d月|\d{1,2}月0\d日)"),
        "日期的月、日编了虚位",
        "7.3.5.4",
        "删去前面的0，如“2026年3月5日”。",
    ),
]
_STARTS = [
    (re.compile(f"（[{_CHINESE}]+）、"), "“（一）”后面不用顿号", "7.3.3", "删去顿号。"),
    (re.compile(f"\\([{_CHINESE}]+\\)"), "二级序号用了半角括号", "7.3.3", "改为全角“（一）”。"),
    (re.compile(f"[{_CHINESE}]+[.．]"), "一级序号后面应当用顿号", "7.3.3", "改为“一、”。"),
    (re.compile(r"\d+、"), "三级序号后面应当用圆点", "7.3.3", "改为“1.”。"),
    (re.compile(r"附件:"), "“附件”后面用了半角冒号", "7.3.4", "改为全角冒号。"),
    (re.compile(r"附件：.*[。；，]$"), "附件名称后面不加标点符号", "7.3.4", "删去行末的标点。"),
]
_CHINESE_DATE = re.compile(
    "[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)


def _words(document: Document) -> Iterator[Finding]:
    for line in document.lines:
        text = line.text.strip()
        for pattern, message, clause, what in _RULES:
            if found := pattern.search(text):
                yield _finding(f"“{found[0]}”", message, clause, what)
        for pattern, message, clause, what in _STARTS:
            if pattern.match(text):
                yield _finding(_quote(line), message, clause, what)
        if _CHINESE_DATE.fullmatch(text):
            yield _finding(
                _quote(line), "成文日期用了汉字数字", "7.3.5.4", "用阿拉伯数字，如“2026年3月5日”。"
            )
