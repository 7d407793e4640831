# Everything starts from Python (3.11 or later), pip or ensurepip, and the network: no uv, no apt, no Docker.
# Each target makes what it needs; a second call finds it made and costs nothing.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The newest tested Python there is, unless PYTHON= names one.
PYTHON ?=
CANDIDATES := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
# Each process of the tests has a city and a CKAN of its own (1 GB): more of them want more memory.
JOBS ?= 2
NOT_OFF = $(filter-out 0 no false,$(1))

# Without compiled bytecode every Airflow process compiles Airflow again (3.8 CPU s instead of 1.5).
unexport PYTHONDONTWRITEBYTECODE
# A virtual environment of the caller's must not shadow ours.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_NO_PROGRESS := 1

.PHONY: messages compose help demo test e2e thorough airflow check wheel packages pin-images docs bench chaos lock setup hooks clean

help: ## this list
	@echo 'Usage: make <target> [VARIABLE=value]'
	@echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 } \
	  /^#:/ { sub(/^#: ?/, ""); printf "            %s\n", $$0 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## a city, a region and Airflow on this machine; publishes every dataset; Ctrl-C stops it
#: ONCE=1 stops by itself (exit 0 only if all was published), SCALE=50 for 10 million transactions
#: REGION=onegeo publishes to a OneGeo Suite, as DataSud runs today, through an outlet of the city's own
	@exec $(BIN)/python -m sandbox demo $(if $(call NOT_OFF,$(ONCE)),--once) $(if $(SCALE),--scale $(SCALE)) \
	  $(if $(REGION),--region $(REGION))

# An offset, not a time: a process that starts later must not find its parent's clock ahead of its own.
SHIFT_CLOCK = env LD_PRELOAD=$(firstword $(wildcard $(CURDIR)/$(VENV)/lib/python3*/site-packages/libfaketime/vendor/libfaketime/src/libfaketime.so.1)) \
  DONT_FAKE_MONOTONIC=1 FAKE_UTIME=1 FAKETIME=$(shell expr $$(date -ud '$(CLOCK)' +%s) - $$(date +%s) | sed '/^-/!s/^/+/')
RUN_TESTS = exec $(if $(CKAN),env AQUEDUC_SANDBOX_CKAN=$(CKAN)) $(if $(CLOCK),$(SHIFT_CLOCK)) $(BIN)/pytest --numprocesses $(JOBS) \
  --dist loadfile --no-loadscope-reorder

# As many processes as processors: each of them gains nothing by threads of its own. Those of a scheduler of the sandbox
# have them, and those of thorough.
test e2e: export AQUEDUC_THREADS = 1
test: $(READY) ## the tests, but the long ones of e2e, in two processes
#: ARGS='-k ckan -x' goes to pytest; JOBS=4 has four processes, JOBS=0 only this one (for --pdb)
#: CLOCK='2028-02-29 23:05' (UTC) runs them, and every server they start, as if it were then
#: CKAN=2.11 runs those of the publication, the record and the region, against that version
	@$(RUN_TESTS) -m 'not end_to_end and not thorough and not compose' $(if $(CKAN),tests/publish tests/record tests/sandbox/test_region.py) $(ARGS)

e2e: $(READY) ## the long ones: the demonstration, the scheduler, a kill before each write
	@$(RUN_TESTS) -m 'end_to_end and not thorough and not compose' $(if $(CKAN),tests/publish) $(ARGS)

thorough: export AQUEDUC_TESTS_THOROUGH = 1
thorough: $(READY) ## what has more cases than each change can wait for: before a release, and each week
#: and each property on all of its examples, of which the others try a third, or a tenth where each takes long
	@$(RUN_TESTS) -m '(thorough or hypothesis) and not compose' $(ARGS)

compose: $(READY) ## every container of docker-compose.yaml, built and started: a city is published, upgraded, lost, restored
#: wants Docker (make packages, on Debian); starts it where none runs and this is root; what passed is in build/compose.xml
	@exec $(BIN)/pytest -m compose --numprocesses 0 --verbose --junit-xml build/compose.xml tests/compose $(ARGS)

airflow: $(READY) ## the wheel beside each Airflow that it supports, as somebody installs it: before a release
#: the lowest and the highest patch of each minor, on the lowest and the highest Python of this machine (2 minutes each)
#: VERSIONS='3.1.4 3.4.0b2@2026-10-22' (a day: what PyPI had then) and PYTHONS='3.12' choose others
	@AQUEDUC_AIRFLOW_VERSIONS='$(or $(VERSIONS),all)' AQUEDUC_AIRFLOW_PYTHONS='$(PYTHONS)' \
	  $(BIN)/pytest --numprocesses 0 --verbose tests/airflow_versions $(ARGS)

packages: ## what the tests use of Debian's packages (.ci/packages.debian), as root: without one, its tests are skipped
	@.ci/install-packages

pin-images: ## pin the bases of the images by the digests that their registry gives (Docker Hub)
#: REGISTRY=http://127.0.0.1:5000 asks another one, which mirrors them; what gives no digest stays as it is, and is told
	@python3 .ci/pin-images $(if $(REGISTRY),--registry $(REGISTRY))

