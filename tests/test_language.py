"""Swedish or English, on short segments."""

import pytest

from rtwnlp.language import detect_language

SWEDISH = """Jag orkade inte längre.
Det var min chef som ringde.
Vi fick hjälp av kommunen.
Sen gick jag hem igen.
Det blev bättre efter hand.
Hon lyssnade verkligen på mig.
Man får ta en dag i taget.
Försäkringskassan sa nej.
Jag hade ont i ryggen.
Mina kollegor var snälla.
Kan du berätta mer?
Hur kändes det?
Och då blev jag sjuk.
ja precis så var det
Jag vill tillbaka till jobbet.
Barnen gick i skolan.
Det tog tre månader.
Jag lärde mig säga nej.
Vi hade många möten.
Ingen förstod mig.
Det är svårt att förklara.
Först trodde jag inte på det.
Jag bad om färre timmar.
Min man stöttade mig hela tiden.
Rehabkoordinatorn var jätteduktig.
Läkaren skrev ett nytt intyg.
Arbetsterapeuten kom hem.
Jag planerar mina dagar noga.
Nu jobbar jag halvtid.
Vad hände sen?
Det gick för fort.
Jag var rädd för att misslyckas.
De andra visste inte om det.
Jag åkte buss dit varje morgon.
Vi delade upp arbetet.
Jag är stolt över det.
Det kändes meningslöst.
Varför gjorde du så?
Hon skickade ett mejl om schemat.
Jag körde in i väggen.
Allt var kaos hemma.
Okay, men jag gick till HR på måndagen.""".split("\n")
ENGLISH = """I could not go on.
It was my manager who called.
We got help from the council.
Then I went home again.
It got better over time.
She really listened to me.
You take one day at a time.
The agency said no.
I had pain in my back.
My colleagues were kind.
Can you tell me more?
How did that feel?
And then I got sick.
yeah exactly like that
I want to go back to work.
The kids were at school.
It took three months.
I learned to say no.
We had many meetings.
Nobody understood me.
It is hard to explain.
At first I didn't believe it.
I asked for fewer hours.
My husband supported me all the way.
The coordinator was brilliant.
The doctor wrote a new note.
An occupational therapist came home.
I plan my days carefully.
Now I work half time.
What happened next?
It went too fast.
I was afraid to fail.
The others didn't know about it.
I took the bus every morning.
We split the work.
I am proud of it.
It felt pointless.
Why did you do that?
She sent an email about the schedule.
I hit the wall.
Everything was chaos at home.
In Malmö I met Björn and then we started working.""".split("\n")


@pytest.mark.parametrize("text", SWEDISH)
def test_swedish(text: str) -> None:
    assert detect_language(text) == "sv"
    assert detect_language(text, "sv") == "sv"
    assert detect_language(text.lower(), "sv") == "sv"


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    assert detect_language(text) == "en"
    assert detect_language(text, "en") == "en"
    assert detect_language(text.lower(), "en") == "en"


@pytest.mark.parametrize("text", ["Okay.", "Mm.", "Yes!", "Nej.", "No.", "Thank you.", "Anna", "", "2019", "[paus]"])
@pytest.mark.parametrize("prior", ["sv", "en"])
def test_short_takes_the_document(text: str, prior: str) -> None:
    assert detect_language(text, prior) == prior


@pytest.mark.parametrize(
    ("text", "prior", "expected"),
    [
        ("You should never give up on what you want.", "sv", "en"),
        ("She said that I had to think about what I needed.", "sv", "en"),
        ("The show must go on, they told us every day.", "sv", "en"),
        ("Det är som man säger hemma att borta är bra men hemma bäst.", "en", "sv"),
        ("Jag vet inte vad jag skulle ha gjort.", "en", "sv"),
        ("Han sa just do it till mig och då gjorde jag det.", "sv", "sv"),
        ("Vi hade ett team meeting om work-life balance varje vecka.", "sv", "sv"),
        ("It was what we call lagom, just enough for me.", "en", "en"),
        ("Försäkringskassan told me that I was too well.", "en", "en"),
        ("Det var liksom too much för mig.", "sv", "sv"),
    ],
)
def test_mixed(text: str, prior: str, expected: str) -> None:
    assert detect_language(text, prior) == expected
