"""Find numbers that name somebody, addresses and places in networks, without knowing them before.

Dates are no matter of this module: they are found and moved by themselves.
"""

import re

from deid.engine.text.accounts import without_accounts
from deid.engine.text.addresses import without_addresses
from deid.engine.text.messages import without_messages
from deid.engine.text.numbers_elsewhere import without_numbers_elsewhere, without_unread_days
from deid.engine.text.numbers_told import without_told_numbers
from deid.engine.text.spotting import Spotted
from deid.engine.text.wards import without_wards

UID = re.compile(r"(?<![\d.])[0-2](?:\.(?:0|[1-9]\d*)){4,}(?![\d.])")
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER_LABEL = (
    r"(?:mrn|pid|ssn|sin|nhs|nhs number|uhid|nhc|dni|nif|nie|nir|ipp|bsn|cpf|pesel|kvnr|medicare|medicaid|s/?n|"
    r"ahv|avs|phn|aadha?ar|nino|ihi|ahc|hkid|nric|mykad|curp|rfc|cuil|rut|c[eé]dula|cnp|oib|emso|egn|jmbg|amka|tckn|nuss|niss|hetu|"
    r"kennitala|sv-?nr|svnr|rrn|cnpj|"
    r"serial(?: (?:no|number))?|hospital (?:no|number)|historia|dossier|"
    r"(?:fall|patienten|pat\.?|aufnahme|versicherten|versicherungs)-?(?:nummer|nr)|"
    r"(?:patient|pat|case|visit|encounter|account|acct|record|insurance|policy|passport|licen[sc]e|exam|order|req|hospital|hosp|"
    r"subject|subj|participant|randomi[sz]ation|screening|enrol?ment|claim)"
    r"(?:'s)?[ _]?(?:id|no|nr|number)|acct|account|order|visit|encounter|case|chart|policy|insurance|"
    r"claim|personnummer|pnr|cpr(?:-nr)?|fødselsnummer|f[oø]dselsnr|"
    r"plate|passport|badge|(?:staff|employee|prisoner|inmate|personnel)(?: (?:id|no|number))?|"
    r"acc(?:ession)?(?:[ _]?(?:no|number|nr|id))?|id|ids)"
)
_TELEPHONE_LABEL = (
    r"(?:tel|tél|tlf|tfn|telephone|téléphone|telefon(?:nummer|szám|no)?|telefono|teléfono|telefone|telefoon|telefax|puhelin|puh|"
    r"phone|ph|fax|pgr|mobile?|mobil(?:nummer)?|móvil|cellulare|celular|gsm|komórka|handy|portable|cell|pager|voicemail|bleep)"
)
# A code of several groups, as cards and registers write them: "RQ 16 78 10 C", "AOK 062570017".
_UNIT = (
    r"(?! ?(?i:mm|cm|m|ml|mg|g|kg|mhz|hz|ms|s|min|hu|gy|%|x|slices?|days?|weeks?|months?|years?)(?![^\W_]))"
)
_CODE = (
    r"(?:[A-Za-z]{1,6}[ -])?(?:[A-Za-z]{2,5}\.(?=\d{4})|[A-Za-z]{0,5}[-#/]?)\d\w*(?:\.\d{3})*"
    rf"(?:(?:[/-](?:\d+[A-Za-z]{{0,2}}|[A-Z])| (?:\d{{2,}}[A-Za-z]{{0,2}}|\d(?= ?\d{{2}})|[A-Z](?!/))){_UNIT}(?![^\W_]))*"
)
_FOUR_DIGITS = r"(?=[A-Za-z #/.-]{0,10}(?:\d[ /-]?){4})"
_SIX_DIGITS = r"(?=\W{0,2}(?:\d\W{0,3}){6})"
_EXTENSION = r"(?: ?(?:x|ext\.?) ?\d{2,6})?"
_POSTAL_AREA = (
    r"(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LU]?|H[ADGPRSUX]|I[GPV]|K[ATWY]|L[ADELNSU]?|M[EKL]?|"
    r"N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)"
)
_PLATE = (
    r"(?:[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2} ?\d{1,4}|\d[A-Z]{3}\d{3}|[A-Z]{2}\d\d ?[A-Z]{3}|[A-Z]{2}[- ]?\d{3}[- ]?[A-Z]{2}|"
    r"[A-Z]{2,3}[- ]?\d{3,4}|\d{1,4}[- ]?[A-Z]{2,3})"
)
# What is identifying wherever it stands, by what it begins with: most places in a text begin nothing.
_LABELLED = (
    rf"{_NUMBER_LABEL}(?:\.?\s*[:#=]\s*(?:{_CODE}|[^\s,;|\\]*\d[^\s,;|\\]*)|\.?\s+{_FOUR_DIGITS}{_CODE}|\.?\s+\d{{2,3}}(?:\.\d{{3}}){{2}})",
    r"(?:mr|hosp|bx|path|subj|pt|case)\s?#\s?[A-Za-z]{0,3}[- ]?\d[\w-]*",
    r"(?:trial |study )?(?:subject|subj|participant|proband(?:in)?|screening|randomi[sz]ation)\b[\s#:.]*"
    r"(?:(?:id|no|nr|number)\b[\s#:.]*)?"
    r"(?:[A-Z]{1,3}-?)?(?:\d{2,4}(?:-\d{3,5})+|[A-Z]\d{3,})",
    rf"{_TELEPHONE_LABEL}\.?(?:\s*[:#=]\s*|\s+){_SIX_DIGITS}\+?\(?\d(?:[\d ()/-]|\.(?=\d))+\d{_EXTENSION}",
    rf"{_TELEPHONE_LABEL}\.?\s*[:#=]\s*[^\s,;|\\]*\d[^\s,;|\\]*",
    r"address\s*[:=]\s*(?:[^\n;\\.]|\.(?!\s+[A-ZÀ-Þ]))+",
    r"(?:extn?|durchwahl|pgr|pager|bleep|sein|pieper|zoeker|dect|funk|piepser|s[øo]ker|s[öo]kare|bip|busca)\b\.?\s*[:#]?\s*(?:\d-)?\d{4,6}\b",
    r"(?<!\d )x\d{4,5}\b(?=\s*(?:$|[,.;)]))",
    r"(?:path|specimen|histo(?:logy)?|biopsy|case)\W{1,3}[A-Z]?\d\d[-:]\s?[A-Z]{0,3}\d{3,}\b",
    r"(?:room|rm|bed|ward)\W{1,2}(?:\d+-\d+[a-z]?|\d{3,}[a-z]?|[a-z]\d{3,})\b",
    r"(?:apt|apartment|suite)\b\.? ?#?\d+[a-z]?\b",
    r"p\.?o\.? box\s*\d+",
    r"(?:ip(?:v4)?(?: ?addr(?:ess)?)?|(?:sent|pushed|routed|forwarded) (?:to|from)|host|ping)"
    r"\s*[:=]?\s*(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)",
    r"(?:dob|born|birth(?: ?date)?)\W{0,4}(?:in )?(?:19|20)\d\d(?![\d/._:-]| \d)",
)
_PLATE_LABEL = (
    r"(?i:(?:licen[sc]e )?plate|(?:car|vehicle|van|truck)(?: reg(?:istration)?)?|reg(?:istration)?|kennzeichen|"
    r"immatriculation|matr[ií]cula|targa|kenteken)(?i: (?:no|nr|number))?\W{1,3}"
)
_CAPITAL = (
    r"[A-Z]{2} \d{5}(?:-\d{4})?\b",
    rf"{_POSTAL_AREA}\d[A-Z\d]? (?!1ST|2ND|3RD|\dTH)\d[ABD-HJLNP-UW-Z]{{2}}(?![^\W_])",
    r"(?!T\dN\dM\d)[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d(?![^\W_])",
    # Numbers of registers that have a form of their own: national insurance (UK), codice fiscale (IT), accounts (ISO 13616).
    r"[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D](?![^\W_])",
    r"[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z](?![^\W_])",
    r"[A-Z]{2}\d\d(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?(?![^\W_])",
)
# A number within the house that somebody is to be called at.
_INSIDE = Spotted(
    r"(?P<cue>(?<![^\W_])(?:call(?:ed)?(?: ?back)?|c/b|cb|dial|beep(?:er)?|ph|(?:results?|w/r|fax) to)"
    r"(?: (?:dr|doctor|md|ed|er|us|me|back))?(?: (?:at|on|to))?)"
    rf"[ :#]{{1,2}}(?:(?:x|ext\.? ?)|(?!(?:19|20)\d\d))\d{{4,5}}(?![\w/-]|[.,]\d| rpm){_UNIT}"
    r"|(?<![^\W_])(?:phone|contact|ring|to|at|on|dr) x\d{4,5}(?![\w-]| (?:mag|zoom|obj))",
    re.IGNORECASE,
)
# A number that somebody is called on.
_CALLED = Spotted(
    r"(?P<cue>(?<![^\W_])(?:fax(?:ed|ing)?(?:\s+\w+){0,2}\s+to|call(?:s|ed|ing)?|(?:re)?dial(?:l?ed)?|reach(?:ed|able)?|"
    r"ring|rang|rung|phon(?:e[ds]?|ing)|texted|sms|whatsapp|contact(?:ed|able)?|paged|number|erreichbar|erreicht|anrufen|angerufen|rückruf|joignable|rappeler|appeler|llamar|"
    r"chiamare|contatt(?:o|are)|bellen|bereikbaar|ringa?|ringes?|nås|dzwonić|zadzwonić|volat|ligar)\b"
    r"(?:\s+(?:back|him|her|them|me|us|family|patient|pt))?(?:\s+(?:on|at|under|unter|au|al|en|op|på|pod|na|it'?s|is))?\s*[:=]?\s*)"
    rf"(?=\W{{0,2}}(?:\d\W{{0,3}}){{6}})(?:\(\d[\d /.-]{{7,}}\d\)|"
    rf"[+(]?\d(?:(?! \d{{1,2}}/\d{{1,2}}/\d)[\d ()/-]|\.(?=\d))+(?<=\d)){_EXTENSION}(?!\w)",
    re.IGNORECASE,
)
# A value that is nothing but a number of seven digits and more, or a telephone number.
_LONE_NUMBER = re.compile(
    r"\s*(?!(?:NCT|ISRCTN)\d{8}\s*$)"
    r"(?:[A-Za-z]{1,4}[-#_ ]?\d{6,}|(?:\+|00)?(?!\d{4}-\d\d-\d\d)(?=(?:\D{0,2}\d){7,16}\D*$)[\d(][\d ()/-]*\d)\s*\0?"
)
_DIGITS = (
    # Personal numbers of the north, which begin with the birth date (SE, DK, NO, FI).
    r"(?<![\w.,-])(?:(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d)"
    r"(?:[-+]\d{4}|[-+A]\d{3}[0-9A-FHJ-NPR-Y])(?![\w-])",
    # Medicare (US).
    r"(?<!\w)[1-9][A-Z][A-Z\d]\d-[A-Z][A-Z\d]\d-[A-Z]{2}\d\d(?!\w)",
    r"(?<![\d-])\d{3}[- ]\d\d[- ]\d{4}(?![\d-])",
    # A number within a town; a range of thousands ends round or with its unit.
    r"(?<![\w.,/=-])[2-9]\d\d-\d{4}(?<!00)(?![\w-]|\.\d| ?(?i:[mkc]?m|m?s|k?hz|kev|kvp?|hu|ml|m?g|mbq|px)\b)",
    rf"(?<![\w.])(?:00\d{{1,3}}[ .-]?)?\d{{3}}[ .-]\d{{3}}[ .-]\d{{4}}(?!\d){_EXTENSION}",
    r"(?<![\w.-])0\d{2,4}[ /-]\d{3,4}[ -]\d{3,4}(?![\w-]|\.\d)",
    r"(?<![\w.-])0\d{1,2}[-/ ]\d{1,2}[/ ]\d{3,4}[ -]\d{3,4}(?![\w-]|\.\d)",
    r"(?<![\w.,-])0\d{1,2}(?:[ .-]\d\d){4}(?![\w-])",
    r"(?<![\w.,-])0\d{1,3}-\d{2,3}(?: \d{2,3}){1,2}(?![\w-])",
    r"(?<![\w.,-])0\d{2,3} \d{3} \d\d \d\d(?![\w-])",
    r"(?<![\w.,/-])\d{2,3}/\d{3,4}-\d{3,4}(?![\w-])",
    r"(?<![\w.,/-])\d{2} \d{4,5}-\d{4}(?![\w-]|\.\d)",
    r"(?<![\w.-])0\d{2,4}[ /-]\d{5,}(?!\d)",
    r"(?<=[,;] )\d{4,5} (?=[A-ZÀ-Þ][a-zß-ÿ]{2,})",
    # Internet addresses; four short numbers are the version of something.
    r"(?<![\w.])(?=(?:\.?\d){8}|(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.(?:\.?\d){4})(?:25[0-5]|2[0-4]\d|1?\d?\d)"
    r"(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?!\.?\w)",
    # Sécurité sociale (FR), cards (ISO/IEC 7812).
    r"(?<![\d.,])[12] \d\d \d\d (?:\d\d|2[AB]) \d{3} \d{3}(?: \d\d)?(?!\d|[.,]\d)",
    r"(?<![\d.,-])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?![\d-]|[.,]\d)",
    # A year of birth, as it is written in Cyrillic.
    r"(?<!\d)(?:19|20)\d\d ?(?:г\. ?р|г/р|р\. ?н|г\. ?рожд)(?![^\W_])\.?",
    # Old-age insurance (CH).
    r"(?<![\d.,-])756[. ]?\d{4}[. ]?\d{4}[. ]?\d\d(?![\d.-])",
)
_MARKED = (
    r"\((?:\d{3} \d{3} \d{3}|\d\d(?: \d\d){3,4}|\d{4} \d{4})\)",
    rf"(?<!\w)(?:\+\d{{1,3}}[ .-]?)?\(\d{{3}}\)[ .-]\d{{3}}[ .-]\d{{4}}(?!\d){_EXTENSION}",
    rf"\+\d{{1,3}}[ .-]?\d{{3}}[ .-]\d{{3}}[ .-]\d{{4}}(?!\d){_EXTENSION}",
    rf"\+\d(?:(?! \d{{1,2}}/\d{{1,2}}/\d)[\d ()./-]){{7,}}(?<=\d){_EXTENSION}",
    rf"\((?=(?:\d\W?){{1,5}}\)(?:\W{{0,2}}\d){{5}})0?\d{{1,4}}\)[ ./-]{{0,2}}\d{{2,4}}(?:[ /-]?\d{{2,4}}){{1,3}}(?!\d)"
    rf"{_EXTENSION}",
)
_PLAIN = re.compile(
    rf"(?=\d)(?:{'|'.join(_DIGITS)})|(?=[+(])(?:{'|'.join(_MARKED)})"
    rf"|(?<![^\W_])(?=[^\W\d_])(?:(?i:{'|'.join(_LABELLED)})|{_PLATE_LABEL}{_PLATE}(?![^\W_])|(?=[A-ZÀ-Þ])(?:{'|'.join(_CAPITAL)}))"
)
_ADDRESS_OF_DEVICE = re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b")
_SPELT_EMAIL = re.compile(r"\S+\s?[(\[](?i:at)[)\]]\s?\S+")
# What is identifying in free text, but may be something else in a technical attribute.
_PERHAPS = (
    r"\bwww\.\S+",
    r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[aApP][mM])?(?![\d:])",
    r"(?:(?<![\w.])(?!(?:NCT|ISRCTN)\d{8}(?!\w))(?:[A-Za-z]{1,5}[-#_]?\d{5,}|#?\d{6,})|(?<=_)(?:[A-Za-z]{1,3}\d{6,}|\d{6,}))"
    r"[A-Za-z]?(?!\d|\.\d)"
    r"(?! ?(?i:mm\^?[23]|cm\^?3|ml|voxels?|pixels?|[kmg]?bq|counts|cells|copies|i?u|units?)(?![^\W_]))(?:[-/]\d+)*",
    # A number of a register with the year in it, and a long one with letters inside.
    r"(?<![\w.-])[A-Z]{1,4}-(?:19|20)\d\d-\d{3,6}(?![\w-])|(?<![\w.-])\d{2,5}[A-Z]{1,2}\d{5,}(?![\w-])",
    r"(?<![\d.,])(?:[01]\d|2[0-3])[0-5]\d(?= ?(?:hrs|hours|Uhr)\b)",
    r"(?<![\w.,-])\d{3}\.\d{3}\.\d{3}(?![\w-]|[.,]\d| ?(?i:voxels?|pixels?|cells|copies)\b)",
    r"(?<![\w.,-])(?:\d{2,}-\d{2,}-\d{3,}|\d{3,}-\d{3,}-\d\d)(?![\w-])",
    # Text in another coding: base64 and hexadecimal.
    r"(?<![\w+/])(?:[A-Za-z0-9+/]{7,}={1,2}|(?=[A-Za-z+/]*\d)(?=[A-Z0-9+/]*[a-z])[A-Za-z0-9+/]{24,})(?![\w+/=])",
    r"(?<!\w)(?:0[xX])?(?=[0-9A-Fa-f]*\d)[0-9A-Fa-f]{12,}(?!\w)|\b0[xX][0-9A-Fa-f]{6,}\b",
)
_OLD_AGE = re.compile(
    r"(?<![\d.,/-])0?(?:9[1-9]|1[0-4]\d)(?=[ -]?(?:years?|yrs?|yo|y/o|y\.o|y|j|jahre|jährige[rn]?|ans|anni|a[nñ]os?)\b|(?-i:a)\b)"
    r"|(?<![\w.,/-])(?:9[1-9]|10[1-9])(?= ?[MF]\b)(?!m[ -]?tc\b)"
    r"|(?<![^\W_-])ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?(?=[ -]years?(?![^\W_]))"
    r"|(?:(?<=\bage )|(?<=\bage: )|(?<=\baged ))(?:9[1-9]|1[0-4]\d)(?!\d)",
    re.IGNORECASE,
)
_DOMAIN = (
    r"(?:(?:\w[\w-]*\.)+(?:local|lan|intranet|internal|corp|com|org|net|edu|gov|mil)|(?:\w[\w-]*\.){2,}(?:uk|de|fr|es|it|nl|be|ch|"
    r"at|se|no|dk|fi|pl|cz|hu|ro|gr|ru|cn|jp|kr|in|br|mx|ca|au|us|eu|ie|pt|tr|il))(?![\w-])"
)
_HOST = re.compile(rf"(?<![\w.@-]){_DOMAIN}(?::\d+)?(?:/\S*)?")
_HOST_HINT = re.compile(r"\w\.[a-z]{2,8}(?![\w-])")
_DIGIT_OR_LINK = re.compile(r"\d|://|www\.|=|:\\")
_DIGIT, _ADDRESS = re.compile(r"\d"), Spotted("address", re.IGNORECASE)
_DEVICE_HINT = re.compile(r"[0-9A-Fa-f][:-][0-9A-Fa-f]{2}[:-]")
_SPELT_HINT = re.compile(r"[(\[]at[)\]]", re.IGNORECASE)
_PERHAPS_FOUND = re.compile("|".join(_PERHAPS))


