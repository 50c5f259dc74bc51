"""The text of a saved web page without the site around it.

Nothing is known about any site. The main text is found by structure: from the body downwards into the part that holds nearly
all of the prose (words outside links, in blocks that have sentence marks or figures), as long as what is left beside it looks
like furniture: links, short scraps, a footer. Losing text is worse than keeping furniture, so in doubt the descent stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fazhi.reading.encoding import decode
from fazhi.reading.errors import ReadingError
from fazhi.reading.source import Left

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

LARGEST = 16 * 1024 * 1024  # bytes of a page
TAGS = 150_000  # each takes some hundred bytes as a tree; a long page has some thousands


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _set(
    "address article aside blockquote br caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol option p pre section table tbody thead tfoot tr ul body html"
)
_UNSEEN = _set(
    "script style noscript template head svg iframe object select button textarea input canvas audio video map"
)
_FURNITURE_TAGS = {"nav": "导航", "footer": "页脚", "aside": "侧栏"}
_NAMED = re.compile(
    r"(?<![a-z])(nav|menu|crumb|breadcrumb|position|location|foot|footer|copyright|bottom|side|sidebar|aside|related?|recommend|"
    r"share|sharing|toolbar|tool|print|pager|pagination|banner|logo|search|login|links?|friend|comment|header|top|topbar|ad|ads)"
    r"(?![a-z])"
)
_WORDS = {"nav": "导航", "menu": "导航", "crumb": "当前位置", "breadcrumb": "当前位置", "position": "当前位置", "location": "当前位置",
          "foot": "页脚", "footer": "页脚", "copyright": "页脚", "bottom": "页脚", "relate": "相关链接", "related": "相关链接",
          "recommend": "相关链接", "link": "相关链接", "links": "相关链接", "friend": "相关链接", "side": "侧栏", "sidebar": "侧栏", "aside": "侧栏"}  # fmt: skip
_SENTENCE = re.compile("[。；！？]|[，、][^，、。]{2,}[，、。]")
# One line that tells about the publication: “来源：…　发布时间：…　浏览次数：1234”.
_ABOUT = re.compile(
    "(信息来源|文章来源|来源|发布时间|发布日期|发布机构|发布单位|更新时间|日期|作者|责任编辑|编辑|审核|浏览次数|浏览量|浏览|点击数|点击率|点击|阅读次数|阅读量|访问量|"
    "阅读|字体|字号|打印|分享到?|收藏|关闭窗口|关闭|索引号|主题分类|文章类型|保护视力色|扫一扫)[\\s]*([：:]|$|[\\s【\\[（(大中小])"
)
_FOOT = re.compile(
    "版权所有|主办单位|主办[：:]|承办[：:]|网站标识码|公网安备|ICP备|政府网站找错|技术支持[：:]|联系电话[：:]|copyright",
    re.I,
)
_SAID = 300  # characters of a block that are looked at
_ENOUGH = 60  # characters of prose below which the page is read whole


@dataclass(slots=True)
class _Mass:
    """What a part of the page holds: visible characters, those inside links, links, prose.

    `run` and `said` are the words of an inline element that its block has still to judge: how many, and the first of them.
    """

    text: int = 0
    linked: int = 0
    links: int = 0
    prose: int = 0
    run: int = 0
    said: str = ""


def read(data: bytes) -> tuple[str, tuple[Left, ...], tuple[str, ...]]:
    """The main text, what was left out of it, and notes. Raises ReadingError."""
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as lxml_html

    if len(data) > LARGEST:
        raise ReadingError(f"网页超过 {LARGEST // 2**20} MB，没有读取", next="请把正文另存为 .txt 后再试。")
    if data.count(b"<") > TAGS:
        raise ReadingError("网页的标签多得不正常，没有读取", next="请把正文另存为 .txt 后再试。")
    if data[:2048].lower().find(b"mime-version:") != -1:
        raise ReadingError("这是单个文件的网页存档（.mht）", next="请在浏览器里用“网页，仅 HTML”另存后再试。")
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4096])
    decoded = decode(data, declared[1].decode("ascii", "replace").lower() if declared else "")
    if re.search(r"<!ENTITY", decoded.text[:65536]):
        raise ReadingError("网页里有实体声明，没有读取", next="请另存为 .txt 后再试。")
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = lxml_html.document_fromstring(decoded.text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ReadingError("网页读不出来，或者没有文字", next="请另存为 .txt 后再试。") from error
    left: list[Left] = []
    main = _main(root, left)
    whole = _lines(main)
    if not whole:  # nested beyond what the parser follows, or nothing but scripts
        bare = re.sub(r"(?is)<(script|style|head)\b.*?(</\1\s*>|\Z)|<[^>]{0,2000}>", " ", decoded.text)
        return bare.strip(), (), (*decoded.notes, "网页的结构不正常，按去掉标签以后的全部文字核校。")
    title = _title(root, main)
    kept = [*([title] if title and title not in whole[:3] else []), *_without_about(whole, left)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n"), tuple(left), decoded.notes


def _main(root: _Element, left: list[Left]) -> _Element:
    masses = _weigh(root)
    body = next((node for node in root.iter("body")), root)
    if masses[body].prose < _ENOUGH:
        return body
    named = _named_main(body, masses)
    node = body if named is None else named
    if named is not None:
        left.extend(_told(each, masses) for each in _beside(body, node) if _lines(each))
    while True:
        children = [child for child in node if isinstance(child.tag, str) and child in masses]
        best = max(children, key=lambda child: masses[child].prose, default=None)
        if best is None or best.tag in ("p", "ul", "ol", "h1", "h2", "pre", "blockquote") or _is_data(best):
            break
        rest = [child for child in children if child is not best]
        if masses[best].prose < 0.6 * masses[node].prose or not all(
            _is_furniture(each, masses) for each in rest
        ):
            break
        if any(_may_be_title(each, masses) for each in children[: children.index(best)]):
            break
        if (node.text or "").strip() or any((child.tail or "").strip() for child in children):
            break
        left.extend(_told(each, masses) for each in rest if _lines(each))
        node = best
    _prune(node, masses, left)
    return node


def _weigh(root: _Element) -> dict[_Element, _Mass]:
    """The mass of every visible element, children before parents; a loop, so that depth is no matter."""
    masses: dict[_Element, _Mass] = {}
    hidden: set[_Element] = set()
    order: list[_Element] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if not isinstance(node.tag, str) or node.tag in _UNSEEN or _is_hidden(node):
            hidden.add(node)
            continue
        order.append(node)
        stack.extend(reversed(node))
    for node in reversed(order):
        own = masses.setdefault(node, _Mass())
        own.run, said = _length(node.text), [(node.text or "")[:_SAID]]
        own.text = own.run
        for child in node:
            if child not in hidden and isinstance(child.tag, str):
                below = masses[child]
                own.text += below.text
                own.linked += below.linked
                own.links += below.links
                own.prose += below.prose
                own.run += below.run
                said.append(below.said)
            tail = _length(child.tail)
            own.text += tail
            own.run += tail
            said.append((child.tail or "")[:_SAID])
        own.said = "".join(said)[:_SAID]
        if node.tag == "a":
            own.linked, own.links, own.prose, own.run, own.said = own.text, own.links + 1, 0, 0, ""
        elif node.tag in _BLOCKS or node.tag in ("td", "th"):
            counted = node.tag in ("td", "th", "p") and re.search(r"\d", own.said)
            own.prose += own.run if _SENTENCE.search(own.said) or counted else 0
            own.run, own.said = 0, ""
    return masses


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0


def _is_hidden(node: _Element) -> bool:
    style = (node.get("style") or "").replace(" ", "").lower()
    return node.get("hidden") is not None or node.get("aria-hidden") == "true" or "display:none" in style


def _named_main(body: _Element, masses: dict[_Element, _Mass]) -> _Element | None:
    """The one <main> or role=main of the page, if it holds most of the prose."""
    named = [
        node
        for node in body.iter("main", "div", "section")
        if node.tag == "main" or node.get("role") == "main"
    ]
    named = [node for node in named if node in masses and masses[node].prose >= 0.6 * masses[body].prose]
    return named[0] if len(named) == 1 else None


def _beside(body: _Element, node: _Element) -> Iterator[_Element]:
    """What stands beside the way from the body down to `node`."""
    while node is not body:
        parent = node.getparent()
        if parent is None:
            return
        yield from (child for child in parent if child is not node and isinstance(child.tag, str))
        node = parent


def _is_data(table: _Element) -> bool:
    """A table with several rows of several cells is text; one with a single big cell is a frame for layout."""
    if table.tag != "table":
        return False
    rows = sum(1 for _ in table.iter("tr"))
    cells = sum(1 for _ in table.iter("td", "th"))
    return rows >= 3 and cells >= 2 * rows


def _is_furniture(node: _Element, masses: dict[_Element, _Mass]) -> bool:
    mass = masses.get(node)
    if mass is None or not mass.text or node.tag in _FURNITURE_TAGS:
        return True
    if mass.linked > 0.5 * mass.text:
        return True
    if mass.prose >= 2 * _ENOUGH and not _names(node) and not _is_foot(node):
        return False
    return mass.prose < _ENOUGH or bool(_names(node)) or _is_foot(node)


def _may_be_title(node: _Element, masses: dict[_Element, _Mass]) -> bool:
    """A line without links before the text: its title, whose name it is or the body it goes to."""
    mass = masses.get(node)
    if mass is None or mass.links or not 6 <= mass.text <= 60 or node.tag in _FURNITURE_TAGS or _names(node):
        return False
    return not _ABOUT.search(_words(node)) and not _FOOT.search(_words(node))


def _words(node: _Element) -> str:
    return " ".join(" ".join(_lines(node)).split())


def _names(node: _Element) -> str:
    """The part of the site that the element's class, id or role says it is, else nothing."""
    said = " ".join(node.get(key) or "" for key in ("class", "id", "role"))
    words = (
        re.sub(r"([a-z])([A-Z])", r"\1 \2", said)
        .lower()
        .replace("navigation", "nav")
        .replace("contentinfo", "footer")
    )
    found = _NAMED.search(re.sub(r"[\d_-]+", " ", words))
    return found[1] if found else ""


