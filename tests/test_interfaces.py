"""The classifier at home elsewhere: spaCy, transformers, sentence-transformers, scikit-learn, datasets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import spacy
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from spacy.language import Language
from spacy.tokens import DocBin

from rtwnlp import Codebook, Labeller, parse_text
from rtwnlp.errors import InputError
from rtwnlp.training import ThemeClassifier, to_dataset

TEXTS = [
    "Hon ringde chefen åt mig. Det regnade den dagen. Hon gav aldrig upp.",
    "She called my manager. It was raining.",
    "Ja.",
]


@pytest.fixture
def nlp(bundle: Path) -> Language:
    made = spacy.blank("sv")
    made.add_pipe("sentencizer")
    made.add_pipe("rtwnlp", config={"model": str(bundle), "min_score": 0.02, "threads": 1})
    return made


def test_the_spacy_component_codes_as_the_labeller_does(nlp: Language, bundle: Path) -> None:
    # One by one: in dynamic int8 a score depends, in the fourth place, on what else is in the batch.
    docs = list(nlp.pipe(TEXTS, batch_size=1))
    assert [doc.text for doc in docs] == TEXTS
    labeller = Labeller.from_pretrained(bundle, min_score=0.02, threads=1)
    found = 0
    for doc in docs:
        expected = labeller.label_transcript(parse_text(doc.text))
        assert [s.text for s in doc.sents] == [p.text for p in expected]
        codes = [(p.text, f"{c.theme}/{c.polarity}", pytest.approx(p.scores)) for p in expected for c in p.codes]
        assert [(s.text, s.label_, s._.rtwnlp_scores) for s in doc.spans["rtwnlp"]] == codes
        found += len(codes)
    assert found


def test_spacy_documents_survive_a_docbin_and_pipelines_a_folder(nlp: Language, tmp_path: Path) -> None:
    doc = nlp(TEXTS[0])
    binned = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (back,) = DocBin().from_bytes(binned).get_docs(nlp.vocab)
    assert [(s.start, s.end, s.label_) for s in back.spans["rtwnlp"]] == [
        (s.start, s.end, s.label_) for s in doc.spans["rtwnlp"]
    ]
    assert back.spans["rtwnlp"][0]._.rtwnlp_scores == doc.spans["rtwnlp"][0]._.rtwnlp_scores
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    other = again(TEXTS[0])
    assert [s.label_ for s in other.spans["rtwnlp"]] == [s.label_ for s in doc.spans["rtwnlp"]]


def test_the_spacy_component_says_what_is_missing(bundle: Path) -> None:
    bare = spacy.blank("en")
    bare.add_pipe("rtwnlp", config={"model": str(bundle)})
    with pytest.raises(InputError, match="sentencizer"):
        bare("No sentences here. None.")
    assert list(bare("").spans["rtwnlp"]) == []


def test_a_bundle_opens_as_a_transformers_pipeline(bundle: Path) -> None:
    from transformers import pipeline

    labeller = Labeller.from_pretrained(bundle)
    classify = pipeline("text-classification", model=str(bundle), top_k=None)
    for text in (TEXTS[2], "She called my manager.", "Hon gav aldrig upp."):
        (found,) = classify([text])
        scores = {row["label"]: row["score"] for row in found}
        (prediction,) = labeller.label(text)
        for theme, score in prediction.scores.items():
            assert max(scores[f"{theme}/shown"], scores[f"{theme}/lacking"]) == pytest.approx(score, abs=0.01)


def test_the_encoder_opens_in_sentence_transformers(bundle: Path, tiny_base: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel, AutoTokenizer

    for folder in (tiny_base, bundle):
        encoder = SentenceTransformer(str(folder), device="cpu")
        model = AutoModel.from_pretrained(folder).eval()
        inputs = AutoTokenizer.from_pretrained(folder)(["Hon ringde."], return_tensors="pt")
        mean = model(**inputs).last_hidden_state.mean(dim=1).detach().numpy()
        assert encoder.encode(["Hon ringde."]) == pytest.approx(mean, abs=2e-3)


WORDS = ["ring", "möte", "hon", "kaffe", "regn", "hund", "bil", "snö"]


def separable(n: int = 80) -> tuple[list[str], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, size=(n, 2))
    texts = [
        " ".join([*rng.choice(WORDS, 3), *(["telefonen"] * 4 if a else []), *(["blanketten"] * 4 if b else [])])
        for a, b in labels
    ]
    return texts, labels, np.arange(n) % 8


def test_the_estimator_learns_one_label_and_several(tiny_base: Path) -> None:
    texts, labels, groups = separable()
    estimator = ThemeClassifier(base=str(tiny_base), epochs=0, threads=1)
    several = clone(estimator).fit(texts, labels)
    assert several.classes_.tolist() == [0, 1]
    assert several.predict_proba(texts).shape == (80, 2)
    assert (several.predict(texts) == labels).mean() > 0.8
    names = np.where(labels[:, 0] == 1, "phone", "quiet")
    one = clone(estimator).fit(texts, names)
    assert one.classes_.tolist() == ["phone", "quiet"]
    assert one.predict_proba(texts).sum(axis=1) == pytest.approx(np.ones(80))
    assert one.score(texts, names) > 0.8
    again = clone(estimator).fit(texts, names)
    assert np.array_equal(one.decision_function(texts), again.decision_function(texts))
    pipeline = Pipeline([("lower", FunctionTransformer(lambda X: [x.lower() for x in X])), ("themes", estimator)])  # noqa: N803
    scores = cross_val_score(pipeline, texts, names, groups=groups, cv=GroupKFold(4))
    assert scores.mean() > 0.7
    grid = GridSearchCV(estimator, {"positive_weight_power": [0.0, 0.5]}, cv=2).fit(texts, names)
    assert grid.best_estimator_.predict(["telefonen telefonen"]).shape == (1,)


def test_the_estimator_fine_tunes(tiny_base: Path) -> None:
    texts, labels, _ = separable(40)
    fitted = ThemeClassifier(base=str(tiny_base), epochs=2, learning_rate=1e-3, threads=1).fit(texts, labels[:, 0])
    assert (fitted.predict(texts) == labels[:, 0]).mean() > 0.6


def test_the_estimator_refuses_what_it_cannot_learn(tiny_base: Path) -> None:
    estimator = ThemeClassifier(base=str(tiny_base), epochs=0)
    for texts, labels, message in (
        (["a", "b"], [1, 1], "one class"),
        (["a"], [1, 0], "1 texts and y 2"),
        ([], [], "Unknown label type|at least"),
        ([1, 2], [0, 1], "texts"),
        (["a", "b"], [0.5, 1.7], "Unknown label type"),
    ):
        with pytest.raises(ValueError, match=message):
            estimator.fit(texts, labels)
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError):
        estimator.predict(["a"])
    assert estimator.get_params()["epochs"] == 0
    assert "epochs=0" in repr(estimator)


def test_a_corpus_as_a_dataset(small_corpus: Path) -> None:
    found = to_dataset(small_corpus / "codes.csv", small_corpus / "transcripts")
    book = Codebook.load("reco-competence")
    assert found.info.description.split("\n") == [str(code) for code in book.codes]
    assert len(found) > 500
    row = next(row for row in found if row["codes"])
    assert [str(c) for c, p in zip(book.codes, row["labels"], strict=True) if p >= 0.5] == row["codes"]
    text = (small_corpus / "transcripts" / f"{row['document']}.txt").read_text(encoding="utf-8")
    assert text[row["start"] : row["end"]] == row["text"]
    assert row["before"]
