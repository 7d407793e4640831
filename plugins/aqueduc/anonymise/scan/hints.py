"""What the name of a column lets one expect: evidence for or against, never proof."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TOPICS: dict[str, str] = {
    "phone": (
        r"tel\d?|tels|telephones?|telephonique|tph|phone|phones|mobiles?|portables?|gsm|fax|fixe|appel"
        r"|appelant|joindre|num_?tel|notel|numtel"
    ),
    "email": r"mails?|emails?|courriels?|mel|e_mail|messagerie",
    "nir": r"nir|secu|securite_sociale|num_?secu|ss|nss|assures?|immatriculation_sociale|num_ss",
    "iban": r"iban|rib|bancaires?|bic|compte_bancaire|coordonnees_bancaires",
    "plate": r"immat|immats|immatriculations?|plaques?|vehicules?|mineralogique|num_plaque",
    "parked": r"parkings?|stationnements?|macarons?|vignettes?|residents?|abonnements?",
    "network": r"ip|ips|ipv4|ipv6|mac|macs|bssid|wifi|bt|bluetooth|ble|terminal|terminaux|appareil|device",
    # Of the accounts of a city.
    "voucher": (
        r"mandats?|factures?|bordereaux?|bordereau|titres?_(?:de_)?recettes?|ecritures?|engagements?|regies?"
        r"|bons?_(?:de_)?commandes?|commandes?|liquidations?|pieces?_comptables?"
    ),
    "account": (
        r"users?|logins?|utilisateurs?|operateurs?|operatrice|createurs?|pseudos?|(?:maj|saisie?|cree"
        r"|modifie|valide)_par"
        r"|identifiant_(?:agent|usager|connexion)"
    ),
    "identity": (
        r"cni|cnie|carte_(?:nationale_)?(?:d_)?identite|pieces?_(?:d_)?identite|num_piece|titre_(?:de_)?sejour"
        r"|numero_(?:de_)?piece|n_piece|ci|titre_identite|justificatif_identite|num_ci"
    ),
    "passport": r"passeports?|passports?|num_passeport",
    "driving": r"neph|permis_(?:de_)?conduire|permis_[abcde]|num_permis_conduire|numero_permis_conduire",
    # Of driving or of building: what the cells are says which.
    "permit": r"permis",
    "sport": (
        r"licences?_(?:sportives?|ff\w*|federales?|joueur|club|licencie)|num(?:ero)?_(?:de_)?licences?|no_licence"
        r"|n_licence|licence_n|ff[a-z]{1,8}|licencies?|licenciee|licence_num\w*"
    ),
    "caf": r"caf|allocs?|allocataires?|num_allocataire|numero_allocataire|matricule_caf|allocation_caf",
    "pupil": r"ine|(?:num_?|id_|identifiant_)?(?:eleves?|etudiante?s?|apprenante?s?)|base_eleves|onde",
    "social": (
        r"reseaux?|reseaux?_sociaux|reseau_social|social|facebook|fb|instagram|insta|twitter|linkedin|tiktok|snap"
        r"|snapchat|pseudos?|compte_(?:x|twitter|insta\w*)|profils?"
    ),
    "service": (
        r"mairies?|accueil|standard|services?|secretariat|ecoles?|etablissements?|structures?|organismes?|numero_vert"
        r"|urgences?|astreintes?|siege|entreprises?|societes?|commerces?|boutiques?|magasins?|hotels?|restaurants?"
        r"|offices?|musees?|mediatheques?|bibliotheques?|creches?|pharmacies?|bureaux?|guichets?|billetteries?"
        r"|publics?|publique|generiques?|hotline|assistance|support|equipements?|lieux?|points?_d\w*|associations?"
        r"|clubs?|colleges?|lycees?|cinemas?|theatres?|piscines?|gymnases?|camping|prestataires?|fournisseurs?"
        r"|exploitants?|administrations?|collectivites?|communes?|institutionnels?|antennes?|agences?|centres?"
        r"|residences?|reservations?|conseil|syndicat|federations?|dechetteries?|decheteries?|hopital|cabinets?"
    ),
    "measure": (
        r"montants?|prix|couts?|budgets?|totaux|total|volumes?|index|releves?|compteurs?|consos?|consommations?|surfaces?"
        r"|population|recettes?|depenses?|debits?|capacites?|energies?|kwh|mwh|m3|m2|litres?|tonnages?|tonnes|poids|masse"
        r"|valeurs?|quantites?|qte|nb|nombres?|effectifs?|centimes?|euros?|ht|ttc|tva|subventions?|dette|credits?"
        r"|emprunts?|base|taux|superficies?|longueurs?|octets?|taille|frequentations?|passages?|distances?|duree|cout"
    ),
    "day": r"dates?|jours?|dt|day|le|quand|moment",
    "birth": (
        r"d_n|d_nais|naiss|naissances?|nais|ne_le|nee_le|ne|nee|birth|birthday|birthdate|dob|ddn|dnaiss"
        r"|dtnaiss|datenaiss|datnais|anniversaire|anniv"
    ),
    "person": (
        r"prenoms?|patronymes?|demandeurs?|requerants?|petitionnaires?|proprietaires?|proprio"
        r"|beneficiaires?|titulaires?"
        r"|declarants?|usagers?|agents?|instructeurs?|interlocuteurs?|interlocutrice|presidents?"
        r"|presidente|elue?s?"
        r"|responsables?|referente?s?|gerante?s?|dirigeante?s?|signataires?|interesse|interessee"
        r"|patiente?s?|eleves?"
        r"|enfants?|parents?|pere|mere|conjointe?|epoux|epouse|defunte?s?|concessionnaires?|locataires?"
        r"|occupante?s?"
        r"|adherente?s?|licencies?|licenciee|candidate?s?|electeurs?|electrice|contacts?|auteurs?"
        r"|redacteur|redactrice"
        r"|victimes?|conducteurs?|conductrice|tuteurs?|tutrice|temoins?|plaignante?|personnes?|individu"
        r"|identite"
        r"|civilite|firstname|lastname|surname|fullname|first_name|last_name|nomprenom|nom_famille"
        r"|assistante?s?"
        r"|benevoles?|participante?s?|inscrite?s?|abonnee?s?|emprunteurs?|lecteurs?|clients?|clientes?"
        r"|allocataires?"
        r"|resident|residents|habitante?s?|destinataires?|expediteurs?|emetteurs?|salaries?|employes?"
        r"|enseignante?s?|professeurs?"
        r"|maire|conseiller|conseillere|adjointe?|rapporteur|rapporteure|invites?|exposante?|commercant"
        r"|qui|vendeur|acquereur|acheteur"
    ),
    "name": r"noms?|name|names|nomp",
    "address": (
        r"adresses?|adr|adrs|address|domiciles?|domiciliation|voie_domicile|rue_domicile|habitation"
        r"|lieu_de_vie|logement"
    ),
    "thing": (
        r"ecoles?|etablissements?|etab|colleges?|lycees?|creches?|equipements?|voies?|voirie|rues?|street"
        r"|odonyme|toponyme"
        r"|lieux?|sites?|parcs?|jardins?|salles?|gymnases?|stades?|piscines?|arrets?|stations?|lignes?"
        r"|quartiers?"
        r"|communes?|villes?|city|departements?|regions?|pays|country|marques?|modeles?|fabricants?"
        r"|constructeurs?|produits?|especes?|essences?"
        r"|genres?|varietes?|cultivars?|taxons?|latin|scientifique|vernaculaire|metiers?|profession"
        r"|postes?|fonctions?|emplois?"
        r"|grades?|enseignes?|raison|denomination|societes?|entreprises?|titres?|libelles?|intitules?"
        r"|types?|categories?"
        r"|services?|directions?|monuments?|oeuvres?|edifices?|batiments?|bureaux?|cantons?|parkings?|musees?"
        r"|bibliotheques?|theatres?|chantiers?|travaux|evenements?|manifestations?|spectacles?|films?"
        r"|livres?|associations?|asso|clubs?"
        r"|organismes?|structures?|commerces?|magasins?|restaurants?|hotels?|bornes?|defibrillateurs?"
        r"|statues?|place|places"
        r"|portes?|ponts?|navires?|bateaux?|races?|animal|animaux|chiens?|couleurs?|materiaux?|nature"
        r"|themes?|matieres?|discipline|secteurs?|zones?"
        r"|localisation|emplacement|implantation|tempetes?|ouragans?|cyclones?|endroit|trajet|itineraire|perimetre|siege"
        r"|activites?|programme"
        r"|ouvrages?|operations?|projets?|residences?_nom|copropriete|nom_commercial|editeurs?|artistes?"
        r"|expositions?|rosiers?"
    ),
    "code": (
        r"ids?|identifiants?|codes?|cod|refs?|references?|dossiers?|uuid|guid|hash|siren|siret|rna|finess"
        r"|insee|ean|gtin|isbn"
        r"|cle|key|lots?|serie|serial|compteurs?|pdl|prm|parcelles?|cadastre|cadastrale|section|contrat"
        r"|facture|commande|marche|mandat"
        r"|deliberation|delib|acte|matricule|badge|carte|police|bon|ticket|transaction|operation|ordre"
        r"|bordereau|titre_recette|article|sku|objectid|fid|gid|ogc_fid|osm|idu|uai|version|firmware"
    ),
    "agent": (
        r"instructeurs?|instructrice|agents?|redacteurs?|redactrice|gestionnaires?|technicien(?:ne)?s?"
        r"|operateurs?"
        r"|operatrice|referente?s?|auteurs?|trigrammes?|trig|initiales?|users?|logins?|responsables?"
        r"|interlocuteurs?"
        r"|visas?|paraphe|signataires?|chauffeurs?|conducteurs?|conductrice|intervenante?s?|releveurs?"
        r"|enqueteurs?"
        r"|animateurs?|animatrice|surveillante?s?|inspecteurs?|controleurs?|verificateurs?|valideurs?"
        r"|saisisseur"
        r"|charge_(?:de|d)\w*|suivi|par|par_qui|qui|pilote|pilotes|assignee?|affecte_a|attribue_a|traite"
        r"|traitee?_par"
        r"|(?:saisie?|cree|modifie|valide|traite|suivi|maj|vu|fait|releve|pose|controle|redige|transmis"
        r"|recu)_par"
        r"|technicien|utilisateurs?|createurs?|acteur|equipier|equipage|tournee_agent|binome|astreinte"
        r"|personnel|emploi_de|instr|resp|gest|tech|redac"
    ),
    "count": (
        r"nombres?|nb|nbre|nbr|effectifs?|total|totaux|occurrences?|nombre_occurrences|taux|pourcentage|pct"
        r"|part"
        r"|quantites?|qte|population|frequence|rang|moyenne|somme|cumul|comptage|count"
    ),
    "home": r"domiciles?|logements?|habitation|foyer|residence|chez|maison|home|menage",
    "position": (
        r"lon|lat|lng|long|longitudes?|latitudes?|x|y|coord|coords|coordonnees?|coordx|coordy|geom|geo"
        r"|geometrie|wkt"
        r"|point|position|geopoint|geo_point|geo_point_2d|xy|gps|x_l93|y_l93|the_geom|geolocalisation"
    ),
    "age": r"ages?|age_ans|age_\w+",
    "health_flag": (
        r"rqth|aah|aeeh|ald|enceinte|grossesse|handicaps?|handicapee?|invalide|invalidite|inapte|mdph|pai"
        r"|diabet\w*"
        r"|asthm\w*|epilep\w*|allerg\w*|vaccinee?|hospitalisee?|dependan\w*|gir|malade|depress\w*"
        r"|arret_maladie"
        r"|situation_handicap"
    ),
    "access": r"acces|accessible|accessibilite|access\w*|pmr|stationnement|equipements?|toilettes?|boucle\w*"
    "|lutte|aide",
    "health": (
        r"sante|medical|medicale|medicaux|allergies?|allergie_alimentaire|pathologies?|handicaps?"
        r"|traitements?_medica\w*"
        r"|pai|rqth|aah|ald|invalidite|invalide|incapacite|taux_ipp|grossesse|enceinte|antecedents?|mdph"
        r"|maladies?"
        r"|symptomes?|diagnostics?_medical|diagnostic|regime_alimentaire|vaccins?|vaccinations?|medicaments?"
        r"|aptitude"
        r"|inaptitude|restrictions?|gir|etat_psychologique|blessures?|deficience|situation_handicap"
        r"|hospitalisation"
        r"|arret_maladie|motif_absence|besoins_particuliers|autonomie|diag|cim|cim_?10|icd|icd_?10|sanitaire|pai_\w+"
    ),
    "event": (
        r"creation|crea|construction|pose|plantation|deliberation|delib|mise|service|ouverture"
        r"|inauguration|classement"
        r"|signature|achevement|depots?|decisions?|modif|modification|maj|update|updated|created|debut"
        r"|fin|arrivee|depart|seance|publication"
        r"|controle|visite|intervention|mesure|releve|horodatage|timestamp|evenement|facture|livraison"
        r"|commande|installation|protection|inscription|arrete"
        r"|fondation|declaration|parution|edition|notification|passage|permis|validite|expiration"
        r"|echeance|heure|deces|obtention|sinistre|bail|acquisition|achat|embauche|recrutement|nomination"
        r"|mandat|election|adhesion"
        r"|entree|sortie|revision|derniere|premiere|accident|infraction|vente|mutation|recensement"
        r"|fabrication|immatriculation"
        r"|circulation|travaux|chantier|erection|edification|datation|fermeture|demolition|evt|seances"
        r"|jour_ouvre|reception|date(?:plantation|pose|creation|crea|construction|ouverture|debut|fin|maj)"
    ),
}
_PATTERNS = {topic: re.compile(rf"(?:^|_)(?:{words})(?:_|\d|$)") for topic, words in _TOPICS.items()}


@dataclass(frozen=True)
class ColumnNameHints:
    """The topics that a column's name speaks of."""

    topics: frozenset[str]

    def __contains__(self, topic: str) -> bool:
        return topic in self.topics


# A column is asked for its topics some twenty times.
@lru_cache(maxsize=1000)
def find_column_name_hints(column: str) -> ColumnNameHints:
    """``NomDuDemandeur``, ``nom-demandeur`` and ``NOM_DEMANDEUR`` say the same."""
    split = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])", "_", column)
    plain = (
        unicodedata.normalize("NFKD", split.replace("n°", "numero"))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    joined = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return ColumnNameHints(frozenset(topic for topic, pattern in _PATTERNS.items() if pattern.search(joined)))
