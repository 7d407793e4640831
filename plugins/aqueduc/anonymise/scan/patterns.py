r"""The patterns of identifiers, for RE2 (Arrow) and Python's engine: the one source of what is found and of
what is scrubbed.

RE2 has no look-around and its ``\b`` knows ASCII only, so the borders are patterns of their own, before and
after. Letters keep their accents: to strip them costs ten times the search itself. Sources: NIR, decree
82-103 and INSEE's description of it; IBAN, ISO 13616; telephones, the French numbering plan and ITU-T E.164;
plates, order of 9 February 2009 (SIV) and the series before it (FNI).
"""

from collections.abc import Iterable

from aqueduc.anonymise.scan.lexicon import ALSO_WORDS, GIVEN, JOBS, PLACES, SURNAMES, WAYS
from aqueduc.anonymise.scan.names import read_builtin_list

# Latin letters by their blocks: with the class of all letters, a long alternation outgrows RE2's automaton,
# and costs fifty times more.
L = "A-Za-zÀ-ÖØ-öø-ÿĀ-ſ"
CAPITAL = "[A-ZÀ-ÖØ-ÞĆČĐĘĞİŁŃŒŚŞŠŹŻŽŸ]"
SPACE = "[ \u00a0\u2009\u202f\t]"
SEP = "[ \u00a0\u2009\u202f\t./;·_\\-–‑]"

_ACCENTED = {
    "a": "aàâäáã", "c": "cç", "e": "eéèêë", "i": "iïîí", "n": "nñ", "o": "oôöóò", "u": "uùûüú", "y": "yÿ",
}  # fmt: skip


def build_accent_tolerant_pattern(word: str) -> str:
    """``jose`` also finds José; a hyphen or a space finds either."""
    return "".join(
        "[- ]" if letter in "- " else f"[{_ACCENTED[letter]}]" if letter in _ACCENTED else letter
        for letter in word
    )


def build_any_word_pattern(words: Iterable[str]) -> str:
    return "(?:" + "|".join(build_accent_tolerant_pattern(word) for word in words) + ")"


# A number is not looked for inside another one, in decimals (43,0442919000) or in a hexadecimal text.
NUMBER_BEFORE = rf"(^|[^{L}0-9.,]|[^0-9.,][.,]+|^[.,])"
NUMBER_AFTER = rf"($|[^{L}0-9.,:]|[.,:]+(?:$|[^0-9]))"
WORD_BEFORE, WORD_AFTER = rf"(^|[^{L}0-9])", rf"($|[^{L}0-9])"

# --- numbers ----------------------------------------------------------------------------------------------

_DEPARTMENT = "(?:[0-9]{2}|2[ABab])"
NIR_KEYED = (
    f"[1-478]{SEP}?[0-9]{{2}}{SEP}?(?:0[1-9]|1[0-2]|[23][0-9]|4[0-2]|[5-9][0-9]){SEP}?{_DEPARTMENT}"
    f"{SEP}?[0-9]{{3}}{SEP}?[0-9]{{3}}{SEP}{{0,3}}(?:0[1-9]|[1-8][0-9]|9[0-7])"
)
NIR_OF_A_MONTH = NIR_KEYED.replace("|[23][0-9]|4[0-2]|[5-9][0-9])", ")", 1)
_NIR = (
    "[1278]{s}[0-9]{{2}}{s}(?:0[1-9]|1[0-2]){s}"
    + _DEPARTMENT.replace("{2}", "{{2}}")
    + "{s}[0-9]{{3}}{s}[0-9]{{3}}"
)
NIR_BARE = _NIR.format(s=f"{SEP}?")
# As it is read aloud, 1 84 12 76 451 089: nothing else is written so.
NIR_SPACED = _NIR.format(s=SEP)
NIR_TOLD = rf"(?i:nir|s[ée]cu(?:rit[ée])?|sociale|insee|assur[ée]e?)[^0-9]{{0,20}}{NIR_BARE}"

_G = f"(?:{SPACE}|[.-])"
_FOUR = f"(?:{_G}?[A-Za-z0-9]{{4}})"
# The shortest has fifteen characters; VAT numbers have thirteen at most.
IBAN = (
    f"[A-Za-z]{{2}}[0-9]{{2}}{_FOUR}{{2}}(?:{_FOUR}{{1,5}}(?:{_G}?[A-Za-z0-9]{{1,4}})?|{_G}?[A-Za-z0-9]{{3}})"
)
_R = f"(?:{SEP}{{0,3}}|[ ]?[|][ ]?)"
RIB = f"[0-9]{{5}}{_R}[0-9]{{5}}{_R}[0-9A-Za-z]{{11}}{_R}[0-9]{{2}}"
CARD = (
    f"(?:3[47][0-9]{{2}}{SEP}?[0-9]{{6}}{SEP}?[0-9]{{5}}"
    f"|(?:4[0-9]{{3}}|5[1-5][0-9]{{2}}|2[2-7][0-9]{{2}})(?:{SEP}?[0-9]{{4}}){{3}})"
)

