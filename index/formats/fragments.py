"""Text as feeds and dumps carry it -> paragraphs: HTML fragments, or lines of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_MARKUP = 8 * 1024 * 1024
"""Characters of markup that are looked at; no story comes near."""
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|em|strong|h[1-6]|ul|ol|li|table|tr|td|blockquote|section|article"
    r"|html|body|figure|img|hr|pre|sup|sub|u|small|font|cite|q|abbr|time|center|dl|dt|dd)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "p div section article main body blockquote quote head h1 h2 h3 h4 h5 h6 hl1 hl2 block pre "
    "header footer center address dl ul ol list table hr figure aside nav form "
    "body.content body.end".split()
)
_LISTS = frozenset("ul ol dl list table".split())
_LINES = frozenset("li item dt dd tr row".split())
_CELLS = frozenset("td th cell".split())
_DROPPED = frozenset(
    "script style noscript template svg iframe object figure figcaption caption media button form "
    "select textarea nav graphic img".split()
)
_CAPTION_CLASS = re.compile(r"\bcaption|photo-?credit|image-?credit", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"\s*(?:[-*•·–—▪◦]|\d{1,2}[.)])\s+\S")
_SENTENCE_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_WRAP = 100
"""Characters; longer lines are no hard-wrapped text."""


def sound(text: str) -> str:
    """``text`` cleaned, and without the halves of surrogate pairs that JSON can carry."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return clean(text)


def one_line(text: str | None) -> str | None:
    """``text`` on one line, clean and without tags; None where nothing is left."""
    if not text:
        return None
    if looks_like_markup(text):
        text = " ".join(markup_paragraphs(text)).replace("\n", " ")
    return " ".join(sound(text).split()) or None


def looks_like_markup(text: str) -> bool:
    """Whether ``text`` holds an HTML tag that news text is marked up with."""
    return "<" in text and _TAG.search(text) is not None


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text field that may be HTML or plain."""
    return markup_paragraphs(text) if looks_like_markup(text) else plain_paragraphs(text)


def words_in(texts: list[str]) -> int:
    """How many words there are in ``texts``."""
    return sum(len(text.split()) for text in texts)


# --- plain text --------------------------------------------------------------------------


def plain_paragraphs(text: str) -> list[str]:
    """Paragraphs told by blank lines, indents, or lines that are too long to be wrapped."""
    text = sound(text)
    if "\n" not in text and "\\n" in text:
        # A dump escaped twice: new lines stand as a backslash and an n.
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n")
    found: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text):
        found += _of_block([line.rstrip() for line in block.split("\n") if line.strip()])
    return found


def _of_block(lines: list[str]) -> list[str]:
    if len(lines) < 2:
        return [_folded(line) for line in lines]
    if _is_tabular(lines):
        return ["\n".join(line.strip() for line in lines)]
    unfinished = sum(not _SENTENCE_END.search(line) for line in lines[:-1])
    if max(map(len, lines)) > _WRAP or 2 * unfinished < len(lines) - 1:
        return [_folded(line) for line in lines]
    joined: list[list[str]] = [[]]
    for line in lines:
        if line.startswith(("  ", "\t")) and not all(ln.startswith(("  ", "\t")) for ln in lines):
            joined.append([])
        joined[-1].append(line)
    return [_folded(" ".join(part)) for part in joined if part]


def _is_tabular(lines: list[str]) -> bool:
    """A table or a list: its lines stay lines."""
    spaced = sum("  " in line.strip() or "..." in line for line in lines)
    bullets = sum(_BULLET.match(line) is not None for line in lines)
    return 2 * spaced > len(lines) or 2 * bullets > len(lines)


def _folded(line: str) -> str:
    return " ".join(line.split())


# --- markup ------------------------------------------------------------------------------


def markup_paragraphs(markup: str) -> list[str]:
    """The paragraphs of an HTML fragment; scripts, figures and captions are left out."""
    from lxml import etree, html  # costs 40 ms: only where there is markup

    if _SURROGATE.search(markup):
        markup = markup.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    data = markup[:MAX_MARKUP].replace("\0", "").encode()
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.LxmlError:  # nothing but white space or comments
        return []
    bodies = root.findall("body")
    return element_paragraphs(bodies[0] if bodies else root)


def element_paragraphs(root: _Element) -> list[str]:
    """The paragraphs under an element of HTML, NITF's body.content or trafilatura's tree.

    Lists and tables come as one paragraph each, an item or a row to the line.
    """
    found: list[str] = []
    lines: list[str] = []
    pieces: list[str] = []
    depth = 0
    for event, name, text in _events(root):
        if name in _LINES or (depth and name in _BLOCKS) or name in _CELLS:
            if depth or name not in _CELLS:
                if name in _CELLS:
                    pieces.append("  " if event == "end" else "")
                else:
                    _end_line(pieces, lines)
        elif name in _BLOCKS:
            found += plain_paragraphs("".join(pieces))
            pieces.clear()
        elif name in ("br", "lb") and event == "start":
            pieces.append(" " if depth else "\n")
        if name in _LISTS:
            depth += 1 if event == "start" else -1
        if not depth and lines and name in _LISTS:
            found.append("\n".join(lines))
            lines.clear()
        pieces.append(text)
    _end_line(pieces, lines) if depth else None
    found += ["\n".join(lines)] if lines else []
    return found + plain_paragraphs("".join(pieces))


def _end_line(pieces: list[str], lines: list[str]) -> None:
    cells = (_folded(sound(cell)) for cell in "".join(pieces).split("  "))
    line = "  ".join(filter(None, cells))
    pieces.clear()
    if line:
        lines.append(line)


def _events(root: _Element) -> Iterator[tuple[str, str, str]]:
    """(start or end, the tag's local name, the text that follows), in document order."""
    from lxml import etree

    within_pre = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        name = tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
        dropped = element is not root and (
            name in _DROPPED or bool(_CAPTION_CLASS.search(element.get("class") or ""))
        )
        if event == "start" and dropped:
            walk.skip_subtree()
            continue
        if name == "pre":
            within_pre += 1 if event == "start" else -1
        if event == "start":
            text = element.text
        else:
            text = element.tail if element is not root else None
        name = "" if dropped else name
        yield event, name, (text or "") if within_pre else _SPACE.sub(" ", text or "")
