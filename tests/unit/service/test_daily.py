"""Work at times of day: once for each, made up for where it was missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.service.daily import Daily, around
from aggregator.store import SqlStore

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Watch:
    instant = datetime(2026, 3, 3, 6, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


class Postman:
    """Sends at seven and at noon, and notes when."""

    def __init__(self, store: SqlStore, watch: Watch) -> None:
        self.sent: list[datetime] = []
        self.ill = False
        self._watch = watch
        self.daily = Daily(
            store=store,
            clock=watch,
            name="mail",
            times=[time(7), time(12)],
            zone=UTC,
            work=self._send,
        )

    async def _send(self) -> None:
        if self.ill:
            raise OSError("the mail server is away")
        self.sent.append(self._watch.instant)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = SqlStore(f"sqlite:///{tmp_path}/news.db")
    await opened.open()
    yield opened
    await opened.aclose()


@pytest.fixture
def watch() -> Watch:
    return Watch()


async def live(postman: Postman, watch: Watch, until: datetime) -> None:
    """A running service looks every minute."""
    while watch.instant < until:
        await postman.daily.run()
        watch.instant += MINUTE


async def test_each_time_of_day_has_its_work_once(store: SqlStore, watch: Watch) -> None:
    began = watch.instant
    postman = Postman(store, watch)
    await live(postman, watch, began + DAY)
    assert postman.sent == [began + HOUR, began + 6 * HOUR]


async def test_a_new_installation_waits_for_its_first_time(store: SqlStore, watch: Watch) -> None:
    watch.instant += 2 * HOUR
    postman = Postman(store, watch)
    await postman.daily.run()
    assert postman.sent == []


async def test_what_was_missed_while_stopped_is_made_up_for_once(
    store: SqlStore, watch: Watch
) -> None:
    await Postman(store, watch).daily.run()
    watch.instant += 3 * DAY + 3 * HOUR  # three days later, at nine
    back = Postman(store, watch)
    at_nine = watch.instant
    await live(back, watch, at_nine + 4 * HOUR)
    assert back.sent == [at_nine, at_nine + 3 * HOUR]


async def test_nothing_is_made_up_for_shortly_before_the_next_time(
    store: SqlStore, watch: Watch
) -> None:
    await Postman(store, watch).daily.run()
    watch.instant += DAY + 30 * MINUTE  # half past six
    back = Postman(store, watch)
    await live(back, watch, watch.instant + HOUR)
    assert back.sent == [datetime(2026, 3, 4, 7, tzinfo=UTC)]


async def test_what_failed_is_tried_again_after_ten_minutes(store: SqlStore, watch: Watch) -> None:
    postman = Postman(store, watch)
    await postman.daily.run()
    watch.instant += HOUR
    postman.ill = True
    with pytest.raises(OSError, match="away"):
        await postman.daily.run()
    postman.ill = False
    await live(postman, watch, watch.instant + HOUR)
    assert postman.sent == [datetime(2026, 3, 3, 7, 10, tzinfo=UTC)]


async def test_of_two_services_one_does_it(store: SqlStore, watch: Watch) -> None:
    one, two = Postman(store, watch), Postman(store, watch)
    await one.daily.run()
    watch.instant += HOUR
    await one.daily.run()
    await two.daily.run()
    assert (len(one.sent), len(two.sent)) == (1, 0)


def test_a_time_that_the_clocks_change_leaves_out_or_repeats_comes_once() -> None:
    berlin, half_past_two = ZoneInfo("Europe/Berlin"), [time(2, 30)]
    for month, day, hour in ((3, 29, 1), (10, 25, 0)):
        noon = datetime(2026, month, day, 12, tzinfo=UTC)
        last, following = around(noon, half_past_two, berlin)
        assert last == noon.replace(hour=hour, minute=30)
        assert following == datetime(2026, month, day + 1, 2, 30, tzinfo=berlin)
