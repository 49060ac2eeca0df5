"""Swedish or English: a small offline detector by function words and telling letter sequences."""

from __future__ import annotations

import re

LANGUAGES = ("sv", "en")
MIN_KNOWN_WORDS = 4
"""A text with fewer telling words than this takes the language that is known beforehand."""

# Words that both languages write alike (i, in, for, man, men, all, under, fast, is, so, en, ...) are left out.
_SWEDISH = frozenset(
    """jag du han hon vi ni det den dom dem de mig dig sig oss er min mitt mina din ditt dina sin sitt sina
    hans hennes vår vårt våra deras och eller att som när där här var är vara varit blir blev bli blivit
    har hade haft ska skulle kan kunde kunnat vill ville velat får fick fått måste gör gjorde gjort göra
    går gick gått gå kommer kom kommit komma ett inte aldrig alltid också bara mycket lite mer mest
    redan ju nog väl då nu sen sedan igen kanske ändå faktiskt liksom typ på av till från med utan om
    mot mellan genom hos åt efter innan över upp ner ut eftersom fast så för vad vem vilken vilket vilka
    varför hur nej ja jo jaha nä mm nån någon något några nåt ingen inget inga alla allt annan annat
    andra samma själv sådan sånt såna denna detta dessa många bra tack jobb jobbet jobba jobbar arbete
    sjuk tror tycker tyckte tänker tänkte vet visste känner kände säger sa sagt säga ser såg tar tog år
    dag dagar gång gånger mer väldigt ganska riktigt precis inga hela helt bättre sämre ihop tillbaka
    hemma hem även blir alltså därför medan varje båda både vidare klarar klarade orkar orkade hjälp
    hjälpte chef chefen människor""".split()
) - {"fast", "er", "var", "den", "hem", "dig", "mm", "bra", "du", "de", "ser", "sin", "haft"}
_ENGLISH = frozenset(
    """the you he she we they it this that these those him them us my your his its our their and or but
    because if when where while although though to of from with without into about on by at as was were
    be been being am are isn't aren't wasn't don't doesn't didn't can't couldn't won't wouldn't i'm i've
    i'd i'll it's that's you're they're we're have has had having do does did doing done would should
    could might must cannot not no never always very much more most just only also really quite maybe
    perhaps still already again too there here what who which whose why how then than now yes yeah well
    some any none every each other another same own such both few many after before over up down out off
    through between against during know knew think thought feel felt say said says see saw go went going
    gone get got getting make made take took come came want wanted need needed work working worked job
    time times day days year years people thing things something someone anything nothing everything
    back way good better worse help helped sick ill like right okay let's give keep try tried told asked
    i me so will""".split()
) - {"am", "on", "by", "do", "no", "gone", "must", "see", "time", "has", "job", "me", "so", "will", "i", "hade", "come"}
_WEAK_ENGLISH = frozenset("i me so is in for a an am on by do no must see has will all her come job time".split())
_WEAK_SWEDISH = frozenset("i en er var den hem dig mm bra du de ser sin men man under haft du ha".split())

_SWEDISH_LETTERS = re.compile(
    r"[åäö]|sj|skj|stj|tj|fj|kk?ts|igt\b|isk[at]?\b|ades?\b|ande\b|ing(?:en|ar|arna)\b|[aeo]rna\b|heten?\b|skap"
    r"|lig(?:a|t)?\b|\bupp|\butb|\barbet|\bsjuk|\bkv|nskt?\b|ggt?\b|vj|gj"
)
_ENGLISH_LETTERS = re.compile(
    r"th|wh|w|ght|ou|ee|ea|oo|sh(?!et)|qu|tion|ness\b|ment\b|[^s]ly\b|ing\b|[bcdfgklmnprstv]ed\b"
    r"|\bc[aour]|[a-z]ic\b|ty\b|'[smtd]\b|x"
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LETTER_WEIGHT = 0.6
_FOREIGN_LEAD = 2.0
"""How far the other language must lead, in telling words, to overrule the one known beforehand."""


def detect_language(text: str, prior: str | None = None) -> str:
    """Whether a text is Swedish or English.

    Args:
        text: A sentence, a turn or a whole document.
        prior: The language expected, such as the document's. It holds for short texts and in doubt; a full sentence
            in the other language overrules it.

    Returns:
        "sv" or "en"; without a prior and without any evidence "sv".

    >>> detect_language("Jag vet inte vad jag skulle ha gjort.")
    'sv'
    >>> detect_language("Okay.", prior="sv")
    'sv'
    """
    swedish, english, telling = _evidence(text)
    if prior not in LANGUAGES:
        return "en" if english > swedish else "sv"
    lead = english - swedish if prior == "sv" else swedish - english
    own = swedish if prior == "sv" else english
    if telling >= MIN_KNOWN_WORDS and lead >= _FOREIGN_LEAD and lead > own:
        return "en" if prior == "sv" else "sv"
    return prior


def _evidence(text: str) -> tuple[float, float, int]:
    """Weight for Swedish, weight for English, and how many words carry any."""
    swedish = english = 0.0
    telling = 0
    for word in _WORD.findall(text.lower().replace("’", "'")):
        before = swedish + english
        if word in _SWEDISH:
            swedish += 1.0
        elif word in _ENGLISH:
            english += 1.0
        else:
            swedish += 0.4 * (word in _WEAK_SWEDISH)
            english += 0.4 * (word in _WEAK_ENGLISH)
            if len(word) > 2:
                swedish += _LETTER_WEIGHT * bool(_SWEDISH_LETTERS.search(word))
                english += _LETTER_WEIGHT * bool(_ENGLISH_LETTERS.search(word))
        telling += swedish + english > before
    return swedish, english, telling
