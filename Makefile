# What people and CI run. Each target builds .venv from the lock by itself; it needs only Python 3.11
# or newer, pip and make. PYTHON=python3.13 picks another interpreter, ARGS passes options on.
PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
# pip works on the environment from outside, so that the environment needs no pip of its own.
PIP_INSTALL = $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.PHONY: help demo run test lint types tests coverage drills bench docs install locks clean

help:
	@echo "make demo     the real bot in your browser, without any token (ARGS=--headless: in the terminal)"
	@echo "make run      connect to Discord (DISCORD_TOKEN in the environment or in .env)"
	@echo "make test     lint, types and tests"
	@echo "make drills   the slow tests, with real processes, and how much of the code the tests cover"
	@echo "make bench    measure it beside a bare discord.py bot (ARGS=--help: what can be chosen)"
	@echo "make docs     write docs/commands.md from the commands"
	@echo "make install  build .venv with every extra"

demo: $(VENV)/.complete
	@$(BIN)/python -m bot demo $(ARGS)

run: $(VENV)/.runtime
	@$(BIN)/python -m bot run

# Types and tests side by side: neither keeps a machine busy by itself.
test: lint
	@$(MAKE) --no-print-directory --output-sync=target -j2 types tests

lint: $(VENV)/.complete
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.complete
	$(BIN)/basedpyright

# Where Python may not keep what it compiled, each worker and each process that is tested compiles it all anew.
tests coverage drills: export PYTHONDONTWRITEBYTECODE =

tests: $(VENV)/.complete
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

# The tests once more, watched: that takes half as long again, so it is one of the drills.
coverage: $(VENV)/.complete
	@rm -f .coverage .coverage.*
	@# SQLAlchemy runs the database's code in greenlets, and watching those slows everything else down.
	$(BIN)/coverage run --concurrency=thread,greenlet -m pytest -q tests/storage
	$(BIN)/coverage run -m pytest -q -n 2 --dist worksteal --ignore=tests/storage
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	@# In full above; here once more what is missing of that which must not miss anything.
	$(BIN)/coverage report --include="$(WHOLLY_COVERED)" --fail-under=100

# What secrets, money and data depend on.
WHOLLY_COVERED := bot/api/*,bot/storage/*,bot/crypto.py,bot/keyfile.py,bot/settings.py,bot/signing.py,bot/spelling.py,bot/values.py,bot/vault.py,bot/connections/*,bot/hosts.py,bot/media.py,bot/redaction.py,bot/log.py

drills: coverage
	@# Side by side: most of them wait for other processes most of the time.
	$(BIN)/python -m pytest -m drill -n 2 --dist worksteal $(ARGS)
	@# Whatever keeps data, and what people do with it, once more on a PostgreSQL that is started for it. Without
	@# the paths it is the whole suite, which takes minutes.
	$(BIN)/python -m tests.on_postgresql -q -n 2 --dist worksteal $(ON_POSTGRESQL)

ON_POSTGRESQL := tests/storage tests/test_database_trouble.py $(addprefix tests/cogs/test_,setup.py access.py privacy.py making.py making_queue.py pixela_remind.py)

bench: $(VENV)/.complete
	@$(BIN)/python -m benchmarks $(ARGS)

# By way of another file, so that a command that fails leaves the manual as it was.
docs: $(VENV)/.complete
	@$(BIN)/python -m bot commands > docs/commands.md.new || { rm -f docs/commands.md.new; exit 1; }
	@mv docs/commands.md.new docs/commands.md

install: $(VENV)/.complete

# The locks hold for every Python from 3.11 on. uv is needed to make them, not to use them.
locks: $(VENV)/.complete
	$(PYTHON) -m pip --python $(BIN)/python install --quiet uv
	$(BIN)/uv $(LOCK) pyproject.toml -o requirements.lock
	$(BIN)/uv $(LOCK) --all-extras pyproject.toml -o requirements-dev.lock
	@# The container has what several workers need too; everything else as the others have it.
	$(BIN)/uv $(LOCK) --extra postgresql --extra scale --constraints requirements-dev.lock pyproject.toml -o requirements-container.lock

LOCK := pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header

clean:
	rm -rf $(VENV) bench.json .coverage .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with PYTHON=…"; exit 2; }
	@$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.runtime: requirements.lock | $(BIN)/python
	@echo "installing what the bot needs into $(VENV) …"
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

$(VENV)/.complete: requirements-dev.lock | $(BIN)/python
	@echo "installing what the bot, its demo and its tests need into $(VENV) …"
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime
