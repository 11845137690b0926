"""An article as the text form of the seed documents: the reverse of reading it."""

from __future__ import annotations

from datetime import UTC, tzinfo

from aggregator.model.article import Article
from aggregator.text import form


def write_text_form(article: Article, *, zone: tzinfo = UTC) -> str:
    """The article as canonical text, ended by a newline (grammar: `aggregator.text.form`).

    ``zone`` is the outlet's, in which the date line is written. What the form carries survives
    reading: the outlet's tagline, title, ``published_at`` to the minute, the image's caption and
    credit, paragraphs, and label, title and place of the related links.
    """
    lines = []
    if article.outlet.tagline is not None:
        lines.append(form.in_head(form.folded(article.outlet.tagline)))
    lines.append(form.in_head(form.folded(article.title)))
    lines.append(form.write_date(article.published_at, zone))
    caption = None
    if article.image is not None:
        caption = form.write_caption(article.image.caption, article.image.credit)
    if caption is not None:
        lines.append(caption)
    under_date = len(lines) if caption is None else None
    last = len(article.paragraphs)
    for place in range(last + 1):
        lines.extend(
            form.write_link(link.label, link.title)
            for link in article.related
            if min(max(link.after, 0), last) == place
        )
        if place < last:
            text = form.folded(article.paragraphs[place])
            lines.append(form.in_body(text, first=len(lines) == under_date))
    return "\n\n".join(lines) + "\n"
