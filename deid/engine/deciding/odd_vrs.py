"""Decide on a value whose VR is not the attribute's own: it is not trusted (PS3.5 6.2.2)."""

from deid.engine.acting.plain import remove
from deid.engine.deciding.rules import Rule, Rules
from deid.engine.reading.dictionary import vr_of
from deid.engine.reading.elements import Element
from deid.engine.reading.encoding import Encoding

_DROP: Rule = ("X", remove)


def rule_of_odd_vr(
    rules: Rules, encoding: Encoding, element: Element, allowed: tuple[str, ...], rule: Rule | None
) -> Rule:
    """Return what holds for an *element* of none of the *allowed* VRs, which it may give the VR of the dictionary.

    UN of an attribute the dictionary knows is read under the dictionary's VR where byte order allows; what the dictionary does
    not know, or knows otherwise, is dropped. A sequence is one if its items could be read.
    """
    if element.vr == "UN" and allowed == ("SQ",) and element.items is not None and not encoding.big:
        element.vr = "SQ"
        return rule or rules.by_vr["SQ"]
    if element.vr == "UN" and allowed and allowed != ("SQ",) and not encoding.big:
        element.vr, element.head = vr_of(element.tag), -1
        return rule or rules.by_vr[element.vr]
    return rule if rule and rule[0] in ("Z", "D") and allowed and _renamed(element) else _DROP


def _renamed(element: Element) -> bool:
    """Give an element the VR of the dictionary, so that its dummy is right; sequences cannot change."""
    vr = vr_of(element.tag)
    if element.items is not None or vr == "SQ":
        return False
    element.vr, element.head = vr, -1
    return True
