# Shipslog: `make run` opens the app, `make test` runs every check. Both set up what they need.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# What Qt needs of the system, also without a display.
QT_PACKAGES = libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 \
	libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 \
	libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 fonts-dejavu-core
# A window without a screen, what engines for the tests are made with and a way to them, what keeps
# services, and what tells what a process asks of the kernel and makes it fail.
TEST_PACKAGES = xvfb xdotool mmdebstrap debian-archive-keyring openssh-client openssh-server \
	systemd strace

.PHONY: run test long faults quick bench sample clean

run: $(VENV)/.run-ready
	@$(BIN)/shipslog; code=$$?; \
	if [ $$code -ne 0 ]; then \
	  echo "Without the window everything is on the command line: $(BIN)/shipslog --help"; fi

test: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/python -m pytest -m "not long"

# Minutes on each engine: compose projects, recreated containers, the evidence table.
long: $(VENV)/.test-ready
	$(BIN)/python -m pytest -m long

# Every fault as often as docs/reliability.md tells, and its table.
faults: $(VENV)/.test-ready
	$(BIN)/python -m pytest tests/faults --whole

# Without real engines: for the minute between two commits.
quick: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not engines and not long"

bench: $(VENV)/.test-ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[bench]"
	$(BIN)/python -m tests.benchmarks

sample: $(VENV)/.test-ready
	$(BIN)/python -m tests.sample

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/.run-ready: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(call need,$(QT_PACKAGES))
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test-ready: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(call need,$(QT_PACKAGES) $(TEST_PACKAGES))
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test]"
	@touch $@ $(VENV)/.run-ready

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Shipslog needs Python 3.11 or newer; name one: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(call need,python3-venv); }
	$(PYTHON) -m venv $(VENV)

# Installs what is missing of the named Debian packages as root, else says in one line how to.
# The tests start an ssh server of their own; the machine's must not start because of them, for
# which Debian has a file.
define need
if command -v dpkg-query >/dev/null; then \
  missing=""; \
  for package in $(1); do \
    dpkg-query --show --showformat='$${db:Status-Abbrev}' $$package 2>/dev/null | grep -q '^ii' || \
    dpkg-query --show --showformat='$${db:Status-Abbrev}' $${package}t64 2>/dev/null | grep -q '^ii' || \
    missing="$$missing $$package"; \
  done; \
  if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ]; then \
    echo "Installing:$$missing"; \
    case "$$missing" in *openssh-server*) \
      mkdir -p /etc/ssh && touch /etc/ssh/sshd_not_to_be_run;; esac; \
    { apt-get update -qq && \
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; } \
      >/dev/null || { echo "apt-get could not install:$$missing"; exit 1; }; \
  elif [ -n "$$missing" ]; then \
    echo "Missing; install them with: sudo apt-get install$$missing"; \
  fi; \
fi
endef
