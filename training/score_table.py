"""Print the README's table of a bundle's cross-validated scores: python training/score_table.py [BUNDLE]."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> None:
    """Read bundle.json and print its cross-validation as Markdown."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "models" / "reco-competence"
    bundle = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    print(score_table(bundle["scores"]["cross_validation"]))


def score_table(result: dict[str, Any]) -> str:
    """F1 and kappa for each theme, over all segments and for each language; mean ± standard deviation over folds."""
    names = [name for name, value in result.items() if isinstance(value, dict)]
    lines = ["| theme | " + " | ".join(f"F1, {name} | kappa, {name}" for name in names) + " |"]
    lines.append("| --- |" + " --- | --- |" * len(names))
    for theme in result[names[0]]["themes"]:
        figures = [_figure(result[name]["themes"][theme][key]) for name in names for key in ("f1", "kappa")]
        lines.append(f"| {theme} | " + " | ".join(figures) + " |")
    for title, key in (("mean of the themes", "macro_f1_themes"), ("polarity right", "polarity_right")):
        lines.append(f"| *{title}* | " + " | ".join(f"{_figure(result[name][key])} | " for name in names) + " |")
    return "\n".join(lines)


def _figure(value: list[float | None] | None) -> str:
    if value is None or value[0] is None:
        return "–"
    return f"{value[0]:.2f}" if value[1] is None else f"{value[0]:.2f} ± {value[1]:.2f}"


if __name__ == "__main__":
    main()
