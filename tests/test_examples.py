"""Every script in examples/ runs, and says something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SAYS = {
    "dataset": "professionalism-trust/lacking",
    "evaluate_codes": "report.html",
    "how_much_of_a_theme": "put right",
    "label_interviews": "labelled: interview-en, interview-sv",
    "qda_project": "interview-sv: 13 codes by example coder (synthetic)",
    "scikit_learn": "macro-F1",
    "spacy_pipeline": ": Hon skickade papperen",
    "spreadsheet": "Anna: persistence-flexibility lacking: Ja, kl. 9.30",
    "transformers_pipeline": "She sent the papers",
}


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_runs(script: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "2"},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert SAYS[script.stem] in done.stdout
