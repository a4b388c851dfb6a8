# Everything here starts from a machine that has Python ≥ 3.11 and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
BENCH  := $(VENV)/.bench

.DEFAULT_GOAL := help
.PHONY: help setup demo check test format bench chaos siege score browser clean

help:  ## what there is to run
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

$(BENCH): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	touch $@

setup: $(READY)  ## make .venv with the pinned dependencies

demo: $(READY)  ## the whole way on sample feeds: poll, match, digest
	$(BIN)/watcher demo

check: $(READY)  ## format, lint, types, import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check  ## check, then the tests with coverage
	$(BIN)/python -m pytest -n auto --cov --cov-report=term-missing:skip-covered
	$(BIN)/python -m coverage report --include="watcher/decide/*,watcher/deliver/digest.py" --fail-under=100 --skip-covered

format: $(READY)  ## let ruff format and fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(BENCH)  ## measure beside the peers, as ratios
	$(BIN)/python -m bench

chaos: $(READY)  ## every fault of Slack and 300 kills: is each story told once?
	$(BIN)/python -m bench.chaos

siege: $(READY)  ## a fleet whose workers are killed 40 times and whose database restarts: is each article told once?
	$(BIN)/python -m bench.siege

score: $(READY)  ## accuracy on the labelled items in ../shared/gold
	$(BIN)/python -m bench.score

browser:  ## a Chromium, for the test that looks at the page (Debian's; needs root)
	command -v chromium || (apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-core)

clean:  ## remove what this file made
	rm -rf $(VENV) dist build *.egg-info
