"""What every test gets: a fixed terminal, locale and time zone, and data read in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every run, however slow the machine: a red test is red for everyone.
# The fuzz run in benchmarks/ and `--hypothesis-profile default` look further.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are called by their argument and place: gzip writes the time of day into its own."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def fixed_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No colours, 100 columns, UTC, plain locale, and a data folder of the test's own."""
    for name in ("NEWSQ_INDEX", "FORCE_COLOR", "CLICOLOR_FORCE", "PAGER", "LESS", "MANPAGER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def reuters() -> Path:
    """The folder of Reuters-21578 files, which is free for research and not of this repository."""
    folder = SHARED / "reuters21578"
    if not any(folder.glob("*.sgm")):
        pytest.skip("Reuters-21578 is not beside the repository (shared/data/reuters21578)")
    return folder


@pytest.fixture(scope="session")
def seed_page() -> Path:
    """The scraped page that the project started from."""
    pages = sorted((SHARED / "seed").glob("*.txt"))
    if not pages:
        pytest.skip("the first page is not beside the repository (shared/data/seed)")
    return pages[0]
