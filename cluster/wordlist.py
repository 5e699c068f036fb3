"""The words of the stories on a cluster, for `search.suggest`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from cluster.counting import names
from cluster.leaves import matching_leaf
from cluster.mapping import STORED
from cluster.pointintime import NEWEST, PointInTime
from cluster.terms import coded, decoded
from index.schema import PHRASE_FIELDS
from search.editdistance import within
from search.tree import AnyTerm, Fuzzy, Leaf, Phrase, Term

MOST_NEAR = 1_000
"""Terms that are looked at for one that is spelled about so."""


class ClusterWordlist:
    """The words of one moment."""

    def __init__(self, moment: PointInTime) -> None:
        self._moment = moment

    def stories(self, terms: Sequence[str]) -> list[int]:
        """As `search.wordlist.Wordlist` has it."""
        fields = len(PHRASE_FIELDS)
        queries = [matching_leaf(Term(name, term)) for term in terms for name in PHRASE_FIELDS]
        counts = self._moment.count(queries)
        return [sum(counts[at : at + fields]) for at in range(0, len(counts), fields)]

    def bodies(self, terms: Sequence[str]) -> list[int]:
        """In how many bodies each term stands."""
        return self._moment.count([matching_leaf(Term("body", term)) for term in terms])

    def names(self, folded: str) -> bool:
        """As `search.wordlist.Wordlist` has it."""
        return any(self._moment.count([{"term": {one: folded}} for one in ("place", "agency")]))

    def printed_names(self, field: str) -> tuple[str, ...]:
        """As `search.wordlist.Wordlist` has it."""
        return names(field, self._moment)

    def near(self, leaves: Sequence[Leaf]) -> Counter[str]:
        """As `search.wordlist.Wordlist` has it."""
        found: dict[str, None] = {}
        for leaf in leaves:
            if isinstance(leaf, AnyTerm):
                found.update(dict.fromkeys(leaf.texts))
            elif isinstance(leaf, Fuzzy):
                found.update(dict.fromkeys((leaf.text, *spelled_about(leaf, self._moment))))
        there = zip(found, self.stories(list(found)), strict=True)
        return Counter({term: count for term, count in there if count})

    def side_by_side(self, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """As `search.wordlist.Wordlist` has it."""
        return self._moment.count([matching_leaf(Phrase("body", pair)) for pair in pairs])

    def texts(self, term: str, count: int) -> Iterable[str]:
        """As `search.wordlist.Wordlist` has it."""
        for name in PHRASE_FIELDS:
            body = {
                "size": count,
                "query": matching_leaf(Term(name, term)),
                "sort": list(NEWEST),
                "_source": [f"{STORED}.{name}"],
            }
            for hit in self._moment.search(body)["hits"]["hits"]:
                yield str(hit["_source"][STORED].get(name) or "")


def spelled_about(leaf: Fuzzy, moment: PointInTime) -> list[str]:
    """The terms of a field that are near to one, as the cluster's own dictionaries have them.

    The term itself is not among them.
    """
    about = {
        "text": coded(leaf.text),
        "term": {
            "field": leaf.field,
            "suggest_mode": "always",
            "max_edits": leaf.distance,
            "prefix_length": leaf.fixed,
            "min_word_length": 1,
            "max_term_freq": 2_000_000_000,
            "max_inspections": MOST_NEAR,
            "size": MOST_NEAR,
            "shard_size": MOST_NEAR,
            "string_distance": "damerau_levenshtein",
            "accuracy": 0.0,
        },
    }
    told = moment.search({"size": 0, "suggest": {"about": about}})["suggest"]["about"]
    terms = [decoded(option["text"]) for entry in told for option in entry["options"]]
    return [terms[n] for n in within(leaf.text, terms, leaf.distance).tolist()]
