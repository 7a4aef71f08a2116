"""How quickly pages answer while many slow clients download: `python -m benchmarks.slow_downloads URL GRANT TOKEN`.

Opens N downloads of the grant's package, takes each at a fixed rate, and meanwhile asks for pages one after the
other. Prints the figures as JSON; nothing is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import statistics
import time
from urllib.parse import urlsplit

PAGES = ("/", "/collections/", "/about/")


async def download(url: str, headers: dict[str, str], rate: int, until: float, got: list[int]) -> None:
    """Take one package slowly until the time is over."""
    reader, writer = await _ask(url, headers, limit=32 << 10)
    got.append(0)
    place = len(got) - 1
    try:
        while time.monotonic() < until:
            some = await reader.read(16 << 10)
            if not some:
                return
            got[place] += len(some)
            await asyncio.sleep(len(some) / rate)
    finally:
        writer.close()


async def _ask(
    url: str, headers: dict[str, str], limit: int = 1 << 20
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(url)
    secure = ssl.create_default_context() if place.scheme == "https" else None
    port = place.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(place.hostname, port, ssl=secure, limit=limit)
    lines = [f"GET {place.path} HTTP/1.1", f"Host: {place.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    await writer.drain()
    return reader, writer


async def pages(url: str, until: float) -> list[float]:
    """Ask for pages one after the other; return how many milliseconds each took."""
    took = []
    while time.monotonic() < until:
        for page in PAGES:
            began = time.monotonic()
            reader, writer = await _ask(url + page, {})
            await reader.read()
            writer.close()
            took.append((time.monotonic() - began) * 1000)
    return took


async def measure(
    url: str, grant: str, token: str, clients: int, rate: int, seconds: float
) -> dict[str, object]:
    """Return the figures, first without and then with the downloads."""
    before = await pages(url, time.monotonic() + 3)
    until, got = time.monotonic() + seconds, list[int]()
    headers = {"Authorization": f"Bearer {token}"}
    package = f"{url}/grants/{grant}/package.zip"
    running = [asyncio.create_task(download(package, headers, rate, until, got)) for _ in range(clients)]
    await asyncio.sleep(seconds / 3)
    during = await pages(url, until)
    await asyncio.gather(*running, return_exceptions=True)
    return {
        "clients": clients,
        "clients that got bytes": sum(count > 0 for count in got),
        "bytes per second and client": round(statistics.mean(got) / seconds) if got else 0,
        "pages alone, ms": _figures(before),
        "pages meanwhile, ms": _figures(during),
    }


def _figures(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "longest": round(ordered[-1], 1),
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("grant")
    parser.add_argument("token")
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--rate", type=int, default=200_000, help="bytes per second and client")
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    figures = measure(
        given.url.rstrip("/"), given.grant, given.token, given.clients, given.rate, given.seconds
    )
    print(json.dumps(asyncio.run(figures), indent=1))


if __name__ == "__main__":
    main()
