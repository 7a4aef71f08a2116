"""What stands for a Patient ID that was taken out: it is nobody's, however many people's images have it."""

_WORDS = frozenset(
    """
    anon anonym anonyme anonymous anonymised anonymized anonymise anonymize anonimo anônimo anónimo anonymisiert anonymisé deid
    deidentified pseudonymised pseudonymized removed deleted hidden redacted confidential unknown unbekannt inconnu none null nan
    na nil noid noname noidentifier notavailable empty blank default dummy patient patientid subject
    """.split()  # noqa: SIM905 - a list of words reads best as one
)


def is_nobodys(patient_id: str) -> bool:
    """Say whether a Patient ID is empty or one of the words and signs that people put in its place: `ANON`, `0000`, `xxx`."""
    plain = "".join(filter(str.isalnum, patient_id)).casefold()
    return not plain.strip("0") or not plain.strip("x") or plain in _WORDS
