"""The edges of the program, as Protocols: what a stage or a service may ask of the outside.

Every port says what it raises and what may be called at once. Ports are asynchronous; an adapter
over a blocking library runs it in threads of its own. `bootstrap` alone chooses adapters. Each
adapter, fakes included, passes the port's contract suite in ``tests/contract``.
"""

from aggregator.ports.keeping import AccessStore, KeepingStore
from aggregator.ports.network import Courier, Fetcher, PageRules
from aggregator.ports.readers import DocumentParser, PageReader
from aggregator.ports.reading import DigestStore, FigureStore, ReaderStore
from aggregator.ports.running import Clock, PollQueue
from aggregator.ports.store import ArticleStore, ClusterStore, FeedStore, Store

__all__ = [
    "AccessStore",
    "ArticleStore",
    "Clock",
    "ClusterStore",
    "Courier",
    "DigestStore",
    "DocumentParser",
    "FeedStore",
    "Fetcher",
    "FigureStore",
    "KeepingStore",
    "PageReader",
    "PageRules",
    "PollQueue",
    "ReaderStore",
    "Store",
]
