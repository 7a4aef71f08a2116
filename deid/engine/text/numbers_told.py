"""Find what names somebody only by the words before it: policies, sites of trials, whatever stands behind a number sign, postal
codes, places on the globe, names in social networks, somebody's initials."""

import re

from deid.engine.text.spotting import AnyOf, Spotted

_NO_UNIT = (
    r"(?! ?(?i:[mkc]?m|m?s|ml|m?g|kg|[mk]?hz|kvp?|hu|gy|%|x|slices?|images?|days?|weeks?|pixels?)(?![^\W_]))"
)
# Letters may stand between the digits of a policy, which are at least five.
_POLICY = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:insur(?:ance|er)|policy|plan|member(?:ship)?|payer|subscriber|group)"
    r"(?: (?i:id|no|nr|number))?[ .:#]{1,3})"
    r"(?=(?:[A-Z-]{0,3}\d){5})(?!(?:19|20)\d{6}(?!\d))[A-Z\d-]+(?![\w-])"
)
_SITE = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:(?:(?:trial|study|sponsor|clinical|investigat(?:or|ional)) )(?:site|cent(?:er|re))"
    r"(?: (?:id|no|nr|number))?[ .:#]{1,3})|(?<![^\W_])(?i:site)(?: (?i:id|no|nr|number))?[ .:#]{1,3}(?=[A-Z]{0,3}-?\d{3}))"
    rf"(?:[A-Z]{{1,3}}-?)?\d{{1,6}}(?![\w-]|\.\d){_NO_UNIT}"
)
# What is counted in images has a number sign as well.
_SIGNED = re.compile(
    r"(?P<cue>(?<![^\W_])(?!(?i:series|ser|se|images?|im|img|slices?|sl|frames?|scans?|instance|acq(?:uisition)?|level|voxel|roi|"
    r"label|lot|ref|version|rev)\b)[A-Za-z]{2,14}\.? ?#[ :]{0,2})(?=(?:[A-Za-z.-]{0,3}\d){5})[A-Za-z\d.-]*\d(?![\w-])"
)
_POSTAL = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:zip(?:[ -]?code)?|post(?:al)?[ -]?code|plz|eircode)[ .:#]{1,3})"
    r"(?=[A-Z\d]*\d)[A-Z\d]{3,8}(?:[ -][A-Z\d]{3,4})?(?![\w.])"
)
_GLOBE = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:gps|latitude|longitude|geo(?:location|tag))[ .:=(]{1,3})"
    r"[-+]?\d{1,3}\.\d{3,}°? ?[NS]?(?:[ ,;/]{1,3}[-+]?\d{1,3}\.\d{3,}°? ?[EW]?)?(?![\w])(?! ?(?i:[mc]?m)(?![^\W_]))"
)
_HANDLE = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:instagram|insta|facebook|twitter|tiktok|snapchat|skype|telegram|linkedin|wechat|signal id)[ :]{1,2})"
    r"(?:@[\w.-]+|[A-Za-z]\w*[._\d][\w.]*\w)"
)
_INITIALS = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:initials)(?: ?[:=] ?| ))(?:[A-Za-z]\.? ?){1,3}[A-Za-z]\.?(?=\s*(?:$|[,;/)]))"
)
_WAYS = (_POLICY, _SITE, _POSTAL, _GLOBE, _HANDLE, _INITIALS)
_ANY = AnyOf(*_WAYS)


def without_told_numbers(text: str) -> str:
    """Return *text* without such numbers and names; the words before them stay."""
    if "#" in text:
        text = _SIGNED.sub(_cue, text)
    if not _ANY.may_stand_in(text):
        return text
    for way in _WAYS:
        text = way.sub(_cue, text)
    return text


def _cue(found: re.Match[str]) -> str:
    return found["cue"].rstrip()
