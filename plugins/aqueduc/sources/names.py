"""When the name of something found in a source may be shown.

What stands as the name of a column may be a cell: a file that lost its header has a row of data there, a
table laid out across has a person a column, and the keys of a JSON object may be data. No form tells «
rakotomalala » from « quartier », and no list holds every name. So a name that nobody declared is shown when
each of its words is one of ``WORDS``, the vocabulary of columns, which leaves out what is most often a given
name or a surname; else its rank is, which is enough to find it. What tells apart the files of a pattern is too
often whom they are about for any word to be shown.
"""

import re

from aqueduc.declaration.column_name_hints import normalise_words, strip_accents_and_ligatures
from aqueduc.language import Sentence, _, quote_text

_NUMBERED = re.compile(r"([a-z]*)((?:19|20)[0-9]{2}|[0-9]{0,2})")
LONGEST_SHOWN = 60
LONGEST = 80
"""A name that is longer, and of words that columns do not have, is a sentence: a cell."""
_LIKE_DATA = re.compile(
    r"""[-+]?[\d\s.,/:'-]*\d[\d\s.,/:'-]*[%€]?        # a number, a date, a phone number
      | \S+@\S+\.\S+ | https?://\S+                   # an address of the network
      | [A-Z]{2}\d{2}(?:\ ?[A-Z0-9]{4}){2,7}.*        # an IBAN
      | [A-Z]{2}-?\d{3}-?[A-Z]{2}                     # a plate
      | .*\d{6}.*                                     # whatever has a number of six digits
    """,
    re.VERBOSE,
)
# « 2025 », « 2024-2025 », « 2024/25 ».
_YEARS = re.compile(r"(?:19|20)\d{2}(?: ?[-/] ?(?:(?:19|20)\d{2}|\d{2}))?")
# Two or three words, each with a capital: « Awa Keskinkaya », « RAKOTOMALALA Hery ».
_LIKE_A_PERSON = re.compile(r"[^\W\d_a-zß-ÿ][^\W\d_]+(?:[ '-][^\W\d_a-zß-ÿ][^\W\d_]*\.?){1,2}")


def is_showable_name(name: str) -> bool:
    """Whether ``name`` can only be that of a column: known words, and one number at most, of two digits or a
    year."""
    if len(name) > LONGEST_SHOWN or not name.isprintable():
        return False
    if any(char.isalnum() and not char.isascii() for char in strip_accents_and_ligatures(name)):
        # « nom Жуков »: what is no Latin letter is no separator.
        return False
    parts = [_NUMBERED.fullmatch(word) for word in normalise_words(name).split()]
    words = [part[1] for part in parts if part and part[1]]
    numbers = [part[2] for part in parts if part and part[2]]
    return None not in parts and bool(words) and len(numbers) <= 1 and all(word in WORDS for word in words)


def is_data_like_name(name: str) -> bool:
    """Whether the form of what stands as a name is that of a cell, or of a person's name."""
    if _YEARS.fullmatch(name):
        return False
    return bool(
        _is_sentence_like_name(name)
        or not name.isprintable()
        or _LIKE_DATA.fullmatch(name)
        or is_person_like_name(name)
    )


def is_person_like_name(name: str) -> bool:
    known = any(is_showable_name(word) for word in name.split())
    return not known and _LIKE_A_PERSON.fullmatch(name) is not None


def _is_sentence_like_name(name: str) -> bool:
    """A sentence is a cell; the longest of names say what is counted, in words that columns have."""
    words = normalise_words(name).split()
    return len(name) > LONGEST and len(list_unknown_words(name)) > 0.4 * len(words)


def list_unknown_words(text: str) -> list[str]:
    """The words of ``text`` that columns do not have."""
    return [word for word in normalise_words(text).split() if not is_showable_name(word)]


def format_safe_heading(name: str, rank: int) -> Sentence:
    """What stands as the name of a column or of a sheet, and may be a cell or a person."""
    return quote_text(name) if is_showable_name(name) else _("n° {rank} (son nom est tu)").format(rank=rank)


