"""What an answer that brought no document means, in a word and in words for a person."""

from __future__ import annotations

from http import HTTPStatus

from aggregator.model.poll import FetchAnswer, Outcome

_WORDS = {
    204: "the server answers 204 No Content: there is nothing at this address",
    304: "the server answers 304 Not Modified to a request that was not conditional",
    401: "the server asks for a user name and password (401 Unauthorized)",
    402: "the server asks for payment (402 Payment Required)",
    403: "the server does not let this program read it (403 Forbidden)",
    404: "the server answers 404 Not Found: there is no feed at this address",
    407: "the proxy asks for a user name and password (407)",
    410: "the server answers 410 Gone: the feed was ended for good; polling has stopped",
    429: "the server says it is asked too often (429 Too Many Requests)",
}
_CHALLENGED = (
    "the site's bot protection (Cloudflare) asks for a browser; only the site's owner can let "
    "feed readers through"
)


def verdict(answer: FetchAnswer, *, paused: bool) -> tuple[Outcome, str]:
    """The outcome of an answer that is no success, and the reason.

    ``paused``: the answer has a `Retry-After` that could be read.
    """
    if is_challenge(answer):
        return "blocked", _CHALLENGED
    if answer.status == 410:
        return "gone", _WORDS[410]
    if answer.status == 429:
        return "throttled", _WORDS[429]
    if answer.status == 503 and paused:
        return "throttled", "the server is down for a stated time (503 Service Unavailable)"
    return "failed", in_words(answer.status)


def in_words(status: int) -> str:
    """What a status means, as a sentence."""
    if status in _WORDS:
        return _WORDS[status]
    try:
        name = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        name = str(status)
    if status >= 500:
        return f"the server has trouble of its own ({name})"
    return f"the server answers {name}"


def is_challenge(answer: FetchAnswer) -> bool:
    """Whether a bot protection stands in front of the feed (`cf-mitigated: challenge`)."""
    return (answer.header("cf-mitigated") or "").strip().lower() == "challenge"
