"""Names of drugs, tracers, devices, genes and trials that no list has, told by what stands around them.

Nobody writes a person so: behind an isotope or an allergy, before a dose in the middle of a sentence, between an article and a
stent. A word that is a common name as well is left to the rules for people.
"""

import re
from collections.abc import Iterator

from deid.engine.text.names import is_named

_BEGINS, _ENDS = r"(?<![^\W_])", r"(?![^\W_])"
# Neither a name with a comma behind it nor one in the writing of DICOM is a thing.
_NOT_LISTED = r"(?!\s*\^|, ?[A-ZÀ-Þ][a-zß-ÿ])"
_ONE = r"[A-Za-z][A-Za-z-]{2,}"
_CAPITAL_ONE = r"[A-Z][A-Za-z-]{2,}"
_ISOTOPE = (
    r"(?i:\[?(?:f-?18|18-?f|tc-?99m|99m-?tc|ga-?6[78]|6[78]-?ga|i-?12[345]|i-?131|12[345]-?i|131-?i|in-?111|111-?in|lu-?177|177-?lu|"
    r"cu-?6[24]|6[24]-?cu|zr-?89|89-?zr|c-?11|11-?c|n-?13|13-?n|y-?90|90-?y|ac-?225|ra-?223|sm-?153|sr-?89|tl-?201|rb-?82)\]?)"
)
_AMOUNT = r"\d+(?:[.,]\d+)? ?(?:mg|mcg|µg|ug|g|mL|ml|mCi|MBq|GBq|kBq|IU|mmol|meq)(?:/(?:kg|ml|mL|h|d|day|dl|min))?(?![^\W_])"
_LABELS = (
    r"(?:allerg(?:y|ies|ic) to|(?:medications?|meds|drugs?|premed(?:ication)?|chemo(?:therapy)?|contrast(?: agent)?|agent|tracer|"
    r"radiotracer|radiopharmaceutical|implants?|device|pacemaker|scanner|software|stent|catheter|MRI safe):)"
)
_DEVICES = (
    r"(?:stents?|stent-?grafts?|endografts?|grafts?|catheters?|microcatheters?|filters?|coils?|clips?|valves?|pacemakers?|"
    r"defibrillators?|ICD|implants?|devices?|prosthes[ie]s|leads?|pumps?|shunts?|screws?|plates?|nails?|rods?|cages?|wires?|guidewires?|"
    r"balloons?|sheaths?|needles?|drains?|tubes?|mesh|plugs?|occluders?|ports?|stimulators?|spacers?|markers?|seeds|expanders?|"
    r"anchors?|scanners?|detectors?)"
)
_BEFORE_DEVICES = (
    r"(?:with|via|using|through|of|an?|the|new|old|prior|previous|existing|indwelling|implanted|status post|s/p|post|after|has)"
)
_GENES = (
    r"(?:mutations?|mutants?|mutated|wild[ -]?type|amplifi(?:ed|cation)|fusion|rearrange(?:d|ments?)|polymorphisms?|exon|expression|"
    r"methylation|methylated|deletion|overexpression)"
)
# Of scanners with a model of their own behind them.
_LINES = (
    r"(?:MAGNETOM|SOMATOM|Magnetom|Somatom|Biograph|Symbia|Artis|ARTIS|Mammomat|MAMMOMAT|Acuson|ACUSON|Multix|Luminos|Ysio|NAEOTOM|"
    r"Ingenia|Achieva|Ingenuity|Brilliance|Incisive|Gemini|EPIQ|Affiniti|Aquilion|Vantage|Aplio|Infinix|SIGNA|Signa|LOGIQ|Vivid|Voluson|"
    r"LightSpeed|BrightSpeed|Optima|Revolution|Senographe|Echelon|Scenaria|NeuViz|uMR|uCT|uMI)"
)
_WAYS = tuple(
    re.compile(way)
    for way in (
        rf"{_BEGINS}{_ISOTOPE}[ -]+(?P<name>{_ONE}){_ENDS}",
        rf"(?<=[a-z] )(?<![A-Z][a-z] )(?P<name>{_ONE})(?= {_AMOUNT})",
        rf"{_BEGINS}(?i:{_LABELS}) (?P<name>{_ONE}){_ENDS}{_NOT_LISTED}",
        rf"{_BEGINS}(?P<name>{_CAPITAL_ONE})(?=-(?:induced|associated|related|based|enhanced|coated|eluting|naive|treated|labell?ed|"
        rf"sparing|refractory|resistant|avid|like|mutant|mutated){_ENDS})",
        rf"{_BEGINS}(?:post|on|under|after|with|during|before|of|to) (?P<name>{_ONE})(?= (?:therapy|treatment|infusion|injections?|"
        rf"chemotherapy|challenge|uptake|enhancement|administration){_ENDS})",
        rf"{_BEGINS}(?:using|given|injected|administered|received) (?P<name>{_ONE})(?= (?:as (?:a )?(?:contrast|tracer)|i\.?v\.?|p\.?o\.?|"
        rf"intravenously|orally){_ENDS})",
        rf"{_BEGINS}{_BEFORE_DEVICES} (?P<name>{_CAPITAL_ONE}(?: {_CAPITAL_ONE})?)(?= {_DEVICES}{_ENDS})",
        rf"{_BEGINS}(?P<name>[A-Z]{{3,7}})\d{{0,2}}[A-Z]?(?= {_GENES}{_ENDS})",
        rf"{_BEGINS}{_LINES} (?P<name>{_CAPITAL_ONE}){_ENDS}{_NOT_LISTED}",
    )
)
_WORDS = re.compile(r"[^\W\d_]+")


def thing_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names of things stand in *text* that what is around them tells."""
    for way in _WAYS:
        for found in way.finditer(text):
            if not any(map(is_named, _WORDS.findall(found["name"]))):
                yield found.span("name")


def thing_at(text: str, place: int) -> bool:
    """Say whether the name of such a thing begins at *place*."""
    return any(start == place for start, _end in thing_spans(text))
