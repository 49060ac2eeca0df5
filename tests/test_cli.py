from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rtwnlp import Transcript, read_codings, read_transcript

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SWEDISH, ENGLISH = EXAMPLES / "interview-sv.txt", EXAMPLES / "interview-en.txt"
Run = Callable[..., tuple[int, str, str]]


def labels(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]


def write_forms(transcript: Transcript, folder: Path) -> dict[str, Path]:
    """The same interview in every form that is read."""
    import docx
    import pyarrow
    import pyarrow.parquet

    turns = [(turn.speaker, transcript.text[turn.start : turn.end].strip()) for turn in transcript.turns]
    forms = {end: folder / f"interview{end}" for end in (".txt", ".docx", ".vtt", ".srt", ".csv", ".jsonl", ".parquet")}
    lines = [f"{speaker}: {text}" for speaker, text in turns]
    forms[".txt"].write_text("\n".join(lines) + "\n", encoding="utf-8")
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(forms[".docx"]))
    cues = [f"00:{i // 60:02}:{i % 60:02}.000 --> 00:{i // 60:02}:{i % 60:02}.900" for i in range(len(turns))]
    vtt = [f"{cue}\n<v {speaker}>{text}</v>\n" for cue, (speaker, text) in zip(cues, turns, strict=True)]
    forms[".vtt"].write_text("WEBVTT\n\n" + "\n".join(vtt), encoding="utf-8")
    srt = [f"{i}\n{cue.replace('.', ',')}\n{line}\n" for i, (cue, line) in enumerate(zip(cues, lines, strict=True), 1)]
    forms[".srt"].write_text("\n".join(srt), encoding="utf-8")
    rows = [{"speaker": speaker, "text": text} for speaker, text in turns]
    with forms[".csv"].open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["speaker", "text"])
        writer.writeheader()
        writer.writerows(rows)
    forms[".jsonl"].write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), forms[".parquet"])
    return forms


@pytest.mark.parametrize("source", [SWEDISH, ENGLISH], ids=["sv", "en"])
def test_every_form_of_an_interview_gets_the_same_codes(
    source: Path, bundle: Path, tmp_path: Path, rtwnlp: Run
) -> None:
    found = {}
    for ending, path in write_forms(read_transcript(source), tmp_path).items():
        out = tmp_path / f"out{ending}"
        assert rtwnlp("label", path, "--model", bundle, "--min-score", 0.03, "--out", out)[0] == 0
        found[ending] = [(r["role"], r["text"], r["language"], r["codes"], r["scores"]) for r in labels(out)]
    assert any(codes for *_, codes, _ in found[".txt"])
    for ending, records in found.items():
        assert records == found[".txt"], f"{ending} differs from .txt"


def test_a_table_is_printed_without_out(bundle: Path, rtwnlp: Run) -> None:
    code, out, err = rtwnlp("label", SWEDISH, "--model", bundle)
    assert (code, err) == (0, "")
    assert "interview-sv" in out
    assert "I = interviewer, IP = participant" in out
    assert "synthetic" in out


def test_what_looks_like_markup_is_printed_as_it_stands(bundle: Path, rtwnlp: Run) -> None:
    code, out, _ = rtwnlp("label", "-", "--model", bundle, stdin="IP: Jag [skratt] vet [/b] inte [red]alls[/red].\n")
    assert code == 0
    assert "[skratt]" in out
    assert "[/b]" in out
    assert "[red]" in out


def test_standard_input_can_be_written_to_files(bundle: Path, tmp_path: Path, rtwnlp: Run) -> None:
    text = SWEDISH.read_text(encoding="utf-8")
    assert rtwnlp("label", "-", "--model", bundle, "--out", tmp_path, stdin=text)[0] == 0
    records = labels(tmp_path)
    assert {r["document"] for r in records} == {"stdin"}
    code, _, err = rtwnlp("label", "-", "--model", bundle, stdin="\n")
    assert code == 2
    assert "empty" in err


def test_all_formats_hold_the_same_codes(bundle: Path, tmp_path: Path, rtwnlp: Run) -> None:
    arguments = ("--model", bundle, "--min-score", 0.03, "--out", tmp_path, "--format", "jsonl,csv,parquet")
    assert rtwnlp("label", SWEDISH, ENGLISH, *arguments)[0] == 0
    transcripts = [read_transcript(SWEDISH), read_transcript(ENGLISH)]
    from_csv = read_codings(tmp_path / "labels.csv", transcripts=transcripts)
    assert from_csv == read_codings(tmp_path / "labels.parquet", transcripts=transcripts)
    spans = {(s.start, s.end, s.theme, s.polarity) for c in from_csv if c.document == "interview-sv" for s in c.spans}
    assert spans == {
        (r["start"], r["end"], c["theme"], c["polarity"])
        for r in labels(tmp_path)
        if r["document"] == "interview-sv"
        for c in r["codes"]  # type: ignore[attr-defined]
    }
    assert spans
    summary = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert summary["corpus_kind"] == "synthetic"
    assert summary["documents"] == ["interview-sv", "interview-en"]
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".tmp")]


