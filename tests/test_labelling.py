from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from rtwnlp import Labeller, Role, read_codings, read_transcript
from rtwnlp.errors import InputError, ModelError
from rtwnlp.labelling.bundle import Bundle
from rtwnlp.labelling.windows import WindowConfig, build_windows
from rtwnlp.segmenting import segment

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SWEDISH = EXAMPLES / "interview-sv.txt"


def test_every_segment_has_a_prediction_and_only_participants_have_codes(bundle: Path) -> None:
    transcript = read_transcript(SWEDISH)
    labeller = Labeller.from_pretrained(bundle, min_score=0.001)
    predictions = labeller.label_transcript(transcript)
    assert [p.text for p in predictions] == [s.text for s in segment(transcript)]
    for p in predictions:
        assert transcript.text[p.start : p.end] == p.text
        assert list(p.scores) == list(labeller.bundle.codebook.theme_ids)
        if p.segment.role is Role.PARTICIPANT:
            assert len(p.codes) == 6
            assert {c.theme for c in p.codes} == set(p.scores)
            assert all(c.score == p.scores[c.theme] for c in p.codes)
            assert [c.score for c in p.codes] == sorted((c.score for c in p.codes), reverse=True)
        else:
            assert p.codes == ()
            assert set(p.scores.values()) == {0.0}


def test_a_bare_sentence_is_labelled_and_blank_text_gives_nothing(bundle: Path) -> None:
    labeller = Labeller.from_pretrained(bundle)
    (prediction,) = labeller.label("She rang me every Friday, and she always knew what we had said.")
    assert prediction.segment.language == "en"
    assert all(0.0 < score < 1.0 for score in prediction.scores.values())
    assert labeller.label(" \n ") == []


def test_together_and_one_by_one_give_the_same_scores(bundle: Path) -> None:
    labeller = Labeller.from_pretrained(bundle)
    transcripts = [read_transcript(SWEDISH), read_transcript(EXAMPLES / "interview-en.txt")]
    together = labeller.label_transcripts(transcripts)
    for transcript, predictions in zip(transcripts, together, strict=True):
        alone = labeller.label_transcript(transcript)
        for a, b in zip(alone, predictions, strict=True):
            assert list(a.scores.values()) == pytest.approx(list(b.scores.values()), abs=2e-3)


def test_the_coding_holds_the_codes_and_what_was_looked_at(bundle: Path) -> None:
    transcript = read_transcript(SWEDISH)
    labeller = Labeller.from_pretrained(bundle, min_score=0.001)
    coding = labeller.code(transcript)
    assert coding.coder.kind == "machine"
    assert coding.codebook_hash == labeller.bundle.codebook.hash
    assert coding.text_hash == transcript.text_hash
    participant = [s for s in segment(transcript) if s.role is Role.PARTICIPANT]
    assert coding.scope == tuple((s.start, s.end) for s in participant)
    assert {s.theme for s in coding.spans} == set(labeller.bundle.codebook.theme_ids)


def test_the_int8_graph_gives_what_the_weights_give(bundle: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification

    import rtwnlp.training.model  # noqa: F401
    from rtwnlp.labelling.windows import collate

    labeller = Labeller.from_pretrained(bundle)
    segments = segment(read_transcript(SWEDISH))
    (graph,) = labeller.engine.probabilities([segments])
    model = AutoModelForSequenceClassification.from_pretrained(bundle, dtype=torch.float32).eval()
    windows = build_windows(segments, labeller.engine.tokenizer, labeller.bundle.window)
    for i, window in enumerate(windows):
        batch = collate(windows, (i,), 1)
        with torch.inference_mode():
            logits = model(*map(torch.from_numpy, (batch.input_ids, batch.attention_mask, batch.pooling))).logits[0]
        exact = torch.sigmoid(logits[: len(window.targets)]).numpy()
        assert np.abs(graph[list(window.targets)] - exact).max() < 0.02


@pytest.mark.parametrize("config", [WindowConfig(96, 2, 1, 16), WindowConfig(32, 0, 0, 1), WindowConfig(256, 4, 2, 4)])
def test_windows_label_every_participant_sentence_once(bundle: Path, config: WindowConfig) -> None:
    segments = segment(read_transcript(SWEDISH))
    windows = build_windows(segments, Labeller.from_pretrained(bundle).engine.tokenizer, config)
    targets = [target for window in windows for target in window.targets]
    assert targets == [s.index for s in segments if s.role is Role.PARTICIPANT]
    for window in windows:
        assert len(window.input_ids) == len(window.owners) <= config.max_tokens
        assert len(window.targets) <= config.max_targets
        assert set(window.owners) - {-1} == set(range(len(window.targets)))


@pytest.mark.parametrize("bad", [0.0, -1.0, 1.1])
def test_a_least_score_outside_its_range_is_refused(bundle: Path, bad: float) -> None:
    with pytest.raises(InputError, match="above 0"):
        Labeller.from_pretrained(bundle, min_score=bad)


def test_an_unknown_model_lists_those_there_are() -> None:
    with pytest.raises(ModelError, match=r"no model 'guess'.*shipped: .*reco-competence"):
        Bundle.load("guess")


@pytest.mark.parametrize("name", ["onnx/model.onnx", "tokenizer.json"])
def test_a_changed_bundle_is_refused(bundle: Path, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    with (copy / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match=r"does not match the hash.*get the bundle again"):
        Bundle.load(copy)
    (copy / name).unlink()
    with pytest.raises(ModelError, match="is missing"):
        Bundle.load(copy)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(format=99), "update rtwnlp"),
        (lambda d: d["codebook"]["themes"][0]["names"].update(sv="Annat"), "does not match its hash"),
        (lambda d: d.pop("thresholds"), "cannot be used"),
    ],
)
def test_a_bundle_json_that_is_off_is_refused(bundle: Path, tmp_path: Path, change: object, words: str) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    details = json.loads((copy / "bundle.json").read_text(encoding="utf-8"))
    change(details)  # type: ignore[operator]
    (copy / "bundle.json").write_text(json.dumps(details), encoding="utf-8")
    with pytest.raises(ModelError, match=words):
        Bundle.load(copy)


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no bundle"):
        Bundle.load(tmp_path)


def test_the_bundle_says_what_it_learnt_from(bundle: Path, small_corpus: Path) -> None:
    details = Bundle.load(bundle).details
    assert details["corpus_kind"] == "synthetic"
    assert details["data"]["documents"] == 6
    assert len(details["data"]["held_out"]) == 1
    assert details["scores"]["cross_validation"]["folds"] == 2
    assert "synthetic" in (bundle / "README.md").read_text(encoding="utf-8")
    codings = read_codings(small_corpus / "codes.csv", transcripts=small_corpus / "transcripts")
    assert set(details["data"]["texts"]) == {coding.document for coding in codings}
