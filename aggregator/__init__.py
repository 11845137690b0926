"""An RSS/Atom aggregator that shows each event once.

Data flows one way: settings, schedule, fetch, parse, normalise, sign, cluster, store, digest,
render, and out to page, terminal, mail and feed.
"""

__version__ = "0.1.0"