def format_safe_sheet_name(name: str, rank: int) -> str:
    """A sheet of a workbook: a city may keep one a person."""
    return str(format_safe_heading(name, rank))


def capture_file_pattern_wildcards(pattern: str, name: str) -> tuple[str, ...] | None:
    """What stands in ``name`` in the place of each run of « * » and « ? » of ``pattern``; None for another name."""
    marks = {"*": ".*", "?": "."}
    runs = re.split(r"([*?]+)", pattern)
    expression = "".join(
        f"({''.join(map(marks.__getitem__, run))})" if rank % 2 else re.escape(run)
        for rank, run in enumerate(runs)
    )
    found = re.fullmatch(expression, name, re.DOTALL)
    return found.groups() if found else None


def format_safe_file_name(pattern: str, name: str, rank: int) -> Sentence:
    """A file that a pattern designates: a city may keep one a person, and « voisin », « jardin », « poste » are
    surnames too. Shown when what the pattern leaves open is a date, or short numbers."""
    left_open = capture_file_pattern_wildcards(pattern, name) or (name,)
    digits = sum(char.isdigit() for part in left_open for char in part)
    shown = all(map(_is_short_number_or_date, left_open)) and (len(left_open) == 1 or digits <= _MOST_DIGITS)
    return quote_text(name) if shown else _("n° {rank} (son nom est tu)").format(rank=rank)


_MOST_DIGITS = len("20260301")
"""In several places of a name: a telephone has ten."""

_DATE = re.compile(
    r"[0-9]{1,4}|20[0-9]{2}([-_.]?)(0[1-9]|1[0-2])(\1(0[1-9]|[12][0-9]|3[01])([T_ -]?[0-2][0-9][-_.:h]?[0-5][0-9]"
    r"([-_.:]?[0-5][0-9])?Z?)?)?|(0[1-9]|[12][0-9]|3[01])([-_.])(0[1-9]|1[0-2])\8 ?20[0-9]{2}|"
)


def _is_short_number_or_date(part: str) -> bool:
    return _DATE.fullmatch(part) is not None


