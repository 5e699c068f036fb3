"""Keeps a small index of the present version, for later versions to be tried on.

python scripts/keep_index.py

Run it once at a release, when the version in pyproject.toml is the one to be released, and add
the file to the repository: tests/index/released/VERSION.zip, of some tens of kB. It is never
made again once that version is out. tests/index/test_released.py opens all of them.
"""

from __future__ import annotations

import tempfile
import tomllib
import zipfile
from pathlib import Path

from index.build import build_index

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "tests" / "index" / "released"
CORPUS = KEPT / "corpus"


def main() -> None:
    """Write the file."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    target = KEPT / f"{version}.zip"
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder, "index")
        build_index([CORPUS], where)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as kept:
            for path in sorted(where.iterdir()):
                kept.write(path, path.name)
    print(target.relative_to(ROOT), target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
