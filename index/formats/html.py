"""Web pages: the story in the markup, its metadata, and what JSON-LD says of it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.agencies import agency_named
from index.errors import StoryFileError
from index.formats.fragments import element_paragraphs, one_line, words_in
from index.formats.headerfields import byline_and_agency, provider, stamp
from index.formats.jsonld import Article, bare_urls, main_article
from index.raw import RawStory
from index.story import PartialDate
from index.text import decode, is_binary

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_BYTES = 8 * 1024 * 1024
MAX_ELEMENTS = 50_000
"""No news page has more; what it takes to prune a page grows faster than its markup."""
MAX_DEPTH = 200
_MAX_WEIGHT = 2_000_000
"""The depths of all tags, summed: where many are deep, a walk up from each costs most."""
MAX_ATTRIBUTES = 500
"""Of one tag; what it takes to parse them grows with their square."""
_MIN_WORDS = 8
"""Words below which a page holds no story."""
_START = re.compile(
    r"(?:\s|\ufeff|<\?xml[^>]{0,200}\?>|<!--(?:(?!-->).){0,2000}-->)*"
    r"<(?:!doctype\s+html|(?:html|head|body|meta|title|article|main|div|p|h1|section)[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE
)
_CHARSETS = re.compile(
    r"iso-?8859|latin|windows-|cp-?\d|koi8|gb|big5|euc|shift|sjis|x-sjis|mac|tis|iso-2022-(?:jp|kr)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]"
    "|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]))(?:;|(?![0-9a-f]))",
    re.IGNORECASE,
)
"""What lxml's trees cannot hold, also as a reference."""
_ATTRIBUTE = r"""[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_TAG = re.compile(
    rf"<[a-z][^\s/>]*+(?:{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+(?P<more>{_ATTRIBUTE})?+",
    re.IGNORECASE,
)
"""A tag as HTML's tokenizer takes it (WHATWG, "HTML", section 13.2.5), as far as it may go."""
_UNREAD = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
_COMMENTS = re.compile(
    r"\b(?:comments?|disqus|comment-(?:list|section|area)|related|newsletter)\b", re.I
)
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "publishdate", "publish-date", "publish_date", "pubdate", "sailthru.date", "dc.date.issued",
    "dc.date", "dcterms.created", "date", "article:modified_time", "datemodified", "last-modified",
)  # fmt: skip
_AUTHOR = ("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator")
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|author)(?:[\s_-]?(?:name|block))?(?:$|\s)", re.IGNORECASE
)


def sniff(head: bytes) -> bool:
    """Whether ``head`` opens as a web page does: its doctype, or HTML's own tags."""
    utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return _START.match(head.decode("utf-16" if utf_16 else "utf-8", "replace")) is not None


def read(file: BinaryIO) -> Iterator[RawStory]:
    """The story of one page. Raises StoryFileError if it is too large or has no story on it."""
    data = file.read(MAX_BYTES + 1)
    story = read_page(data)
    if story is None:
        raise StoryFileError("no story on the page: no paragraph of prose")
    yield story


def read_page(data: bytes, charset: str | None = None, key: str = "") -> RawStory | None:
    """The story on a page whose HTTP header may have named its ``charset``; None without one.

    Raises StoryFileError for what is no page, or beyond the bounds.
    """
    if len(data) > MAX_BYTES:
        raise StoryFileError(f"a web page larger than {MAX_BYTES // 2**20} MiB")
    markup, scripts = _without_scripts(as_text(data, charset))
    if any(tag["more"] for tag in _TAG.finditer(markup)):
        raise StoryFileError(f"a tag with more than {MAX_ATTRIBUTES} attributes")
    root = _parsed(markup)
    if root is None:
        return None
    meta = _meta(root)
    title = one_line(meta.get("og:title") or meta.get("twitter:title")) or ""
    urls = bare_urls([meta.get("og:url", ""), _attribute(root, "link", "rel", "canonical", "href")])
    article = main_article(scripts, urls, title) or Article()
    headline = article.headline or _headline(root, title, meta.get("og:site_name", ""))
    byline, agency = _byline(root, meta, article)
    body = _fuller(list(article.body), _extracted(root))
    if body and headline and body[0] == headline:
        del body[0]
    if words_in(body) < _MIN_WORDS:
        return None
    return RawStory(
        key=key,
        headline=headline,
        body="\n\n".join(body),
        byline=byline,
        agency=agency,
        filed=_filed(root, meta, article),
    )


# --- bytes to markup ---------------------------------------------------------------------


def as_text(data: bytes, charset: str | None = None) -> str:
    """A page's text: by byte-order mark, as UTF-8, by header or meta charset, else as found.

    Valid UTF-8 beyond ASCII is UTF-8 whatever the page says; the reverse is not so.
    """
    declared = _META_CHARSET.search(data[:4096])
    name = charset or (declared[1].decode() if declared else "")
    known = _codec(name.strip().strip("\"'"))
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data)
    if is_binary(data) and not known.startswith("iso2022"):
        raise StoryFileError("a binary file, not a web page")
    if not known.startswith("iso2022"):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return data.decode(known, "replace") if known else decode(data)


def _codec(name: str) -> str:
    """Python's codec for a charset label, as the WHATWG reads it; "" for none of the web's."""
    if not _CHARSETS.match(name):
        return ""
    label = name.lower()
    widened = {"iso-8859-1": "cp1252", "latin1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
               "iso-8859-9": "cp1254", "x-sjis": "cp932", "shift_jis": "cp932"}  # fmt: skip
    try:
        found = codecs.lookup(widened.get(label, label)).name
    except LookupError:
        return ""
    return found.replace("_", "").replace("-", "") if "2022" in found else found


