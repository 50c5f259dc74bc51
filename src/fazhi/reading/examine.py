"""One file, read and checked: what `fazhi check`, the page and the comparison all start from."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from fazhi.reading.check import Report, check
from fazhi.reading.finding import Finding, Grade
from fazhi.reading.place import Places
from fazhi.reading.source import Source, open_file

GRADES: dict[Grade, str] = {"error": "错误", "suspect": "存疑", "info": "提示"}
KINDS = {"count": "数量", "percent": "百分比", "percent_point": "百分点", "money": "金额", "duration": "期间"}


@dataclass(frozen=True, slots=True)
class Examined:
    """`digest` is the SHA-256 of the file, by which a figure taken from it can be traced."""

    name: str
    source: Source
    report: Report
    places: Places
    digest: str

    def where(self, offset: int) -> str:
        """As a linter writes it: line:column, with p and the page before it where the file has pages."""
        page, line, column = self.places.place(offset)
        return f"{f'p{page}:' if page else ''}{line}:{column}"

    def where_in_words(self, offset: int) -> str:
        page, line, _ = self.places.place(offset)
        return f"第 {page} 页第 {line} 行" if page else f"第 {line} 行"

    def counts(self) -> dict[Grade, int]:
        """How many findings of each grade."""
        found = Counter(finding.grade for finding in self.report.findings)
        return {grade: found[grade] for grade in GRADES}


def examine(data: bytes, name: str, pictures: int = 100) -> Examined:
    """Read a file and check it."""
    source = open_file(data, name, pictures)
    return of_source(source, name, hashlib.sha256(data).hexdigest())


def of_source(source: Source, name: str, digest: str) -> Examined:
    """The same for a text that was read before."""
    return Examined(name, source, check(source.text), Places(source), digest)


def words(finding: Finding) -> list[str]:
    """What is to be said of a finding, line by line."""
    told = [f"{GRADES[finding.grade]}：{finding.message}"]
    if finding.arithmetic and finding.arithmetic not in finding.message:
        told.append(f"算式：{finding.arithmetic}")
    if finding.tolerance:
        told.append(f"容许：{finding.tolerance}")
    if finding.repair:
        told.append(f"或应改为：{finding.repair}")
    return told


def as_json(examined: Examined, file: str) -> dict[str, object]:
    """The fixed object of `fazhi check --json`; `source` stands there only where there is something to say about it."""
    told: dict[str, object] = {
        "file": file,
        "figures": [figure.as_json() for figure in examined.report.figures],
        "findings": [_finding(examined, finding) for finding in examined.report.findings],
    }
    source = examined.source
    if source.kind != "text" or source.notes:
        told["source"] = source.as_json()
    return told


def _finding(examined: Examined, finding: Finding) -> dict[str, object]:
    told = finding.as_json()
    if examined.source.lines:
        places = [examined.places.place(start) for start, _ in finding.spans]
        told["places"] = [{"page": page, "line": line, "column": column} for page, line, column in places]
    return told
