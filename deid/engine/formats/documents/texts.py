"""Plain text and RTF reports: the words only."""

import re
from collections.abc import Iterator

from deid.engine.errors import UnreadableError
from deid.engine.formats.western import UNKNOWN_CODING, reads_as_western

_CONTROLS = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TOKEN = re.compile(
    rb"\\(?:'([0-9a-fA-F]{2})|([a-zA-Z]{1,32})(-?\d{1,10})? ?|([^a-zA-Z]))|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
BREAKS = {b"par": "\n",
    b"pard": "\n", b"line": "\n", b"row": "\n", b"page": "\n", b"sect": "\n", b"tab": "\t", b"cell": "\t",
          b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
          b"rdblquote": "”"}  # fmt: skip
# Destinations whose text is no part of what a person reads.
SKIPPED = frozenset(
    (b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"objdata", b"themedata", b"datastore",
     b"xmlnstbl", b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"latentstyles", b"fldinst",
     b"bkmkstart", b"bkmkend", b"annotation", b"atnauthor", b"atnid", b"nonshppict", b"revtbl", b"userprops")
)  # fmt: skip
DEEPEST = 1000
# Those whose letters are one byte each.
CODE_PAGES = frozenset((b"437", b"850", b"852", b"866", *(b"%d" % page for page in range(1250, 1259))))
SYMBOLS = {b"\\": "\\", b"{": "{", b"}": "}", b"~": " ", b"_": "-"}


def decoded(content: bytes) -> str:
    """Return a text in UTF-8, UTF-16 with a mark, or else Windows-1252, without control characters; raises `UnreadableError`."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
            if not reads_as_western(text):
                raise UnreadableError(UNKNOWN_CODING, code="bad_document") from None
    plain = _CONTROLS.sub("", text)
    if len(plain) < len(text) * 0.95:
        raise UnreadableError("The file is no plain text.", code="bad_document")
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def text_of_rtf(content: bytes) -> str:
    """Return the words of an RTF document; fonts, pictures, properties, fields and comments are left out."""
    if not content.startswith(b"{\\rtf"):
        raise UnreadableError("This is not an RTF document.", code="bad_document")
    # A letter beyond the first 65,536 is written as the two halves that it has in UTF-16.
    halves = "".join(_spoken(content)).encode("utf-16", "surrogatepass")
    text = _CONTROLS.sub("", halves.decode("utf-16", "replace"))
    if not reads_as_western(text):
        raise UnreadableError(UNKNOWN_CODING, code="bad_document")
    return text


def _spoken(content: bytes) -> Iterator[str]:
    reader = _Rtf()
    for found in _TOKEN.finditer(content):
        code, word, number, symbol, brace, plain = found.groups()
        if brace:
            reader.brace(brace)
        elif symbol == b"*" or word in SKIPPED:
            reader.hidden = True
        elif not reader.hidden:
            yield reader.control(word, number) if word else reader.characters(code, symbol, plain)


class _Rtf:
    """Where a reader stands in an RTF document: whether it is hidden, how many stand-ins follow a character."""

    def __init__(self) -> None:
        self.hidden = False
        self._stack: list[tuple[bool, int]] = []
        self._skip, self._width, self._coding = 0, 1, "cp1252"

    def brace(self, brace: bytes) -> None:
        """Enter or leave a group."""
        if brace == b"{":
            if len(self._stack) >= DEEPEST:
                raise UnreadableError("The document is nested too deep.", code="too_deep")
            self._stack.append((self.hidden, self._width))
        else:
            self.hidden, self._width = self._stack.pop() if self._stack else (True, 1)

    def control(self, word: bytes, number: bytes | None) -> str:
        """Return what a control word says."""
        if word == b"uc":
            self._width = int(number or 1)
        elif word == b"ansicpg" and number in CODE_PAGES:
            self._coding = f"cp{number.decode()}"
        elif word == b"u" and number:
            self._skip = self._width
            return chr(int(number) % 65536)
        return BREAKS.get(word, "")

    def characters(self, code: bytes | None, symbol: bytes | None, plain: bytes | None) -> str:
        """Return characters, without those that only stand in for one before."""
        if code:
            if self._skip:
                self._skip -= 1
                return ""
            return bytes.fromhex(code.decode()).decode(self._coding, "replace")
        if symbol:
            return SYMBOLS.get(symbol, "")
        text, self._skip = (plain or b"")[self._skip :], 0
        return text.decode(self._coding, "replace")
