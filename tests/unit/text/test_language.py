"""Languages: named where there is text enough, kept where plausible."""

from __future__ import annotations

import pytest

from aggregator.text.language import detect, settle, tag

TEXTS = {
    "en": "The ferry ran aground on a sandbank outside the harbour early on Tuesday morning.",
    "de": "Die Fähre ist am Dienstagmorgen vor dem Hafen auf eine Sandbank gelaufen.",
    "fr": "Le ferry s’est échoué mardi matin sur un banc de sable à l’entrée du port.",
    "es": "El transbordador encalló el martes por la mañana en un banco de arena ante el puerto.",
    "it": "Il traghetto si è incagliato martedì mattina su un banco di sabbia davanti al porto.",
    "pt": "O ferry encalhou na manhã de terça-feira num banco de areia à entrada do porto.",
    "nl": "De veerboot liep dinsdagochtend vroeg vast op een zandbank voor de haven.",
    "pl": "Prom osiadł we wtorek rano na mieliźnie przed wejściem do portu.",
    "ru": "Паром во вторник утром сел на мель у входа в порт, никто не пострадал.",
    "uk": "Пором у вівторок вранці сів на мілину біля входу в порт, ніхто не постраждав.",
    "el": "Το πλοίο προσάραξε το πρωί της Τρίτης σε αμμώδη ύφαλο έξω από το λιμάνι.",
    "ar": "جنحت العبارة صباح الثلاثاء على شاطئ رملي قبالة الميناء ولم يصب أحد بأذى.",
    "tr": "Feribot salı sabahı liman girişinde kuma oturdu, yaralanan olmadı.",
    "ja": "フェリーは火曜日の朝、港の外の砂州に乗り上げた。",
    "zh": "渡轮周二早上在港口外的沙洲搁浅，无人受伤。",
    "hi": "मंगलवार सुबह बंदरगाह के बाहर एक नौका रेत के टीले पर फंस गई।",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_enough(language: str) -> None:
    assert detect(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "OK", "Apple iPhone 17", "12:45", "https://example.org/de"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("declared", "well_formed"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("English", None),
        ("und", None),
        ("x", None),
        ("", None),
        (None, None),
    ],
)
def test_tags_are_well_formed(declared: str | None, well_formed: str | None) -> None:
    assert tag(declared) == well_formed


@pytest.mark.parametrize(
    ("declared", "language", "settled"),
    [
        ("en-gb", "en", "en-GB"),
        ("en-us", "pt", "pt"),
        ("de", "nl", "nl"),
        ("nonsense!", "fr", "fr"),
        (None, "pl", "pl"),
        ("ja", "zh", "zh"),
    ],
)
def test_a_plausible_declaration_stands(declared: str | None, language: str, settled: str) -> None:
    assert settle(declared, f"{TEXTS[language]} {TEXTS[language]}") == settled


def test_neighbours_do_not_overrule_one_another() -> None:
    bokmal = "Fergen gikk på grunn tirsdag morgen utenfor havnen, og ingen ble skadet i ulykken."
    assert settle("nb", bokmal) == "nb"
    assert settle("nn-NO", bokmal) == "nn-NO"
    assert settle("en", "Ok") == "en"
