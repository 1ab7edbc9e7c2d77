# `make demo` and `make test` are all that a fresh machine with Python 3.11 needs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test test-slow lint format docs lock docker-test clean

install: $(STAMP)

$(STAMP): requirements/dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: apt-get install python3.11-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: install
	$(BIN)/dltrain run recipes/caps.yaml

test: install lint
	$(BIN)/python -m pytest -q

test-slow: install
	$(BIN)/python -m pytest -q -m slow

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: install
	$(BIN)/python -m engine.recipe.reference docs/recipe.md
	$(BIN)/python -m engine.audit.docs > docs/checks.md
	$(BIN)/python -m engine.data.formats_page > docs/formats.md

# The locks name no index host; pip takes the one that it is configured for.
lock:
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links -o requirements/cpu.lock
	uv pip compile -q pyproject.toml --extra gpu --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links -c requirements/cpu.lock -o requirements/gpu.lock
	uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links -c requirements/cpu.lock -o requirements/dev.lock

docker-test:
	tests/docker/run.sh

clean:
	rm -rf $(VENV) runs build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