_S = f"{SEP}{{1,3}}"
_SEPARATED = (
    f"[1-9](?:(?:{_S}[0-9]{{2}}){{4}}|[0-9]{{2}}(?:{_S}[0-9]{{3}}){{2}}|(?:{_S}[0-9]{{4}}){{2}}"
    f"|{_S}[0-9]{{2}}{_S}[0-9]{{3}}{_S}[0-9]{{3}}|[0-9]{{2}}(?:{_S}[0-9]{{2}}){{3}}|{_S}[0-9]{{8}})"
)
_NINE = f"(?:{_SEPARATED}|[1-9][0-9]{{8}})"
_CALLED = (
    "(?:(?:\\+|00)[ \u00a0]?33|\\(\\+?33\\)|\\(0033\\))"
    + f"{SEP}{{0,2}}"
    + r"(?:\(0\)"
    + f"{SEP}{{0,2}}"
    + "|0)?"
)
_COUNTRY = (
    "(?:1|7|20|27|3[0-24-9]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-69][0-9]|3[578][0-9]|42[013]"
    "|5[09][0-9]"
    "|6[789][0-9]|85[0-9]|88[06]|9[679][0-9])"
)
_COUNTRY_00 = "(?:3[0-24-9]|4[013-9]|21[2368]|35[0-9]|377|22[0-9]|23[0-9]|24[0-9]|26[0-9]|59[0-9])"
PHONE_ABROAD = (
    rf"(?:\+[ ]?{_COUNTRY}|00[ ]?{_COUNTRY_00}"
    rf"|\(\+{_COUNTRY}\)){SEP}{{0,2}}(?:\(0?[0-9]{{0,3}}\){SEP}{{0,2}})?"
    f"[0-9](?:{SEP}?[0-9]){{6,11}}|00[ ]?1{SEP}?[2-9](?:{SEP}?[0-9]){{9}}"
)
# By pairs, or with the code of a country: nobody writes a reference so.
PHONE_USUAL = rf"(?:{_CALLED}{_NINE}|(?:\(0\)|0){SEP}?[1-9](?:{_S}[0-9]{{2}}){{4}}|{PHONE_ABROAD})"
PHONE = (
    rf"(?:{_CALLED}{_NINE}|\(0\){SEP}?{_NINE}|0{SEP}?{_SEPARATED}|{PHONE_ABROAD}"
    rf"|\(0[1-9]\)(?:{_S}[0-9]{{2}}){{4}})"
)
# Numbers that only services have: toll free, shared cost, premium.
PHONE_OF_SERVICE = rf"(?:(?:\+|00)33[ ]?(?:\(0\))?|0){SEP}?8(?:{SEP}{{0,2}}[0-9]){{8}}"
MOBILE = rf"(?:(?:\+|00)33[ ]?(?:\(0\))?|0){SEP}{{0,2}}[67](?:{SEP}{{0,3}}[0-9]){{8}}"
# Ten digits in one piece, or nine where a spreadsheet ate the zero: a reference looks like them too.
PHONE_PLAIN = "0[1-9][0-9]{8}"
PHONE_SHORN_PAIRS = f"(?:33{SEP})?[1-9](?:{_S}[0-9]{{2}}){{4}}"
PHONE_SHORN_TRIPLES = "[1-9][0-9]{2}(?:[ .-][0-9]{3}){2}"

_PAIR = "[A-HJ-NP-TV-Z]{2}"
_LOWER_PAIR = "[a-hj-np-tv-z]{2}"
SIV = f"(?i:{_PAIR}){SEP}{{0,3}}[0-9]{{3}}{SEP}{{0,3}}(?i:{_PAIR})(?:{SEP}+[0-9]{{2,3}})?"
# Points of a road (RD 723 PR 46+747) have the letters and digits of a plate.
ROAD_POINT = r"(?i:\b(?:RD|RN|RM|CD|VC|CR|DN)[ -]?[0-9]{1,4}[ -]?PR\b)"
# A landline right after the name of a service of the city's.
LINE_OF_SERVICE = (
    r"(?i:\b(?:services?|direction|mairie|m[ée]diath[èe]que|biblioth[èe]que|standard|secr[ée]tariat|accueil"
    r"|police municipale|h[ôo]tel de ville|conservatoire|piscine|mus[ée]e|d[ée]ch[èe]terie|[ée]cole"
    r"|coll[èe]ge"
    r"|lyc[ée]e|cr[èe]che|ccas|office de tourisme|[ée]tat civil|urbanisme|gymnase|cimeti[èe]re|th[ée][âa]tre"
    r"|centre (?:social|culturel|nautique|communal|de loisirs)))[^0-9|;.]{0,40}"
    rf"(?:(?:\+|00)33[ ]?(?:\(0\))?|0){SEP}?[1-59](?:{SEP}{{0,2}}[0-9]){{8}}"
)
# In a sentence "de 200 en" must not be one: in lower case only without spaces.
SIV_IN_TEXT = (
    f"(?:{_PAIR}(?:-[0-9]{{3}}-| [0-9]{{3}} |[0-9]{{3}}|[.·_][0-9]{{3}}[.·_]){_PAIR}"
    f"|{_LOWER_PAIR}(?:-[0-9]{{3}}-|[0-9]{{3}}){_LOWER_PAIR})"
)
FNI = f"[1-9][0-9]{{0,3}}{SEP}?(?i:[A-HJ-NP-TV-Z]{{1,3}}){SEP}?(?:0[1-9]|[1-8][0-9]|9[0-5]|2[ABab]|97[1-6])"
# Any short group of letters and digits, where the column says that it holds plates.
PLATE_LIKE = (
    "(?:[A-Za-z0-9]{1,4}[ -]){1,2}[A-Za-z0-9]{1,4}|[A-Za-z]{1,3}[0-9]{2,5}[A-Za-z]{0,3}"
    "|[0-9]{1,4}[A-Za-z]{2,3}[0-9]{2,3}"
)
VEHICLE = r"(?i:immatricul|plaque|v[ée]hicule|voiture|fourgon|camion|scooter|moto\b|remorque|immat)"
# Hours of a day or two, and what a thermometer read: by pairs, as telephones are.
_HOUR = "(?:[01][0-9]|2[0-4])[ .:h-][0-5][05]"
HOURS = f"{_HOUR}(?:[ /-]{{1,3}}{_HOUR}){{2,}}(?:$|[^0-9 .-]| [^0-9]| [0-9]{{1,2}}[ /]+[0-9]{{1,2}}(?:$| ))"
# As journals write when it was: 07/04 20:32.
DAY_AND_HOUR = "(?:[0-3][0-9]/[01][0-9]|[0-2][0-9]:[0-5][0-9])(?:[ T][0-2][0-9]:[0-5][0-9](?::[0-5][0-9])?)?"
MOMENT_PAIRS = f"[0-3][0-9]{SEP}[01][0-9]{SEP}[0-9]{{2}}{SEP}[0-2][0-9]{SEP}[0-5][0-9]"
MEASURED = "[0-9]{2}(?:[ ;/-][0-9]{2}){2,} ?(?:°|mm|cm|kg|m3|bars?|dB|µg|ppm|%)"
# The same with a département that there is not: 20 and 96 on are of no vehicle.
FNI_SPOILT = f"[1-9][0-9]{{0,3}}{SEP}?(?i:[A-Z]{{1,3}}){SEP}?(?:00|20|9[6-9])"
# Weeks, quarters, half-years and hours: 2024-S01, 18h30.
PERIOD = r"(?:(?:19|20)[0-9]{2}[ -]?[STQWstqw][ -]?[0-9]{1,2}|[0-2]?[0-9] ?[hH][ /]?[0-5][0-9])"
# At the end, after the model of the car: express 8567 wx 68.
FNI_LAST = rf"^(?:[{L}][{L}0-9-]{{1,12}}|[0-9]{{3,4}})(?: [{L}0-9-]{{2,12}})? {FNI}$"
FNI_IN_TEXT = rf"(?:{VEHICLE}[^0-9]{{0,30}}{FNI})"
# Of another country: its sign after the plate, as on the vehicle (Vienna convention), or the word before it.
_SIGNS = (
    "(?:A|AL|AND|B|BE|BG|BIH|BY|CH|CZ|D|DE|DK|DZ|E|ES|EST|FIN|GB|GR|H|HR|I|IRL|IT|L|LT|LV|LU|MA|MC|MD|MK|N|NL|P|PL"
    "|PT|RO|RUS|S|SK|SLO|SRB|TN|TR|UA|UK)"
)
_ABROAD = (
    "(?:[0-9]{1,4}[ -]?[A-Z]{1,3}(?:[ -]?[0-9]{1,4})?"
    "|[A-ZÄÖÜ]{1,3}[ -](?:[A-Z]{1,3}[ -]?)?[0-9]{1,6}(?:[ -]?[A-Z]{1,3})?"
    "|[A-Z]{1,2}[0-9]{2,3}[ -]?[A-Z]{2,3})"
)
PLATE_ABROAD = (
    rf"(?:{_ABROAD}(?:[ ]?[(\[/,][ ]?{_SIGNS}(?:[)\]]|$)|[ ](?:BE|DE|NL|ES|IT|GB|UK|PT|CH|LU|PL|RO)$)|(?:^"
    rf"|[ ]){_SIGNS}[ ]?[:/][ ]?{_ABROAD}"
    rf"|(?i:immatricul[ée]+e?s?|plaque|immat\.?)(?:[ ]+(?:[a-zéè]{{3,12}}|n°))?[ ]*:?[ ]*{_ABROAD})"
)

