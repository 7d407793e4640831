"""Labelled columns written without knowledge of the detection rules: what a city's files really look like.

Every cell is drawn from a seed; nobody here exists. A personal column's ``kind`` is what it leaks; a harmless
column's ``kind`` is what it is most easily mistaken for. In a template, ``|`` parts the layouts, ``#`` is a
digit, ``¤`` a capital letter and ``{part}`` one of ``PARTS``.
"""

from __future__ import annotations

import datetime
import random
import re
import unicodedata
from collections.abc import Callable

from tests.anonymise.scan.labelled import Labelled

Maker = Callable[[random.Random], object]
NAME, BIRTH = "person_name", "birth_date"


def words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.split(r"[|\n]", text) if word.strip())


FIRST = words("""Jean | Marie | Philippe | Nathalie | Anne-Sophie | Jean-Pierre | Mohamed | Fatima
Chloé | Léa | Enzo | Gwénaëlle | Yann | Maëlys | Aïcha | Thi Lan | João | Agnieszka | Ousmane | Mehmet
Bérengère | Loïc | Solène | Gérard | Monique | Raymonde | Killian | Inès | Théo | Zoé | Hervé | Claude
Dominique | Éloïse | Noémie | Marcel""")
LAST = words("""Martin | Bernard | Lefebvre | Moreau | Petit | Boulanger | Blanc | Fontaine | Roy
Le Goff | Kervadec | Trévidic | Quémerais | Bouffandeau | Chauvigné | Hérisset | Guillouzic | Da Silva
Fernandes | Benali | El Amrani | Diallo | Coulibaly | Nguyen | Tran | Yilmaz | Kowalczyk | Schmitt
de La Rochette | d'Hauteville | Peyrelongue | Saint-Martin | Poirier-Lucas | Étcheverry | Casanova
Vandenbroucke | Rakotomalala | N'Diaye | Pichonnier | Abgrall | Rondeau | Thébault | Jaunasse | Malgorn
Ouvrard | Brossaudeau | Lemasson | Chesnelong | Ravenel | Tixidor""")
PLACES = words("""Nantes | Rezé | Saint-Herblain | Vertou | Orvault | Rennes | Angers | Bourg-en-Bresse
Le Mans | Saint-Étienne | L'Haÿ-les-Roses | Cesson-Sévigné | La Roche-sur-Yon | Montreuil
Villeneuve-d'Ascq | Aix-en-Provence | ST HERBLAIN | STE LUCE S/LOIRE | Nantes Cedex 2""")
PLAIN = words("""des Lilas | des Tilleuls | de la Fontaine | du Moulin à Vent | du Bois Joli
des Quatre-Vents | de la Gare | du Port | des Écoles | de l'Église | du Pré Nouveau | du 8 Mai 1945
des Hauts Pavés | de Bretagne""")
FAMED = words("""Victor Hugo | Jean Jaurès | Louise Michel | Marie Curie | Jules Ferry | Jean Moulin
Simone Veil | Aristide Briand | Olympe de Gouges | Paul Bert | Jacques Prévert | George Sand | Léon Blum
Camille Claudel | Anne Frank | Rosa Parks | Félix Faure | Émile Zola | Albert Camus | Jean Zay
Jean Macé | Lucie Aubrac | du Docteur Bouffandeau | de l'Abbé Trévidic | du Général Leclerc
du Maréchal Foch | Auguste Hérisset""")
WAYS = words("rue|rue|rue|rue|avenue|av.|Av|bd|boulevard|impasse|place|allée|chemin|R|quai|square|imp.")
SERVICES = words("""Espaces verts | Voirie | Direction des sports | Éclairage public | DSI | État civil
CCAS | Propreté urbaine | Petite enfance | Vie associative | Urbanisme | Police municipale | Bâtiments""")
DOMAINS = words(
    "orange.fr|wanadoo.fr|free.fr|gmail.com|laposte.net|hotmail.fr|sfr.fr|yahoo.fr|asso-lilas.org"
)
LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
HEXA = "0123456789abcdef"
MONTHS = words("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre")
BLANK = (None, None, None, "", " ", "-", "NC", "néant")


def plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", bare)


def dirty(r: random.Random, text: str) -> str:
    cased = r.choice((str, str, str, str.upper, str.lower, str.title))(text)
    return r.choice(("", "", "", " ", "\u00a0")) + cased + r.choice(("", "", "", " ", "  ", "\n"))


def messy(*templates: str) -> Maker:
    return lambda r: dirty(r, fill(r, r.choice(r.choice(templates).split("|"))))


def t(*templates: str) -> Maker:
    return lambda r: fill(r, r.choice(r.choice(templates).split("|")))


