"""What ``--json`` prints: values as plain dictionaries, in the shapes of ``schemas/``."""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict
from typing import Any

from index.story import Story
from search.facets import Facets
from search.marks import Span, marked
from search.page import Hit, Page
from search.question import Question
from search.stats import Stats

VERSION = 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def dumps(value: dict[str, Any]) -> str:
    """JSON text that any UTF-8 stream takes: file names may hold what is no character."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def page_json(page: Page) -> dict[str, Any]:
    """The object of ``search --json`` (schemas/search.json)."""
    return {
        "version": VERSION,
        "query": page.query,
        "total": page.total,
        "relaxed": page.relaxed,
        "note": page.note,
        "took_ms": page.took_ms,
        "page": page.page,
        "pages": page.pages,
        "hits": [_hit_json(hit) for hit in page.hits],
        "facets": _facets(page.facets),
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    story = hit.story
    return {
        "id": story.id,
        "score": round(hit.score, 4),
        "headline": story.headline,
        "headline_html": marked_html(story.title, hit.headline_marks),
        "place": story.place,
        "country": story.country,
        "date": story.date.iso,
        "date_basis": story.date.basis.value,
        "date_certain": story.date.certain,
        "agency": story.agency,
        "path": story.path,
        "snippets": [marked_html(part.text, part.marks) for part in hit.snippets],
        "copies": hit.copies,
    }


def facets_json(query: str, total: int, facets: Facets) -> dict[str, Any]:
    """The object of ``facets --json`` (schemas/facets.json)."""
    return {"version": VERSION, "query": query, "total": total, "facets": _facets(facets)}


def story_json(story: Story, copies: int, question: Question | None = None) -> dict[str, Any]:
    """The object of ``show --json`` (schemas/show.json); marks only for a question."""
    line = story.dateline
    value: dict[str, Any] = {
        "version": VERSION,
        "id": story.id,
        "path": story.path,
        "format": story.format,
        "headline": story.headline,
        "byline": story.byline,
        "dateline": line.text if line else None,
        "place": story.place,
        "places": list(story.places),
        "country": story.country,
        "agency": story.agency,
        "credits": list(story.credits),
        "date": story.date.iso,
        "date_basis": story.date.basis.value,
        "date_certain": story.date.certain,
        "date_reason": story.date.reason,
        "page_date": story.page_date,
        "copies": copies,
        "body": story.body,
    }
    if question is not None:
        value["headline_html"] = marked_html(
            story.headline or "", marked(story.headline or "", question, "headline")
        )
        value["body_html"] = marked_html(story.body, marked(story.body, question, "body"))
    return value


def stats_json(stats: Stats) -> dict[str, Any]:
    """The object of ``stats --json`` (schemas/stats.json)."""
    return {"version": VERSION, **asdict(stats), "facets": _facets(stats.facets)}


def marked_html(text: str, marks: tuple[Span, ...]) -> str:
    """``text`` escaped for HTML, with ``<mark>`` around ``marks``."""
    pieces, at = [], 0
    for start, end in marks:
        pieces += [
            html.escape(text[at:start], quote=False),
            f"<mark>{html.escape(text[start:end], quote=False)}</mark>",
        ]
        at = end
    return "".join([*pieces, html.escape(text[at:], quote=False)])


def _facets(facets: Facets) -> dict[str, Any]:
    return {name: [asdict(count) for count in counts] for name, counts in facets.items()}
