"""The digest as one HTML file that needs nothing beside it: style inside, no script."""

from __future__ import annotations

from datetime import UTC, tzinfo

from markupsafe import Markup

from aggregator.model.digest import Digest
from aggregator.render.sections import front_page
from aggregator.render.templating import own_templates, style_sheet
from aggregator.render.view import feeds_line, totals_line, window_words
from aggregator.text.controls import xml_text


def digest_page(digest: Digest, *, title: str = "The Digest", zone: tzinfo = UTC) -> str:
    """A whole HTML document; headlines lead to the articles, pictures stay with their outlets."""
    template = own_templates(zone).get_template("file.html")
    page = template.render(
        title=title,
        digest=digest,
        page=front_page(digest),
        totals=totals_line(digest),
        span=window_words(digest, zone),
        feeds=feeds_line(digest),
        # The sheet is ours: there is nothing of a feed in it to escape.
        style=Markup(style_sheet()),  # noqa: S704
    )
    return xml_text(page)
