"""In which language is a text? Told for browsers, which read it aloud and choose its letters by it.

Stories do not tell their language, and nearly all are English. What is not is told by its script,
and in Latin script by the small words that every sentence has; if in doubt, nothing is told.
"""

from __future__ import annotations

import re
from collections import Counter

LOOKED_AT = 300
"""Characters of a text that are looked at."""
_LEAST = 3
"""Small words that it takes to tell a language, and twice those of English."""
_SHARE = 0.1
"""Of all words."""
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_SCRIPTS = tuple(
    (re.compile(f"[{script}]"), tuple((tag, re.compile(f"[{own}]")) for tag, own in tags))
    for script, *tags in (
        ("\u3040-\u30ff\u4e00-\u9fff", ("ja", "\u3040-\u30ff"), ("zh", "\u4e00-\u9fff")),
        ("\u1100-\u11ff\uac00-\ud7af", ("ko", "\uac00-\ud7af")),
        ("\u0400-\u04ff", ("uk", "\u0404\u0406\u0407\u0454\u0456\u0457"), ("ru", "\u0400-\u04ff")),
        (
            "\u0600-\u06ff",
            ("ur", "\u0679\u0688\u0691\u06d2"),
            ("fa", "\u067e\u0686\u0698\u06af"),
            ("ar", "\u0600-\u06ff"),
        ),
        ("\u05d0-\u05ea", ("he", "\u05d0-\u05ea")),
        ("\u0370-\u03ff", ("el", "\u0370-\u03ff")),
        ("\u0900-\u097f", ("hi", "\u0900-\u097f")),
        ("\u0e00-\u0e7f", ("th", "\u0e00-\u0e7f")),
    )
)
"""Scripts, and the languages of each: first those that have letters which the last one has not."""
_SMALL_WORDS = {
    "en": "the of and to that for on said was with by from is at it his as were has not",
    "de": "der die das und den von mit auf ist nicht sich dem des ein eine im wie als wird",
    "fr": "le la les des et une du dans est pour que qui sur au par pas avec ont cette",
    "es": "el los las del y una por con para que se en su como fue sus al lo",
    "pt": "o os as do da dos das em um uma não para com que foi ao pela pelo",
    "it": "il di che gli della per un una è con del nel sono dei alla ha le si",
    "nl": "het een van en dat niet op zijn voor met ook aan werd naar bij door",
    "sv": "och att det som på är av för med inte till har den ett från",
    "da": "og det at er på af til for med ikke den har som blev efter mod havde kun nu bliver",
    "no": "og det at er på av til for med ikke den har som ble etter mot hadde bare blir",
    "fi": "ja on ei että oli mutta hän myös kun sen joka",
    "pl": "i w na z się nie do że jest po od przez dla",
    "tr": "ve bir bu için ile da de olarak çok daha olan",
    "id": "yang dan di itu dengan untuk dari pada akan tidak ini",
}
_TAGS = {
    word: tuple(tag for tag, words in _SMALL_WORDS.items() if word in words.split())
    for words in _SMALL_WORDS.values()
    for word in words.split()
}


def language_of(text: str) -> str | None:
    """The language of ``text`` (BCP 47), or None for English and where it cannot be told."""
    text = text[:LOOKED_AT]
    if " the " in text:  # as nearly every text has, which saves the rest
        return None
    if not text.isascii():
        latin = len(_LATIN.findall(text))
        for script, tags in _SCRIPTS:
            if len(script.findall(text)) > latin:
                return next((tag for tag, own in tags if own.search(text)), None)
    words = _WORD.findall(text.lower())
    counts = Counter(tag for word in words for tag in _TAGS.get(word, ()))
    least = max(_LEAST, 2 * counts.pop("en", 0), len(words) * _SHARE)
    best, count = counts.most_common(1)[0] if counts else ("", 0)
    return best if count >= least else None
