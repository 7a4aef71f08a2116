"""How long each page takes: sign in as each example person and ask for every page over HTTP.

    python manage.py up --data FOLDER                  in one terminal, with the examples
    python benchmarks/pages.py --data FOLDER           in another

Prints a Markdown table of median and 95th percentile of the answers in milliseconds, as a client on the same
machine sees them, and the number of queries of one answer, counted by asking the same page of the application
in this process. With `--limit MS` it fails when the median of any page is above.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

ROOT = Path(__file__).resolve().parent.parent
TIMES = 15
PERCENTILE = 0.95
Page = tuple[str, str, str]


def pages() -> Iterator[Page]:
    """Yield who asks (an account's key, or nothing for a visitor), the page's name and its address."""
    from deid.models import Finding  # noqa: PLC0415 (Django is set up by now)
    from portal.models import CollectionVersion  # noqa: PLC0415
    from requests_app.models import Committee, Grant, Review  # noqa: PLC0415
    from storage.models import Submission  # noqa: PLC0415

    slug = CollectionVersion.objects.filter(state="published").order_by("-pk").first().collection.slug
    for name, address in {
        "Home": "/",
        "Catalogue": "/collections/",
        "Catalogue, filtered": "/collections/?modality=CT",
        "Collection": f"/collections/{slug}/",
        "Register": "/register/",
        "About": "/about/",
    }.items():
        yield "", name, address
    review = Review.objects.filter(revision__isnull=False).order_by("access_request__number").last()
    draft = Review.objects.filter(state="draft").first()
    grant, finding = Grant.objects.first(), Finding.objects.first()
    submission, committee = Submission.objects.first(), Committee.objects.first()
    yield "researcher", "My work", "/work/"
    yield "researcher", "Collection, signed in", f"/collections/{slug}/"
    yield "researcher", "Requests", "/requests/"
    if review:
        yield "researcher", "Request", f"/requests/{review.access_request_id}/"
    if draft:
        yield "researcher", "Wizard", f"/requests/{draft.access_request_id}/edit/purpose/"
        yield "researcher", "Wizard, check", f"/requests/{draft.access_request_id}/edit/check/"
    yield "researcher", "Grants", "/grants/"
    if grant:
        yield "researcher", "Grant", f"/grants/{grant.pk}/"
    yield "chair", "My work (chair)", "/work/"
    yield "chair", "Committee queue", "/committee/"
    if review:
        yield "chair", "Review", f"/committee/reviews/{review.pk}/"
    yield "manager", "Trials", "/sponsor/"
    yield "manager", "Workbench", f"/sponsor/collections/{slug}/"
    yield "manager", "Upload", f"/sponsor/collections/{slug}/upload/"
    yield "manager", "Terms", f"/sponsor/collections/{slug}/terms/"
    yield "manager", "Committees", "/sponsor/committees/"
    yield "manager", "Committee", f"/sponsor/committees/{committee.pk}/"
    yield "manager", "Use and credit", "/sponsor/use/"
    yield "manager", "Upload report", f"/sponsor/submissions/{submission.pk}/"
    yield "curator", "Curation", "/curation/"
    if finding:
        yield "curator", "Finding desk", f"/curation/findings/{finding.pk}/"
    yield "curator", "Submission", f"/curation/submissions/{submission.pk}/"
    for part in ("", "organisations/", "jobs/", "ledger/", "settings/", "storage/"):
        name = f"Administration, {part.strip('/') or 'people'}"
        yield "admin", name, f"/administration/{part}"


def signed_in(base: str, email: str) -> OpenerDirector:
    """Return a client that has signed in, or a visitor's when there is no address."""
    from examples.people import PASSWORD  # noqa: PLC0415

    jar = CookieJar()
    client = build_opener(HTTPCookieProcessor(jar))
    if email:
        shown = client.open(f"{base}/sign-in/").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
        assert token is not None
        sent = {"csrfmiddlewaretoken": token[1], "username": email, "password": PASSWORD}
        client.open(f"{base}/sign-in/", urlencode(sent).encode()).read()
    return client


def timed(client: OpenerDirector, address: str) -> list[float]:
    """Ask for *address* and return how long each answer took, in milliseconds; the first is left out."""
    taken = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        with client.open(address) as answer:
            answer.read()
            assert answer.url == address, f"{address} led to {answer.url}"
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken[1:])


def queries_of(email: str, path: str) -> int:
    """Return how many queries the application makes for *path*."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from portal.models import Person  # noqa: PLC0415

    client = Client()
    if email:
        client.force_login(Person.objects.get(email=email))
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return len(captured)


def main() -> int:
    """Measure, print, and return 1 when a page is slower than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT / ".tessera", help="data folder of the running portal"
    )
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="its address")
    parser.add_argument("--limit", type=float, help="highest median allowed, in milliseconds")
    chosen = parser.parse_args()
    os.environ["TESSERA_DATA"] = str(chosen.data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    from examples.people import ACCOUNTS  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    emails = {account.key: account.email for account in ACCOUNTS} | {"": ""}
    clients: dict[str, OpenerDirector] = {}
    slow = 0
    print("| page | median ms | p95 ms | queries |\n|---|---:|---:|---:|")
    for who, name, path in pages():
        client = clients.setdefault(who, clients.get(who) or signed_in(chosen.base, emails[who]))
        taken = timed(client, chosen.base + path)
        middle, high = median(taken), taken[round(PERCENTILE * (len(taken) - 1))]
        slow += bool(chosen.limit and middle > chosen.limit)
        print(f"| {name} | {middle:.0f} | {high:.0f} | {queries_of(emails[who], path)} |", flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
