"""Columns about people and their look-alikes: names in no list, odd headers, health, addresses, labels.

Everything is made up; a column is personal or harmless whatever its header, unless ``needs_header`` says so.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from tests.anonymise.scan.labelled import Labelled


def words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("\n", " ").split("|")]


RARE_GIVEN = words("""
Hery | Voahangy | Tsiory | Ravaka | Nomenjanahary | Faniry | Elif | Gülizar | Nurettin | Baran | Sıla | Hülya |
Moinafatima | Nassuf | Echati | Toiwilou | Chamsidine | Astghik | Hripsimé | Grigor | Zabel | Ghjulia | Anghjula |
Ñaki | Maddi | Xan | Ttotte | Gwenn | Riwal | Azenor | Kaourintin | Thuy-Linh | Quang Huy | Bopha | Sovannara |
Ikhlas | Abdelouahab | Oulaya | Tassadit | Ghiles | Koumba | Ndèye | Fodé | Wendpanga | Adjoua | Kouakou |
Yevhenia | Bohdana | Ostap | Tetiana | Wioletta | Radosław | Luminița | Ionuț | Anca | Teodora | Xiaoming | Meiling
""")
RARE_SURNAMES = words("""
Rakotomalala | Razafindratsima | Andriantsitohaina | Ralaimihoatra | Keskinkaya | Karabağlı | Demirtaş | Özgürcan |
Mdahoma | Boinaïdi | Msaïdié | Combo-Ali | Ter-Ovanessian | Sahakyan | Ghazarossian | Castelli-Susini | Fieschi |
Goyhenetche | Lecumberry | Kerhervé | Le Floc'h | Trividic | Nguyen-Phuoc | Keo | Sok-Heng | Ouyahia | Aït Hamou |
Boukercha | Khelladi | Sow-Barry | Ouédraogo | Zongo | Kouamé-Brou | Hnatiouk | Pysarenko | Wróblewski | Ciobanu |
Stoleru | Zhang-Wei | Mbongo | Tchiengang | Vercoutère | Plouvier-Dassonville | Quéguineur | Poupelloz | Zuccarelli |
Fouqueray | Bourdouleix | Chastagnol | Ginoulhiac | Puechmaille | Vayssade | Escallier | Rambaudi | Isoardi | Maunier
""")
STREETS = words("""
des Lilas | de la Paix | Jean Jaurès | du Vieux Lavoir | de l'Abreuvoir | Paul Arène | des Mésanges | du Puits |
de la Libération | Vauvenargues | des Cardeurs | du 11 Novembre | de Verdun | des Frères Lumière | Boulegon
""")
TOWNS = ("Aix-en-Provence", "Gardanne", "Marseille", "Bouc-Bel-Air", "Trets", "Puyricard")
NOTES = words("""
Relance faite | Dossier complet | Nid de poule signalé | À rappeler en septembre | Pièce manquante | RAS |
Demande transmise au service | Travaux prévus au printemps | En attente de devis | Classé sans suite
""")

Make = Callable[[random.Random], Any]


def per_cell(make: Make) -> Callable[[random.Random, int], list[Any]]:
    return lambda rng, n: [make(rng) for _ in range(n)]


def of(options: Sequence[str]) -> Callable[[random.Random, int], list[Any]]:
    return per_cell(lambda rng: rng.choice(options))


def few(count: int, make: Make) -> Callable[[random.Random, int], list[Any]]:
    """As many different cells, repeated."""

    def values(rng: random.Random, n: int) -> list[Any]:
        kept = [make(rng) for _ in range(count)]
        return [rng.choice(kept) for _ in range(n)]

    return values


def mixed(make: Make, share: float, others: Sequence[str]) -> Callable[[random.Random, int], list[Any]]:
    return per_cell(lambda rng: make(rng) if rng.random() < share else rng.choice(others))


def given(rng: random.Random) -> str:
    return rng.choice(RARE_GIVEN)


def surname(rng: random.Random) -> str:
    return rng.choice(RARE_SURNAMES)


COMMON_GIVEN = words(
    "Jean | Marie | Nathalie | Karim | Sophie | Luc | Claire | Mehdi | Élodie | Patrick | Inès | Théo"
)
COMMON = words(
    "Martin | Petit | Dupont | Benali | Moreau | Garcia | Roux | Blanc | Fontaine | Boulanger | Girard"
)


def full(rng: random.Random) -> str:
    return f"{given(rng)} {surname(rng)}"


def usual(rng: random.Random) -> str:
    return f"{rng.choice(COMMON_GIVEN)} {rng.choice(COMMON)}"


def any_name(rng: random.Random) -> str:
    return full(rng) if rng.random() < 0.4 else usual(rng)


def number(rng: random.Random) -> str:
    return f"{rng.randint(1, 180)}{rng.choice(['', '', '', ' bis', ' ter', 'B'])}"


def street(rng: random.Random) -> str:
    return f"{rng.choice(['rue', 'avenue', 'chemin', 'impasse', 'bd'])} {rng.choice(STREETS)}"


def home(rng: random.Random) -> str:
    return f"{number(rng)} {street(rng)}"


ILLS = words(
    "diabète | asthme | épilepsie | dépression | hypertension | sclérose en plaques | cancer du sein "
    "| Parkinson"
)
STATES = words("""
asthmatique | sous insuline | diabétique insulino-dépendant | épileptique, traitement matin et soir | RQTH |
enceinte de 5 mois | en fauteuil roulant | allergique aux arachides, PAI | malvoyante | suivi en psychiatrie |
sous traitement anticoagulant | handicap moteur 80 % | atteinte de sclérose en plaques | dépressive
""")
JOBS = words(
    "Agent technique | Attaché territorial | Directrice de crèche | Policier municipal | Rédacteur principal"
)
FIRMS = words("""
SARL Martin et Fils | Boulangerie Dupont | Garage Garcia | Vinci Construction | Eiffage Énergie | SCI Les Oliviers |
Bouygues Telecom | Société Provençale de Travaux | Menuiserie Moreau | Cabinet Roux & Associés | Dalkia | Spie Batignolles |
Transports Girard | EURL Le Fournil | SAS Blanc Bâtiment | Pharmacie Petit | Veolia Eau | Leroy Merlin | Ets Fontaine
""")
SCHOOLS = words("""
École Jules Ferry | Jean Moulin | Marcel Pagnol | Collège Mignet | Paul Cézanne | Les Platanes | Jean Giono | Sallier |
Jacques Prévert | Saint-Exupéry | Wallon | Henri Wallon | Grassi | Marie Mauron | Lucie Aubrac | Maurice Ravel | Joséphine Baker
""")
SPECIES = words("""
Platanus x acerifolia | Quercus ilex | Tilia cordata | Celtis australis | Acer campestre 'Elsrijk' | Olea europaea |
Prunus avium | Cupressus sempervirens | Micocoulier de Provence | Pin d'Alep | Érable plane | Rosa 'Pierre de Ronsard'
""")
DISHES = words("""
Blanquette de veau | Salade niçoise | Parmentier de poisson | Tarte Tatin | Poire Belle-Hélène | Pêche Melba |
Crêpe Suzette | Bœuf bourguignon | Gratin dauphinois | Poulet basquaise | Steak haché | Yaourt nature | Paris-Brest
""")
BOOKS = words("""
Eugénie Grandet | Madame Bovary | Thérèse Raquin | Le Petit Prince | Germinal | Manon Lescaut | Harry Potter |
Anna Karénine | Jane Eyre | La Gloire de mon père | Le Comte de Monte-Cristo | Marius | Les Misérables | Tom Sawyer |
L'Étranger | Notre-Dame de Paris | Robinson Crusoé | Bel-Ami | Voyage au bout de la nuit | Paul et Virginie
""")
STOPS = words("""
Rotonde | Victor Hugo | Place Jeanne d'Arc | Jas de Bouffan | Saint-Mitre | Lycée Vauvenargues | Krypton | Hôpital |
Les Facultés | Gare Routière | Jean Moulin | Pont de l'Arc | Val Saint-André | Brossolette | Parc Relais Hauts de Brunet
""")
WAYS = words("""
Av. Victor Hugo | Bd du Roi René | R. Paul Bert | Rue Frédéric Mistral | Chem. de la Guiramande | Cours Mirabeau |
Imp. Grassi | All. Jules Payot | Pl. des Prêcheurs | Traverse Saint-Pierre | Av. Pierre Brossolette | R. Gaston de Saporta
""")
PARTS = words(
    "Quartier Nord | Centre ancien | Jas de Bouffan | Les Milles | Luynes | Puyricard | Encagnane | La Torse"
)
COMMUNES = words("""
Aubagne | Cassis | Gardanne | Martigues | La Ciotat | Allauch | Lambesc | Rognes | Éguilles | Ventabren | Meyreuil |
Venelles | Jouques | Peyrolles-en-Provence | Saint-Cannat | Trets | Fuveau | Rousset | Simiane-Collongue | Mimet
""")


def personal(name: str, kind: str, values: Callable[[random.Random, int], list[Any]]) -> Labelled:
    return Labelled(name, True, kind, values)


def harmless(name: str, kind: str, values: Callable[[random.Random, int], list[Any]]) -> Labelled:
    return Labelled(name, False, kind, values)


COLUMNS: list[Labelled] = [
    # --- names
    personal("demandeur", "person_name", per_cell(full)),
    personal("beneficiaire", "person_name", per_cell(lambda r: f"{surname(r).upper()} {given(r)}")),
    personal("libelle_2", "person_name", few(20, any_name)),
    personal("valeur", "person_name", few(20, lambda r: f"{surname(r).upper()} {given(r)}")),
    personal(
        "equipage", "person_name", per_cell(lambda r: " / ".join(usual(r) for _ in range(r.randint(1, 3))))
    ),
    personal("groupe", "person_name", per_cell(lambda r: " | ".join(any_name(r) for _ in range(2)))),
    personal(
        "inscrits", "person_name", per_cell(lambda r: "; ".join(any_name(r) for _ in range(r.randint(2, 5))))
    ),
    personal("usager", "person_name", per_cell(surname)),
    personal("nom_usuel", "person_name", per_cell(lambda r: surname(r).upper())),
    personal("contact", "person_name", per_cell(lambda r: f"{r.choice('ABCDJLMNPRS')}. {surname(r)}")),
    personal("a_qui", "person_name", per_cell(lambda r: f"{surname(r)} {r.choice('ABCDJLMNPRS')}.")),
    personal("obs", "person_name", mixed(lambda r: f"Vu avec M. {surname(r)}, ok pour lundi", 0.1, NOTES)),
    personal("obs2", "person_name", mixed(lambda r: f"rappeler Mme {r.choice('ABCDX')}. demain", 0.1, NOTES)),
    personal("obs3", "person_name", mixed(lambda r: f"logement de la famille {surname(r)}", 0.1, NOTES)),
    personal("obs4", "person_name", mixed(lambda r: f"{usual(r)} a appelé ce matin", 0.1, NOTES)),
    personal(
        "obs5",
        "person_name",
        mixed(lambda r: f"signalé par {r.choice(COMMON_GIVEN)} {surname(r)} (voisin)", 0.05, NOTES),
    ),
    personal("tiers", "person_name", per_cell(lambda r: f"{r.choice(['M.', 'Mme', 'Mlle'])} {surname(r)}")),
    personal(
        "tiers_bis",
        "person_name",
        per_cell(lambda r: f"{r.choice(['M', 'MME'])} {surname(r).upper()} {given(r).upper()}"),
    ),
    personal("eleve", "person_name", per_cell(lambda r: f"{r.choice(COMMON_GIVEN)} {r.choice('ABCDM')}.")),
    personal("prenom_nom", "person_name", per_cell(lambda r: usual(r).lower())),
    personal(
        "agent_de_saisie",
        "person_name",
        per_cell(lambda r: f"{r.choice('abcjlmn')}{surname(r).lower().split()[0]}"),
    ),
    personal("porteur", "person_name", per_cell(lambda r: f"{given(r)} {surname(r).upper()}")),
    personal("identite", "person_name", per_cell(lambda r: f"{surname(r)}, {given(r)}")),
    personal("beneficiaires", "person_name", mixed(usual, 0.3, FIRMS)),
    personal("colonne_x", "person_name", per_cell(lambda r: f"{r.choice(COMMON)} {r.choice(COMMON_GIVEN)}")),
    personal("proprietaire", "person_name", per_cell(lambda r: f"Indivision {surname(r)}")),
    personal("elu", "person_name", per_cell(lambda r: f"{any_name(r)} (adjointe au maire)")),
    personal("mention", "person_name", per_cell(lambda r: f"Décès de {usual(r)}")),
    personal("qui", "person_name", few(12, lambda r: usual(r))),
    personal(
        "signe",
        "person_name",
        per_cell(lambda r: f"{r.choice(COMMON_GIVEN)}-{r.choice(COMMON_GIVEN)} {surname(r)}"),
    ),
    # --- addresses
    personal("adresse", "address", per_cell(home)),
    personal("equipement", "address", per_cell(home)),
    personal("lieu", "address", per_cell(lambda r: f"{home(r)}, 13100 {r.choice(TOWNS)}")),
    personal("domicile", "address", per_cell(lambda r: f"{street(r).capitalize()}, {number(r)}")),
    personal("inverse", "address", per_cell(lambda r: f"{r.choice(STREETS)} (rue), {r.randint(1, 99)}")),
    personal("champ_a", "address", per_cell(lambda r: f"{home(r).upper()} 13100 AIX EN PROVENCE")),
    personal("chez", "address", per_cell(lambda r: f"chez M. {surname(r)}, {home(r)}")),
    personal(
        "residence",
        "address",
        per_cell(lambda r: f"Résidence Les Pins, bât. {r.choice('ABC')}, appt {r.randint(1, 60)}"),
    ),
    personal(
        "adr",
        "address",
        per_cell(lambda r: f"{number(r)}, {r.choice(['r.', 'av.', 'bd.'])} {r.choice(STREETS)}"),
    ),
    personal("note_adr", "address", mixed(lambda r: f"Habite {home(r)} depuis 2019", 0.1, NOTES)),
    personal("num_voie", "address", per_cell(lambda r: f"n° {number(r)} {street(r)}")),
    personal(
        "foyer",
        "address",
        per_cell(lambda r: f"Lotissement Les Cigales, villa {r.randint(1, 40)}, 13090 Aix-en-Provence"),
    ),
    # --- births in words
    personal(
        "etat", "birth_date", mixed(lambda r: "né le douze mars mil neuf cent cinquante-quatre", 0.2, NOTES)
    ),
    personal(
        "etat2", "birth_date", mixed(lambda r: f"née en {r.randint(1930, 2005)} à Marseille", 0.2, NOTES)
    ),
    personal(
        "etat3",
        "birth_date",
        mixed(lambda r: f"né le {r.randint(1, 28)} mars {r.randint(1930, 2005)}", 0.2, NOTES),
    ),
    # --- health
    personal("sante", "health", of([*STATES, "", ""])),
    personal("remarque", "health", mixed(lambda r: r.choice(STATES), 0.1, NOTES)),
    personal("champ_b", "health", of(STATES)),
    personal("pathologie", "health", of(ILLS)),
    personal(
        "observations", "health", mixed(lambda r: f"M. {surname(r)} souffre de {r.choice(ILLS)}", 0.1, NOTES)
    ),
    personal(
        "motif",
        "health",
        mixed(lambda r: r.choice(["congé maternité", "arrêt maladie", "accident de travail"]), 0.4, NOTES),
    ),
    personal(
        "allergies", "health", of(["arachides", "gluten", "lactose", "aucune", "fruits à coque", "œuf"])
    ),
    personal("info", "age_illness", of([f"{a} ans, {ill}" for a in (34, 71, 8, 56, 83) for ill in ILLS])),
    personal(
        "profil",
        "age_illness",
        mixed(lambda r: f"Femme, {r.randint(20, 95)} ans, {r.choice(ILLS)}", 0.3, NOTES),
    ),
    personal(
        "cas", "age_illness", per_cell(lambda r: f"enfant âgé de {r.randint(2, 15)} ans - {r.choice(ILLS)}")
    ),
    # --- who did it
    personal(
        "instructeur", "trigram", few(15, lambda r: "".join(r.choice("ABCEGHJKLMNPRTV") for _ in range(3)))
    ),
    personal(
        "saisi_par", "trigram", few(12, lambda r: "".join(r.choice("abceghjklmnprtv") for _ in range(3)))
    ),
    personal(
        "initiales_agent",
        "trigram",
        few(15, lambda r: f"{r.choice('ABCDEFGJLM')}.{r.choice('BCDFGHLMPRV')}."),
    ),
    personal("visa", "trigram", few(10, lambda r: "".join(r.choice("ABCEGHJKLMNPRTV") for _ in range(2)))),
    # --- what only looks so
    harmless("entreprise", "company", of(FIRMS)),
    harmless("titulaire_marche", "company", of(FIRMS)),
    harmless("ecole", "school", of(SCHOOLS)),
    harmless("essence", "species", of(SPECIES)),
    harmless("plat", "dish", of(DISHES)),
    harmless("titre", "book", of(BOOKS)),
    harmless("arret", "stop", of(STOPS)),
    harmless("voie", "street", of(WAYS)),
    harmless("libelle_voie", "street", of([way.upper() for way in WAYS])),
    harmless("quartier", "area", of(PARTS)),
    harmless("commune", "town", of(COMMUNES)),
    harmless("nom_commune", "town", of([town.upper() for town in COMMUNES])),
    harmless("poste", "job", of(JOBS)),
    harmless("grade", "job", of([job.upper() for job in JOBS])),
    harmless(
        "canton",
        "district",
        of(words("Aix-en-Provence-1 | Salon-de-Provence-2 | Marseille-3 | Gardanne | Pélissanne")),
    ),
    harmless(
        "circonscription",
        "district",
        of([f"{n}e circonscription des Bouches-du-Rhône" for n in range(1, 17)]),
    ),
    harmless(
        "marque",
        "brand",
        of(words("Renault | Peugeot | Citroën | Mercedes | John Deere | Alfa Romeo | Dacia | Yamaha")),
    ),
    harmless(
        "modele",
        "brand",
        of(words("Renault Clio | Peugeot Partner | Citroën C3 | Renault Zoé | Fiat Ducato | Toyota Yaris")),
    ),
    harmless(
        "direction",
        "service",
        of(words("DGS | DRH | DSI | Direction des Sports | Voirie | CCAS | Police municipale")),
    ),
    harmless("service_instructeur", "service", of(words("DGS | DRH | DSI | DAU | DEP | URB"))),
    harmless("code_iata", "code", of(words("MRS | CDG | ORY | NCE | LYS | TLS | BOD | AJA"))),
    harmless("adresse_ecole", "address", per_cell(home)),
    harmless("adresse_equipement", "address", per_cell(lambda r: f"{home(r)} 13100 Aix-en-Provence")),
    harmless("adresse_postale", "address", per_cell(lambda r: f"Gymnase {r.choice(SCHOOLS)}, {home(r)}")),
    harmless("implantation", "place", per_cell(lambda r: f"Angle {street(r)} / {street(r)}")),
    harmless("troncon", "place", per_cell(lambda r: f"{street(r)} entre {street(r)} et {street(r)}")),
    harmless(
        "objet",
        "text",
        of(
            words("""Subvention à l'association des diabétiques de Provence | Attribution du nom Jean Moulin
        à la salle | Travaux d'accessibilité handicapés au gymnase | Dépistage du cancer du sein pour les 50-74 ans |
        Convention avec la Ligue contre le cancer | Octobre rose : atelier de prévention | Campagne de vaccination 65 ans et plus""")
        ),
    ),
    harmless(
        "type_place",
        "place",
        of(words("Place handicapé | Place PMR | Livraison | Stationnement payant | GIG-GIC")),
    ),
    harmless(
        "accessibilite",
        "place",
        of(words("Accessible en fauteuil roulant | Non accessible | Partiellement accessible")),
    ),
    harmless(
        "association",
        "association",
        of(
            words("""Association des Paralysés de France | Les Amis de Jean Giono | Judo Club Aixois
        | Chœur Sainte-Victoire | ASPTT Provence | Secours Populaire | France Alzheimer 13 | Autisme Provence | AIDES""")
        ),
    ),
    harmless(
        "maladie_arbre",
        "plants",
        of(words("Chancre coloré | Oïdium | Mildiou | Anthracnose | Graphiose | Aucune")),
    ),
    harmless(
        "salle",
        "place",
        of(
            words(
                "Salle Armand Lunel | Salle Voltaire | Amphithéâtre de la Verrière | Pavillon Noir "
                "| Salle du Bois de l'Aune"
            )
        ),
    ),
    harmless(
        "evenement",
        "event",
        of(
            words(
                "Concert de Noël | Fête de la Musique | Marathon de Provence | Foire aux Santons | Carnaval"
            )
        ),
    ),
    harmless(
        "thematique",
        "label",
        of(
            words(
                "Culture et Patrimoine | Sport et Jeunesse | Action Sociale | Petite Enfance "
                "| Vie Associative"
            )
        ),
    ),
    harmless("statut", "label", of(words("En Cours | Clos | À Valider | Refusé | Sans Suite | Accepté"))),
    harmless(
        "pays",
        "country",
        of(
            words(
                "France | Italie | Espagne | Sierra Leone | Costa Rica | Sri Lanka | Burkina Faso "
                "| Côte d'Ivoire"
            )
        ),
    ),
    harmless(
        "oeuvre",
        "art",
        of(
            words(
                "Les Joueurs de cartes | La Montagne Sainte-Victoire | Portrait de Madame Cézanne "
                "| Nature morte | Les Grandes Baigneuses"
            )
        ),
    ),
    harmless(
        "saint",
        "calendar",
        of(words("Sainte Catherine | Saint Nicolas | Saint Jean | Sainte Victoire | Saint Sauveur")),
    ),
    harmless(
        "station",
        "place",
        of(
            words(
                "Station Sextius Mirabeau | Borne Bellegarde | Parking Carnot | Parking Mignet "
                "| Borne Roi René"
            )
        ),
    ),
    harmless(
        "sport",
        "label",
        of(words("Judo | Tennis de table | Boxe anglaise | Football | Escrime | Krav Maga | Tai Chi Chuan")),
    ),
    harmless(
        "nature_travaux",
        "label",
        of(words("Réfection de chaussée | Pose de candélabres | Élagage | Curage de réseau")),
    ),
    harmless(
        "secteur",
        "label",
        of(words("Secteur Nord | Secteur Sud | Centre Ville | Zone Industrielle | Pôle Commercial")),
    ),
]
