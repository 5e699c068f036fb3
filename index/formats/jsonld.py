"""The article that a web page describes in JSON-LD (schema.org's Article and its kinds)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.formats.fragments import one_line, paragraphs, words_in

_ARTICLE = re.compile(r"(?:schema:|https?://schema\.org/)?(?:\w*Article|\w*BlogPosting|Report)$")
_WRAPPERS = re.compile(
    r"^\s*(?:<!\[CDATA\[|<!--|//\s*<!\[CDATA\[)|(?://\s*)?(?:\]\]>|-->)\s*$|;\s*$"
)
_MAX_SCRIPT = 2 * 1024 * 1024
_MAX_NODES = 2000
_INTO = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where an article may stand in another object; lists of other stories stand elsewhere."""

Node = dict[str, object]


@dataclass(frozen=True, slots=True)
class Article:
    """What JSON-LD says of the page's article; "" and () where it says nothing."""

    headline: str = ""
    body: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()


def main_article(scripts: list[str], page_urls: set[str], title: str) -> Article | None:
    """The article that the page itself is; None where JSON-LD describes none.

    Of several it is the one of the page's address, then of its title, then the longest.
    """
    articles = [node for script in scripts for node in _nodes(script) if _is_article(node)]
    if not articles:
        return None

    def rank(node: Node) -> tuple[bool, bool, int]:
        urls = {_bare(url) for url in _urls(node)}
        headline = one_line(_string(node.get("headline"))) or ""
        of_title = bool(headline) and (headline in title or (title in headline and bool(title)))
        return bool(urls & page_urls), of_title, len(_string(node.get("articleBody")))

    return _article(max(articles, key=rank))


def bare_urls(urls: list[str]) -> set[str]:
    """``urls`` as `main_article` compares them: without scheme, query, fragment, last slash."""
    return {_bare(url) for url in urls if url}


def _bare(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|[?#].*$", "", url.strip()).rstrip("/")


def _nodes(script: str) -> Iterator[Node]:
    """Every object of a script that may be the page's article; broken scripts hold none."""
    try:
        value = json.loads(_WRAPPERS.sub("", script[:_MAX_SCRIPT].strip()), strict=False)
    except (ValueError, RecursionError):
        return
    waiting: list[object] = [value]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:_MAX_NODES]
        elif isinstance(node, dict):
            yield node
            waiting += [node[name] for name in _INTO if isinstance(node.get(name), list | dict)]


def _is_article(node: Node) -> bool:
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE.match(kind) for kind in named[:20])


def _article(node: Node) -> Article:
    body = paragraphs(_string(node.get("articleBody")) or _string(node.get("text")))
    return Article(
        headline=one_line(_string(node.get("headline")) or _string(node.get("name"))) or "",
        body=tuple(body) if words_in(body) else (),
        published=_string(node.get("datePublished")) or _string(node.get("dateCreated")),
        modified=_string(node.get("dateModified")),
        authors=tuple(_names(node.get("author")) or _names(node.get("creator"))),
        publishers=tuple(_names(node.get("sourceOrganization")) + _names(node.get("publisher"))),
    )


def _urls(node: Node) -> Iterator[str]:
    for name in ("@id", "url", "mainEntityOfPage"):
        value = node.get(name)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            yield value[:2000]


def _names(value: object) -> list[str]:
    """The names in an object, a list of objects, or a string."""
    values = value if isinstance(value, list) else [value]
    found = []
    for held in values[:20]:
        name = held.get("name") if isinstance(held, dict) else held
        if line := one_line(_string(name)):
            found.append(line)
    return list(dict.fromkeys(found))


def _string(value: object) -> str:
    if isinstance(value, list):
        return next((held for held in value[:5] if isinstance(held, str)), "")
    return value if isinstance(value, str) else ""
