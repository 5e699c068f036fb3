"""A search as a feed: Atom (RFC 4287) and RSS 2.0; and newsq as a browser's search engine.

A story has the date that it was filed on, the first day of what is known of it. Where its year is
not known, RSS has no date for it, and Atom, which must have one, that of the index. Its id is the
same wherever the feed is served.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from index.story import Story
from search.render import date_text
from search.results import Hit, Page
from search.snippets import Snippet
from search.stories import Stories
from serve.assets import ICON
from serve.calls import Answer, Call, View
from serve.rendering import marked
from serve.resultpage import ASKED, title_of
from serve.states import SEARCH, state_of

MOST = 50
"""Stories of a feed."""
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
OPENSEARCH = "application/opensearchdescription+xml; charset=utf-8"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold (section 2.2)."""


def _atom(call: Call) -> Answer:
    page, title, address, own = _found(call)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{_text(title)}</title>",
        f"<id>{_text(own)}</id>",
        f'<link rel="self" type="application/atom+xml" href={_attribute(own)}/>',
        f'<link rel="alternate" type="text/html" href={_attribute(address)}/>',
        f"<updated>{_written(call).isoformat()}</updated>",
        "<author><name>newsq</name></author>",
        *(line for hit in page.hits for line in _entry(hit, call)),
        "</feed>",
    ]
    return _answer(lines, ATOM)


def _entry(hit: Hit, call: Call) -> Iterator[str]:
    story = hit.story
    yield "<entry>"
    yield f"<title>{_text(story.title)}</title>"
    yield f"<id>urn:newsq:{_text(story.id)}</id>"
    yield f"<link href={_attribute(_address(story, call))}/>"
    yield f"<updated>{_day(story, call).isoformat()}</updated>"
    if story.agency or story.byline:
        yield f"<author><name>{_text(story.byline or story.agency or '')}</name></author>"
    yield f'<summary type="html">{_text(_summary(hit))}</summary>'
    yield "</entry>"


def _rss(call: Call) -> Answer:
    page, title, address, own = _found(call)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">',
        "<channel>",
        f"<title>{_text(title)}</title>",
        f"<link>{_text(address)}</link>",
        f"<description>{_text(title)}: {page.total:,} stories</description>",
        f'<atom:link rel="self" type="application/rss+xml" href={_attribute(own)}/>',
        f"<lastBuildDate>{format_datetime(_written(call))}</lastBuildDate>",
        *(line for hit in page.hits for line in _item(hit, call)),
        "</channel>",
        "</rss>",
    ]
    return _answer(lines, RSS)


def _item(hit: Hit, call: Call) -> Iterator[str]:
    story = hit.story
    yield "<item>"
    yield f"<title>{_text(story.title)}</title>"
    yield f"<link>{_text(_address(story, call))}</link>"
    yield f'<guid isPermaLink="false">urn:newsq:{_text(story.id)}</guid>'
    if story.date.year is not None:
        yield f"<pubDate>{format_datetime(_day(story, call))}</pubDate>"
    yield f"<description>{_text(_summary(hit))}</description>"
    yield "</item>"


def _opensearch(call: Call) -> Answer:
    base = call.base
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        "<ShortName>newsq</ShortName>",
        "<Description>Full-text search over wire news stories</Description>",
        "<InputEncoding>UTF-8</InputEncoding>",
        "<OutputEncoding>UTF-8</OutputEncoding>",
        *(
            f'<Url type="{kind}" template={_attribute(f"{base}{path}?q={{searchTerms}}")}/>'
            for kind, path in (
                ("text/html", SEARCH),
                ("application/atom+xml", "/feed.atom"),
                ("application/rss+xml", "/feed.rss"),
            )
        ),
        f'<Url type="{OPENSEARCH.partition(";")[0]}" rel="self" '
        f"template={_attribute(f'{base}/opensearch.xml')}/>",
        f'<Image width="32" height="32" type="image/svg+xml">{_text(base + ICON)}</Image>',
        "</OpenSearchDescription>",
    ]
    return _answer(lines, OPENSEARCH)


def _found(call: Call) -> tuple[Page, str, str, str]:
    """The newest stories, what they are called, where the page of them is, and the feed."""
    state = state_of(call.parameters.multi_items())
    stories: Stories = call.snapshot.stories
    options = call.options or {"since": "1000"}  # whatever has a date
    page = stories.search(sort="newest", limit=MOST, facets=False, today=call.today, **options)
    title = title_of(state) if state.pairs else "All stories"
    address = call.base + (state.at() if state.pairs else "/")
    return page, f"newsq: {title}", address, call.base + state.at(call.path)


def _address(story: Story, call: Call) -> str:
    query = call.options.get("query")
    return call.base + state_of([("q", query or "")]).at(f"/story/{story.id}")


def _summary(hit: Hit) -> str:
    """Where a story is from, when, and what matched: HTML, of which the marks are all."""
    known = [*hit.story.places[:1], date_text(hit.story.date), hit.story.agency or ""]
    facts = ", ".join(one for one in known if one)
    shown = " … ".join(_shown(part) for part in hit.snippets)
    return f"<p>{escape(facts)}</p><p>{shown}</p>"


def _shown(part: Snippet) -> str:
    return str(marked(part.text, part.marks))


def _day(story: Story, call: Call) -> datetime:
    date = story.date
    if date.year is None:
        return _written(call)
    return datetime(date.year, date.month or 1, date.day or 1, tzinfo=UTC)


def _written(call: Call) -> datetime:
    return datetime.fromtimestamp(int(call.snapshot.made), UTC)


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def _answer(lines: list[str], kind: str) -> Answer:
    return Answer("\n".join(lines).encode(), kind)


FEEDS = {
    "/feed.atom": View(ASKED, _atom, forgiving=True),
    "/feed.rss": View(ASKED, _rss, forgiving=True),
    "/opensearch.xml": View((), _opensearch, forgiving=True),
}
