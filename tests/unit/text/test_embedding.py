from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aggregator.errors import ConfigError
from aggregator.text.embedding import CHOICE, MOST, embedded, embedding

pytest.importorskip("wordllama", reason="needs the extra [semantic]")


def test_texts_of_like_meaning_are_near_each_other() -> None:
    known = embedding()
    texts = [
        "Wildfire forces residents from homes",
        "People flee as flames spread through forest",
        "Central bank raises interest rates",
    ]
    points = known.points(texts, known.weighing({}))
    assert np.linalg.norm(points, axis=1) == pytest.approx([1.0, 1.0, 1.0], abs=1e-4)
    assert points[0] @ points[1] > points[0] @ points[2] + 0.1


def test_a_text_without_words_is_nowhere() -> None:
    known = embedding()
    points = known.points(["", "fire"], known.weighing({}))
    assert points.any(axis=1).tolist() == [False, True]
    assert known.points([], known.weighing({})).shape == (0, points.shape[1])


def test_pieces_weigh_what_is_said_of_them() -> None:
    known = embedding()
    ((the, fire),) = known.pieces(["the fire"])
    weighed = known.weighing({known.spelt(the): 0.0, "no such piece": 9.0})
    assert (weighed[the], weighed[fire]) == (0.0, 1.0)
    assert weighed.max() == 1.0
    one, two = known.points(["the fire", "fire"], weighed)
    assert one.tolist() == pytest.approx(two.tolist(), abs=1e-6)


@pytest.mark.parametrize("text", ["half a \ud800 pair", "\0", "x" * 1_000_000, "fire " * 200_000])
def test_whatever_a_feed_sends_has_a_place(text: str) -> None:
    known = embedding()
    (point,) = known.points([text], known.weighing({}))
    assert np.linalg.norm(point) == pytest.approx(1.0, abs=1e-4)
    assert len(known.pieces([text])[0]) <= MOST


def test_it_is_left_alone_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHOICE, raising=False)
    assert embedded()
    monkeypatch.setenv(CHOICE, "off")
    assert not embedded()


def test_without_the_extra_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHOICE, raising=False)
    monkeypatch.setattr("aggregator.text.embedding.find_spec", lambda name: None)
    assert not embedded()


def test_one_that_cannot_be_read_is_said_to_be_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lost(**options: object) -> None:
        raise FileNotFoundError("l2_supercat_256.safetensors")

    monkeypatch.setattr("wordllama.WordLlama.load", lost)
    embedding.cache_clear()
    with pytest.raises(ConfigError, match="supercat") as caught:
        embedding()
    assert f"{CHOICE}=off" in str(caught.value.hint)


def test_it_is_read_from_the_package_without_a_network_or_a_folder_at_home(
    tmp_path: Path,
) -> None:
    program = """
import socket
def refuse(*given): raise AssertionError("it asked the network")
socket.socket.connect = socket.getaddrinfo = refuse
from aggregator.errors import ConfigError
from aggregator.text.embedding import embedding
known = embedding()
print(known.points(["fire"], known.weighing({})).shape)
"""
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout.strip()) == (0, "(1, 256)"), found.stderr
    assert list(tmp_path.iterdir()) == []
