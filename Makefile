# Each chore sets up what it needs: an environment of its own in .venv, made anew when pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo demo-migrate check test simulate lint format clean bench audit contract fidelity docs release trust schema

demo: $(READY)  ## the main job, told as a story: embedded engine, emulator, sixty people
	@$(BIN)/elastic-org demo

demo-migrate: $(READY)  ## a person and their data move between two organizations and two real Elasticsearch nodes (needs Java 17 and Maven)
	@$(BIN)/python -m tests.support.elasticsearch_node.demo_move

test: $(READY) lint  ## lint, types, import contract, whole coverage of what decides, then every test
	@echo "Every branch of what decides, by its own tests"
	@report="$$($(BIN)/python -m pytest tests/model tests/roster_file -n auto --cov=pulumi_elastic_org.model --cov=pulumi_elastic_org.roster_file --cov-fail-under=100)" || { echo "$$report"; exit 1; }
	$(BIN)/python -m pytest -n auto

check: $(READY) lint  ## what a change needs before a commit: lint, types, import contract, and the tests of everything that decides
	$(BIN)/python -m pytest -q -n auto tests/model tests/roster_file tests/apply tests/review tests/resources

bench: $(READY)  ## how fast it is, and beside what; writes docs/speed.md (about half an hour, on a quiet machine)
	@$(BIN)/python -m benchmarks

trust: $(READY)  ## a fault at every call, kills, two pipelines, changes by hand, bad input, load and soak; writes docs/trust.md (about half an hour)
	$(BIN)/python -m pytest -n auto -m trust
	@$(BIN)/python -m tests.trust $(ARGUMENTS)

simulate: $(READY)  ## the real lifecycle in a simulated world, seed after seed, five minutes long, or CALLS=1000000 for as many calls; a story that goes wrong is told as short as it gets
	@$(BIN)/python -m tests.simulation $(if $(CALLS),--calls $(CALLS)) $(ARGUMENTS)

audit: $(READY)  ## whether a dependency has a known vulnerability, where a service can be asked; ARGUMENTS=--required fails where it cannot
	@$(BIN)/python .ci/audit $(ARGUMENTS)

contract: $(READY)  ## docs/contract.md anew: which of Elastic's published operations are used, answered and validated
	@$(BIN)/python -m tests.contract

fidelity: $(READY)  ## docs/fidelity.md anew: how the emulator does beside recordings of Elastic Cloud
	@$(BIN)/python -m tests.fidelity

schema: $(READY)  ## the plugin's schema.json, what programs of every language see, and the tables of docs/reference anew
	@$(BIN)/python -m tests.plugin
	@$(BIN)/python -m docs.site.tables

docs: $(READY)  ## the documentation site, in build/site; reaches no network, fails on a broken link, writes docs/preview.svg and docs/reference anew
	@$(BIN)/python -m docs.site

release: $(READY)  ## wheel, sdist, SBOM and notes of what is committed, built twice and tried out, in build/release; TAG=v1.2.3 checks that it may be tagged
	@$(BIN)/python .ci/release $(TAG)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# A checkout makes pyproject.toml newer, also where its text stays: that text is what the environment was made of.
$(READY): pyproject.toml
	@[ "$$(cat $<)" = "$$(cat $@ 2>/dev/null)" ] || { \
		echo "Setting up $(VENV) (once; about a minute)" && \
		$(PYTHON) -m venv --clear $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'; }
	@# Pulumi's CLI looks for the environment beside Pulumi.yaml for a program, and beside the program for its dynamic providers.
	@ln -sfn ../../$(VENV) examples/quickstart/.venv
	@cat $< > $@

clean:
	rm -rf $(VENV)
