"""Where the names of scores, trials, genes and tracers stand, which are capitals that no list has, as surnames in capitals are.

Each way has a sign before it, without which no text has any of it, so that most texts are not searched. A name of a family in
capitals may stand before a number as well ("MUELLER 1.0"); a score stands in a list of findings, or is compared.
"""

_BEGINS, _ENDS = r"(?<![^\W_])", r"(?![^\W_])"
_GENE = r"(?P<name>[A-Z]{3,7})\d{0,2}[A-Z]?\d?"
_CHANGED = (
    r"(?:mutations?|mutants?|mutated|wild[ -]?type|amplifi(?:ed|cation)|fusion|rearrange(?:d|ments?)|polymorphisms?|exon|"
    r"expression|methylation|methylated|deletion|overexpression|carriers?|variants?|hotspots?|gene|copy number|locus|codon|"
    r"mutatie|mutaties|mutacja|mutacji|mutace|mutasyonu|mutaatio)"
)
_CHANGED_BEHIND = (
    r"(?:mutations?|variants?|expression|deletion|amplification|fusion|carriers?|mutaci[oó]n|mutação|mutazione|mutacja|mutace|"
    r"мутаци[яию]|μετάλλαξη)(?: (?:of|in|du|de|del|di|do|da|no|w|genu|gene|στο|гена))*"
)
_STATE = r"(?:mutated|mutant|positive|negative|amplified|rearranged|driven|altered|deficient|wild|mutiert|positiv|mutation)"
# What only trials and scores are, which nobody's name in capitals stands before.
_TRIALS = r"(?:trial|cohort|registry|consortium|criteria|scores?|scale|subscale|index|questionnaire|substudy|staging|study arm)"
_CAPITALS = r"(?P<name>[A-Z]{4,8}(?:-[A-Z]{1,6})?)"
# Of a value that is no measure: nothing behind it but a mark.
_VALUE_ENDS = r"(?=[;.)]?(?:\s|$)|, )(?! ?[A-Za-zµ°%])"
_ENROLLED = (
    r"(?i:(?:enrol+ed|randomi[sz]ed|recruited|consented|rolled over) (?:in|into|to|for)|participa(?:nt|ting|tes|ted|tion) in|"
    r"eligible for|screen(?:ed|ing) for)(?: the)? "
)
STUDY_WAYS = (
    (r"[A-Z]\d? ", rf"{_BEGINS}{_GENE}(?= {_CHANGED}{_ENDS})"),
    (r"[A-Z\d]-[a-z]", rf"{_BEGINS}{_GENE}(?=-{_STATE}{_ENDS})"),
    (
        r"(?i:muta|variant|express|delet|amplif|fusion|carrier|мутац|μετάλλαξη)\S* ",
        rf"{_BEGINS}(?i:{_CHANGED_BEHIND}) {_GENE}{_ENDS}",
    ),
    ("[A-Z] ", rf"{_BEGINS}(?P<name>[A-Z]{{3,}}(?:-[A-Z]{{2,}})?)(?= {_TRIALS}{_ENDS})"),
    (
        "[a-z] [A-Z]{3}",
        rf"{_BEGINS}{_ENROLLED}(?P<name>[A-Z]{{3,}}(?:-[A-Z]+)?)(?![a-z])",
    ),
    (r"[A-Z]{3} ?[=<>≤≥]", rf"{_BEGINS}{_CAPITALS} ?[=<>≤≥]{{1,2}} ?(?=\d)"),
    (r"[A-Z]:? \d{1,2}\.\d", rf"(?:(?<=[,;(:] )|(?<=\()){_CAPITALS}:? \d{{1,2}}\.\d{{1,2}}{_VALUE_ENDS}"),
    (
        r"[A-Z] \d",
        rf"(?:(?<=[a-z]{{3}}, )|(?<=[a-z]{{3}} \()|(?<=\d[;,] )){_CAPITALS} \d{{1,3}}(?:/\d{{2,3}})?{_VALUE_ENDS}",
    ),
    ("he [A-Z]{3}", rf"{_BEGINS}[Tt]he {_CAPITALS}(?= (?:score )?(?:was|is|of) \d)"),
    ("ptake of ", rf"{_BEGINS}[Uu]ptake of (?P<name>[A-Z][A-Za-z]{{2,}}){_ENDS}(?! [A-Z])"),
)