# --- networks ---------------------------------------------------------------------------------------------

_BYTE = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
# Spaced, or in brackets so that nobody follows it.
_POINT = r"(?: ?\[\.\] ?| ?\(\.\) ?| \. |\.)"
IPV4 = rf"{_BYTE}(?:{_POINT}{_BYTE}){{3}}"
# The numbers of a version (12.4.0.71) are small, above all the first.
IPV4_LARGE = (
    rf"(^|[^0-9.])(?:(?:3[1-9]|[4-9][0-9]){_POINT}"
    rf"|{_BYTE}?(?:{_POINT}{_BYTE}){{0,2}}{_POINT}?(?:1[0-9]{{2}}|2[0-5][0-9])(?:$|[^0-9]))"
)
# Those of networks begin with any number, those of versions with a small one.
IPV4_HIGH = rf"(^|[^0-9.])(?:3[1-9]|[4-9][0-9]|1[0-9]{{2}}|2[0-5][0-9])(?:{_POINT}{_BYTE}){{3}}"
# Private, loopback, link, documentation, multicast, masks: of nobody (IANA's special-purpose registries).
_REST = {rest: rf"(?:{_POINT}{_BYTE}){{{rest}}}" for rest in (1, 2, 3)}
IPV4_SPECIAL = (
    rf"(^|[^0-9.])(?:(?:10|127|0|22[4-9]|2[345][0-9]){_REST[3]}|(?:192\.168|169\.254|198\.1[89]"
    rf"|172\.(?:1[6-9]|2[0-9]|3[01])|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])){_REST[2]}"
    rf"|(?:192\.0\.[02]|198\.51\.100|203\.0\.113){_REST[1]}"
    # Resolvers that answer to everybody.
    r"|1\.(?:1\.1|0\.0)\.1|8\.8\.(?:8\.8|4\.4)|9\.9\.9\.9|149\.112\.112\.112|208\.67\.22[02]\.22[02]"
    r"|80\.67\.169\.(?:12|40)|86\.54\.11\.100)"
)
HEX = "[0-9A-Fa-f]"
IPV6_SPECIAL = (
    f"(?i:(^|[^0-9a-f:])(?:f[cd]{HEX}{{2}}:|fe[89ab]{HEX}:|ff{HEX}{{2}}:|2001:db8:|::1($|[^0-9a-f:]))"
    "[0-9a-f:]*)"
)
IPV6 = (
    f"(?:(?:{HEX}{{1,4}}:){{7}}{HEX}{{1,4}}|(?:{HEX}{{1,4}}:){{2,6}}(?::{HEX}{{1,4}}){{1,5}}"
    f"|{HEX}{{2,4}}::(?:{HEX}{{1,4}}:){{0,5}}{HEX}{{1,4}}|(?:{HEX}{{1,4}}:){{3,7}}:)"
)
MAC = (
    f"(?:{HEX}{{2}}(?::{HEX}{{2}}){{5}}|{HEX}{{2}}(?:-{HEX}{{2}}){{5}}|{HEX}{{4}}(?:\\.{HEX}{{4}}){{2}}"
    f"|{HEX}{{2}}(?: {HEX}{{2}}){{5}})"
)
# Kept for documentation (RFC 7042).
MAC_OF_MANUALS = "(?i:00[:-]00[:-]5e[:-]00[:-]53[:-])"
_LOCAL = rf"[{L}0-9._%+'\-]+"
_TLD = "[A-Za-z]{2,24}"
EMAIL_WRITTEN = rf"{_LOCAL} ?@ ?[{L}0-9\-]+(?:\.[{L}0-9\-]+)*\.{_TLD}"
AT = r"(?: ?[\[({<] ?(?:at|a|à|arobase|arobas|@) ?[\])}>] ?| (?:at|arobase|arobas) |_at_|-at-)"
_DOT = r"(?: ?[\[({<] ?(?:dot|point|pt|\.) ?[\])}>] ?| (?:dot|point) |\.)"
EMAIL_SPELT = rf"{_LOCAL}(?i:{AT})[{L}0-9\-]+(?i:{_DOT}[{L}0-9\-]+)*(?i:{_DOT}){_TLD}"
EMAIL = f"(?:{EMAIL_WRITTEN}|{EMAIL_SPELT})"
# Mailboxes of a service: those of RFC 2142, and of French offices.
_SERVICES = (
    "mailer-daemon|daemon|notifications?|alertes?|robot|root|"
    "sav|commandes?|newsletter|formation|stages?|inscriptions?|adhesions?|president|presidence"
    "|tresorier"
    "|gestion|planning|urgences?|astreinte|logistique|achats|ventes?|devis|atelier|festival|crcm"
    "|contacts?|mairie|ville|accueil|infos?|information|secretariat|secrétariat|direction|services?"
    "|urbanisme"
    "|etat[._-]?civil|standard|communication|presse|webmaster|postmaster|admin|administration|abuse|no-?reply"
    "|ne-?pas-?repondre|support|dpo|rgpd|cnil|opendata|data|ecole|college|lycee|creche|mediatheque"
    "|bibliotheque"
    "|musee|theatre|office|tourisme|police|ccas|culture|sports?|jeunesse|scolaire|voirie|proprete|dechets|eau"
    "|bureau|association|asso|club|comptabilite|facturation|rh|recrutement|commercial|boutique|reservations?"
    "|billetterie|hello|bonjour|courrier|mail|marches|marchespublics|environnement|techniques?|transports?"
    "|mobilite|logement|habitat|patrimoine|archives|elections|dgs|cabinet|elus|conservatoire|piscine|stade"
    "|gymnase|parking|cimetiere|guichet|relais|maison|pole|comite|amicale|syndicat|paroisse|foyer|mjc|ehpad"
    "|pharmacie|restaurant|hotel|camping|cinema|agence|garage|residence|domaine|chateau|librairie|boulangerie"
    "|prevention|securite|finances|budget|juridique|informatique|sig|geomatique|demarches|allo|signalement"
)
# Initials stand for a service (dsi@) when they stand alone: jean.roy@ is somebody.
GENERIC_MAILBOX = rf"(?i:(?:[a-z0-9]*[._-])*(?:{_SERVICES})(?:[._-][a-z0-9]+)*[0-9]*|[a-z]{{2,3}}[0-9]*) ?@"
# The mailbox of a school, a town hall, an office: the name in it is what it was named after, or the town's.
PREMISES_MAILBOX = (
    r"(?i:(?:[a-z]{1,8}[._-]?)?[0-9]{7}[a-z] ?@|(?:mairie|[ée]cole|eepu?|eempu?|college|clg|lycee|lyc|lp"
    r"|creche|ehpad"
    r"|mediatheque|bibliotheque|musee|theatre|piscine|gymnase|stade|office|ot|ccas|mjc|paroisse|pharmacie"
    r"|hotel"
    r"|camping|cinema|residence|conservatoire|association|amicale|comite|syndicat|clinique|hopital|centre"
    r"|maison|villede?|restaurant|boulangerie|garage|librairie|agence)(?:[._-]|des?|du|la|le|d[._-])"
    r"[a-z0-9._-]* ?@)"
)

