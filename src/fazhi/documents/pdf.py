"""A composed text as PDF: its HTML page, printed by the machine's own chromium.

Nothing is shipped for this: where the machine has no chromium or no Chinese font, `missing` says so in words for the
button, and `render` refuses with the same words. The page forbids scripts (html.page) and no name is looked up, so printing
reaches no network.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from fazhi.documents import elements, html
from fazhi.errors import UserError
from fazhi.procedures.text import Text

BROWSER = "FAZHI_CHROMIUM"  # names the program where it is not on the path
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
)
_FACES = {
    "仿宋": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong"),
    "小标宋": ("方正小标宋简体", "FZXiaoBiaoSong-B05S"),
}
FOOT = 35.0  # mm from the lower edge of the paper to that of the text area
_TIMEOUT = 120  # seconds; a long report takes about two


class PdfError(UserError):
    """No PDF; the message is for a clerk."""


def browser() -> str | None:
    named = os.environ.get(BROWSER)
    if named:
        return shutil.which(named)
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def chinese_fonts() -> list[str] | None:
    """Names of the machine's Chinese fonts; nothing where it cannot be told."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    done = subprocess.run([program, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return sorted(
        {name.strip() for line in done.stdout.splitlines() for name in line.split(",") if name.strip()}
    )


def missing(
    find_browser: Callable[[], str | None] = browser,
    find_fonts: Callable[[], list[str] | None] = chinese_fonts,
) -> list[str]:
    """What the machine lacks to make a PDF, each with what to do; empty: nothing."""
    lacks = []
    if find_browser() is None:
        lacks.append(
            "没有浏览器 chromium，不能生成PDF。请安装（Debian：apt-get install chromium），"
            f"或者用环境变量 {BROWSER} 指明程序位置；也可以下载 .docx 后在 WPS 中另存为PDF。"
        )
    if find_fonts() == []:
        lacks.append(
            "没有中文字体，PDF中的汉字会成为空白。请安装（Debian：apt-get install fonts-noto-cjk）。"
        )
    return lacks


def substituted(find_fonts: Callable[[], list[str] | None] = chinese_fonts) -> str:
    """A sentence for the preview where the standard's own faces are not on this machine; else nothing."""
    have = set(find_fonts() or ())
    lacking = [name for name, faces in _FACES.items() if not have.intersection(faces)]
    if not lacking:
        return ""
    return f"本机没有{'、'.join(lacking)}字体，PDF以其他宋体代替；正式文本以 .docx 在 WPS 中打开为准。"


def render(text: Text, *, site: str = "") -> bytes:
    """The PDF; raises PdfError where the machine cannot make one."""
    if lacks := missing():
        raise PdfError("".join(lacks))
    data = print_page(html.page(text, site=site))
    if elements.copies(text) or text.printed_by:
        data = print_page(html.page(text, site=site, imprint_down=_to_foot(data)))
    return settled(data, text.date)


def _to_foot(data: bytes) -> float:
    """How many mm the last rule of 版记 stands above the lower edge of the text area of the last page (GB/T 9704 7.4).

    No style sheet can say "at the foot of the last page"; so it is printed once, measured, and set lower. What is lower
    takes no room from the text, so the pages stay as they are.
    """
    import pypdfium2  # type: ignore[import-untyped]
    import pypdfium2.raw as c  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(data)
    try:
        page = document[len(document) - 1]
        paths = page.get_objects(filter=[c.FPDF_PAGEOBJ_PATH])
        wide = [one.get_bounds() for one in paths]
        lowest = min((b for left, b, right, top in wide if right - left > 400 and top - b < 3), default=None)
    finally:
        document.close()
    return 0.0 if lowest is None else max(0.0, lowest / 72 * 25.4 - FOOT)


def settled(pdf: bytes, on: date | None) -> bytes:
    """The same file for the same text: dated by the text, not by the clock, and naming no machine.

    Every replacement is as long as what it replaces, so that the file's table of places still holds. Faces and browser
    are the machine's: the bytes are the same as long as those are.
    """
    day = f"{on or date(2000, 1, 1):%Y%m%d}".encode() + b"000000"
    pdf = re.sub(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}", lambda m: m[1] + day, pdf)
    return re.sub(
        rb"/Creator \(((?:\\.|[^\\()])*)\)",
        lambda m: b"/Creator (" + b"Fazhi".ljust(len(m[1]))[: len(m[1])] + b")",
        pdf,
    )


def print_page(page: str) -> bytes:
    program = browser()
    if program is None:
        raise PdfError("".join(missing()))
    with tempfile.TemporaryDirectory(prefix="fazhi-pdf-") as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--disable-extensions",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-pdf-header-footer",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile",
            *(["--no-sandbox"] if _root() else []),
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
        except subprocess.TimeoutExpired as error:
            raise PdfError(f"浏览器{_TIMEOUT}秒内没有完成PDF，请稍后再试，或者下载 .docx。") from error
        if not target.exists():
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            said = [line for line in lines if "dbus" not in line]  # a server has no desktop; that is no error
            raise PdfError(f"浏览器没有生成PDF：{said[-1] if said else '没有说明原因'}。请下载 .docx。")
        return target.read_bytes()


def _root() -> bool:
    """Chromium's sandbox does not start for root; what is printed is our own page without scripts."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
