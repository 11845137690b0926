"""Jinja2 as this package uses it: everything escaped, nothing undefined passes silently."""

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import lru_cache
from importlib.resources import files

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from aggregator.model.instants import Instant, rfc3339
from aggregator.render.highlight import marked
from aggregator.render.links import web_link
from aggregator.render.pieces import link, mix
from aggregator.render.view import clock, copies_phrase, date_line, plural, span_words


def environment(*loaders: BaseLoader, zone: tzinfo = UTC) -> Environment:
    """An environment over the given templates and this package's own.

    Templates get the filters ``web_link clock date_line span plural copies_phrase rfc3339 mix`` and
    the functions ``link(text, url, class)`` and ``at(instant, now)``; the zone is the reader's, for
    every time that is shown.
    """
    made = Environment(
        loader=ChoiceLoader([*loaders, PackageLoader("aggregator.render", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def clock_filter(instant: Instant, now: Instant, *, timed: bool = False) -> str:
        return clock(instant, now, zone, timed=timed)

    def at(instant: Instant, now: Instant) -> Markup:
        shown = clock(instant, now, zone)
        return Markup(f'<time datetime="{instant:%Y-%m-%dT%H:%MZ}">{shown}</time>')  # noqa: S704 - a time of ours

    def date_filter(instant: Instant) -> str:
        return date_line(instant, zone)

    made.filters.update(
        web_link=web_link,
        clock=clock_filter,
        date_line=date_filter,
        span=span_words,
        plural=plural,
        copies_phrase=copies_phrase,
        rfc3339=rfc3339,
        marked=marked,
        mix=mix,
    )
    made.globals.update(link=link, at=at)
    return made


@lru_cache(maxsize=8)
def own_templates(zone: tzinfo = UTC) -> Environment:
    """This package's own templates, compiled once for a zone."""
    return environment(zone=zone)


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """The one style sheet of all pages, as it ships."""
    return (files("aggregator.render") / "assets" / "style.css").read_text(encoding="utf-8")