# Of nobody any more.
MASKED_MAILBOX = (
    r"(?i:(?:[x*]{3,}|anonym[a-zé]*|masqu[ée]e?s?|(?:pr[ée]nom[._-])?nom|caviard[ée])[0-9]* ?@"
    r"|[^ @]+ ?@ ?[x*]{2,}\.)"
)
# Numbered things have a sign in their name too: jeu-012@ville.
NUMBERED_MAILBOX = r"(?i:[a-z]+[_-][0-9]{2,} ?@(?:ville|mairie|metropole|agglo|commune|data|opendata|region))"

# --- dates of birth ---------------------------------------------------------------------------------------

MONTHS = (
    r"(?:janv(?:ier|\.)?|f[eé]vr?(?:ier|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?|ao[uû]t"
    r"|sept?(?:embre|\.)?"
    r"|oct(?:obre|\.)?|nov(?:embre|\.)?|d[eé]c(?:embre|\.)?|jan(?:uary)?|feb(?:ruary)?|march|apr(?:il)?"
    r"|may|june?|july?"
    r"|aug(?:ust)?|september|october|november|december)"
)
DAY_FIRST = rf"[0-3]?[0-9](?:er)?[ ./\-]+(?:[01]?[0-9]|(?i:{MONTHS}))[ ./\-]+(?:1[89]|20)?[0-9]{{2}}"
YEAR_FIRST = r"(?:1[89]|20)[0-9]{2}[./\- ]?[01]?[0-9][./\- ]?[0-3]?[0-9]"
COMPACT = (
    r"(?:(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|(?:0[1-9]|[12][0-9]"
    r"|3[01])(?:0[1-9]|1[0-2])(?:1[89]|20)[0-9]{2})"
)
MONTH_FIRST = rf"(?i:{MONTHS})[ .]+[0-3]?[0-9](?:st|nd|rd|th)?[ ,]+(?:1[89]|20)[0-9]{{2}}"
DATE = f"(?:{DAY_FIRST}|{YEAR_FIRST}|{COMPACT}|{MONTH_FIRST})"
_WEEKDAY = "(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)[ ]+)?"
BORN = (
    rf"(?i:(?:n[ée](?:\(?e\)?|[·.\-]e)?(?:[ ]+(?:le|en|au)|[ ]*:)|(?:date[ ]+de[ ]+)?naissance(?:[ "
    rf"]+(?:le|du))?[ ]*:?|ddn[ ]*:?))"
    rf"[ ]*(?i:{_WEEKDAY}){DATE}"
)

