"""When the name of something found in a source may be shown.

What stands as the name of a column may be a cell: a file that lost its header has a row of data there, a
table laid out across has a person a column, and the keys of a JSON object may be data. No form tells «
rakotomalala » from « quartier », and no list holds every name. So a name that nobody declared is shown when
each of its words is one of ``WORDS``, the vocabulary of columns, which leaves out what is also a given name
or a common surname; else its rank is, which is enough to find it.
"""

from __future__ import annotations

import re

from aqueduc.declaration.column_name_hints import normal, plain

_NUMBERED = re.compile(r"([a-z]*)((?:19|20)[0-9]{2}|[0-9]{0,2})")
LONGEST_SHOWN = 60


def may_be_shown(name: str) -> bool:
    """Whether ``name`` can only be that of a column: known words, and one number at most, of two digits or a
    year."""
    if len(name) > LONGEST_SHOWN or not name.isprintable():
        return False
    if any(char.isalnum() and not char.isascii() for char in plain(name)):
        # « nom Жуков »: what is no Latin letter is no separator.
        return False
    parts = [_NUMBERED.fullmatch(word) for word in normal(name).split()]
    words = [part[1] for part in parts if part and part[1]]
    numbers = [part[2] for part in parts if part and part[2]]
    return None not in parts and bool(words) and len(numbers) <= 1 and all(word in WORDS for word in words)


