"""XML of the wire formats: read safely, a record at a time, and as paragraphs.

Nothing is fetched and no entity that a file declares is expanded: document type
declarations are dropped before the parser (libxml2, by lxml) sees them, and the named
entities of HTML 5 are resolved here. What newsrooms' XML gets wrong is put right on the
way: control characters, bare ampersands, Windows-1252 bytes under another name, several
documents in a row. Names are compared without their namespaces.
"""

from __future__ import annotations

import codecs
import contextlib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from index.errors import StoryFileError
from index.text import clean

if TYPE_CHECKING:
    from lxml.etree import XMLPullParser, _Element

MAX_DEPTH = 200
"""Elements within elements."""
MAX_RECORD = 8 * 1024 * 1024
"""Characters from the end of one record to the end of the next."""
MAX_ELEMENTS = 200_000
"""Elements of a record."""
MAX_PROLOGUE = 256 * 1024
"""Characters before a document's root: declaration, document type, comments."""
_CHUNK = 64 * 1024
_LOOKAHEAD = 256
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
# What is declared as one of the first three holds Windows-1252's quotes and dashes.
_WESTERN = {"iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252"}
_ENCODINGS = re.compile(
    r"iso-8859-\d+|windows-\d+|cp\d+|koi8-[ru]|big5(?:-hkscs)?|gb2312|gbk|gb18030|shift_jis"
    r"|euc-(?:jp|kr)|iso-2022-jp|macintosh"
)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_OF_XML = {"amp", "lt", "gt", "quot", "apos"}
_QUOTED = r"\"[^\"]*+\"|'[^']*+'"
_PROLOGUE = re.compile(
    rf"(?:[\s\ufeff]++|<\?(?s:.*?)\?>|<!--(?s:.*?)-->"
    rf"|<!DOCTYPE(?:[^\[>\"']++|{_QUOTED})*+"
    rf"(?:\[(?:(?><!--(?s:.*?)-->)|<\?(?s:.*?)\?>|[^\]\"'<]++|{_QUOTED}|<(?!!--|\?))*+\]\s*+)?+>)*+",
    re.IGNORECASE,
)
_TAG = re.compile(rf"<([A-Za-z_][\w:.-]*+)((?:[^<>\"']++|{_QUOTED})*+)")
_HIDDEN = re.compile(r"(?s:<!--.*?-->|<!\[CDATA\[.*?\]\]>)")
_SKIPPED = frozenset(
    "script style noscript template head svg math canvas map img figure figcaption picture object"
    " iframe video audio embed form button select textarea nav aside del rt rp"
    " media media-caption media-producer media-metadata media-reference media-object"
    " copyrite note nitf-table-metadata nitf-table-summary body.head body.end".split()
)
_BLOCKS = frozenset(
    "html body body.content block p div section article main header footer address center details"
    " h1 h2 h3 h4 h5 h6 hl1 hl2 blockquote bq block-quote credit hr fieldset caption tbody thead"
    " tfoot tr td th li dt dd nitf-table byline dateline distributor abstract title para".split()
)
_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"'”’»)\]]{0,4}$")
_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Record:
    """An element that was asked for, whole, and the names of those around it, from the root.

    The element is emptied when the next record is asked for.
    """

    element: _Element
    path: tuple[str, ...]


def opening_tags(head: bytes, count: int = 3) -> list[tuple[str, str]]:
    """The first start tags of an XML file: (local name, attributes as printed)."""
    text = head.decode(_encoding(head), "ignore")
    text = text[_prologue(text) :][:4096]
    tags: list[tuple[str, str]] = []
    if not _TAG.match(text):
        return tags
    for tag in _TAG.finditer(_HIDDEN.sub("", text)):
        tags.append((_bare(tag[1]), tag[2]))
        if len(tags) == count:
            break
    return tags


def _prologue(text: str) -> int:
    """Where what may stand before a root ends."""
    match = _PROLOGUE.match(text)
    return match.end() if match else 0


def records(file: BinaryIO, names: Iterable[str]) -> Iterator[Record]:
    """The outermost elements with one of these local names, in order, as a stream.

    Raises StoryFileError where the XML is broken or beyond bounds; the records before that
    have been yielded.
    """
    wanted = frozenset(names)
    documents = _Documents(_mended(file))
    while (root := documents.root()) is not None:
        yield from _records(documents.body(root), wanted)


