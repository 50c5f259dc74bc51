"""Reading .pdf files and pictures in a process of its own, with bounds on memory and time.

What reads them is native code, and the files come from anywhere: a file that breaks it, fills the memory or never ends
costs that one process, and the person is told so.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from fazhi.reading.errors import ReadingError

if TYPE_CHECKING:
    from fazhi.reading.source import Source

MEMORY = 2**30  # bytes of address space, without recognition
RECOGNISING = 8 * 2**30
SECONDS = 60  # of computing, without recognition
A_PAGE = 60  # seconds of computing for each page that is recognised


def open_pdf(data: bytes, pictures: int = 100, tables: bool = False) -> Source:
    """The text of a .pdf. At most `pictures` pages are recognised. Raises ReadingError.

    `tables`: each row of a ruled table on one line; else every printed line has its own place.
    """
    return _run("tables" if tables else "pdf", data, pictures)


def open_picture(data: bytes) -> Source:
    from fazhi.reading import scan

    if not scan.installed():
        raise ReadingError("这是图片，不是文字", next=scan.ADVICE)
    return _run("picture", data, 1)


def _run(what: str, data: bytes, pictures: int) -> Source:
    from fazhi.reading import scan
    from fazhi.reading.source import Left, Source

    wall = SECONDS * 2 + (A_PAGE * pictures if scan.installed() else 0)
    command = [sys.executable, "-m", "fazhi.reading.apart", what, str(pictures), str(MEMORY)]
    # What reads the file gets neither the database's address nor its password.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAZHI_")}
    environment = {**kept, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=wall, env=environment, check=False
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise ReadingError(
            "这份文件读得太久，或者占用内存过多，已经停下", next="请另存为 .docx 或者拆分后再试。"
        ) from error
    if "error" in told:
        raise ReadingError(told["error"], next=told["next"])
    return Source(
        told["text"], told["kind"], tuple(told["notes"]), tuple(Left(*each) for each in told["left_out"]),
        tuple((start, page, line) for start, page, line in told["lines"]),
    )  # fmt: skip


def _bound(memory: int, seconds: int) -> None:
    """Set the limits of this process; where the system has none (Windows), the time of the caller holds."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(what: str, data: bytes, most: int, memory: int) -> dict[str, Any]:
    from fazhi.reading import layout, pdf, scan

    notes: list[str] = []
    pages: tuple[layout.Page, ...]
    pictures: tuple[int, ...]
    if what == "picture":
        _bound(RECOGNISING, SECONDS + A_PAGE)
        pages = (scan.picture(data),)
        pictures = (1,)
    else:
        able = scan.installed()
        _bound(RECOGNISING if able else memory, SECONDS + (A_PAGE * most if able else 0))
        pages, pictures, cut = pdf.read(data, scan.page_rows if able else None, most, what == "tables")
        if cut:
            notes.append("PDF 的末尾不完整，可能缺页，请核对。")
        if pictures and not able:
            if len(pictures) == len(pages):
                raise ReadingError(f"PDF 是扫描件：{len(pages)} 页全是图片，没有文字", next=scan.ADVICE)
            notes.append(f"{_numbers(pictures)}是图片，没有读到文字。{scan.ADVICE}")
    laid = layout.lay(pages)
    scanned = bool(pictures) and (what == "picture" or scan.installed())
    if scanned:
        notes.append(f"{_numbers(pictures)}由图片识别，可能有错字，请对照原件。")
    return {
        "text": laid.text,
        "kind": "scan" if scanned and len(pictures) == len(pages) else "pdf",
        "notes": notes,
        "left_out": [(each.what, each.text, each.page) for each in laid.left_out],
        "lines": laid.lines,
    }


def _numbers(pages: tuple[int, ...]) -> str:
    shown = "、".join(map(str, pages[:10]))
    return f"第 {shown} 页" if len(pages) <= 10 else f"第 {shown} 等 {len(pages)} 页"


def main() -> None:
    try:
        told = _read(sys.argv[1], sys.stdin.buffer.read(), *map(int, sys.argv[2:]))
    except ReadingError as error:
        told = {"error": error.message, "next": error.next}
    except MemoryError:
        told = {"error": "这份文件占用内存过多，已经停下", "next": "请另存为 .docx 或者拆分后再试。"}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
