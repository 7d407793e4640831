"""Patterns of the numbers on somebody's papers and of their accounts on social networks.

Identity cards: twelve digits (year, month and département of issue), nine capitals and digits since 2021.
Passports, and driving licences since 2013: two digits, two letters, five digits. Driving licences before,
and the NEPH: twelve digits (year, month, département). CAF: seven digits and a letter. Schools have such a
number too, the UAI, whose letter is a key.
"""

from __future__ import annotations

from aqueduc.anonymise.scan.patterns import L

# --- papers -----------------------------------------------------------------------------------------------

TWELVE = "[0-9](?: ?[0-9]){11}"
CARD_NEW = "[0-9A-Z]{9}"
# At least four changes between digits and letters: a reference has one or two.
ALTERNATING = "(?:[0-9]+[A-Z]+[0-9]+[A-Z]+[0-9]|[A-Z]+[0-9]+[A-Z]+[0-9]+[A-Z]?)"
PASSPORT = "[0-9]{2}[ ]?[A-Z]{2}[ ]?[0-9]{5}"
SEVEN_AND_LETTER = "[0-9]{7}[ ]?[A-Za-z]"
# The number of a paper, where the column says that it holds some.
PAPER_CODE = "[0-9A-Za-z](?:[ ./-]{0,2}[0-9A-Za-z]){5,22}"
_SAID = (
    r"(?:[ ]*[:=-]|[ ]+(?:n°|no|num[ée]ro|nr|est|le|fran[çc]aise?|nationale?|biom[ée]trique)\.?)*"
    r"[ ]*[:(]?[ ]*"
)
_CARD_WORDS = (
    r"(?i:c\.?n\.?i\.?e?\.?|(?:(?:carte |pi[èe]ce )(?:nationale )?d.?)?identit[ée]|titre de s[ée]jour)"
)
CARD_TOLD = rf"{_CARD_WORDS}{_SAID}(?:{TWELVE}|{CARD_NEW}|{PASSPORT})"
PASSPORT_TOLD = rf"(?i:passe?port){_SAID}(?:{PASSPORT}|{CARD_NEW})"
DRIVING_TOLD = rf"(?i:permis(?: de conduire)?(?: [abcde][0-9]?)?|neph){_SAID}(?:{TWELVE}|{PASSPORT})"
# What a machine reads at the foot of a card or a passport (ICAO 9303).
MRZ = "(?:IDFRA|P<[A-Z]{3}|I<FRA|IRFRA)[A-Z<]{3,}"
_FEDERATIONS = (
    "(?:FFF|FFT|FFR|FFBB|FFHB|FFJDA|FFN|FFA|FFVB|FFVolley|FFC|FFE|FFG|FFS|FFESSM|FFCK|FFGym|FFTT|FFTA|FFBaD|FFV"
    "|FFHM|FFME|FFRS|FFKDA|FFRP|FFCT|FFRandonnee|FSGT|UFOLEP|UNSS|USEP|FFSB|FFPJP)"
)
# Of judo: sex, birth, five letters of the surname and a rank.
_JUDO = "[MF](?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}[A-Z*]{5}[0-9]{2}"
SPORT_TOLD = (
    rf"(?:(?i:licences?|licenci[ée]e?s?)(?:[ ]+(?i:sportive|f[ée]d[ée]rale|{_FEDERATIONS}|n°|no|num[ée]ro))*"
    rf"|{_FEDERATIONS}(?:[ ]+(?i:n°|no|licence|lic\.?))*)[ ]*:?[ ]*[0-9A-Z]?[0-9]{{6,}}[0-9A-Z]*"
    rf"|{_JUDO}"
)
CAF_TOLD = (
    r"(?i:caf|allocataire)(?:[ ]+(?i:n°|no|num[ée]ro|caf))*[ ]*:?[ ]*[0-9]{7}(?:[ ]?[A-Za-z])?"
    rf"($|[^0-9{L}])"
)
PAPERS_START = (
    r"(?i:identit[ée]|c\.?n\.?i|s[ée]jour|passe?port|permis|neph|licen[cs]|caf|allocataire)"
    "|F(?:F|SGT)|<<|UFOLEP|UNSS|USEP|^[MF][0-9]{8}[A-Z*]{5}"
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
HANDLE = rf"(?:^|[^{L}0-9._@+/-])@[A-Za-z0-9_][A-Za-z0-9_.]{{2,29}}(?:$|[^{L}0-9@])"
HANDLE_TOLD = (
    "(?i:(?:^|[^a-z0-9])(?:insta(?:gram)?|snap(?:chat)?|tiktok|twitter|facebook|fb|linkedin|discord|pseudo)"
    r"[ ]*[:=@][ ]*)@?[A-Za-z0-9_.]{3,}"
)
SOCIAL_START = rf"@|(?i:{_SITES}|x\.com|fb\.|\.me/|strava|copainsdavant|trombi|insta|snap|discord|pseudo)"
ORGANISATION = (
    "(?i:ville|mairie|commune|metropole|agglo|asso|club|office|tourisme|musee|museum|theatre|biblio|mediath"
    "|ecole|college|lycee|univ|festival|sport|offici|france|paris|aix|marseille|provence|comite|federation|foot"
    "|basket|rugby|hand|judo|danse|tennis|volley|natation|cafe|resto|restau|hotel|boulang|pizz|boutique|shop|store|magasin|market"
    "|cinema|radio|presse|journal|police|pompier|prefet|gouv|departement|region|conservatoire|orchestre|opera|galerie"
    "|expo|centre|center|maison|reseau|collectif|union|compagnie|group|team|event|production|studio|agence|parc"
    "|jardin|piscine|patinoire|stade|archives|eglise|paroisse|secours|croixrouge|emploi|jeunes|social|service)"
)
