"""The server under load, beside Datasette with FTS5 on the same stories, in one run.

    python -m benchmarks.serve [--clients 100] [--seconds 10] [--json FILE]

wrk (Debian's package) asks both the same questions, words drawn from the stories' headlines:
"new" ones, of which hardly any comes twice, so that no answer is at hand; and "known" ones,
a hundred that are asked again and again. newsq is asked for the ten best stories, their number,
snippets and facets, and for the same without facets. Datasette (an immutable database, as it is
quickest; it is one process, and SQLite runs in three threads of it) has no question with all of
these: it is asked for the ten best with snippets and their number, by SQL; for ten rows in any
order with three facets; and for ten rows alone, which is far less. Last, newsq's index is changed
ten times while it is asked. Datasette comes with ``pip install datasette``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks.harness.corpus import read_folder
from index.analysis import STOP_WORDS
from index.direct import index_stories
from index.story import Story

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "reuters21578"
SEED = 1987
SWAPS = 10
KNOWN = 100
NEW = 50_000
_WORD = re.compile(r"[A-Za-z]{4,}")
_SCRIPT = """
paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
math.randomseed(1987)
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
done = function(all, latency)
  local e = all.errors
  io.stderr:write(string.format(
    '{"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, "errors": %%d}',
    all.requests, all.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""
_RANKED = """
SELECT s.id, s.headline, s.place, s.country, s.agency, s.day, bm25(stories_fts) AS score,
  snippet(stories_fts, 1, '<mark>', '</mark>', '...', 40) AS snippet,
  (SELECT count(*) FROM stories_fts WHERE stories_fts MATCH :q) AS total
FROM stories_fts JOIN stories AS s ON s.rowid = stories_fts.rowid
WHERE stories_fts MATCH :q ORDER BY rank LIMIT 10
"""
_METADATA = {"databases": {"stories": {"queries": {"ranked": {"sql": _RANKED}}}}}
_ROWS = "/stories/stories{}?_search={}&_size=10"
_FACETS = "&_facet=place&_facet=country&_facet=agency"


@dataclass(frozen=True, slots=True)
class Load:
    """What a server stood: requests a second, milliseconds at two percentiles, errors."""

    server: str
    what: str
    rate: float
    p50: float
    p99: float
    errors: int


def main() -> None:
    """Measure, and print a table."""
    args = arguments()
    stories = read_folder(args.data)
    if not stories:
        raise SystemExit(f"No story was found in {args.data}. Name a folder: --data FOLDER")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        index_stories(stories, work / "index")
        make_database(stories, work / "stories.db")
        loads = list(measured(args, stories, work))
    print(f"{len(stories):,} stories, {args.clients} clients, {args.seconds} s each\n")
    print("| | | requests/s | p50 ms | p99 ms | errors |")
    print("|---|---|---:|---:|---:|---:|")
    for one in loads:
        print(
            f"| {one.server} | {one.what} | {one.rate:,.0f} | {one.p50:,.1f} | {one.p99:,.1f} "
            f"| {one.errors} |"
        )
    if args.json:
        args.json.write_text(json.dumps([asdict(one) for one in loads], indent=1), "utf-8")


def arguments() -> argparse.Namespace:
    """The command's options."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--data", type=Path, default=DATA, help="folder of stories (%(default)s)")
    add("--clients", type=int, default=100, help="connections at once (%(default)s)")
    add("--seconds", type=int, default=10, help="how long each is asked (%(default)s)")
    add("--json", type=Path, help="write all figures to this file as well")
    args = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("There is no wrk. Install it: apt-get install wrk")
    if not find_spec("datasette"):
        raise SystemExit("There is no Datasette. Install it: pip install datasette")
    return args


def measured(args: argparse.Namespace, stories: Sequence[Story], work: Path) -> Iterator[Load]:
    """Each server, each kind of question; then newsq while its index changes."""
    questions = {"new": drawn(stories, NEW), "known": drawn(stories, KNOWN)}
    (work / "metadata.json").write_text(json.dumps(_METADATA), "utf-8")
    newsq = "-m", "search", "serve", "--index", str(work / "index")
    database, metadata = str(work / "stories.db"), str(work / "metadata.json")
    datasette = "-m", "datasette", "serve", "-i", database, "-m", metadata
    with served(*newsq) as ours, served(*datasette) as theirs:
        for what, asked in questions.items():
            for name, base, form in (
                ("newsq", ours, "/api/v1/search?q={1}"),
                ("newsq, no facets", ours, "/api/v1/search?q={1}&facets=false"),
                ("Datasette, ranked", theirs, "/stories/ranked.json?q={1}"),
                ("Datasette, rows", theirs, _ROWS.format(".json", "{1}") + "&_nofacet=1"),
                ("newsq, page", ours, "/search?q={1}"),
                ("Datasette, ranked, page", theirs, "/stories/ranked?q={1}"),
                ("Datasette, rows, page", theirs, _ROWS.format("", "{1}") + "&_nofacet=1"),
            ):
                paths = [form.replace("{1}", one) for one in asked]
                for path in paths if what == "known" else ():
                    urllib.request.urlopen(base + path, timeout=60).close()  # noqa: S310 - http
                yield asked_by_wrk(name, what, base, paths, args, work)
        with changing(stories, work / "index", args.seconds):
            what = f"new, {SWAPS} changes"
            hits = [f"/api/v1/search?q={one}" for one in questions["new"]]
            yield asked_by_wrk("newsq", what, ours, hits, args, work)
        # Last: those that are not answered in time go on for a while.
        rows = [_ROWS.format(".json", one) + _FACETS for one in questions["new"]]
        yield asked_by_wrk("Datasette, rows and facets", "new", theirs, rows, args, work)


def drawn(stories: Sequence[Story], count: int) -> list[str]:
    """Questions of one to three words that stand in one headline, as an address has them."""
    draw = random.Random(SEED)
    found: list[str] = []
    while len(found) < count:
        words = _WORD.findall(draw.choice(stories).headline or "")
        words = [word.lower() for word in words if word.lower() not in STOP_WORDS]
        if words:
            found.append(
                quote_plus(" ".join(draw.sample(words, min(draw.randint(1, 3), len(words)))))
            )
    return found


def make_database(stories: Sequence[Story], path: Path) -> None:
    """The stories in SQLite, headline and body indexed by FTS5 with its stemmer."""
    database = sqlite3.connect(path)
    database.execute(
        "CREATE TABLE stories (id TEXT PRIMARY KEY, headline TEXT, body TEXT, place TEXT, "
        "country TEXT, agency TEXT, day TEXT)"
    )
    database.executemany(
        "INSERT OR IGNORE INTO stories VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(s.id, s.headline, s.body, s.place, s.country, s.agency, s.date.iso) for s in stories],
    )
    database.execute(
        "CREATE VIRTUAL TABLE stories_fts USING fts5(headline, body, content='stories', "
        "tokenize='porter unicode61')"
    )
    database.execute("INSERT INTO stories_fts (stories_fts) VALUES ('rebuild')")
    database.execute("INSERT INTO stories_fts (stories_fts) VALUES ('optimize')")
    database.commit()
    database.close()


@contextmanager
def served(*command: str) -> Iterator[str]:
    """A server in a process of its own, answering; its address without the slash at its end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(  # noqa: S603 - our own commands
        [sys.executable, *command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _try in range(300):
            try:
                urllib.request.urlopen(base, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"This did not come up: {' '.join(command)}")
        yield base
    finally:
        process.terminate()
        process.wait()


def asked_by_wrk(
    server: str, what: str, base: str, paths: Sequence[str], args: argparse.Namespace, work: Path
) -> Load:
    """What the server at ``base`` stands of ``paths``."""
    listed, script = work / "paths.txt", work / "ask.lua"
    listed.write_text("\n".join(paths), "utf-8")
    script.write_text(_SCRIPT % listed, "utf-8")
    bounds = f"-c{args.clients}", f"-d{args.seconds}s", "--timeout", "60s"
    ran = subprocess.run(  # noqa: S603 - our own command
        ["wrk", "-t1", *bounds, "-s", str(script), base],  # noqa: S607 - wherever it is
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(ran.stderr)
    rate = told["requests"] / told["seconds"]
    return Load(server, what, rate, told["p50"], told["p99"], told["errors"])


@contextmanager
def changing(stories: Sequence[Story], where: Path, seconds: float) -> Iterator[None]:
    """Meanwhile the index in ``where`` changes `SWAPS` times, by a story each."""

    def change() -> None:
        for number in range(SWAPS):
            time.sleep(seconds / (SWAPS + 2))
            index_stories([replace(stories[0], id=f"{number:012x}", path=f"/{number}")], where)

    thread = threading.Thread(target=change)
    thread.start()
    yield
    thread.join()


if __name__ == "__main__":
    main()
