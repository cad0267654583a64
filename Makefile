# Needs Python 3.11 or newer, Git and make; everything else is set up in .venv.
PYTHON ?= python3
BIN := .venv/bin
DEMO ?= build/demo

.PHONY: demo test lint types unit bench fuzz clean

demo: .venv/ready
	$(BIN)/opsflow demo $(DEMO)

test: lint types unit

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

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --compile --editable '.[site,lsp]' --group dev
	touch $@

clean:
	rm -rf .venv build
