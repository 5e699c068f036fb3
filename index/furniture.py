"""The text of a saved page -> the story on it, without what the page prints around it.

A page is a run of lines; some can only be furniture (see ``pagelines``). The story is the
run of prose that opens with a dateline, or else the longest one; it ends where closing
furniture, another story's headline or its teaser begins. Headline, byline, dates and the
agency come from the lines above it, credits from its last words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.countries import country_named
from index.credits import closing_credit
from index.datewords import PrintedDate
from index.pagelines import Kind, Line, is_navigation, is_person, read_lines
from index.raw import RawStory
from index.story import Dateline, PartialDate
from index.versions import is_note


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of lines that may be the story: [start, end) of the page's lines."""

    start: int
    end: int
    dateline: Dateline | None
    prose: int
    """Words of prose."""


def read_page(text: str, recurring: frozenset[str] = frozenset()) -> RawStory | None:
    """The story on a page of clean text; None where there is no prose on it.

    ``recurring`` holds the keys of lines that stand on many pages of the same folder.
    """
    lines = read_lines(text, recurring)
    runs = _runs(lines)
    if not runs:
        return None
    longest = max(run.prose for run in runs)
    with_dateline = [r for r in runs if r.dateline and 4 * r.prose >= longest]
    run = with_dateline[0] if with_dateline else max(runs, key=lambda r: (r.prose, -r.start))
    return _story(lines, run)


def _story(lines: list[Line], run: _Run) -> RawStory:
    above = lines[: run.start]
    paragraphs, ending = closing_credit(_paragraphs(lines, run))
    headline_at = _headline(above)
    dateline = _with_header_date(run.dateline, lines[run.start : run.end])
    header_agency = next((line.agency for line in above if line.agency), None)
    below = next((line.agency for line in lines[run.end : run.end + 3] if line.agency), None)
    published = _published(lines, run, headline_at)
    agency = (dateline.agency if dateline else None) or header_agency or ending or below
    return RawStory(
        key="",
        headline=_headline_text(lines, headline_at, dateline),
        body="\n\n".join(paragraphs),
        byline=_byline(above, headline_at),
        dateline=dateline,
        agency=agency,
        credits=(ending,) if ending and ending != agency else (),
        published=published.stamp.partial if published and published.stamp else None,
        published_labelled=bool(published and published.published),
        page_date=_page_date(lines, run),
        note=next((_unbracketed(line.text) for line in above if is_note(line.text)), None),
        is_page=True,
    )


def _byline(above: list[Line], headline_at: int | None) -> str | None:
    """The byline above the story; a name alone beside a stamp is one, too."""
    for line in reversed(above):
        if line.byline:
            return line.byline
    for at in range((headline_at if headline_at is not None else len(above)) + 1, len(above)):
        beside = [near for near in (at - 1, at + 1) if 0 <= near < len(above)]
        if above[at].kind is Kind.TITLE and any(above[near].stamp for near in beside):
            name = above[at].text
            headline = above[headline_at].text if headline_at is not None else ""
            if is_person(name) and name not in headline:
                return name
    return None


def _unbracketed(note: str) -> str:
    return note.strip().removeprefix("(").removesuffix(")").strip()


# --- where the story is ----------------------------------------------------------------


def _runs(lines: list[Line]) -> list[_Run]:
    """Every run of lines that a story may be, in page order."""
    runs = []
    at = 0
    while at < len(lines):
        if _opens(lines, at):
            run = _run_from(lines, at)
            runs.append(run)
            at = max(run.end, at + 1)
        else:
            at += 1
    return runs


def _opens(lines: list[Line], at: int) -> bool:
    """Whether a story's text may begin with this line."""
    line = lines[at]
    if line.kind is Kind.DATELINE:
        following = _next_text(lines, at)
        return following is not None and lines[following].opening is None
    if line.kind is Kind.TITLE and line.opening and line.opening.dateline.day:
        # "NEW YORK, March 2 - Qtr ended Jan 31", and a table below it.
        return at + 1 < len(lines) and _is_row(lines, at, at + 1)
    return line.kind is Kind.PROSE


def _next_text(lines: list[Line], at: int) -> int | None:
    """The line of text that a dateline on its own line is followed by."""
    for index in range(at + 1, min(at + 6, len(lines))):
        kind = lines[index].kind
        if kind is Kind.PROSE or _is_row(lines, at, index):
            return index
        if kind in (Kind.CLOSING, Kind.TEASER, Kind.DATELINE):
            return None
    return None


def _is_row(lines: list[Line], start: int, at: int) -> bool:
    """Whether a line is a row of figures or a table's head in a story set with indents."""
    first = lines[start]
    dateline = first.dateline or (first.opening.dateline if first.opening else None)
    dated = dateline is not None and dateline.day is not None
    return dated and first.indented and lines[at].indented and lines[at].kind is Kind.TITLE


def _run_from(lines: list[Line], start: int) -> _Run:
    first = lines[start]
    dateline = first.dateline or (first.opening.dateline if first.opening else None)
    prose = 0
    end = start
    for at in range(start, len(lines)):
        line = lines[at]
        row = _is_row(lines, start, at) and not (line.opening and at > start)
        if at > start and not row and _ends_story(lines, at, prose):
            break
        if row and dateline:
            prose += line.words
            end = at + 1
        if line.kind is Kind.PROSE:
            # Above the story: a deck, a caption. The dateline is where it begins.
            if at > start and line.opening and dateline is None:
                break
            prose += line.words
            end = at + 1
    return _Run(start, max(end, start + 1), dateline, prose)


