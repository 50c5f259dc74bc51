#!/usr/bin/env bash
# Pins every dependency, with hashes and without any registry's address, from what pyproject.toml allows.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
[ -x $uv ] || .venv/bin/python -m pip install --quiet uv
compile() {
  $uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --no-annotate --custom-compile-command "make lock" "$@"
}
compile pyproject.toml --group pyproject.toml:build --output-file requirements.lock ${UPGRADE:+--upgrade}
compile pyproject.toml --group pyproject.toml:build --group pyproject.toml:dev --constraint requirements.lock \
  --output-file requirements-dev.lock ${UPGRADE:+--upgrade}
compile --group pyproject.toml:node --output-file requirements-node.lock ${UPGRADE:+--upgrade}
if grep -nE 'https?://' requirements*.lock; then
  echo "锁定文件里出现了网址，请去掉后再提交 · a lock file names a host" >&2
  exit 1
fi
wc -l requirements*.lock
