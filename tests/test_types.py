"""The types that everything else stands on: codebooks, transcripts, codings, and the way between spans and labels."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rtwnlp.alignment import label_matrix, merge_spans
from rtwnlp.codebook import Code, Codebook, shipped_codebooks
from rtwnlp.coding import CodedSpan, Coder, CoderKind, Coding, merge_intervals
from rtwnlp.errors import CodebookError, InputError
from rtwnlp.transcript import Role, Segment, Transcript, Turn

HUMAN = Coder("Ada", CoderKind.HUMAN)


def small_codebook() -> dict[str, Any]:
    return {
        "id": "tiny",
        "version": "1",
        "title": {"sv": "Liten", "en": "Tiny"},
        "source": "made for this test",
        "polarities": [{"id": "good", "names": {"en": "good"}}, {"id": "bad", "names": {"en": "bad"}}],
        "themes": [
            {"id": name, "names": {"sv": name, "en": name}, "definitions": {"sv": "Så.", "en": "So."}}
            for name in ("alpha", "beta")
        ],
    }


def write(folder: Path, data: object) -> Path:
    path = folder / "own.yaml"
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def segment(index: int, start: int, end: int, turn: int = 0) -> Segment:
    return Segment(index, start, end, "x" * (end - start), turn, "IP", Role.PARTICIPANT, "en")


TINY = Codebook.from_dict(small_codebook())
THREE = [segment(0, 0, 10), segment(1, 11, 30), segment(2, 31, 50)]


class TestShippedCodebooks:
    def test_names(self) -> None:
        assert shipped_codebooks() == ("reco-competence", "srp-process")

    @pytest.mark.parametrize(
        ("name", "themes", "polarities", "rules"),
        [
            ("reco-competence", 6, ("shown", "lacking"), 8),
            ("srp-process", 3, ("opportunity", "challenge"), 6),
        ],
    )
    def test_complete_in_both_languages(self, name: str, themes: int, polarities: tuple[str, ...], rules: int) -> None:
        codebook = Codebook.load(name)
        assert (codebook.id, codebook.version, codebook.polarities) == (name, "1.0", polarities)
        assert len(codebook.themes) == themes
        assert codebook.codes == tuple(Code(t.id, p) for t in codebook.themes for p in polarities)
        for language in ("sv", "en"):
            assert len(codebook.rules[language]) == rules
            for theme in codebook.themes:
                assert theme.names[language]
                assert theme.definitions[language]
                assert theme.include[language]
                assert theme.exclude[language]
                assert {polarity for _, polarity in theme.examples[language]} == set(polarities)

    def test_include_lists_match_between_languages(self) -> None:
        for name in shipped_codebooks():
            for theme in Codebook.load(name).themes:
                assert len(theme.include["sv"]) == len(theme.include["en"]), theme.id
                assert len(theme.exclude["sv"]) == len(theme.exclude["en"]), theme.id

    def test_facets(self) -> None:
        facets = {theme.id: theme.facets for theme in Codebook.load("reco-competence").themes}
        assert facets["engagement-advocacy"] == ("skill", "symbol")
        assert [k for k, v in facets.items() if v == ("skill",)] == ["communication-coordination", "advice-guidance"]
        assert "10.3390/ijerph181910280" in Codebook.load("reco-competence").source

    def test_round_trip_keeps_the_hash(self) -> None:
        for name in shipped_codebooks():
            codebook = Codebook.load(name)
            assert Codebook.from_dict(codebook.to_dict()) == codebook
            assert Codebook.from_dict(codebook.to_dict()).hash == codebook.hash


class TestOwnCodebook:
    def test_hash_ignores_layout_and_sees_content(self, tmp_path: Path) -> None:
        data = small_codebook()
        first = Codebook.load(write(tmp_path, data)).hash
        turned = "# a comment\n" + yaml.safe_dump(dict(reversed(data.items())), sort_keys=False, indent=6)
        assert Codebook.load(write(tmp_path, turned)).hash == first
        data["themes"][1]["definitions"]["en"] = "So then."
        assert Codebook.load(write(tmp_path, data)).hash != first

    def test_without_polarities(self) -> None:
        data = small_codebook()
        del data["polarities"]
        codebook = Codebook.from_dict(data)
        assert codebook.codes == (Code("alpha", ""), Code("beta", ""))
        assert codebook.check_code("alpha", "") == Code("alpha", "")
        with pytest.raises(CodebookError, match="leave it empty"):
            codebook.check_code("alpha", "good")

    def test_one_language(self) -> None:
        data = small_codebook()
        data["languages"] = ["en"]
        for theme in data["themes"]:
            del theme["definitions"]["sv"]
        assert Codebook.from_dict(data).languages == ("en",)

    @pytest.mark.parametrize(
        ("path", "value", "message"),
        [
            (("themes", 1, "definitions"), None, r"themes\[beta\]\.definitions is missing"),
            (("themes", 1, "definitions", "sv"), None, "theme 'beta' has no definitions in 'sv'"),
            (("themes", 0, "names", "en"), "  ", "theme 'alpha' has no names in 'en'"),
            (("themes", 1, "id"), "alpha", "theme id 'alpha' occurs twice"),
            (("polarities", 1, "id"), "good", "polarity id 'good' occurs twice"),
            (("themes", 0, "definition"), "So.", r"themes\[alpha\]\.definition is an unknown key"),
            (("colour",), "red", "colour is an unknown key"),
            (("themes", 0, "id"), "Alpha One", "pattern"),
            (("themes",), [], "themes"),
            (("themes",), None, "themes is missing"),
            (("source",), 7, "source: .*string"),
            (("themes", 0, "names", "de"), "Alpha", "names"),
            (("themes", 0, "examples"), {"en": [{"text": "A.", "polarity": "ugly"}]}, "'ugly'.*bad, good"),
        ],
    )
    def test_what_is_wrong_and_where(
        self, tmp_path: Path, path: tuple[str | int, ...], value: object, message: str
    ) -> None:
        data = copy.deepcopy(small_codebook())
        here: Any = data
        for key in path[:-1]:
            here = here[key]
        if value is None:
            del here[path[-1]]
        else:
            here[path[-1]] = value
        file = write(tmp_path, data)
        with pytest.raises(CodebookError, match=message) as caught:
            Codebook.load(file)
        assert str(caught.value).startswith(str(file))

    def test_bad_yaml_names_the_row(self, tmp_path: Path) -> None:
        with pytest.raises(CodebookError, match="not valid YAML") as caught:
            Codebook.load(write(tmp_path, "id: tiny\nversion: 1\ntitle: [sv, en\nsource: x\n"))
        assert caught.value.row is not None
        assert caught.value.row >= 3

    @pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
    def test_yaml_that_is_no_codebook(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(CodebookError):
            Codebook.load(write(tmp_path, text))

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(CodebookError, match="no such file"):
            Codebook.load(tmp_path / "none.yaml")

    def test_not_utf8(self, tmp_path: Path) -> None:
        path = tmp_path / "own.yaml"
        path.write_bytes("title: på".encode("cp1252"))
        with pytest.raises(CodebookError, match="UTF-8"):
            Codebook.load(path)

    def test_unknown_name_lists_the_shipped(self) -> None:
        with pytest.raises(CodebookError, match=r"'reco'.*reco-competence, srp-process"):
            Codebook.load("reco")

    def test_unknown_theme_and_polarity(self) -> None:
        with pytest.raises(CodebookError, match="alpha, beta"):
            TINY.theme("gamma")
        with pytest.raises(CodebookError, match="good, bad"):
            TINY.check_code("alpha", "")


class TestTranscript:
    @pytest.mark.parametrize(
        "spans",
        [((0, 11),), ((0, 5), (4, 8)), ((5, 3),), ((-1, 3),)],
        ids=["past end", "overlap", "negative", "before"],
    )
    def test_turns_lie_in_order_inside_the_text(self, spans: tuple[tuple[int, int], ...]) -> None:
        turns = tuple(Turn(i, start, end, "IP", Role.PARTICIPANT) for i, (start, end) in enumerate(spans))
        with pytest.raises(InputError, match="turn"):
            Transcript("d", "0123456789", turns)

    def test_interviewers_can_be_named(self) -> None:
        turns = (Turn(0, 0, 2, "IP", Role.INTERVIEWER), Turn(1, 2, 4, "I", Role.PARTICIPANT))
        transcript = Transcript("d", "abcd", turns)
        assert transcript.with_interviewers([" i: "]).speakers == {"IP": Role.PARTICIPANT, "I": Role.INTERVIEWER}
        with pytest.raises(InputError, match="'IP', 'I'"):
            transcript.with_interviewers(["Moderator"])

    def test_participants(self) -> None:
        group = tuple(
            Turn(i, i, i + 1, name, Role.INTERVIEWER if name == "M" else Role.PARTICIPANT)
            for i, name in enumerate(["M", "P1", "P2"])
        )
        focus = Transcript("g", "abc", group)
        assert [focus.participant_of(s) for s in ("M", "P1", "P2")] == ["", "g/P1", "g/P2"]
        assert Transcript("d", "abc", group[:2], participant="p7").participant_of("P1") == "p7"

    @given(st.text())
    def test_text_hash_is_of_the_text(self, text: str) -> None:
        assert Transcript("a", text, ()).text_hash == Transcript("b", text, ()).text_hash
        assert Transcript("a", text, ()).text_hash != Transcript("a", text + " ", ()).text_hash


class TestCoding:
    @pytest.mark.parametrize(("start", "end", "score"), [(3, 3, None), (4, 3, None), (-1, 3, None), (0, 1, 1.1)])
    def test_bad_span(self, start: int, end: int, score: float | None) -> None:
        with pytest.raises(InputError):
            CodedSpan(start, end, "alpha", "good", score)

    def test_sorted_spans_and_merged_scope(self) -> None:
        late, early = CodedSpan(5, 9, "alpha", "good"), CodedSpan(0, 4, "beta", "bad", 0.5)
        coding = Coding("d", HUMAN, (late, early), scope=((8, 12), (0, 5), (5, 6)))
        assert coding.spans == (early, late)
        assert coding.scope == ((0, 6), (8, 12))

    def test_spans_with_and_without_score_sort(self) -> None:
        spans = (CodedSpan(0, 4, "alpha", "good", 0.5), CodedSpan(0, 4, "alpha", "good"))
        assert len(Coding("d", HUMAN, spans).spans) == 2

    @given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1]))))
    def test_merged_intervals_cover_the_same_and_are_apart(self, intervals: list[tuple[int, int]]) -> None:
        merged = merge_intervals(tuple(intervals))
        assert {i for a, b in merged for i in range(a, b)} == {i for a, b in intervals for i in range(a, b)}
        assert all(left[1] < right[0] for left, right in zip(merged, merged[1:], strict=False))


class TestLabelMatrix:
    def matrix(self, *spans: CodedSpan, **more: Any) -> tuple[list[list[int]], list[list[int]]]:  # noqa: ANN401
        labels, known = label_matrix(THREE, Coding("d", HUMAN, spans, **more), TINY)
        assert labels.dtype == known.dtype == np.bool_
        return labels.astype(int).tolist(), known.astype(int).tolist()

    def test_columns_come_from_the_codebook(self) -> None:
        labels, known = self.matrix(CodedSpan(11, 30, "beta", "bad"))
        assert labels == [[0] * 4, [0, 0, 0, 1], [0] * 4]
        assert known == [[1] * 4] * 3

    def test_long_span_codes_each_sentence(self) -> None:
        assert [row[0] for row in self.matrix(CodedSpan(0, 50, "alpha", "good"))[0]] == [1, 1, 1]

    def test_clause_codes_its_sentence(self) -> None:
        assert [row[0] for row in self.matrix(CodedSpan(14, 19, "alpha", "good"))[0]] == [0, 1, 0]

    def test_slip_into_the_next_sentence_does_not(self) -> None:
        assert [row[0] for row in self.matrix(CodedSpan(0, 14, "alpha", "good"))[0]] == [1, 0, 0]

    def test_outside_the_scope_is_unknown(self) -> None:
        labels, known = self.matrix(CodedSpan(0, 10, "alpha", "good"), scope=((0, 30),))
        assert known == [[1] * 4, [1] * 4, [0] * 4]
        assert labels[0] == [1, 0, 0, 0]

    def test_theme_not_looked_for_is_unknown(self) -> None:
        _, known = self.matrix(themes=frozenset({"beta"}))
        assert known == [[0, 0, 1, 1]] * 3

    def test_a_code_is_known_wherever_it_lies(self) -> None:
        _, known = self.matrix(CodedSpan(31, 50, "alpha", "bad"), scope=((0, 10),), themes=frozenset({"beta"}))
        assert known == [[0, 0, 1, 1], [0] * 4, [0, 1, 0, 0]]

    @pytest.mark.parametrize(("theme", "polarity"), [("gamma", "good"), ("alpha", "ugly"), ("alpha", "")])
    def test_foreign_code(self, theme: str, polarity: str) -> None:
        with pytest.raises(CodebookError, match="'Ada'"):
            self.matrix(CodedSpan(0, 5, theme, polarity))


class TestMergeSpans:
    def test_neighbours_join_with_weighted_score(self) -> None:
        coded = [
            (THREE[0], [CodedSpan(0, 10, "alpha", "good", 0.5)]),
            (THREE[1], [CodedSpan(11, 30, "alpha", "good", 0.8), CodedSpan(11, 30, "beta", "bad")]),
            (THREE[2], []),
        ]
        first, second = merge_spans(coded)
        assert (first.start, first.end, first.theme) == (0, 30, "alpha")
        assert first.score == pytest.approx((0.5 * 10 + 0.8 * 19) / 29)
        assert (second.start, second.end, second.score) == (11, 30, None)

    def test_another_turn_or_polarity_parts(self) -> None:
        segments = [segment(0, 0, 5), segment(1, 6, 9), segment(2, 10, 14, turn=1)]
        polarities = ["good", "bad", "bad"]
        coded = [(s, [CodedSpan(s.start, s.end, "alpha", p)]) for s, p in zip(segments, polarities, strict=True)]
        assert [(s.start, s.end) for s in merge_spans(coded)] == [(0, 5), (6, 9), (10, 14)]

    @given(st.lists(st.tuples(st.sets(st.sampled_from(TINY.codes)), st.booleans()), max_size=12))
    def test_merged_spans_give_the_same_matrix(self, rows: list[tuple[set[Code], bool]]) -> None:
        turn, coded = 0, []
        for i, (codes, new_turn) in enumerate(rows):
            turn += new_turn
            place = segment(i, i * 10, i * 10 + 9, turn)
            coded.append((place, [CodedSpan(place.start, place.end, *code, 1.0) for code in sorted(codes)]))
        spans = merge_spans(coded)
        labels, _ = label_matrix([place for place, _ in coded], Coding("d", HUMAN, spans), TINY)
        wanted = [[code in codes for code in TINY.codes] for codes, _ in rows]
        assert labels.tolist() == wanted
