"""Whether a text that was read as Windows-1252, because nothing says how it is coded, can be one of Western Europe."""

import re

# Hardly any word of Western Europe of four letters and more is made of accents by more than half: where many of those with
# accents are, they are letters of another script that were read wrong, and no name in them would be recognised.
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~0-9‘’“”«»–—…•°]{4,}")
SHARE = 4
UNKNOWN_CODING = "The text is in a coding that cannot be told; save it in UTF-8."
_MISREAD = "\ufffd"


def _is_foreign(word: str) -> bool:
    foreign = sum(sign == _MISREAD or (not sign.isascii() and _is_of_windows(sign)) for sign in word)
    return foreign * 2 > len(word)


def _is_of_windows(sign: str) -> bool:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def reads_as_western(text: str) -> bool:
    """Say whether few words of a text that was decoded as Windows-1252 are of another script."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(_is_foreign, words)) * SHARE <= len(words)
