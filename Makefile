# What can be made here: `make help`.
# Everything runs in .venv, which is made on first use and renewed when pyproject.toml changes.
# Another Python: make PYTHON=/path/to/python3.12 demo

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT := results/great-wall
JOBS := 2

.DEFAULT_GOAL := help
.PHONY: help demo test lint types contract work work-renew bounds check docs benchmarks clean

help:
	@echo "make demo      compare interventions in the Spain-China case of 2016 (about a minute)"
	@echo "make test      run the tests"
	@echo "make lint      check style (ruff)"
	@echo "make types     check types (mypy)"
	@echo "make contract  check which modules may import which (import-linter)"
	@echo "make bounds    live some days with loops that check every place they touch (a minute)"
	@echo "make work      count what a day takes, and fail where a change has multiplied it (seconds)"
	@echo "make check     all of these but demo"
	@echo "make docs      write docs/parameters.md anew and run all examples of the documentation"
	@echo "make benchmarks  take all times and write docs/benchmarks.md (half an hour)"
	@echo "make clean     remove the environment, caches and build products; results/ stays"

# Shims of version managers may stand on the path without a Python behind them, so every candidate is tried.
$(STAMP): pyproject.toml
	@set -e; \
	fits() { "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }; \
	if ! fits $(BIN)/python; then \
	  python=; \
	  for p in $(PYTHON) python3.12 python3.13 python3.14 python3 python \
	           $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.1[2-9]*/bin/python; do \
	    if fits "$$p"; then python=$$p; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "fraudsim needs Python 3.12 or newer, and found $$(python3 --version 2>/dev/null || echo none)" >&2; \
	    exit 1; \
	  fi; \
	  echo "Making $(VENV) with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(VENV); \
	fi; \
	echo "Installing fraudsim and what it needs (a minute or two)"; \
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev]'; \
	touch $@

demo: $(STAMP)
	@mkdir -p $(dir $(OUT))
	$(BIN)/fraudsim compare great-wall-2016 joint-raids call-interception exit-restrictions \
	  exit-restrictions:countries=CN --replications 20 --jobs $(JOBS) --out $(OUT)
	@echo "Open $(OUT)/figures/differences.png first."

test: $(STAMP)
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

contract: $(STAMP)
	$(BIN)/lint-imports

work: $(STAMP)
	$(BIN)/python experiments/benchmarks/work.py

work-renew: $(STAMP)
	$(BIN)/python experiments/benchmarks/work.py --renew

bounds: $(STAMP)
	$(BIN)/python experiments/benchmarks/bounds.py

check: test lint types contract work bounds

benchmarks: $(STAMP)
	$(BIN)/python experiments/benchmarks/run.py

docs: $(STAMP)
	$(BIN)/python docs/make_parameters.py
	$(BIN)/python -m pytest tests/test_docs.py tests/test_notebooks.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	find fraudsim tests docs experiments notebooks -name __pycache__ -type d -prune -exec rm -rf {} +
