"""What the words that a story has are worth together, told by the cluster."""

from __future__ import annotations

from collections.abc import Sequence

from cluster.leaves import Dsl, any_of
from cluster.pointintime import PointInTime
from index.value import Value

_AT_ONCE = 24
"""Words that one score can tell apart: the bits of a whole number in single precision."""
_SUM = """
double worth(double score, def weights) {
  double sum = 0;
  long having = (long) score;
  for (int word = 0; word < weights.length; word++) {
    if ((having & (1L << word)) != 0) { sum += ((Number) weights[word]).doubleValue(); }
  }
  return sum;
}
"""
_NEARLY = 1 - 1e-6
"""Sums of more words than that are rounded to single precision on the way."""


class Worth(Value):
    """The words ``parts`` and what each weighs.

    A score says which words a story has, a bit for each, and a script adds up their weights:
    in double precision and in order, as `search.relax` does.
    """

    parts: list[Dsl]
    weights: list[float]

    def best(self, stories: Dsl, moment: PointInTime) -> float:
        """The most that any of ``stories`` has; 0 for none."""
        body = {
            "size": 0,
            "query": {"bool": {"must": [self._having], "filter": [stories]}},
            "aggs": {
                "best": {"max": {"script": self._script("return {}", "_score.doubleValue()")}}
            },
        }
        return float(moment.search(body)["aggregations"]["best"]["value"] or 0.0)

    def at_least(self, least: float) -> Dsl:
        """What has words worth ``least`` or more."""
        bound = least if len(self.parts) <= _AT_ONCE else least * _NEARLY
        script = self._script("return {} >= params.least ? 1 : 0", "_score")
        script["params"]["least"] = bound
        return {"script_score": {"query": self._having, "script": script, "min_score": 1}}

    @property
    def _having(self) -> Dsl:
        """A query whose score tells which words a story has; of too many, what they weigh."""
        starts = range(0, len(self.parts), _AT_ONCE)
        chunks = [_bits(self.parts[at : at + _AT_ONCE]) for at in starts]
        if len(chunks) == 1:
            return chunks[0]
        return any_of(
            [
                {
                    "script_score": {
                        "query": chunk,
                        "script": _summing("return {}", "_score", self.weights[at : at + _AT_ONCE]),
                    }
                }
                for at, chunk in zip(starts, chunks, strict=True)
            ]
        )

    def _script(self, source: str, score: str) -> Dsl:
        """``source`` with the worth of a story in it, told from its ``score``."""
        if len(self.parts) > _AT_ONCE:
            return {"source": source.format(score), "params": {}}
        return _summing(source, score, self.weights)


def _summing(source: str, score: str, weights: Sequence[float]) -> Dsl:
    worth = source.format(f"worth({score}, params.weights)")
    return {"source": f"{_SUM} {worth};", "params": {"weights": list(weights)}}


def _bits(parts: Sequence[Dsl]) -> Dsl:
    flags = enumerate(parts)
    return any_of(
        [{"constant_score": {"filter": part, "boost": 2**place}} for place, part in flags]
    )
