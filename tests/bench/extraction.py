"""How trafilatura's settings fare on the pages of tests/data: ``python -m tests.bench.extraction``.

Prints, for each setting, on how many of the pages each field is exactly what stands on the page,
and the time a page takes.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from aggregator.model.instants import rfc3339
from aggregator.normalise.extract import Mode, extract_page

_PAGES = Path(__file__).parents[1] / "data" / "pages"
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


def main() -> None:
    """Prints one line a setting."""
    cases = sorted(_PAGES.glob("*.html"))
    # The first page loads what trafilatura needs.
    extract_page(cases[0].read_bytes(), url="https://herald.example/", fetched_at=_NOW)
    for mode in get_args(Mode):
        right: Counter[str] = Counter()
        started = time.process_time()
        for case in cases:
            expected = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))
            page = extract_page(
                case.read_bytes(),
                url=expected["url"],
                fetched_at=_NOW,
                zone=ZoneInfo(expected.get("zone", "UTC")),
                outlet=expected["outlet"],
                mode=mode,
            )
            if page is None:
                continue
            image = page.image
            right["title"] += page.title == expected["title"]
            date = rfc3339(page.published_at) if page.published_at else None
            right["date"] += date == expected["published"]
            right["caption"] += (image.caption if image else None) == expected["caption"]
            right["body"] += list(page.body.paragraphs) == expected["paragraphs"]
        spent = (time.process_time() - started) / len(cases) * 1000
        fields = "  ".join(f"{field} {count}/{len(cases)}" for field, count in right.items())
        print(f"{mode:<10} {fields}  {spent:.1f} ms a page")


if __name__ == "__main__":
    main()
