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

_PATTERNS = r"""
    the\ post\ .+\ (?:appeared\ first|first\ appeared|was\ first\ published)\ on\ .+
   (?:this\ )?(?:article|post|story|entry)\ .{0,200}(?:appeared\ first|first\ appeared|
  originally\ appeared)\ on\ .+
  | (?:der\ beitrag|der\ artikel)\ .+\ erschien\ zuerst\ auf\ .+
  | l[’']article\ .+\ est\ apparu\ en\ premier\ sur\ .+
  | la\ entrada\ .+\ (?:aparece|se\ publicó)\ primero\ en\ .+
  | (?:l[’']articolo|l[’']articolo\ originale)\ .+\ (?:proviene\ da|è\ apparso\ per\ primo\ su)\ .+
  | (?:o\ post|o\ conteúdo|o\ artigo|a\ matéria)\ .+\ (?:apareceu|aparece)\ primeiro\ em\ .+
  | (?:het\ bericht|het\ artikel)\ .+\ verscheen\ eerst\ op\ .+
  | (?:artykuł|wpis)\ .+\ pochodzi\ z\ serwisu\ .+
  | (?:сообщение|запись)\ .+\ (?:появились|появилась|впервые\ появилась)\ .+
  | (?:inlägget|innlegget)\ .+\ dök\ först\ upp\ på\ .+
  | continue\ reading(?:\ .{0,200})?(?:\u2192|»|>|\.{3}|…)
  | continue\ reading\ .{1,160}\ at\ .{1,60}
  | (?:keep|continue)\ reading\b.{0,120}
  | \(?read\ (?:the\ )?(?:full|rest|entire|complete|original)\b.{0,80}
  | read\ more\ (?:on|at|about|from|in)\b.{0,100}
  | (?:lire\ la\ suite|weiterlesen|seguir\ leyendo|leggi\ tutto|lees\ verder)\b.{0,120}
   (?:view|see)\ (?:the\ )?(?:full\ )?(?:article|post|story|image|images|photos|gallery|
  entire)\b.{0,80}
  | (?:click|tap)\ here\ (?:to|for)\b.{0,120}
  | (?:please\ )?(?:subscribe|sign\ up|register)\ (?:to|for|now|today|here|and)\b.{0,160}
   get\ (?:the\ )?(?:latest|our|more|breaking|today).{0,60}(?:newsletter|inbox|alerts|app|
  email).{0,60}
   (?:join|follow)\ (?:us|our|the)\b.{0,40}(?:facebook|twitter|telegram|whatsapp|instagram|
  youtube|channel|google\ news|linkedin|newsletter)\b.{0,100}
  | (?:download|get)\ (?:the|our)\ .{0,40}\bapp\b.{0,80}
  | (?:share|tweet)\ (?:this|on|via|to)\b.{0,60}
  | (?:click|tap)\ to\ share\b.{0,80}
  | (?:\d+\ )?comments?(?:\ \(\d+\))?
  | (?:copyright|©|\(c\)|ⓒ)\s?.{0,160}
  | .{0,80}\ball\ rights\ reserved\.?.{0,60}
  | (?:this\ material|content)\ may\ not\ be\ (?:published|reproduced).{0,160}
  | the\ views\ expressed\ in\ this\ (?:article|piece|blog|column).{0,240}
  | unless\ otherwise\ stated\ in\ the\ article\ above.{0,240}
  | (?:filed|posted|published)\ (?:under|in)\s?:.{0,200}
  | (?:tags?|categories|category|topics|keywords|schlagwörter|etiquetas|mots-clés)\s?:.{0,200}
  | submitted\ by\ /?u/\S+.{0,60}
  | \[link\](?:\ \[comments\])?
  | via\ .{1,40}\ https?://\S+
  | (?:article|comments)\ url:\ https?://\S+
  | (?:points|\#\ comments):\ \d+
  | (?:photo|image|picture)\ (?:gallery|slideshow)
"""
_EDGES = re.compile(r"^[\W_]+|[^\w)\]]+$")


def is_furniture(line: str) -> bool:
    """Whether a line is the page's or the template's own and says nothing of the event.

    >>> is_furniture("clear"), is_furniture("The post A fire appeared first on The Herald.")
    (True, True)
    """
    if len(line) > 420:
        return False
    folded = " ".join(line.casefold().split())
    if not folded:
        return True
    bare = _EDGES.sub("", folded)
    return not bare or bare in _lines() or _pattern().fullmatch(folded) is not None


@cache
def _lines() -> frozenset[str]:
    return frozenset(word.strip() for word in re.split(r"[|\n]", _LINES) if word.strip())


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_PATTERNS, re.VERBOSE)
