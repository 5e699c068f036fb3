"""Names in wire copy: the words they are made of, and how they are printed."""

from __future__ import annotations

import re

UPPER = "A-Z" + "".join(c for c in map(chr, range(0xC0, 0x250)) if c.isupper())
LETTER = r"[^\W\d_]"
_JOINED = r"(?:au|aux|de|d|la|le|les|en|sur|sous|upon|el|al|es|du|des|of|the|on|i|y|e)"
_WORD = (
    r"(?:(?:al|el|as|ash|ad|an|ar|at|az)-|['’][sS]-|[dD]['’])?"
    rf"(?:(?:St|Ste|Sta|Ft|Mt|Pt|ST|STE|STA|FT|MT|PT)\.|[{UPPER}](?:{LETTER}|['’](?={LETTER}))*)"
    rf"(?:-{_JOINED}(?=-)|-[{UPPER}](?:{LETTER}|['’](?={LETTER}))*)*"
)
BETWEEN = (
    r"(?:de|del|della|di|da|do|dos|das|du|des|la|las|le|les|los|el|al|of|the|upon|am|an|der"
    r"|den|im|i|y|e|sur|sous|au|van|as|ad|nad|pod|na|pri|ved|bei|ob|op|aan|zee)"
)
NAME = re.compile(rf"{_WORD}(?:[ ]+(?:{BETWEEN}[ ]+){{0,2}}{_WORD}){{0,5}}")
NAME_ENDS = re.compile(rf"(?<=[\w.])(?=[ ]+(?:{BETWEEN}[ ]+){{0,2}}(?:['’]s-|d['’])?[{UPPER}])")


def natural_case(name: str) -> str:
    """``RIO DE JANEIRO`` as it stands in a sentence: ``Rio de Janeiro``.

    >>> natural_case("N'DJAMENA"), natural_case("WINSTON-SALEM"), natural_case("ŁÓDŹ")
    ("N'Djamena", 'Winston-Salem', 'Łódź')
    """
    name = " ".join(name.split())
    if name.upper() != name:
        return name
    lowered = re.sub(rf"{LETTER}+", lambda m: m.group().capitalize(), name)
    lowered = re.sub(
        rf"(?<=[ -]){BETWEEN}(?=[ -])", lambda m: m.group().lower(), lowered, flags=re.IGNORECASE
    )
    return re.sub(r"(?<=\w\w['’])S\b", "s", lowered)