def number(template: str, cast: type[int] | type[float] = int) -> Maker:
    return lambda r: cast(fill(r, template).replace(" ", ""))


def between(low: float, high: float, digits: int | None = None) -> Maker:
    return lambda r: round(r.uniform(low, high), digits)


def one_of(*values: object) -> Maker:
    return lambda r: r.choice(values)


def hexa(length: int) -> str:
    return "".join("{hex}" for _ in range(length))


def day(first: int, last: int) -> Callable[[random.Random], datetime.date]:
    low, high = datetime.date(first, 1, 1).toordinal(), datetime.date(last, 12, 31).toordinal()
    return lambda r: datetime.date.fromordinal(r.randint(low, high))


born, recent, old = day(1928, 2018), day(2012, 2025), day(1935, 2022)


def shown(of: Callable[[random.Random], datetime.date], *layouts: str) -> Maker:
    def make(r: random.Random) -> str:
        when = of(r)
        return when.strftime(r.choice(layouts).replace("%B", MONTHS[when.month - 1]))

    return make


def excel(of: Callable[[random.Random], datetime.date]) -> Maker:
    return lambda r: of(r).toordinal() - datetime.date(1899, 12, 30).toordinal()


def nir_groups(r: random.Random, corsica: float = 0.03) -> list[str]:
    where = r.choice([f"{n:02}" for n in range(1, 96) if n != 20] + ["99"] * 8)
    where = r.choice(("2A", "2B")) if r.random() < corsica else where
    born_in = [r.choice("12"), f"{r.randrange(28, 110) % 100:02}", f"{r.randint(1, 12):02}"]
    groups = [*born_in, where, f"{r.randint(1, 480):03}", f"{r.randint(1, 600):03}"]
    counted = "".join([*born_in, {"2A": "19", "2B": "18"}.get(where, where), *groups[4:]])
    return [*groups, f"{97 - int(counted) % 97:02}"]


def nir(separator: str = " ", key: bool = True, corsica: float = 0.03) -> Maker:
    return lambda r: separator.join(nir_groups(r, corsica)[: 7 if key else 6])


def mod97(text: str) -> int:
    return int("".join(str(int(c, 36)) for c in text)) % 97


def rib(r: random.Random) -> list[str]:
    bank, desk, account = (fill(r, pattern) for pattern in ("#####", "#####", "###########"))
    return [bank, desk, account, f"{97 - (89 * int(bank) + 15 * int(desk) + 3 * int(account)) % 97:02}"]


FOREIGN = {"DE": "#" * 18, "BE": "#" * 12, "ES": "#" * 20, "PT": "#" * 21, "LU": "#" * 16, "CH": "#" * 17}
FOREIGN |= {"IT": "¤" + "#" * 22, "NL": "¤¤¤¤" + "#" * 10, "GB": "¤¤¤¤" + "#" * 14, "PL": "#" * 24}


def iban(separator: str = " ", countries: tuple[str, ...] = ("FR",)) -> Maker:
    def make(r: random.Random) -> str:
        country = r.choice(countries)
        account = "".join(rib(r)) if country == "FR" else fill(r, FOREIGN[country])
        whole = f"{country}{98 - mod97(account + country + '00'):02}{account}"
        return separator.join(re.findall(".{1,4}", whole))

    return make


def luhn(prefixes: tuple[str, ...], length: int) -> Callable[[random.Random], str]:
    def make(r: random.Random) -> str:
        body = r.choice(prefixes)
        body += fill(r, "#" * (length - 1 - len(body)))
        total = sum(sum(divmod(int(c) * (2 if i % 2 == 0 else 1), 10)) for i, c in enumerate(reversed(body)))
        return body + str(-total % 10)

    return make


def mail(r: random.Random) -> str:
    first, last = plain(r.choice(FIRST)), plain(r.choice(LAST))
    local = r.choice(
        (f"{first}.{last}", f"{first[0]}{last}", f"{last}-{first}", f"{first}{r.randint(1, 99)}")
    )
    return f"{local}@{r.choice(DOMAINS)}"


def login(r: random.Random) -> str:
    layout = r.choice(("{0}.{1}", "{0[0]}{1}", "{1}_{0[0]}", "{1}{0[0]}"))
    return layout.format(plain(r.choice(FIRST)), plain(r.choice(LAST)))


def aged(r: random.Random) -> str:
    when = born(r)
    layout = r.choice(("{1} ans ({0:%d/%m/%Y})", "né le {0:%d.%m.%y}, {1} ans", "{1}a - {0:%d/%m/%Y}"))
    return layout.format(when, 2025 - when.year)


