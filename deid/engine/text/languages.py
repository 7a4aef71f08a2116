"""Which words tell that a text is in another language than English, and which are nobody's only there."""

from functools import lru_cache

from deid.engine.text.flat import folded
from deid.engine.text.medical import is_compound, sounds_medical
from deid.engine.text.variants import is_kindred, is_variant, made_names
from deid.engine.text.words import (
    FUNCTION_WORDS,
    SHORT,
    clinical_words,
    everyday_words,
    german_words,
    is_foreign,
    is_medical,
    other_words,
    words_written_small,
)

# Which side it is, who was born, who asked and read, and Latin of every day, written small.
_SAID_TEXT = """
lewy lewa lewe lewej lewego prawy prawa prawe prawej prawego leva leve levou prave pravou pravy bal jobb stang stanga drept
dreapta sol sag vasen vasemman oikea oikean vanster hoger venstre hojre hoyre lijevi lijeva lijevo desni desna desno linker
rechter gauche droit droite izquierda izquierdo derecha derecho esquerda esquerdo direita direito sinistra sinistro destra destro
fodd fodt geboren nacido nacida nascido nascida naissance narozen narozena urodzony urodzona szuletett dogum syntynyt valide
validee demande prescrit solicitado solicitada remitido realizado richiesto refertato aangevraagd verwezen beoordeeld befundet
angefordert uberwiesen durchgefuhrt unterschrieben zugewiesen untersucht aufgeklart validiert besprochen uitgevoerd besproken
gevraagd informado firmado eseguito inviato firmato zlecil opisal wykonal novo situ vivo vitro integrum
"""
_SAID = frozenset(_SAID_TEXT.split())


@lru_cache(maxsize=16384)
def is_strange(word: str) -> bool:
    """Say whether a word written small is an ordinary one of another language, none of medicine or grammar, which in an English
    text may as well be somebody's name."""
    low = folded(word).lower()
    grammar = len(low) <= SHORT or low in FUNCTION_WORDS or low in _SAID
    return word.islower() and not grammar and is_foreign(word) and not (is_medical(word) or is_variant(low))


@lru_cache(maxsize=65536)
def tells_of_language(word: str) -> bool:
    """Say whether a word is one of another language, or one of medicine as another language spells it (*fémoral*, *perfusie*)."""
    if is_foreign(word):
        return True
    low = folded(word).lower()
    if low in clinical_words() or low in everyday_words():
        return not word.isascii() and low in clinical_words()
    return is_compound(low) or (is_kindred(low) and low not in made_names())


@lru_cache(maxsize=65536)
def is_only_english(word: str) -> bool:
    """Say whether a word is an everyday one of English and of no other language: with a capital in another one it is a
    name."""
    low = folded(word).lower()
    if len(low) <= SHORT or low not in everyday_words() or low in clinical_words() or sounds_medical(low):
        return False
    return not (low in german_words() or low in other_words() or low in words_written_small())
