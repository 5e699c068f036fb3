"""Where does an index lie, and who builds it there?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import IndexFolderError
from index.formats.columns import USUAL, Columns
from index.limits import USUAL_LIMITS, Limits
from index.messages import Stopping, never
from index.summary import Progress, Summary

if TYPE_CHECKING:
    from cluster.access import Access


def build_index(
    corpora: Sequence[Path],
    where: Path | Access,
    *,
    rebuild: bool = False,
    jobs: int = 1,
    columns: Columns = USUAL,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopping: Stopping = never,
    limits: Limits = USUAL_LIMITS,
    layout: Mapping[str, Any] | None = None,
) -> Summary:
    """Bring the index at ``where``, a folder or on a cluster, up to date with ``corpora``.

    As `index.build.build_index` does, and raises; or `cluster.build.build_index`. ``layout`` is
    what is wished of how the stories lie on a cluster, by the names of `cluster.mapping.Wish`;
    raises IndexFolderError for a folder, which has none.
    """
    build: Callable[..., Summary]
    told: dict[str, Any] = {"columns": columns, "on_progress": on_progress, "limits": limits}
    if isinstance(where, Path):
        from index.build import build_index as build

        if layout:
            named = " and ".join(f"--{name}" for name in layout)
            raise IndexFolderError(
                f"{named} tells how an index lies on a cluster, and {where} is a folder. Leave it "
                "out, or give the address of a cluster: --index https://user@host:9200/NAME"
            )
    else:
        from cluster.build import build_index as build
        from cluster.mapping import Wish

        told["layout"] = Wish(**layout or {})
    return build(corpora, where, rebuild=rebuild, jobs=jobs, stopping=stopping, **told)