check: $(READY) ## format, lint, types, the laws of the house (who may import whom), the links of the documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(wildcard plugins dags docker sandbox benchmarks chaos)
	$(BIN)/lint-imports
	$(BIN)/zensical build --strict

wheel: $(READY) ## what a city installs, in dist/: it is not on PyPI
	$(BIN)/uv build --quiet --offline --wheel --out-dir dist
	@echo dist/*.whl

docs: $(READY) ## the documentation as a site, in build/docs (open index.html: it needs no server and no network)
#: SERVE=1 serves it too, and builds it again at each change
	@$(BIN)/zensical $(if $(call NOT_OFF,$(SERVE)),serve,build --strict)
	@echo 'file://$(CURDIR)/build/docs/index.html'

messages: $(READY) ## collect the French texts of plugins/ into the English catalogue, and compile it
#: what is left to translate is empty in plugins/aqueduc/locale/en/LC_MESSAGES/aqueduc.po: fill it in, then again
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --keyword _ --keyword N_ --keyword n_:1,2 --no-location --sort-output \
	  --output-file $(VENV)/aqueduc.pot plugins
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110 \
	  --locale en --domain aqueduc --input-file $(VENV)/aqueduc.pot --output-dir plugins/aqueduc/locale
	$(BIN)/pybabel --quiet compile --statistics --domain aqueduc --directory plugins/aqueduc/locale

bench: $(READY) ## the benchmarks, as a table
#: ONLY=anonymise (or validate, publish, parse…), RECORD=1 appends the table to docs/benchmarks.md
	@exec $(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(call NOT_OFF,$(RECORD)),--record)

chaos: $(READY) ## hundreds of runs under random faults (kills, cuts, full disks…), judged by a model of their own
#: SEED=7 draws the same faults again, RUNS=300 is how many runs must meet theirs, in two campaigns at once: one whose
#: store is on a disk, one whose store is a bucket
	@exec $(BIN)/python -m chaos --jobs 2 $(if $(SEED),--seed $(SEED)) $(if $(RUNS),--runs $(RUNS))

lock: $(READY) ## resolve pyproject.toml and requirements.txt into requirements.lock
#: ARGS=--upgrade takes the newest versions that the bounds allow
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command 'make lock' $(ARGS) --extra airflow --extra amazon --extra celery --extra git --extra hashicorp --extra kubernetes --extra mssql --extra mysql --extra openlineage --extra oracle --extra s3 --extra sftp \
	  pyproject.toml requirements.txt --output-file requirements.lock

setup: $(READY) ## only .venv, with the command aqueduc in it
#: PYTHON=python3.11 chooses the Python (and remakes .venv if it has another)

hooks: $(READY) ## run the checks at each git commit
	$(BIN)/pre-commit install

clean: ## stop the sandbox, then remove .venv, .sandbox and the caches
	@if [ -d .sandbox ] && [ -x $(BIN)/python ]; then $(BIN)/python -m sandbox down; fi
	rm -rf $(VENV) .sandbox .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------------------------------------- the environment

# uv installs everything else; it comes itself from the lock, at its version and hashes, by pip.
# --without-pip, because Debian's Python may lack ensurepip: a pip of the machine can install into .venv.
define make_venv
set -eu
for candidate in $(CANDIDATES); do
  if "$$candidate" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$$candidate; break
  fi
done
if [ -z "$${python:-}" ]; then
  echo 'Aqueduc needs Python 3.11 or later; tried: $(CANDIDATES). Name one with make PYTHON=/path/to/python3.' >&2
  exit 1
fi
version='import sys; print(sys.version_info[:2])'
if [ -d $(VENV) ] && ! $(BIN)/python -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
  rm -rf $(VENV)
elif [ -d $(VENV) ] && [ -n '$(PYTHON)' ] && [ "$$($(BIN)/python -c "$$version")" != "$$("$$python" -c "$$version")" ]; then
  rm -rf $(VENV)
fi
if [ ! -x $(BIN)/python ]; then
  echo "Making $(VENV) with $$("$$python" --version)"
  "$$python" -m venv --without-pip $(VENV)
fi
if [ ! -x $(BIN)/uv ]; then
  sed -n '/^uv==/,/^ *#/p' requirements.lock > $(VENV)/uv.txt
  if "$$python" -m pip --version >/dev/null 2>&1; then
    "$$python" -m pip --python $(BIN)/python install --quiet --no-deps --require-hashes -r $(VENV)/uv.txt
  elif $(BIN)/python -m ensurepip >/dev/null 2>&1; then
    $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(VENV)/uv.txt
  else
    echo "$$python has neither pip nor ensurepip: install python3-pip or python3-venv (Debian, Ubuntu), then try again." >&2
    exit 1
  fi
fi
$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
touch $(READY)
endef
export make_venv

$(READY): requirements.lock pyproject.toml
	@sh -c "$$make_venv"

# An explicit PYTHON= that differs from the one in .venv remakes it.
ifneq ($(PYTHON),)
.PHONY: python_wanted
$(READY): python_wanted
python_wanted:
endif