_NUMBER_WORD = (
    r"(?:premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|dix-(?:sept|huit|neuf)|vingt|vingt[- ](?:et[- ]un|deux|trois|quatre|cinq|six|sept|huit|neuf)"
    r"|trente(?:[- ]et[- ]un)?)"
)
_YEAR_IN_WORDS = (
    r"(?:[ -]+(?:mil(?:le)?|deux|neuf|cents?|vingts?|quarante|cinquante|soixante|et|une?|(?:1[89]|20)[0-9]{2}"
    rf"|{_NUMBER_WORD}))*"
)
BORN_IN_WORDS = (
    rf"(?i:(?:n[ée]e?|naissance)(?:[ ]*\(e\))?[ ,:]+(?:(?:le|un|en|vers|courant|fin|début|d[ée]but|au|à|a"
    rf"|dans les)[ ]+)?"
    rf"(?:{_WEEKDAY})?(?:{_NUMBER_WORD}[ ]+{MONTHS}|{MONTHS}[ ]+(?:1[89]|20)[0-9]{{2}}|(?:1[89]"
    rf"|20)[0-9]{{2}}($|[^0-9])"
    rf"|(?:mil(?:le)?[ ]neuf|deux[ ]mille)){_YEAR_IN_WORDS})"
)

# --- addresses --------------------------------------------------------------------------------------------

WAY = build_any_word_pattern(WAYS)
_NUMBER = r"[0-9]{1,4}(?:[ ]?(?:bis|ter|quater|quinquies|[a-eA-E])\b)?(?:[ ]?[/\-–][ ]?[0-9]{1,4})?"
_STREET_WORD = rf"[{L}'’.\-]+"
ADDRESS_NUMBERED = (
    rf"(?i:{_NUMBER}[ ,|]+(?:(?:bis|ter|quater|[a-e])[ ,]+)?(?:{WAY}|r)\.?[ ]+(?:[0-9]+(?:er|e|ème)?[ "
    rf"]+)?[{L}][{L}'’.\-]*)"
)
ADDRESS_INVERTED = (
    rf"(?i:{WAY}\.?[ ]+{_STREET_WORD}(?:[ ]+{_STREET_WORD})*"
    r"[ ,(]+(?:n°|no|n|num[ée]ro)?[ ]?[1-9][0-9]{0,2}(?:[ ]?(?:bis|ter|quater|[a-e]))?\)?)"
)
# A platform of a station is no road, nor is where a line ends: « voie E quai 7 », « quai B ».
PLATFORM = r"(?i:(?:voie|quai)[ ]+(?:n°[ ]?)?(?:[a-z]|[0-9]{1,2}[a-z]?)(?:$|[^a-zà-ÿ0-9'’]))"
STOP = rf"{PLATFORM}|(?i:\(?terminus|(?:^|[^a-zà-ÿ])dir(?:ection|\.)? [a-z])"
ADDRESS_BRACKETED = (
    rf"(?i:{_STREET_WORD}[ ]+\((?:{WAY})\.?(?: (?:de|du|des|la|le|les|d'|de la|de l'))?\)[ ,]+(?:n°|no)?[ "
    rf"]?[1-9][0-9]{{0,3}})"
)
WAY_WORD = rf"(?i:{WAY}|lieu-?dit)"
FLAT = (
    r"(?i:(?:appt?|appart|appartement|logement|lgt|villa|studio"
    r"|chambre)\.?[ ]*(?:n°)?[ ]*[a-z]?[ ]?[0-9]{1,4}(?:$|[^0-9])"
    r"|(?:r[ée]sidence|r[ée]s\.?|lotissement|lot\.|copropri[ée]t[ée]|cit[ée]|immeuble)[^0-9]{3,40}[ ,]"
    r"(?:b[âa]t(?:iment)?|esc(?:alier)?|[ée]tage|porte|lot|villa|n°)\.?[ ]*[a-z0-9]{1,3}(?:$|[^a-z0-9]))"
)
TOWN = rf"[0-9]{{5}}[ ]+{CAPITAL}[{L}\- ]+"
LODGED = (
    rf"(?i:(?:chez|c/o)[ ]+(?:m\.|mr|mme|mlle|monsieur|madame|mademoiselle|m)[ .]+[{L}]"
    r"|(?:demeurant|domicili[ée]+e?s?|habitant|r[ée]sidant|habite|r[ée]side|log[ée]+e?)[ ]+(?:(?:au|à|a)[ "
    r"]+)?(?:n°)?[ ]?[0-9])"
)

