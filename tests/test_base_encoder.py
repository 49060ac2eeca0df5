"""The trimmed encoder: the same pieces as the full tokenizer, the same numbers as the published weights."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from base.kept_ids import format_ranges, parse_ranges, read_kept_ids
from base.q4 import dequantize
from tokenizers import Tokenizer

SHIPPED = Path(__file__).resolve().parent.parent / "models" / "base-sv-en"
SAMPLE = Path(__file__).resolve().parent / "data" / "full_pieces.jsonl"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))


def test_interview_sentences_have_the_full_tokenizers_pieces(tokenizer: Tokenizer) -> None:
    """Made with the full tokenizer by training/measure_vocabulary.py --pieces."""
    sample = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    assert len(sample) == 200
    tokens = changed = 0
    for one in sample:
        pieces = tokenizer.encode(one["text"], add_special_tokens=False).tokens
        assert "<unk>" not in pieces, one["text"]
        tokens += len(one["pieces"])
        changed += len(one["pieces"]) if pieces != one["pieces"] else 0
    assert changed / tokens < 0.01


@pytest.mark.parametrize(
    "text",
    [
        "abcdefghijklmnopqrstuvwxyzåäöéèüæø ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖÉÈÜÆØ",
        "0123456789 .,:;!?-–—'’\"”“„«»()[]{}/\\*#%&@+=<>_~^|§…",
        "Läkare på Sahlgrenska, Östersund; Ærø, Łódź, Žižek, São Paulo, naïve café",
        "[skratt] /.../ (...) £5 €10 100 kr 50 % 🙂",
    ],
)
def test_characters_of_both_languages_are_never_unknown(tokenizer: Tokenizer, text: str) -> None:
    assert "<unk>" not in tokenizer.encode(text, add_special_tokens=False).tokens


def test_special_tokens_stand_where_the_model_expects_them(tokenizer: Tokenizer) -> None:
    assert [tokenizer.token_to_id(t) for t in ("<s>", "<pad>", "</s>", "<unk>")] == [0, 1, 2, 3]
    ids = tokenizer.encode("Hej").ids
    assert (ids[0], ids[-1]) == (0, 2)


def test_the_vocabulary_is_the_committed_list(tokenizer: Tokenizer) -> None:
    kept = read_kept_ids()
    assert len(kept) == len(set(kept)) == tokenizer.get_vocab_size()
    assert json.loads((SHIPPED / "config.json").read_text(encoding="utf-8"))["vocab_size"] == len(kept)


def test_ranges_are_read_back() -> None:
    ids = [0, 1, 2, 5, 7, 8, 250_001]
    assert parse_ranges(format_ranges(ids)) == ids


def test_q4_blocks_are_decoded_as_their_layout_says() -> None:
    rng = np.random.default_rng(1)
    raw, expected = b"", []
    for scale in (0.5, -0.25, 2.0, 0.125):
        values = rng.integers(0, 16, 32)
        raw += struct.pack("<e", scale) + bytes(int(values[i] | values[i + 16] << 4) for i in range(16))
        expected.append(scale * (values - 8))
    decoded = dequantize(raw, 64)
    assert decoded.shape == (2, 64)
    assert np.array_equal(decoded.reshape(4, 32), np.array(expected, dtype=np.float32))


def test_the_encoder_knows_a_translation_from_another_sentence(tokenizer: Tokenizer) -> None:
    import torch
    from transformers import AutoModel

    pairs = [
        ("Hon ringde mig varje vecka.", "She called me every week."),
        ("Läkaren lyssnade inte på mig.", "The doctor did not listen to me."),
        ("Mötet på jobbet blev inställt.", "The meeting at work was cancelled."),
        ("Vi gjorde upp en plan tillsammans.", "We made a plan together."),
    ]
    model = AutoModel.from_pretrained(SHIPPED, dtype=torch.float32).eval()

    def embed(text: str) -> np.ndarray:
        ids = torch.tensor([tokenizer.encode(f"query: {text}").ids])
        with torch.inference_mode():
            vector = model(input_ids=ids).last_hidden_state[0].mean(dim=0).numpy()
        return vector / np.linalg.norm(vector)

    cosines = np.array([embed(sv) for sv, _ in pairs]) @ np.array([embed(en) for _, en in pairs]).T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert cosines.diagonal().min() > 0.85
