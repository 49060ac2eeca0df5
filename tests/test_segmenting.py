"""Sentences of spoken Swedish and English: nasty cases."""

import pytest

from rtwnlp.segmenting import segment, sentence_spans
from rtwnlp.transcript import Role, Transcript, Turn

# Each case: sentences divided by "|"; the text is what remains without the bars.
CASES = """
Jag var trött.| Sen gick jag hem.
ja.| det var så.| nej
det var bara så ingen punkt alls
Jag vet... jag vet inte.
Jag vet inte...| Men det gick.
Jag vet…| Sen kom hon.
Jag vet … kanske ändå
så…men det gick
Det var t.ex. Anna som ringde.
Det var t. ex. Anna som ringde.
Vi gjorde bl.a. Excelkurser.| Det var bra.
Hon kom, d.v.s. chefen.| Hon var snäll.
Bilar, båtar o.s.v.| Sen tog det slut.
bilar, båtar o.s.v. som jag gillade
Vi åt m.m.| Sedan gick vi.
Vi åt mm. men det gick bra
mm.| ja det var så
Mm.| Ja det var så.
Mm, mm.| ja precis
Min s.k. rehabkoordinator ringde.
Hon är f.d. Sjuksköterska här.
Möte kl. 9.30 varje dag.| Sen lunch.
Möte kl. 9.| Sen lunch.
Det tog ca. 3.5 timmar.
Nr. 5 var bäst.| Tror jag.
Jag träffade dr. Berg.| Hon lyssnade.
Dr. Berg sa nej.
Mr. Smith called.| Mrs. Jones did not.
Prof. Lund och Dr. A. Berg kom.
Vi bor nära St. Eriks sjukhus.| Det är bra.
Vi köpte 5 st. bord
Vi köpte 5 st.| Sen åkte vi.
Det sitter fast.| Så är det.
det sitter fast.| så är det
När jag var ung.| Det var bra.
I like fruit, e.g. apples.
I mean, i.e. That one.
We did forms, calls, etc. and it was fine.
We did forms, calls, etc.| Then I left.
It was me vs. Them all the time.
Kaffe resp. Te.
Kläder osv.| Jag orkade inte.
kläder osv. fast inte skor
Den 3. maj kom jag tillbaka.
Jag kom den 3. Maj var varm.
Det var 2019.| Sen kom pandemin.
det var 2019.| sen kom pandemin
J. Svensson var chef.| Han slutade.
Chefen hette B. K. Larsson.
We had plan B.| Then it failed.
She did and so did I.| It helped.
"Nej."| Så sa han.
"Varför?" frågade hon.
”Jag kan inte.”| Sen gick jag.
”Jag kan inte!” sa jag.| Det var skönt.
Han sa: "Gå hem."| Jag gick.
“Go home.”| He said it twice.
(Det var innan jag blev sjuk.)| Sen blev det värre.
Va?!| Nej!| Jo då.
Really??| Yes!!!| Fine.
what?| no.| well maybe
Det var kul. [skratt]| Men svårt.
Det var kul. (paus)| Men svårt.
Det var kul. (...)| Men svårt.
Det var kul. /.../| Men svårt.
Det var kul. [...] (skratt)| Men svårt.
It was hard. [laughs]| I cried.
It was hard [laughs] but I managed.
Jag (paus) vet inte [ohörbart] riktigt.
[skratt] Ja, så var det.| Nej.
[skratt]
...
... och sen då?| Ja.
– Ja.| – Nej.
Det gick.|Sen blev det stopp.
Se www.fk.se eller skriv till a.b@fk.se nu.| Bra.
Jag tänkte att\\ndet skulle gå.| Ja.
Jag tänkte.\\n|Det gick.
Första stycket\\n\\n|andra stycket
första stycket\\n \\n|Andra stycket
Hon bad mig och\\nAnna att komma.
and then\\nI went home
Det var så\\n|Sen kom hon
1. Först gick jag.| 2. Sen kom jag.
Vi slutade 5 p.m.| Then we left.
we slept till 3 a.m. every day
Fr.o.m. Maj var jag sjuk, p.g.a. Stress.
Jag jobbar 50 %.| Det räcker.
Ja...| "Nej!"| Så sa jag.
Ja. . .| Så var det.
I used C.| Then left.
Hej 😀.| Bra 😀
"""
LINES = [line.replace("\\n", "\n") for line in CASES.strip().split("\n")]


def sentences(text: str, language: str = "sv") -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text, language)]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("case", LINES)
def test_sentences(case: str, language: str) -> None:
    assert sentences(case.replace("|", ""), language) == [part.strip() for part in case.split("|")]


@pytest.mark.parametrize("case", [line for line in LINES if "\n" in line])
def test_crlf_gives_the_same_sentences(case: str) -> None:
    text = case.replace("|", "")
    crlf = [s.replace("\r\n", "\n") for s in sentences(text.replace("\n", "\r\n"))]
    assert crlf == sentences(text)


def test_there_are_enough_cases() -> None:
    assert len(LINES) >= 60


@pytest.mark.parametrize("text", ["", " \n\t ", "\r\n"])
def test_nothing_said_gives_no_segment(text: str) -> None:
    assert sentences(text) == []


def test_a_long_run_on_stays_one() -> None:
    assert len(sentences("och så gick vi dit " * 60_000)) == 1


def test_segments_keep_offsets_and_turns() -> None:
    text = "I: Hur gick det? Bra?\nIP:  Jo.  Det gick 😀 bra \nI: \n"
    text += "IP: You should never give up on what you want. Så sa hon."
    first, second, third = text.index("Hur"), text.index(" Jo"), text.index("You")
    turns = (
        Turn(0, first, text.index("\nIP:  "), "I", Role.INTERVIEWER),
        Turn(1, second, text.index("\nI: \n"), "IP", Role.PARTICIPANT),
        Turn(2, text.index("\nIP: You"), text.index("\nIP: You"), "I", Role.INTERVIEWER),
        Turn(3, third, len(text), "IP", Role.PARTICIPANT),
    )
    found = segment(Transcript("d", text, turns, language="sv"))
    assert [s.text for s in found] == [
        "Hur gick det?",
        "Bra?",
        "Jo.",
        "Det gick 😀 bra",
        "You should never give up on what you want.",
        "Så sa hon.",
    ]
    assert [s.index for s in found] == list(range(6))
    assert all(text[s.start : s.end] == s.text for s in found)
    assert [s.turn for s in found] == [0, 0, 1, 1, 3, 3]
    assert [s.language for s in found] == ["sv", "sv", "sv", "sv", "en", "sv"]
    assert found[0].role is Role.INTERVIEWER
