"""Documents on paper: printed by LibreOffice or chromium, then measured."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pypdfium2
import pypdfium2.raw as c

MM = 25.4 / 72


@dataclass(frozen=True)
class Letter:
    char: str
    left: float
    right: float
    top: float
    bottom: float  # mm from the page's left and upper edge


class Paper:
    def __init__(self, pdf: bytes) -> None:
        self.document = pypdfium2.PdfDocument(pdf)

    def __len__(self) -> int:
        return len(self.document)

    @cached_property
    def pages(self) -> list[list[list[Letter]]]:
        """Pages of lines of letters, both from the top."""
        return [self._lines(page) for page in self.document]

    def _lines(self, page: pypdfium2.PdfPage) -> list[list[Letter]]:
        height, text = page.get_height(), page.get_textpage()
        letters = []
        for n in range(text.count_chars()):
            char = text.get_text_range(n, 1)
            if char.strip():
                left, bottom, right, top = text.get_charbox(n)
                letters.append(
                    Letter(char, left * MM, right * MM, (height - top) * MM, (height - bottom) * MM)
                )
        lines: list[list[Letter]] = []
        # A line is what stands less than half a pitch under its first letter.
        for letter in sorted(letters, key=lambda one: (one.top + one.bottom) / 2):
            middle = (letter.top + letter.bottom) / 2
            if lines and middle - (lines[-1][0].top + lines[-1][0].bottom) / 2 < 5:
                lines[-1].append(letter)
            else:
                lines.append([letter])
        return [sorted(line, key=lambda one: one.left) for line in lines]

    def words(self, page: int) -> list[str]:
        return ["".join(letter.char for letter in line) for line in self.pages[page]]

    def line(self, page: int, starting: str) -> list[Letter]:
        return next(
            line
            for line, words in zip(self.pages[page], self.words(page), strict=True)
            if words.startswith(starting)
        )

    def rules(self, page: int) -> list[tuple[float, float, float, float]]:
        """Level lines as wide as the text: left, right, upper and lower edge in mm from the page's left and top."""
        height = self.document[page].get_height()
        found = []
        for one in self.document[page].get_objects(filter=[c.FPDF_PAGEOBJ_PATH]):
            left, bottom, right, top = one.get_bounds()
            if right - left > 400 and top - bottom < 4:
                found.append((left * MM, right * MM, (height - top) * MM, (height - bottom) * MM))
        return sorted(found, key=lambda line: line[2])

    def red(self, page: int) -> list[tuple[float, list[float]]]:
        """Every millimetre across the page: where that upright line meets red, in mm from the top."""
        scale = 4.0
        bitmap = self.document[page].render(scale=scale)
        found = []
        for at in range(20, 195):
            column = round(at / MM * scale)
            rows = []
            for row in range(bitmap.height):
                start = row * bitmap.stride + column * bitmap.n_channels
                blue, green, red = bitmap.buffer[start : start + 3]
                if red > 200 and green < 120 and blue < 120:
                    rows.append(row / scale * MM)
            found.append((float(at), rows))
        return found


def office() -> str | None:
    return shutil.which("soffice")


def print_docx(folder: Path, files: dict[str, bytes]) -> dict[str, Paper]:
    """Several files in one go; LibreOffice gets a profile of its own."""
    for name, data in files.items():
        (folder / f"{name}.docx").write_bytes(data)
    subprocess.run(
        [
            office() or "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            *(str(folder / f"{name}.docx") for name in files),
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "HOME": str(folder)},
    )
    return {name: Paper((folder / f"{name}.pdf").read_bytes()) for name in files}
