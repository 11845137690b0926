from __future__ import annotations

from aggregator.cluster.known import Keys, KnownArticles, Wording


def wording(name: str, *, address: int = 0, title: int = 0, text: int = 0, day: int = 1) -> Wording:
    return Wording(name, "source", Keys(address, title, text), 5, False, day)


def test_those_with_a_key_in_common_are_found_latest_first() -> None:
    known = KnownArticles()
    known.add_many([wording("a", title=7), wording("b", title=7, text=-3), wording("c", title=8)])
    (leads,) = known.add_many([wording("d", title=7, text=-3)])
    assert [one.id for one in known.titled(leads)] == ["b", "a"]
    assert [one.id for one in known.worded(leads)] == ["b"]
    assert known.at_address(leads) == []


def test_those_that_come_together_know_the_earlier_of_them() -> None:
    leads = KnownArticles().add_many([wording("a", text=7), wording("b"), wording("c", text=7)])
    assert [any(lead) for lead in leads] == [False, False, True]


def test_keys_of_two_kinds_never_meet() -> None:
    known = KnownArticles()
    known.add_many([wording("a", address=7)])
    (leads,) = known.add_many([wording("b", title=7, text=7)])
    assert not any(leads)


def test_no_more_than_eight_are_answered() -> None:
    known = KnownArticles()
    known.add_many([wording(str(number), title=7) for number in range(20)])
    (leads,) = known.add_many([wording("new", title=7)])
    assert [one.id for one in known.titled(leads)] == [str(n) for n in range(19, 11, -1)]


def test_an_article_added_again_is_found_as_it_is_now_and_is_no_younger() -> None:
    known = KnownArticles()
    known.add_many([wording("a", title=7), wording("b"), wording("a", title=9)])
    (leads,) = known.add_many([wording("c", title=7)])
    (found,) = known.titled(leads)
    assert (found.keys.title, found.number) == (9, 0)


def test_what_left_is_found_no_more_and_the_others_still_are() -> None:
    known = KnownArticles()
    known.add_many([wording("a", title=7), wording("b", title=7, day=2), wording("c", day=3)])
    known.add_many([wording("a", title=7, day=3)])
    assert known.drop_before(2) == ["a"]
    assert "a" not in known
    assert known.get("a") is None
    (leads,) = known.add_many([wording("d", title=7, day=3)])
    assert [one.id for one in known.titled(leads)] == ["b"]
    assert known.drop_before(2) == []
