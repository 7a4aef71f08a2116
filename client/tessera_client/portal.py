"""The portal's API as the client asks it: one connection pool, retries, pages, and errors that a person can read."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from threading import Event
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

from tessera_client.errors import (
    ClientError,
    InvalidInputError,
    NotAllowedError,
    NotThereError,
    UnreachableError,
)
from tessera_client.patience import PASSING, Patience

API = "/api/v1/"
PAGE = 500


class Portal:
    """A portal at *url*, asked in the name of the owner of *token*; without one, as a visitor."""

    def __init__(
        self, url: str, token: str = "", *, stall: float = 30.0, patience: Callable[[], Patience] = Patience
    ) -> None:
        self.url = url.rstrip("/")
        self.patience = patience
        headers = {"Accept": "application/json", "User-Agent": "tessera-client/0.1"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.http = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=httpx.Timeout(stall, connect=min(stall, 15.0)),
            limits=httpx.Limits(max_connections=16),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def get(self, path: str, **query: str | int) -> Any:
        """Return what the API says at *path*."""
        return self.ask("GET", path, params=query)

    def post(self, path: str, body: object = None) -> Any:
        """Write, once, however often it must be sent."""
        return self.ask("POST", path, json=body, headers={"Idempotency-Key": uuid.uuid4().hex})

    def rows(self, path: str, **query: str | int) -> Iterator[Any]:
        """Yield every row of a list, page by page."""
        asked: dict[str, Any] = {"limit": PAGE, **query}
        while True:
            page = self.get(path, **asked)
            yield from page["results"]
            if not page.get("next"):
                return
            # Only the query of the next address is used: the token goes to no other host.
            asked = dict(parse_qsl(urlsplit(page["next"]).query))

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """Send a request until it is answered, and return the answer's content."""
        patience = self.patience()
        while True:
            trouble, wait = "", 0.0
            try:
                answer = self.http.request(method, API + path, **given)
            except httpx.HTTPError as error:
                trouble = type(error).__name__
            else:
                if answer.status_code not in PASSING:
                    return _content(answer)
                trouble, wait = f"status {answer.status_code}", retry_after(answer)
            if not patience.wait(Event(), wait):
                raise UnreachableError(
                    f"The portal at {self.url} does not answer ({trouble}). Try again later."
                )


def retry_after(answer: httpx.Response) -> float:
    """Return the seconds that the server asks to wait, 0 where it says nothing that we understand."""
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else 0.0


def _content(answer: httpx.Response) -> Any:
    if answer.is_success:
        if not answer.content:
            return None
        if "json" not in answer.headers.get("Content-Type", ""):
            raise UnreachableError("What answers there is not a Tessera portal. Check the address.")
        return answer.json()
    raise problem_of(answer)


def problem_of(answer: httpx.Response) -> ClientError:
    """Return the error that a refusal stands for, in the portal's own words where it gave some."""
    said = _problem(answer)
    detail = str(said.get("detail") or f"The portal answered with status {answer.status_code}.")
    for name, texts in (said.get("fields") or {}).items():
        detail += f"\n  {name}: {texts if isinstance(texts, str) else ' '.join(map(str, texts))}"
    code = str(said.get("code", ""))
    if answer.status_code in {401, 403}:
        return NotAllowedError(detail, code=code)
    if answer.status_code in {404, 410}:
        return NotThereError(detail, code=code)
    if 300 <= answer.status_code < 400:
        place = answer.headers.get("Location", "")
        return UnreachableError(f"The portal has moved to {place}. Sign in there: tessera login.")
    return InvalidInputError(detail, code=code)


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
