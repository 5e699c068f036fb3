"""Bytes -> clean text: encoding told, mojibake repaired, entities and controls resolved."""

from __future__ import annotations

import html
import re
import unicodedata

from index.errors import StoryFileError

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# UTF-8 read as Windows-1252 or Latin-1: a lead byte's letter, then a continuation byte's.
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,20}\d{0,2});")
_COMMON = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#3;", ""), ("&amp;", "&"))
"""The ampersand last, or "&amp;lt;" would be resolved twice."""
_RARE_ENTITY = re.compile(r"&(?!lt;|gt;|quot;|#3;|amp;)[#A-Za-z]")
_ESCAPES = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|[@-_])")
_SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u3000]")
_SYMBOL_IN_WORD = re.compile("[^\\W\\d_][\u00a1-\u00b6\u00b8-\u00bf\u00d7\u00f7][^\\W\\d_]")
_BINARY_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r")
_ASCII_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\n")
_BINARY_SHARE = 0.05
_SAMPLE = 64 * 1024


def decode(data: bytes) -> str:
    """``data`` as text: by its byte-order mark, as UTF-8, else by charset-normalizer.

    Raises StoryFileError for bytes that are no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise StoryFileError(f"damaged {encoding} text") from error
    if is_binary(data):
        raise StoryFileError("a binary file, not text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _detect(data)


def is_binary(data: bytes) -> bool:
    """Whether ``data`` holds bytes that text does not: NULs, or many control characters."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _BINARY_CONTROLS))
    return b"\0" in sample or controls > _BINARY_SHARE * len(sample)


def _detect(data: bytes) -> str:
    from charset_normalizer import from_bytes  # costs 30 ms: only where UTF-8 fails

    # Wire copy in one byte a character is Windows-1252 far more often than its look-alikes.
    text = data.decode("cp1252", "replace")
    if "\ufffd" not in text and _reads_as_western(text):
        return text
    found = list(from_bytes(data[:_SAMPLE]))
    # The library's own order puts a trace less of disorder above far better language.
    best = max(found, key=lambda match: match.coherence - 3 * match.chaos, default=None)
    if best is None:
        raise StoryFileError("text in an encoding that cannot be told")
    return data.decode(best.encoding, "replace")


def _reads_as_western(text: str) -> bool:
    """Whether letters beyond ASCII are few, and no symbol stands where a letter should.

    Polish in Windows-1250 read as Windows-1252 is full of "³" and "¹" within words.
    """
    beyond = sum(not c.isascii() for c in text)
    return beyond < 0.25 * len(text) and not _SYMBOL_IN_WORD.search(text)


def clean(text: str) -> str:
    """``text`` with mojibake repaired, entities resolved, and no control characters.

    Accents are parts of their letters (NFC, Unicode Standard Annex 15). New lines are ``\\n``;
    every other white space is a plain space.
    """
    if not text.isascii() and _MOJIBAKE.search(text):
        from ftfy import fix_encoding  # costs 60 ms: only where mojibake is seen

        text = fix_encoding(text)
    if "&" in text:
        text = _entities(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\f" in text:
        text = text.replace("\f", "\n")
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if text.isascii():
        # Most copy is, and bytes are sieved ten times as fast.
        text = text.replace("\t", " ")
        return text.encode("ascii").translate(None, _ASCII_CONTROLS).decode("ascii")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", _SPACES.sub(" ", text)))


def _entities(text: str) -> str:
    """``text`` with every entity resolved once; the few that make up most of copy, quickly."""
    if not _RARE_ENTITY.search(text):
        for entity, character in _COMMON:
            text = text.replace(entity, character)
        return text
    return _ENTITY.sub(_resolve, text)


def _resolve(entity: re.Match[str]) -> str:
    """The character an entity names; a control character comes to nothing."""
    resolved = html.unescape(entity.group())
    return "" if _CONTROLS.fullmatch(resolved) else resolved
