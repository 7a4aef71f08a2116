"""HL7 Clinical Document Architecture, release 2: the body's text is cleaned, codes stay, people and places go."""

import re
from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from deid.engine.errors import UnreadableError

NAMESPACE = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DEEPEST = 64
# Elements that may stay: what kind of document it is, its sections with narrative, and coded entries.
ELEMENTS = frozenset(
    """
    ClinicalDocument realmCode typeId templateId code title confidentialityCode languageCode effectiveTime component
    structuredBody section text entry observation organizer act procedure substanceAdministration supply
    entryRelationship value statusCode priorityCode interpretationCode methodCode targetSiteCode translation
    originalText qualifier low high center width period referenceRange observationRange doseQuantity rateQuantity
    numerator denominator routeCode repeatNumber negationInd
    paragraph list item table thead tbody tfoot tr th td col colgroup content caption br sub sup
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
NARRATIVE = frozenset(
    """
    title text paragraph list item table thead tbody tfoot tr th td content caption br sub sup originalText
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
CODED = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:/_%\[\]{}*^'+-]{0,63}")
OID = re.compile(r"[0-2](?:\.\d{1,39}){1,40}")
NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,12})?")
MOMENT = re.compile(r"\d{4}(?:\d\d){0,5}(?:\.\d{1,6})?(?:[+-]\d{4})?")
_TIMES = frozenset(("effectiveTime", "low", "high", "center", "value"))
_PLAIN = frozenset(("unit", "classCode", "moodCode", "typeCode", "nullFlavor", "operator",
                    "inversionInd", "negationInd", "listType", "align", "valign", "border", "colspan", "rowspan",
                    "contextConductionInd", "inclusive", "mediaType"))  # fmt: skip
# Published code systems: SNOMED CT, LOINC, ICD, UCUM, RadLex, DICOM, HL7's own, CPT and the like (HL7's OID registry).
PUBLISHED = re.compile(
    r"2\.16\.840\.1\.113883\.(?:5|6|1\.11)(?:\.\d{1,5}){1,4}|1\.2\.840\.10008(?:\.\d{1,5}){1,8}"
)
_SPOKEN = frozenset(("displayName", "codeSystemName"))
# Elements of the header whose texts and values name somebody.
NAMING = frozenset(
    ("name", "given", "family", "prefix", "suffix", "addr", "streetAddressLine", "city", "postalCode", "county",
     "telecom", "id", "birthTime")
)  # fmt: skip


def parsed_cda(content: bytes) -> ElementTree.Element:
    """Return the root of a CDA document; other XML, entities and document types are refused."""
    try:
        root: ElementTree.Element = fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise UnreadableError("The document is no well-formed XML.", code="bad_document") from error
    if root.tag != f"{{{NAMESPACE}}}ClinicalDocument":
        raise UnreadableError("The XML is not a clinical document (HL7 CDA).", code="bad_document")
    return root


def _name(element: ElementTree.Element) -> str:
    """Return an element's name in the namespace of HL7, empty for others."""
    space, _, name = element.tag.rpartition("}") if isinstance(element.tag, str) else ("", "", "")
    return name if space in ("", "{" + NAMESPACE) else ""


def identifying_values(content: bytes) -> list[str]:
    """Return the names, addresses and numbers that the document's header states."""
    found: list[str] = []
    for element in parsed_cda(content).iter():
        name = _name(element)
        if name in NAMING:
            texts = [text for text in map(str.strip, element.itertext()) if text]
            # Written as DICOM writes a name, so that a name that is also a word is taken for one.
            found += ["^".join(texts) + "^"] if name == "name" and texts else texts
            found += [element.attrib[key] for key in ("extension", "value") if element.attrib.get(key)]
    return [value.removeprefix("tel:").removeprefix("mailto:") for value in found]