PHONES = words("""0{m} ## ## ## ##|0{m}########|0{m}.##.##.##.##|0{m}-##-##-##-##|0{m}/##/##/##/##
0{m}_##_##_##_##|+33{m}########|+33 {m} ## ## ## ##|+33 (0){m} ## ## ## ##|+33(0){m}########
0033{m}########|0033 {m} ## ## ## ##|(0{m}) ## ## ## ##|0{m} ### ### ##|0{m}## ## ## ##|0{m}##.###.###
{m}########|{m} ## ## ## ##|33{m}########|Tél. : 0{m} ## ## ## ##|port. 0{m}########|0{m} ##  ## ## ##
0{m}, ##, ##, ##, ##|+33.{m}.##.##.##.##""")
BORDER = words("""+32 4## ## ## ##|0032 4## ######|+32 (0)4##/##.##.##|04##/## ## ##|+324########
+41 79 ### ## ##|0041 78 ### ## ##|+41 (0)76 ### ## ##|+4179#######|079 ### ## ##|+352 621 ### ###
+49 151 ########""")
HOMES = words("""{n} {way}, {cp} {place}|{n} {way} {cp} {place}|{n}, {way} - {cp} {place}
{n} {way} Apt ## {cp} {place}|{n} {way} - Bât. ¤ - {cp} {place}
Résidence Les Acacias, {n} {way}, {cp} {place}|Lieu-dit La Grée, {cp} {place}""")
TURNED = words("""{way}, {n}|{way} ({n}) {place}|{cp} {place}, {way}, {n}|{place} ({cp}) {n} {way}
{PLACE} - {way} n° {n}|{way} {n} - {cp} {place}""")
PERSONS = words(
    "{NOM} {prenom}|{prenom} {NOM}|{prenom} {nom}|{titre} {NOM}|{titre} {prenom} {nom}|{nom}, {prenom}"
)

PARTS: dict[str, Maker] = {
    "prenom": one_of(*FIRST),
    "nom": one_of(*LAST),
    "NOM": lambda r: r.choice(LAST).upper(),
    "I": lambda r: r.choice(FIRST)[0],
    "titre": one_of("M.", "Mme", "Mr", "Mlle", "Monsieur", "Madame", "M", "MME", "Me", "Dr"),
    "way": lambda r: f"{r.choice(WAYS)} {r.choice(PLAIN + FAMED)}",
    "n": lambda r: str(r.randint(1, 220)) + r.choice(("", "", "", "", " bis", "ter", "B")),
    "cp": one_of("44000", "44100", "44 400", "35000", "49100", "01000", "72000", "44300", "F-44000"),
    "place": one_of(*PLACES),
    "PLACE": lambda r: r.choice(PLACES).upper(),
    "famed": one_of(*FAMED),
    "service": one_of(*SERVICES),
    "m": one_of(*"6667772459"),
    "tel": lambda r: fill(r, r.choice(PHONES[:12])),
    "mail": mail,
    "nir": lambda r: r.choice((nir(), nir(""), nir("", key=False)))(r),
    "iban": lambda r: r.choice((iban(" "), iban("")))(r),
    "plate": lambda r: fill(r, r.choice(("¤¤-###-¤¤", "¤¤###¤¤", "¤¤ ### ¤¤", "### ¤¤¤ 44", "####¤¤35"))),
    "home": lambda r: fill(r, r.choice(HOMES[:4])),
    "born": shown(born, "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d.%m.%Y"),
    "date": shown(recent, "%d/%m/%Y", "%d/%m", "%d %B %Y", "%d-%m-%y"),
    "byte": lambda r: str(r.randint(1, 254)),
    "hex": one_of(*HEXA),
    "h": lambda r: f"{r.randint(6, 21)}",
}


def fill(r: random.Random, template: str) -> str:
    def part(found: re.Match[str]) -> str:
        key = found.group()
        if key == "#":
            return str(r.randrange(10))
        return r.choice(LETTERS) if key == "¤" else str(PARTS[key[1:-1]](r))

    return re.sub(r"#|¤|\{\w+\}", part, template)


QUIET = words("""RAS | ok | à revoir | Travaux reportés cause intempéries
Nid-de-poule signalé {way}, rebouché le {date} | Candélabre n° #### à remplacer
Voir compte rendu de la réunion du {date} | vu avec le service {service}
Dépôt sauvage à l'angle {way} / {way} | M. le Maire informé le {date}
Mme la Directrice valide le planning | Accord de principe de la DRAC, réf. ##-####
Marché n° 20##-0## notifié le {date} | Fuite au sous-sol, niveau -1
école {famed} : store cassé salle ## | gymnase {famed} fermé du {date} au {date}
Attente devis (3 entreprises) | Budget ###### € TTC, imputation 6152##
12 barrières livrées, bon de commande ######## | Élagage entre {h}h et {h}h
Balayage mécanique Saint-Félix / Hauts-Pavés | Le riverain demande un délai
agent absent, intervention décalée | Relance faite par courrier le {date}
Banc dégradé, modèle Garonne 180 cm | Arrêté n° 20##_### affiché sur site | Prévoir nacelle + 2 agents
Conforme art. R.417-10 du code de la route | Une usagère se plaint du bruit""")


