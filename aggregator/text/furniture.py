"""Page furniture: lines that belong to the page or the feed's template, not to the article."""

from __future__ import annotations

import re
from functools import cache

# Whole lines, compared without case, marks at the ends or arrows.
_LINES = """
clear|share|share this|share this:|share this article|share this story|share on facebook|
share on twitter|share on x|share on whatsapp|share on linkedin|share via email|like this|
like this:|like loading|tweet|email|print|pin it|facebook|twitter|whatsapp|linkedin|telegram|
reddit|copy link|advertisement|advertisements|advertising|ad|sponsored|sponsored content|
story continues below advertisement|article continues below advertisement|
story continues below this ad|continue reading below|scroll to continue|scroll down to continue|
skip to content|skip advertisement|back to top|read more|read more here|read full article|
read full story|read the full article|read the full story|read the rest|
read the rest of this entry|read on|continue reading|full story|view original|original article|
more|comments|comment|leave a comment|no comments|add comment|view comments|
join the conversation|post a comment|sign up|subscribe|subscribe now|log in|newsletter|
sign up for our newsletter|subscribe to our newsletter|follow us|recommended|
recommended stories|most read|trending|click here|click to read more|source|list of 3 items|
end of list|list of 4 items|image|photo|video|loading|gallery|werbung|anzeige|teilen|
weiterlesen|mehr lesen|zum artikel|kommentare|publicité|partager|lire la suite|lire plus|
en savoir plus|commenter|publicidad|compartir|seguir leyendo|leer más|continuar leyendo|
comentarios|publicidade|compartilhar|partilhar|leia mais|continue lendo|continuar a ler|
comentários|pubblicità|condividi|leggi tutto|continua a leggere|leggi l'articolo completo|
commenti|advertentie|delen|lees verder|lees meer|реклама|поделиться|читать далее|читать дальше|
подробнее|reklama|udostępnij|czytaj dalej|czytaj więcej|reklam|paylaş|devamını oku|annons|dela|
läs mer|annonse|del|les mer|læs mere|mainos|jaa|lue lisää|اقرأ المزيد|إعلان|続きを読む|
もっと見る|广告|阅读全文|阅读更多|查看更多
"""

