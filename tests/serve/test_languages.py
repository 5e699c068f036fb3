"""In which language a text is, as far as it is told."""

from __future__ import annotations

import pytest

from serve.languages import language_of

TEXTS = {
    "de": "Die Regierung hat mit der Opposition verhandelt und ist nicht zu einem Ende gekommen",
    "fr": "Le gouvernement annonce que les discussions sur la dette vont reprendre dans la semaine",
    "es": "El gobierno anunció que las negociaciones con los sindicatos se reanudarán en Lima",
    "pt": "O governo disse que as conversas com os sindicatos não serão retomadas em uma semana",
    "it": "Il governo ha detto che i colloqui con i sindacati della capitale sono ripresi",
    "nl": "De regering heeft het akkoord met de bonden niet getekend en dat is een week later",
    "sv": "Regeringen har inte skrivit under avtalet och det är en nyhet som kom från Lund",
    "da": "Regeringen har ikke skrevet under på aftalen, og det blev en nyhed efter kl. ni",
    "no": "Regjeringen har ikke skrevet under på avtalen, og det ble en nyhet etter kl. ni",
    "fi": "Hallitus ei ole allekirjoittanut, ja neuvottelut jatkuvat, mutta sen mukaan on kiire",
    "pl": "Rząd nie podpisał umowy z związkami i rozmowy w stolicy nie będą wznowione",
    "tr": "Hükümet ve sendikalar bir anlaşma için daha çok zaman istedi, ama bu ile olan bir sorun",
    "id": "Pemerintah dan serikat itu tidak akan berunding di ibu kota pada pekan ini",
    "ru": "\u041f\u0440\u0430\u0432\u0438\u0442\u0435\u043b\u044c AFP",
    "uk": "\u0423\u0440\u044f\u0434 \u041a\u0438\u0454\u0432\u0430",
    "ja": "\u653f\u5e9c\u306f\u767a\u8868\u3057\u305f",
    "zh": "\u653f\u5e9c\u5ba3\u5e03",
    "ko": "\uc815\ubd80\ub294 \ubc1d\ud614\ub2e4",
    "fa": "\u06af\u0641\u062a\u06af\u0648",
    "ur": "\u0627\u0688\u0627",
    "ar": "\u0642\u0627\u0644\u062a \u0627\u0644\u062d\u0643\u0648\u0645\u0629",
    "he": "\u05d4\u05de\u05de\u05e9\u05dc\u05d4",
    "el": "\u0397 \u03ba\u03c5\u03b2\u03ad\u03c1\u03bd\u03b7\u03c3\u03b7",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_told(language: str) -> None:
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123 4.5",
        "EXXON RAISES PRICE",
        "Net 190.9 mln Swiss francs vs 150.4 mln, dividend 160 per bearer, 32 per share",
        "He said that de la Cruz and van der Berg had left from Los Angeles for San Juan del Sur",
        "\u041c\u043e\u0441\u043a\u0432\u0430 is what Russians call their capital",
    ],
)
def test_english_and_what_may_be_anything_are_not(text: str) -> None:
    assert language_of(text) is None