def _is_foot(node: _Element) -> bool:
    words = ""
    for piece in node.itertext():
        words += piece
        if len(words) > 2000:
            break
    return len(_FOOT.findall(words)) >= 2


def _prune(main: _Element, masses: dict[_Element, _Mass], left: list[Left]) -> None:
    """Take lists of links and named furniture out of the main part."""
    for node in [each for each in main.iter() if each in masses and each is not main]:
        mass = masses.get(node)
        if mass is None or not mass.text or (node.tag not in _BLOCKS and node.tag not in ("td", "span")):
            continue
        listed = mass.links >= 3 and mass.linked > 0.6 * mass.text
        named = bool(_names(node)) and mass.prose < _ENOUGH and mass.linked > 0.3 * mass.text
        if node.tag in _FURNITURE_TAGS or listed or named or (mass.prose < 4 * _ENOUGH and _is_foot(node)):
            left.append(_told(node, masses))
            for below in node.iter():
                masses.pop(below, None)
            node.drop_tree()


def _told(node: _Element, masses: dict[_Element, _Mass]) -> Left:
    words = _words(node)
    mass = masses.get(node) or _Mass()
    what = _FURNITURE_TAGS.get(node.tag, "") or _WORDS.get(_names(node), "")
    if not what and _is_foot(node):
        what = "页脚"
    if not what and len(words) <= 160 and _ABOUT.match(words):
        what = "发布信息"
    if not what:
        what = "相关链接" if mass.linked > 0.5 * max(1, mass.text) else "正文以外的文字"
    return Left(what, words if len(words) <= 200 else words[:200] + "…")


