"""Patterns of near misses: identifiers that were mistyped, cut, or grouped as nobody groups them.

What they find is only possible, except where a check digit or the name of the column says more.
"""

from aqueduc.anonymise.scan.patterns import L

_S = "[ .-]"

# --- numbers with a key: any groups, the key says the rest ------------------------------------------------

NIR = "[1-478](?:(?: ?[0-9ABab]){14}|(?:-?[0-9ABab]){14})"
# Thirteen or fifteen digits, where the column says that it holds such numbers.
NIR_DIGITS = f"[1-478](?:{_S}{{0,2}}[0-9ABab]){{12}}(?:(?:{_S}{{0,2}}[0-9]){{2}})?"
_COUNTRIES = (
    "(?:[Ff][Rr]|AT|BE|BG|CH|CY|CZ|DE|DK|EE|ES|FI|GB|GR|HR|HU|IE|IT|LT|LU|LV|MC|MT|NL|NO|PL|PT|RO|SE|SI|SK)"
)
IBAN = f"{_COUNTRIES}[ ]?[0-9][ ]?[0-9](?:[ .-]{{0,2}}[0-9A-Za-z]){{11,30}}"
# A French one with a wrong key, or cut short: VAT, the longest of what begins so, has eleven digits.
IBAN_CUT = "(?i:FR|MC)[ ]?[0-9][ ]?[0-9](?:[ .-]{0,2}[0-9]){14}"

# --- telephones -------------------------------------------------------------------------------------------

PHONE_GROUPED = r"\(?0[1-9]\)?(?:[ ./-]{0,2}[0-9]){8}"
# Two dates beside each other, a date and an hour.
_DAY, _MONTH, _YEAR = "[0-3]?[0-9]", "[01]?[0-9]", "(?:19|20)[0-9]{2}"
# Of a building permit: what is asked for, département, commune, year, number (code de l'urbanisme, A. 423-1).
PERMIT = (
    r"(?i:(?:PC|DP|PA|PD|CU[ab]?|AT)[ .-]?[0-9]{2}[0-9AB][ .-]?[0-9]{3}[ .-]?[0-9]{2}[ .-]?[A-Z]?[0-9]{4,5})"
)
DATE_LIKE = f"(?:{_DAY}[ ./-]{_MONTH}[ ./-]{_YEAR}|{_YEAR}[ ./-]{_MONTH}[ ./-]{_DAY})"
# O for 0; a digit more or less than pairs have.
PHONE_MISTYPED = (
    f"(?:[Oo][1-9](?:{_S}[0-9oO]{{2}}){{4}}|[Oo][67][0-9]{{8}}|0[67](?:{_S}[0-9]{{2}}){{3}}{_S}[0-9]{{1,3}}"
    f"|0[67](?:{_S}[0-9oOlI]{{2}}){{4}})"
)
PHONE_SPELT = (
    "(?i:z[ée]ro[ -]+(?:un|deux|trois|quatre|cinq|six|sept|neuf)"
    "(?:[ ,-]+(?:z[ée]ro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze"
    "|seize|vingts?|trente|quarante|cinquante|soixante|et)){4})"
)
PHONE_WORD = (
    r"(?i:t[ée]l(?:[ée]ph(?:one)?)?s?|tph|portables?|mobiles?|gsm|fax|appel(?:er|ez|le|ant)?|joindre|joignable"
    r"|rappel(?:er|ez|le)?|contact(?:er|ez)?|sms|whatsapp)"
)
PHONE_TOLD = rf"{PHONE_WORD}[^0-9]{{0,25}}[+(]{{0,2}}[0-9](?:[ ./()-]{{0,2}}[0-9]){{8,12}}"
# A number of ten digits that the word before calls something else; mobiles are believed all the same.
REFERENCE = (
    r"(?i:dossier|r[ée]f(?:[ée]rence)?|facture|commande|march[ée]|contrat|compteur|pdl|prm|lot|ticket|bon|acte"
    r"|code|article|titre|mandat|arr[êe]t[ée]|s[ée]rie|parcelle|colis|police|isbn|id)"
    rf"[^0-9{L}]{{0,4}}(?:n°|no|num[ée]ro)?[^0-9{L}]{{0,3}}0[1-589][0-9]{{8}}"
)

