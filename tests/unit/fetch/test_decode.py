"""docs/fetching.md, safety: bombs. One encoding at most, unpacked within a bound."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Callable
from functools import partial

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FetchError, TooLarge
from aggregator.fetch import decode


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZIP", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", _raw_deflate),
    "brotli": ("br", partial(brotli.compress, quality=3)),
    "zstandard": ("zstd", zstandard.compress),
}
every_packer = pytest.mark.parametrize("name", PACKERS)
LIMIT = 1_000_000


def unpack(encoding: str | None, sent: bytes, *, limit: int = LIMIT) -> bytes:
    return unpacked(encoding, sent, limit)[0]


def unpacked(encoding: str | None, sent: bytes, limit: int = LIMIT) -> tuple[bytes, bool]:
    """The body, and whether it is whole."""
    name, steps = decode.packing(encoding), list[bytes]()
    if name is None:
        return sent, True

    def keep(step: bytes) -> None:
        steps.append(step)
        if sum(map(len, steps)) > limit:
            raise TooLarge("976 KiB")

    whole = decode.unpack(sent, name, keep)
    assert all(len(step) <= 128 * 1024 for step in steps[:-1])
    return b"".join(steps), whole


@every_packer
@given(body=st.binary(max_size=3000))
def test_every_encoding_gives_the_body_back(name: str, body: bytes) -> None:
    encoding, pack = PACKERS[name]
    assert unpack(encoding, pack(body)) == body


@every_packer
def test_a_large_body_comes_back_whole(name: str) -> None:
    encoding, pack = PACKERS[name]
    body = b"".join(b"<item>%d</item>" % n for n in range(50_000))
    assert unpacked(encoding, pack(body)) == (body, True)


@every_packer
def test_a_bomb_is_too_large(name: str) -> None:
    encoding, pack = PACKERS[name]
    bomb = pack(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    with pytest.raises(TooLarge, match=r"976 KiB|bomb"):
        unpack(encoding, bomb)


@every_packer
def test_the_bound_is_exact(name: str) -> None:
    encoding, pack = PACKERS[name]
    sent = pack(b"a" * 5000)
    assert len(unpack(encoding, sent, limit=5000)) == 5000
    with pytest.raises(TooLarge):
        unpack(encoding, sent, limit=4999)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br, gzip", "gzip,deflate,br"])
def test_more_than_one_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(FetchError, match="more than once"):
        decode.packing(encoding)


@pytest.mark.parametrize("encoding", [None, "", "identity", "none", "UTF-8", "identity, gzip"])
def test_names_that_are_no_encoding_are_passed_over(encoding: str | None) -> None:
    sent = gzip.compress(b"<rss/>") if encoding and "gzip" in encoding else b"<rss/>"
    assert unpack(encoding, sent) == b"<rss/>"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_plain_body_that_claims_to_be_packed_is_taken_as_it_is(encoding: str) -> None:
    assert unpack(encoding, b"  <rss/>") == b"  <rss/>"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_an_empty_body_is_empty(encoding: str) -> None:
    assert unpack(encoding, b"") == b""


@every_packer
def test_a_packed_body_that_ends_early_gives_what_came(name: str) -> None:
    encoding, pack = PACKERS[name]
    body = b"".join(b"<item>%d</item>" % n for n in range(60_000))
    sent = pack(body)
    half = sent[: len(sent) * 2 // 3]
    got = unpack(encoding, half)
    assert 0 < len(got) < len(body)
    assert body.startswith(got)


@given(encoding=st.sampled_from(["gzip", "deflate", "br", "zstd"]), sent=st.binary())
def test_broken_packing_is_an_error_of_ours(encoding: str, sent: bytes) -> None:
    for start in (b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"):
        with contextlib.suppress(FetchError):
            assert len(unpack(encoding, start + sent)) <= LIMIT


def test_members_of_a_gzip_file_follow_each_other_and_padding_is_no_matter() -> None:
    sent = gzip.compress(b"<rss>") + gzip.compress(b"</rss>") + b"\0\0\0"
    assert unpack("gzip", sent) == b"<rss></rss>"