# Whose the address is: an office, a school, a firm.
PREMISES = (
    r"(?i:[ée]coles?|coll[èe]ge|lyc[ée]e|cr[èe]che|gymnase|stade|piscine|salle|mairie|h[ôo]tel de ville"
    r"|centre|maison d"
    r"|m[ée]diath[èe]que|biblioth[èe]que|mus[ée]e|th[ée][âa]tre|cin[ée]ma|[ée]glise|cimeti[èe]re|h[ôo]pital"
    r"|clinique|ehpad|parking"
    r"|gare|arr[êe]t|agence|bureau|pharmacie|restaurant|boulangerie|caserne|commissariat|gendarmerie"
    r"|pr[ée]fecture|tribunal"
    r"|universit[ée]|facult[ée]|groupe scolaire|complexe|foyer|ccas|caf|cpam|sarl|sas|association|club|parc"
    r"|jardin|square"
    r"|d[ée]ch[èe]terie|march[ée]|halle|pont|station|borne|point d|poste|banque|garage|magasin"
    r"|supermarch[ée]|conservatoire)"
)

# A place of the public service and what the city owns, at the beginning of a label: nobody lives there.
_BUREAU = (
    r"(?i:services?|direction|police municipale|[ée]tat civil|urbanisme|propret[ée]|voirie|espaces verts"
    r"|[ée]coles?"
    r"|coll[èe]ge|lyc[ée]e|groupe scolaire|cr[èe]che|multi-?accueil|halte[- ]garderie|mairie"
    r"|h[ôo]tel de ville|ccas"
    r"|gymnase|stade|piscine|complexe|centre (?:social|culturel|nautique|communal|de loisirs|technique"
    r"|a[ée]r[ée])"
    r"|maison (?:de quartier|des associations|de la|des services)|m[ée]diath[èe]que|biblioth[èe]que"
    r"|ludoth[èe]que"
    r"|mus[ée]e|th[ée][âa]tre|conservatoire|op[ée]ra|[ée]glise|cimeti[èe]re|h[ôo]pital|commissariat|gendarmerie"
    r"|caserne|pr[ée]fecture|tribunal|office de tourisme|d[ée]ch[èe]terie|salle (?:des|poly|munic|de)[a-z]*"
    r"|bureau de vote|standard|accueil|secr[ée]tariat|archives|finances|culture|sports?|petite enfance"
    r"|jeunesse)"
)
OFFICE_CELL = rf"^(?:[A-Z]{{1,3}}[ -]?[0-9]{{1,4}}[ ]?[-:][ ]?)?{_BUREAU}(?:$|[^{L}])"
# Somebody of the public, or what somebody carries and drives: the row is theirs, whatever else it names.
OWNED = (
    r"(?i:(?:^|[^a-zà-ÿ])(?:visiteu(?:r|se)|usag[eè]re?|riverain|r[ée]sidente?|habitante?|particulier"
    r"|propri[ée]taire|locataire|agente?|cliente?|abonn[ée]e?|adh[ée]rente?|[ée]l[èe]ve|enfant|parent|famille"
    r"|voisine?|conduct(?:eur|rice)|titulaire|b[ée]n[ée]ficiaire|demandeu(?:r|se)|patiente?|salari[ée]e?"
    r"|stagiaire|licenci[ée]e?|joueu(?:r|se)|passag[eè]re?|t[ée]moin|victime|perso(?:nnel(?:le)?)?|voiture|moto"
    r"|scooter|v[ée]hicule)s?(?:$|[^a-zà-ÿ])|^(?:iphone|ipad|macbook|galaxy|redmi|huawei|samsung|xiaomi|android"
    r"|smartphone|t[ée]l[ée]phone|tablette|pixel)s?(?:$|[^a-zà-ÿ]))"
)
# Places that people are enrolled in: what stands beside is as often its public's as its own.
ENROLLING = (
    r"^(?i:[ée]coles?|groupe scolaire|coll[èe]ges?|lyc[ée]es?|cr[èe]ches?|micro-?cr[èe]ches?|multi-?accueil"
    r"|halte|jardin d'enfants|garderie|maternelle|[ée]l[ée]mentaire|primaire|p[ée]riscolaire|alsh"
    r"|accueil (?:de loisirs|p[ée]riscolaire)|centre (?:a[ée]r[ée]|de loisirs|social)|ehpad|internat|club"
    r"|association|conservatoire|universit[ée]|ccas|caf|cpam|mission locale|h[ôo]pital|clinique)"
    r"(?:$|[^a-zà-ÿ])"
)
# Of a work of before 1900: 1818, vers 1790.
OLD_YEAR = r"(?i:(?:v\.|vers|ca?\.|circa|avant|après|fin|début) ?)?1[0-8][0-9]{2}(?: ?- ?1[0-9]{3})?"
# Where something stands in the street, by the house across from it.
FACING = (
    r"(?i:(?:^|[^a-zà-ÿ])(?:face (?:au|à|aux)|en face (?:du|de)|devant(?: le)?|au droit du|à hauteur du"
    r"|hauteur|à côté du|derrière le|angle|croisement|carrefour|intersection) )"
)
# What stands at somebody's home: its address is theirs.
DOMESTIC = (
    r"(?i:(?:^|[^a-zà-ÿ])(?:compteur|composteur|bac|poubelle|bo[îi]tier|bo[îi]te|chaudi[èe]re|po[êe]le|cuve|modem"
    r"|climatiseur|interphone|alarme|t[ée]l[ée]assistance|panneau (?:solaire|photo[a-z]*)|piscine|branchement"
    r"|puits|fosse|antenne|lit)s?(?:$|[^a-zà-ÿ]))"
)
# Legal persons, by the form at the end of their names.
COMPANY = r"(?:^|[^A-Za-z])(?:SASU?|SARL|EURL|SA|SNC|SCOP|SCIC|SEML?|SPL|GIE|SELARL|GmbH|Ltd)(?:$|[^A-Za-z])"
SEX = "(?i:[mfh]|mm?\\.?|mmes?|mlle|mr|monsieur|madame|homme|femme|gar[çc]on|fille|masculin|f[ée]minin)"
# So much of something: 9 313 €, 2710 p/h.
AMOUNT = (
    r"[0-9]{1,3}(?:[ .]?[0-9]{3})*(?:[.,][0-9]+)? ?"
    r"(?i:k?€|euros?|%|[a-zµ]{1,3}[23²³]?/[a-z]{1,3}|m[23²³]|[km]?wh?|kg|hl|ha|km)"
)
# Ages of many, as statistics give them: 18-24, 65+, moins de 15 ans.
AGE_BAND = (
    r"(?i:(?:de )?[0-9]{1,3} ?(?:-|à|/|a) ?[0-9]{1,3}(?: ans)?|[0-9]{2,3} ?(?:\+|(?:ans )?et plus)"
    r"|(?:moins|plus) de [0-9]{1,3} ans|[<>]=? ?[0-9]{2,3}(?: ans)?)"
)
UNIT = (
    r"(?i:k?€|k?euros?|centimes?|(?:mm|cm|d?m|km)[23²³]?|m[lg]|k?g|t|tonnes?|h?l|litres?|[km]?wh?|u|unit[ée]s?"
    r"|pi[èe]ces?|ha|forfait|ens(?:emble)?\.?|lots?|bo[îi]tes?|sacs?|palettes?|rouleaux?|paires?|kva|bars?|%|°c)"
)
# A road and nothing else, its number elsewhere.
ROAD_CELL = rf"^(?i:{WAY}\.?) [{L}][^0-9]*$"

