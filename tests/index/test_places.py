"""Places, countries, regions and agencies."""

from __future__ import annotations

import pytest

from index.agencies import agency_named, is_printed_so
from index.countries import country_code, country_name, country_named
from index.dateline import natural_case
from index.labels import is_label
from index.places import bearers, country_of, is_place, locate, place_key


@pytest.mark.parametrize(
    ("place", "region", "country"),
    [
        ("Washington", None, "US"),  # an English town, by a gazetteer's order of names
        ("Athens", None, "GR"),
        ("ATHENS", "Ga.", "US"),
        ("Atlanta", "Georgia", "US"),
        ("Tbilisi", "Georgia", "GE"),
        ("LENINGRAD", None, "RU"),
        ("Bombay", None, "IN"),
        ("Peking", None, "CN"),
        ("Kiev", None, "UA"),
        ("São Paulo", None, "BR"),
        ("SAO PAULO", None, "BR"),
        ("ŁÓDŹ", None, "PL"),
        ("N'DJAMENA", None, "TD"),
        ("London", "Ontario", "CA"),
        ("La Crosse", "Wis.", "US"),
        ("San Juan", "Puerto Rico", "PR"),
        ("Cotabato City", None, "PH"),
        ("Atlantic Ocean", None, None),
        ("Nowhere At All", None, None),
    ],
)
def test_country_of(place: str, region: str | None, country: str | None) -> None:
    assert country_of(place, region) == country


@pytest.mark.parametrize("name", ["Seoul", "SEOUL", "Fort-de-France", "Minn.", "S. Korea"])
def test_is_place(name: str) -> None:
    assert is_place(name)


@pytest.mark.parametrize("name", ["Vienna Philharmonic", "", "zzzz", "The President"])
def test_is_no_place(name: str) -> None:
    assert not is_place(name)


def test_bearers_are_ranked_by_population() -> None:
    portlands = bearers("Portland")
    assert len(portlands) > 1
    assert [b.population for b in portlands] == sorted(
        (b.population for b in portlands), reverse=True
    )
    assert bearers(place_key("Seoul"))[0].latitude == pytest.approx(37.57, abs=0.1)


@pytest.mark.parametrize("first", ["aachen", "zwolle", "zywiec"])
def test_the_gazetteer_is_found_to_its_ends(first: str) -> None:
    assert bearers(first)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("S. Korea", "KR"),
        ("kr", "KR"),
        ("West Germany", "DE"),
        ("the Netherlands", "NL"),
        ("UAE", "AE"),
    ],
)
def test_country_code(name: str, code: str) -> None:
    assert country_code(name) == code


def test_country_names() -> None:
    assert country_named("Ruritania") is None
    assert country_name("KR") == "South Korea"
    assert country_name("??") == "??"


@pytest.mark.parametrize(
    ("printed", "short"),
    [
        ("Press Trust of India", "PTI"),
        ("ITAR-TASS", "TASS"),
        ("The Associated Press", "AP"),
        ("Efe", "EFE"),
        ("PRNewswire", "PR Newswire"),
        ("The Kestrel Club", None),
    ],
)
def test_agency_named(printed: str, short: str | None) -> None:
    assert agency_named(printed) == short


def test_an_agency_without_brackets_is_printed_its_own_way() -> None:
    assert is_printed_so("TASS")
    assert is_printed_so("Trend")
    assert not is_printed_so("trend")


@pytest.mark.parametrize(
    ("printed", "natural"),
    [
        ("RIO DE JANEIRO", "Rio de Janeiro"),
        ("WINSTON-SALEM", "Winston-Salem"),
        ("N'DJAMENA", "N'Djamena"),
        ("ST. JOHN'S", "St. John's"),
        ("PORT-AU-PRINCE", "Port-au-Prince"),
        ("MÜNCHEN", "München"),
        ("Addis Abeba", "Addis Abeba"),
    ],
)
def test_natural_case(printed: str, natural: str) -> None:
    assert natural_case(printed) == natural


@pytest.mark.parametrize(
    ("place", "region", "near"),
    [
        ("SEOUL", None, (37.6, 127.0)),
        ("ATHENS", "Ga.", (34.0, -83.4)),
        ("Athens", None, (38.0, 23.7)),
        ("PORTLAND", "Maine", (43.7, -70.3)),
        ("PORTLAND", "Ore.", (45.5, -122.7)),
    ],
)
def test_locate(place: str, region: str | None, near: tuple[float, float]) -> None:
    found = locate(place, region)
    assert found == pytest.approx(near, abs=0.2)


def test_nowhere_has_no_coordinates() -> None:
    assert locate("Nowhere At All") is None


def test_labels_are_no_places() -> None:
    assert is_label("OPINION")
    assert is_label("Tuesday")
    assert not is_label("Seoul")