def sheet_shown(name: str, rank: int) -> str:
    """A sheet of a workbook: a city may keep one a person."""
    return f"« {name} »" if may_be_shown(name) else f"n° {rank} (son nom est tu)"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS = _words(
    """
    a abattage abri acces accessibilite accessible accessibles accompagnement accueil achat achats
    acheteur acte actes actif action active activite activites adaptes additif address adherent adherents
    administratif administration adr adresse adresses age agence agent agents aide aides aire aires alerte
    allergie altitude amenagement amenageur amende amendes amount an animation annee annees annexe annuel
    annulation anonyme ans appartement appel appui arbre arbres archive archives arret arrete arretes
    arrets arrivee arrosage article articles artiste artistes ascenseur association associations assure at
    attache attribuant attribution au aut auteur auteurs autorisation autre autres aux available
    avancement average avis axe bac bail balise ban banc bancaire bande bat batiment batiments bbox begin
    beneficiaire beneficiaires besoin bibliotheque bien biens bilan birth bl boite borne bornes brouillon
    bruit brut budget budgetaire bureau bureaux but cable cadastrale cadastre cadre calendrier camion
    camping candidat candidats canton capacite capacity capteur caracteristique carburant carrefour carte
    cas categorie categories cause cdc ce centre certificat ces chaine chambre champ champs chantier
    chantiers charge chauffage chemin cheminement chiffre choix cimetiere circonscription circuit
    circulation city civilite classe classement classes classification cle client clients climat closed
    club cod code codepostal codes col collecte collectif college colonne colonnes com combustible comite
    commande commandes comment commentaire commentaires comments commercial commission commune communes
    compagnie competence complement complet composition comptage comptages compte comptes compteur
    compteurs concession condition conditions conduite configuration conforme conformite conseil
    consommation constat construction contact contenant contenu contexte contrainte contraintes contrat
    contrats contribution controle controles convention coord coordonnee coordonnees cote couche couleur
    count country courriel courriels cours cout couts couverture cp created creation creator creche
    creches credit critere croissance csp cultivar culture cumul cumule current cycle d dans data date
    dates datetime day de debit debut deces dechet dechets decision decisions declarant declaration degre
    delai delegue deleguee delib deliberation deliberations demande demandes demandeur demandeurs
    denomination depart departement depense depenses depose depot depots dept dernier derniere des
    descriptif description designation dest destination detail details dette deux devis diagnostic diam
    diametre difference diffusion diplome direction disp disponibilite disponible disponibles dispositif
    distance divers division document documents domaine domicile donnee donnees dossier dossiers douche
    droit droits dt dtnaiss du duree eau ebv echeance echelle echelon eclairage ecole ecoles ecoulement
    edited edition effectif effectifs effet elagage electeurs electrique eleve eleves elu elus email
    emails emission emplacement emplacements emploi emplois employeur emprise en enabled end ended enfant
    enfants engagement enquete enregistrement enseigne enseignement entity entree entreprise entreprises
    entretien enveloppe environ environnement epci equip equipe equipement equipements erp error esp
    espace espaces espece especes essence essences est estimation et etab etablissement etablissements
    etage etages etape etat etats etg etiquette etude europe evenement evenements event evolution exercice
    exploitant exploitation export exposition ext extension externe extrait facade facture factures
    famille familles fax features femme femmes ferie fermeture feuille fiche fiches fichier fid field file
    filiere fin final finance financement financier first fixe flux fonction fonctionnement fonctions fond
    fonds forfait format formation formations forme fournisseur fournisseurs frais france frequence
    frequentation fullname fuseau fut gabarit garantie gaz genre geo geojson geom geometrie geometry
    geopoint gestion gestionnaire gid given globale gps grade gratuit group groupe groupes guichet gymnase
    h habitant habitants habitation handicap hauteur hauteurs hebergement height heure heures hex homme
    hommes horaire horaires horodatage hors hotel hour ht humaine ic icone id ident identifiant
    identifiants identite ids ilot image immat immatriculation immeuble impact implantation import impot
    incident indemnite index indicateur indice indisponible info information informations infos infraction
    infrastructure inscription inscrits insee installation installations institution instructeur
    instruction intensite intercommunalite interet interieur international interne internet interrogation
    intervalle intervention interventions intitule inventaire investissement irve itineraire jardin
    jardins jour journal journee jours juridique justificatif key kg kilometrage kind km kwh l la label
    langue largeur last lastname lat latin latitude layer le lecture length les lettre level lib libelle
    libelles libre licence lien lieu lieudit lieux ligne lignes limite limites linaire lineaire lines
    liquide list liste livraison livre livres local localisation localite locataire location logement
    logements loisir lon long longitude longueur lot lots lumiere lycee m machine mail maintenance mairie
    maitrise maj majeur mandat marche marches marquage marque masse materiau materiaux materiel matiere
    matieres matricule maximum mean measure median membres mention menu message mesure mesures meter
    methode metier metre metres metropole millesime min mineur mini minimum minute minutes mise mission
    mobile mobilier mobilite mobility mode model modele moderation modification modifie mois montant
    montants month moteur motif motifs mots moyen moyenne multimedia municipal municipale musee n nais
    naissance name nat national nationalite nature nb nbr nbre net neuf niveau niveaux nom nombre nombres
    nominal noms non norme not note notes notice notification nouveau nouvelle nuisance nuit nul num
    number numero numeros numtel object objectid objectif objet objets obs observation observations
    occupant occupation occurrences oeuvre oeuvres of offre offres on ong open opening operateur operation
    operations operator option options order ordre organisateur organisation organisme organismes
    orientation origine ou oui outil ouvert ouverte ouverture ouvrage owner page paiement panneau par parc
    parcelle parcelles parcours parent parking parkings participant participants participation particulier
    passage passages path patient patrimoine pays paysage pct pdl peinture pente perimetre period periode
    periodicite permanent permis personne personnel personnels personnes perte petitionnaire phase phone
    photo photos piece pieces pied piscine piste place places plafond plan plantation plaque plat plate
    plateforme plus pmr poids point points police population portable portail porte portee pos position
    postal postale postcode poste postes potentiel poubelle pour pourcentage pratique precision precisions
    preemption pref premier prenom prenoms prescription presence present presentation prestation
    prestations prevision price priorite prise prives prix pro procedure procedures producteur production
    produit produits profession profil profondeur programme programmes projet projets properties property
    proprietaire proprietaires propriete proprio protection protege provider proximite public publication
    publics publique puissance qualite quality quantite quart quartier quartiers quota quotient
    raccordement raison rang rapport rapporteur rate rayon reason reception recette recettes recherche
    reclamation recolte record recours recyclage redevance reduction reel ref reference references
    referent refus regime region registre reglement reglementation reliquat remarque remarques remplissage
    remuneration remunerations rendez renouvellement renseignement repartition repas reponse representant
    reseau reservation residence residences resident residuel responsable responsables ressource
    ressources restaurant restauration restriction result resultat resultats retard retour revenu revenus
    revision risque risques rna role rome route routes row rows rta rue rues saisie saison salaire salle
    salles sample sanitaires sans sante sauf scolaire scolaires score sdis seance secteur section securite
    semaine semestre sens sensor sequence serie service services servitude seuil sexe shape sheet si siege
    signalement signataire signature siren siret site sites situation size social sociale societe societes
    sol solde somme sonore sortie source sources sous sport sportif stade start started stat state station
    stationnement stations statistique status statut statuts step stock street structure structures style
    sub subvention subventions suffixe suite suivi sujet sum superficie support surface surfaces
    surveillance syndicat systeme table tableau tache tag taille tarif tarification tarifs tase taux tax
    taxe technique tel telephone telephones temperature temporalite temps terminal terrain terre
    territoire test text texte the thematique theme themes ticket tiers time timestamp title titre titres
    titulaire titulaires to token tonnage tonne tonnes toponyme total totale totaux tourisme touristique
    tournee traitement trajet tranche transaction transactions transport transports travail travaux tri
    trimestre tronc trottoir trottoirs ttc tutelle tva type types typologie un une unique unite unites
    updated updatedat urbanisme urgence url usage usager usagers usages user username users usine utile
    utilisateur utilisateurs utilisation valeur valeurs validation valide validite value values variable
    variation variete vegetal vehicule vehicules velo velos vent vente ventes verif verification
    vernaculaire vers versement version verte ville villes visibilite visible visite visites vitesse voie
    voies voirie voisin voiture voitures volume votants vote votes voyageurs web week weight wgs width wkt
    x xlong xy y year ylat z zip zipcode zone zones
    """
)
