"""How people write dates: one expression for all spellings, and what stands before a birth date."""

import re

from deid.engine.text.months import foreign_month_names

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

# Longer ones first: an expression takes the first that fits.
ROMAN = ("VIII", "XII", "VII", "III", "XI", "VI", "IX", "IV", "II", "X", "V", "I")
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_Y, _M, _D = r"(?:1[89]|20)\d\d", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = rf"(?:{'|'.join(LONG_MONTHS)}|sept|{'|'.join(MONTHS)})"
_TH, _GAP = r"(?:st|nd|rd|th)", r"[ ,./_\-]{0,3}"
_FOREIGN = f"(?:{'|'.join(map(re.escape, foreign_month_names()))})"
# A year that begins the next date is no time of day.
_CLOCK = r"(?:[T _\-]?(?!\d{4}[\-/.]\d\d?[\-/.]\d)[0-2]\d:?[0-5]\d(?::?[0-5]\d(?:\.\d+)?)?(?:Z|[+\-]\d\d:?\d\d)?(?!\d))?"
# Written dates that can hardly mean anything else, by what they begin with: a digit or a word. The groups y, m, d, n (month's
# name), f (in another language), r (in Roman numbers), t (st, nd, …), w and k (week and weekday of ISO 8601) are numbered by
# alternative, so that the parts of a date can be written anew in their places.
_SURE = (
    rf"(?<![\d.])(?P<y1>{_Y})(?P<m1>0[1-9]|1[0-2])(?P<d1>0[1-9]|[12]\d|3[01])(?={_CLOCK}(?!\d))",
    rf"(?<![\d.])(?P<y2>{_Y})(?P<s2>[\-/. _:])(?P<m2>{_M})(?P=s2)(?P<d2>{_D})(?!\d)",
    rf"(?<![\d.])(?P<a3>{_D})(?P<s3>[\-/._])(?P<b3>{_D})(?P=s3)(?P<y3>{_Y})(?!\d)",
    rf"(?<![^\W_])(?P<d4>{_D})(?P<t4>{_TH})?(?: of)?{_GAP}(?<![A-Za-z]{{3}})(?P<n4>{_MONTH})\b{_GAP}(?P<y4>{_Y})(?!\d)",
    rf"(?<!\d)(?P<y6>{_Y}){_GAP}(?P<n6>{_MONTH}){_GAP}(?P<d6>{_D})(?P<t6>{_TH})?(?!\d)",
    rf"(?<![^\W_])(?P<d7>{_D})(?P<n7>{_MONTH})(?P<y7>{_Y}|\d\d)(?!\d)",
    r"(?<![\d.])(?P<a8>0[1-9]|[12]\d|3[01])(?P<b8>0[1-9]|[12]\d|3[01])(?P<y8>(?:19|20)\d\d)(?!\d)",
    rf"(?<![\w.])(?P<y9>{_Y})-?W(?P<w9>0[1-9]|[1-4]\d|5[0-3])(?:-?(?P<k9>[1-7]))?(?!\w)",
    rf"(?<![^\W_])(?P<d11>{_D})(?P<t11>{_TH})?[ \-/.]?(?P<n11>{_MONTH})\.?(?: ?['’]|[\-/])(?P<y11>\d\d)(?!\d)",
    rf"(?<![^\W_])(?P<d12>{_D})(?:\.|er|º)?[ .\-]?(?:de )?(?P<f12>{_FOREIGN})\b\.?[ .,\-]{{0,3}}(?:del? )?(?P<y12>{_Y})(?!\d)",
    rf"(?<![^\W_])(?P<d13>{_D})[ \-/.]?(?P<f13>{_FOREIGN})(?: ?['’]|[\-/.])(?P<y13>\d\d)(?!\d)",
    rf"(?<![\d./])(?P<a14>{_D})/(?P<b14>{_D})/(?P<y14>\d\d)(?!\d|[/.]\d)",
    rf"(?<![\d.])(?P<d15>{_D})(?P<s15>[.\-/ ]) ?(?P<r15>(?-i:{'|'.join(ROMAN)}))(?P=s15) ?(?P<y15>{_Y})(?!\d)",
    rf"(?<![\d.])(?P<d16>{_D})\. (?P<m16>{_M})\. (?P<y16>{_Y})(?!\d)",
    rf"(?<!\d)(?P<y20>{_Y})\.? (?P<f20>{_FOREIGN}) (?P<d20>{_D})\.?(?!\d)",
    rf"(?<!\d)(?P<y19>{_Y}) ?[年년] ?(?P<m19>{_M}) ?[月월] ?(?P<d19>{_D}) ?[日일]?(?!\d)",
    rf"(?<![\d.])(?P<a17>{_D})(?P<s17>[\-/.])(?P<b17>{_D})(?P=s17)['’](?P<y17>\d\d)(?!\d)",
)
_SURE_WORDS = (
    rf"(?<![^\W\d_])(?P<n5>{_MONTH}){_GAP}(?P<d5>{_D})(?P<t5>{_TH})?{_GAP}(?<!\d)(?P<y5>{_Y})(?!\d)",
    rf"(?<![^\W\d_])(?P<n18>{_MONTH})[\-/](?P<y18>{_Y})(?!\d)",
    rf"(?<![^\W\d_])(?P<n10>{_MONTH})(?P<s10>[\-/])(?P<d10>{_D})(?P=s10)(?P<y10>\d\d)(?!\d)",
    rf"(?<![^\W\d_])(?P<x0>{_MONTH}) {_D}{_TH}(?![^\W_]|[ ,]*['’]?\d)",
)
# 2/2 before a word means "secondary to".
_DAY_AND_MONTH = (
    rf"(?!2/2 [a-z]|1/2 dose)(?:{_M}/{_D}|{_D}/{_M})(?![\w/%]|[.,]\d| (?:of|times|ago)\b| [a-z]{{4,}}s\b)"
)
# Dates of fewer digits, and numbers that may be something else in a technical attribute.
_LIKELY = (
    rf"(?<![\d.])(?P<a21>{_D})(?P<s21>[\-/.])(?P<b21>{_D})(?P=s21)(?P<y21>\d\d)(?!\d|\.\d)",
    rf"(?<![\d.])(?P<a22>{_D}) (?P<b22>{_D}) (?P<y22>{_Y})(?!\d|\.\d)",
    rf"(?<![^\W_])(?P<d23>{_D})(?P<t23>{_TH})?(?: of)?{_GAP}(?P<n23>{_MONTH})\b[ ,./_\-']{{0,3}}(?P<y23>\d\d)(?!\d)",
    rf"(?<![\d/.\-])(?P<m26>0?[1-9]|1[0-2])/(?P<y26>{_Y})(?![\d/])",
    rf"(?<![\d/.\-])(?P<y27>{_Y})[\-/](?P<m27>0[1-9]|1[0-2])(?![\d/.\-])",
    rf"(?<![^\W_])(?P<x29>{_D})(?:{_TH}|\.)?(?: of)?[ \-]?{_MONTH}\b\.?(?![^\W\d_])",
    rf"(?<![^\W_])(?P<d31>{_D})\.?[ .\-]?(?:de )?(?P<f31>{_FOREIGN})\b\.?[ .,\-]{{0,3}}(?:del? )?['’]?(?P<y31>\d\d)(?!\d|\.\d)",
    # A day and month that stand alone are a date where they are those of a known one.
    rf"(?<![\w/.,:+\-])(?P<x42>{_DAY_AND_MONTH})",
    rf"(?<!\d)(?P<y36>{_Y}) ?[年년] ?(?P<m36>{_M}) ?[月월](?! ?\d)",
    rf"(?<!\d)(?P<x37>(?:\d\d ?[年년] ?)?{_M} ?[月월] ?{_D} ?[日일])",
    rf"(?<![^\W_])(?P<x32>{_D})\.?[ .\-]?(?:de )?{_FOREIGN}\b(?![^\W\d_])",
    # 20LUG58; "4mag20" and "12set2" are none.
    rf"(?<![^\W_])(?P<d44>0[1-9]|[12]\d|3[01])(?!(?:set|mag|gen|elo|ara|sie)\d\d(?!\d))(?P<f44>{_FOREIGN})(?P<y44>{_Y}|\d\d)(?![^\W_])",
)
_HAPPENED = (
    "since", "injury", "injured", "accident", "fell", "fall", "seen", "due", "mva", "mvc", "surgery", "doi", "dos",
    "dol", "doa", "lmp", "edd", "edc", "week of", "date of", "compared to", "compared with", "comparison",
    "comparison to", "comparison with", "rpt", "rpt [a-z]{2,3}", "signed", "signed [a-z]{2,3}", "admitted",
    "discharged", "until", "d/c", "onset",
)  # fmt: skip
_LIKELY_WORDS = (
    rf"(?<![^\W\d_])(?P<n24>{_MONTH}){_GAP}(?P<d24>{_D})(?P<t24>{_TH})?[ ,./\-]{{0,2}}'(?P<y24>\d\d)(?!\d)",
    rf"(?<![^\W\d_])(?P<n25>{_MONTH})[ ,./_\-]{{0,3}}(?P<y25>{_Y})(?!\d)",
    r"(?i:\b(?:in|since|until|during|year|anno) )(?P<y28>(?:19|20)\d\d)(?![\w/]|[.,\-]\d)",
    rf"(?<![^\W\d_])(?P<x30>{_MONTH}) {_D}(?:{_TH})?(?!\d|\.\d)",
    r"(?i:\b(?:on|dated|(?:study|exam|scan|ct|mri?|film|report|prior) (?:of|from)) )"
    rf"(?P<x34>{_DAY_AND_MONTH})",
    # What has a day and is told of beside it.
    rf"(?P<c41>(?i:\b(?:{'|'.join(_HAPPENED)})(?:: ?| )))(?P<x41>{_DAY_AND_MONTH})",
    rf"(?i:\b(?:vom|am|den|dem|seit|dal|dd\.?|op|från|dne|dnia|du|em|el|dd) )(?P<x35>{_D}\. ?{_M}\.)(?! ?\d|\w)",
    # Years of an emperor (JIS X 0301).
    rf"(?P<x38>(?:明治|大正|昭和|平成|令和) ?(?:元|\d{{1,2}}) ?年(?: ?{_M} ?月(?: ?{_D} ?日)?)?)",
    rf"(?<![^\W\d_])(?P<n39>{_MONTH})\.? ?['’](?P<y39>\d\d)(?!\d)",
    r"(?<![^\W_])(?P<x40>Q[1-4][ /-]?20\d\d)(?![\w-])",
    rf"(?<![^\W\d_])(?P<f33>{_FOREIGN})\.? (?:del? )?(?P<y33>{_Y})(?!\d)",
    rf"(?<![^\W\d_])(?P<f43>{_FOREIGN})\.?[ \-](?P<d43>{_D})(?P<t43>{_TH})?{_GAP}(?<!\d)(?P<y43>{_Y})(?!\d)",
)
# Words that dates without a year stand behind, and the names of emperors' years.
_BEFORE_DAYS = (
    "study", "exam", "scan", "ct", "mr", "film", "report", "prior", "vom", "am", "den", "dem", "seit", "dal", "dd", "op",
    "från", "dne", "dnia", "du", "em", "el", "明治", "大正", "昭和", "平成", "令和",
)  # fmt: skip
# What a date begins with is asked first: at most places in a text none of the expressions needs to be tried.
_BEGINNINGS = "|".join(
    sorted(
        {
            name[:2]
            for name in (
                *MONTHS,
                *foreign_month_names(),
                "in",
                "since",
                "until",
                "during",
                "year",
                "anno",
                "on",
                "dated",
                *_BEFORE_DAYS,
                *_HAPPENED,
                *("q1", "q2", "q3", "q4"),
            )
        }
    )
)
WRITTEN = re.compile(
    rf"(?:(?=\d)(?:{'|'.join((*_SURE, *_LIKELY))})"
    rf"|(?<![^\W\d_])(?=(?:{_BEGINNINGS}))(?:{'|'.join((*_SURE_WORDS, *_LIKELY_WORDS))})){_CLOCK}",
    re.IGNORECASE,
)
FIRST_LIKELY, LONE_DAY = 21, "x42"
# What is told of ten or five: pain 8/10, strength 4/5.
ON_A_SCALE = re.compile(
    r"(?:pain|strength|power|scores?|scale|grade|murmur|apgar|gcs|mrc|vas|nrs|motor|muscle|quality|gleason)\W{1,3}(?:is |of )?$",
    re.IGNORECASE,
)
BIRTH = re.compile(
    r"(?:\bdob|d\.o\.b\.?|\bborn|birth ?da(?:te|y)|date of birth|\bgeb(?:oren|urtsdatum)?|\bnée?|\bnat[oa]|"
    r"\bnaci(?:d[oa]|miento)|\bnascid[oa]|\bnascita|\bnaissance|\bgeboortedatum|\bfödd|\bfødt|\bfødd|\bsyntynyt|\burodzon[ya]|"
    r"\bszül(?:etett)?|\bnarozen[aý]?|\bdoğum(?: tarihi)?|\bрожд\w*|д\.\s?р|生年月日|出生(?:日期)?|생년월일|\*)\W{0,4}"
    r"(?:(?:on|am|le|in|the|den|il|el|em|op|de) ){0,2}$",
    re.I,
)
