"""From the stories that are new to all whose ties they change, by what a cluster can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from cluster import tying
from cluster.client import Cluster
from cluster.document import Document, documents
from cluster.rewriting import Place
from index.samecopy.groups import Tied
from index.story import DateBasis, Story, StoryDate
from tests.cluster.test_writing import BODY

Told = dict[str, tuple[Any, ...]]


def story(name: str, date: StoryDate, ship: str, where: str, built: int) -> Story:
    body = BODY.format(name=ship, place=name, where=where, built=built)
    return Story(name, name, "text", f"Ferry {ship} lost off {name}", body, date=date)


def on(year: int | None, month: int, day: int) -> StoryDate:
    return StoryDate(year, month, day, DateBasis.DATELINE, year is not None, "the dateline")


STORIES = (
    story("malta", on(2005, 3, 9), "Gozo", "west of", 1971),
    replace(story("malta", on(2006, 3, 9), "Gozo", "west of", 1971), id="a-new-one"),
    story("oslo", on(None, 6, 1), "Ingrid", "east of", 1949),
    story("lisbon", on(2004, 5, 7), "Marta", "south of", 1950),
)


class Fake:
    """The stories of a cluster, found by keys and ties as it finds them."""

    def __init__(self, stories: Sequence[Story]) -> None:
        self.stories = {one.id: one for one in stories}
        self.documents = {one.id: documents([one], one.path)[0] for one in stories}

    def known(self, ids: Iterable[str]) -> list[tying._Known]:
        return [_known(self.documents[one]) for one in ids]

    def found(self, _cluster: Any, _stories: str, query: dict[str, Any]) -> list[tying._Known]:
        ((field, wanted),) = query["terms"].items()
        return self.known(
            one
            for one, document in self.documents.items()
            if {*wanted} & {*(document[field] if field == "keys" else [document[field]])}
        )

    def read(self, _cluster: Any, places: Sequence[Place]) -> list[Story]:
        return [self.stories[place.identity] for place in places]

    def write(self, told: Told) -> None:
        for one, values in told.items():
            self.documents[one].update(zip(tying._TIE, values, strict=True))

    def tell(self) -> Told:
        return {
            one: tuple(document[name] for name in tying._TIE)
            for one, document in self.documents.items()
        }


def _known(document: Document) -> tying._Known:
    return tying._Known(
        Place("wire", document["id"]),
        document["signed"].rstrip("="),
        document["source"],
        document["stamp"],
        1,
        tuple(document[name] for name in tying._TIE),
    )


NO_CLUSTER = cast("Cluster", None)


def changes(known: Sequence[tying._Known], tied: Tied, rows: set[int]) -> Told:
    made = tying._changes(tying._Texts(NO_CLUSTER), known, tied, rows)
    return {place.identity: tuple(told[n] for n in tying._TIE) for place, _, _, told in made}


def tied_all(known: Sequence[tying._Known]) -> Told:
    tied = tying._tied(tying._Texts(NO_CLUSTER), known)
    return changes(known, tied, set(range(len(known))))


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("new", [one.id for one in STORIES])
def test_the_ties_that_a_new_story_changes_are_all_found(
    monkeypatch: pytest.MonkeyPatch, number: int, new: str
) -> None:
    """Whatever the stamps, which tell the order that stories of one text are taken in."""
    stories = [replace(one, path=f"{one.path}{number}") for one in STORIES]
    fake = Fake(stories)
    monkeypatch.setattr(tying, "_found", fake.found)
    monkeypatch.setattr(tying, "read", fake.read)
    fake.write(tied_all(fake.known(one for one in fake.documents if one != new)))
    texts = tying._Texts(NO_CLUSTER)
    fake.write(changes(*tying._followed(NO_CLUSTER, "wire", texts, fake.known([new]))))
    followed = fake.tell()
    fake.write(tied_all(fake.known(fake.documents)))
    assert followed == fake.tell()
