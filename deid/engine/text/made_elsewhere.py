"""Words of other scripts that are medical by the way they are made, as `medical` knows those in Latin letters.

Tried against the names that `faker` has for the countries that write so: none of them stays with a capital.
"""

import re

SHORTEST_MADE, SHORTEST_KOREAN = 7, 4
# Without accents, as words are compared: й is и, ї is і, ё is е.
_CASES = r"(?:[аоуыеі]|[иі][яиюі]|ие[ию]?|ею|ой|ои|ом|ов|ам|ами|ах|ям|ями|ях)?"
_CYRILLIC = re.compile(
    r"[\u0400-\u04ff]{2,}(?:граф|скоп|том|эктом|ектом|терап|пат|метр|пластик|тенз|троф(?=[иі])|плаз|мегал|грамм|"
    rf"склероз|стеноз|тромбоз|фиброз|фіброз|некроз|артроз|цирроз|цироз){_CASES}"
    r"|[\u0400-\u04ff]*(?:артрит|бронхит|гастрит|гепатит|панкреатит|цистит|синусит|аппендицит|дивертикулит|васкулит|миозит|плеврит|"
    r"менингит|энцефалит|спондилит|дуоденит|эзофагит|миелит|простатит|бурсит|тендинит|перикардит|кардит|тиреоидит|оидит|нефрит|"
    r"карцинома?|саркома?|аденома?|лимфома?|ангиома?|фиброма?|липома?|невринома?|миелома?|глиома?|бластома?|менингиома?)(?:[аеуыи]|ои|ом|ів)?"
)
# What names end in as well, so that it says something of small words only.
_CYRILLIC_SMALL = re.compile(
    r"[\u0400-\u04ff]{3,}(?:[еая]н(?:и[еяюи]?|ь|н?я|н?ю|н?ям|ием|нями)|ост[иь]|остью|ність|ності|[аяикн]ц[иі][яиюе]|[аяикн]ц[иі]е[ию]|"
    r"(?:[еая]нн?|ованн|ован|ическ|ичн|ічн|альн|ярн|озн|ивн|оидн|видн|ельн|іальн|очн|ечн|одн|ерн|убн)"
    r"(?:ая|яя|ое|ее|ые|ыи|ии|ои|еи|ого|его|ому|ему|ым|им|ых|их|ыми|ими|ую|юю|[аеоиіуы]|ої|ою))"
)
_GREEK = re.compile(
    r"[\u0370-\u03ff]{3,}(?:γραφια|σκοπηση|σκοπια|τομια|εκτομη|παθεια|θεραπεια|πλαστικη|πλασια|τροφια|ιτιδα|στενωση|σκληρυνση|"
    r"θρομβωση|αιμια|αλγια|ρραγια|γραμμα|καρκινωμα|σαρκωμα|αδενωμα|λεμφωμα)(?:ς|τος|τα|ων|ες|των)?"
)
_GREEK_SMALL = re.compile(
    r"[\u0370-\u03ff]{3,}(?:ωσ|ησ|υνσ|ευσ|ανσ|αξ|υξ)(?:η|ης|εις|εων|εως)|[\u0370-\u03ff]{4,}(?:ικ|ιαι|ωδ|ομεν|ουμεν)(?:ος|ου|ο|η|ης|ων|ους|ες|α|ας|οι)"
)
_HEBREW = re.compile(
    r"[\u05d0-\u05ea]{2,}(?:גרפי|סקופי|תרפי|טומי|פתי|לוגי|מטרי|פלסטי|פלזי|טרופי|מגלי|רגי|אלגי)(?:ה|ת|ות)"
)
# What operations, inflammations, tumours and images end in; no name has four syllables with one of them.
_KOREAN = re.compile(
    r"[가-힣]{2,}(?:[가-힣](?:염|암|증|술|통|병|종|선)|촬영|조영|파열|골절|결핵|출혈|종양|낭종|결절|협착|절제|성형|치환|이식|"
    r"요법|치료|검사|영상|억제|강조|소견|반응|부전|경색|질환|증후군|주기|개월)(?:술|상|물|제|기|의|은|는|이|가|을|를|에|로)?"
)
# Characters of Chinese and Japanese that stand for organs, diseases and what is done about them, and in nobody's name.
CLINICAL_CHARACTERS = (
    "病症癌瘤腫肿炎痛疼疮瘡疡瘍潰溃疹痔瘘瘻痿瘫癱癫癲痫癇痹痺痙痉疝疟癣癬疣疱痰咳喘嗽嘔呕尿粪糞脓膿肺肝脾肾腎胃肠腸胆膽膵胰膀胱膣腟喉咽唇舌"
    "脑脳腦髓髄骨骼肋胫脛腓膝踝腕肘臂腋胸腹腰臀脊椎颈頸肩髋髖髌膑趾踵颅颞腭顎颚龈腱膜腺腔囊嚢脉脈血肌腿疗療药薬剂剤诊診症梗塞栓狭窄"
    "萎缩縮胎孕妊娠乳肢躯卵巣巢阑闌盲肛"
)


def is_made(word: str, plain: str) -> bool:
    """Say whether a word of another script, small and without accents *plain*, ends as words of medicine do."""
    if len(word) >= SHORTEST_KOREAN and _KOREAN.fullmatch(word):
        return True
    return len(plain) >= SHORTEST_MADE and any(way.fullmatch(plain) for way in (_CYRILLIC, _GREEK, _HEBREW))


def is_made_small(word: str, plain: str) -> bool:
    """Say whether a word that is written small ends as words of medicine and some names do."""
    long = len(plain) >= SHORTEST_MADE and word.islower()
    return long and any(way.fullmatch(plain) for way in (_CYRILLIC_SMALL, _GREEK_SMALL))
