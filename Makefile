# The only set-up is make: it builds .venv from requirements.lock when that changed.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

export DAGSTER_DISABLE_TELEMETRY := yes
export GX_ANALYTICS_ENABLED := false
# Every command would compile the packages anew where the environment forbids to keep bytecode.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-unit check dev bench docs samples lock clean

run: $(STAMP)
	@$(BIN)/imr run

test: $(STAMP) check
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-unit: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/unit

check: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/python -m tools.sql_style
	@$(BIN)/mypy

dev: $(STAMP)
	@$(BIN)/imr dagster dev

bench: $(STAMP)
	@$(BIN)/python -m benchmarks

docs: $(STAMP)
	@$(BIN)/python -m assets.schema.dictionary docs/data_dictionary.md

samples: $(STAMP)
	@$(BIN)/python -m tools.samples.nchs.generate
	@$(BIN)/python -m tools.samples.ons.generate
	@$(BIN)/python -m tools.samples.ohid.generate

lock:
	uv pip compile --quiet --python-version 3.11 --universal --no-header --generate-hashes \
		--no-emit-index-url --no-emit-find-links --all-extras pyproject.toml -o requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@echo "Installing packages into $(VENV) (about a minute, only when requirements.lock changed) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@$(BIN)/python -m compileall -q -j 0 assets expectations pipelines
	@# pip compiles on one core. Templates that packages bring along need not be valid Python.
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info
