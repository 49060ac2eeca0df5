"""Segments a second and time to the first label of the shipped classifier: python training/bench_labelling.py."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from rtwnlp.formats import read_transcripts
from rtwnlp.labelling.labeller import Labeller

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> None:
    """Label the corpus five times and start the command five times; print medians and ranges."""
    transcripts = read_transcripts(REPOSITORY / "training" / "corpora" / "reco-competence" / "transcripts")
    labeller = Labeller.from_pretrained(REPOSITORY / "models" / "reco-competence")
    rates, starts = [], []
    for _ in range(5):
        began = time.perf_counter()
        segments = sum(len(predictions) for predictions in labeller.label_transcripts(transcripts))
        rates.append(segments / (time.perf_counter() - began))
    code = "from rtwnlp.cli import main; main()"
    for _ in range(5):
        began = time.perf_counter()
        command = [sys.executable, "-c", code, "label", "-"]
        subprocess.run(command, input="Hon ringde.", text=True, check=True, stdout=subprocess.DEVNULL)
        starts.append(time.perf_counter() - began)
    for name, values, unit in (("labelling", rates, "segments/s"), ("start to first label", starts, "s")):
        print(f"{name}: median {statistics.median(values):.2f} {unit}, range {min(values):.2f}-{max(values):.2f}")


if __name__ == "__main__":
    main()