# --- names ------------------------------------------------------------------------------------------------

GIVEN_NAME = build_any_word_pattern(GIVEN)
GIVEN_ONLY = build_any_word_pattern(name for name in GIVEN if name not in ALSO_WORDS)
SURNAME = build_any_word_pattern(SURNAMES)
_PARTICLE = (
    r"(?:(?:d'|d’|de la |de l'|de |du |des |el |al |ben |ait |aït |van der |van den |van |von |da |dos "
    r"|di |del |bin ))"
)
_PROPER = rf"{CAPITAL}[{L}'’]*(?:[-‑–][{L}'’]+)*"
_CIVIL = (
    r"(?:MM?\.|Mmes?\.?|MME|Mlles?\.?|MLLE|Melle|Mr\.?|MR|Monsieur|MONSIEUR|Madame|MADAME|Mademoiselle"
    r"|Messieurs|Mesdames)"
)
_LEARNED = r"(?:Me|Ma[iî]tre|Dr\.?|DR|Docteur|DOCTEUR|Pr\.?|Professeur)"
_FAMILY = (
    r"(?i:familles?|[ée]poux|[ée]pouse|consorts|veuve|vve|h[ée]ritiers|indivision|succession|hoirie"
    r"|mari[é]e?s?)"
)
TITLED = (
    rf"(?:{_CIVIL}(?:[ ]*(?:/|et|ou|&)[ ]*{_CIVIL})?|{_FAMILY})[ ]+(?:{_PARTICLE}){{0,2}}{_PROPER}"
    rf"|{_PROPER}[ ]+\(?(?:M\.|Mme|Mlle|Mr)\)?"
)
TITLED_LEARNED = rf"{_LEARNED}[ ]+(?:{_PARTICLE}){{0,2}}{_PROPER}"
# In lower case before a capital or a name that is known: "madame la maire", "monsieur pourra" are nobody.
LOWER_TITLE = r"(?:mme|mlle|melle|monsieur|madame|mr|m\.)"
TITLED_LOWER = rf"{LOWER_TITLE}[ ]+(?:(?:{_PARTICLE}){{0,2}}{_PROPER}|{SURNAME}|{GIVEN_NAME})"
TITLED_ALONE = rf"(?i:(?:m|mme|mlle|melle|mr|monsieur|madame|m\.|mme\.|dr|me)[ ]+(?:{_PARTICLE})?[{L}]{{3,}})"
# Whom one addresses by their office.
OFFICE = rf"(?i:{_CIVIL}[ ]+(?:le|la|les|l['’])[ ]*(?:{build_any_word_pattern(JOBS)}|[{L}]*(?:eur|rice|aire|ent|ente)s?))"
NAMED_IN_TEXT = rf"(?i:{GIVEN_ONLY})(?:[- ]{CAPITAL}[{L}]*)?[ ]+(?:{_PARTICLE})?{CAPITAL}[{L}'’\-]+"
# Streets, schools and saints bear the names of people: what stands after these words is not somebody.
NAMED_AFTER = (
    # From a border on: the bridge in DUPONT Jean is none.
    rf"(?:^|[^{L}])(?i:{build_any_word_pattern(dict.fromkeys((*PLACES, *WAYS)))}|saint|sainte|st|ste)[ .'’\-]+"
    # Centre nautique Jean Macé.
    r"(?:(?:nautique|sporti(?:f|ve)s?|sociale?|culturel(?:le)?|communale?|municipale?|[ée]l[ée]mentaire|maternelle"
    r"|primaire|polyvalente?|technique|aquatique|omnisports?|scolaire|publi(?:c|que)|intercommunale?"
    r"|multisports?) )?"
    rf"(?:(?:de la|de l['’]|de"
    rf"|du|des|d['’]|et|à|aux?)[ ]?)?"
    rf"(?:(?:{CAPITAL}|d['’]|de |du )[{L}'’.\-]*[ ]*(?:/[ ]*)?){{1,6}}"
)

