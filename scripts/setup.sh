#!/usr/bin/env bash
# Makes .venv and installs into it from the lock files: setup.sh venv | runtime | dev
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv
step() { printf '\033[2m[环境]\033[0m %s\n' "$*" >&2; }
[ -t 2 ] && [ -z "${NO_COLOR:-}" ] || step() { printf '[环境] %s\n' "$*" >&2; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
  if ! "$@" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    step "失败：$* · this step failed; the lines above say why"
    exit 1
  fi
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  {
    echo "需要 Python 3.11 或更高版本（含 venv 模块），本机没有找到。"
    echo "请先安装（Debian/Ubuntu: apt-get install python3 python3-venv），或以 make run PYTHON=/path/to/python3.11 指定后重试。"
    echo "Fazhi needs Python 3.11 or newer with its venv module; none was found on this machine."
    echo "Install it, or name it with: make run PYTHON=/path/to/python3.11"
  } >&2
  return 1
}

case "${1:-}" in
  venv)
    python=$(find_python) || exit 1
    if ! { [ -x $venv/bin/python ] && $venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }; then
      step "建立 Python 环境 .venv（$("$python" --version)）"
      quietly "$python" -m venv --clear $venv
    fi
    ;;
  runtime)
    # --no-compile: byte code is made for what is imported, when it is imported; compiling all takes longer than installing.
    step "安装运行所需的包（requirements.lock，首次约需一分钟）· installing run-time packages"
    quietly $venv/bin/python -m pip install --quiet --no-compile --require-hashes -r requirements.lock
    quietly $venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
    step "已就绪：$venv/bin/fazhi"
    ;;
  dev)
    step "安装测试与检查工具（requirements-dev.lock）· installing test tools"
    quietly $venv/bin/python -m pip install --quiet --no-compile --require-hashes -r requirements-dev.lock
    ;;
  *)
    echo "用法 usage: setup.sh venv | runtime | dev" >&2
    exit 2
    ;;
esac
