"""Reading: speed of lexing and checking, injected errors found, figures against labels, a long fuzz.

Run as `python -m benchmarks.reading`; prints one JSON object. Speeds are medians of CPU time on one core, the text in UTF-8
bytes; the plain regex and, where installed, recognizers-text read the same text in turn. The corpus is used where it is at hand;
without it the text is composed from the invented sentences of tests/reading/injection.py.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reading import fuzz
from tests.reading.injection import broken, samples

from fazhi.reading.check import check
from fazhi.reading.lexer import lex

ROUNDS, INJECTED, FUZZED = 5, 4000, 4000
CORPUS = Path(__file__).resolve().parents[1] / ".." / "shared" / "corpus" / "dev"
PLAIN = re.compile(r"\d+(?:\.\d+)?%?")


def main() -> int:
    told: dict[str, Any] = {"benchmark": "reading"}
    texts = _texts()
    told["text"] = {"bytes": sum(len(text.encode()) for text in texts), "corpus": CORPUS.is_dir()}
    told["megabytes_per_second"] = _speeds(texts)
    told["injected"] = _injected()
    if CORPUS.is_dir():
        told["figures"] = _figures()
        told["false_errors_on_work_reports"] = sum(
            finding.grade == "error" for text in texts for finding in check(text).findings
        )
    told["fuzzed"] = _fuzzed()
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _texts() -> list[str]:
    if CORPUS.is_dir():
        return [path.read_text(encoding="utf-8") for path in sorted((CORPUS / "reports").glob("*.txt"))]
    sentences = [sample.text for sample in samples(seed=1, count=4000)]
    return ["\n".join(sentences[start : start + 200]) for start in range(0, len(sentences), 200)]


def _speeds(texts: list[str]) -> dict[str, float | str]:
    size = sum(len(text.encode()) for text in texts) / 1e6
    rivals: dict[str, Callable[[str], object]] = {
        "lex": lex,
        "check": check,
        "plain regex": lambda text: PLAIN.findall(text),
    }
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(ROUNDS):
        for name, read in rivals.items():
            begun = time.process_time()
            for text in texts:
                read(text)
            taken[name].append(time.process_time() - begun)
    speeds: dict[str, float | str] = {
        name: round(size / statistics.median(times), 2) for name, times in taken.items()
    }
    speeds["recognizers-text"] = _recognizers(texts)
    return speeds


def _recognizers(texts: list[str]) -> float | str:
    """One text only: it is slow. Its import fails with emoji >= 2."""
    try:
        from recognizers_number import recognize_number  # type: ignore[import-not-found]
    except ImportError:
        return "not installed"
    begun = time.process_time()
    with contextlib.suppress(Exception):
        recognize_number(texts[0], "zh-cn")
    return round(len(texts[0].encode()) / 1e6 / (time.process_time() - begun), 2)


def _injected() -> dict[str, float]:
    """The share of injected errors found, by family, and the false errors on the samples before injection."""
    chance = random.Random(20)
    found: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    false = 0
    for sample in samples(seed=21, count=INJECTED):
        false += any(one.grade == "error" for one in check(sample.text).findings)
        tried[sample.family] += 1
        found[sample.family] += any(one.grade == "error" for one in check(broken(sample, chance)).findings)
    rates = {family: round(found[family] / tried[family], 4) for family in sorted(tried)}
    return {**rates, "false on true relations": false, "samples": INJECTED}


def _figures() -> dict[str, dict[str, float]]:
    kinds = {"count", "percent", "percent_point", "money", "duration"}

    def labels(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()]

    documents: dict[str, list[dict[str, Any]]] = {}
    for label in labels("gold/figures.jsonl"):
        documents.setdefault(label["document"], []).append(label)
    sets = {
        "real documents": [
            ((CORPUS / name).read_text(encoding="utf-8"), gold) for name, gold in documents.items()
        ],
        "authored paragraphs": [(one["text"], one["figures"]) for one in labels("authored/paragraphs.jsonl")],
        "authored reports": [
            ((CORPUS / "authored" / one["file"]).read_text(encoding="utf-8"), one["figures"])
            for one in labels("authored/reports.jsonl")
        ],
    }
    told: dict[str, dict[str, float]] = {}
    for name, read in sets.items():
        right = predicted = labelled = 0
        for text, gold in read:
            wanted = {
                (g["start"], g["end"], g["kind"]): float(g["value"]) for g in gold if g["kind"] in kinds
            }
            figures = lex(text)
            predicted, labelled = predicted + len(figures), labelled + len(wanted)
            for figure in figures:
                value = wanted.get((figure.start, figure.end, figure.kind))
                right += value is not None and abs(float(figure.value) - value) <= 1e-6 * max(1.0, abs(value))
        told[name] = {
            "precision": round(right / predicted, 4),
            "recall": round(right / labelled, 4),
            "labelled": labelled,
        }
    return told


def _fuzzed() -> dict[str, float]:
    """Random texts of the genre's words; a fault ends the run. The slowest text is told, so that a hang would show."""
    chance = random.Random(5)
    slowest = 0.0
    for _ in range(FUZZED):
        text = fuzz.text(chance, chance.randint(1, 120))
        begun = time.process_time()
        fuzz.sound(text, check(text))
        slowest = max(slowest, time.process_time() - begun)
    return {"texts": FUZZED, "slowest_ms": round(slowest * 1000, 1)}


if __name__ == "__main__":
    sys.exit(main())
