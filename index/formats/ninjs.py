"""IPTC ninjs 1.0-1.5, 2.x and 3.x: news items in JSON, one to a file, in a list or one a line.

The schemas at iptc.org/std/ninjs name the properties. In 1.x the text stands in ``body_text``,
``body_xhtml`` and other ``body_*``, from 2.0 on in the list ``bodies``; 3.0 writes
``versionCreated`` for ``versioncreated``, so names are compared without case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from index.errors import StoryFileError
from index.formats import fragments
from index.formats.headerfields import byline_and_agency, located, provider, stamp
from index.formats.jsonitems import Object, first_keys, objects
from index.raw import Located, NoText, RawStory
from index.story import PartialDate

_MARKS = frozenset(
    "versioncreated body_text body_xhtml body_html bodies headlines pubstatus infosources "
    "description_text description_caption renditions associations copyrightholder "
    "copyrightnotice slugline contentcreated representationtype".split()
)
"""Property names that no other JSON of news has beside ``uri``."""
_WORDLESS = frozenset(("picture", "graphic", "audio"))
"""Types whose text, if any, describes what is shown or heard."""
_DATES = ("contentcreated", "firstcreated", "versioncreated")
"""When the story was first written is nearer to its dateline than its last version."""
_CAPTIONS = frozenset(("caption", "creditline", "title", "alt", "alttext"))


def sniff(head: bytes) -> bool:
    """Whether ``head`` opens with a ninjs item or a list of them, told by the keys."""
    keys = first_keys(head)
    return keys is not None and _is_item(dict.fromkeys(keys))


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every item of the file; items associated with one are not items of their own.

    Raises StoryFileError naming the line where the JSON is broken or is no ninjs.
    """
    for line, item in objects(file, _is_item):
        lower = _lower(item)
        if "uri" not in lower:
            raise StoryFileError(f"line {line}: not a ninjs item (it has no uri)")
        yield _item(lower)


def _is_item(value: Object) -> bool:
    keys = {key.lower() for key in value}
    return "uri" in keys and not _MARKS.isdisjoint(keys)


def _lower(value: Mapping[str, object]) -> Object:
    return {key.lower(): held for key, held in value.items()}


def _item(item: Object) -> RawStory | NoText:
    key = _text(item, "uri")
    if version := _text(item, "version"):
        key += f":{version}"
    kind = _text(item, "type").lower() or "item"
    body = [] if kind in _WORDLESS else _body(item)
    if not body:
        return NoText(key, kind)
    byline, by_agency = byline_and_agency(_byline(item))
    return RawStory(
        key=key,
        headline=_headline(item),
        body="\n\n".join(body),
        byline=byline,
        located=_located(item),
        agency=by_agency or _agency(item),
        filed=_filed(item),
        slug=fragments.one_line(_text(item, "slugline") or _text(item, "slug")),
        note=fragments.one_line(_text(item, "ednote")),
    )


# --- text --------------------------------------------------------------------------------


def _body(item: Object) -> list[str]:
    """The fullest body; of two that are as full the one with more paragraphs.

    An item may give the same words as HTML, as plain text and as NITF, and any of them cut.
    Without a body, a text's description is all the text there is (a flash, a short).
    """
    found = [fragments.paragraphs(v) for n, v in _strings(item) if n.startswith("body_")]
    for body in _dicts(item.get("bodies")):
        value = _text(body, "value")
        if "nitf" in (_text(body, "contenttype") + _text(body, "role")).lower():
            found.append(_nitf_paragraphs(value) or fragments.paragraphs(value))
        elif _is_text(_text(body, "contenttype")):
            found.append(fragments.paragraphs(value))
    if not any(found) and _text(item, "type").lower() in ("text", ""):
        found = [fragments.paragraphs(text) for text in _descriptions(item)]
    most = max(map(fragments.words_in, found), default=0)
    full = [texts for texts in found if fragments.words_in(texts) > 0.9 * most]
    return max(full, key=len, default=[])


def _is_text(content_type: str) -> bool:
    """Whether a body of this type is prose; the field is free text (``body_xhtml`` is met)."""
    kind = content_type.lower()
    return "/" not in kind or "text/" in kind or "html" in kind or "xml" in kind


def _descriptions(item: Object) -> Iterator[str]:
    yield from (v for n, v in _strings(item) if n == "description_text")
    for description in _dicts(item.get("descriptions")):
        if _text(description, "role").lower() not in _CAPTIONS:
            yield _text(description, "value")


def _nitf_paragraphs(value: str) -> list[str]:
    """The paragraphs of ``body.content`` of a NITF document; nothing is loaded or expanded."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(value.strip().encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return []
    etree.strip_tags(root, etree.Entity)
    content = root.find(".//{*}body.content")
    return [] if content is None else fragments.element_paragraphs(content)


def _headline(item: Object) -> str | None:
    given = sorted(
        _dicts(item.get("headlines")),
        key=lambda headline: _text(headline, "role").lower() not in ("main", "headline", ""),
    )
    named = [value for name, value in _strings(item) if name.startswith("headline_")]
    texts = [_text(item, "headline"), *(_text(h, "value") for h in given), *named]
    return next(filter(None, map(fragments.one_line, [*texts, _text(item, "title")])), None)


# --- header ------------------------------------------------------------------------------


def _byline(item: Object) -> str:
    line = _text(item, "byline") or _text(item, "by")
    names = (_text(a, "name") for a in _dicts(item.get("authors")))
    return line or ", ".join(filter(None, names))


def _located(item: Object) -> Located | None:
    """``located``; an item's places are what it is about, and tell only that one's country."""
    found = located(_text(item, "located"))
    if found is None or found.place is None or found.country:
        return found
    for place in _dicts(item.get("place")) + _dicts(item.get("places")):
        if _text(place, "name") == found.place and _text(place, "country"):
            return located(found.place, _text(place, "country"))
    return found


def _agency(item: Object) -> str | None:
    """Who provides the item: the provider before its sources and the holder of the rights."""
    names: list[object] = []
    for field in ("provider", "source", "infosources", "infosource", "copyrightholder"):
        value = item.get(field)
        names += [_text(held, "name") for held in _dicts(value)] or [value]
    for description in _dicts(item.get("descriptions")):
        if _text(description, "role").lower() == "creditline":
            names.append(_text(description, "value"))
    return next(filter(None, map(provider, names)), None)


def _filed(item: Object) -> PartialDate | None:
    return next(filter(None, (stamp(item.get(field)) for field in _DATES)), None)


# --- values ------------------------------------------------------------------------------


def _text(item: Object, name: str) -> str:
    value = item.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return fragments.sound(value) if isinstance(value, str) else ""


def _strings(item: Object) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in item.items() if isinstance(value, str))


def _dicts(value: object) -> list[Object]:
    """The objects of a list, or the one object that stands for it; keys in lower case."""
    values = value if isinstance(value, list) else [value]
    return [_lower(held) for held in values[:1000] if isinstance(held, dict)]
