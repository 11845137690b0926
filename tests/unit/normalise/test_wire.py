"""Datelines and agencies: believed where wires sign, and nowhere else."""

from __future__ import annotations

import pytest

from aggregator.normalise.wire import agency_named, dateline, wire_of


@pytest.mark.parametrize(
    ("start", "place", "agency"),
    [
        ("BAGHDAD (Reuters) - The group said", "BAGHDAD", "Reuters"),
        ("BAGHDAD, Jan 31 (Reuters) - The group said", "BAGHDAD", "Reuters"),
        ("WASHINGTON (AP) — The president said", "WASHINGTON", "AP"),
        ("KYIV, Ukraine (AP) — Rescuers said", "KYIV, Ukraine", "AP"),
        ("Paris (AFP) – The minister said", "Paris", "AFP"),
        ("Rio de Janeiro (AFP) - The mayor said", "Rio de Janeiro", "AFP"),
        ("GAZA/JERUSALEM (Reuters) - Tanks moved", "GAZA/JERUSALEM", "Reuters"),
        ("Berlin (dpa) - Der Bundestag hat", "Berlin", "dpa"),
        ("Hannover (dpa/lni) - Die Polizei hat", "Hannover", "dpa"),
        ("BEIJING, Jan. 31 (Xinhua) -- China has", "BEIJING", "Xinhua"),
        ("MOSCOW, January 31. /TASS/. The ministry", "MOSCOW", "TASS"),
        ("(ANSA) - ROMA, 31 GEN - Il governo ha", "ROMA", "ANSA"),
        ("Madrid, 31 ene (EFE).- El Gobierno ha", "Madrid", "EFE"),
        ("New Delhi, Jan 31 (PTI) The court has", "New Delhi", "PTI"),
        ("SEOUL, Jan. 31 (Yonhap) -- South Korea", "SEOUL", "Yonhap"),
        ("TOKYO, Jan 31 (Kyodo) - Japan has", "TOKYO", "Kyodo"),
        ("ISTANBUL (AA) – The minister said", "ISTANBUL", "Anadolu"),
        ("LONDON — British ministers", "LONDON", None),
        ("PARIS, Jan 5 — The government", "PARIS", None),
        ("WASHINGTON, D.C. – The senate", "WASHINGTON, D.C.", None),
        ("UVALDE, Texas — The sheriff", "UVALDE, Texas", None),
        ("TUSCALOOSA, Ala. — The coach", "TUSCALOOSA, Ala.", None),
        ("ALBANY, N.Y. – The governor", "ALBANY, N.Y.", None),
        ("NEW DELHI: The prime minister", "NEW DELHI", None),
        ("OSTREY, June 24 — The island", "OSTREY", None),
    ],
)
def test_datelines(start: str, place: str | None, agency: str | None) -> None:
    assert dateline([f"{start} on Monday that all was well."]) == (place, agency)


@pytest.mark.parametrize(
    "start",
    [
        "Iraq: Kataib Hezbollah suspends operations",
        "UN: The council has voted",
        "UPDATE: The road is open again",
        "UPDATE – The road is open again",
        "WATCH: The road is open again",
        "CLAIM: The debate's host said",
        "EXCLUSIVE: The minister said",
        "TEMPEST — a new aircraft",
        "NASA — the space agency",
        "The US - which has troops there - said",
        "Apple (AAPL) - the firm said",
        "President Smith (D) - the first to say so",
        "He spoke to Reuters (the agency) - and left",
        "COVID-19 – what we know",
    ],
)
def test_what_only_looks_like_a_dateline_is_none(start: str) -> None:
    assert dateline([f"{start} on Monday that all was well."]) == (None, None)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("(Reporting by Ana Koval; Editing by Ruth Hale)", "Reuters"),
        ("Reporting by A. Koval and P. Lind, writing by C. Moss; editing by R. Hale", "Reuters"),
        ("(AFP)", "AFP"),
        ("AFP", "AFP"),
        ("dpa", "dpa"),
        ("— Reuters", "Reuters"),
        ("Source: Xinhua", "Xinhua"),
        ("SOURCE: REUTERS", "Reuters"),
        ("With inputs from PTI", "PTI"),
        ("© 2024 AFP", "AFP"),
        ("The road will stay closed, he said. (AP)", "AP"),
        ("The road will stay closed, he said. — AP", "AP"),
        ("The road will stay closed, she said. /TASS/", "TASS"),
    ],
)
def test_closing_lines(line: str, agency: str) -> None:
    assert wire_of(["The road is closed.", "It will stay so.", line], ()) == agency


@pytest.mark.parametrize(
    "line",
    [
        "The spokesman was quoted by IRNA as saying that the road was closed.",
        "“We have told Reuters all we know,” the minister said.",
        "The report was carried by the state agency TASS.",
        "Nobody answered the questions of the AP.",
        "APA",
        "The road is 40 km long (AA)" + " and closed" * 5,
    ],
)
def test_a_mention_in_the_text_is_no_signature(line: str) -> None:
    assert wire_of(["The road is closed.", "It will stay so.", line, "More tomorrow."], ()) is None


def test_bylines_sign() -> None:
    assert wire_of([], ("Associated Press",)) == "AP"
    assert wire_of([], ("Jo Lee, Reuters",)) == "Reuters"
    assert wire_of([], ("Agence France-Presse",)) == "AFP"
    assert wire_of(["By Reuters", "The road is closed."], ()) == "Reuters"
    assert wire_of([], ("Anna Anders", "Staff")) is None


def test_agencies_have_one_spelling() -> None:
    assert agency_named("agence france-presse") == "AFP"
    assert agency_named("dpa/tmn") == "dpa"
    assert agency_named("AA", bracketed=False) is None
    assert agency_named("Smith") is None
