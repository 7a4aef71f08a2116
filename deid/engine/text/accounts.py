"""Find paths, links and logins: they tell of servers, folders that are called by people, and people by their accounts."""

import re

from deid.engine.text.spotting import Spotted
from deid.engine.text.words import is_clinical, may_stay

_HINT = re.compile(r"[/\\]|\d")
_PLACE = r"[^\s\\/:*?\"<>|,;]"
_PATHS = re.compile(
    # Links, and shares of Windows and drives.
    r"(?<![\w.])[a-z][a-z0-9+.-]{1,9}://\S+"
    rf"|(?<![\w\\])\\\\{_PLACE}+(?:\\{_PLACE}+)+\\?"
    rf"|(?<![\w\\])[A-Za-z]:\\(?:{_PLACE}+\\)*{_PLACE}*"
    # Where people's folders lie on other systems.
    r"|(?<![\w./])(?:~\w+|/(?:home|users?|mnt|media|data|export|nas|net|vol(?:umes?)?|srv|var|tmp|scratch|archive))(?:/[^\s,;]+)+",
    re.IGNORECASE,
)
# Who did something, or whose account it is, by a login: letters with a number, or behind the name of a domain.
_LOGIN = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:(?:reported|dictated|transcribed|typed|entered|read|verified|signed(?: off)?|approved|edited|"
    r"created|modified|performed|acquired|scanned|checked|reviewed|amended|finali[sz]ed|prepared)(?:\s+by\s*:?|\s*[:=])|"
    r"(?:user(?:[ _]?(?:name|id))?|login|log-?on|account|operator|author|tech(?:nologist)?|by)\s*[:=]|logged (?:in|on) as)\s*)"
    r"(?P<login>[A-Za-z][\w-]*\\[A-Za-z][\w.-]*|[a-z]{2,}[._-]?[a-z]*\d{1,4}|[A-Z]{2,}\d{2,6})(?![\w.-])"
)

# A login by itself, behind initials and a stroke, or behind who did something.
_SMALL_LOGIN = re.compile(
    r"(?P<cue>(?<=[A-Za-z]/)|(?<![^\W_])[Bb]y |(?<=_[LR] ))(?P<word>[a-z]{4,})\d{1,3}(?![\w.-])"
)


def without_accounts(text: str) -> str:
    """Return *text* without paths of files, links, and logins behind what tells of somebody's doing."""
    if not _HINT.search(text):
        return text
    return _SMALL_LOGIN.sub(_without_small_login, _LOGIN.sub(_without_login, _PATHS.sub(" ", text)))


def _without_login(found: re.Match[str]) -> str:
    return found.group() if is_clinical(found["login"]) else f"{found['cue']} "


def _without_small_login(found: re.Match[str]) -> str:
    return found.group() if may_stay(found["word"]) else f"{found['cue']} "
