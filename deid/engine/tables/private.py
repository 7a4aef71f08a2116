"""Turn a private tag knowledge base into the list of private attributes that are safe to keep.

An attribute is safe when every row that knows its VR, at whatever depth, says "keep", or that the day or UID in it is moved
or mapped as all are. The key is private
creator, group and
element offset, never the block, which each file may choose anew (PS3.5 7.8.1).
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

_STEP = re.compile(r'\(([0-9a-f]{4}),"?([^"()]*)"?,([0-9a-f]{2})\)', re.IGNORECASE)
# What may hold whole headers, protocols or pictures in a form of the vendor's own is never kept.
NEVER_CREATORS = ("SIEMENS CSA", "SIEMENS MEDCOM", "SIEMENS SYNGO", "KINETDX", "MITRA", "CTP", "UNNAMED")
NEVER_TEXTS = re.compile(
    r"name|patient|date|time of|datetime|comment|operator|physician|serial|institution|hospital|station|"
    r"address|"
    r"protocol data block|user|accession|birth|host|path|file|uid|csa|header|phoenix|unknown",
    re.IGNORECASE,
)
# Names of what was done and with what, not of anybody.
TECHNICAL_NAMES = re.compile(
    r"(?:pulse sequence|coil|tracer|nuclide|algorithm|correct|landmark|parameter|processing) ?name",
    re.IGNORECASE,
)
NEVER_NUMBERS = re.compile(r"date|stamp|birth|serial|accession|checksum|patient id", re.IGNORECASE)
TEXT_VRS = frozenset({"LO", "SH", "LT", "ST", "UT", "CS"})
UNSAFE_VRS = frozenset({"PN", "DA", "DT", "AE", "UR", "OW", "OF", "OD"})
# What the list says is moved ("o") or mapped ("h") stays where its VR has that done to it, whatever it is called.
TREATED = (("o", frozenset({"DA", "DT"})), ("h", frozenset({"UI"})))
# What a reader without the vendor's dictionary sees; such rows say nothing about the attribute itself.
UNTYPED_VRS = frozenset({"UN", "OB", ""})
# PS3.15 Table E.3.10-1, with the VR each has.
STANDARD_ROWS = {
    ("PHILIPS PET PRIVATE GROUP", "7053", "00"): "DS",
    ("PHILIPS PET PRIVATE GROUP", "7053", "09"): "DS",
    ("PHILIPS IMAGING DD 001", "2001", "03"): "FL",
    ("PHILIPS IMAGING DD 001", "2001", "04"): "CS",
    ("PHILIPS MR IMAGING DD 001", "2005", "0D"): "FL",
    ("PHILIPS MR IMAGING DD 001", "2005", "0E"): "FL",
    ("GEMS_PARM_01", "0043", "39"): "IS",
    ("GEMS_ACQU_01", "0019", "BB"): "DS",
    ("GEMS_ACQU_01", "0019", "BC"): "DS",
    ("GEMS_ACQU_01", "0019", "BD"): "DS",
    ("SIEMENS MR HEADER", "0019", "0C"): "IS",
    ("SIEMENS MR HEADER", "0019", "0D"): "CS",
    ("SIEMENS MR HEADER", "0019", "0E"): "FD",
    ("SIEMENS MR HEADER", "0019", "27"): "FD",
    ("SIEMENS MR HEADER", "0051", "0F"): "LO",
    ("SIEMENS MED NM", "0055", "7E"): "FL",
    ("SIEMENS MED PT WAVEFORM", "0071", "21"): "SL",
    ("ELSCINT1", "01E1", "26"): "DS",
    ("ELSCINT1", "01F1", "01"): "CS",
    ("ELSCINT1", "01F1", "07"): "DS",
    ("ELSCINT1", "01F1", "26"): "DS",
    ("ELSCINT1", "01F1", "27"): "DS",
    ("HOLOGIC, INC.", "0019", "26"): "SQ",
    ("TOSHIBA_MEC_MR3", "700D", "19"): "OB",
    ("CANON_MEC_MR3", "700D", "19"): "OB",
}


def canonical_creator(name: str) -> str:
    """Return a private creator in the spelling the list goes by."""
    return " ".join(name.split()).upper()


def _rows(file: TextIO) -> Iterable[tuple[tuple[str, str, str], Mapping[str, str]]]:
    for row in csv.DictReader(file):
        steps = _STEP.findall(row["element_sig_pattern"])
        if not steps or not row["element_sig_pattern"].rstrip().endswith(")"):
            continue
        group, creator, offset = steps[-1]
        if int(group, 16) % 2:
            yield (canonical_creator(creator), group.upper(), offset.upper()), row


def _safe_vr(creator: str, rows: list[Mapping[str, str]]) -> str | None:
    """Return the VR under which an attribute is safe, nothing where it is not or nobody knows its VR."""
    typed = [row for row in rows if row["vr"] not in UNTYPED_VRS]
    if not creator or creator.startswith(NEVER_CREATORS) or not typed:
        return None
    vrs = {row["vr"] for row in typed}
    treated = {row["private_disposition"].strip().lower() for row in typed}
    for code, kinds in TREATED:
        if treated == {code} and vrs & kinds:
            return Counter(row["vr"] for row in typed if row["vr"] in kinds).most_common(1)[0][0]
    never = NEVER_TEXTS if vrs & TEXT_VRS - {"CS"} else NEVER_NUMBERS
    titles = (TECHNICAL_NAMES.sub("", row["tag_name"].rsplit(":", 1)[-1]) for row in rows)
    if vrs & UNSAFE_VRS or any(map(never.search, titles)):
        return None
    if any(row["private_disposition"].strip().lower() != "k" for row in typed):
        return None
    return Counter(row["vr"] for row in typed).most_common(1)[0][0]


def safe_list(file: TextIO, source: str) -> dict[str, Any]:
    """Return the safe attributes as creator → group → {offset: VR}, with the source named."""
    by_key: dict[tuple[str, str, str], list[Mapping[str, str]]] = defaultdict(list)
    for key, row in _rows(file):
        by_key[key].append(row)
    found = {key: vr for key, rows in by_key.items() if (vr := _safe_vr(key[0], rows))}
    chosen = found | STANDARD_ROWS
    tree: dict[str, dict[str, dict[str, str]]] = {}
    for (creator, group, offset), vr in sorted(chosen.items()):
        tree.setdefault(creator, {}).setdefault(group, {})[offset] = vr
    return {"source": source, "standard": "PS3.15 Table E.3.10-1", "creators": tree}
