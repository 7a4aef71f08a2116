"""Names of drugs, tracers, devices, genes and trials that no list has, told by what stands around them.

Nobody writes a person so: behind an isotope or an allergy, before a dose in the middle of a sentence, between an article and a
stent; the ways of trials and of other languages stand in modules of their own. A word that is a common name as well is
left to the rules for people.
"""

import re
from functools import lru_cache

from deid.engine.text.names import is_named
from deid.engine.text.things_elsewhere import ELSEWHERE_WAYS
from deid.engine.text.things_in_studies import STUDY_WAYS

_BEGINS, _ENDS = r"(?<![^\W_])", r"(?![^\W_])"
# Neither a name with a comma behind it nor one in the writing of DICOM is a thing.
_NOT_LISTED = r"(?!\s*\^|, ?[A-ZÀ-Þ][a-zß-ÿ])"
_ONE = r"[A-Za-z][A-Za-z-]{2,}"
_CAPITAL_ONE = r"[A-Z][A-Za-z-]{2,}"
_TWO = rf"{_CAPITAL_ONE}(?: {_CAPITAL_ONE})?"
_ISOTOPE = (
    r"(?i:\[?(?:f-?18|18-?f|tc-?99m|99m-?tc|ga-?6[78]|6[78]-?ga|i-?12[345]|i-?131|12[345]-?i|131-?i|in-?111|111-?in|lu-?177|177-?lu|"
    r"cu-?6[24]|6[24]-?cu|zr-?89|89-?zr|c-?11|11-?c|n-?13|13-?n|y-?90|90-?y|ac-?225|ra-?223|sm-?153|sr-?89|tl-?201|rb-?82)\]?)"
)
_AMOUNT = r"\d+(?:[.,]\d+)? ?(?:mg|mcg|µg|ug|g|mL|ml|mCi|MBq|GBq|kBq|IU|mmol|meq)(?:/(?:kg|ml|mL|h|d|day|dl|min))?(?![^\W_])"
# Before somebody to whom or by whom something is given.
_NO_PERSON = (
    r"(?!(?:by|to|for|from|per|pt|patient|mr|mrs|ms|dr|prof|tech|technologist|nurse|radiographer|and)[.,:]? )"
)
_LABELS = (
    r"(?:allerg(?:y|ies|ic) to|(?:con ?meds?|medications?|meds|drugs?|premed(?:ication)?|chemo(?:therapy)?|contrast(?: agent)?|"
    r"agent|tracer|radiotracer|radiopharmaceutical|implants?|device|pacemaker|scanner|software|stent|catheter|MRI safe):)"
)
_DEVICES = (
    r"(?:stents?|stent-?grafts?|endografts?|grafts?|catheters?|microcatheters?|filters?|coils?|clips?|valves?|pacemakers?|"
    r"defibrillators?|ICD|implants?|devices?|prosthes[ie]s|leads?|pumps?|shunts?|screws?|plates?|nails?|rods?|cages?|wires?|guidewires?|"
    r"balloons?|sheaths?|needles?|drains?|tubes?|mesh|plugs?|occluders?|ports?|stimulators?|spacers?|markers?|seeds|expanders?|"
    r"anchors?|scanners?|detectors?)"
)
# With whom something is talked over is nobody's maker.
_TALKING = "discussed spoke spoken reviewed seen agreed talked confirmed shared read"
_TALKED = "".join(rf"(?<!{word} )" for word in _TALKING.split())
_BEFORE_DEVICES = (
    rf"{_TALKED}(?:with|via|using|through|[Aa]n?|[Tt]he|new|old|prior|previous|existing|indwelling|implanted|status post|s/p|"
    r"post|after|has)"
)
# Of scanners with a model of their own behind them.
_LINES = (
    r"(?:MAGNETOM|SOMATOM|Magnetom|Somatom|Biograph|Symbia|Artis|ARTIS|Mammomat|MAMMOMAT|Acuson|ACUSON|Multix|Luminos|Ysio|NAEOTOM|"
    r"Ingenia|Achieva|Ingenuity|Brilliance|Incisive|Gemini|EPIQ|Affiniti|Aquilion|Vantage|Aplio|Infinix|SIGNA|Signa|LOGIQ|Vivid|Voluson|"
    r"LightSpeed|BrightSpeed|Optima|Revolution|Senographe|Echelon|Scenaria|NeuViz|uMR|uCT|uMI)"
)
# Each with what no text is without in which it finds something, so that most texts are not searched.
_WAYS = tuple(
    (re.compile(sign), re.compile(way))
    for sign, way in (
        (r"\d", rf"{_BEGINS}{_ISOTOPE}[ -]+(?P<name>{_ONE}){_ENDS}"),
        (r" \d", rf"{_BEGINS}{_NO_PERSON}[^\W\d_A-Z]{{2,}}[,:]? (?P<name>{_ONE})(?= {_AMOUNT})"),
        (": |(?i:allerg)", rf"{_BEGINS}(?i:{_LABELS}) (?P<name>{_ONE}){_ENDS}{_NOT_LISTED}"),
        (
            "[a-zA-Z]-[a-z]",
            rf"{_BEGINS}(?P<name>{_CAPITAL_ONE})(?=-(?:induced|associated|related|based|enhanced|coated|eluting|naive|treated|"
            rf"labell?ed|sparing|refractory|resistant|avid|like|mutant|mutated){_ENDS})",
        ),
        (
            " (?:therap|treat|infus|inject|chemo|chall|upt|enhanc|admin)",
            rf"{_BEGINS}(?:post|on|under|after|with|during|before|of|to) (?P<name>{_ONE})(?= (?:therapy|treatment|infusion|"
            rf"injections?|chemotherapy|challenge|uptake|enhancement|administration){_ENDS})",
        ),
        (
            "sing|given|injected|administered|received",
            rf"{_BEGINS}(?:[Uu]sing|given|injected|administered|received) (?P<name>{_ONE})(?= (?:as (?:a )?(?:contrast|tracer)|"
            rf"i\.?v\.?|p\.?o\.?|intravenously|orally){_ENDS})",
        ),
        ("[a-zA] [A-Z]", rf"{_BEGINS}{_BEFORE_DEVICES} (?P<name>{_TWO})(?= {_DEVICES}{_ENDS})"),
        (
            " (?:in (?:situ|place)|deployed)",
            rf"{_BEGINS}(?P<name>{_TWO})(?= (?:{_DEVICES} )?(?:in situ|in place|deployed){_ENDS})",
        ),
        ("[a-zA-Z] [A-Z]", rf"{_BEGINS}{_LINES} (?P<model>{_CAPITAL_ONE}){_ENDS}{_NOT_LISTED}"),
        (
            "[a-z]ed (?:on|from|with|in|using) ",
            rf"{_BEGINS}(?i:acquired|exported|imported|reconstructed|reformatted|processed|segmented|analy[sz]ed|measured|"
            rf"rendered) (?:on|from|with|in|using) (?P<name>{_CAPITAL_ONE}){_ENDS}(?! [A-Z]){_NOT_LISTED}",
        ),
        (
            r" at \d| scanner",
            rf"{_BEGINS}on (?:an? |the )(?P<name>{_CAPITAL_ONE})(?= (?:at \d|scanner{_ENDS}))",
        ),
        (
            " (?:implan|place|inser|deploy)",
            rf"{_BEGINS}(?:[Ss]/p|[Ss]tatus post|after|post) (?P<name>{_TWO})"
            rf"(?= (?:implantation|placement|insertion|deployment|implant){_ENDS})",
        ),
        *STUDY_WAYS,
        *ELSEWHERE_WAYS,
    )
)
_WORDS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1024)
def thing_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return where names of things stand in *text* that what is around them tells."""
    return tuple(
        found.span(found.lastgroup or 0)
        for sign, way in _WAYS
        if sign.search(text)
        for found in way.finditer(text)
        if found.lastgroup == "model" or not any(map(is_named, _WORDS.findall(found["name"])))
    )


def thing_at(text: str, place: int) -> bool:
    """Say whether the name of such a thing begins at *place*."""
    return any(start == place for start, _end in thing_spans(text))
