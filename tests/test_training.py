from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer

from rtwnlp import Codebook, read_codings, read_transcripts
from rtwnlp.errors import InputError
from rtwnlp.training import Recipe, pipeline, train
from rtwnlp.training.corpus import build_examples, grouped_folds, load_documents
from rtwnlp.training.scores import summarise_folds
from rtwnlp.training.thresholds import choose_thresholds, decide, platt

CORPUS = Path(__file__).resolve().parent.parent / "training" / "corpora" / "reco-competence"
Run = Callable[..., tuple[int, str, str]]


def test_training_is_repeatable(bundle: Path, tiny_base: Path, small_corpus: Path, tmp_path: Path) -> None:
    again = train(
        small_corpus / "codes.csv",
        transcripts=small_corpus / "transcripts",
        codebook="reco-competence",
        out=tmp_path / "tiny",
        recipe=Recipe(base=str(tiny_base), epochs=1, max_tokens=96),
        folds=2,
    )
    first, second = (json.loads((b / "bundle.json").read_text(encoding="utf-8")) for b in (bundle, again))
    assert first["files"] == second["files"]
    assert first == second


def test_the_command_trains_a_bundle_that_labels(
    tiny_base: Path, small_corpus: Path, tmp_path: Path, rtwnlp: Run
) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f'base = "{tiny_base}"\nepochs = 1\nmax_tokens = 96\n', encoding="utf-8")
    arguments = ("--transcripts", small_corpus / "transcripts", "--codebook", "reco-competence")
    out = tmp_path / "mine"
    assert rtwnlp("train", small_corpus / "codes.csv", *arguments, "--recipe", recipe, "--out", out)[0] == 0
    assert rtwnlp("label", small_corpus / "transcripts" / "reco-sv-001.txt", "--model", out)[0] == 0


def test_only_the_named_documents_are_learnt_from(tiny_base: Path, small_corpus: Path, tmp_path: Path) -> None:
    def run(only: set[str]) -> Path:
        return train(
            small_corpus / "codes.csv",
            transcripts=small_corpus / "transcripts",
            codebook="reco-competence",
            out=tmp_path / "some",
            recipe=Recipe(base=str(tiny_base), epochs=1, max_tokens=96),
            only=only,
        )

    some = {"reco-en-001", "reco-en-002", "reco-sv-001"}
    details = json.loads((run(some) / "bundle.json").read_text(encoding="utf-8"))
    assert set(details["data"]["texts"]) == some
    with pytest.raises(InputError, match="no codes of reco-xx-001"):
        run({"reco-xx-001"})


def test_folds_leave_none_out_and_hold_both_languages() -> None:
    texts = read_transcripts(CORPUS / "transcripts")
    codings = read_codings(CORPUS / "codes.csv", transcripts=texts)
    documents = load_documents(texts, codings, Codebook.load("reco-competence"))
    folds = grouped_folds(documents, 4, 5)
    assert sorted(i for fold in folds for i in fold) == list(range(len(documents)))
    for fold in folds:
        assert {documents[i].language for i in fold} == {"sv", "en"}


def test_a_participants_interviews_stay_in_one_fold(small_corpus: Path) -> None:
    texts = read_transcripts(small_corpus / "transcripts")
    codings = read_codings(small_corpus / "codes.csv", transcripts=texts)
    documents = load_documents(texts, codings, Codebook.load("reco-competence"))
    twice = [replace(d, group="anna" if d.document.endswith("001") else d.group) for d in documents]
    of_anna = {i for i, d in enumerate(twice) if d.group == "anna"}
    assert len(of_anna) == 2
    for seed in range(5):
        assert sum(bool(of_anna & set(fold)) for fold in grouped_folds(twice, 3, seed)) == 1


