from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.cluster import corrections
from aggregator.errors import UsageError
from aggregator.model.digest import Coverage, DigestStory
from aggregator.model.story import Constraint, Evidence

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def row(name: str, minute: int, copy_of: str | None = None) -> Coverage:
    at = NOW + timedelta(minutes=minute)
    return Coverage(
        id=name,
        outlet=name,
        outlet_key=name,
        title=name,
        url=None,
        published_at=at,
        fetched_at=at,
        relation="copy" if copy_of else "report",
        copy_of=copy_of,
        evidence=Evidence(rule="founder" if minute == 0 else "event"),
    )


def story(name: str, *rows: Coverage) -> DigestStory:
    return DigestStory(
        id=name,
        title=name,
        url=None,
        summary=None,
        first_seen=min(each.fetched_at for each in rows),
        last_seen=max(each.fetched_at for each in rows),
        outlets=len(rows),
        articles=len(rows),
        independent_texts=len(rows),
        first_reporter=rows[0].outlet,
        score=0,
        image=None,
        topics=(),
        language=None,
        coverage=rows,
    )


def places(correction: corrections.Correction) -> dict[str, tuple[str, str | None]]:
    return {
        each.article_id: (each.story_id, each.copy_of) for each in correction.changes.memberships
    }


def test_a_merge_keeps_the_oldest_id_and_leaves_the_other_as_an_alias() -> None:
    old, young = story("old", row("a", 0), row("b", 5)), story("young", row("c", 9))
    made = corrections.merge([young, old], now=NOW)
    assert places(made) == {"c": ("old", None)}
    assert dict(made.changes.aliases) == {"young": "old"}
    assert made.constraints == (Constraint(kind="together", a="a", b="c", made_at=NOW),)


def test_a_merge_of_one_story_is_refused() -> None:
    one = story("one", row("a", 0))
    with pytest.raises(UsageError):
        corrections.merge([one, one], now=NOW)


def test_a_split_takes_copies_along_and_keeps_the_id_on_the_founders_side() -> None:
    whole = story("s", row("a", 0), row("b", 1), row("b2", 2, "b"), row("c", 3))
    made = corrections.split(whole, ["b"], now=NOW)
    where = places(made)
    assert where["a"] == where["c"] == ("s", None)
    assert where["b"][0] == where["b2"][0] != "s"
    assert where["b2"][1] == "b"
    assert {(each.kind, each.a, each.b) for each in made.constraints} == {
        ("together", "b", "b2"),
        ("apart", "b", "a"),
        ("apart", "b2", "a"),
    }


def test_a_split_of_the_founder_moves_the_others() -> None:
    whole = story("s", row("a", 0), row("b", 1), row("c", 2))
    where = places(corrections.split(whole, ["a"], now=NOW))
    assert where["a"] == ("s", None)
    assert where["b"][0] == where["c"][0] != "s"


def test_a_split_leaves_something_behind() -> None:
    whole = story("s", row("a", 0), row("b", 1, "a"))
    with pytest.raises(UsageError):
        corrections.split(whole, ["a"], now=NOW)


def test_copies_whose_original_leaves_copy_the_earliest_left() -> None:
    whole = story("s", row("x", 0), row("a", 1), row("b", 2, "a"), row("c", 3, "a"))
    source, other = whole, story("t", row("z", 9))
    where = places(corrections.pin(whole.coverage[1], source, other, now=NOW))
    assert where["a"] == ("t", None)
    assert where["b"] == ("s", None)
    assert where["c"] == ("s", "b")


def test_apart_moves_the_later_of_two_and_never_the_founder() -> None:
    whole = story("s", row("a", 0), row("b", 1))
    made = corrections.apart(whole.coverage[1], whole.coverage[0], whole, now=NOW)
    assert places(made)["b"][0] != "s"
    assert places(made)["a"][0] == "s"
    apart_already = corrections.apart(row("a", 0), row("z", 1), None, now=NOW)
    assert apart_already.changes.memberships == ()
    assert len(apart_already.constraints) == 1


def test_a_later_correction_takes_the_opposite_back() -> None:
    together = Constraint(kind="together", a="a", b="b", made_at=NOW)
    apart = Constraint(kind="apart", a="b", b="a", made_at=NOW)
    assert corrections.contradicted([together], [apart]) == [apart]
    assert corrections.contradicted([together], [together]) == []


def test_what_was_before_is_kept_for_undoing() -> None:
    whole = story("s", row("a", 0), row("b", 1), row("c", 2, "b"))
    before = corrections.split(whole, ["b"], now=NOW).before
    assert {(each.article_id, each.story_id, each.copy_of) for each in before} == {
        ("a", "s", None),
        ("b", "s", None),
        ("c", "s", "b"),
    }