# --- plates -----------------------------------------------------------------------------------------------

_PAIR = "(?i:[A-HJ-NP-TV-Z]{2})"
PLATE = f"{_PAIR}[ .·_-]{{0,2}}[0-9]{{3}}[ .·_-]{{0,2}}{_PAIR}"
# With the letters that no plate has (I, O, U; SS).
PLATE_SHAPED = "(?i:[A-Z]{2})[ .·_-]{0,2}[0-9]{3}[ .·_-]{0,2}(?i:[A-Z]{2})"
# « de 200 en », « au 250 km »: a sentence. Letters beside hyphens or digits are no words.
WORDS_OF_TWO = frozenset(
    (
        *(
            "de",
            "en",
            "et",
            "le",
            "la",
            "un",
            "au",
            "du",
            "ce",
            "ne",
            "se",
            "te",
            "me",
            "sa",
            "ta",
            "ma",
            "es",
            "ex",
        ),
        *("km", "cm", "mm", "kg", "kw", "mw", "gw", "gb", "mb", "ha", "hl", "cl", "ml", "mg"),
    )
)
# What the word before calls a part or a model.
PLATE_OF_THING = (
    r"(?i:\b(?:r[ée]f(?:[ée]rence)?s?|art(?:icle)?|mod[èe]le|type|code|s[ée]rie|lot|pi[èe]ce|produit|sku)\b"
    rf"[ .:n°#-]{{0,5}}){PLATE}"
)
# A vehicle's identification number, ISO 3779.
VIN = "[A-HJ-NPR-Z][A-HJ-NPR-Z0-9]{12}[0-9]{4}"

# --- mailboxes --------------------------------------------------------------------------------------------

_LOCAL = rf"[{L}0-9._%+'\-]+"
PROVIDERS = (
    "(?i:orange|wanadoo|gmail|googlemail|hotmail|outlook|yahoo|sfr|laposte|icloud|bbox|numericable|protonmail"
    "|gmx|club-internet)"
)
_ENDS = "(?i:fr|com|net|org|eu|be|ch|re|info)"
_SLIP = "(?: ?[.,;:] ?| )"
# No end of a domain, a comma for its point, blanks, two signs; no sign before a known provider.
EMAIL = (
    rf"(?:{_LOCAL}@{{1,2}}[{L}][{L}0-9\-]+|{_LOCAL} ?@{{1,2}} ?[{L}0-9\-]+(?:\.[{L}0-9\-]+)*{_SLIP}{_ENDS}"
    rf"|{_LOCAL}[.,; ]?@[., ]?{PROVIDERS}|{_LOCAL}(?i: ?arobase? ?)[{L}0-9.\-]+"
    rf"|[{L}0-9][{L}0-9_%+-]*(?:\.[{L}0-9_%+-]+)*(?:à|\(a\)|[.,;#&*§]? ?){PROVIDERS}{_SLIP}{_ENDS}"
    rf"|[{L}]+[._][{L}]+(?:à|[.,;#&*§]?)(?i:free|neuf|live|aol|msn){_SLIP}{_ENDS})"
)
EMAIL_START = f"@|(?i:arobas|{PROVIDERS}|(?:free|neuf|live|aol|msn)[ .,;:])"
# An address of the web, and what providers call theirs.
WEB = (
    rf"(?i:https?://[^ ]+|www\.[^ ]+|(?:^|[ (])(?:(?:mail|messagerie|webmail|perso|boutique|assistance)\.)?"
    rf"{PROVIDERS}\.(?:fr|com|net))"
)
