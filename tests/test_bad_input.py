"""One clear error each: what is wrong, where, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtwnlp import Role, read_transcript
from rtwnlp.errors import InputError


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_transcript(path)
    message = str(caught.value)
    assert str(path) in message
    return message


def test_a_missing_path(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.txt")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    refusal(tmp_path)


@pytest.mark.parametrize("ending", [".txt", ".docx", ".vtt", ".srt", ".csv", ".jsonl", ".parquet"])
def test_an_empty_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"empty{ending}"
    path.write_bytes(b"")
    refusal(path)


def test_blank_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "blank.txt"
    path.write_text(" \n\n\t\n", encoding="utf-8")
    assert "white space" in refusal(path)


def test_a_binary_file_named_txt(tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20)
    assert "text" in refusal(path)


def test_a_docx_that_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "old.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100)
    assert "word processor" in refusal(path)


def test_a_damaged_vtt(tmp_path: Path) -> None:
    path = tmp_path / "call.vtt"
    path.write_text("00:00:01.000 --> 00:00\nhej\n\n00:00:0x.000 --\n", encoding="utf-8")
    refusal(path)


def test_a_text_of_200_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert "50" in refusal(path)


def test_an_unknown_ending(tmp_path: Path) -> None:
    path = tmp_path / "talk.pages"
    path.write_text("I: Hej", encoding="utf-8")
    assert ".docx" in refusal(path)


def test_no_speaker_labels_is_one_participant_and_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "flat.txt"
    path.write_text("Hon ringde varje fredag. Det betydde mycket.\n", encoding="utf-8")
    transcript = read_transcript(path)
    assert list(transcript.speakers.values()) == [Role.PARTICIPANT]
    assert any("speaker" in warning for warning in transcript.warnings)
