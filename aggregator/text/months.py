"""The words of dates: months, weekdays and time zones, in the languages feeds are written in."""

from __future__ import annotations

from functools import cache

# One text a month: full names, genitives and abbreviations, in lower case without their dots.
_MONTHS = (
    """january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari tammikuu
    tammi
    styczeń stycznia sty ledna leden ianuarie ian január ocak oca января янв січня січ ιανουαρίου
    ιαν gener siječnja januara يناير जनवरी जन ژانویه ינואר
    sausio janvāris jaanuar""",
    """february feb februar février févr fév fevrier febrero febbraio fevereiro fev februari
    helmikuu helmi luty lutego lut února únor februarie február şubat şub subat февраля фев лютого
    лют φεβρουαρίου φεβ febrer veljače februara فبراير شباط फरवरी फ़रवरी פברואר vasario februāris
    veebruar""",
    """march mar märz mrz mär mars marzo março marco maart mrt maaliskuu maalis marzec marca
    března březen martie március mart марта мар березня бер μαρτίου μαρ març ožujka marec مارس آذار
    मार्च מרץ kovo marts märts""",
    """april apr avril avr abril abr aprile huhtikuu huhti kwiecień kwietnia kwi dubna duben aprilie
    április nisan nis апреля апр квітня кві απριλίου απρ travnja aprila أبريل إبريل نيسان अप्रैल
    אפריל balandžio aprīlis aprill""",
    """may mai mayo maggio mag maio mei maj toukokuu touko maja května květen máj május mayıs mayis
    мая май травня тра μαΐου μαι maig svibnja مايو أيار मई מאי gegužės maijs""",
    """june jun juni juin junio giugno giu junho kesäkuu kesä czerwiec czerwca cze června červen
    iunie iun június haziran haz июня июн червня чер ιουνίου ιουν juny lipnja juna يونيو حزيران जून
    יוני birželio jūnijs juuni""",
    """july jul juli juillet juil julio luglio lug julho heinäkuu heinä lipiec lipca lip července
    červenec iulie iul július temmuz tem июля июл липня лип ιουλίου ιουλ juliol srpnja jula يوليو
    تموز जुलाई יולי liepos jūlijs juuli""",
    """august aug août aout agosto ago elokuu elo sierpień sierpnia sie srpna srpen augusztus
    ağustos ağu agustos августа авг серпня сер αυγούστου αυγ agost kolovoza avgusta أغسطس آب अगस्त
    אוגוסט rugpjūčio augusts augustus agt""",
    """september sep sept septembre septiembre set settembre setembro syyskuu syys wrzesień września
    wrz září septembrie szeptember szept eylül eyl сентября сен вересня вер σεπτεμβρίου σεπ setembre
    rujna septembra سبتمبر أيلول सितंबर सितम्बर ספטמבר rugsėjo septembris""",
    """october oct oktober okt octobre octubre ottobre ott outubro out lokakuu loka październik
    października paź října říjen octombrie október ekim eki октября окт жовтня жов οκτωβρίου οκτ
    oktobra أكتوبر अक्टूबर אוקטובר spalio oktobris""",
    """november nov novembre noviembre novembro marraskuu marras listopad listopada lis listopadu
    noiembrie kasım kas kasim ноября ноя листопада νοεμβρίου νοε studenoga novembra نوفمبر
    नवंबर नवम्बर נובמבר lapkričio novembris""",
    """december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro desember des
    joulukuu joulu grudzień grudnia gru prosince prosinec decembrie aralık ara aralik декабря дек
    грудня гру δεκεμβρίου δεκ desembre prosinca decembra ديسمبر दिसंबर दिसम्बर
    דצמבר gruodžio decembris detsember""",
)

_HOURS = {
    # RFC 822 and what mail and news use beside it. Ambiguous ones as feeds mean them most often:
    # IST is India, BST is Britain's summer, CST is America's.
    "gmt": 0, "utc": 0, "ut": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "sast": 2, "cat": 2, "wat": 1,
    "eat": 3, "msk": 3, "trt": 3, "ist": 5.5, "pkt": 5, "npt": 5.75, "wib": 7, "wita": 8, "wit": 9,
    "ict": 7, "sgt": 8, "hkt": 8, "pht": 8, "myt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "brst": -2, "art": -3,
    "clt": -4, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "est": -5, "edt": -4, "cst": -6,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
REGIONS = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
"""Zones by the letters newspapers use for whichever of standard and summer time holds."""


ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "º", "ª", "o", "a", "ste", "de", "e"})
"""What stands behind the number of a day."""
_FILLERS = frozenset(
    """
    at on of the um à a le la el il am den der die de del den os às alle ore o uhr h hrs hours clock
    published posted updated publié veröffentlicht publicado pubblicato date time first last as kl
    klo op om в на г год року p r godz ore local and и y et und
    """.split()
)
_WEEKDAYS = frozenset(
    """
    mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun
    sunday montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr
    sa so
    lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim lunes martes
    miércoles jueves viernes sábado domingo mié jue vie sáb dom lunedì martedì mercoledì giovedì
    venerdì sabato domenica gio sab segunda terça quarta quinta sexta feira maandag dinsdag woensdag
    donderdag vrijdag zaterdag zondag måndag tisdag onsdag torsdag fredag lördag söndag mandag
    tirsdag lørdag søndag понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт
    пт сб вс poniedziałek wtorek środa czwartek piątek sobota niedziela pazartesi salı çarşamba
    perşembe cuma cumartesi pazar
    """.split()
)


def is_date_word(word: str) -> bool:
    """Whether a word beside a date belongs to it, as weekdays, "at" and "Uhr" do."""
    return word in _FILLERS or word in _WEEKDAYS


def month_number(word: str) -> int | None:
    """The month a word names, 1 to 12, in one of some thirty languages; None for other words.

    >>> month_number("janv."), month_number("Марта"), month_number("Sept"), month_number("Marathon")
    (1, 3, 9, None)
    """
    return _by_name().get(word.casefold().rstrip("."))


def zone_hours(name: str) -> float | None:
    """Hours east of UTC of a zone's abbreviation; None for words that are none."""
    return _HOURS.get(name.casefold())


@cache
def _by_name() -> dict[str, int]:
    named: dict[str, int] = {}
    for number, names in enumerate(_MONTHS, start=1):
        for name in names.split():
            named.setdefault(name.casefold(), number)
    return named
