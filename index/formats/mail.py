"""Mail (RFC 5322, MIME) and mailboxes (mbox, RFC 4155): alerts and newsletters, a story a mail.

A digest of several stories stays one story: nothing in a mail tells them apart for sure.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_tz
from itertools import islice
from typing import BinaryIO

from index.agencies import agency_named
from index.errors import StoryFileError
from index.formats.fragments import markup_paragraphs
from index.formats.wrapped import existing_date, one_line, paragraphs
from index.raw import NoText, RawStory
from index.story import PartialDate
from index.text import clean, decode

MAX_MAIL = 8 * 1024 * 1024
"""Bytes of a mail that are read; attachments, which follow the text, may be cut off."""
MAX_HTML = 2 * 1024 * 1024
"""Characters of a mail's markup that are read."""
MAX_DEPTH = 20
MAX_PARTS = 200
MAX_HEADER = 2000
"""Characters of a header field that are read."""
_MAX_LINE = 1024 * 1024
_FROM_LINE = re.compile(rb"From \S.{0,200}?\b\d\d?:\d\d\b.{0,60}\b\d{4}\b.{0,40}\r?\n?")
_FIELD = re.compile(rb"([!-9;-~]{1,76}):(?:[ \t]|\r?\n|$)")
_ENVELOPE = frozenset(b"from date message-id received return-path delivered-to".split())
_TRANSPORT = frozenset(b"message-id received return-path delivered-to mime-version".split())
_KNOWN = _ENVELOPE | frozenset(
    b"to cc subject mime-version content-type content-transfer-encoding reply-to sender "
    b"list-id list-unsubscribe dkim-signature x-mailer precedence references in-reply-to".split()
)
# Each opens another level for the parser, whose work grows with their number.
_NESTING = re.compile(rb"boundary\s*=|message/", re.IGNORECASE)
_DELIMITER = re.compile(rb"(?m)^--\S")
_QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")
_REPLY = re.compile(
    r"^(?:(?:re|fw|fwd|aw|wg|tr|rv)\s*(?:\[\d+\])?:\s*|\[[\w .-]{1,40}\]\s+)+", re.I
)
_SIGNATURE = re.compile(r"^-- $", re.MULTILINE)
_SENDER_TAIL = re.compile(
    r"\s*(?:[|:,(–—].*|\b(?:via|news alerts?|alerts?|newsletters?|headlines|breaking news)\b.*)$",
    re.IGNORECASE,
)
_NO_TEXT_CODECS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
)
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_STUB = 60
"""Characters; a plain part shorter than this only points to the HTML part."""

# policy.default but for its header objects: they are parsed by recursive descent, whose time and
# depth a hostile header decides. Fields are decoded here instead, after they are cut to length.
_POLICY = policy.default.clone(header_factory=lambda name, value: value[:MAX_HEADER])


