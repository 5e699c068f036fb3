"""The query language on a page, each example to be tried."""

from __future__ import annotations

from search.language import EXAMPLES, REST
from serve.calls import Answer, Call, View
from serve.rendering import HTML, rendered
from serve.states import State


def _help(_call: Call) -> Answer:
    rest = [paragraph.replace("\n", " ") for paragraph in REST.split("\n\n")]
    # The last sentence, and the names of options, are for those who type in a shell.
    rest[-1] = rest[-1].partition(" On the command line")[0]
    examples = [
        (State((("q", query),)), meaning.partition(", as with --")[0])
        for query, meaning in EXAMPLES
    ]
    return Answer(rendered("help.html", examples=examples, rest=rest), HTML)


HELP = View((), _help, forgiving=True)
