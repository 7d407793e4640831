"""Patterns of the numbers on somebody's papers and of their accounts on social networks.

Identity cards: twelve digits (year, month and département of issue), nine capitals and digits since 2021.
Passports, and driving licences since 2013: two digits, two letters, five digits. Driving licences before,
and the NEPH: twelve digits (year, month, département). CAF: seven digits and a letter. Schools have such a
number too, the UAI, whose letter is a key.
"""

from aqueduc.anonymise.scan.patterns import L

# --- papers -----------------------------------------------------------------------------------------------

TWELVE = "[0-9](?: ?[0-9]){11}"
CARD_NEW = "(?:[0-9A-Z]{9}|[0-9a-z]{9})"
# At least four changes between digits and letters: a reference has one or two.
ALTERNATING = "(?i:[0-9]+[A-Z]+[0-9]+[A-Z]+[0-9]|[A-Z]+[0-9]+[A-Z]+[0-9]+[A-Z]?)"
PASSPORT = "[0-9]{2}[ ]?[A-Za-z]{2}[ ]?[0-9]{5}"
# A digit among the first four: a word of nine letters is none.
_NINE_MIXED = "(?i:[0-9][0-9A-Z]{8}|[A-Z][0-9][0-9A-Z]{7}|[A-Z]{2}[0-9][0-9A-Z]{6}|[A-Z]{3}[0-9][0-9A-Z]{5})"
# Of other countries: letters, then digits.
_ABROAD = "[A-Z]{1,3}[ ]?[0-9]{5,9}"
SEVEN_AND_LETTER = "[0-9]{7}[ ]?[A-Za-z]"
# The number of a paper, where the column says that it holds some.
PAPER_CODE = "[0-9A-Za-z](?:[ ./-]{0,2}[0-9A-Za-z]){5,22}"
_SAID = (
    r"(?:[ ]*[:=|#-]|[ ]+(?:n°|no|num[ée]ro|num|nr|est|le|[àa]|du|vu|obtenue?|fourni|pr[ée]sent[ée]"
    r"|d[ée]livr[ée]e?"
    r"|valide|[a-zé]+(?:aise?|aine?|ienne?|ien|andaise?|oise?|ole?|ande?|que|nale?|son|en|ne)s?)\.?)*"
    r"[ ]*[:(]?[ ]*(?:n°)?[ ]*"
)
_CARD_WORDS = (
    r"(?i:c\.?n\.?i\.?e?\.?|(?:(?:carte |pi[èe]ce )(?:nationale )?d.?)?identit[ée]|(?:titre"
    r"|carte) de s[ée]jour"
    r"|r[ée]c[ée]piss[ée]|agdref)"
)
CARD_TOLD = rf"{_CARD_WORDS}{_SAID}(?:{TWELVE}|{_NINE_MIXED}|{PASSPORT}|{_ABROAD}|[0-9]{{10}})"
PASSPORT_TOLD = rf"(?i:passe?ports?|pass\.){_SAID}(?:{PASSPORT}|{_NINE_MIXED}|{_ABROAD})"
DRIVING_TOLD = (
    rf"(?i:permis(?: (?:de )?cond(?:uire|\.)?)?(?: [abcde][0-9]?)?|neph){_SAID}(?:{TWELVE}|{PASSPORT})"
)
# As memberships are numbered: few letters, digits in one piece or in groups.
NUMBERED = "[A-Za-z]{0,3} ?[0-9]{2,}(?: ?[0-9]{2,}){0,4} ?[A-Za-z]?"
# What a machine reads at the foot of a card, a passport or a licence (ICAO 9303, ISO 18013): the first line,
# that of the name, that of the dates.
MRZ = (
    "(?:(?:IDFRA|P<[A-Z]{3}|[IA][<R]FRA)[0-9A-Z<]{3,}|D1?[<0-9]?FRA[0-9]{2}[0-9A-Z<]{8,}"
    "|[A-Z]{2,}<<[A-Z]+(?:<|$)|[0-9A-Z<]{9}[0-9](?:[A-Z]{3}|D<<)[0-9]{7}[MF<X][0-9]{7})"
)
_FEDERATIONS = (
    "(?:FFF|FFT|FFR|FFBB|FFHB|FFJDA|FFN|FFA|FFVB|FFVolley|FFC|FFE|FFG|FFS|FFESSM|FFCK|FFGym|FFTT|FFTA|FFBaD|FFV"
    "|FFHM|FFME|FFRS|FFKDA|FFRP|FFCT|FFRandonnee|FSGT|UFOLEP|UNSS|USEP|FFSB|FFPJP)"
)
# Of judo: sex, birth, five letters of the surname and a rank.
_JUDO = "[MF](?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}[A-Z*]{5}[0-9]{2}"
SPORT_TOLD = (
    rf"(?:(?i:licences?|licenci[ée]e?s?|lic\.)(?:[ ]+(?i:sportive|f[ée]d[ée]rale|{_FEDERATIONS}|n°|no"
    rf"|num[ée]ro))*"
    rf"|{_FEDERATIONS}(?:[ ]+(?i:n°|no|licence"
    rf"|lic\.?))*)[ ]*:?[ ]*(?i:[A-Z]{{0,3}}[0-9]{{6,}}(?:[ ]?[A-Z])?[0-9A-Z]*)"
    r"|(?i:uci)(?:[ ]+(?i:id|n°))*[ ]*:?[ ]*[0-9](?:[ ]?[0-9]){10}"
    rf"|{_JUDO}"
)
_CAF = "(?:[0-9]{7}|[0-9]{4}[ .][0-9]{3}|[0-9]{3}[ .][0-9]{4})"
# The file of a family, as its quotient is written beside it.
_CAF_WORDS = (
    r"(?i:caf(?:[ ]?[0-9]{2,3})?|allocataire|alloc\.?"
    r"|(?:qf|quotient)[^0-9]{1,12}[0-9]{1,4}[^0-9]{1,6}matricule)"
)
CAF_TOLD = (
    rf"(?:{_CAF_WORDS}(?:[ ]+(?i:n°|no|num[ée]ro|caf|matricule))*[ ]*:?[ ]*(?i:n°)?[ ]*"
    rf"{_CAF}(?:[ ]?[A-Za-z])?($|[^0-9{L}])"
    # The number first, then whose it is.
    rf"|{_CAF}[ ]?[A-Za-z][ ]*[,(/-]?[ ]*(?i:caf|alloc)|{_CAF}[ ]*[,(/-]?[ ]*(?i:caf |alloc))"
)
PAPERS_START = (
    r"(?i:identit[ée]|c\.?n\.?i|s[ée]jour|agdref|r[ée]c[ée]piss|passe?port|pass\.|permis|neph|licen[cs]|lic\.|caf|qf|quotient"
    r"|alloc|uci)"
    "|[0-9]{9}(?:[0-9] ?| ?[A-Z])[A-Z]|F(?:F|SGT)|<|UFOLEP|UNSS|USEP|^[MF][0-9]{8}[A-Z*]{5}|FRA[0-9]|[0-9]{7}[MFX][0-9]{7}"
)

