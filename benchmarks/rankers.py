"""Engines as `benchmarks.retrieval` asks them: stories in, and a function from text to ids.

All have the stories' terms as newsq's analysis makes them, and rank by BM25 as they do by
default: any of the question's words, headline and body as two fields where they have fields.
newsq takes the question as a user types it, and once more with any of the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from index.analysis import words
from index.story import Story

Ranker = Callable[[str, int], list[str]]
"""(question, how many) -> ids of stories, best first."""
_SIGNS = re.compile(r"[^\w\s.,'’-]|(?<!\w)-|(?<=\s)(?:AND|OR|NOT)(?=\s)")


def _terms(text: str) -> list[str]:
    return [word.term for word in words(text)]


def newsq(stories: list[Story], where: Path) -> Ranker:
    """The library as a user asks it: stories with all the words, and most where those are few."""
    return _newsq(stories, where, "most")


def newsq_any(stories: list[Story], where: Path) -> Ranker:
    """The same with any of the words, as the other engines are asked."""
    return _newsq(stories, where, "any")


def _newsq(stories: list[Story], where: Path, words_wanted: str) -> Ranker:
    from index.direct import index_stories
    from search import open_index

    index_stories(stories, where)
    index = open_index(where)

    def rank(text: str, count: int) -> list[str]:
        # Signs that would be operators are taken out.
        asked = _SIGNS.sub(" ", text)
        # The others give every copy, and what is known to be right counts every one.
        return list(index.top(asked, limit=count, words=words_wanted, ungroup=True).ids)

    return rank


def bm25s(stories: list[Story], where: Path) -> Ranker:
    """bm25s (Lù 2024), headline and body as one text: it has no fields."""
    import bm25s

    ranker = bm25s.BM25()
    terms = [_terms(f"{story.headline or ''}\n{story.body}") for story in stories]
    ranker.index(terms, show_progress=False)

    def rank(text: str, count: int) -> list[str]:
        found = ranker.retrieve([_terms(text)], k=count, show_progress=False)
        numbers, scores = found.documents[0].tolist(), found.scores[0].tolist()
        return [stories[n].id for n, score in zip(numbers, scores, strict=True) if score > 0]

    return rank


def tantivy(stories: list[Story], where: Path) -> Ranker:
    """tantivy, any of the words in either field."""
    import tantivy

    fields = tantivy.SchemaBuilder()
    fields.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("headline", "body"):
        fields.add_text_field(name, tokenizer_name="ready")
    index = tantivy.Index(fields.build())
    at_spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("ready", at_spaces)
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    for story in stories:
        headline, body = " ".join(_terms(story.headline or "")), " ".join(_terms(story.body))
        writer.add_document(tantivy.Document(id=story.id, headline=headline, body=body))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def rank(text: str, count: int) -> list[str]:
        query = index.parse_query(" ".join(_quoted(_terms(text))), ["headline", "body"])
        hits = searcher.search(query, count).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return rank


def _quoted(terms: list[str]) -> list[str]:
    """Terms that tantivy's query language cannot take for operators."""
    return [f'"{term}"' for term in terms]


def whoosh(stories: list[Story], where: Path) -> Ranker:
    """Whoosh 2.7.4 with its own codec, any of the words in either field."""
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.index import create_in
    from whoosh.query import Or, Term

    where.mkdir(parents=True)
    text_field = TEXT(analyzer=SpaceSeparatedTokenizer())
    index = create_in(str(where), Schema(id=ID(stored=True), headline=text_field, body=text_field))
    writer = index.writer(limitmb=512)
    for story in stories:
        headline, body = " ".join(_terms(story.headline or "")), " ".join(_terms(story.body))
        writer.add_document(id=story.id, headline=headline, body=body)
    writer.commit()
    searcher = index.searcher()

    def rank(text: str, count: int) -> list[str]:
        # With no limit, because its best ten are not always the best.
        query = Or([Term(name, term) for term in _terms(text) for name in ("headline", "body")])
        return [hit["id"] for hit in searcher.search(query, limit=None)[:count]]

    return rank


RANKERS: dict[str, Callable[[list[Story], Path], Ranker]] = {
    "newsq": newsq,
    "newsq --any": newsq_any,
    "bm25s": bm25s,
    "tantivy": tantivy,
    "whoosh": whoosh,
}
