"""Imports run downward only, and the library's door loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "rtwnlp"
LAYERS = [
    {"errors", "codebook", "transcript", "coding"},
    {"alignment", "segmenting", "language", "formats", "agreement"},
    {"evaluation", "labelling"},
    {"training"},
    {"cli", "spacy_component", "cli_convert", "cli_evaluation", "cli_study", "terminal", "terminal_evaluation"},
]
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def imported_parts(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("rtwnlp.")} & HEIGHT.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_run_downward(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    above = {part for part in imported_parts(path) if HEIGHT[part] > HEIGHT[own]}
    assert not above, f"{own} imports {above} from above it"


def test_import_loads_nothing_heavy() -> None:
    script = "import sys, rtwnlp; print(*sorted({'torch', 'transformers', 'spacy', 'onnxruntime'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_no_file_is_too_long() -> None:
    long = [p.name for p in PACKAGE.rglob("*.py") if len(p.read_text(encoding="utf-8").splitlines()) > 420]
    assert not long
