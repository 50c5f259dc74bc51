# Fazhi 法治: `make run` shows it, `make test` proves it.
# Each target leaves a stamp, so that a second call does only what has changed.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.SILENT:
MAKEFLAGS += --no-print-directory

VENV   := .venv
PY     := $(VENV)/bin/python
STAMPS := $(VENV)/.fazhi
VENDOR := src/fazhi/web/static/vendor

PORT ?= 8000
HOST ?= 127.0.0.1

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYTHONUNBUFFERED := 1

.PHONY: help setup assets run test check bench lock clean

help:
	echo "make run     建立环境、载入示范县并启动  set up, load the demo county, serve on $(HOST):$(PORT)"
	echo "make test    全部测试（含 PostgreSQL 与浏览器）  the whole test suite"
	echo "make check   代码规范、类型、楼层与程序定义检查  ruff, mypy, import-linter, definitions"
	echo "make bench   基准测试  benchmarks"
	echo "make setup   只建立 .venv（命令为 .venv/bin/fazhi）  only make .venv"
	echo "make lock    重新生成依赖锁定文件  pin the dependencies anew"

setup: $(STAMPS)/runtime

assets: $(VENDOR)/.built

run:
	$(MAKE) -j2 setup assets
	$(PY) -m fazhi.cli demo --if-empty
	exec $(PY) -m fazhi.cli serve --host $(HOST) --port $(PORT)

test: $(STAMPS)/dev assets $(STAMPS)/npm-dev
	bash scripts/testbed.sh
	exec $(PY) -m pytest $(PYTEST_ARGS)

check: $(STAMPS)/dev
	git config --get core.hooksPath >/dev/null 2>&1 || git config core.hooksPath scripts/hooks 2>/dev/null || true
	bash scripts/check.sh

bench: $(STAMPS)/dev
	bash scripts/bench.sh

lock: $(STAMPS)/dev
	bash scripts/lock.sh

clean:
	rm -rf $(VENV) node_modules $(VENDOR) test-output

$(STAMPS)/venv:
	bash scripts/setup.sh venv
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.lock pyproject.toml $(STAMPS)/venv
	bash scripts/setup.sh runtime
	touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	bash scripts/setup.sh dev
	touch $@

$(VENDOR)/.built: package-lock.json scripts/assets.py src/fazhi/web/icons.txt $(STAMPS)/venv
	$(PY) scripts/assets.py build

$(STAMPS)/npm-dev: package-lock.json $(VENDOR)/.built
	$(PY) scripts/assets.py dev
	touch $@
