"""How a data set is written down: its transfer syntax in the terms a reader needs (PS3.5 Annex A)."""

from dataclasses import dataclass

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
NATIVE = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED})

UNDEFINED = 0xFFFFFFFF
LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
SHORT_VRS = frozenset(
    {
        "AE",
        "AS",
        "AT",
        "CS",
        "DA",
        "DS",
        "DT",
        "FL",
        "FD",
        "IS",
        "LO",
        "LT",
        "PN",
        "SH",
        "SL",
        "SS",
        "ST",
        "TM",
        "UI",
    }
    | {"UL", "US"}
)
ALL_VRS = LONG_VRS | SHORT_VRS


@dataclass(frozen=True, slots=True)
class Encoding:
    """Whether VRs are written and which byte comes first."""

    explicit: bool
    big: bool

    @property
    def byte_order(self) -> str:
        """The prefix `struct` wants."""
        return ">" if self.big else "<"


EXPLICIT_LE = Encoding(explicit=True, big=False)
IMPLICIT_LE = Encoding(explicit=False, big=False)
EXPLICIT_BE = Encoding(explicit=True, big=True)


def encoding_of(transfer_syntax: str) -> Encoding:
    """Return how the data set of a file in *transfer_syntax* is encoded (once inflated)."""
    if transfer_syntax == IMPLICIT_LITTLE:
        return IMPLICIT_LE
    if transfer_syntax == EXPLICIT_BIG:
        return EXPLICIT_BE
    return EXPLICIT_LE