def note(share: float, templates: str = "") -> Maker:
    def make(r: random.Random) -> str:
        quiet = fill(r, r.choice(QUIET))
        if r.random() >= share:
            return quiet
        said = fill(r, r.choice(templates.split("|")))
        return r.choice(
            (said, said, said.lower(), f"{quiet}. {said}", f"{said} - {quiet}", f" {said}\n{quiet}")
        )

    return make


def column(name: str, personal: bool, kind: str, cells: tuple[Maker | str, ...], empty: float) -> Labelled:
    makers = [t(given) if isinstance(given, str) else given for given in cells]

    def cell(r: random.Random) -> object:
        made = r.choice(makers)(r)
        if r.random() >= empty:
            return made
        return r.choice(BLANK) if isinstance(made, str) else None

    def values(r: random.Random, n: int) -> list[object]:
        return [cell(r) for _ in range(n)]

    return Labelled(name=name, personal=personal, kind=kind, values=values)


def leak(kind: str, name: str, *cells: Maker | str, empty: float = 0.06) -> Labelled:
    return column(name, True, kind, cells, empty)


def safe(kind: str, name: str, *cells: Maker | str, empty: float = 0.06) -> Labelled:
    return column(name, False, kind, cells, empty)


MAINLAND = nir("", corsica=0)
ABROAD = tuple(FOREIGN)

