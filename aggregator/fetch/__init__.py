"""Gets feeds, pages and pictures over HTTP, politely and within bounds of bytes and time.

`HttpFetcher` is the adapter of the port `Fetcher`. Every connection it makes is dialled through
the address guard, whoever named the address: a feed, a redirect, a resolver.
"""