# --- accounts ---------------------------------------------------------------------------------------------

_SITES = (
    "(?:facebook|instagram|twitter|tiktok|snapchat|threads|youtube|twitch|pinterest|linkedin|mastodon|bsky"
    "|strava)"
)
# Of somebody, whatever they call themselves there.
PROFILE_OF_PERSON = (
    r"(?i:linkedin\.com/in/|facebook\.com/(?:people/|profile\.php)|snapchat\.com/add/|wa\.me/|t\.me/|m\.me/"
    r"|strava\.com/athletes/|copainsdavant|trombi\.com)[^ ]{2,}"
)
PROFILE = (
    rf"(?i:(?:{_SITES}\.(?:com|fr|net|tv|social|app)/(?:profile/|user/|c/)?"
    r"|(?:^|[^a-z0-9.-])(?:https?://)?(?:www\.|mobile\.)?(?:x\.com|fb\.com|fb\.me)/)@?[a-z0-9_.%-]{2,})"
)
# Of nobody: a firm's page, a group, a film.
PAGE = (
    r"(?i:linkedin\.com/(?:company|school|groups|showcase)|facebook\.com/(?:groups|events|pages|watch|hashtag"
    r"|sharer|places)|instagram\.com/(?:p|reel|explore|stories)/|twitter\.com/(?:hashtag|search|intent|share)"
    r"|youtube\.com/(?:watch|playlist|channel|results|embed)|tiktok\.com/tag)[^ ]*"
)
HANDLE = rf"(?:^|[^{L}0-9._@+/*>\]-])@[A-Za-z0-9_][A-Za-z0-9_.]{{2,29}}(?:$|[^{L}0-9@/])"
HANDLE_TOLD = (
    "(?i:(?:^|[^a-z0-9])(?:insta(?:gram)?|snap(?:chat)?|tiktok|twitter|facebook|fb|linkedin|discord|pseudo)"
    r"[ ]*[:=@][ ]*)@?[A-Za-z0-9_.]{3,}"
    r"|(?:^|[^A-Za-z0-9])(?i:insta(?:gram)?|snap(?:chat)?|tiktok|twitter)[ ]+@?[A-Za-z]+[._0-9][A-Za-z0-9_.]+"
)
SOCIAL_START = rf"@|(?i:{_SITES}|x\.com|fb\.|\.me/|strava|copainsdavant|trombi|insta|snap|discord|pseudo)"
ORGANISATION = (
    "(?i:ville|mairie|commune|metropole|agglo|asso|club|office|tourisme|musee|museum|theatre|biblio|mediath"
    "|ecole|college|lycee|univ|festival|sport|offici|france|paris|aix|marseille|provence|comite|federation|foot"
    "|basket|rugby|hand|judo|danse|tennis|volley|natation|cafe|resto|restau|hotel|boulang|pizz|boutique|shop|store|magasin|market"
    "|cinema|radio|presse|journal|police|pompier|prefet|gouv|departement|region|conservatoire|orchestre|opera|galerie"
    "|expo|sdis|samu|chu|caisse|agglo|territoire|syndicat|chambre|cci|ministere|assemblee|senat|centre|center|maison|reseau|collectif|union|compagnie|group|team|event|production|studio|agence|parc"
    "|jardin|piscine|patinoire|stade|archives|eglise|paroisse|secours|croixrouge|emploi|jeunes|social|service)"
)
