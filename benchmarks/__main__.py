"""`make bench`: every benchmark in a process of its own, one after the other; ratios to a limit measured in the same run."""

from __future__ import annotations

import importlib.util
import platform
import subprocess
import sys
from datetime import datetime

RUNS = [
    ["benchmarks.steps", "sqlite"],
    ["benchmarks.steps", "postgresql"],
    ["benchmarks.steps", "postgresql", "4"],
    ["benchmarks.peers"],
    ["benchmarks.lists", "sqlite"],
    ["benchmarks.lists", "postgresql"],
    ["benchmarks.bulk"],
    ["benchmarks.figures"],
    ["benchmarks.reading"],
    ["tests.law.oracle", "1000000"],
]


def main() -> int:
    print(
        f"{datetime.now().astimezone():%Y-%m-%d %H:%M} · Python {platform.python_version()} · {platform.system()} · {platform.machine()}"
    )
    failed = 0
    wanted = sys.argv[1:]
    for run in RUNS:
        if importlib.util.find_spec(run[0]) is None or (
            wanted and not any(w in " ".join(run) for w in wanted)
        ):
            continue
        print(f"— {' '.join(run)}", flush=True)
        failed += subprocess.run([sys.executable, "-m", *run], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