PERSONAL = [
    leak("nir", "N° Sécurité sociale", nir(), nir("\u00a0"), nir(key=False)),
    leak("nir", "num_ss", MAINLAND, nir("", corsica=0.02)),
    leak("nir", "matricule", lambda r: int("".join(nir_groups(r, 0)[:6])), empty=0.0),
    leak("nir", "code", lambda r: int(str(MAINLAND(r)))),
    leak("nir", "nir_beneficiaire", lambda r: float(str(MAINLAND(r)))),
    leak("nir", "ref_dossier", nir(corsica=1), lambda r: "".join(nir_groups(r, 1)).lower()),
    leak("nir", "Identifiant assuré", nir("-"), nir("."), nir("/"), nir("/", key=False)),
    leak("nir", "champ7", MAINLAND, "en attente|dossier ####|à fournir", empty=0.5),
    leak("nir", "pièces reçues", note(0.12, "NIR {nir} à voir|n° sécu: {nir}|attestation CPAM {nir} reçue")),
    leak("iban", "IBAN", iban(" "), iban(" ")),
    leak("iban", "coordonnées bancaires", iban(""), "IBAN : {iban}|{iban} BIC ¤¤¤¤FRPP|iban {iban}"),
    leak("iban", "RIB", lambda r: " ".join(rib(r)), lambda r: "".join(rib(r)), lambda r: "-".join(rib(r))),
    leak("iban", "compte", iban(" ", ABROAD), iban("", ABROAD), lambda r: str(iban(" ", ABROAD)(r)).lower()),
    leak("iban", "mode_reglement", note(0.15, "virement sur {iban}|nouveau RIB {iban} à/c du {date}")),
    leak("phone", "tel", messy(*PHONES)),
    leak("phone", "Portable", number("6########"), number("7########"), empty=0.2),
    leak("phone", "numéro", number("6########", float), number("2########", float)),
    leak("phone", "contact_2", "+33 (0){m} ## ## ## ##|0033{m}########|+33(0){m}.##.##.##.##"),
    leak("phone", "tel_usager", t(*BORDER), t(*BORDER), t(*PHONES[:4])),
    leak("phone", "divers", "0{m}/##/##/##/##|{tel} ou {tel}|{tel} (après {h}h)", "liste rouge|idem"),
    leak("phone", "À joindre", "{titre} {nom} {tel}|{tel} ({prenom})|gardien : {tel}|appeler le {tel}"),
    leak("phone", "telephone2", "0692 ## ## ##|+262 692 ## ## ##|0690######|+590 690 ## ## ##|069# ######"),
    leak("phone", "suite donnée", note(0.1, "rappeler au {tel}|tel {tel} le soir|usager {tel}")),
    leak("email", "mail", lambda r: dirty(r, mail(r)), empty=0.3),
    leak("email", "login", mail, empty=0.0),
    leak("email", "demandeur_contact", "{prenom} {nom} <{mail}>|mailto:{mail}|{mail} ; {mail}|{mail}/{tel}"),
    leak("email", "ref_usager", lambda r: mail(r).replace("@", r.choice(("[at]", " (at) ", " @ ")))),
    leak("email", "Commentaires", note(0.08, "réponse envoyée à {mail}|photo de {mail}|cf mail {mail}")),
    leak("plate", "immat", "¤¤-###-¤¤|¤¤-###-¤¤|¤¤ ### ¤¤", empty=0.02),
    leak("plate", "vehicule", messy("{plate}|¤¤.###.¤¤|¤¤_###_¤¤|Clio {plate}")),
    leak("plate", "ancien_num", messy("### ¤¤¤ 44|#### ¤¤ 35|###-¤¤¤-2A|####¤¤49|## ¤¤ 972")),
    leak("plate", "objet_2", lambda r: fill(r, "¤¤###¤¤").lower(), lambda r: fill(r, "¤¤ ###¤¤").lower()),
    leak("plate", "Constat", note(0.2, "véhicule {plate} gênant|Kangoo blanc {plate} en épave")),
    leak(NAME, "nom", "{NOM}", empty=0.01),
    leak(NAME, "champ3", messy("{nom}|{NOM}|{titre} {nom}")),
    leak(NAME, "agent", "{NOM} {prenom}|{NOM} {prenom}|{NOM} {I}."),
    leak(NAME, "libellé", "{prenom} {NOM}|{prenom} {nom}"),
    leak(NAME, "demandeur", messy(*PERSONS)),
    leak(NAME, "suivi par", "{I}. {nom}|{I}.{NOM}|{I}{I}. {NOM}|{I}-{I}. {nom}|{NOM} {I}"),
    leak(NAME, "user_maj", login, empty=0.0),
    leak(NAME, "bénéficiaires", "M. et Mme {NOM}|{prenom} {nom} ; {prenom} {nom}|Famille {NOM}-{NOM}"),
    leak(NAME, "Désignation", "Mme {NOM} {prenom} née {NOM}|{prenom} {nom} épouse {nom}|Vve {NOM}"),
    leak(NAME, "titulaire", "{NOM} {prenom} EI|{prenom} {nom}", "{NOM} TP SARL|COMMUNE DE {PLACE}"),
    leak(NAME, "observations", note(0.1, "M. {nom} a appelé le {date}|vu avec Mme {nom}|Mr {NOM} absent")),
    leak(NAME, "OBS", note(0.25, "mr {nom} rappellera|clés remises à {prenom} {NOM}|plainte de {I}. {nom}")),
    leak(NAME, "motif_refus", note(0.05, "désistement de {NOM} {prenom}|enfant {prenom} {NOM} en liste 2")),
    leak("address", "adresse_demandeur", t(*HOMES)),
    leak("address", "adresse", messy(*HOMES), messy(*TURNED)),
    leak("address", "domiciliation", t(*TURNED)),
    leak("address", "adr2", "{n} {way}|{way}, Bât. ¤ apt ##|{n}, {way}, #e étage|Esc. # {n} {way}"),
    leak("address", "complement", "chez {titre} {nom}, {n} {way}|c/o {NOM} {home}|CHEZ {NOM} {prenom} {way}"),
    leak("address", "Lieu", "{titre} {NOM}\n{n} {way}\n{cp} {place}|{NOM} {prenom} / {home}"),
    leak("address", "info", note(0.15, "habite {home}|usager dom. {n} {way} à {place}|nvelle adr: {home}")),
    leak(BIRTH, "date_naissance", shown(born, "%d/%m/%Y"), shown(born, "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%y")),
    leak(BIRTH, "DDN", lambda r: int(born(r).strftime("%Y%m%d"))),
    leak(BIRTH, "Né(e) le", born),
    leak(BIRTH, "naiss", shown(born, "%d %B %Y", "%d.%m.%y", "%d%m%Y", "%d / %m / %Y"), born),
    leak(BIRTH, "d_n", shown(born, "%d/%m/%Y")),
    leak(BIRTH, "DtNais", excel(born)),
    leak(BIRTH, "age", aged, aged, "née le {born} à {place}"),
    leak(BIRTH, "info_enfant", note(0.3, "enfant né le {born}|{prenom}, née le {born}|fratrie: {born}")),
    leak(
        "ip",
        "adresse_ip",
        "82.{byte}.{byte}.{byte}|90.{byte}.{byte}.{byte}|176.17#.{byte}.{byte}|192.168.#.{byte}",
    ),
    leak("ip", "source", t("109.1##.{byte}.{byte}:4####", f"2a01:e0a:{hexa(4)}:{hexa(4)}::{hexa(2)}")),
    leak("ip", "trace", "82.{byte}.{byte}.{byte} - - GET /agenda 200 ####|vote depuis 90.{byte}.{byte}.7"),
    leak("mac", "mac", t(":".join([hexa(2)] * 6)), t("-".join([hexa(2)] * 6))),
    leak("mac", "terminal", lambda r: fill(r, ":".join([hexa(2)] * 6)).upper(), t(".".join([hexa(4)] * 3))),
    leak("other", "piece_identite", "CNI ############|##0#44######|##¤¤#####|passeport ##¤¤#####|¤#¤¤¤¤¤¤#"),
    leak("other", "reseaux", lambda r: "@" + login(r), lambda r: f"instagram.com/{login(r)}", empty=0.4),
]