def _records(pieces: Iterator[str], wanted: frozenset[str]) -> Iterator[Record]:
    from lxml import etree

    parser: XMLPullParser = etree.XMLPullParser(
        events=("start", "end"), encoding="utf-8", resolve_entities=False, no_network=True,
        load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True,
        remove_pis=True, collect_ids=False,
    )  # fmt: skip
    path: list[str] = []
    record_at = size = elements = 0
    started = False
    for piece in pieces:
        broken: Exception | None = None
        try:
            parser.feed(piece.encode("utf-8", "ignore"))
        except etree.XMLSyntaxError as error:
            broken = error
        size += len(piece)
        for event, element in parser.read_events():
            if event == "start":
                path.append(local(element))
                started = True
                elements += 1
                if len(path) > MAX_DEPTH:
                    raise StoryFileError(f"XML nested more than {MAX_DEPTH} elements deep")
                if elements > MAX_ELEMENTS:
                    raise StoryFileError(f"a record of more than {MAX_ELEMENTS:,} XML elements")
                if not record_at and path[-1] in wanted:
                    record_at = len(path)
                continue
            if record_at == len(path):
                yield Record(element, tuple(path[:-1]))
                record_at = size = elements = 0
            path.pop()
            if not record_at:
                _free(element)
        if broken is not None:
            raise StoryFileError(f"broken XML: {line(str(broken)[:160])}") from broken
        if size > MAX_RECORD:
            raise StoryFileError(f"more than {MAX_RECORD // 2**20} MiB of XML without a record")
    if path or not started:
        raise StoryFileError("XML cut off before its end; the stories before that were read")


def _free(element: _Element) -> None:
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _Documents:
    """The documents of a text, one behind the other, each without its prologue."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        self._text += piece or ""
        return piece is not None

    def root(self) -> str | None:
        """The name of the next document's root; None where there is no other."""
        while True:
            self._text = self._text[_prologue(self._text) :]
            tag = _TAG.match(self._text)
            if tag and tag.end() < len(self._text):
                return tag[1]
            if len(self._text) > MAX_PROLOGUE or not self._more():
                if not tag and self._text.strip():
                    raise StoryFileError("no XML where a document should start")
                return tag[1] if tag else None

    def body(self, root: str) -> Iterator[str]:
        """The next document, in pieces; it ends where its root is closed."""
        closing = re.compile(rf"</{re.escape(root)}\s*+>")
        start = 0
        while True:
            while end := closing.search(self._text, start):
                rest = self._text[end.end() :].lstrip()
                if not rest and self._more():
                    continue
                if rest and rest[0] != "<":
                    start = end.end()  # in a CDATA section: the document goes on
                    continue
                yield self._text[: end.end()]
                self._text = rest
                return
            kept = max(0, len(self._text) - len(root) - _LOOKAHEAD)
            yield self._text[:kept]
            self._text, start = self._text[kept:], 0
            if not self._more():
                yield self._text
                self._text = ""
                return


def _mended(file: BinaryIO) -> Iterator[str]:
    """The file's text with what XML does not allow taken out or resolved."""
    held = ""
    for piece in _decoded(file):
        text = held + _ILLEGAL.sub("", piece)
        cut = text.rfind("&", max(0, len(text) - 40))
        cut = len(text) if cut < 0 else cut
        held = text[cut:]
        yield _REFERENCE.sub(_resolved, text[:cut])
    yield _REFERENCE.sub(_resolved, held)


def _resolved(reference: re.Match[str]) -> str:
    name = reference[1]
    if name in _OF_XML:
        return reference[0]
    text = html.unescape(reference[0]) if name else reference[0]
    if text == reference[0]:
        return "&amp;" + reference[0][1:]  # bare, or of the file's own making: left as printed
    return "".join(f"&#{ord(c)};" if c in "<>&\"'" else c for c in _ILLEGAL.sub("", text))


def _decoded(file: BinaryIO) -> Iterator[str]:
    codecs.register_error("newsq-windows", _windows)
    data = file.read(_CHUNK)
    encoding = _encoding(data)
    # A stray byte in UTF-8 is Windows-1252's; in other encodings nothing tells what it is.
    errors = "newsq-windows" if encoding.startswith("utf-8") else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while data:
        yield decoder.decode(data)
        data = file.read(_CHUNK)
    yield decoder.decode(b"", final=True)


