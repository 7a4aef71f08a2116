"""The ISMRMRD header (XML, schema 1.14): written anew by its field names; who, where and when is cleaned."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from deid.engine.errors import UnreadableError
from deid.engine.facts.anatomy import body_part_of_raw
from deid.engine.formats.moments import CLOCK, shift_text_date
from deid.engine.formats.personal import known_numbers
from deid.engine.formats.wording import wording_of
from deid.engine.identity import Identity
from deid.engine.text.dates import is_day
from deid.engine.text.words import clinical_words

NAMESPACE = "http://www.ismrm.org/ISMRMRD"
LARGEST = 4 << 20
DEEPEST = 12
_NUMBER = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?|true|false")
_WHOLE = re.compile(r"\d{1,9}")
_PLAIN_NUMBER = re.compile(r"\d{1,9}(?:\.\d{0,9})?")
_LETTERS = re.compile(r"[A-Za-z]{3,}")
_CODE_WORDS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")
_CODE = re.compile(r"[A-Za-z0-9_]{1,40}")
# Elements that hold others (the schema's complex types).
GROUPS = frozenset(
    """
    ismrmrdHeader subjectInformation studyInformation measurementInformation acquisitionSystemInformation
    experimentalConditions encoding encodedSpace reconSpace encodingLimits trajectoryDescription sequenceParameters
    userParameters userParameterLong userParameterDouble matrixSize fieldOfView_mm relativeTablePosition
    measurementDependency coilLabel parallelImaging accelerationFactor multiband spacing diffusion
    gradientDirection waveformInformation kspace_encoding_step_0 kspace_encoding_step_1 kspace_encoding_step_2
    average slice contrast phase repetition set segment user_0 user_1 user_2 user_3 user_4 user_5 user_6 user_7
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
NUMBERS = frozenset(
    """
    version patientWeight_kg patientHeight_m x y z minimum maximum center initialSeriesNumber
    systemFieldStrength_T relativeReceiverNoiseBandwidth receiverChannels coilNumber H1resonanceFrequency_Hz
    kspace_encoding_step_1 kspace_encoding_step_2 echoTrainLength TR TE TI flipAngle_deg echo_spacing
    dz rl ap fh bvalue deltaKz multiband_factor value
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
CODES = frozenset(
    """
    patientGender patientPosition trajectory calibrationMode interleavingDimension calibration
    diffusionDimension diffusionScheme dependencyType waveformType bodyPartExamined sequence_type
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
TEXTS = frozenset(
    """
    studyDescription protocolName sequenceName seriesDescription systemVendor systemModel coilName comment
    identifier waveformName name
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
UIDS = frozenset(
    """
    studyInstanceUID seriesInstanceUIDRoot frameOfReferenceUID referencedSOPInstanceUID measurementID
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
PEOPLE = frozenset(("patientName", "patientID"))
DATES, TIMES = frozenset(("studyDate", "seriesDate")), frozenset(("studyTime", "seriesTime"))
# Values of the schema that are no clinical word.
KNOWN_CODES = frozenset(
    """
    cartesian epi radial goldenangle spiral other embedded interleaved separate external hfp hfs hfdr hfdl ffp ffs
    ffdr ffdl phase repetition contrast average slice set segment calibration noise sensemap qa ecg pulse
    respiratory trigger gradientwaveform gre tse flash trufi dwi
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
IDENTIFYING = frozenset(
    (
        "patientName", "patientID", "accessionNumber", "referringPhysicianName", "studyID", "institutionName",
        "stationName", "deviceID", "deviceSerialNumber", "patientBirthdate",
    )
)  # fmt: skip


class _Header:
    """Rebuilds one header element by element."""

    def __init__(self, identity: Identity, subject_key: str, known_values: Sequence[str]) -> None:
        self._identity, self._pseudonym = identity, identity.pseudonym(subject_key)
        self._days = identity.shift_days(subject_key)
        self._wording = wording_of(identity, subject_key, known_values)
        self._known = known_numbers(known_values)
        self.counts: Counter[str] = Counter()
        rules: tuple[tuple[frozenset[str], Callable[[str], str]], ...] = (
            (PEOPLE, lambda _text: self._pseudonym),
            (NUMBERS, self._number),
            (CODES, lambda text: text if _is_code(text) else ""),
            (TEXTS, self._wording),
            (UIDS, identity.uid),
            (DATES, lambda text: shift_text_date(text, self._days)),
            (TIMES, lambda text: text if CLOCK.fullmatch(text) else ""),
        )
        self._rules: Mapping[str, Callable[[str], str]] = MappingProxyType(
            {name: rule for names, rule in rules for name in names}
        )

    def _number(self, text: str) -> str:
        """Return a number, but for those that are known to be somebody's and days of eight digits."""
        whole = text.isdecimal() and (int(text) in self._known or is_day(text))
        return text if _NUMBER.fullmatch(text) and not whole else ""

    def rebuilt(self, element: ElementTree.Element, depth: int = 0) -> ElementTree.Element | None:
        """Return the element as it may stay, nothing where it may not."""
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if depth > DEEPEST or (name not in GROUPS and name not in self._rules):
            self.counts["X"] += 1
            return None
        made = ElementTree.Element(f"{{{NAMESPACE}}}{name}")
        if len(element):
            inside = [self.rebuilt(child, depth + 1) for child in element]
            made.extend([child for child in inside if child is not None])
            return made if name in GROUPS and len(made) else None
        text = (element.text or "").strip()
        made.text = self._rules[name](text) if text and name in self._rules else ""
        action = "K" if made.text == text else "U" if name in UIDS else "C" if made.text else "X"
        self.counts[action] += 1
        return made if made.text else None


def _is_code(text: str) -> bool:
    """Say whether a code is made of words that are known, also such as are joined (`TurboSpinEcho`)."""
    known = clinical_words() | KNOWN_CODES
    ways = (_LETTERS.findall(text), _CODE_WORDS.findall(text))
    return _CODE.fullmatch(text) is not None and any(all(w.lower() in known for w in way) for way in ways)


def _parsed(raw: bytes) -> ElementTree.Element:
    """Return the root of a header; entities and document types are refused."""
    if len(raw) > LARGEST:
        raise UnreadableError("The header is longer than any header is.", code="bad_raw")
    try:
        root: ElementTree.Element = fromstring(raw.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, RecursionError, LookupError) as error:
        raise UnreadableError("The header is no well-formed XML.", code="bad_raw") from error
    if root.tag.rpartition("}")[2] != "ismrmrdHeader":
        raise UnreadableError("The header is not one of ISMRMRD.", code="bad_raw")
    return root


def identifying_texts(raw: bytes) -> list[str]:
    """Return the values of a header that name somebody or something, so that they are found elsewhere."""
    found = [element for element in _parsed(raw).iter() if element.tag.rpartition("}")[2] in IDENTIFYING]
    return [text for element in found if (text := (element.text or "").strip())]


def patient_of(raw: bytes) -> str:
    """Return the Patient ID that a header states, empty where it states none."""
    return (_parsed(raw).findtext(f".//{{{NAMESPACE}}}patientID") or "").strip()


FACTS: Mapping[str, tuple[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "systemFieldStrength_T": ("magnetic_field_strength", float),
        "receiverChannels": ("receiver_channels", lambda text: int(float(text))),
        "systemVendor": ("manufacturer", str),
        "trajectory": ("trajectory", lambda text: text if _is_code(text) else ""),
    }
)


NUMERIC_FACTS = frozenset(("magnetic_field_strength", "receiver_channels"))
SPEAKING = frozenset(
    ("bodyPartExamined", "protocolName", "seriesDescription", "studyDescription", "sequenceName")
)


def technical_facts(raw: bytes) -> dict[str, Any]:
    """Return field strength (T), coils, maker, trajectory, the reconstructed matrix, how many places deep it is, and
    which part of the body it names, as far as a header states them."""
    root, facts = _parsed(raw), dict[str, Any]()
    for element in root.iter():
        name, read = FACTS.get(element.tag.rpartition("}")[2], ("", str))
        text = (element.text or "").strip()
        if name and text and (name not in NUMERIC_FACTS or _PLAIN_NUMBER.fullmatch(text)):
            facts.setdefault(name, read(text))
    space = f".//{{{NAMESPACE}}}reconSpace/{{{NAMESPACE}}}matrixSize/{{{NAMESPACE}}}"
    for name, axis in (("columns", "x"), ("rows", "y")):
        extent = (root.findtext(space + axis) or "").strip()
        if extent.isdigit():
            facts[name] = int(extent)
    return facts | {"depth": _depth(root), "body_part": _body_part(root)}


def _texts(root: ElementTree.Element, names: frozenset[str]) -> list[str]:
    return [element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] in names]


def _body_part(root: ElementTree.Element) -> str:
    return body_part_of_raw(_texts(root, SPEAKING), coils=_texts(root, frozenset(("coilName",))))


def _depth(root: ElementTree.Element) -> int:
    """Return how many places the largest encoding has along its third axis: partitions of a slab, or slices."""
    space = f"{{{NAMESPACE}}}"
    partitions = root.iterfind(f".//{space}encodedSpace/{space}matrixSize/{space}z")
    slices = root.iterfind(f".//{space}encodingLimits/{space}slice/{space}maximum")
    counts = [(text, more) for found, more in ((partitions, 0), (slices, 1)) for text in found]
    texts = [((element.text or "").strip(), more) for element, more in counts]
    return max((int(text) + more for text, more in texts if _WHOLE.fullmatch(text)), default=1)


def clean_header_xml(
    raw: bytes, identity: Identity, subject_key: str, known_values: Sequence[str] = ()
) -> tuple[bytes, Counter[str]]:
    """Return the header *raw* with what may stay, and counts by action; raises `UnreadableError`.

    *known_values* are those of the subject, among them what `identifying_texts` finds in the header itself.
    """
    header = _Header(identity, subject_key, known_values)
    made = header.rebuilt(_parsed(raw))
    if made is None:
        raise UnreadableError("The header holds nothing that a header holds.", code="bad_raw")
    ElementTree.register_namespace("", NAMESPACE)
    ElementTree.indent(made)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(made) + b"\n", header.counts
