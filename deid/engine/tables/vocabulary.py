"""Collect the clinical words that stay in cleaned text: those of DICOM's own dictionaries and coded
concepts."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydicom._dicom_dict import DicomDictionary
from pydicom._uid_dict import UID_dictionary
from pydicom.sr._concepts_dict import concepts

_WORD = re.compile(r"[A-Za-z]{2,}")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def _phrases() -> Iterator[str]:
    for _vr, _vm, name, _retired, _keyword in DicomDictionary.values():
        yield name
    for name, *_rest in UID_dictionary.values():
        yield name
    for scheme in cast("Mapping[str, Mapping[str, Any]]", concepts).values():
        for keyword, codes in scheme.items():
            yield " ".join(_CAMEL.findall(keyword))
            for entry in codes.values():
                yield entry[0]


def vocabulary() -> list[str]:
    """Return every word in lower case, sorted."""
    return sorted({word.lower() for phrase in _phrases() for word in _WORD.findall(phrase)})
