"""Agreement of human coders on public Swedish data, beside what was published: python training/measure_agreement.py DIR.

DIR holds absabank-imm/ (SuperLim 2: train, dev and test.jsonl) and brighter/ (swe_per_coder.csv). The figures go to
training/benchmarks/agreement.json.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtwnlp.agreement import fleiss_kappa, gwet_ac1, krippendorff_alpha

OUT = Path(__file__).resolve().parent / "benchmarks" / "agreement.json"
SIXTEEN = (1, 6, 7, 8, 9, 10, 11)
"""The coders who share sixteen paragraphs."""


def main() -> None:
    """Compute, print and write the figures."""
    folder = Path(sys.argv[1])
    figures = {"absabank-imm, interval alpha": absabank(folder), "BRIGHTER, Swedish": brighter(folder)}
    OUT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(OUT.read_text(encoding="utf-8"))


def absabank(folder: Path) -> dict[str, float | int | None]:
    """Krippendorff's alpha over all paragraphs, and over those that seven coders all coded."""
    records = [
        json.loads(line)
        for name in ("train", "dev", "test")
        for line in (folder / "absabank-imm" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]
    data = np.array(
        [[np.nan if r.get(f"a{c}") is None else r[f"a{c}"] for r in records] for c in range(12)], dtype=float
    )
    all_seven = ~np.isnan(data[list(SIXTEEN)]).any(axis=0)
    return {
        "paragraphs": len(records),
        "all": krippendorff_alpha(data, level="interval"),
        "paragraphs that seven coders coded": int(all_seven.sum()),
        "those": krippendorff_alpha(data[list(SIXTEEN)][:, all_seven], level="interval"),
    }


def brighter(folder: Path) -> dict[str, dict[str, float | int | None]]:
    """Fleiss' kappa, and Gwet's AC1 beside it, of three coders for each emotion."""
    with (folder / "brighter" / "swe_per_coder.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    result: dict[str, dict[str, float | int | None]] = {}
    for emotion in sorted({row["emotion"] for row in rows}):
        codes: NDArray[np.float64] = np.array(
            [[float(row[f"Annotator-{c}"]) for row in rows if row["emotion"] == emotion] for c in (1, 2, 3)]
        )
        present = (codes > 0).astype(np.float64)
        table = np.stack([(present == k).sum(axis=0) for k in (0, 1)], axis=1)
        result[emotion] = {
            "texts": present.shape[1],
            "fleiss_kappa": fleiss_kappa(table),
            "gwet_ac1": gwet_ac1(present),
        }
    return result


if __name__ == "__main__":
    main()
