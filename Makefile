# The one way to do each thing. `make help` lists them.
SHELL := /bin/sh
python := .venv/bin/python
export FLASK_APP := wsgi

.DEFAULT_GOAL := help
.PHONY: help run test check format lint bench faults screenshots lock migration clean \
	environment development

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

run: environment ## Start shop and pretend Stripe (PORT=5000 SANDBOX_PORT=12111)
	@exec $(python) bin/run.py

test: development ## Run all tests; ARGS="tests/store -k cart" runs some
	@$(python) -m tests $(ARGS)

check: lint test ## Everything that must be right before a change is pushed

lint: development ## Style, types, imports, templates; no tests
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy
	@.venv/bin/lint-imports --no-cache
	@$(python) -m djlint templates --lint --quiet
	@$(python) bin/lint_templates.py

format: development ## Mend what can be mended
	@$(python) -m ruff check --fix-only --quiet .
	@$(python) -m ruff format .

bench: development ## Measure speed against its goals, in one run
	@$(python) -m tests.bench $(ARGS)

faults: development ## The full drills: kills, lost answers, every order of events
	@$(python) -m tests tests/faults -m "drill or not drill" $(ARGS)

screenshots: development ## Take the pictures in the README again
	@$(python) -m tests.screenshots

lock: development ## Choose versions anew from pyproject.toml
	@$(python) -m pip install --quiet uv
	@.venv/bin/uv pip compile pyproject.toml $(lock) --output-file requirements.txt
	@.venv/bin/uv pip compile pyproject.toml --extra dev --constraint requirements.txt \
		$(lock) --output-file requirements-dev.txt
lock = --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

migration: environment ## Write a migration for changed models: make migration m="why"
	@mkdir -p var && rm -f var/migration.db
	@$(python) -m flask db upgrade
	@$(python) -m flask db migrate --message "$(m)"
	@rm -f var/migration.db*
migration: export DATABASE_URL = sqlite:///var/migration.db
migration: export LOG_LEVEL = WARNING

clean: ## Remove the environment and caches; the shop's data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find app bin sandbox tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@bin/setup requirements.txt

development:
	@bin/setup requirements-dev.txt
