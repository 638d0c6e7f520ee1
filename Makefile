# Needs Python 3.11+, git and make; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PROOF := $(VENV)/.proof
DOCS := $(VENV)/.docs

.PHONY: help run test docs faults image mutants soak proof screenshots lint format bench clean

help:
	@echo "make run     a first issue from sample papers, in sample/; later one from your own pages in inbox/"
	@echo "make test    all tests"
	@echo "make docs    the documentation, into docs/_build/index.html, and the manual page"
	@echo "make proof   the output in a real browser, in real feed readers, and before checkers of its formats"
	@echo "             DATA=folder adds real papers, which stay where they are"
	@echo "make screenshots  the pictures of the README anew"
	@echo "make faults  the kernel fails at every kind of step of a run; needs root, strace and iproute2"
	@echo "make image   builds the container image and runs it; needs root, buildah and debootstrap"
	@echo "make mutants plants faults in the code, one after the other, and sees that tests catch each"
	@echo "make soak    the long forms of both: every fault at every step, ten years, the real clock;"
	@echo "             SHORT=1 leaves out those that take more than a minute or two;"
	@echo "             DATA=folder lets the fuzzer change the files of a folder as well"
	@echo "make lint    format, lint and types, as CI checks them"
	@echo "make format  mend what the first two can mend"
	@echo "make bench   costs, as ratios with their targets beside them; DATA=folder adds what order is worth,"
	@echo "             MONTH=1 a month of a thousand papers a day, which takes minutes"
	@echo "make clean   remove what make run and the tools left, .venv too"

# What lies in inbox/ is published into output/. In a new clone sample papers are, in a folder of
# their own. 3: done, something was rejected; 4: done, nothing new for long. Neither is make's failure.
run: $(READY)
	@folder=.; \
	if [ -z "$$(ls inbox 2>/dev/null)" ] && [ ! -e state ]; then \
	  folder=sample; $(BIN)/digest -q init --sample sample && \
	  echo "Nothing lies in inbox/, so these are sample papers, in sample/inbox/:"; fi && \
	$(BIN)/digest --root $$folder run || case $$? in 3 | 4) ;; *) exit 1 ;; esac

test: $(READY)
	@$(BIN)/python -m pytest -q -n auto --dist worksteal $(ARGS)

docs: $(DOCS)
	@$(BIN)/python docs/generate.py
	@$(BIN)/sphinx-build -qaE -nW --keep-going docs docs/_build
	@$(BIN)/sphinx-build -qaE -nW -b man -c docs -D root_doc=digest docs/_build/manual docs/_build/man
	@echo "Open docs/_build/index.html. The manual page is docs/_build/man/digest.1."

faults: $(READY)
	@for tool in strace ip; do command -v $$tool >/dev/null || { \
	  echo "This needs $$tool; on Debian and Ubuntu: apt install strace iproute2" >&2; exit 1; }; done
	@$(BIN)/python -m pytest -q -n auto -m "faults and not soak" $(ARGS)

image: $(READY)
	@for needed in buildah debootstrap; do command -v $$needed >/dev/null || { \
	  echo "This needs $$needed; on Debian and Ubuntu: apt install $$needed" >&2; exit 1; }; done
	@$(BIN)/python -m pytest -q -m image $(ARGS)

mutants: $(READY)
	@$(BIN)/python -m tests.support.mutants $(ARGS)

soak: $(READY)
	@$(BIN)/python -m pytest -q $(if $(SHORT),-n auto -m "soak and not long",-m soak) $(if $(DATA),--seeds $(DATA)) $(ARGS)

proof: $(PROOF)
	@$(BIN)/python -m pytest -q -m proof tests/proof $(if $(DATA),--data $(DATA)) $(ARGS)

screenshots: $(PROOF)
	@$(BIN)/python -m tests.proof.screenshots

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(READY)
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: $(READY)
	@$(BIN)/python -m benchmarks.bench $(if $(MONTH),--month) $(DATA)

clean:
	@rm -rf $(VENV) .venv-* sample docs/_build tests/proof/node_modules build dist .coverage htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find digest docs tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@find output -mindepth 1 ! -name .gitignore -delete
	@echo "Kept: inbox/ and state/ (delete them yourself to start over)."

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Papers Digest needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V 2>/dev/null || echo missing)." >&2; \
	  echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up $(VENV) (once, about half a minute) ..."
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@# The lock is the whole closure: nothing is left to resolve, so no later release can break it.
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DOCS): $(READY) docs/requirements.lock
	@echo "Setting up what only the documentation needs (once, a few seconds) ..."
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r docs/requirements.lock
	@touch $@

$(PROOF): $(READY) $(addprefix tests/proof/,programs requirements.lock package.json package-lock.json)
	@tests/proof/programs
	@echo "Setting up what only the proofs need (once, about a quarter of a minute) ..."
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r tests/proof/requirements.lock
	@cd tests/proof && npm ci --loglevel=error --no-fund --no-audit --ignore-scripts >/dev/null
	@touch $@
