PYTHON ?= python3
SAMPLES = examples/interview-sv.txt examples/interview-en.txt

.PHONY: demo test lint bench clean

# Label a Swedish and an English interview with the plain package: on the screen, then as files.
demo: .venv/.plain
	.venv/bin/rtwnlp label $(SAMPLES)
	.venv/bin/rtwnlp label $(SAMPLES) --out build/demo --format jsonl,csv,parquet,qdpx,html

test: .venv-dev/.dev
	.venv-dev/bin/python -m pytest -q

lint: .venv-dev/.dev
	.venv-dev/bin/ruff check .
	.venv-dev/bin/ruff format --check .
	.venv-dev/bin/mypy rtwnlp

bench: .venv-dev/.dev
	.venv-dev/bin/python training/bench_labelling.py

# The plain install is a copy, so it is made again whenever a source or a model changes.
.venv/.plain: pyproject.toml constraints.txt $(shell find rtwnlp models -type f -not -name '*.pyc')
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet -c constraints.txt .
	touch $@

.venv-dev/.dev: pyproject.toml constraints.txt
	test -x .venv-dev/bin/python || $(PYTHON) -m venv .venv-dev
	.venv-dev/bin/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf .venv .venv-dev build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find rtwnlp tests training -type d -name __pycache__ -prune -exec rm -rf {} +