_PATTERNS = (
    # Weblog templates sign the end of an entry, each in its language.
    r"the post .+ (?:appeared first|first appeared|was first published) on .+",
    (
        r"(?:this )?(?:article|post|story|entry) .{0,200}(?:appeared first|first appeared|"
        r"originally appeared|was originally published) (?:on|in|at) .+"
    ),
    r"der (?:beitrag|artikel) .+ erschien zuerst auf .+",
    r"l[’']article .+ est apparu en premier sur .+",
    r"la entrada .+ (?:aparece|se publicó) primero en .+",
    r"l[’']articolo .+ (?:proviene da|è apparso per primo su) .+",
    r"(?:o post|o conteúdo|o artigo|a matéria) .+ (?:apareceu|aparece) primeiro em .+",
    r"het (?:bericht|artikel) .+ verscheen eerst op .+",
    r"(?:artykuł|wpis) .+ pochodzi z serwisu .+",
    r"(?:сообщение|запись) .+ (?:появились|появилась|впервые появилась) .+",
    r"inl[äe]gget .+ dök först upp på .+",
    # Ways on to the page itself.
    r"(?:keep|continue) reading\b.{0,160}",
    r"\(?read (?:the )?(?:full|rest|entire|complete|original)\b.{0,80}",
    r"read more (?:on|at|about|from|in)\b.{0,100}",
    r"(?:lire la suite|weiterlesen|seguir leyendo|leggi tutto|lees verder)\b.{0,120}",
    (
        r"(?:view|see) (?:the )?(?:full )?(?:article|post|story|image|images|gallery|entire)\b"
        r".{0,80}"
    ),
    r"(?:click|tap) here (?:to|for)\b.{0,120}",
    r"(?:click|tap) to share\b.{0,80}",
    r"\[?if (?:the formatting of )?this (?:post|page|email|article) looks .{0,160}",
    r"if you(?:[’']re| are) (?:reading this|having trouble viewing).{0,160}",
    r"listen to this (?:post|article|story|episode):?",
    # What the outlet wants of its readers.
    r"(?:please )?(?:subscribe|sign up|register) (?:to|for|now|today|here|and)\b.{0,160}",
    (
        r"get (?:the )?(?:latest|our|more|breaking|today).{0,60}"
        r"(?:newsletter|inbox|alerts|app|email).{0,60}"
    ),
    (
        r"(?:join|follow) (?:us|our|the)\b.{0,40}(?:facebook|twitter|telegram|whatsapp|instagram|"
        r"youtube|channel|google news|linkedin|newsletter)\b.{0,100}"
    ),
    r"(?:download|get) (?:the|our) .{0,40}\bapp\b.{0,80}",
    r"(?:share|tweet) (?:this|on|via|to)\b.{0,60}",
    r"(?:\d+ )?comments?(?: \(\d+\))?",
    # Rights and disclaimers.
    r"(?:copyright\s*)?(?:©|\(c\)|ⓒ)\s?\d{4}.{0,120}",
    r"(?:copyright\s*)?[©ⓒ]\s?[^\W\d][\w .,&'’/-]{0,60}",
    r"copyright\s?(?:\d{4}|by)\b.{0,120}",
    r".{0,80}\ball rights reserved\.?.{0,60}",
    r"(?:this material|content) may not be (?:published|reproduced).{0,160}",
    r"the views expressed in this (?:article|piece|blog|column).{0,240}",
    r"unless otherwise stated in the article above.{0,240}",
    r"published in [^.,]{2,40}, \w+ \d{1,2}\w{0,2},? \d{4}",
    # What a template says of the entry.
    r"(?:filed|posted|published) (?:under|in)\s?:.{0,200}",
    r"(?:tags|categories|schlagwörter|etiquetas|mots-clés)\s?:.{0,200}",
    r"submitted by /?u/\S+.{0,60}",
    r"\[link\](?: \[comments\])?",
    r"(?:article|comments) url: https?://\S+",
    r"(?:points|# comments): \d+",
    r"(?:photo|image|picture) (?:gallery|slideshow)",
    # A short code that the site should have replaced: "[time-video id=7]", "[/caption]".
    r"(?:\[/?[a-z][a-z\d]*(?:[_-][a-z\d_-]+|(?=\s[^\]]*=)|(?<=caption))(?:\s[^\]]*)?\]\s*)+",
)
_LONGEST = 420
_EDGES = re.compile(r"^[\W_]+|[^\w)\]]+$")
# The same at the end of a paragraph that begins with news.
_TAIL = re.compile(
    r"\s*(?:The post .{1,300} (?:appeared first|first appeared) on .{1,80}?\.?|"
    r"(?<=[.!?…\]”\"»])\s*\(?\[?(?:Continue reading|Read more|Read the (?:full|rest)|Keep reading|"
    r"Lire la suite|Weiterlesen|Leer más|Seguir leyendo|Leggi tutto|Lees verder|Leia mais|"
    r"Читать далее|Czytaj dalej)\b[^.!?]{0,120}[.…→»>\])]*)$"
)


def is_furniture(line: str) -> bool:
    """Whether a line is the page's or the template's own and says nothing of the event.

    >>> is_furniture("clear"), is_furniture("The post A fire appeared first on The Herald.")
    (True, True)
    """
    if len(line) > _LONGEST:
        return False
    folded = " ".join(line.casefold().split())
    if not folded:
        return True
    bare = _EDGES.sub("", folded)
    return not bare or bare in _lines() or _pattern().fullmatch(folded) is not None


def without_tail(paragraph: str) -> str:
    """The paragraph without the furniture that a template glued to its end.

    >>> without_tail("A bridge opened. The post A bridge appeared first on The Herald.")
    'A bridge opened.'
    """
    return _TAIL.sub("", paragraph)


@cache
def _lines() -> frozenset[str]:
    return frozenset(word.strip() for word in re.split(r"[|\n]", _LINES) if word.strip())


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))