# « du Docteur Roux » is what a street or a school is called.
_RANK = (
    "docteur|dr|g[ée]n[ée]ral|mar[ée]chal|professeur|pr|abb[ée]|colonel|commandant|capitaine|pasteur"
    "|pr[ée]sident|p[èe]re|fr[èe]res?|amiral|lieutenant|sergent|cardinal|baron|comte|marquis"
)
NAMESAKE_RANKED = (
    rf"(?:^|[^{L}])(?i:(?:du|de la|des|de l') ?(?:{_RANK})) {CAPITAL}[{L}'-]*(?: {CAPITAL}[{L}'-]*)?"
)
NAMESAKE = (
    rf"(?:(?i:(?:^|[^{L}]){build_any_word_pattern(read_builtin_list('namesakes.txt'))}(?:$|[^{L}]))"
    rf"|{NAMESAKE_RANKED})"
)
# Born before 1900, or fallen in a war: dead for certain. A lone number in brackets may be anything.
_DECEASED = rf"{CAPITAL}[{L}'’.\-]*(?:,? (?:{_PARTICLE})?{CAPITAL}[{L}'’.\-]*){{0,5}}"
_LONG_AGO = "(?:v\\. ?|vers |ca?\\. ?)?1[0-8][0-9]{2}"
LONG_DEAD = (
    rf"(?:{_DECEASED},? ?\((?:{_LONG_AGO}[ ]?[-–][ ]?(?:[0-9]{{4}}|\?)?|n[ée]e? en {_LONG_AGO})"
    r"[^()€0-9]{0,20}\)"
    rf"|{_DECEASED}(?:[^|;A-Z]|[A-Z]{{2,4}}[^{L}]){{0,60}}mort(?:e|s)? pour la [Ff]rance[^|;0-9A-Z]{{0,12}}"
    rf"(?:{DAY_FIRST}|1[89][0-9]{{2}})?)"
)
# Whose relative somebody is: « Jean Martin, enfant de soldat mort pour la France » is alive.
RELATIVE_OF_DEAD = (
    rf"((?i:(?:^|[^{L}])(?:enfants?|fils|filles?|petite?s?[ -](?:fils|filles?|enfants?)|neveux?|nièces?|veufs?|veuves?"
    r"|épou(?:x|ses?)|conjointe?s?|frères?|sœurs?|soeurs?|parents?|père|mère|pupilles?|orpheline?s?|descendante?s?"
    rf"|ayants?[ -]droits?|héritiers?|héritières?|familles?|proches?|bénéficiaires?"
    r"|(?:grande?s?[ -])?(?:oncles?|tantes?)|cousine?s?|aïeule?s?|aïeux|ancêtres?|dont|comités?|associations?"
    rf"|porte-drapeaux?)[^{L}])[^|;]{{0,60}}?|[ ]des )mort(?:e|s)? pour"
)
# A firm that bears somebody's name, its form after it.
FIRM = (
    rf"(?:^|[,;|(/][ ]?|- )(?:{CAPITAL}[{L}'’&-]*[ ]|et |de |& ){{1,4}}"
    r"(?:SAS?U?|SARL|EURL|SNC|SCI|SCOP|SELARL|TP|BTP|GIE|(?:et|&) (?:[Ff]ils|FILS|[Ff]r[èe]res|FR[ÈE]RES))"
    rf"(?:$|[^{L}])"
)
# M. ou Mme X: nobody, on purpose.
MASKED_PERSON = (
    rf"(?:{_CIVIL}(?:[ ]*(?:/|et|ou|&)[ ]*{_CIVIL})?[ ]+(?:[XYZ]|[*_.]{{2,}}|X{{2,}})\.?($|[^{L}'’-]))"
)
NOBODY = f"(?:{MASKED_PERSON}|{LONG_DEAD}|{FIRM})"
# What is named after somebody ends where the next person begins.
NEXT_PERSON = rf"([{L}]{{4,}}|{CAPITAL}[{L}]{{2}}|[0-9)]) ({_CIVIL}) "

# A cell that may be a name and nothing else.
_TOKEN = rf"[{L}'’.\-‑_]+"
NAME_SHAPE = rf"(?:\(?{_TOKEN}\)?)(?:[ ,;/&|+]+\(?{_TOKEN}\)?){{0,9}}"
# What somebody is called by a machine: one word, often with a point or digits.
ACCOUNT_SHAPE = r"[a-z]{1,20}(?:[._\-][a-z]{1,20}){0,2}[0-9]{0,3}"
# Initials with a rank, as a directory gives them: jdu01.
TRIGRAM_LOGIN = "[A-Za-z]{2,4}[0-9]{1,3}"
# What a login may look like; whether it is made of a name is looked up.
LOGIN_SHAPE = rf"(?i:[a-z][._\-]?[{L}\-]{{3,}}|[{L}\-]{{2,}}[._][{L}\-]{{3,}})[0-9]{{0,3}}"
# Initials that stand for somebody: JDU, jdu, J.D., JD/ML.
_SHORT = (
    rf"(?:{CAPITAL}{{2,4}}|[a-z]{{2,4}}|{CAPITAL}[a-z]{{1,2}}"
    rf"|{CAPITAL}[.-][ ]?{CAPITAL}(?:[.-][ ]?{CAPITAL})?\.?)"
)
INITIALS = rf"{_SHORT}(?:[ ]?[/+,;&|-][ ]?{_SHORT}){{0,3}}"

# The Latin name of a species, with a cultivar or not: Quercus ilex, Malus 'John Downie'.
_GENUS = "[A-Z][a-zë-]{2,}(?:us|um|is|ia|ea|er|ex|ix|a)"
SPECIES = f"^{_GENUS} (?:[x×] ?)?[a-zë-]{{2,}}(?:us|um|is|ii|ea|ia|ra|ens|ex|or|oides|na|ca|ta|sa|la)$"
CULTIVAR = f"^{_GENUS}(?: (?:[x×] ?)?[a-zë-]{{3,}})? '[^']+'?$"
