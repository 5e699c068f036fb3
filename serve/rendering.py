"""Templates to HTML: everything that is printed is escaped, and made safe to show first."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from index.countries import country_code, country_name
from index.story import Story
from search.jsonout import marked_html
from search.marks import Span
from search.render import date_text
from search.terminal import plain
from serve.assets import ASSETS
from serve.languages import LOOKED_AT, language_of
from serve.states import State

HTML = "text/html; charset=utf-8"


def rendered(name: str, **values: Any) -> bytes:
    """The template ``name`` with ``values``, as UTF-8."""
    page = _environment().get_template(name).render(values)
    return page.encode("utf-8", "replace")


def marked(text: str, marks: tuple[Span, ...] = ()) -> Markup:
    """``text`` with ``<mark>`` around ``marks``: the only markup that a story's text is given."""
    return Markup(marked_html(plain(text, lines=True), marks))  # noqa: S704 - escaped there


def country_shown(text: str) -> str:
    """The name of a country that is given by name or by code."""
    return country_name(country_code(text) or text)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("serve"),
        autoescape=True,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["number"] = "{:,}".format
    made.filters["path"] = lambda text: quote(text, safe="")
    made.filters["when"] = date_text
    made.filters["country"] = country_name
    made.filters["language"] = _language
    made.globals["state"] = State()
    made.globals["assets"] = {asset.name: asset.address for asset in ASSETS.values()}
    return made


def _language(story: Story) -> str | None:
    return language_of(f"{story.title} {story.body[:LOOKED_AT]}")


def _shown(value: Any) -> Any:
    """Text without what could act on whoever reads it; markup and numbers as they are."""
    return plain(value, lines=True) if type(value) is str else value
