"""What ``--json`` prints: values as plain dictionaries, in the shapes of ``schemas/``."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.story import Story

if TYPE_CHECKING:
    from index.check.findings import Finding, Report
    from index.summary import Summary
    from search.facets import Facets
    from search.kwic.lines import Concordance
    from search.marks import Span
    from search.question import Question
    from search.results import Hit, Page, Suggestion
    from search.saved.searches import Alert
    from search.saved.state import SavedSearch
    from search.stats import Stats
    from search.timeline.periods import Timeline
    from search.versions.takes import Differences, Versions

VERSION = 1
# What acts on a terminal, and what no UTF-8 stream takes (`search.terminal`).
_ESCAPED = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\U000e0000-\U000e007f]"
)


def dumps(value: dict[str, Any], indent: int | None = 2) -> str:
    """JSON text that any UTF-8 stream takes and that acts on no terminal.

    File names may hold what is no character, and texts what turns the direction of writing.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isascii() and "\x7f" not in text:
        return text
    return _ESCAPED.sub(lambda found: json.dumps(found[0])[1:-1], text)


def page_json(page: Page) -> dict[str, Any]:
    """The object of ``search --json`` (schemas/search.json)."""
    return {
        "version": VERSION,
        "query": page.query,
        "total": page.total,
        "distinct": page.distinct,
        "relaxed": page.relaxed,
        "note": page.note,
        "corrected": page.corrected,
        "suggestions": _suggestions(page.suggestions),
        "took_ms": page.took_ms,
        "page": page.page,
        "pages": page.pages,
        "hits": [hit_json(hit) for hit in page.hits],
        "facets": _facets(page.facets),
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One hit; with a version, a line of ``search --jsonl`` (schemas/hit.json)."""
    story = hit.story
    value: dict[str, Any] = {
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
        "versions": hit.versions,
    }
    if hit.explanation is not None:
        from search.explain.words import explanation_json

        value["explain"] = explanation_json(hit.explanation)
    return value


def facets_json(query: str, total: int, facets: Facets) -> dict[str, Any]:
    """The object of ``facets --json`` (schemas/facets.json)."""
    return {"version": VERSION, "query": query, "total": total, "facets": _facets(facets)}


def kwic_json(found: Concordance) -> dict[str, Any]:
    """The object of ``kwic --json`` (schemas/kwic.json)."""
    return {
        "version": VERSION,
        "query": found.query,
        "total": found.total,
        "read": found.read,
        "stories": found.stories,
        "lines": [
            {**line.as_dict(), "date": line.date.iso, "date_certain": line.date.certain}
            for line in found.lines
        ],
    }


def saved_json(searches: Iterable[SavedSearch]) -> dict[str, Any]:
    """The object of ``saved --json`` (schemas/saved.json)."""
    return {"version": VERSION, "searches": [_saved(search) for search in searches]}


def alerts_json(alerts: Iterable[Alert]) -> dict[str, Any]:
    """The object of ``alerts --json`` (schemas/alerts.json)."""
    return {
        "version": VERSION,
        "alerts": [
            {
                **_saved(alert.search),
                "total": alert.total,
                "hits": [hit_json(hit) for hit in alert.hits],
            }
            for alert in alerts
        ],
    }


def _saved(search: SavedSearch) -> dict[str, Any]:
    return {
        "name": search.name,
        "query": search.query,
        "filters": search.filters,
        "since": search.since,
    }


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
        **_filed(story),
        "copies": copies,
        "body": story.body,
    }
    if question is not None:
        from search.holding import held_by
        from search.marks import marked

        question = held_by(story, question)
        value["headline_html"] = marked_html(
            story.headline or "", marked(story.headline or "", question, "headline")
        )
        value["body_html"] = marked_html(story.body, marked(story.body, question, "body"))
    return value


def inspect_json(story: Story) -> dict[str, Any]:
    """The object of ``inspect --json`` (schemas/inspect.json): what was read of one story."""
    line = story.dateline
    return {
        "version": VERSION,
        "path": story.path,
        "format": story.format,
        "headline": story.headline,
        "byline": story.byline,
        "dateline": (line.text or None) if line else None,
        "place": story.place,
        "places": list(story.places),
        "country": story.country,
        "region": line.region if line else None,
        "coordinates": line.coordinates if line else None,
        "month": line.month if line else None,
        "day": line.day if line else None,
        "year": line.year if line else None,
        **_filed(story),
        "revision": asdict(story.version) if story.version else None,
        "body": story.body,
    }


def _filed(story: Story) -> dict[str, Any]:
    """Who filed a story and when, and how that is known."""
    return {
        "agency": story.agency,
        "credits": list(story.credits),
        "date": story.date.iso,
        "date_basis": story.date.basis.value,
        "date_certain": story.date.certain,
        "date_reason": story.date.reason,
        "page_date": story.page_date,
    }


def summary_json(summary: Summary) -> dict[str, Any]:
    """The object of ``index --json``: what a run did."""
    return {
        "version": VERSION,
        "index": str(summary.where),
        "files": summary.files,
        "files_unchanged": summary.files_unchanged,
        "stories": summary.stories,
        "read": summary.read,
        "added": summary.added,
        "changed": summary.changed,
        "dropped": summary.dropped,
        "before": summary.before,
        "elsewhere": summary.elsewhere,
        "datelines": summary.datelines,
        "dates": {
            "certain": summary.certain,
            "inferred": summary.inferred,
            "unknown": summary.unknown,
        },
        "no_text": summary.no_text,
        "skipped": [{"path": path, "reason": reason} for path, reason in summary.skipped],
        "seconds": round(summary.seconds, 3),
    }


def report_json(report: Report, summary: Summary | None) -> dict[str, Any]:
    """The object of ``check --json`` (schemas/check.json); ``repaired`` is as ``index --json``."""
    return {
        "version": VERSION,
        "sound": report.is_sound,
        "segments": report.segments,
        "stories": report.stories,
        "findings": [_finding_json(finding) for finding in report.findings],
        "notes": [_finding_json(note) for note in report.notes],
        "repaired": summary and summary_json(summary),
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "what": finding.what,
        "count": finding.count,
        "stories": [story._asdict() for story in finding.stories],
        "remedy": finding.remedy or None,
    }


def timeline_json(line: Timeline) -> dict[str, Any]:
    """The object of ``timeline --json`` (schemas/timeline.json)."""
    return {
        "version": VERSION,
        "query": line.query,
        "by": line.by,
        "total": line.total,
        "bars": [bar.as_dict() for bar in line.bars],
        "coarse": line.coarse,
        "unknown": line.unknown,
    }


def suggest_json(query: str, found: Iterable[Suggestion]) -> dict[str, Any]:
    """What may be meant by words that no story has (schemas/suggest.json)."""
    return {"version": VERSION, "query": query, "suggestions": _suggestions(found)}


def versions_json(found: Versions) -> dict[str, Any]:
    """The object of ``versions --json`` (schemas/versions.json)."""
    return {
        "version": VERSION,
        "front": found.front,
        "versions": [
            {
                "stories": [_printing(story) for story in take.stories],
                "changes": take.since_last and _changes(take.since_last),
            }
            for take in found.takes
        ],
    }


def differences_json(old: Story, new: Story, found: Differences) -> dict[str, Any]:
    """The object of ``versions --json`` of two stories (schemas/differences.json)."""
    return {
        "version": VERSION,
        "old": _printing(old),
        "new": _printing(new),
        "changes": _changes(found),
    }


def _printing(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "headline": story.headline,
        "place": story.place,
        "country": story.country,
        "date": story.date.iso,
        "date_certain": story.date.certain,
        "agency": story.agency,
        "path": story.path,
        "words": len(story.body.split()),
        "revision": asdict(story.version) if story.version else None,
    }


def _changes(found: Differences) -> dict[str, Any]:
    runs = {"headline": found.headline, "body": found.body}
    return {
        name: [{"kind": run.kind.value, "text": run.text} for run in part]
        for name, part in runs.items()
    }


def stats_json(stats: Stats) -> dict[str, Any]:
    """The object of ``stats --json`` (schemas/stats.json)."""
    return {"version": VERSION, **stats.as_dict(), "facets": _facets(stats.facets)}


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


def _suggestions(found: Iterable[Suggestion]) -> list[dict[str, Any]]:
    return [{"word": one.word, "words": list(one.words)} for one in found]


def _facets(facets: Facets) -> dict[str, Any]:
    return {
        name: [{"value": value, "count": count} for value, count in counts]
        for name, counts in facets.items()
    }
