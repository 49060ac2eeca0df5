"""The figures of training/corpora/README.md: python training/corpus_figures.py."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

from marked import KEYWORDS, spoken, word_runs

from rtwnlp import Codebook, read_codings, read_transcripts
from rtwnlp.segmenting import segment
from rtwnlp.transcript import Role

CORPUS = Path(__file__).resolve().parent / "corpora" / "reco-competence"


def main() -> None:
    """Print the tables."""
    texts = read_transcripts(CORPUS / "transcripts")
    codings = {c.document: c for c in read_codings(CORPUS / "codes.csv", transcripts=texts)}
    with (CORPUS / "near_misses.csv").open(encoding="utf-8", newline="") as file:
        misses = Counter(row["document"] for row in csv.DictReader(file))
    with (CORPUS / "split.csv").open(encoding="utf-8", newline="") as file:
        split = {row["document"]: row["split"] for row in csv.DictReader(file)}
    print("| | interviews (train, dev, test) | sentences | coded | two themes, of coded | near misses, of uncoded |")
    print("| --- | --- | --- | --- | --- | --- |")
    codes: Counter[tuple[str, str, str]] = Counter()
    telling: Counter[str] = Counter()
    for language in ("en", "sv"):
        mine = [t for t in texts if f"-{language}-" in t.document]
        said = sum(s.role is Role.PARTICIPANT for t in mine for s in segment(t))
        places = [Counter((s.start, s.end) for s in codings[t.document].spans) for t in mine]
        coded, two = sum(map(len, places)), sum(n > 1 for found in places for n in found.values())
        near = sum(misses[t.document] for t in mine)
        parts = Counter(split[t.document] for t in mine)
        print(
            f"| {language} | {len(mine)} ({parts['train']}, {parts['dev']}, {parts['test']}) | {said} | "
            f"{coded} ({coded / said:.0%}) | {two / coded:.0%} | {near / (said - coded):.0%} |"
        )
        for t in mine:
            for span in codings[t.document].spans:
                codes[language, span.theme, span.polarity] += 1
                telling[span.theme] += bool(
                    re.search(KEYWORDS[span.theme], t.text[span.start : span.end], re.IGNORECASE)
                )
    print("\n| code | en | sv | with the theme's own words |\n| --- | --- | --- | --- |")
    for theme, polarity in Codebook.load("reco-competence").codes:
        every = sum(n for (_, t, _), n in codes.items() if t == theme)
        share = f"{telling[theme] / every:.0%}" if polarity == "shown" else ""
        print(f"| {theme} {polarity} | {codes['en', theme, polarity]} | {codes['sv', theme, polarity]} | {share} |")
    runs = {t.document: word_runs(spoken(t)) for t in texts}
    shared = sum(len(runs[a] & runs[b]) for a, b in combinations(runs, 2))
    print(f"\nRuns of six words that two interviews share: {shared} of {sum(map(len, runs.values()))}.")


if __name__ == "__main__":
    main()