def _without_scripts(markup: str) -> tuple[str, list[str]]:
    """``markup`` without scripts, styles and comments, and its JSON-LD scripts; in one pass."""
    kept, scripts, at = [], [], 0
    while found := _UNREAD.search(markup, at):
        kept.append(markup[at : found.start()])
        name = found[1]
        if not name:
            end = markup.find("-->", found.end())
            if end < 0:
                at = len(markup)
                break
            at = end + 3
            continue
        close = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(markup, found.end())
        at = close.end() if close else len(markup)
        inner = markup.find(">", found.end(), close.start() if close else None)
        if inner >= 0 and "ld+json" in markup[found.end() : inner].lower():
            scripts.append(markup[inner + 1 : close.start() if close else None])
    kept.append(markup[at:])
    return "".join(kept), scripts[:100]


def _parsed(markup: str) -> HtmlElement | None:
    """The page's tree, within bounds; None for an empty page."""
    from lxml import etree, html  # costs 40 ms

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(_CONTROLS.sub("", markup).encode(), parser=parser)
    except etree.LxmlError:
        return None
    elements = depth = weight = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        weight += depth
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS or weight > _MAX_WEIGHT:
            raise StoryFileError("markup deeper or longer than any news page's")
    return root


# --- metadata ----------------------------------------------------------------------------


def _meta(root: HtmlElement) -> dict[str, str]:
    """The first content of every name, property or itemprop of the page's meta elements."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        content = element.get("content")
        for attribute in ("property", "name", "itemprop"):
            if content and (name := element.get(attribute)):
                found.setdefault(name.strip().lower(), content)
    return found


def _attribute(root: HtmlElement, tag: str, name: str, value: str, wanted: str) -> str:
    return next((e.get(wanted, "") for e in root.iter(tag) if e.get(name) == value), "")


def _headline(root: HtmlElement, title: str, site: str) -> str | None:
    """The page's title for sharing, its only first-level heading, or its window's title."""
    headings = [one_line(element.text_content()) for element in root.iter("h1")]
    heading = headings[0] if len(headings) == 1 else None
    window = next((one_line(e.text_content()) for e in root.iter("title")), None)
    found = title or heading or window
    if found and heading and found.startswith(heading):
        return heading
    ending = re.compile(rf"\s+[|\-–—:»·]\s+{re.escape(site.strip())}$") if site.strip() else None
    return ending.sub("", found) if found and ending else found


def _byline(
    root: HtmlElement, meta: dict[str, str], article: Article
) -> tuple[str | None, str | None]:
    """The author by JSON-LD, meta or the page's own mark, and the agency by any of them."""
    names = [", ".join(article.authors), *(meta.get(name, "") for name in _AUTHOR)]
    for element in root.iter("a", "span", "div", "p", "address"):
        marks = (element.get("rel"), element.get("itemprop"), element.get("class"))
        if any(mark and _BYLINE.search(mark) for mark in marks):
            names.append(element.text_content()[:100])
    read = [byline_and_agency(name) for name in names]
    byline = next((found for found, _ in read if found and _is_name(found)), None)
    agency = next((found for _, found in read if found), None)
    publishers = [agency_named(name) and provider(name) for name in article.publishers]
    return byline, agency or next(filter(None, publishers), None)


def _is_name(text: str) -> bool:
    return len(text) <= 80 and any(c.isalpha() for c in text) and "." not in text.split()[-1][1:-1]


def _filed(root: HtmlElement, meta: dict[str, str], article: Article) -> PartialDate | None:
    times = [
        element.get("datetime") or element.get("content") or ""
        for element in root.iter("time", "span", "abbr")
        if element.get("itemprop", "").lower() == "datepublished" or "pubdate" in element.attrib
    ]
    metas = [meta.get(name, "") for name in _PUBLISHED]
    stamps = (article.published, *metas[:-3], *times, article.modified, *metas[-3:])
    return next(filter(None, map(stamp, stamps)), None)


# --- text --------------------------------------------------------------------------------


def _extracted(root: HtmlElement) -> list[str]:
    """The story's paragraphs as trafilatura finds them in what is not comment or caption."""
    from trafilatura import bare_extraction  # costs 300 ms

    around = ("figcaption", "aside", "form", "nav", "footer", "div", "section")
    try:
        for element in list(root.iter(*around)):
            name = f"{element.get('class', '')} {element.get('id', '')}"
            if element.tag not in ("div", "section") or _COMMENTS.search(name):
                if element.getparent() is not None:
                    element.drop_tree()
        found = bare_extraction(root, include_comments=False, include_tables=True)
    except Exception as error:  # its many steps raise what they meet
        raise StoryFileError(f"a page that cannot be read ({type(error).__name__})") from error
    body = getattr(found, "body", None)
    return [] if body is None else element_paragraphs(body)


def _fuller(article: list[str], extracted: list[str]) -> list[str]:
    """The fuller of two readings; the page's paragraphs where both have the same words.

    JSON-LD gives the text without furniture, often without paragraphs, sometimes cut.
    """
    whole = "".join("".join(article).split())
    same = [text for text in extracted if "".join(text.split()) in whole]
    if article and words_in(same) >= 0.9 * words_in(article):
        return same if len(same) >= len(article) else article
    return max(article, extracted, key=words_in)
