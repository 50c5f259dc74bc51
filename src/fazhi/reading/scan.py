"""Recognising the text of pictures with RapidOCR, the extra `ocr` of pyproject.toml; its models come inside its package."""

from __future__ import annotations

import importlib.util
import io
from functools import cache
from typing import Any

from fazhi.reading.errors import ReadingError
from fazhi.reading.layout import Page, Row

INSTALL = "pip install rapidocr onnxruntime"
ADVICE = f"请提供有文字的版本；或者请管理员安装文字识别组件（{INSTALL}）后再试。"
_DPI = 200
_SURE = 0.5  # below this the recognition is a guess
_LARGEST = 60_000_000  # pixels of a picture


def installed() -> bool:
    """Whether the recognition and what runs its models are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


@cache
def _engine() -> Any:
    import logging

    from rapidocr import RapidOCR  # type: ignore[import-not-found]

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    # Without the classifier of direction: it takes some upright lines for upside-down ones, and they are lost.
    return RapidOCR(params={"Global.log_level": "error", "Global.use_cls": False})


def page_rows(page: Any) -> tuple[Row, ...]:
    """The rows of a page of PDFium, in points."""
    return _rows(page.render(scale=_DPI / 72).to_numpy(), 72 / _DPI)


def picture(data: bytes) -> Page:
    """A picture of a page. Raises ReadingError."""
    from PIL import Image  # type: ignore[import-not-found]

    Image.MAX_IMAGE_PIXELS = _LARGEST
    try:
        opened = Image.open(io.BytesIO(data))
        pixels = opened.convert("RGB")
    except Exception as error:
        raise ReadingError("图片打不开，或者大得不正常", next="请重新扫描后再试。") from error
    import numpy  # type: ignore[import-not-found,unused-ignore]

    return Page(float(pixels.width), float(pixels.height), _rows(numpy.asarray(pixels)[:, :, ::-1], 1.0))


def _rows(pixels: Any, scale: float) -> tuple[Row, ...]:
    from fazhi.reading.layout import rows_in_order

    found = _engine()(pixels)
    if found.txts is None:
        return ()
    rows = []
    for points, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if score < _SURE or not text.strip():
            continue
        xs, ys = [float(x) * scale for x, _ in points], [float(y) * scale for _, y in points]
        rows.append(Row(text.strip(), min(xs), min(ys), max(xs), max(ys)))
    return rows_in_order(_by_line(rows))


def _by_line(rows: list[Row]) -> list[Row]:
    """From the top down; what stands on one line from left to right."""
    lines: list[list[Row]] = []
    for row in sorted(rows, key=lambda each: (each.top + each.bottom) / 2):
        last = lines[-1][0] if lines else None
        if last is not None and (row.top + row.bottom) / 2 < last.bottom - 0.3 * (last.bottom - last.top):
            lines[-1].append(row)
        else:
            lines.append([row])
    return [row for line in lines for row in sorted(line, key=lambda each: each.left)]
