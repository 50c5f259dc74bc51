"""The named styles of a .docx, its settings and its table of fonts.

Everything that is set in type is a style with a Chinese name, so that a clerk who goes on writing in WPS finds the
same letters; a paragraph itself carries only what differs from one document to the next.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from fazhi.documents.measures import (
    CHAR,
    FANGSONG,
    HEITI,
    KAITI,
    LATIN,
    LINE,
    MM,
    RED,
    RULE_RED,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_CELL,
    SIZE_SMALL,
    SONGTI,
    SQUEEZE,
    XIAOBIAOSONG,
)
from fazhi.documents.ooxml import el

_INDENT = 2 * CHAR
# An exact line leaves room below its letters: a fifth of the pitch, less what a 3号 letter reaches under its base line.
BELOW_LETTERS = round(LINE * 0.2 - SIZE_3 * 10 * 0.12)
# The red rule stands 4 mm under the letters of the 发文字号.
RULE_GAP = round(4 * MM) - BELOW_LETTERS


def fonts(faces: tuple[str, ...], latin: str = "") -> Element:
    """`hint` lets Chinese quotation marks and dashes, which Unicode shares with English, take the Chinese face.

    Beside 黑体, which every office machine has, digits have its face too; elsewhere Times New Roman.
    """
    latin = latin or (HEITI[0] if faces == HEITI else LATIN)
    return el("rFonts", hint="eastAsia", ascii=latin, hAnsi=latin, eastAsia=faces[0], cs=latin)


def _pitch(before: int = 0, after: int = 0, line: int = LINE, rule: str = "exact") -> Element:
    return el("spacing", before=before, after=after, line=line, lineRule=rule)


def _type(size: int, faces: tuple[str, ...] | None = None, *more: Element) -> Element:
    return el("rPr", None if faces is None else fonts(faces), el("sz", val=size), el("szCs", val=size), *more)


def _style(
    key: str,
    name: str,
    paragraph: Element | None,
    letters: Element | None = None,
    based: str = "Normal",
    after: str = "",
) -> Element:
    return el(
        "style",
        el("name", val=name),
        el("basedOn", val=based),
        el("next", val=after) if after else None,
        el("uiPriority", val=1),
        el("qFormat"),
        paragraph,
        letters,
        type="paragraph",
        styleId=key,
        **({} if name.isascii() else {"customStyle": 1}),
    )


def _centred(before: int = 0, after: int = 0) -> Element:
    return el("pPr", el("keepNext"), _pitch(before, after), el("jc", val="center"))


def _heading(level: int, faces: tuple[str, ...]) -> Element:
    return _style(
        f"Heading{level}",
        f"heading {level}",
        el("pPr", el("keepNext"), el("ind", firstLine=_INDENT), el("outlineLvl", val=level - 1)),
        _type(SIZE_3, faces),
        after="Body",
    )


def styles() -> Element:
    normal = el(
        "style",
        el("name", val="Normal"),
        el("qFormat"),
        el(
            "pPr",
            el("widowControl", val=0),  # 22 lines on every page
            el("kinsoku"),
            el("overflowPunct"),
            el("autoSpaceDE", val=0),  # no gaps between Chinese and digits: they would break the 28
            el("autoSpaceDN", val=0),
            el("adjustRightInd", val=0),
            el("snapToGrid", val=0),
            _pitch(),
            el("jc", val="both"),
        ),
        el(
            "rPr",
            fonts(FANGSONG),
            el("spacing", val=SQUEEZE),
            el("kern", val=0),
            el("sz", val=SIZE_3),
            el("szCs", val=SIZE_3),
            el("lang", val="en-US", eastAsia="zh-CN"),
        ),
        type="paragraph",
        default=1,
        styleId="Normal",
    )
    cell = el("pPr", _pitch(line=360, rule="atLeast"), el("jc", val="left"))
    return el(
        "styles",
        el("docDefaults", el("rPrDefault", el("rPr", fonts(FANGSONG))), el("pPrDefault")),
        normal,
        _style("Body", "公文正文", el("pPr", el("ind", firstLine=_INDENT))),
        _style("Title", "Title", _centred(), _type(SIZE_2, XIAOBIAOSONG, el("spacing", val=0)), after="Body"),
        _heading(1, HEITI),
        _heading(2, KAITI),
        _heading(3, FANGSONG),
        _heading(4, FANGSONG),
        _style(
            "RedHead",
            "发文机关标志",
            el("pPr", el("keepNext"), el("jc", val="center")),
            el("rPr", fonts(XIAOBIAOSONG), el("color", val=RED), el("spacing", val=0)),
        ),
        _style("Number", "发文字号", _centred(before=2 * LINE)),
        _style(
            "RedRule",
            "红色分隔线",
            el(
                "pPr",
                el("keepNext"),
                el("pBdr", el("bottom", val="single", sz=RULE_RED, space=0, color=RED)),
                _pitch(before=RULE_GAP, line=20),
            ),
            _type(2),
        ),
        _style("Organ", "制作机关", _centred(), _type(36, XIAOBIAOSONG, el("spacing", val=0))),
        _style(
            "FormNumber",
            "文书字号",
            el("pPr", el("keepNext"), el("jc", val="right")),
        ),
        _style("Addressee", "主送机关", el("pPr", _pitch(before=LINE), el("jc", val="left")), after="Body"),
        _style("Listed", "附件说明", el("pPr", el("keepNext"), el("jc", val="left"))),
        _style("Signed", "署名和日期", el("pPr", el("keepNext"), el("jc", val="right"))),
        _style("Remark", "附注", el("pPr", el("ind", firstLine=_INDENT))),
        _style(
            "AttachmentMark",
            "附件标记",
            el("pPr", el("keepNext"), el("jc", val="left")),
            _type(SIZE_3, HEITI),
        ),
        _style(
            "AttachmentTitle",
            "附件标题",
            _centred(LINE, LINE),
            _type(SIZE_2, XIAOBIAOSONG, el("spacing", val=0)),
        ),
        _style("Caption", "caption", _centred(LINE // 3), _type(SIZE_4, HEITI)),
        _style("Cell", "表格文字", cell, _type(SIZE_CELL, FANGSONG, el("spacing", val=0))),
        _style(
            "CellHead", "表格标题", el("pPr", el("jc", val="center")), _type(SIZE_CELL, HEITI), based="Cell"
        ),
        _style(
            "SmallCell",
            "来源表文字",
            el("pPr", _pitch(line=320, rule="atLeast")),
            _type(SIZE_SMALL),
            based="Cell",
        ),
        _style(
            "SmallHead",
            "来源表标题",
            el("pPr", el("jc", val="center")),
            _type(SIZE_SMALL, HEITI),
            based="SmallCell",
        ),
        _style(
            "Note", "说明文字", el("pPr", _pitch(before=120, after=80, line=360)), _type(SIZE_CELL, FANGSONG)
        ),
        _style("ToSign", "签名栏", el("pPr", el("keepNext"), _pitch(before=LINE // 2), el("jc", val="left"))),
        _style("Imprint", "版记", el("pPr", _pitch(line=460), el("jc", val="left")), _type(SIZE_4)),
        _style(
            "header", "header", el("pPr", _pitch(line=320), el("jc", val="right")), _type(SIZE_SMALL, HEITI)
        ),
        _style(
            "footer",
            "footer",
            el("pPr", _pitch(line=20 * SIZE_4 // 2 + 60)),
            el(
                "rPr",
                fonts(SONGTI, "SimSun"),
                el("spacing", val=0),
                el("sz", val=SIZE_4),
                el("szCs", val=SIZE_4),
            ),
        ),
    )


def settings() -> Element:
    compat = [
        el("spaceForUL"),
        el("balanceSingleByteDoubleByteWidth"),
        el("doNotLeaveBackslashAlone"),
        el("ulTrailSpace"),
        el("doNotExpandShiftReturn"),
        el("adjustLineHeightInTable"),
        el("useFELayout"),
        el(
            "compatSetting",
            name="compatibilityMode",
            uri="http://schemas.microsoft.com/office/word",
            val="15",
        ),
    ]
    return el(
        "settings",
        el("zoom", percent=100),
        el("defaultTabStop", val=2 * CHAR),
        el("evenAndOddHeaders"),
        el("characterSpacingControl", val="doNotCompress"),
        el("compat", *compat),
        el("themeFontLang", val="en-US", eastAsia="zh-CN"),
    )


def font_table() -> Element:
    """A machine without the first face of a pair is told the other name for it."""
    faces = (FANGSONG, KAITI, HEITI, XIAOBIAOSONG, SONGTI)
    return el(
        "fonts",
        *(
            el(
                "font",
                el("altName", val=other),
                el("charset", val="86"),
                el("family", val="auto"),
                el("pitch", val="variable"),
                name=name,
            )
            for name, other in faces
        ),
    )
