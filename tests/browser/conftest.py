"""A browser, where there is one, and the sample stories served to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from index.build import build_index
from serve.app import make_app
from serve.run import running

SAMPLES = Path(__file__).resolve().parents[2] / "sample_corpus"
QUIET = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
REQUIRED = "NEWSQ_TEST_BROWSER"
"""Where this is set, it is a failure that there is no browser."""

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "there is no Chromium (Debian's package chromium, or another on the path)"
        if REQUIRED in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the sample stories, without the slash at its end."""
    where = tmp_path_factory.mktemp("browser") / "index"
    build_index([SAMPLES], where)
    with running(make_app(where)) as address:
        yield address


@pytest.fixture
def new_page(browser: Browser, site: str) -> Iterator[NewPage]:
    """Opens a page of the site, in a browser of its own (options: those of Playwright).

    At the end, no page may have had an error, nor have tried what the policy forbids.
    """
    wrong: list[str] = []
    contexts = []

    def opened(address: str = "/", **options: object) -> Page:
        context = browser.new_context(base_url=site, **options)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
