"""A tiny classifier, trained through the whole pipeline: a random encoder of one layer, the shipped tokenizer."""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY / "training" / "corpora" / "reco-competence"
DOCUMENTS = ("reco-en-001", "reco-en-002", "reco-en-003", "reco-sv-001", "reco-sv-002", "reco-sv-003")


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import BertConfig, BertModel

    shipped = REPOSITORY / "models" / "base-sv-en"
    folder = tmp_path_factory.mktemp("base")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(shipped / name, folder / name)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=40_000,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        pad_token_id=1,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """codes.csv and transcripts/ of six of the project's interviews."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "transcripts").mkdir()
    for name in DOCUMENTS:
        shutil.copyfile(CORPUS / "transcripts" / f"{name}.txt", folder / "transcripts" / f"{name}.txt")
    with (CORPUS / "codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with (folder / "codes.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], *(row for row in rows[1:] if row[0] in DOCUMENTS)])
    return folder


@pytest.fixture(scope="session")
def bundle(tiny_base: Path, small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from rtwnlp.training import Recipe, train

    return train(
        small_corpus / "codes.csv",
        transcripts=small_corpus / "transcripts",
        codebook="reco-competence",
        out=tmp_path_factory.mktemp("models") / "tiny",
        recipe=Recipe(base=str(tiny_base), epochs=1, max_tokens=96),
        folds=2,
    )


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def rtwnlp(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line: call with its arguments; gives exit code, output, errors."""

    def run(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        from rtwnlp.cli import main

        out, err, code = io.StringIO(), io.StringIO(), 0
        monkeypatch.setattr(sys, "argv", ["rtwnlp", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as stop:
                code = int(stop.code or 0)
        return code, out.getvalue(), err.getvalue()

    return run
