# Each chore sets up what it needs: an environment of its own in .venv, made anew when pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo demo-migrate test lint format clean

demo: $(READY)  ## the main job, told as a story: embedded engine, emulator, sixty people
	@$(BIN)/elastic-org demo

demo-migrate: $(READY)  ## a person and their data move between two organizations and two real Elasticsearch nodes (needs Java 17 and Maven)
	@$(BIN)/python -m tests.elasticsearch_node.demo_move

test: $(READY) lint  ## lint, types, import contract, then every test
	$(BIN)/python -m pytest -n auto

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(READY): pyproject.toml
	@echo "Setting up $(VENV) (once; about a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@# Pulumi's CLI looks for the environment beside Pulumi.yaml for a program, and beside the program for its dynamic providers.
	@ln -sfn ../../$(VENV) examples/quickstart/.venv
	@touch $@

clean:
	rm -rf $(VENV)
