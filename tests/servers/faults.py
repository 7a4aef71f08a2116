"""A proxy on loopback that misbehaves as networks and stores do: error pages, cuts, stalls, flipped bits, lies."""

import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOP = {"connection", "keep-alive", "transfer-encoding", "expect", "server", "date"}

# A fault gets the handler and the whole answer (status, headers, body) and may spoil it; None means: answer honestly.
Fault = Callable[["Handler", int, list[tuple[str, str]], bytes], bool]


def status(code: int) -> Fault:
    """Answer with an error page instead; the request has reached the store all the same."""

    def spoil(handler: "Handler", *_: Any) -> bool:
        handler.answer(code, [("Content-Type", "text/html")], b"<html>broken</html>")
        return True

    return spoil


def cut(after: int) -> Fault:
    """Break the connection off after some bytes of the body."""

    def spoil(handler: "Handler", code: int, headers: list[tuple[str, str]], body: bytes) -> bool:
        if handler.command != "GET" or len(body) <= after:
            return False
        handler.answer(code, headers, body[:after], announced=len(body))
        handler.connection.shutdown(socket.SHUT_RDWR)
        return True

    return spoil


def stall(seconds: float) -> Fault:
    """Say nothing for a while, then break off."""

    def spoil(handler: "Handler", *_: Any) -> bool:
        time.sleep(seconds)
        handler.connection.shutdown(socket.SHUT_RDWR)
        return True

    return spoil


def drip(rate: int) -> Fault:
    """Send the body slowly, so many bytes in a second."""

    def spoil(handler: "Handler", code: int, headers: list[tuple[str, str]], body: bytes) -> bool:
        if handler.command != "GET":
            return False
        step = max(1, rate // 20)
        handler.answer(code, headers, b"", announced=len(body))
        for start in range(0, len(body), step):
            handler.wfile.write(body[start : start + step])
            handler.wfile.flush()
            time.sleep(0.05)
        return True

    return spoil


def flip() -> Fault:
    """Change one bit of a body on its way."""

    def spoil(handler: "Handler", code: int, headers: list[tuple[str, str]], body: bytes) -> bool:
        if handler.command != "GET" or not body:
            return False
        handler.answer(code, headers, bytes([body[0] ^ 1]) + body[1:])
        return True

    return spoil


class Handler(BaseHTTPRequestHandler):
    """Passes a request on and its answer back, unless a fault is due."""

    protocol_version = "HTTP/1.1"
    server: "FaultProxy"

    def handle_any(self) -> None:
        """Serve one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.next_fault(self.command)
        if fault == self.server.swallow:
            self.answer(200, [("ETag", '"d41d8cd98f00b204e9800998ecf8427e"')], b"")
            return
        upstream = HTTPConnection("127.0.0.1", self.server.upstream, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        upstream.request(self.command, self.path, body, headers)
        answer = upstream.getresponse()
        content = answer.read()
        kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in HOP]
        upstream.close()
        if fault is None or not fault(self, answer.status, kept, content):
            self.answer(answer.status, kept, content)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = handle_any  # noqa: N815

    def answer(
        self, code: int, headers: list[tuple[str, str]], body: bytes, *, announced: int | None = None
    ) -> None:
        """Send an answer."""
        self.send_response(code)
        length = next((v for n, v in headers if n.lower() == "content-length"), None)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        size = (
            length
            if self.command == "HEAD" and length
            else str(len(body) if announced is None else announced)
        )
        self.send_header("Content-Length", size)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class FaultProxy(ThreadingHTTPServer):
    """Listens before a store; `plan` names the faults of the next requests with a method, in order."""

    daemon_threads = True

    def __init__(self, upstream: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = upstream
        self.planned: dict[str, list[Fault | None]] = {}
        self.seen: list[str] = []
        self.guard = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The address of the proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def plan(self, method: str, *faults: Fault | None) -> None:
        """Plan the faults of the next requests with *method*."""
        self.planned[method] = list(faults)

    def next_fault(self, method: str) -> Fault | None:
        """Return the fault that is due, if one is."""
        with self.guard:
            self.seen.append(method)
            waiting = self.planned.get(method, [])
            return waiting.pop(0) if waiting else None

    def swallow(self, *_: Any) -> bool:
        """Say that all is stored, and store nothing (a fault to plan for PUT)."""
        return True

    def handle_error(self, *_: Any) -> None:
        """A client that went away is part of the game."""
