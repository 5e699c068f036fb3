"""The pages as they leave the server: what they say, and that nothing in a story acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html
from starlette.testclient import TestClient

from index.direct import index_stories
from index.story import DateBasis, Dateline, Story, StoryDate
from serve.app import make_app


def page_of(client: TestClient, address: str, status: int = 200) -> Any:
    told = client.get(address)
    assert told.status_code == status, told.text
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(told.content)


def text_of(page: Any, css: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in page.cssselect(css)]


def facet(page: Any, name: str) -> dict[str, Any]:
    links = page.xpath(f'//section[@aria-labelledby="{name}"]//li/a')
    return {link.find_class("name")[0].text_content(): link for link in links}


def test_the_front_page_has_all_stories(client: TestClient) -> None:
    page = page_of(client, "/")
    stories = client.get("/api/v1/stats").json()["stories"]
    assert text_of(page, "h1") == [f"{stories} stories"]
    assert page.get_element_by_id("q").get("autofocus") is not None
    assert "South Korea" in facet(page, "country")


def test_a_result_says_of_each_story_what_is_known(client: TestClient) -> None:
    page = page_of(client, "/search?q=troops+south+korea")
    (total,) = text_of(page, "h1")
    assert total == "11 stories for troops south korea"
    hit = page.cssselect(".hits li")[0]
    assert text_of(hit, "mark")[:3] == ["troops", "South", "Korea"]
    assert text_of(hit, ".place") == ["Washington United States"]
    assert text_of(hit, ".agency") == ["IANS"]
    (doubt,) = hit.cssselect(".doubtful")
    assert "only bounds it" in doubt.get("title")
    assert "not certain: " in doubt.text_content()


def test_facets_narrow_widen_and_are_taken_back(client: TestClient) -> None:
    page = page_of(client, "/search?q=troops")
    korea = facet(page, "country")["South Korea"]
    narrow = page_of(client, korea.get("href"))
    assert text_of(narrow, "h1")[0].startswith("6 stories")
    others = facet(narrow, "country")
    wider = page_of(client, others["Japan"].get("href"))
    assert text_of(wider, "h1")[0].startswith("7 stories")
    assert "(chosen; take it back)" in others["South Korea"].text_content()
    back = others["South Korea"].get("href")
    assert text_of(page_of(client, back), "h1") == text_of(page, "h1")
    (chip,) = narrow.cssselect(".chips a")
    assert chip.get("href") == back


def test_bylines_narrow_too(client: TestClient) -> None:
    page = page_of(client, "/search?q=troops")
    name, link = next(iter(facet(page, "byline").items()))
    narrow = page_of(client, link.get("href"))
    assert text_of(narrow, "h1")[0].startswith("1 story")
    (chip,) = narrow.cssselect(".chips a")
    assert chip.text_content().startswith(f"Take back: by {name}")
    assert text_of(page_of(client, chip.get("href")), "h1") == text_of(page, "h1")


def test_bars_lead_to_their_period(client: TestClient) -> None:
    page = page_of(client, "/search?q=troops")
    bars = page.cssselect(".timeline a")
    counts = [int(re.findall(r": (\d+) stor", bar.get("aria-label"))[0]) for bar in bars]
    for bar, count in zip(bars, counts, strict=True):
        found = text_of(page_of(client, bar.get("href")), "h1")[0]
        assert found.startswith(f"{count} stor"), bar.get("href")
    (total,) = text_of(page, "h1")
    assert "; 1 of unknown year" in text_of(page, ".below p")[0]
    assert sum(counts) + 1 == int(total.split()[0])


def test_pages_and_sorts_keep_what_was_asked(client: TestClient) -> None:
    page = page_of(client, "/search?q=troops&certain=false&sort=newest")
    (after,) = page.cssselect(".pages a[rel=next]")
    asked = dict(parse_qsl(urlsplit(after.get("href")).query))
    assert asked == {"q": "troops", "certain": "false", "sort": "newest", "page": "2"}
    (oldest,) = page.xpath('//p[@class="sorts"]/a[text()="oldest first"]')
    second = page_of(client, after.get("href"))
    assert "page" not in dict(parse_qsl(urlsplit(oldest.get("href")).query))
    assert second.cssselect("ol.hits")[0].get("start") == "11"


def test_a_story_shows_matches_and_where_it_comes_from(client: TestClient) -> None:
    result = page_of(client, "/search?q=troops+korea&country=US")
    address = result.cssselect(".hits h2 a")[0].get("href")
    page = page_of(client, address)
    steps = [link.get("href") for link in page.cssselect(".steps a")]
    assert steps == [f"#{mark.get('id')}" for mark in page.cssselect("mark")]
    assert len(steps) == 11
    told = dict(zip(text_of(page, "dt"), text_of(page, "dd"), strict=True))
    assert told["Dateline"] == "Washington, March 8 (IANS)"
    assert told["Place"] == "Washington, United States: as the dateline has it"
    assert told["Date"] == "8 Mar, year unknown, not certain"
    assert told["How it is told"].startswith("dateline, no year: ")
    assert told["File"].endswith(".txt")
    assert len(page.cssselect(".like li")) == 5
    (back,) = page.cssselect("a[rel=up]")
    address, _, anchor = back.get("href").partition("#")
    assert address == "/search?q=troops+korea&country=US"
    assert result.get_element_by_id(anchor) in result.cssselect(".hits h2 a")


def test_printings_of_one_story_are_one_hit_and_told_apart(client: TestClient) -> None:
    page = page_of(client, "/search?q=vesterport+bridge&words=all")
    assert text_of(page, "h1") == ["3 stories, 1 different for vesterport bridge"]
    (printed,) = page.xpath('//a[contains(@href, "#versions")]')
    assert printed.text_content() == "printed 3 times, in 3 versions"
    (apart,) = page.xpath('//a[text()="Each printing by itself"]/@href')
    assert len(page_of(client, apart).cssselect(".hits li")) == 3

    story = page_of(client, printed.get("href"))
    assert text_of(story, "#versions") == ["3 versions"]
    first, *later = story.cssselect(".versions ol > li")
    assert not first.cssselect("details")
    for take in later:
        assert text_of(take, "summary") == ["What changed"]
        assert take.cssselect("ins, del")
    assert len(story.cssselect(".versions [aria-current]")) == 1
    for address in story.xpath('//section[@class="versions"]//a/@href'):
        assert page_of(client, address).cssselect(".versions")


def test_mistakes_are_told_where_they_were_made(client: TestClient) -> None:
    page = page_of(client, "/search?q=oil+country:Ruritania", 400)
    assert page.get_element_by_id("q").get("value") == "oil country:Ruritania"
    assert text_of(page, ".pointed mark") == ["Ruritania"]
    dated = page_of(client, "/search?q=oil&since=soon", 400)
    assert text_of(dated, "#mistake")[0].startswith("'soon'")
    (since,) = dated.cssselect(".dates input[name=since]")
    assert since.get("value") == "soon"
    assert dated.get_element_by_id("q").get("aria-invalid") is None
    assert page.get_element_by_id("q").get("aria-invalid") == "true"
    assert text_of(page_of(client, "/search", 400), "#mistake") == [
        "There is nothing to search for. Give a word or a filter."
    ]
    assert text_of(page_of(client, "/story/ffffffffffff", 404), "h1") == ["Not Found"]


def test_a_page_is_called_by_what_it_shows(client: TestClient) -> None:
    def title(address: str, status: int = 200) -> str:
        (told,) = text_of(page_of(client, address, status), "head title")
        return told

    assert title("/search?q=troops") == "troops · newsq"
    narrow = "/search?q=troops&country=KR&since=1990&certain=true&sort=newest&page=2"
    assert title(narrow) == "troops, South Korea, from 1990, certain dates only, page 2 · newsq"
    assert title("/search?q=troops&certain=false") == "troops · newsq"
    assert title("/search?certain=true") == "certain dates only · newsq"
    assert title("/search?since=soon&q=oil", 400) == "oil, from soon · newsq"


def test_where_nothing_matches_wider_questions_are_told(client: TestClient) -> None:
    page = page_of(client, "/search?q=troops&country=KR&place=Tokyo&words=all")
    assert text_of(page, ".wider li") == [
        "Without “South Korea”: 1 story",
        "Without “Tokyo”: 6 stories",
    ]
    for link, count in zip(page.cssselect(".wider a"), ("1 ", "6 "), strict=True):
        assert text_of(page_of(client, link.get("href")), "h1")[0].startswith(count)
    assert not page_of(client, "/search?q=zzyzx&words=all").cssselect(".wider")


def test_a_page_beyond_the_last_leads_to_it(client: TestClient) -> None:
    page = page_of(client, "/search?q=troops&page=77")
    assert text_of(page, ".nothing") == ["There is no page 77, the last is 2."]
    (last,) = page.cssselect(".nothing a")
    assert page_of(client, last.get("href")).cssselect(".hits li")


def test_what_may_be_meant_is_answered(client: TestClient) -> None:
    page = page_of(client, "/search?q=koera")
    assert text_of(page, ".note") == ["No story has the word koera. These are for: Korea"]
    story = page_of(client, page.cssselect(".hits h2 a")[0].get("href"))
    assert "Korea" in text_of(story, "mark")


def test_the_help_is_for_those_who_type_in_a_page(client: TestClient) -> None:
    assert " --" not in page_of(client, "/help").text_content()


def test_every_example_of_the_help_can_be_asked(client: TestClient) -> None:
    page = page_of(client, "/help")
    links = page.cssselect("td a")
    assert len(links) > 15
    for link in links:
        assert client.get(link.get("href")).status_code == 200, link.get("href")


def test_empty_fields_of_a_form_say_nothing(client: TestClient) -> None:
    page = page_of(client, "/search?q=troops&since=&until=&words=")
    assert not page.cssselect(".chips a")


@pytest.mark.parametrize("address", ["/?", "/search?q=troops&", "/help?", "/saved?"])
def test_what_is_added_to_an_address_on_its_way_does_no_harm(
    client: TestClient, address: str
) -> None:
    told = client.get(address + "utm_source=mail&fbclid=x")
    assert told.status_code == 200
    assert "utm_source" not in told.text


def test_stories_are_in_their_own_language_and_direction(tmp_path: Path) -> None:
    told = {
        "de": "Der Sturm ist mit der Flut gekommen, und das war nicht zu erwarten.",
        "ar": "\u0627\u0644\u0639\u0627\u0635\u0641\u0629 storm \u0636\u0631\u0628\u062a",
        None: "The storm came with the flood, which nobody had expected.",
    }
    for number, text in enumerate(told.values()):
        name = f"{number}" * 12
        story = Story(name, f"/{name}.txt", "text", "Storm", f"{text}\n\nStorm: {text}")
        index_stories([story], tmp_path / "index", source=lambda story: story.id)
    with TestClient(make_app(tmp_path / "index"), base_url="http://localhost") as client:
        result = page_of(client, "/search?q=storm")
        spoken = [hit.get("lang") for hit in result.cssselect(".hits h2 a")]
        assert sorted(spoken, key=str) == sorted(told, key=str)
        assert {one.get("dir") for one in result.cssselect(".hits h2 a, .snippet")} == {"auto"}
        for number, language in enumerate(told):
            page = page_of(client, f"/story/{f'{number}' * 12}?q=storm")
            (body,) = page.cssselect(".body")
            assert body.get("lang") == language
            assert {one.get("dir") for one in body.cssselect("p")} == {"auto"}


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;\u202egnp.\x1b[31m\x00"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Stories whose every field would be markup."""
    where: Path = tmp_path_factory.mktemp("hostile") / "index"
    line = Dateline(HOSTILE, (HOSTILE,), country="US", agency=HOSTILE)
    date = StoryDate(2018, 11, 1, DateBasis.DATELINE, False, HOSTILE)
    index_stories(
        [
            Story(
                f"{number:012x}",
                f"/corpus/{HOSTILE}.txt",
                "text",
                f"Storm {HOSTILE}",
                f"The storm {HOSTILE}.\n\nIt {number} {HOSTILE}",
                byline=HOSTILE,
                dateline=line,
                agency=HOSTILE,
                credits=(HOSTILE,),
                date=date,
            )
            for number in (1, 2)
        ],
        where,
        source=lambda story: story.id,
    )
    with TestClient(make_app(where), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search?q=storm",
        "/search?q=storm&place=<script>alert(1)</script>",
        "/search?q=<script>alert(1)</script>",
        "/search?q=country:<script>",
        "/story/000000000001?q=storm",
        "/story/<script>",
        "/saved/new?q=<script>alert(1)</script>",
        '/search?q="><script>alert(1)</script>',
    ],
)
def test_nothing_of_a_story_or_a_question_acts(hostile: TestClient, address: str) -> None:
    told = hostile.get(address)
    page = html.document_fromstring(told.content)
    (script,) = page.xpath("//script")
    assert script.get("src").startswith("/static/")
    assert not script.text_content()
    assert page.xpath("//img/@src") == page.xpath('//link[@rel="icon"]/@href')
    names = {name for one in page.iter("*") for name in one.attrib}
    assert not {name for name in names if name.startswith("on") or name == "style"}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told.text)
