"""The names of months in other languages than English, so that a date in text can be written anew in its own."""

from functools import lru_cache

from deid.engine.text.flat import folded

# Whole and short names by language: German, Austrian, French, Spanish, Italian, Dutch, Portuguese, Swedish, Danish, Polish,
# Czech, Slovak, Croatian, Romanian, Hungarian, Finnish, Turkish, Russian, Ukrainian, Greek.
_NAMES_TEXT = """
januar februar märz april mai juni juli august september oktober november dezember
jan feb mär apr mai jun jul aug sep okt nov dez
jänner feber mrz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr mars avr mai juin juil août sept oct nov déc
jan fév mar avr mai jun jul aoû sep oct nov déc
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago sep oct nov dic
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
januari februari maart april mei juni juli augustus september oktober november december
jan feb mrt apr mei jun jul aug sep okt nov dec
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
jan fev mar abr mai jun jul ago set out nov dez
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
ledna února března dubna května června července srpna září října listopadu prosince
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
január február március április május június július augusztus szeptember október november december
tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu
tammik helmik maalisk huhtik toukok kesäk heinäk elok syysk lokak marrask jouluk
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
led úno bře dub kvě čvn čvc srp zář říj lis prosince
sty lut marca kwi maja cze lip sie wrz paź listopada gru
jan febr márc ápr máj jún júl aug szept okt nov dec
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
oca şub mart nis may haz tem ağu eyl eki kasım ara
янв фев мар апр мая июн июл авг сен окт ноя дек
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січ лют бер кві тра чер лип сер вер жов лис гру
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
"""
_NAMES = tuple(tuple(line.split()) for line in _NAMES_TEXT.strip().splitlines())
_GERMAN = range(3)
_ENGLISH_TEXT = (
    "jan feb mar apr may jun jul aug sep sept oct nov dec out april august september november december"
)
_ENGLISH = frozenset(_ENGLISH_TEXT.split())


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[int, int]]:
    """Return language and month by a month's name, with and without its accents."""
    places: dict[str, tuple[int, int]] = {}
    for language, names in enumerate(_NAMES):
        for number, name in enumerate(names):
            places.setdefault(name, (language, number))
            places.setdefault(folded(name), (language, number))
    return places


@lru_cache(maxsize=1)
def foreign_month_names() -> tuple[str, ...]:
    """Return the names of months that English does not know, longer ones first."""
    return tuple(sorted(_places().keys() - _ENGLISH, key=lambda name: (-len(name), name)))


def foreign_month(name: str) -> int:
    """Return the number of a month, January being 1."""
    return _places()[name.lower()][1] + 1


def foreign_name(month: int, old: str) -> str:
    """Return the name of *month* in the language and case of *old*, the name of a month."""
    language = _places()[old.lower()][0]
    if old.islower() and language in _GERMAN:  # which writes months with a capital
        language = next((n for n, names in enumerate(_NAMES) if n not in _GERMAN and old in names), language)
    names = _NAMES[language]
    without_accents = old.isascii() and old.lower() not in names
    written = folded(names[month - 1]) if without_accents else names[month - 1]
    if old.isupper():
        return written.upper()
    return written.capitalize() if old[0].isupper() else written