def _windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def _encoding(head: bytes) -> str:
    """By the byte-order mark, the first character, the declaration; else UTF-8."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    declared = _DECLARED.match(head[:512])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name in _WESTERN:
        return "cp1252"
    with contextlib.suppress(LookupError):
        if _ENCODINGS.fullmatch(name):
            return codecs.lookup(name).name
    return "utf-8"  # "utf-16" in a declaration that can be read as ASCII is not true


def local(element: _Element) -> str:
    """The element's name without its namespace or prefix."""
    return _bare(str(element.tag))


def _bare(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


def children(element: _Element | None, *names: str) -> list[_Element]:
    """The children with one of these local names."""
    return [] if element is None else [child for child in element if local(child) in names]


def every(element: _Element | None, *names: str) -> Iterator[_Element]:
    """The element and what is below it, as far as it has one of these local names."""
    if element is not None:
        yield from element.iter(*(f"{{*}}{name}" for name in names))


def find(element: _Element | None, *path: str) -> _Element | None:
    """The first child of each name in turn; None where one is missing."""
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def first(element: _Element | None, *names: str) -> _Element | None:
    """The first element at or below this one with one of these local names."""
    return next(every(element, *names), None)


def line(element: _Element | str | None) -> str | None:
    """An element's text, or a string, on one line; None if there is none."""
    if element is None:
        return None
    text = element if isinstance(element, str) else "".join(element.itertext())
    return " ".join(clean(text).split()) or None


def paragraphs(element: _Element | None, level: int = 0) -> list[str]:
    """The text below an XHTML or NITF element: a string a paragraph, list or table.

    Items of a list and rows of a table are lines. Captions, scripts and other matter that is
    not of the text are left out. ``level`` counts the lists and tables around the element;
    beyond a few of them they are read as blocks.
    """
    if element is None:
        return []
    blocks = _Blocks(level)
    blocks.within(element)
    return blocks.ended()


class _Blocks:
    """What has been read of a tree: paragraphs that are done, and one that is not."""

    def __init__(self, level: int) -> None:
        self._level = level
        self._done: list[str] = []
        self._run: list[str] = []

    def ended(self) -> list[str]:
        """Every paragraph, the last one closed."""
        rows = [" ".join(clean(row).split()) for row in "".join(self._run).split("\n")]
        self._run = []
        for piece in re.split(r"\n\n+", "\n".join(rows)):
            # A line that ends a sentence was broken to stand alone, others to a width.
            lines = filter(None, piece.split("\n"))
            text = "".join(row + ("\n" if _ENDS_SENTENCE.search(row) else " ") for row in lines)
            self._done += [text.strip()] if text else []
        return self._done

    def within(self, element: _Element) -> None:
        """Reads what is in an element."""
        self._run.append((element.text or "").replace("\n", " "))
        for child in element:
            self._child(child)
            self._run.append((child.tail or "").replace("\n", " "))

    def _child(self, element: _Element) -> None:
        name = local(element).lower()
        if name in _SKIPPED:
            return
        if name == "br":
            self._run.append("\n")
        elif name in _LISTS and self._level < _LEVELS:
            self._lines(_rows(paragraphs(item, self._level + 1)) for item in element)
        elif name == "table" and self._level < _LEVELS and not _is_layout(element):
            self._lines(self._table(element))
        elif name == "pre":
            self._run += ["\n\n", *map(str, element.itertext()), "\n\n"]  # line ends are breaks
        elif name in _BLOCKS or name in _LISTS or name == "table":
            self.ended()
            self.within(element)
            self.ended()
        else:
            self.within(element)

    def _table(self, table: _Element) -> Iterator[list[str]]:
        for child in table:
            if local(child) in ("thead", "tbody", "tfoot"):
                yield from self._table(child)
            elif local(child) == "tr":
                cells = (" ".join(_rows(paragraphs(cell, self._level + 1))) for cell in child)
                yield ["  ".join(filter(None, cells))]
            else:
                yield _rows(paragraphs(child, self._level + 1))

    def _lines(self, items: Iterable[list[str]]) -> None:
        self.ended()
        rows = [row for item in items for row in item if row]
        if rows:
            self._done.append("\n".join(rows))


def _rows(texts: list[str]) -> list[str]:
    return [row for text in texts for row in text.split("\n")]


def _is_layout(table: _Element) -> bool:
    """Whether a table holds a page's columns and no figures: tables or paragraphs in a cell."""
    nested = any(inner is not table for inner in islice(every(table, "table"), 2))
    return nested or any(len(children(cell, "p")) > 1 for cell in every(table, "td"))
