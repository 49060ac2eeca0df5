"""The coding table, read and written."""

from pathlib import Path

import pytest

from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding
from rtwnlp.errors import InputError
from rtwnlp.formats import parse_text, read_codings, write_codings

T = parse_text("I: Hur?\nIP: Jag planerar. Ja. Jag vilar. Ja.\n", document="d")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("scope", [None, ((12, 26),), ((12, 25),), ((0, 9), (12, 41))])
def test_round_trip(tmp_path: Path, ending: str, scope: tuple[tuple[int, int], ...] | None) -> None:
    coder = Coder("Eva", CoderKind.SYNTHETIC)
    coding = Coding(
        "d", coder, (CodedSpan(12, 25, "a", "has", 0.5), CodedSpan(12, 25, "b", "")), scope, text_hash=T.text_hash
    )
    path = tmp_path / f"c.{ending}"
    write_codings([coding], path, transcripts=[T])
    (back,) = read_codings(path, transcripts=[T])
    assert back.spans == coding.spans
    assert back.coder == coder
    if scope == ((12, 26),):
        assert back.scope in (((12, 26),), ((12, 25),))
    else:
        assert back.scope == scope
    assert list(tmp_path.iterdir()) == [path]


def test_by_text_and_defaults(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("document,text,theme\nd,Jag planerar.,a\nd,Jag planerar.,b\nd,Jag vilar.,\nd,Ja.,a\n")
    (coding,) = read_codings(path, transcripts=[T])
    assert [T.text[s.start : s.end] for s in coding.spans] == ["Jag planerar.", "Jag planerar.", "Ja."]
    assert coding.spans[-1].start == T.text.rindex("Ja.")
    assert coding.coder == Coder("unknown", CoderKind.HUMAN)
    assert coding.scope is not None
    with pytest.raises(InputError, match="row 2: only text"):
        read_codings(path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("d,,,,Finns ej,a,", "not found"),
        ("d,,,,Ja.,a,", "found 2 times"),
        ("d,robot,1,3,,a,", "coder_kind"),
        ("d,,3,3,,a,", "before the end"),
        ("d,,x,3,,a,", "not a number"),
        ("d,,1,3,,a,1.5", "outside 0 to 1"),
        ("d,,1,3,fel,a,", "not what stands"),
        ("d,,1,999,,a,", "outside the text"),
        ("e,,1,3,,a,", "no transcript of 'e'"),
    ],
)
def test_bad_rows(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"document,coder_kind,start,end,text,theme,score\nd,,4,7,,a,\n{row}\n")
    with pytest.raises(InputError, match=message) as caught:
        read_codings(path, transcripts=[T])
    assert caught.value.row == 3
