"""A loopback HTTP server over a dictionary of documents, for tests that run commands."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class Folder:
    """Path → document. Documents may be changed while the server runs; each has its ETag.

    ``posted`` keeps the path and body of every POST, which is answered with 202.
    ``sent`` keeps the headers of every GET. ``moved`` are paths that lead to others for good.
    """

    documents: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    posted: list[tuple[str, bytes]] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    port: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def folder_server(documents: dict[str, bytes]) -> Iterator[Folder]:
    """Serves these documents until the block ends; others are 404."""
    folder = Folder(documents=dict(documents))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            sent = self.headers.get("If-None-Match")
            folder.asked.append((self.path, sent))
            folder.sent.append(dict(self.headers))
            body = folder.documents.get(self.path)
            tag = f'"{hashlib.sha256(body or b"").hexdigest()[:16]}"'
            if self.path in folder.moved:
                self.send_response(301)
                self.send_header("Location", folder.moved[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif body is None:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif sent == tag:
                self.send_response(304)
                self.send_header("ETag", tag)
                self.end_headers()
            else:
                self.send_response(200)
                self.send_header("ETag", tag)
                kind = "text/html" if body.startswith(b"<!doctype") else "application/xml"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            folder.posted.append((self.path, body))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing: the test's output is the test's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    folder.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield folder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