SIREN = luhn(("3", "4", "5", "7", "8", "21440", "200", "130"), 9)
SIRET = luhn(("3", "4", "5", "8", "214401"), 14)
TREES = words("""Acer campestre|Quercus robur|Platanus x acerifolia|Tilia cordata 'Greenspire'
Ginkgo biloba|Acer|Prunus serrulata 'Kanzan'|Magnolia grandiflora|Cedrus libani|Betula pendula
Sophora japonica|Albizia julibrissin""")
FIRMS = words("""{NOM} TP|Ets {nom} & Fils|SARL {NOM} FRERES|{nom} SAS|{NOM}-{NOM} SA
Cabinet {nom} et Associés|COLAS|CHARIER TP SUD|Legendre Ouest|SPIE CityNetworks|Eiffage|Imprimerie {nom}
Menuiserie {NOM}|SCOP Les Lilas|Vinci|Lacroix""")
SCHOOLS = words("""École élémentaire {famed}|EE {famed}|Groupe scolaire {famed}|Gymnase {famed}
Médiathèque {famed}|Collège {famed}|{famed}|Stade {famed} - terrain ##|Crèche {famed}
MAISON DE QUARTIER {famed}""")
JOBS = words("""Adjoint technique principal 2e cl.|Rédactrice|Attaché territorial|ATSEM|Jardinier
Agent de maîtrise|Conseillère municipale déléguée|Chef de projet SIG|Médecin de PMI|Gardien de gymnase
Apprenti cuisinier|Boulanger""")
EVENTS = words("""Exposition « {famed} »|Fête de la Saint-Jean|Concert de Noël - chorale A Piacere
Vide-greniers {place}|Le Bourgeois gentilhomme, d'après Molière|Lecture : lettres à {famed}
Journée Don du sang|Tournoi U13 Saint-Nicolas|Cyrano, ma tante et moi|Ciné plein air : Mon oncle
Bal des Martin-Pêcheurs|Hommage à {famed}""")
STOPS = words(
    "{famed}|{famed} - Gare|Place Viarme|Saint-Félix|Hôtel de Ville|Mairie de {place}|Petit Breton|Croix Roy"
)
QUARTERS = words("""Hauts-Pavés - Saint-Félix|Île de Nantes|Bellevue|Doulon-Bottière|Malakoff
Saint-Martin|Le Petit Port|Nantes Erdre|Dervallières - Zola|La Fontaine|Les Blanchards|La Barberie
Clos Toreau|Breil - Barberie""")
OPENING = words("""{h}h-12h / 14h-18h|lun-ven 08:30-17:00|Mo-Fr 09:00-12:30,14:00-18:00; Sa 09:00-12:00
fermé le lundi|Mardi 10h00 à 19h30|24h/24|Sur rendez-vous|8.30-12.00 13.30-17.00
Du 01/04 au 30/09 : {h}h00-20h00""")
MACHINES = words("""Renault Kangoo Z.E.|PEUGEOT 208|Citroën Jumper 35 L3H2|Iveco Daily 35C15
Mercedes-Benz 516 CDI|Kubota F3890|John Deere X950R|Honda HRX 537|STIHL MS 261 C-M|Mathieu MC210
Schmidt Swingo 200+|Husqvarna 550 XP|Scania P 320""")
LAWS = words("""art. L2121-29|Art. R. 417-10 II 10°|CGCT L.2122-22 al. 4
décret n° 2016-360 du 25 mars 2016|L. 132-1|art. 27|loi n° 78-17 du 6 janvier 1978
Code de l'urbanisme, art. L. 151-41|arrêté du 17/12/2021|L2131-1 et s. CGCT""")
ACTS = words("""Attribution du nom « {famed} » à la médiathèque
Dénomination de la voie nouvelle : rue {famed}|Budget primitif 20##|Subvention à l'Amicale laïque {famed}
Cession parcelle ¤¤ ### {way}|Avenant n° # au marché 20##-0##|DSP Camping - tarifs
Convention avec SIREN ### ### ###|Désignation des représentants au SIVU
Tableau des effectifs - modification|Vœu""")
SITES = words("""{way} entre rue {famed} et rue {famed}|Carrefour {famed} / {famed}|RD 723 PR ##+###
Parking {famed}|Parc {famed}, entrée nord|Cimetière de la Miséricorde|Pont {famed}|giratoire {famed}""")
MAILBOXES = ("contact@", "mairie@", "accueil@", "voirie@", "mediatheque@", "ne-pas-repondre@", "urbanisme@")

