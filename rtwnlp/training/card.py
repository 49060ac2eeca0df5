"""The model card: README.md of a bundle, in the hub's form, made from bundle.json alone."""

from __future__ import annotations

from typing import Any

from rtwnlp.codebook import Codebook


def model_card(description: dict[str, Any], book: Codebook) -> str:
    """The card's text.

    Args:
        description: What bundle.json holds.
        book: The codebook.
    """
    data = description["data"]
    kind = description["corpus_kind"]
    lines = [
        "---",
        "license: apache-2.0",
        f"language: [{', '.join(book.languages)}]",
        "library_name: rtwnlp",
        "pipeline_tag: text-classification",
        "---",
        "",
        f"# {description['name']} {description['version']}",
        "",
        f"Codes each sentence of an interview by the codebook **{book.id}** {book.version} ({book.source.strip()})",
        "",
        f"Trained on {data['documents']} documents of {data['participants']} participants, {data['segments']} sentences, "
        f"with codes of kind **{kind}**, from the encoder `{description['base']}`, seed {description['seed']}.",
        "",
    ]
    if "synthetic" in kind:
        lines += [
            "**The interviews and their codes were written by language models.** Every score below says how well the "
            "classifier agrees with such codes on such interviews, not with people on real ones. Code a sample of your own "
            "by hand and compare before you rely on it.",
            "",
        ]
    scores = description["scores"]
    if "cross_validation" in scores:
        result = scores["cross_validation"]
        lines += [
            f"## Scores: {result['folds']}-fold cross-validation by participant, mean ± standard deviation over folds",
            "",
            *_table({k: v for k, v in result.items() if isinstance(v, dict)}),
        ]
    lines += [
        "## Scores on the held-out participants (thresholds and calibration were chosen on them: flattered)",
        "",
        *_table(scores["held_out"]),
        "## Use and limits",
        "",
        "For a first coding that a person checks, and for counts that are corrected by a hand-coded sample. Not for "
        "decisions about a patient or a coordinator. What an interviewer says is never coded. Other languages than "
        "Swedish and English, other services than rehabilitation coordination, and written text were not tried.",
        "",
    ]
    return "\n".join(lines)


def _table(tables: dict[str, Any]) -> list[str]:
    names = list(tables)
    lines = ["| | " + " | ".join(f"{name}: F1 | kappa" for name in names) + " |"]
    lines.append("| --- |" + " --- | --- |" * len(names))
    for theme in tables[names[0]]["themes"]:
        cells = [
            f"{_figure(tables[n]['themes'][theme]['f1'])} | {_figure(tables[n]['themes'][theme]['kappa'])}"
            for n in names
        ]
        lines.append(f"| {theme} | " + " | ".join(cells) + " |")
    lines.append(
        "| **macro over themes** | " + " | ".join(f"{_figure(tables[n]['macro_f1_themes'])} | " for n in names) + " |"
    )
    lines.append("| polarity right | " + " | ".join(f"{_figure(tables[n]['polarity_right'])} | " for n in names) + " |")
    return [*lines, ""]


def _figure(value: float | list[float | None] | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        middle, spread = value
        return f"{middle:.2f}" if spread is None else f"{middle:.2f} ± {spread:.2f}"
    return f"{value:.2f}"