def _split_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS = _split_words(
    """
    a abaissement abattage abo abri abstention acc acces accessibilite accessible accessibles
    accompagnement accroche accueil achat achats acheteur acte actes actif action active activite
    activites adaptes additif address adherent adherents administratif administration adr adresse adresses
    aeriennes age agence agent agents aide aides aire aires alerte allergene allergie alt altitude
    amenagement amenageur amende amendes amount an animation annee annees annexe annuel annulation anonyme
    ans appartement appel appui arbre arbres archive archives arr arret arrete arretes arrets arrivee
    arrosage article articles artiste artistes artspe ascenseur association associations assure at attache
    attribuant attribution au audiodescription aut auteur auteurs autopartage autorisation autre autres
    aux available avancement average avis axe bac bail balise ban banc bancaire bande bat batiment
    batiments bbox begin beneficiaire beneficiaires besoin bgt bibliotheque bien biens bilan birth bister
    bl boite borne bornes brouillon bruit brut brutes budget budgetaire bureau bureaux but cable cad
    cadastrale cadastre cadre calcule calendrier camion camping candidat candidats canton capacite
    capacity capteur caracteristique carburant cargo carrefour carte cas categorie categories cause ccs
    cdbister cdc cdcol cdelem cdetab cdpat cdpost cdrue cds ce centre certificat certification ces chademo
    chaine chambre champ champs channel chantier chantiers charge chauffage chemin cheminement chiffre
    choix cimetiere circonscription circuit circulation cision city civil civilite classe classement
    classes classification cle cles client clients climat closed club cmpadr cni cod code codepostal codes
    codrd col collecte collectif collectifs collectivite college colonne colonnes com combustible comite
    commande commandes comment commentair commentaire commentaires comments commercial commission commune
    communes compagnie competence complement complet complt composition comptage comptages compte comptes
    compteur compteurs concession condition conditions conduite configuration conforme conformite conn
    conseil considerant consommation constat construction contact contenant contenu contexte contnat
    contrainte contraintes contrat contrats contre contribution controle controles convention convive coor
    coord coordonnee coordonnees coordonneesxy cote couche couleur count counter country courante courriel
    courriels cours cout couts couv couverture covoit cp cqas created creation creator creche creches
    credit credouv critere croissance csp cultivar culture cumul cumule cumulee current cycle d dae dans
    data date dates datetime day ddebut de debit debut deces dechet dechets decision decisions declarant
    declaration degre delai delegue deleguee delib deliberation deliberations demande demandes demandeur
    demandeurs denomination depart departement depense depenses depose depot depots dept der dermnt
    dernier derniere des descriptif description designation desservant dest destination detail details
    dette deux devers devis dfin diagnostic diam diametre difference differents difficulte diffusion
    diplome direction disp dispo disponibilite disponible disponibles dispositif disposition dispsurv
    distance dit divers division document documents domaine domicile donnee donnees dossier dossiers
    douche droit droits dt dtnaiss dtpr du duree dyn eau ebv echeance echelle echelon eclairage ecole
    ecoles ecoulement edited edition effectif effectifs effet elagage electeurs electrique electriques
    electronique elevateur eleve eleves elu elus email emails emission emplacement emplacements emploi
    emplois employeur emprise en enabled end ended enfant enfants engagement enquete enracinement
    enregistrement enseigne enseignement entity entree entreprise entreprises entretien enveloppe environ
    environnement epci equip equipe equipement equipements erp error esp espace espaces espece especes
    essence essences est estimation et etab etablissement etablissements etage etages etape etat etats etg
    etiquette etude etudiants euro europe evenement evenements event evolution exercice exploitant
    exploitation export exposition expt ext extension exterieur external externe extrait fab facade
    facture factures famille familles fax features femme femmes ferie fermeture feuille fiche fiches
    fichier fid field fields file filiere filles fin final finale finance financement financier first fixe flux fonct
    fonction fonctionnement fonctions fond fonds forfait format formation formations forme fournisseur
    fournisseurs frais france freq frequence frequentation fullname fuseau fut gabarit garantie garcons gaz genre
    geo geojson geom geometrie geometry geopoint gest gestion gestionnaire gid given globale gps grade
    gratuit group groupe groupes guichet guidage gymnase h habitant habitants habitation handicap haut
    hautes hauteur hauteurs hebergement height heure heures hex hmax homme hommes horaire horaires
    horodatage hors hotel hour ht humaine iban ic icone id ident identifiant identifiants identification
    identite identsig ids ilot image immat immatriculation immeuble impact implantation implante import
    impot incident indemnite index indicateur indice indisponible individuels info information
    informations infos infraction infrastructure inscription inscrits insee instal installation
    installations institution instructeur instruction intensite intercommunalite interet interieur
    international interne internet interop interoperabilite interrogation interv intervalle intervention
    interventions intitule inventaire investissement ionisation irve isoloir itineraire itinerance jardin
    jardins jour journal journee jours juridique justificatif key kg kilometrage kind km kwh l la label
    labels langue larg largeur last lastname lat latin latitude layer lcad lcped le lecture length les
    lettre level lib libell libelle libelles libre librue libtri licence lien lieu lieudit lieux ligne
    lignes limite limites linaire lineaire lines liquide list liste livraison livre livres local
    localisation localite locataire location logement logements loisir lon long longitude longueur lot
    lots lumiere lycee m machine mail maille main maintenance mairie maitrise maj majeur malentendants
    mandat manoeuvre marche marches marquage marque masse materiau materiaux materiel matiere matieres
    matricule maximum mean measure median membres mention menu message meta mesure mesures meter methode metier
    metre metres metropole millesime min mineur mini minimum minute minutes mise mission mnt mobile
    mobilier mobilite mobility mod modalite modalites mode model modele moderation modification modifie
    mois montant montants month moteur motif motifs motors mots moyen moyenne mtbudgprec mtprev mtpropnouv
    mtrar mtrarprec mtreal multimedia municipal municipale musee n nais naissance name nat natdec national
    nationalite nationaux nature nb nbclas nbclasfut nbenfmax nbr nbre net neuf nir niveau niveaux nom
    nombre nombres nomenclature nominal nominale noms nomvoie non norme norue not note notes notice
    notification notifiee nouveau nouvelle nuisance nuit nul num number numero numeros numtel nutriment
    nutriscore object objectid objectif objet objets obs observation observations occupant occupation
    occurrences oeuvre oeuvres of offre offres ogm on ong opbudg open opening operateur operation
    operations operator option options order ordre orga organisateur organisation organisme organismes
    orientation origine osm ou oui outil ouvert ouverte ouverts ouverture ouvrage owner page paiement
    panneau par parc parcelle parcelles parcours parent parente parite parking parkings participant
    participants participation particulier passage passages path patient patrimoine pays paysage pcsec pct
    pdc pdl ped pei peinture pente perimetre period periode periodicite permanent permis personne
    personnel personnels personnes perte petitionnaire phase phjm phjs phone photo photos piece pieces
    pied piscine piste pivot place places plafond plain plan plancher plantation plaque plat plate
    plateforme plus pmr poids point points police population port portable portail portal porte portee pos
    position possible postal postale postcode poste postes potentiel poubelle pour pourcentage pratique
    precision precisions preemption pref premier prenom prenoms prescription presence present presentation
    press prestation prestations prevision price principale priorite prise prives prix pro procedure
    procedures producteur production produit produits profession profil profondeur programme programmes
    projet projets properties property proprietaire proprietaires propriete proprio protection protege
    provider proximite pub publ public publication publics publique puissance qualite quality quantite
    quart quartier quartiers quota quotient raccordement rae rais raison rampe rang rapport rapporteur
    rate rayon rdv reason reception recette recettes recherche reclamation recolte record recours
    recyclage redevance reduction reel ref reference references referent refus regime region registre regl
    reglement reglementation reliquat remarquable remarque remarques remplissage remuneration
    remunerations rendez renouvellement renseignement repartition repas reperage reponse representant
    reseau reservation residence residences resident residuel responsable responsables ressource
    ressources restaurant restauration restriction result resultat resultats resume retard retour
    retrecissement revenu revenus revient revision rib risque risques rna rne role rome roues route routes
    row rows rta rue rues saisie saison salaire salle salles sample sanitaires sans sante sauf scolaire
    scolaires score sdis seance secteur section securite semaine semestre sens sensor sequence serie
    server servi service services servitude seuil sexe shape sheet shon si siege signalement signataire
    signature siqo siren siret site sites situation size social sociale societe societes sol solde somme
    sonore sortie source sources sous spat specialise specifique specifiquement sport sportif squart
    stable stade start started stat state station stationnement stations statistique status statut statuts
    step stock street structure structures style sub subvention subventions suffixe suite suivi sujet sum
    superficie support surface surfaces surveillance syndicat systeme table tableau tache tag taille tarif
    tarification tarifs tase taux tax taxe technique tel telephone telephones temp temperature temporalite
    temporality temps terminal terr terrain terre territoire test text texte texture the thematique theme
    themes theorique ticket tiers time timestamp title titre titres titulaire titulaires tjm to token
    tonnage tonne tonnes toponyme total totale totaux tourisme touristique tournee traitement trajet
    tranche transaction transactions transmission transport transports travail travaux tri trimestre tronc
    trottoir trottoirs ttc tutelle tva type typecompta types typologie uid un une unique unite unites
    updated updatedat urbanisme urgence url urne usage usager usagers usages user username users usine
    utile utilisateur utilisateurs utilisation uuid valeur valeurs validation valide validite value values
    variable variation variete vegetal veh vehicule vehicules velo velos vent vente ventes verif
    verification vernaculaire vers versement version verte ville villes visibilite visible visite visites
    vitesse vitree vitrophanie vlegale voie voies voirie voisin voiture voitures volume volumique votants
    vote votee votes voyageurs web week weight wgs width wkt x xlong xy y year ylat z zep zip zipcode zone
    zones
    """
)