def sniff(head: bytes) -> bool:
    """Whether ``head`` starts with a mailbox's From line or a header of RFC 5322.

    Several known fields must stand there, a field of transport or the sender's address among
    them, and nothing but fields up to the first blank line.
    """
    lines = head.split(b"\n")
    if _FROM_LINE.fullmatch(lines[0]):
        lines = lines[1:]
    names: list[bytes] = []
    has_address = False
    for line in lines[: -1 if len(lines) > 1 else None]:
        if not line.strip(b"\r"):
            break
        if line[:1] in b" \t" and names:
            continue
        field = _FIELD.match(line)
        if field is None:
            return False
        names.append(field[1].lower())
        has_address |= names[-1] == b"from" and b"@" in line
    known = set(names) & _KNOWN
    # Minutes and letters on a page are headed From, Date and Subject too.
    is_sent = has_address or bool(known & _TRANSPORT)
    return len(known) >= 3 and len(known & _ENVELOPE) >= 2 and is_sent


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every mail of the file, in order; one without text of its own is a NoText.

    Raises StoryFileError where the file is no mail.
    """
    start = file.read(5)
    file.seek(0)
    if start != b"From ":
        yield _item(file.read(MAX_MAIL), "")
        return
    for count, data in enumerate(_mails(file), 1):
        yield _item(_QUOTED_FROM.sub(rb"\1", data), f"mail {count}")


def _mails(file: BinaryIO) -> Iterator[bytes]:
    """The mails of a mailbox; a From line parts them only behind a blank line, before a field."""
    lines: list[bytes] = []
    size = 0
    blank, waiting = True, b""
    while line := file.readline(_MAX_LINE):
        if waiting:
            if _FIELD.match(line):
                if lines:
                    yield b"".join(lines)
                lines, size = [], 0
            elif size < MAX_MAIL:
                lines.append(waiting)
            waiting = b""
        if blank and line.startswith(b"From ") and _FROM_LINE.fullmatch(line):
            waiting = line
            continue
        blank = not line.strip()
        size += len(line)
        if size <= MAX_MAIL:
            lines.append(line)
    if lines:
        yield b"".join(lines)


def _item(data: bytes, key: str) -> RawStory | NoText:
    for bounded, count in ((_NESTING, MAX_PARTS), (_DELIMITER, 10 * MAX_PARTS)):
        if beyond := next(islice(bounded.finditer(data), count, None), None):
            data = data[: beyond.start()]
    try:
        mail: Message = message_from_bytes(data, policy=_POLICY)
        texts = _texts(mail, 0)
    except RecursionError:
        return NoText(key, "a mail nested too deeply to be read")
    except (LookupError, ValueError):  # parameters in encodings that are none
        return NoText(key, "a damaged mail")
    if not mail.keys():
        raise StoryFileError("no mail: it has no header")
    identity = _field(mail, "Message-ID")
    key = identity.strip("<> ") if identity else key
    body = "\n\n".join(text for text in texts if text)
    if not body:
        return NoText(key, "a mail without text")
    subject = _field(mail, "Subject")
    return RawStory(
        key=key,
        headline=_REPLY.sub("", subject) or None if subject else None,
        body=body,
        agency=_agency(_field(mail, "From")),
        filed=_filed(_field(mail, "Date")),
    )


def _texts(part: Message, depth: int) -> list[str]:
    """The texts of a part, as paragraphs; attachments have none."""
    if depth > MAX_DEPTH or part.get_content_disposition() == "attachment":
        return []
    kind = part.get_content_type()
    if part.is_multipart():
        parts = islice(part.get_payload(), MAX_PARTS)
        children = [child for child in parts if isinstance(child, Message)]
        found = ((child, _texts(child, depth + 1)) for child in children)
        if kind == "multipart/alternative":
            return _preferred([(child, texts) for child, texts in found if any(texts)])
        return [text for _, texts in found for text in texts]
    if part.get_filename() or kind not in ("text/plain", "text/html"):
        return []
    text = clean(_decoded(part))
    if kind == "text/html":
        return ["\n\n".join(markup_paragraphs(text[:MAX_HTML]))]
    return [paragraphs(_SIGNATURE.split(_unflowed(text, part))[0])]


def _preferred(versions: list[tuple[Message, list[str]]]) -> list[str]:
    """The plain version, unless it is a stub; else the last, which is the richest."""
    for part, texts in versions:
        if part.get_content_type() == "text/plain" and sum(map(len, texts)) >= _STUB:
            return texts
    return versions[-1][1] if versions else []


def _decoded(part: Message) -> str:
    """A part's text, in the charset it names if that fits, else in what it looks like."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, AssertionError):  # uuencoded text that is none
        return ""
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset() or "ascii"
    if text := _in_charset(data, charset):
        return text
    try:
        return decode(data)
    except StoryFileError:
        return ""


def _in_charset(data: bytes, charset: str) -> str | None:
    """``data`` in a charset as mail names it; None if it is no charset or does not fit."""
    try:
        named = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return None
    if named.replace("_", "-") in _NO_TEXT_CODECS:
        return None
    # Many programs name Latin-1 or ASCII and send UTF-8 or Windows-1252.
    for fitting in ("utf-8", _SUPERSETS[named]) if named in _SUPERSETS else (named,):
        try:
            return data.decode(fitting)
        except (LookupError, ValueError):
            continue
    return None


def _unflowed(text: str, part: Message) -> str:
    """RFC 3676: in flowed text a line that ends with a space goes on in the next."""
    if "flowed" not in str(part.get("Content-Type", "")).lower():
        return text
    return re.sub(r"(?<!^--) \n(?![ \t]*\n|>)", " ", text, flags=re.MULTILINE)


def _field(mail: Message, name: str) -> str | None:
    """A header field, its encoded words (RFC 2047) resolved, on one line."""
    value = mail.get(name)
    if value is None:
        return None
    try:
        parts = decode_header(str(value)[:MAX_HEADER])
    except (HeaderParseError, ValueError):
        parts = [(str(value)[:MAX_HEADER], None)]
    return one_line(clean("".join(_word(text, charset) for text, charset in parts)))


def _word(text: str | bytes, charset: str | None) -> str:
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    if charset and (found := _in_charset(data, charset)):
        return found
    try:
        return decode(data)
    except StoryFileError:
        return ""


def _agency(sender: str | None) -> str | None:
    """The agency that the sender's display name is: ``"Xinhua News Agency" <x@example.org>``."""
    try:
        name = parseaddr(sender)[0] if sender else ""
    except RecursionError:  # comments within comments, hundreds deep
        name = ""
    return agency_named(name) or agency_named(_SENDER_TAIL.sub("", name))


def _filed(printed: str | None) -> PartialDate | None:
    """The day in the sender's own time zone."""
    try:
        stamp = parsedate_tz(printed) if printed else None
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if stamp is None or not 1900 <= stamp[0] <= 2100:
        return None
    return existing_date(stamp[0], stamp[1], stamp[2])