def test_one_bad_document_never_stops_the_rest(bundle: Path, tmp_path: Path, rtwnlp: Run) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text("", encoding="utf-8")
    (folder / "b.docx").write_bytes(b"no zip")
    (folder / "c.txt").write_text("I: Hur var hon?\nIP: Hon ringde varje fredag.\n", encoding="utf-8")
    code, _, err = rtwnlp("label", folder, "--model", bundle, "--out", out)
    assert code == 1
    assert {r["document"] for r in labels(out)} == {"c"}
    failures = [json.loads(line) for line in (out / "failures.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [Path(f["path"]).name for f in failures] == ["a.txt", "b.docx"]
    assert all(f["error"] in err for f in failures)
    (folder / "a.txt").unlink()
    (folder / "b.docx").unlink()
    assert rtwnlp("label", folder, "--model", bundle, "--out", out)[0] == 0
    assert not (out / "failures.jsonl").exists()


def test_files_of_one_name_stay_apart(bundle: Path, tmp_path: Path, rtwnlp: Run) -> None:
    for name in ("malmo/1.txt", "umea/1.txt", "umea/2.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(f"IP: Hon ringde från {name}.\n", encoding="utf-8")
    assert rtwnlp("label", tmp_path / "in", "--model", bundle, "--out", tmp_path / "out")[0] == 0
    assert {r["document"] for r in labels(tmp_path / "out")} == {"malmo/1.txt", "umea/1.txt", "2"}


def test_resume_keeps_what_was_done_and_labels_what_changed(bundle: Path, tmp_path: Path, rtwnlp: Run) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"IP: Hon ringde {name} varje fredag.\n", encoding="utf-8")
    arguments = ("label", folder, "--model", bundle, "--out", out)
    assert rtwnlp(*arguments)[0] == 0
    first, parts = labels(out), {p: p.stat().st_mtime_ns for p in (out / ".parts").iterdir()}
    (folder / "b.txt").write_text("IP: Han ringde aldrig.\n", encoding="utf-8")
    assert rtwnlp(*arguments, "--resume")[0] == 0
    kept = [p for p, written in parts.items() if p.stat().st_mtime_ns == written]
    assert len(kept) == 2
    assert labels(out)[0] == first[0]
    assert labels(out)[1]["text"] == "Han ringde aldrig."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.txt"], "no such file"),
        (["{sv}", "--model", "guess"], "reco-competence"),
        (["{sv}", "--out", "{tmp}", "--format", "docx"], "there are: jsonl, csv, parquet"),
        (["{sv}", "--language", "no"], "there are: sv, en"),
        (["{sv}", "--min-score", "2"], "above 0 and at most 1"),
        (["{tmp}"], "holds no transcript"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_line(
    arguments: list[str], words: str, bundle: Path, tmp_path: Path, rtwnlp: Run
) -> None:
    filled = [a.format(sv=SWEDISH, tmp=tmp_path) for a in arguments]
    model = [] if "--model" in filled else ["--model", bundle]
    code, out, err = rtwnlp("label", *filled, *model)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_interviewer_is_named_with_the_speakers_there_are(bundle: Path, rtwnlp: Run) -> None:
    code, _, err = rtwnlp("label", SWEDISH, "--model", bundle, "--interviewer", "Moderator")
    assert code == 1
    assert "Moderator" in err
    assert "IP" in err


def test_convert_keeps_every_code(small_corpus: Path, tmp_path: Path, rtwnlp: Run) -> None:
    transcripts = small_corpus / "transcripts"
    target = tmp_path / "codes.jsonl"
    assert rtwnlp("convert", small_corpus / "codes.csv", target, "--transcripts", transcripts)[0] == 0
    before = read_codings(small_corpus / "codes.csv", transcripts=transcripts)
    assert [c.spans for c in read_codings(target, transcripts=transcripts)] == [c.spans for c in before]


def test_what_is_there_is_listed(rtwnlp: Run) -> None:
    assert "reco-competence" in rtwnlp("codebooks")[1]
    assert "srp-process" in rtwnlp("codebooks")[1]
    assert "learnt from synthetic codes" in rtwnlp("models")[1]
    assert "Python 3" in rtwnlp("info")[1]


SCRIPT = """
import resource, sys
sys.argv = ["rtwnlp", *sys.argv[1:]]
from rtwnlp.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
loaded = [name for name in ("torch", "transformers") if name in sys.modules]
assert not loaded, f"labelling loaded {loaded}"
kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert kib < 1_000_000, f"labelling took {kib} KiB"
"""


def test_labelling_with_the_shipped_model_needs_no_torch_and_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "label", str(SWEDISH)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "synthetic" in done.stdout
