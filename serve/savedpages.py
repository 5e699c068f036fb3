"""Saved searches on pages: which there are and what is new for each; save, drop, mark as seen.

Only these pages change anything. A request that does must come from a page of this very server
(RFC 6454's Origin; Fetch Metadata, W3C) and bring the token that only such a page can read.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Any

from starlette.datastructures import QueryParams

from index.errors import NewsqError, QueryError, SavedSearchError
from search.saved.entries import MAX_NAME
from search.saved.searches import Alert
from search.saved.state import SavedSearch
from serve.calls import Answer, Call, View
from serve.parameters import read
from serve.problems import ForgedError, status_of
from serve.rendering import HTML, marked, rendered
from serve.resultpage import ASKED, STATE, asked_shown
from serve.states import State, state_of

LISTED = "/saved"
NEW = 3
"""New stories that are shown of each search."""
_OWN = ("token", "name", "replace")
"""Fields of the forms that are no part of a search."""


class SavedPages:
    """The pages of saved searches. Their token is another with each run of the server."""

    def __init__(self) -> None:
        self._token = secrets.token_urlsafe(24)

    def views(self) -> dict[str, View]:
        """What stands at which address, to be read."""
        return {
            LISTED: View(ASKED, self._list, forgiving=True, live=True),
            "/saved/new": View(STATE, self._new, forgiving=True, live=True),
        }

    def actions(self) -> dict[str, View]:
        """What stands at which address, to be posted to."""
        doing = {"save": self._save, "drop": _drop, "seen": _seen}
        return {
            f"/saved/{name}": View((), self._only_ours(do), live=True) for name, do in doing.items()
        }

    def _list(self, call: Call) -> Answer:
        news = call.snapshot.stories.saved.news(limit=NEW, today=call.today)
        dropped = state_of(call.parameters.multi_items())
        again = {"asked": asked_shown(dropped), "address": dropped.at("/saved/new")}
        body = rendered(
            "saved.html",
            token=self._token,
            news=[_shown(alert) for alert in news],
            again=again if dropped.pairs else None,
        )
        return Answer(body, HTML)

    def _new(self, call: Call) -> Answer:
        state = state_of(call.parameters.multi_items()).without("page", "more", "sort", "ungroup")
        return self._form(state, state.get("q")[:MAX_NAME])

    def _save(self, call: Call) -> Answer | None:
        pairs = [pair for pair in call.form.multi_items() if pair[0] not in _OWN and pair[1]]
        name = call.form.get("name", "").strip()
        replace = call.form.get("replace") == name
        saved = call.snapshot.stories.saved
        try:
            options = read(QueryParams(pairs), ASKED)
            query = options.pop("query", "")
            saved.save(name, query, replace=replace, today=call.today, **options)
        except (QueryError, SavedSearchError) as error:
            taken = any(one.name == name for one in saved.all())
            return self._form(state_of(pairs), name, error, taken)
        return None

    def _form(
        self, state: State, name: str, error: NewsqError | None = None, taken: bool = False
    ) -> Answer:
        """The form that saves a search, and what was wrong with it as it was sent."""
        body = rendered(
            "save.html",
            state=state,
            asked=asked_shown(state),
            token=self._token,
            called=name,
            most=MAX_NAME,
            # Options are for those who type in a shell; here is a button.
            sentence=str(error).replace(" with --force", "") if error else None,
            taken=taken,
        )
        return Answer(body, HTML, status=status_of(error) if error else 200)

    def _only_ours(self, do: Callable[[Call], Answer | None]) -> Callable[[Call], Answer]:
        def done(call: Call) -> Answer:
            origin = call.headers.get("origin", call.base)
            site = call.headers.get("sec-fetch-site", "same-origin")
            token = call.form.get("token", "")
            same = hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode())
            if _host(origin) != _host(call.base) or site != "same-origin" or not same:
                raise ForgedError(
                    "This did not come from a page of this server, or the server has been "
                    "started anew since. Open the page again and repeat it."
                )
            return do(call) or _listed(State())

        return done


def _host(origin: str) -> str:
    """Host and port of an origin: a proxy before this server may have encrypted, or not."""
    scheme, _, host = origin.partition("://")
    return host if scheme in ("http", "https") else ""


def _drop(call: Call) -> Answer:
    """Drop a saved search; the list then offers to save it again."""
    saved, name = call.snapshot.stories.saved, call.form.get("name", "")
    dropped = next((one for one in saved.all() if one.name == name), None)
    saved.drop(name)
    return _listed(state_of_search(dropped) if dropped else State())


def _seen(call: Call) -> None:
    saved = call.snapshot.stories.saved
    saved.mark_seen(saved.news([call.form.get("name", "")], limit=1, today=call.today))


def _listed(dropped: State) -> Answer:
    """On to the list, where what was dropped is told."""
    return Answer(b"", HTML, {"Location": dropped.at(LISTED)}, 303)


def _shown(alert: Alert) -> dict[str, Any]:
    """What the page shows of a saved search."""
    hits = [
        (hit.story, marked(hit.story.title, hit.headline_marks), f"/story/{hit.id}")
        for hit in alert.hits
    ]
    state = state_of_search(alert.search)
    return {
        "search": alert.search,
        "state": state,
        "asked": asked_shown(state),
        "total": alert.total,
        "hits": hits,
    }


def state_of_search(search: SavedSearch) -> State:
    """The state of the page that shows all of a saved search."""
    pairs = [("q", search.query)]
    for name in (parameter.name for parameter in ASKED if parameter.name != "q"):
        value = search.filters.get(name) or ()
        for one in (value,) if isinstance(value, str | bool) else value:
            pairs.append((name, "true" if one is True else str(one)))
    return state_of(pairs)
