# The developer's day. Everything runs with the Python of the active environment.
PYTHON ?= python
AGENTS := .cache/agents
AGENT_PACKAGES := @anthropic-ai/claude-code@2.1.329 @openai/codex@0.169.0 @github/copilot@1.0.102 opencode-ai@1.18.33 \
  @google/gemini-cli@0.61.0 @qwen-code/qwen-code@0.15.10
AGENT_STAMP := $(AGENTS)/node_modules/.agents-$(subst /,-,$(subst @,,$(subst $() ,-,$(AGENT_PACKAGES))))

.PHONY: setup agents intercept native format lint types test bench demo

setup: ## install headroom with what its tests need
	$(PYTHON) -m pip install -e '.[test]'

agents: $(AGENT_STAMP) ## real agents from npm (1.5 GB), for tests/agents

$(AGENT_STAMP):
	@if ! command -v npm >/dev/null; then \
	  echo "npm is not installed: the tests that run real agents will be skipped"; \
	elif npm install --silent --no-fund --no-audit --prefix $(AGENTS) $(AGENT_PACKAGES); then touch $@; \
	else echo "npm could not fetch the agents: the tests of those that are not there will be skipped"; fi

INTERCEPT := .cache/intercept

intercept: $(INTERCEPT)/bin/mitmdump ## mitmproxy in an environment of its own (250 MB): its pins clash with the SDKs'

$(INTERCEPT)/bin/mitmdump:
	$(PYTHON) -m venv $(INTERCEPT)
	$(INTERCEPT)/bin/pip install --quiet -e '.[intercept]'

native: ## the compiled kernels, if there is a Rust toolchain
	@if command -v cargo >/dev/null; then \
	  $(PYTHON) -m pip install --quiet ./native || echo "native did not build: its tests will be skipped"; \
	else echo "cargo is not installed: the tests of the compiled kernels will be skipped"; fi

format: ## fix what can be fixed
	ruff check --fix .
	ruff format .

lint: ## look only
	ruff check .
	ruff format --check .

types: ## for each platform: a call that one does not have is a wrong type there
	mypy
	mypy --platform win32 --cache-dir .mypy_cache/win32
	mypy --platform darwin --cache-dir .mypy_cache/darwin

WITH_KERNELS := tests/native tests/core/kernels tests/core/dialects tests/core/test_spans.py tests/core/test_prefixes.py \
  tests/core/test_messages.py $(addprefix tests/laws/test_,byte_faithful.py prefix_purity.py never_worse.py repeats.py fail_open.py)

test: agents intercept native ## all tests with the readable kernels, then what uses kernels with the compiled ones
	HEADROOM_KERNELS=reference $(PYTHON) -m pytest -n auto --dist loadfile
	@if $(PYTHON) -c "import headroom_native" 2>/dev/null; then \
	  echo "== again with the compiled kernels"; $(PYTHON) -m pytest -q -n auto --dist loadfile $(WITH_KERNELS); fi

bench: ## every figure that the README names
	$(PYTHON) -m tests.bench.start
	$(PYTHON) -m tests.bench.install
	$(PYTHON) -m tests.bench.blocks
	$(PYTHON) -m tests.bench.proxy
	$(PYTHON) -m tests.bench.savings
	$(PYTHON) -m tests.bench.throughput
	$(PYTHON) -m tests.bench.bill
	$(PYTHON) -m tests.bench.streams
	$(PYTHON) -m tests.bench.soak
	$(PYTHON) -m tests.bench.shell
	$(PYTHON) -m tests.bench.perf
	$(PYTHON) -m tests.bench.learn
	$(PYTHON) -m tests.bench.toin

demo:
	headroom wrap demo
