"""Every failure below HTTP becomes one sentence that names the host."""

from __future__ import annotations

import errno
import socket
import ssl

import httpcore
import pytest

from aggregator.errors import FetchError
from aggregator.fetch.reasons import explained


def certificate(code: int, message: str = "some other fault") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "handshake failed")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ECONNREFUSED, "refused"), "refused the connection: nothing listens there"),
        (OSError(errno.ENETUNREACH, "unreachable"), "is this machine on the network?"),
        (OSError(errno.EMFILE, "too many"), "too many files open to connect to news.example"),
        (ConnectionError(), "news.example broke the connection off"),
        (socket.gaierror(-2, "unknown"), "the name news.example was not found"),
        (tls("WRONG_VERSION_NUMBER"), "could be agreed on (wrong version number)"),
        (certificate(9), "is not valid yet"),
        (certificate(10), "has expired"),
        (certificate(18), "is self-signed"),
        (certificate(20), "comes from an issuer nobody here knows"),
        (certificate(23), "was withdrawn"),
        (certificate(62), "is made out to another name"),
        (certificate(99), "is not accepted (some other fault)"),
        (httpcore.ProxyError("403 Forbidden"), "the proxy did not lead to news.example"),
        (httpcore.ReadTimeout(), "did not answer in time"),
        (TimeoutError(), "did not answer in time"),
        (
            httpcore.RemoteProtocolError("Server disconnected without sending a response."),
            "broke the connection off without an answer",
        ),
        (httpcore.RemoteProtocolError("illegal status line"), "does not speak proper HTTP"),
        (httpcore.LocalProtocolError("bad header"), "this request cannot be made of"),
        (httpcore.ReadError(), "broke the connection off"),
        (ValueError(), "could not be reached (ValueError)"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_failure_is_told_in_words(error: Exception, said: str) -> None:
    told = str(explained(error, "news.example"))
    assert said in told
    assert "news.example" in told


def test_the_cause_counts_and_not_what_wraps_it() -> None:
    wrapped = httpcore.ConnectError("All connection attempts failed")
    wrapped.__cause__ = ExceptionGroup(
        "attempts", [OSError(errno.ECONNREFUSED, "refused"), OSError(errno.ETIMEDOUT, "late")]
    )
    assert "refused the connection" in str(explained(wrapped, "news.example"))


def test_what_was_explained_already_stays() -> None:
    own = FetchError("127.0.0.1 is not a public address (loopback)")
    wrapped = httpcore.ConnectError("failed")
    wrapped.__context__ = own
    assert explained(wrapped, "news.example") is own
