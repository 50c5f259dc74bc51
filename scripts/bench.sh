#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -f benchmarks/__main__.py ]; then
  echo "benchmarks/ 还没有基准测试 · there is no benchmark yet" >&2
  exit 1
fi
bash scripts/testbed.sh
exec .venv/bin/python -m benchmarks ${BENCH_ARGS:-}