HARMLESS = [
    safe("phone", "siren", SIREN, empty=0.02),
    safe("phone", "N° SIREN", lambda r: int(SIREN(r)), lambda r: " ".join(re.findall("...", SIREN(r)))),
    safe("nir", "siret", SIRET, lambda r: int(SIRET(r))),
    safe("nir", "N° SIRET", lambda r: re.sub(r"(...)(...)(...)(.....)", r"\1 \2 \3 \4", SIRET(r)), SIRET),
    safe("other", "code_insee", "44###|35###|01###|2A0##|2B###", number("44###")),
    safe("other", "CP", "44###|01###| 35000", number("44##0"), number("1##0")),
    safe("plate", "num_rna", "W44#######|W35#######|w9########|W2A1######"),
    safe("phone", "finess", "4400#####|75#######|2A#######", number("44000####")),
    safe("plate", "code_uai", "0######¤|044####¤|6200###¤"),
    safe("ip", "geo_point_2d", "47.2######, -1.5######|47.1####,-1.6####|[-1.55####, 47.21####]|47°13'##''"),
    safe("phone", "lon", between(-1.7, -1.4, 6), between(-1.7, -1.4, 14)),
    safe("phone", "x_l93", between(340000, 370000, 2), between(6680000, 6700000, 3), number("13#####")),
    safe("nir", "wkt", "POINT (355###.## 6689###.##)|POINT(-1.55#### 47.21####)"),
    safe("other", "num_delib", "2023-06-###|DEL_2023061#_##|D-2022/###|2021_12_##_0##|CM20##-##"),
    safe("phone", "montant", between(100, 9e8, 2), "1 ### ###,## €|## ###,00|6## ### ### €"),
    safe("phone", "population", between(0, 320000), "## ###|### ###|1 ### ###", between(0, 400)),
    safe(BIRTH, "horodatage", shown(recent, "%Y-%m-%dT08:14:37+02:00", "%d/%m/%Y 17:02", "%Y-%m-%d 00:00")),
    safe("phone", "ts", between(1.3e9, 1.75e9), between(1.3e9, 1.75e9)),
    safe("nir", "timestamp_ms", between(1.3e12, 1.75e12), empty=0.0),
    safe(BIRTH, "date_vote", shown(recent, "%d/%m/%Y"), recent),
    safe(BIRTH, "Début travaux", shown(recent, "%d/%m/%Y", "%d %B %Y", "S%W %Y"), "T# 20##|début {date}"),
    safe(BIRTH, "date_mandat", lambda r: int(recent(r).strftime("%Y%m%d")), excel(recent)),
    safe(BIRTH, "dateplantation", shown(old, "%d/%m/%Y", "%Y-%m-%d"), old),
    safe(BIRTH, "date_constr", shown(old, "01/01/%Y"), shown(old, "%Y"), old),
    safe(BIRTH, "creation_asso", shown(old, "%d/%m/%Y", "%d %B %Y", "JO du %d/%m/%Y")),
    safe(BIRTH, "annee", between(1950, 2025), "20##|2021-2022|2020/2021"),
    safe(NAME, "nom_voie", "rue {famed}|{way}|RUE {famed}|Pl. {famed}|passage {famed}"),
    safe(NAME, "Voie (sans type)", one_of(*FAMED), one_of(*FAMED, *PLAIN), empty=0.0),
    safe("address", "localisation", t(*SITES)),
    safe(NAME, "nom_equipement", messy(*SCHOOLS)),
    safe(NAME, "etablissement", t(*SCHOOLS[:6])),
    safe(NAME, "essence", messy(*TREES)),
    safe(NAME, "attributaire", t(*FIRMS), t(*FIRMS), lambda r: fill(r, r.choice(FIRMS)).upper()),
    safe(NAME, "ENFANT_PRENOM", one_of(*FIRST), lambda r: r.choice(FIRST).upper(), empty=0.0),
    safe(NAME, "commune", one_of(*PLACES), lambda r: r.choice(PLACES).upper(), empty=0.0),
    safe(NAME, "poste", messy(*JOBS)),
    safe(NAME, "direction", one_of(*SERVICES), "Dir. {service}|Pôle {service} / {service}|DG{I}{I}"),
    safe(NAME, "quartier", messy(*QUARTERS)),
    safe(NAME, "titre", t(*EVENTS)),
    safe(NAME, "arret", t(*STOPS), lambda r: fill(r, r.choice(STOPS)).upper()),
    safe(NAME, "ligne", "C#|##|LIGNE ## {famed} - Gare|Tram # : Beaujoire - {famed}|NA|E#"),
    safe(NAME, "Marque/modèle", messy(*MACHINES)),
    safe(NAME, "objet", t(*ACTS)),
    safe(NAME, "remarques", note(0.0)),
    safe(NAME, "commentaire", note(0.0), t(*SITES), t(*LAWS), "RAS", empty=0.4),
    safe("phone", "ref_article", "0#.###.###|06##-####-##|0145 ### ###|REF 07#######|6##.##.##|02########¤"),
    safe("phone", "n_marche", "20##-¤¤¤-0##|23M####|20########00|44109-23-0##|0623####"),
    safe("plate", "ref", "EP-###-¤|¤¤-####-¤¤|LX-##-¤¤¤¤|¤¤¤-###-##|M¤##/###|PC-###-¤¤-#"),
    safe("plate", "parcelle", "¤¤ ####|000 ¤¤ ####|44109000¤¤####|¤¤ ##|¤¤0###|¤¤ ### et ¤¤ ###"),
    safe("plate", "n_permis", "PC 044 109 23 A####|DP0441092#¤####|PA 044 ### ## ¤00##|AT04410923¤0###"),
    safe("plate", "fantoir", "44109####¤|440109 #### ¤|####¤"),
    safe("plate", "cpv", "45######-#|45233140-2|90.##¤|84.11Z|71######-#|6152##|01.0##"),
    safe("nir", "EAN", "3############|8#########0##", number("376##########"), number("20###########")),
    safe("nir", "PDL", number("1450#########0"), "1440##########|2344##########|GI######"),
    safe("nir", "isbn", "978-2-##-######-#|9782########0|979-10-###-####-#|2-07-######-X|207#######"),
    safe("mac", "uuid", t(f"{hexa(8)}-{hexa(4)}-4{hexa(3)}-a{hexa(3)}-{hexa(12)}"), empty=0.0),
    safe("mac", "empreinte", t(hexa(40), hexa(32), f"sha256:{hexa(64)}"), empty=0.0),
    safe("mac", "deveui", t("70b3d5" + hexa(10), "-".join(["70", "b3", "d5", *[hexa(2)] * 5])), empty=0.0),
    safe("mac", "couleur", lambda r: "#" + fill(r, hexa(6)), "rouge|vert bronze|RAL 7016", "RAL ####"),
    safe("other", "id_capteur", "CPT-####|sensor_##_ext|B0##-T°|LYON-PM10-##|¤###-##", between(1, 9999)),
    safe("email", "url", "https://www.ville-lilas.fr/event/####|http://lilas.bzh/@services?id=##|lilas.bzh"),
    safe("email", "Courriel service", lambda r: r.choice(MAILBOXES) + "ville-lilas.fr"),
    safe("other", "compte_x", "@VilleDesLilas|@LilasMetropole|@MediathequeGree|https://x.com/VilleDesLilas"),
    safe("ip", "version", "#.#.##|10.0.19###.####|v2.##.0.#|3.#.#.#-rc1|21.0##", empty=0.0),
    safe("ip", "article_cctp", "#.#.#.#|1.#.##|3.2.#.##|11.1.#.# a)|2.#"),
    safe(BIRTH, "taux", between(0, 100, 1), "##,# %|## %|0,##|1##%"),
    safe(BIRTH, "dimensions", "12/15 cm|##/## cm|1,## x #,## m|Ø ### mm|16/18|H=#,# m|200/250"),
    safe(BIRTH, "duree", "0#:4#:1#|1#:0#:5#|#h##|## min|P#DT#H", between(0, 1440)),
    safe("address", "horaires", t(*OPENING)),
    safe("other", "base_legale", t(*LAWS)),
    safe("phone", "objectid", between(1, 90000), between(600000000, 799999999), empty=0.0),
    safe(NAME, "statut", "En cours|TERMINE|clos |Favorable|Unanimité|Blanc|Rejeté"),
]

COLUMNS: list[Labelled] = PERSONAL + HARMLESS
