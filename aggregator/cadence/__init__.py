"""When a feed is polled next, and what a poll's answer means. Pure: time and chance are arguments.

What a poll calls, in order::

    if may_poll_now(state, now, forced=...):
        validators = conditional(state, now)
        answer or error = fetch
        if needs_parsing(state, answer): document = parse, and store what is new
        (from then on the answer does without its body: `let_go`)
        outcome, state = settle(feed, state, now=now, answer=..., ...)

Then `adoptable` says whether a permanent move has held for long enough to change the feed's
address.
"""

from aggregator.cadence.moves import adoptable
from aggregator.cadence.settle import due, may_poll_now, settle
from aggregator.cadence.validators import body_digest, conditional, let_go, needs_parsing

__all__ = [
    "adoptable",
    "body_digest",
    "conditional",
    "due",
    "let_go",
    "may_poll_now",
    "needs_parsing",
    "settle",
]
