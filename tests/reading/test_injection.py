"""One wrong digit in a true relation is found, and the true relation is left alone."""

from __future__ import annotations

import random
from collections import Counter

from tests.reading.injection import broken, samples

from fazhi.reading.check import check


def test_true_relations_raise_no_error() -> None:
    wrong = [
        (sample.text, [f.message for f in check(sample.text).findings if f.grade == "error"])
        for sample in samples(seed=7, count=600)
        if any(finding.grade == "error" for finding in check(sample.text).findings)
    ]
    assert wrong == []


def test_injected_errors_are_found() -> None:
    chance = random.Random(11)
    found, tried, missed = Counter(), Counter(), []
    for sample in samples(seed=3, count=600):
        text = broken(sample, chance)
        tried[sample.family] += 1
        if any(finding.grade == "error" for finding in check(text).findings):
            found[sample.family] += 1
        else:
            missed.append(text)
    rates = {family: found[family] / tried[family] for family in tried}
    assert min(rates.values()) >= 0.9, (rates, missed[:12])