def patients_of(content: bytes) -> list[str]:
    """Return the identifiers of the patient whom the document's header names."""
    role = f".//{{{NAMESPACE}}}recordTarget/{{{NAMESPACE}}}patientRole/{{{NAMESPACE}}}id"
    return [element.attrib.get("extension", "") for element in parsed_cda(content).iterfind(role)]


class _Rebuilder:
    """Writes the elements that may stay."""

    def __init__(self, text_cleaner: Callable[[str], str]) -> None:
        self._clean = text_cleaner

    def rebuilt(self, element: ElementTree.Element, depth: int = 0) -> ElementTree.Element | None:
        """Return the element as it may stay, nothing where it may not."""
        name = _name(element)
        if name not in ELEMENTS:
            return None
        if depth > DEEPEST:
            raise UnreadableError("The document is nested too deep.", code="too_deep")
        made = ElementTree.Element(f"{{{NAMESPACE}}}{name}")
        published = PUBLISHED.fullmatch(element.attrib.get("codeSystem", "")) is not None
        for key, value in element.attrib.items():
            after = self._attribute(name, key, value, published)
            if after:
                made.set(key, after)
        narrative = name in NARRATIVE
        made.text = self._spoken(element.text) if narrative else None
        for child in element:
            inside = self.rebuilt(child, depth + 1)
            tail = self._spoken(child.tail) if narrative else None
            if inside is not None:
                inside.tail = tail
                made.append(inside)
            elif tail and len(made):
                made[-1].tail = (made[-1].tail or "") + " " + tail
            elif tail:
                made.text = (made.text or "") + " " + tail
        return made

    def _spoken(self, text: str | None) -> str | None:
        return self._clean(text) if text and text.strip() else text

    def _attribute(self, element: str, key: str, value: str, published: bool) -> str:
        """Return an attribute as it may stay, empty where it may not."""
        if key == f"{{{XSI}}}type" or key in _PLAIN:
            return value if CODED.fullmatch(value) and self._clean(value) == value else ""
        if key in _SPOKEN:
            return self._clean(value)
        if key == "codeSystem":
            return value if PUBLISHED.fullmatch(value) else ""
        if key == "code":
            return value if CODED.fullmatch(value) and (published or self._clean(value) == value) else ""
        if key == "root":
            return value if element in ("templateId", "typeId") and OID.fullmatch(value) else ""
        if key == "value" and element in _TIMES and MOMENT.fullmatch(value) and len(value) >= 8:
            return self._moment(value)
        return value if key == "value" and NUMBER.fullmatch(value) else ""

    def _moment(self, value: str) -> str:
        """Return an HL7 time stamp with its day moved as dates in text are, and its time of day as it was; nothing for what is
        no day."""
        day = f"{value[:4]}-{value[4:6]}-{value[6:8]}"
        try:
            date.fromisoformat(day)
        except ValueError:
            return ""
        moved = self._clean(day).strip().replace("-", "")
        return moved + value[8:] if moved.isdigit() else ""


def clean_cda(content: bytes, text_cleaner: Callable[[str], str]) -> bytes:
    """Return a new clinical document with the cleaned sections of *content*.

    The patient is there as masked (nullFlavor MSK); authors, custodians, identifiers, addresses and whatever
    is not understood are gone. Raises `RefusedError`.
    """
    made = _Rebuilder(text_cleaner).rebuilt(parsed_cda(content))
    if made is None:
        raise UnreadableError("The XML is not a clinical document (HL7 CDA).", code="bad_document")
    role = ElementTree.Element(f"{{{NAMESPACE}}}recordTarget")
    patient = ElementTree.SubElement(role, f"{{{NAMESPACE}}}patientRole")
    ElementTree.SubElement(patient, f"{{{NAMESPACE}}}id", {"nullFlavor": "MSK"})
    bodies = [place for place, child in enumerate(made) if _name(child) == "component"]
    made.insert(bodies[0] if bodies else len(made), role)
    ElementTree.register_namespace("", NAMESPACE)
    ElementTree.register_namespace("xsi", XSI)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(made) + b"\n"