def _without_about(lines: list[str], left: list[Left]) -> Iterator[str]:
    """The lines, without those that tell about the publication; they would be read as figures (浏览次数 1234)."""
    for line in lines:
        found = _ABOUT.findall(line)
        if (
            found
            and len(line) <= 160
            and "。" not in line
            and (_ABOUT.match(line.lstrip("【[ ")) or len(found) >= 2)
        ):
            left.append(Left("发布信息", line))
        else:
            yield line


def _title(root: _Element, main: _Element) -> str:
    """The heading of the text where it stands outside of the main part."""
    named = "".join((root.findtext(".//title") or "").split())
    for tag in ("h1", "h2"):
        for node in root.iter(tag):
            if any(above is main for above in node.iterancestors()):
                return ""
            words = " ".join("".join(node.itertext()).split())
            if len(words) >= 4 and words.replace(" ", "")[:12] in named:
                return words
    return ""


def _lines(root: _Element) -> list[str]:
    """The visible text in order, blocks on lines of their own, cells a tab apart. A stack, so that depth is no matter."""
    pieces: list[str] = []
    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        tail = "" if node is root else (node.tail or "").replace("\n", " ")
        if leaving:
            pieces.append("\t" if tag in ("td", "th") else "\n" if tag in _BLOCKS else "")
            pieces.append(tail)
            continue
        if not tag or tag in _UNSEEN or _is_hidden(node):
            pieces.append(tail)
            continue
        if tag in _BLOCKS:
            pieces.append("\n")
        if tag in ("td", "th") and len(node) and (words := _cell(node)) is not None:
            pieces.append(f"{words}\t{tail}")
            continue
        pieces.append((node.text or "").replace("\n", " "))
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    lines = [
        re.sub(r"[ \r\f\v\u00a0\u3000]+", " ", line).strip(" \t") for line in "".join(pieces).split("\n")
    ]
    return lines if any(lines) else []


def _cell(node: _Element) -> str | None:
    """A short cell as one line, whatever paragraphs stand in it; None for one that holds a table or a long text."""
    if next(node.iter("table"), None) is not None or next(node.iter(*_UNSEEN), None) is not None:
        return None
    words = " ".join("".join(node.itertext()).split())
    return words if len(words) <= 80 else None
