"""The article's picture: which one it is, what stands under it, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from aggregator.model.article import Enclosure, Image
from aggregator.model.entry import Media
from aggregator.text.blocks import Block, is_news_picture
from aggregator.text.markup import clean, plain_text
from aggregator.text.urls import safe_link

_PICTURE_ENDING = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?)$", re.IGNORECASE)
_OTHER_ENDING = re.compile(
    r"\.(?:mp3|m4a|ogg|opus|wav|aac|flac|mp4|m4v|webm|mov|avi|pdf|epub|zip)$", re.IGNORECASE
)
# Above this the text is a description, in which "photo:" says nothing of a credit.
_LONGEST_CAPTION = 1200
_BRACKETED = re.compile(r"^(?P<caption>.*?)\s*\[(?P<credit>[^\[\]]{2,120})\]\.?$", re.DOTALL)
_NAMED = re.compile(
    r"^(?P<caption>.*?)[\s(|/\u2013\u2014-]*(?:\b(?:photo(?:graph)?s?|image|picture|pic|credits?|foto|fotos|bild|crédits?|"
    r"crédito|crédit\sphoto|photo\scredit|image\scredit|picture\scredit|file\sphoto|courtesy|illustration|"
    r"copyright|fotografía|imagem|immagine|фото)\s?(?:by|:|/|©|courtesy(?:\sof)?:?)\s*|©\s?)"
    r"(?P<credit>[^()]{2,100}?(?:\([^()]*\))?)\)?\.?$",
    re.IGNORECASE | re.DOTALL,
)
# "… in Karachi. — Reuters/File": after the last sentence, a few words in capitals.
_DASHED = re.compile(
    r"^(?P<caption>.+[.!?”\"])\s*[\u2013\u2014]\s*(?P<credit>[A-ZÀ-Þ@][\w@.’'/&-]*(?:[\s/]+[\w@.’'/&-]+){0,5})\.?$",
    re.DOTALL,
)
_PARENTHESISED = re.compile(
    r"^(?P<caption>.+[.!?])\s*\((?P<credit>[^()]*\b(?:AP|AFP|Reuters|Getty(?:\sImages)?|EPA|EFE|dpa|ANSA|Xinhua|Shutterstock|"
    r"Unsplash|Anadolu|PA|Bloomberg|Wikimedia|Flickr|Pexels|iStock)\b[^()]*)\)\.?$",
    re.DOTALL,
)


def credit_parted(text: str) -> tuple[str | None, str | None]:
    """Caption and credit of one text that may hold both: ``A flag [Jo Lee/Agency]``.

    >>> credit_parted("A bridge at dawn. Photo: Jo Lee"), credit_parted("The [new] bridge at dawn")
    (('A bridge at dawn.', 'Jo Lee'), ('The [new] bridge at dawn', None))
    """
    if len(text) > _LONGEST_CAPTION:
        return text, None
    for shape in (_BRACKETED, _NAMED, _PARENTHESISED, _DASHED):
        match = shape.match(text)
        if match:
            credit = clean(match["credit"]).strip(" .,:;/|-–—")
            caption = clean(match["caption"]).rstrip(" ([|/-–—")
            if credit and len(credit.split()) <= 14:
                return caption or None, credit
    return text or None, None


def picture_of(
    media: Sequence[Media], enclosures: Sequence[Media], body: Iterable[Block]
) -> Image | None:
    """The article's picture: what the feed names as such, else the first in the body.

    A large picture goes before a thumbnail. Caption and credit are the medium's own; what it
    lacks of them is taken from the same picture in the body.
    """
    shown = [block for block in body if block.kind == "image" and block.src]
    named = [
        one
        for one in (*media, *enclosures)
        if is_picture(one) and safe_link(one.url) and is_news_picture(one.url)
    ]
    best = max(named, key=_worth, default=None) if named else None
    if best is None:
        return image_of(shown[0]) if shown else None
    caption, credit = credit_parted(plain_text(best.caption or ""))
    if best.credit:
        credit = plain_text(best.credit) or credit
    if caption is None or credit is None:
        twin = next((one for one in shown if _same(one.src or "", best.url)), None)
        if twin is not None:
            beside = image_of(twin)
            caption, credit = caption or beside.caption, credit or beside.credit
    return Image(url=safe_link(best.url), caption=caption, credit=credit)


def files_of(media: Sequence[Media], enclosures: Sequence[Media]) -> tuple[Enclosure, ...]:
    """What came with the entry and is no picture, each address once."""
    found: dict[str, Enclosure] = {}
    for one in (*enclosures, *media):
        link = safe_link(one.url)
        if link is None or link in found or is_picture(one) or one.thumbnail:
            continue
        length = one.length if one.length is not None and one.length > 0 else None
        found[link] = Enclosure(url=link, type=clean(one.type or "") or None, length=length)
    return tuple(found.values())


def is_picture(one: Media) -> bool:
    """Whether a medium is a picture: by its type, its medium, its use, else its address."""
    if one.type:
        kind = one.type.lower().strip()
        if kind.startswith("image"):
            return True
        if "/" in kind and not kind.startswith(
            ("application/octet-stream", "text/html", "binary/")
        ):
            return False
    if one.medium:
        return one.medium.lower() == "image"
    path = urlsplit(one.url).path if "[" not in one.url else one.url
    if _OTHER_ENDING.search(path):
        return False
    return one.thumbnail or bool(_PICTURE_ENDING.search(path))


def _worth(one: Media) -> tuple[bool, int]:
    # The first of those that tie stays: `max` keeps it.
    return not one.thumbnail, (one.width or 0) * (one.height or one.width or 0)


def _same(one: str, other: str) -> bool:
    return urlsplit(one).path.rpartition("/")[2] == urlsplit(other).path.rpartition("/")[2]


def image_of(block: Block) -> Image:
    """The image that a block shows, its caption and credit parted."""
    caption, credit = credit_parted(block.text)
    if credit is None and block.credit:
        before, named = credit_parted(block.credit)
        credit = named if named and before is None else block.credit
    return Image(url=block.src, caption=caption, credit=credit)