def test_targets_are_the_codes_of_their_sentences(small_corpus: Path, tiny_base: Path) -> None:
    texts = read_transcripts(small_corpus / "transcripts")
    codings = read_codings(small_corpus / "codes.csv", transcripts=texts)
    documents = load_documents(texts, codings, Codebook.load("reco-competence"))
    tokenizer = Tokenizer.from_file(str(tiny_base / "tokenizer.json"))
    examples = build_examples(documents, tokenizer, Recipe(max_tokens=96).window)
    for example in examples:
        document = documents[example.document]
        assert np.array_equal(example.labels, document.labels[list(example.window.targets)])
    assert sum(e.labels.sum() for e in examples) == sum(d.labels[d.known].sum() for d in documents)


def test_platt_is_logistic_regression_on_the_logits() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 2, (400, 3)).astype(np.float32)
    labels = (rng.random((400, 3)) < expit(0.6 * logits - 1)).astype(np.float32)
    known = rng.random((400, 3)) < 0.9
    slope, intercept = platt(logits, labels, known)
    reference = LogisticRegression(C=np.inf).fit(logits[known].reshape(-1, 1), labels[known])
    assert slope == pytest.approx(reference.coef_[0, 0], abs=1e-3)
    assert intercept == pytest.approx(reference.intercept_[0], abs=1e-3)


def test_thresholds_separate_what_can_be_separated() -> None:
    labels = np.zeros((100, 2), dtype=np.float32)
    labels[:20, 0] = 1
    labels[50:80, 1] = 1
    logits = np.where(labels > 0, 1.5, -1.5).astype(np.float32)
    thresholds = choose_thresholds(logits, labels, np.ones_like(labels, dtype=bool))
    assert ((expit(logits) >= thresholds) == (labels > 0)).all()


def test_of_one_theme_only_one_polarity_is_given() -> None:
    given = decide(np.array([[0.9, 0.8, 0.2, 0.4], [0.1, 0.2, 0.5, 0.5]]), np.array([0.5, 0.3, 0.5, 0.3]), 2)
    assert given.tolist() == [[False, True, False, True], [False, False, False, True]]


def test_folds_are_summarised_as_mean_and_spread() -> None:
    assert summarise_folds([{"a": {"f1": 0.5}}, {"a": {"f1": 0.7}}]) == {"a": {"f1": [0.6, 0.1414]}}
    assert summarise_folds([{"f1": None}, {"f1": 0.7}]) == {"f1": [0.7, None]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("epoch = 3", "unknown key 'epoch'"),
        ('epochs = "3"', "epochs must be a int"),
        ("epochs = ", "no recipe that can be read"),
    ],
)
def test_a_recipe_that_is_off_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        Recipe.load(path)


def test_the_shipped_recipe_is_read() -> None:
    folder = Path(__file__).resolve().parent.parent / "training" / "recipes"
    assert [Recipe.load(path).epochs > 0 for path in folder.glob("*.toml")] == [True]


def test_an_unknown_encoder_is_refused(small_corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no encoder 'bert'.*base-sv-en"):
        train(
            small_corpus / "codes.csv",
            transcripts=small_corpus / "transcripts",
            codebook="reco-competence",
            out=tmp_path / "x",
            recipe=Recipe(base="bert"),
        )
    assert not (tmp_path / "x").exists()


def test_a_run_that_was_cut_off_keeps_its_finished_folds(
    bundle: Path, tiny_base: Path, small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = pipeline.fit
    names: list[str] = []

    def fit_until_the_last(*arguments: object, name: str, **options: object) -> object:
        names.append(name)
        if name == "final" and names.count("final") == 1:
            raise KeyboardInterrupt
        return fitted(*arguments, name=name, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "fit", fit_until_the_last)

    def run() -> Path:
        return train(
            small_corpus / "codes.csv",
            transcripts=small_corpus / "transcripts",
            codebook="reco-competence",
            out=tmp_path / "tiny",
            recipe=Recipe(base=str(tiny_base), epochs=1, max_tokens=96),
            folds=2,
        )

    with pytest.raises(KeyboardInterrupt):
        run()
    assert not (tmp_path / "tiny").exists()
    again = run()
    assert names == ["fold 1/2", "fold 2/2", "final", "final"]
    assert (again / "bundle.json").read_bytes() == (bundle / "bundle.json").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
