"""Labelled links (``READ: …``): which words are labels, in news pages of several languages."""

from __future__ import annotations

import re
from functools import cache

# Labels when written in capitals; beside "Opinion: the bank must act" they would be prose.
_CAPITALS = """
    READ|READ MORE|READ ALSO|READ NEXT|READ NOW|ALSO READ|MUST READ|OPINION|OP-ED|WATCH|
    WATCH NOW|WATCH MORE|WATCH LIVE|LISTEN|LISTEN NOW|RELATED|RELATED NEWS|RELATED STORY|
    RELATED STORIES|RELATED ARTICLE|RELATED ARTICLES|SEE ALSO|SEE MORE|SEE|MORE|MORE ON THIS|
    ANALYSIS|EXPLAINER|INTERVIEW|PROFILE|REVIEW|REPORT|FEATURE|VIDEO|VIDEOS|
    PHOTOS|PHOTO|PICTURES|IN PICTURES|IN PHOTOS|GALLERY|PODCAST|EDITORIAL|COMMENTARY|
    BLOG|LONG READ|DON'T MISS|TIMELINE|FACT CHECK|FACTBOX|INFOGRAPHIC|INTERACTIVE|
    LIVE BLOG|REMEMBERING|DOCUMENTARY|QUIZ|TRENDING|LIRE|À LIRE|LIRE AUSSI|À LIRE AUSSI|
    A LIRE AUSSI|VOIR AUSSI|REGARDER|ÉCOUTER|LEES OOK|BEKIJK OOK|LESEN SIE AUCH|LESEN SIE MEHR|
    MEHR ZUM THEMA|SIEHE AUCH|KOMMENTAR|MEINUNG|LEE TAMBIÉN|LEA TAMBIÉN|LEER MÁS|LEA MÁS|
    VER TAMBIÉN|TE PUEDE INTERESAR|OPINIÓN|LEIA TAMBÉM|LEIA MAIS|VEJA TAMBÉM|LEGGI ANCHE|
    GUARDA ANCHE|ЧИТАЙТЕ ТАКЖЕ|СМОТРИТЕ ТАКЖЕ|ЧИТАЙТЕ ТАКОЖ|CZYTAJ TAKŻE|CZYTAJ TEŻ|
    CZYTAJ WIĘCEJ|LÄS OCKSÅ|LÄS MER|LES OGSÅ|LÆS OGSÅ|LUE MYÖS|BACA JUGA|OKU|AYRICA OKU|
    CITEȘTE ȘI|PROČÍTAJTE SI
"""
# Labels however they are written: nobody begins a sentence with them and a colon.
_ANY_CASE = """
    read more|read also|also read|read next|must read|see also|related|related story|
    related stories|related article|related articles|related news|related coverage|
    related content|more on this story|more on this|watch|watch now|listen|listen now|read|
    read our analysis|don't miss|don’t miss|further reading|you may also like|recommended|
    more from us|lire aussi|à lire aussi|a lire aussi|à lire|voir aussi|lees ook|lees meer|
    bekijk ook|lesen sie auch|mehr zum thema|siehe auch|zum thema|lee también|lea también|
    leer más|lea más|ver también|también lee|te puede interesar|le puede interesar|leia também|
    leia mais|veja também|saiba mais|leggi anche|guarda anche|leggi di più|читайте также|
    смотрите также|читать также|читайте також|czytaj także|czytaj też|czytaj więcej|
    zobacz także|läs också|läs även|läs mer|les også|les mer|læs også|læs mere|lue myös|
    lue lisää|baca juga|ayrıca oku|citește și|vezi și|διαβάστε επίσης|δείτε επίσης|اقرأ أيضا|
    اقرأ أيضًا|اقرأ المزيد|شاهد|यह भी पढ़ें|इसे भी पढ़ें|ये भी पढ़ें|přečtěte si také|
    čtěte také|olvassa el|もっと読む|関連記事|相关阅读|延伸阅读
"""
# What follows a label at greater length is a paragraph that begins with a word in capitals.
_LONGEST_TITLE = 220
_SHAPE = re.compile(r"(?P<label>[^:：|]{2,30}?)\s?[:：]\s*(?P<title>.*)", re.DOTALL)


def is_label(words: str) -> bool:
    """Whether these words before a colon announce another piece.

    >>> is_label("ALSO READ"), is_label("Read more"), is_label("Opinion"), is_label("Iraq")
    (True, True, False, False)
    """
    folded = " ".join(words.split())
    return folded in _set_of(_CAPITALS) or folded.casefold() in _set_of(_ANY_CASE)


def labelled(line: str) -> tuple[str, str] | None:
    """Label and title of a labelled link, or None for any other line.

    >>> labelled("READ: Two ministers resign")
    ('READ', 'Two ministers resign')
    """
    match = _SHAPE.fullmatch(line)
    if match is None or not is_label(match["label"]) or len(match["title"]) > _LONGEST_TITLE:
        return None
    return match["label"], match["title"]


@cache
def _set_of(words: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in re.split(r"[|\n]", words))
