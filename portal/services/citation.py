"""How a version is cited: in words (APA), for reference managers (BibTeX, RIS), and for machines (JSON-LD)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.models import CollectionVersion, Licence

LICENCE_URLS = {
    Licence.CC_BY_4: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_NC_4: "https://creativecommons.org/licenses/by-nc/4.0/",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """The facts of a citation; every form is made from these."""

    authors: str
    year: int
    title: str
    version: int
    publisher: str
    url: str
    key: str

    def apa(self) -> str:
        """Return the citation in words, in APA style."""
        return (
            f"{self.authors.rstrip('.')}. ({self.year}). {self.title} (Version {self.version}) [Data set]. "
            f"{self.publisher}. {self.url}"
        )

    def bibtex(self) -> str:
        """Return a BibTeX entry."""
        fields = {
            "author": f"{{{_latex(self.authors)}}}",
            "title": _latex(self.title),
            "year": str(self.year),
            "version": str(self.version),
            "publisher": _latex(self.publisher),
            "url": self.url,
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@dataset{{{self.key},\n{lines}\n}}\n"

    def ris(self) -> str:
        """Return a RIS record."""
        lines = [
            "TY  - DATA", f"AU  - {self.authors}", f"TI  - {self.title}", f"PY  - {self.year}",
            f"ET  - {self.version}", f"PB  - {self.publisher}", f"UR  - {self.url}", "ER  - ",
        ]  # fmt: skip
        return "\r\n".join(lines) + "\r\n"


FORMS: dict[str, tuple[str, Callable[[Citation], str]]] = {
    "bib": ("application/x-bibtex", Citation.bibtex),
    "ris": ("application/x-research-info-systems", Citation.ris),
    "txt": ("text/plain", Citation.apa),
}


def citation_of(version: CollectionVersion, url: str) -> Citation:
    """Return the citation of a published version whose page is at *url*."""
    collection = version.collection
    sponsor = collection.trial.sponsor.name
    moment = version.published_at or version.created_at
    return Citation(
        authors=collection.citation_authors or sponsor,
        year=moment.year,
        title=collection.title,
        version=version.number,
        publisher=sponsor,
        url=url,
        key=f"{collection.slug}-v{version.number}",
    )


def json_ld(version: CollectionVersion, citation: Citation) -> dict[str, Any]:
    """Return the version as a `schema.org/Dataset`."""
    collection, trial = version.collection, version.collection.trial
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": collection.title,
        "description": collection.summary,
        "url": citation.url,
        "version": str(version.number),
        "identifier": f"sha256:{version.content_digest}",
        "creator": {"@type": "Organization", "name": citation.authors},
        "publisher": {"@type": "Organization", "name": citation.publisher},
        "measurementTechnique": version.statistics.get("found_under", {}).get("modalities", []),
        "about": {"@type": "MedicalCondition", "name": trial.condition},
        "isBasedOn": trial.registry_number,
        "isAccessibleForFree": True,
        "conditionsOfAccess": collection.get_licence_display(),
        "citation": citation.apa(),
    }
    if version.published_at:
        described["datePublished"] = version.published_at.date().isoformat()
    if collection.licence in LICENCE_URLS:
        described["license"] = LICENCE_URLS[Licence(collection.licence)]
    return described


def _latex(text: str) -> str:
    """Return *text* with the characters escaped that mean something to BibTeX."""
    escaped = text.replace("\\", "")
    for sign in "&%$#_{}":
        escaped = escaped.replace(sign, f"\\{sign}")
    return escaped
