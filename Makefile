# Every habit of this project. `make demo` and `make test` need nothing but a Debian or Ubuntu with make.
.DELETE_ON_ERROR:
.PHONY: setup demo serve check lint test test-quick explore bench fix migrate screenshots messages lock real-parts

# What is compiled once is started in a second, not in four; tests start many processes
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
RUNTIME := .venv/.runtime-ready
READY := .venv/.ready
BENCHED := .venv/.bench-ready

setup: $(READY)

$(READY): requirements-dev.lock pyproject.toml scripts/setup.sh
	scripts/setup.sh requirements-dev.lock
	@touch $(RUNTIME) $@

# Enough to run the service; the tools of its developers are left out
$(RUNTIME): requirements.lock pyproject.toml scripts/setup.sh
	scripts/setup.sh requirements.lock
	@touch $@

# What the search is measured with and against, on top of that
$(BENCHED): requirements-bench.lock $(READY)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r $<
	@touch $@

demo: $(RUNTIME)
	$(BIN)/intake demo

serve: $(RUNTIME)
	$(BIN)/intake serve

migrate: $(RUNTIME)
	$(BIN)/intake migrate

check: lint test

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_migrations.py
	$(BIN)/python scripts/check_messages.py

# First what computes, then what mostly waits for a screen or a telephone: apart, so that no clock of a call
# runs beside the search's storms. Three workers keep two cores busy, for all of it waits now and then
WAITING := tests/bench tests/browser tests/pbx tests/real
# Five thousand tests, many of them against a clock on a machine that others share: what fails is tried once
# more, and named as RERUN at the end. Whoever sees one there mends it
ONCE_MORE := --dist worksteal --durations=10 --reruns 1 -rRfEs

test: $(READY) real-parts
	$(BIN)/pytest -n 3 $(ONCE_MORE) $(WAITING:%=--ignore=%)
	$(BIN)/pytest -n 3 $(ONCE_MORE) $(WAITING)

test-quick: $(READY)
	$(BIN)/pytest -n 3 -m "not real and not slow"

# Properties with thousands of new examples; the gate tries the same few hundred every time
explore: $(READY)
	$(BIN)/pytest -n 2 -m hypothesis --hypothesis-profile=explore --timeout=0

# INTAKE_BENCH=10m make bench: with ten million records as well
bench: $(BENCHED) real-parts
	INTAKE_BENCH=$(or $(INTAKE_BENCH),full) $(BIN)/pytest tests/bench --timeout=0 --capture=no

fix: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(READY) real-parts
	$(BIN)/python scripts/screenshots.py

# Collects new strings of the templates and code into the catalogues; then translate, then `make lint`
messages: $(READY)
	$(BIN)/python scripts/messages.py

real-parts: $(READY)
	@scripts/real_parts.sh

LOCK := $(BIN)/uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal --quiet
lock:
	$(LOCK) --extra dev --output-file requirements-dev.lock
	$(LOCK) --constraint requirements-dev.lock --output-file requirements.lock
	$(LOCK) --constraint requirements-dev.lock --extra dev --extra bench --output-file requirements-bench.lock