def without_numbers(text: str) -> str:
    """Return *text* without numbers and addresses that name somebody wherever they stand, as long as labels stand
    beside them."""
    text = without_wards(without_messages(without_accounts(text)))
    if ("(" in text or "[" in text) and _SPELT_HINT.search(text):
        text = _SPELT_EMAIL.sub(" ", text)
    if "." in text and _HOST_HINT.search(text):
        text = _HOST.sub(" ", text)
    if (":" in text or "-" in text) and _DEVICE_HINT.search(text):
        text = _ADDRESS_OF_DEVICE.sub(" ", text)
    if not _DIGIT.search(text) and not _ADDRESS.search(text):
        return without_told_numbers(text)
    if not text.isascii():
        text = without_numbers_elsewhere(text)
    text = _INSIDE.sub(_cue, _CALLED.sub(_cue, without_addresses(text)))
    return without_told_numbers(_PLAIN.sub(" ", text))


def _cue(found: re.Match[str]) -> str:
    return f"{found['cue'] or ''} "


def without_lone_numbers(text: str) -> str:
    """Return the values of a technical attribute without those that are nothing but a long number."""
    if not _DIGIT.search(text):
        return text
    return "\\".join("" if _LONE_NUMBER.fullmatch(value) else value for value in text.split("\\"))


def without_likely_numbers(text: str) -> str:
    """Return free *text* without links, times of day, days that nobody can read, long numbers and text in another
    coding."""
    return _PERHAPS_FOUND.sub(" ", without_unread_days(text)) if _DIGIT_OR_LINK.search(text) else text


def without_old_ages(text: str) -> str:
    """Return *text* with ages over 89 as 90."""
    return _OLD_AGE.sub("90", text) if "9" in text or "1" in text or "inety" in text.lower() else text
