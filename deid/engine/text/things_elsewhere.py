"""Where the names of drugs and devices stand in other languages than English: behind a treatment, between what is put in and
what kind of device it is. Each way has a sign before it, without which no text has any of it."""

_BEGINS, _ENDS = r"(?<![^\W_])", r"(?![^\W_])"
_NAME = r"(?P<name>[A-ZÀ-Þ]?[a-zà-ÿ]{3,}(?:-[a-z]{3,})?)"
_CAPITAL_NAME = r"(?P<name>[A-Z][A-Za-z-]{2,})"
_TREATED = (
    r"(?:(?:therapie|behandlung|behandelt|eingestellt|umgestellt) (?:mit|auf)|(?:sous|par) traitement (?:par|de)|traitée? par|"
    r"traitement (?:par|de)|sous|(?:tratamiento|tratad[oa]|terapia) con|(?:terapia|trattamento|trattat[oa]) con|"
    r"(?:behandel(?:d|ing)|therapie) met|(?:tratamento|tratad[oa]|terapia) com|sob|leczen(?:ie|iu|ia|y|a)|leczon[ay]|"
    r"(?:behandla[ds]|behandling|behandlet) (?:med|av)|léčb[auyě]|léčen[aý]?|hoitona|lääkityksenä|kezelés|"
    r"терапи[яиею]|на фоне(?: терапии)?|при[её]м|лечение|(?:αγωγή|θεραπεία) με|tratament cu|"
    r"(?:injection|administration|gabe|gabe von|injektion|iniezione|inyección|injectie|administración|somministrazione|podaniu|"
    r"podání|podaniem|введени[яе]|efter|jälkeen)(?: (?:de|du|von|di|van|av))?)"
)
_BEHIND_DRUGS = r"(?:tedavisi|tedavisini|kezelés|-?Therapie|-?Behandlung|治疗|治療|投与|로 치료)"
_DEVICES = (
    r"(?:stents?|endoproth[eè]se|proth[eè]sen?|protesi|pr[oó]tesis|pr[oó]tese|endoprotez[ay]|protez[ay]|protes(?:en)?|katheters?|"
    r"cath[eé]ter|cat[eé]ter|catetere|port|schrittmacher|implantats?|implante|implantat|klappe|spirale|coils?|clips?|shunts?|"
    r"протез|стент|προθέση|στεντ)"
)
# What a sentence about a device goes on with.
_GOES_ON = (
    r"(?= (?:en|in|ben|bien|bem|permeables?|perm[eé]ables?|durchgängig|offen|intakt|regelrecht|korrekt|correct|w|na|bez|ze|i|på|"
    r"utan|без|χωρίς|sans|sin|senza|sem|zonder|ohne|mit|links|rechts|gauche|droite|derech[ao]|izquierd[ao])(?![^\W_]))"
)
ELSEWHERE_WAYS = (
    (
        r"(?i:[bm][ei]hand|th?era|trait|sous|trat|sob|lecz|léč|hoito|lääk|kezel|терапи|на фоне|при[её]м|лечен|με |inj|inie|inye|"
        r"gabe|admin|sommin|poda|введе|efter|jälk)",
        rf"{_BEGINS}(?i:{_TREATED}) {_NAME}{_ENDS}(?! ?[A-ZÀ-Þ^])",
    ),
    ("tedavi|kezel|Therapie|Behandlung|治|投与|로 치", rf"{_BEGINS}{_NAME}(?= ?{_BEHIND_DRUGS})"),
    (
        r"(?i:stent|proth|prot|cat|kat|port|schritt|impl|klapp|spir|coil|clip|shunt|стент|προθ|στεν)\w* [A-Z]",
        rf"{_BEGINS}(?i:{_DEVICES}) {_CAPITAL_NAME}{_GOES_ON}",
    ),
    (
        r" (?i:stent|[a-z]*proth|prot|kat|cat|impl)",
        rf"{_BEGINS}(?:einer?|eines|einem|un|une|una|uno|um|uma|een|en|ett) {_CAPITAL_NAME}(?=[ -](?i:{_DEVICES}){_ENDS})",
    ),
)
