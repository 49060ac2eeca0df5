"""Interviews as their authors write them, with the codes in the text: check them, list them for a blind coder, take them in.

A mark stands behind a participant's sentence: {cc+}, {cc+ ea-}, {nm} for a near miss; no mark says no code. See
training/corpora/BRIEF.md.

    python training/marked.py check FILE.marked ...
    python training/marked.py blind FILE ...            # numbered sentences without codes, for the second coder
    python training/marked.py take-in CORPUS FILE.marked ...
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rtwnlp import parse_text
from rtwnlp.formats.codings import COLUMNS
from rtwnlp.formats.rows import write_rows
from rtwnlp.formats.text import write_text
from rtwnlp.segmenting import segment
from rtwnlp.transcript import Role, Segment, Transcript

CORPORA = Path(__file__).resolve().parent / "corpora"
THEMES = {
    "cc": "communication-coordination",
    "ag": "advice-guidance",
    "ea": "engagement-advocacy",
    "pf": "persistence-flexibility",
    "et": "empathy-therapy",
    "pt": "professionalism-trust",
    "gov": "process-governance",
    "col": "person-centred-collaboration",
    "res": "resources-needs",
}
SIGNS = {
    "reco": {"+": "shown", "-": "lacking"},
    "srp": {"+": "opportunity", "-": "challenge"},
}
# Words that give a theme away; a corpus that leans on them teaches nothing else.
KEYWORDS = {
    "communication-coordination": r"koordiner|samordn|communicat|coordinat(e|ing|ion)\b|överblick|overview|planer|organi[sz]",
    "advice-guidance": r"\bråd(et|en|gav|ge)?\b|\badvi[cs]e|vägled|guid(e|ance)|\btips",
    "engagement-advocacy": r"engager|engaged|på min sida|on my side|uppmuntra|encourag|\bpepp|advoca|stöttade|supported me",
    "persistence-flexibility": r"gav (sig )?(inte|aldrig) upp|ger? inte upp|g[ai]ve up|uthållig|persist|flexib|tillgänglig",
    "empathy-therapy": r"lyssn|listen|empati|empath|\blugn|calm|lätt att prata|easy to talk|förstående|understanding|judg",
    "professionalism-trust": r"profession|kunnig|knowledgeab|påläst|tystnadsplikt|confidential|förtroende|\btrust|lita på|kompet",
}
_MARK = re.compile(r"[ ]?\{([^{}\n]*)\}")
NEAR_MISS = "nm"
LONG_ENOUGH = 4
"""Words from which on a sentence must not occur twice; "Yes, exactly." may."""


@dataclass(frozen=True)
class Marked:
    """One interview with the codes that its author gave.

    Attributes:
        transcript: Without the marks.
        segments: Its sentences, the interviewer's too.
        marks: For each marked sentence's index what its mark holds.
        problems: What is wrong with it, in words.
    """

    transcript: Transcript
    segments: list[Segment]
    marks: dict[int, list[str]]
    problems: list[str]

    @property
    def said(self) -> list[Segment]:
        """The participants' sentences."""
        return [s for s in self.segments if s.role is Role.PARTICIPANT]

    def codes(self, s: Segment) -> list[tuple[str, str]]:
        """The codes of a sentence."""
        signs = SIGNS[self.transcript.document.split("-")[0]]
        return [(THEMES[m[:-1]], signs[m[-1]]) for m in self.marks.get(s.index, []) if m != NEAR_MISS]

    def is_near_miss(self, s: Segment) -> bool:
        """Whether the sentence looks codable and is not."""
        return self.marks.get(s.index) == [NEAR_MISS]


def read_marked(path: Path) -> Marked:
    """Read a file of the author's, and say what is wrong with its marks."""
    raw = path.read_text(encoding="utf-8").strip() + "\n"
    text, places = "", []
    last = 0
    for match in _MARK.finditer(raw):
        text += raw[last : match.start()]
        places.append((len(text), match[1].split(), raw.count("\n", 0, match.start()) + 1))
        last = match.end()
    text += raw[last:]
    transcript = parse_text(text, document=path.stem)
    segments = segment(transcript)
    kind = path.stem.split("-")[0]
    allowed = {t + s for t in THEMES for s in "+-" if (len(t) == 3) == (kind == "srp")} | {NEAR_MISS}
    marks: dict[int, list[str]] = {}
    problems = []
    for at, tokens, line in places:
        here = next((s for s in segments if s.start < at <= s.end), None)
        themes = [token[:-1] for token in tokens]
        if here is None or here.role is not Role.PARTICIPANT:
            problems.append(f"line {line}: the mark stands behind no participant's sentence")
        elif here.end != at:
            problems.append(f"line {line}: the mark stands inside what is one sentence: {here.text[:120]!r}")
        elif here.index in marks:
            problems.append(f"line {line}: two marks on one sentence")
        elif not tokens or set(tokens) - allowed or len(set(themes)) < len(themes) or NEAR_MISS in tokens[1:]:
            problems.append(f"line {line}: the mark {' '.join(tokens)!r} is unknown, empty or says a theme twice")
        else:
            marks[here.index] = tokens
    return Marked(transcript, segments, marks, problems)


