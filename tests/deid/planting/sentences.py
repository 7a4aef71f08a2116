"""Sentences that carry an identity between clinical words, and what of them must go and stay."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.deid.planting.people import Person

_WORDS_TEXT = """
CHEST contrast lateral axial pneumonia routine abdomen follow-up thorax sagittal coronal lesion
nodule metastasis liver kidney BRAIN pelvis spine lumbar cervical knee shoulder fracture tumor
oedema hemorrhage infarct diffusion perfusion gadolinium arterial venous portal delayed
prostate breast mammography ultrasound echocardiogram carotid aneurysm stenosis calcification
effusion atelectasis emphysema fibrosis cirrhosis pancreas spleen gallbladder ureter bladder
uterus ovary lymphadenopathy mediastinal hilar parenchymal cortical subdural meningioma glioma
screening baseline post-op angiography venography localizer scout survey T1 T2 FLAIR MPRAGE
HASTE STIR DWI ADC MRA CTA PET SPECT FDG bolus tracking lung window bone kernel reconstruction
thin slice oblique decubitus prone supine left right bilateral anterior posterior inferior
superior proximal distal unremarkable suspicious benign malignant biopsy resection chemotherapy
radiotherapy stent catheter prosthesis implant
"""
WORDS = tuple(_WORDS_TEXT.split())


@dataclass(frozen=True)
class Sentence:
    """A text, the strings in it that must go, and the clinical words that must stay."""

    text: str
    gone: tuple[str, ...]
    stays: tuple[str, ...]


Maker = Callable[[Person, str, str, random.Random], tuple[str, tuple[str, ...]]]


def _dates(who: Person, a: str, b: str, dice: random.Random) -> tuple[str, tuple[str, ...]]:
    spelling = dice.choice(
        ("%d %b %Y", "%Y.%m.%d", "%B %dth, %Y", "%d/%m/%y", "%Y%m%d", "%Y-%m-%dT10:15:30", "%d-%b-%Y", "%m/%d/%Y",
         "%d.%m.%Y", "%b %d %Y", "%Y/%m/%d", "%d%b%Y", "%d%m%Y")
    )  # fmt: skip
    written = who.study.strftime(spelling)
    return f"{a} {written} {b}", (written,)


SHORT: tuple[Maker, ...] = (
    lambda w, a, b, d: (f"{a} {w.surname}", (w.surname,)),
    lambda w, a, b, d: (f"{w.given} {a}", (w.given,)),
    lambda w, a, b, d: (f"{a} {w.staff[2]}", (w.staff[2],)),
    lambda w, a, b, d: (f"{w.staff[0].upper()} {a}", (w.staff[0],)),
)
LONG: tuple[Maker, ...] = (
    *SHORT,
    lambda w, a, b, d: (f"{a} {w.surname} {b}", (w.surname,)),
    lambda w, a, b, d: (f"{a} {w.surname.upper()}, {w.given.upper()} {b}", (w.surname, w.given)),
    lambda w, a, b, d: (f"{a}_{w.given.lower()}_{w.surname.lower()}_{b}", (w.surname, w.given)),
    lambda w, a, b, d: (f"{w.surname}'s {a} {b}", (w.surname,)),
    lambda w, a, b, d: (f"{a} {w.given[0]}. {w.surname}, {b}", (w.surname,)),
    lambda w, a, b, d: (f"{a} {w.surname}^{w.given} {b}", (w.surname, w.given)),
    lambda w, a, b, d: (f"{a} by Dr. {w.staff[0]}, {b}", (w.staff[0],)),
    lambda w, a, b, d: (f"{a}, tech {w.staff[1]}: {b}", (w.staff[1],)),
    lambda w, a, b, d: (f"{a} discussed with {w.staff[0]} {b}", (w.staff[0],)),
    lambda w, a, b, d: (f"{a} MRN {w.patient_id} {b}", (w.patient_id,)),
    lambda w, a, b, d: (f"{a} acc# {w.accession} {b}", (w.accession,)),
    lambda w, a, b, d: (f"{a} SSN {w.ssn} {b}", (w.ssn,)),
    lambda w, a, b, d: (f"{a} call {w.phone} {b}", (w.phone,)),
    lambda w, a, b, d: (f"{a} {w.email} {b}", (w.email,)),
    lambda w, a, b, d: (f"{a}, lives at 12 {w.street} Road, {b}", (w.street,)),
    lambda w, a, b, d: (f"{a} at {w.organisation}; {b}", (w.organisation.split()[1],)),
    lambda w, a, b, d: (f"{a} transferred from {w.town} {b}", (w.town,)),
    lambda w, a, b, d: (f"{a} DOB {w.birth:%d/%m/%Y} {b}", (f"{w.birth:%d/%m/%Y}",)),
    lambda w, a, b, d: (f"{a} born {w.birth:%d %b %Y} {b}", (f"{w.birth:%d %b %Y}",)),
    lambda w, a, b, d: (f"94 year old with {a} {b}", ("94",)),
    lambda w, a, b, d: (f"{a} in a 101 yo, {b}", ("101",)),
    _dates,
    _dates,
    _dates,
)


def make_sentence(who: Person, dice: random.Random, longest: int) -> Sentence:
    """Return a sentence of at most *longest* characters."""
    for _ in range(40):
        one, other = dice.sample(WORDS, 2)
        text, gone = dice.choice(LONG if longest > 16 else SHORT)(who, one, other, dice)
        if len(text) <= longest:
            return Sentence(text, gone, tuple(word for word in (one, other) if word in text))
    return Sentence(who.staff[2][:longest], (who.staff[2][:longest],), ())
