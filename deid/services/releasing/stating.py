"""What a certificate states of a release: the rules, the payload, who worked on it, and what is not in it. Never a value."""

from __future__ import annotations

import hashlib
from collections import Counter

from django.db.models import Sum

from deid.engine.profiles.options import BASIC, OPTIONS
from deid.engine.profiles.profile import load_table
from deid.engine.review.wording import attribute_name
from deid.models import Finding, FindingKind, Release
from deid.services.profiling import profile_of
from deid.services.releasing.describing import payload_texts
from deid.states import FindingState
from portal.models import LedgerEvent, Series, SeriesState

PAYLOAD = ("clinical/", "data/")
# Prints the digest of the payload, in the folder of a package that was downloaded.
PAYLOAD_RECIPE = (
    "find . \\( -path './clinical/*' -o -path './data/*' \\) -type f -exec sha256sum {} +"
    " | cut -c1-64 | LC_ALL=C sort | sha256sum"
)
NOT_SELECTED, NOT_SELECTED_TABLE, LATER = "not_selected", "not_selected_table", "later"
WAITING, SENT_BACK, WITHHELD = "waiting", "sent_back", "withheld_"
# Why something of the collection is not in a release, in words; a certificate has the code and the count.
HELD_BACK = {
    NOT_SELECTED: "Series of the version that the request does not ask for",
    NOT_SELECTED_TABLE: "Tables of the version that the request does not ask for",
    LATER: "Series that are cleared, but are not in this version",
    WAITING: "Series that wait for a curator",
    SENT_BACK: "Series that went back to the uploader",
    f"{WITHHELD}{FindingKind.BURNED_IN_TEXT}": "Series withheld by a curator: text in the image",
    f"{WITHHELD}{FindingKind.FACE}": "Series withheld by a curator: a face could be rebuilt",
    f"{WITHHELD}{FindingKind.CONTENT}": "Series withheld by a curator: the image itself identifies",
    f"{WITHHELD}{FindingKind.REPORT}": "Series withheld by a curator: a report in words",
    f"{WITHHELD}{FindingKind.PRIVATE_ELEMENTS}": "Series withheld by a curator: private elements",
    f"{WITHHELD}{FindingKind.QUALITY}": "Series withheld by a curator: quality",
}


def rules_of(release: Release) -> dict[str, object]:
    """Return the profile: its table and edition, its options with their codes of CID 7050, and its own rules."""
    profile = profile_of(release.profile_name)
    chosen = [BASIC, *(option for name, option in OPTIONS.items() if profile.has(name))]
    return {
        "name": release.profile_name,
        "sha256": release.profile_digest,
        "table": str(load_table()["table"]),
        "edition": profile.edition,
        "options": [{"code": one.code, "scheme": "DCM", "meaning": one.meaning} for one in chosen],
        "overrides": [
            {"attribute": attribute_name(int(tag, 16)), "action": code}
            for tag, code in sorted(profile.overrides.items())
        ],
    }


def payload_of(release: Release) -> dict[str, object]:
    """Return how many files and bytes are released, and one digest over all of them.

    It is the SHA-256 of the files' SHA-256 digests, each as 64 small hexadecimal digits and a line feed, sorted.
    """
    files, texts = release.files.filter(item__isnull=False), payload_texts(release).values()
    digests = [*files.values_list("sha256", flat=True), *(hashlib.sha256(text).hexdigest() for text in texts)]
    lines = sorted(f"{digest}\n" for digest in digests)
    return {
        "files": len(lines),
        "bytes": (files.aggregate(total=Sum("size"))["total"] or 0) + sum(map(len, texts)),
        "sha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
        "folders": list(PAYLOAD),
    }


def tools_of(release: Release) -> dict[str, list[str]]:
    """Return names and versions of everything that worked on the release, by what it did; several after an upgrade."""
    found: dict[str, set[str]] = {"text_finder": set()}
    for tools in release.items.values_list("tools", flat=True):
        for work, tool in tools.items():
            found.setdefault(work, set()).add(tool)
    finders = Series.objects.filter(release_items__release=release).exclude(text_finder="")
    found["text_finder"].update(finders.values_list("text_finder", flat=True))
    return {work: sorted(names) for work, names in found.items() if names}


def held_back_of(release: Release) -> dict[str, int]:
    """Return how many series and tables of the collection are not in the release, by reason (`HELD_BACK`)."""
    version, counts = release.version, Counter[str]()
    left_out = Series.objects.filter(study__subject__collection=version.collection).exclude(
        release_items__release=release
    )
    kinds = list(FindingKind)
    withheld: dict[object, str] = {}
    findings = Finding.objects.filter(state=FindingState.WITHHELD, series__in=left_out)
    for series, kind in findings.values_list("series", "kind"):
        withheld[series] = min(kind, withheld.get(series, kind), key=kinds.index)
    selectable = set(version.series.values_list("pk", flat=True))
    for pk, state in left_out.values_list("pk", "state"):
        if pk in selectable:
            counts[NOT_SELECTED] += 1
        elif state == SeriesState.WITHHELD:
            counts[f"{WITHHELD}{withheld[pk]}" if pk in withheld else SENT_BACK] += 1
        else:
            counts[LATER if state == SeriesState.CLEARED else WAITING] += 1
    counts[NOT_SELECTED_TABLE] = version.tables.exclude(release_items__release=release).count()
    return {reason: count for reason, count in sorted(counts.items()) if count}


def earlier_failures(release: Release) -> dict[str, int]:
    """Return how often the release was built before and stopped, by the kind of what was found; nothing of it was seen."""
    failed = LedgerEvent.objects.filter(
        subject_id=str(release.pk), verb="release failed", subject_type=release._meta.label_lower
    )
    return dict(
        sorted(
            Counter(str(detail.get("code", "")) for detail in failed.values_list("detail", flat=True)).items()
        )
    )