def _ends_story(lines: list[Line], at: int, prose: int) -> bool:
    """Whether nothing from this line on is of the story above it."""
    line = lines[at]
    if line.kind in (Kind.CLOSING, Kind.TEASER):
        return True
    if line.kind is Kind.STAMP:
        return prose > 0
    if line.kind is Kind.DATELINE:
        return prose > 0
    if line.kind is Kind.TITLE:
        # Between a dateline on its own line and the first paragraph stand tools and a deck.
        return prose > 0 and _starts_another(lines, at)
    if line.kind is Kind.PROSE and line.opening:
        # A second dateline: the next story of a feed, or one more of a round-up.
        return prose > 0
    return line.kind in (Kind.BYLINE, Kind.AGENCY) and prose > 0


def _starts_another(lines: list[Line], at: int) -> bool:
    """Whether a line without a sentence's end heads another story, or a list of them."""
    following = [line for line in lines[at + 1 : at + 4] if line.kind is not Kind.INLINE]
    if not following or following[0].kind is not Kind.PROSE:
        return True
    return following[0].opening is not None


# --- what is read there ----------------------------------------------------------------


def _paragraphs(lines: list[Line], run: _Run) -> list[str]:
    paragraphs: list[str] = []
    for at in range(run.start, run.end):
        line = lines[at]
        head = line.kind is Kind.TITLE and (paragraphs or at == run.start)
        if line.kind is Kind.PROSE or head or _is_row(lines, run.start, at):
            start = line.opening.end if line.opening and at == run.start else 0
            paragraphs.append(line.text[start:].strip())
    return [paragraph for paragraph in paragraphs if paragraph]


def _with_header_date(dateline: Dateline | None, lines: list[Line]) -> Dateline | None:
    """A dateline on a line of its own may have its date, agency or both on the next ones."""
    if dateline is None or lines[0].kind is not Kind.DATELINE:
        return dateline
    for line in lines[1:4]:
        if line.kind is Kind.PROSE:
            break
        if line.stamp and dateline.day is None and line.stamp.day:
            date = _american(line.stamp) if dateline.country == "US" else line.stamp
            dateline = replace(dateline, month=date.month, day=date.day, year=date.year)
    return dateline


def _american(date: PrintedDate) -> PrintedDate:
    """11.08.2006 under an American dateline is November 8."""
    return replace(date, month=date.day, day=date.month) if date.ambiguous else date


FULL_HEADLINE = 5
"""Words from which a line is as likely a headline as any longer one."""
_SITE = re.compile(r"\s+(?:[|:»–—]|-)\s+(?:The\s+)?[\w .'&]{2,40}$")
_LONGEST_SITE = 60
"""Characters at the end of a headline in which the site's name stands."""


def _headline(above: list[Line]) -> int | None:
    """Which of the lines above the story is its headline: the first of the fullest ones.

    Menus are shorter, and the deck that a page may print under the headline comes later.
    """
    best: tuple[int, int] | None = None
    for index, line in enumerate(above):
        if not _may_be_headline(line):
            continue
        fullness = min(line.words, FULL_HEADLINE)
        if best is None or fullness > best[0]:
            best = (fullness, index)
    return best[1] if best else None


def _may_be_headline(line: Line) -> bool:
    title = line.kind is Kind.TITLE or (line.kind is Kind.PROSE and line.text[-1] in "?!")
    if not title or line.agency or line.opening or is_navigation(line.text):
        return False
    return 2 <= line.words <= 30 and any(c.isalpha() for c in line.text)


def _headline_text(lines: list[Line], at: int | None, dateline: Dateline | None) -> str | None:
    """The headline without what the site adds to it.

    Its own name, where the page prints the headline without it too ("... : The Tribune
    India"); the country, where the dateline says it ("Kenya: Camel library ...").
    """
    if at is None:
        return None
    headline = lines[at].text
    if site := _SITE.search(headline, max(len(headline) - _LONGEST_SITE, 0)):
        shorter = headline[: site.start()].rstrip()
        if any(line.text == shorter for line in lines[: at + 4]):
            headline = shorter
    kicker, colon, rest = headline.partition(": ")
    if colon and dateline and dateline.country and country_named(kicker) == dateline.country:
        return rest
    return headline


def _published(lines: list[Line], run: _Run, headline_at: int | None) -> Line | None:
    """The stamp that says when the story was published.

    A labelled one counts wherever it stands around the story, one without a label between
    headline and story. Above the headline stands the day the page was saved, but a date
    with a time of day and no weekday is a story's own there too.
    """
    above = list(enumerate(lines[: run.start]))
    below = list(enumerate(lines[run.end :], run.end))
    inside = list(enumerate(lines[run.start : run.end], run.start))
    stamps = [(at, line) for at, line in above + below + inside if line.stamp]
    labelled = [line for _, line in stamps if line.published]
    under = [ln for at, ln in stamps if headline_at is not None and headline_at < at < run.start]
    timed = [line for at, line in stamps if line.timed and at < run.start]
    return next(iter((*labelled, *under, *timed)), None)


def _page_date(lines: list[Line], run: _Run) -> PartialDate | None:
    """The first dated stamp on the page, whatever it says it is."""
    if run.dateline and lines[run.start].kind is Kind.DATELINE and run.dateline.year:
        header = run.dateline
        earlier = next((ln.stamp.partial for ln in lines[: run.start] if ln.stamp), None)
        return earlier or PartialDate(header.year or 0, header.month, header.day)
    return next((ln.stamp.partial for ln in lines if ln.stamp and ln.stamp.partial), None)
