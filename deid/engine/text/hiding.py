"""Finished pieces of a text, out of the way while the rest is looked through."""

import re


class Hide:
    """Keeps finished pieces of a text out of the way of what still looks through it."""

    FIRST = 0xF0000
    _STANDING = re.compile("[\U000f0000-\U000ffffd]")

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def __call__(self, piece: str) -> str:
        """Return a private-use character that stands for *piece*; empty where there are too many."""
        if self.FIRST + len(self._pieces) > 0xFFFFD:
            return ""
        self._pieces.append(piece)
        return chr(self.FIRST + len(self._pieces) - 1)

    @classmethod
    def stripped(cls, text: str) -> str:
        """Return a text without characters that could be mistaken for hidden pieces."""
        return text if text.isascii() else cls._STANDING.sub("", text)

    def restored(self, text: str) -> str:
        """Return *text* with every hidden piece back in its place."""
        if not self._pieces:
            return text
        return self._STANDING.sub(lambda found: self._pieces[ord(found.group()) - self.FIRST], text)
