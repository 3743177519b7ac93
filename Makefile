# Everything a contributor types. `make help` lists it.
.POSIX:
.PHONY: help serve environment test sqlalchemy-suite bench chaos check check-recall format lock clean

# A Python and a line of SQLAlchemy other than the default ones have an environment of their own:
#   make test PYTHON=python3.13 SQLALCHEMY=2.0
PYTHON ?=
SQLALCHEMY ?=
VENV = $(if $(PYTHON)$(SQLALCHEMY),.venvs/$(or $(notdir $(PYTHON)),python)$(SQLALCHEMY:%=-sqlalchemy%),.venv)
# Arguments of pytest, of the chaos, of the benchmarks and of the checker's mutants:
#   make test ARGS="-k savepoint --engine asyncpg"
#   make chaos ARGS="--engine psycopg --kills 50 --restarts 10 --soak 600"
#   make bench ARGS="--quick --only one,fifty --engine asyncpg"
#   make check-recall CORPUS=../corpus/src ARGS="--each 14 --only TB101 --report missed.md"
ARGS =
COVERAGE = $(if $(ARGS),,--cov --cov-report=term-missing:skip-covered)
ENVIRONMENT = PYTHON="$(PYTHON)" SQLALCHEMY="$(SQLALCHEMY)" sh tools/environment.sh "$(VENV)"
# Temporary files of tests stay in the project. A server's socket has a path of its own, since a
# project's path may be too long for one.
INSIDE = PYTEST_DEBUG_TEMPROOT="$$PWD/.cache/tmp"

help:
	@echo "make serve   start the shop on SQLite with data in it, and print its addresses"
	@echo "make test    run every test, on SQLite, PostgreSQL and MariaDB"
	@echo "make bench   measure reads and writes side by side with what else there is; writes docs/bench.*"
	@echo "make chaos   break connections, servers and disks under load, and count what that costs"
	@echo "make sqlalchemy-suite  run SQLAlchemy's asyncio tests with its own session and with taskbound's"
	@echo "make environment  set up what the tests and the gates need, and no more"
	@echo "make check   lint, types, import contracts"
	@echo "make check-recall  how many defects put into the packages of CORPUS=folder the checker finds"
	@echo "make format  format the code and mend what ruff can mend"
	@echo "make lock    write requirements/*.txt anew (needs uv)"
	@echo "make clean   remove what the other targets have made"
	@echo "Variables: PYTHON, SQLALCHEMY=2.0, ARGS (of pytest, of bench, or of chaos)"

serve:
	@$(ENVIRONMENT) serve
	@exec "$(VENV)/bin/shop" serve

environment:
	@$(ENVIRONMENT) dev

test:
	@$(ENVIRONMENT) dev
	@mkdir -p .cache/tmp
	@$(INSIDE) "$(VENV)/bin/python" -m pytest $(COVERAGE) $(ARGS)

sqlalchemy-suite:
	@$(ENVIRONMENT) dev
	@mkdir -p .cache/tmp
	@"$(VENV)/bin/python" -m tests.compatibility $(ARGS)

bench:
	@PYTHON="$(PYTHON)" sh tools/environment.sh .venvs/bench bench
	@mkdir -p .cache/tmp
	@.venvs/bench/bin/python -m bench $(ARGS)

chaos:
	@$(ENVIRONMENT) dev
	@mkdir -p .cache/tmp
	@"$(VENV)/bin/python" -m tests.chaos $(ARGS)

check-recall:
	@$(ENVIRONMENT) dev
	@"$(VENV)/bin/python" -m tests.check.mutants "$(CORPUS)" $(ARGS)

check:
	@$(ENVIRONMENT) dev
	"$(VENV)/bin/ruff" check .
	"$(VENV)/bin/ruff" format --check .
	"$(VENV)/bin/mypy"
	PATH="$$PWD/$(VENV)/bin:$$PATH" basedpyright --verifytypes taskbound --ignoreexternal
	"$(VENV)/bin/lint-imports"
	"$(VENV)/bin/taskbound" check src
	"$(VENV)/bin/taskbound" check examples

format:
	@$(ENVIRONMENT) dev
	"$(VENV)/bin/ruff" check --fix .
	"$(VENV)/bin/ruff" format .

lock:
	sh tools/lock.sh

clean:
	rm -rf .venv .venvs .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
		.coverage .coverage.* dist var