def word_runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
    """Every run of so many words."""
    words = re.findall(r"[\w']+", text.lower())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def spoken(transcript: Transcript) -> str:
    """What is said, without labels."""
    return "\n".join(transcript.text[turn.start : turn.end] for turn in transcript.turns)


def _taken(but: str) -> Iterator[tuple[str, str]]:
    for path in sorted(CORPORA.glob("*/transcripts/*.txt")):
        if path.stem != but:
            yield path.stem, path.read_text(encoding="utf-8")


def check(path: Path, others: Iterable[Path] = ()) -> list[str]:
    """Print figures of an interview; returns what must be mended."""
    marked = read_marked(path)
    problems = list(marked.problems)
    said = marked.said
    coded = [s for s in said if marked.codes(s)]
    near = sum(marked.is_near_miss(s) for s in said)
    counts = Counter(" ".join(code) for s in coded for code in marked.codes(s))
    share = len(coded) / max(1, len(said))
    print(f"{path.stem}: {len(said)} sentences, {share:.0%} coded, {near} near misses; {dict(sorted(counts.items()))}")
    if not 0.38 <= share <= 0.60:
        problems.append("the share of coded sentences should be 40 to 58 %")
    if near < 0.25 * (len(said) - len(coded)):
        problems.append("less than a quarter of the uncoded sentences are near misses")
    telling = [
        s.text for s in coded for t, _ in marked.codes(s) if t in KEYWORDS and re.search(KEYWORDS[t], s.text, re.I)
    ]
    if len(telling) > 0.15 * sum(counts.values()):
        problems.append(f"too many codes hold their theme's own words: {telling[:5]}")
    often = Counter(s.text.lower() for s in said if len(s.text.split()) >= LONG_ENOUGH)
    problems += [f"the sentence occurs {n} times: {text!r}" for text, n in often.items() if n > 1]
    mine = word_runs(spoken(marked.transcript))
    known = [*_taken(path.stem), *((o.stem, spoken(read_marked(o).transcript)) for o in others if o.stem != path.stem)]
    for name, text in known:
        shared = mine & word_runs(text)
        if shared:
            problems.append(f"six words in a row are in {name} too: {' '.join(next(iter(shared)))!r}")
    return problems


def blind(path: Path) -> str:
    """The interview with the participants' sentences numbered and no code to be seen."""
    if path.suffix == ".marked":
        transcript = read_marked(path).transcript
    else:
        transcript = parse_text(path.read_text(encoding="utf-8"), document=path.stem)
    lines, number, turn = [], 0, -1
    for s in segment(transcript):
        if s.turn != turn:
            lines.append(f"\n{s.speaker}:")
            turn = s.turn
        number += s.role is Role.PARTICIPANT
        lines.append(f"  {number}. {s.text}" if s.role is Role.PARTICIPANT else f"  {s.text}")
    return "\n".join(lines)


def take_in(corpus: Path, paths: Iterable[Path], coder: str) -> None:
    """Add interviews to a corpus: transcripts, codes.csv and near_misses.csv; one that is there already is replaced."""
    found = {path.stem: read_marked(path) for path in paths}
    wrong = [f"{name}: {problem}" for name, marked in found.items() for problem in marked.problems]
    if wrong:
        sys.exit("\n".join(wrong))
    rows = [row for row in _rows(corpus / "codes.csv") if row["document"] not in found]
    misses = [row for row in _rows(corpus / "near_misses.csv") if row["document"] not in found]
    for name, marked in found.items():
        write_text(corpus / "transcripts" / f"{name}.txt", marked.transcript.text)
        for s in marked.said:
            shared = {
                "document": name,
                "participant": marked.transcript.participant_of(s.speaker),
                "speaker": s.speaker,
            }
            shared |= {
                "coder": coder,
                "coder_kind": "synthetic",
                "start": str(s.start),
                "end": str(s.end),
                "text": s.text,
            }
            for theme, polarity in marked.codes(s) or [("", "")]:
                rows.append({**shared, "theme": theme, "polarity": polarity, "score": ""})
            if marked.is_near_miss(s):
                misses.append({"document": name, "start": str(s.start), "end": str(s.end)})
    for path, data, columns in (
        (corpus / "codes.csv", rows, list(COLUMNS)),
        (corpus / "near_misses.csv", misses, ["document", "start", "end"]),
    ):
        data.sort(key=lambda row: (row["document"], int(row["start"])))
        write_rows(data, dict.fromkeys(columns, "string"), path)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Read the arguments and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("check", "blind"):
        commands.add_parser(name).add_argument("files", nargs="+", type=Path)
    taking = commands.add_parser("take-in")
    taking.add_argument("corpus", type=Path)
    taking.add_argument("files", nargs="+", type=Path)
    taking.add_argument("--coder", default="author model A")
    options = parser.parse_args()
    if options.command == "blind":
        print("\n".join(blind(path) for path in options.files))
    elif options.command == "take-in":
        take_in(options.corpus, options.files, options.coder)
    else:
        wrong = {path.stem: check(path, options.files) for path in options.files}
        for name, problems in wrong.items():
            print("\n".join(f"{name}: {problem}" for problem in problems) or f"{name}: passed")
        if any(wrong.values()):
            sys.exit(1)


if __name__ == "__main__":
    main()
