# Needs Python 3.11 or newer, Git and make; everything else is set up in .venv.
PYTHON ?= python3
BIN := .venv/bin
DEMO ?= build/demo

.PHONY: demo test lint types unit bench fuzz attack together faults lock audit lowest clean

demo: .venv/ready
	$(BIN)/opsflow demo $(DEMO)

# What was seen green is not run again before something changed; `make unit` always runs.
SEEN = GIT_INDEX_FILE=.venv/index git add --all . && GIT_INDEX_FILE=.venv/index git write-tree

test: lint types
	@tree=$$($(SEEN)) 2>/dev/null; \
	if [ -n "$$tree" ] && [ "$$tree" = "$$(cat .venv/green 2>/dev/null)" ]; then \
		echo "Nothing changed since all tests passed; 'make unit' runs them again."; \
	else $(MAKE) --no-print-directory unit && echo "$$tree" > .venv/green; fi

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready
	$(BIN)/mypy

unit: .venv/ready
	$(BIN)/pytest -n auto

bench: .venv/ready
	$(BIN)/python -m bench

fuzz: .venv/ready
	$(BIN)/python -m bench.fuzz

attack: .venv/ready
	$(BIN)/python -m bench.attack --minutes $(or $(MINUTES),10)

together: .venv/ready
	$(BIN)/python -m bench.together --seconds $(or $(FOR),60)

faults: .venv/ready
	OPSFLOW_FAULT_TURNS=8 $(BIN)/pytest -n auto tests/trust/test_faults.py

# The packages of development and CI are those of the lock, by their hashes.
.venv/ready: pyproject.toml requirements-dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --compile --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# The next three ask the package registry; nothing else does, once .venv is made.
COMPILE := $(BIN)/uv pip compile --quiet --no-annotate --no-header --all-extras --python-version 3.11 pyproject.toml

.venv/supply: .venv/ready
	$(BIN)/python -m pip install --quiet --group supply
	touch $@

lock: .venv/supply
	mkdir -p build
	$(COMPILE) --universal --upgrade --generate-hashes --group dev -o build/lock
	(head -1 requirements-dev.lock; cat build/lock) > build/lock.new && mv build/lock.new requirements-dev.lock

audit: .venv/supply
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements-dev.lock

# The oldest versions that pyproject.toml allows, in an environment of their own.
lowest: .venv/supply
	mkdir -p build
	$(COMPILE) --resolution lowest-direct -o build/lowest.txt
	$(PYTHON) -m venv --clear build/lowest
	build/lowest/bin/python -m pip install --quiet --upgrade pip
	build/lowest/bin/python -m pip install --quiet --requirement build/lowest.txt --group test
	build/lowest/bin/python -m pip install --quiet --no-deps --editable .
	build/lowest/bin/python -m pytest -n auto --ignore tests/browser --ignore tests/integrations

clean:
	rm -rf .venv build
