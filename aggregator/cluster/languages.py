"""Which stream an article belongs to: stories are of one language."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.cluster.stream import Stream
from aggregator.text.language import detect, primary
from aggregator.text.tokens import Tokeniser

UNKNOWN = "und"
_FAMILIAR = 0.3


def stream_key(language: str | None, title: str, text: str, streams: Mapping[str, Stream]) -> str:
    """The primary subtag of an article's language.

    Without one: of the language its text is plainly in; else of the stream whose words it uses.
    """
    found = language or detect(f"{title}\n{text}")
    if found:
        return primary(found)
    familiar = {
        name: stream.vectors.words.known({token.stem for token in Tokeniser(name).read(title)})
        for name, stream in streams.items()
    }
    best = max(familiar, key=lambda name: familiar[name], default=UNKNOWN)
    return best if familiar.get(best, 0.0) >= _FAMILIAR else UNKNOWN
