#!/usr/bin/env bash
# make check: style, types of the pure core, the floors, the definitions. Runs all, then says which failed.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()
part() {
  local name=$1
  shift
  printf '── %s\n' "$name" >&2
  "$@" || failed+=("$name")
}

core=()
for path in src/fazhi/law src/fazhi/procedures src/fazhi/reading src/fazhi/plans/parse src/fazhi/plans/parse.py; do
  [ -e "$path" ] && core+=("$path")
done

part "ruff check" $bin/ruff check --quiet .
part "ruff format" $bin/ruff format --check --quiet .
[ ${#core[@]} -gt 0 ] && part "mypy --strict (${core[*]##*/})" $bin/mypy --strict --no-error-summary "${core[@]}"
part "import-linter" $bin/lint-imports
if $bin/fazhi procedure --help 2>/dev/null | grep -qw lint; then
  part "fazhi procedure lint" $bin/fazhi procedure lint
fi

if [ ${#failed[@]} -gt 0 ]; then
  printf '未通过 failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "检查全部通过 all checks passed" >&2
