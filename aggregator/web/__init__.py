"""The reader's pages, the outgoing feeds and the API, as one ASGI application."""
