"""Style, script and picture of the pages: read once, so that no request reaches a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

_TYPES = {
    "newsq.css": "text/css",
    "newsq.js": "text/javascript",
    "newsq.svg": "image/svg+xml",
}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the pages use; ``address`` changes whenever its bytes do."""

    name: str
    kind: str
    data: bytes
    address: str


def _read(name: str, kind: str) -> Asset:
    data = (files("serve") / "static" / name).read_bytes()
    version = hashlib.blake2b(data, digest_size=6).hexdigest()
    return Asset(name, kind, data, f"/static/{version}/{name}")


ASSETS = {asset.address: asset for asset in (_read(*one) for one in _TYPES.items())}


ICON = next(asset.address for asset in ASSETS.values() if asset.name == "newsq.svg")


async def asset(request: Request) -> Response:
    """One of the files, to be kept for good; 404 for whatever is none of them."""
    found = ASSETS.get(request.url.path)
    if found is None:
        return Response(status_code=404)
    return Response(found.data, 200, {"Cache-Control": _FOR_GOOD}, found.kind)
