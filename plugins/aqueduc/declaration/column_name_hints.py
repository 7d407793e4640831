"""What the name of a column says of it, in the spellings of French software (``NOM_NAISS``, ``Tél. 2``).

A name is a hint, never a proof: what it says makes a draft more careful, and opens nothing by itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from aqueduc.language import Message, _

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "°": "o"})


def normalise_words(text: str) -> str:
    """Words in lower case without accents, separated by one blank; camelCase is cut."""
    return _SEPARATORS.sub(" ", strip_accents_and_ligatures(_CAMEL.sub(" ", text)).lower()).strip()


def strip_accents_and_ligatures(text: str) -> str:
    """Without accents nor ligatures."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


class ColumnNature(StrEnum):
    """What a column may be about. The values are stable: ``--json`` gives them."""

    PERSON_NAME = "nom-de-personne"
    PHONE = "telephone"
    EMAIL = "courriel"
    ADDRESS = "adresse"
    NIR = "nir"
    IBAN = "compte-bancaire"
    PLATE = "immatriculation"
    BIRTH = "naissance"
    PERSONAL_ID = "identifiant-de-personne"
    PARCEL = "parcelle"
    SIRET = "siret"
    TRAIT = "trait-de-personne"
    SENSITIVE = "donnee-sensible"
    FREE_TEXT = "texte-libre"
    LONGITUDE = "longitude"
    LATITUDE = "latitude"
    SHAPE = "geometrie"
    NAME = "nom"
    PLACE = "lieu"


FRENCH: Mapping[ColumnNature, Message] = {
    ColumnNature.PERSON_NAME: _("le nom d'une personne"),
    ColumnNature.PHONE: _("un téléphone"),
    ColumnNature.EMAIL: _("un courriel"),
    ColumnNature.ADDRESS: _("une adresse"),
    ColumnNature.NIR: _("un numéro de sécurité sociale"),
    ColumnNature.IBAN: _("un compte bancaire"),
    ColumnNature.PLATE: _("une immatriculation"),
    ColumnNature.BIRTH: _("une naissance"),
    ColumnNature.PERSONAL_ID: _("l'identifiant d'une personne"),
    ColumnNature.PARCEL: _("une parcelle cadastrale, donc un propriétaire"),
    ColumnNature.SIRET: _("un SIRET, qui peut être celui d'un entrepreneur individuel"),
    ColumnNature.TRAIT: _("un trait d'une personne"),
    ColumnNature.SENSITIVE: _("une donnée sensible (RGPD, art. 9 et 10)"),
    ColumnNature.FREE_TEXT: _("un texte libre, où des personnes peuvent être nommées"),
    ColumnNature.LONGITUDE: _("une longitude"),
    ColumnNature.LATITUDE: _("une latitude"),
    ColumnNature.SHAPE: _("une géométrie"),
    ColumnNature.NAME: _("un nom"),
    ColumnNature.PLACE: _("un lieu"),
}

DIRECT = frozenset(
    {
        ColumnNature.PERSON_NAME,
        ColumnNature.PHONE,
        ColumnNature.EMAIL,
        ColumnNature.NIR,
        ColumnNature.IBAN,
        ColumnNature.PLATE,
        ColumnNature.PERSONAL_ID,
    }
)
"""What identifies somebody by itself: never proposed for publication."""


def _compile_word_pattern(words: str) -> re.Pattern[str]:
    """A pattern over ``normal`` text: one of the ``words`` (a blank-separated list), whole; ``_`` is a blank,
    ``*`` the rest of a word, and a number may follow."""
    parts = (word.replace("_", " ").replace("*", "[a-z]*") for word in words.split())
    return re.compile(rf"(?<![a-z])(?:{'|'.join(parts)})\d*(?![a-z])")


_PEOPLE = (
    "demandeur* petitionnaire* declarant* titulaire* locataire* proprietaire* beneficiaire* usager* "
    "abonne* client* "
    "patient* eleve* enfant* parent* pere mere tuteur* conjoint* epou* marie* defunt* temoin* "
    "allocataire* assure* "
    "adherent* licencie* participant* inscrit* candidat* stagiaire* salarie* employe* etudiant* "
    "habitant* resident* "
    "famille* heritier* victime* plaignant* requerant* electeur* contrevenant* detenteur* emprunteur* "
    "acheteur* "
    "vendeur* passager* conducteur* redevable* contribuable* occupant*"
)
"""Words for those whom a file is about."""
_STAFF = (
    "referent* contact* responsable* gestionnaire* agent* redacteur* rapporteur* president* directeur* "
    "directrice* "
    "signale_par signalement_par saisi_par saisie_par cree_par modifie_par maj_par valide_par releve_par "
    "instructeur* technicien* enqueteur* interlocuteur* signataire* mandataire* delegue* elu elus maire "
    "adjoint* "
    "secretaire* tresorier* auteur* utilisateur* operateur* correspondant* gardien* animateur* medecin* "
    "encadrant* "
    "controleur* verificateur* chef charge_de redige_par"
)
"""Words for those whose name is written beside a fact which is not about them."""
_OF_PEOPLE = _compile_word_pattern(_PEOPLE)
_OF_STAFF = _compile_word_pattern(_STAFF)

_KNOWN: tuple[tuple[ColumnNature, re.Pattern[str]], ...] = (
    (
        ColumnNature.EMAIL,
        _compile_word_pattern(
            "courriel* mail* email* e_mail* mel adel adresse_mail adresse_electronique messagerie"
        ),
    ),
    (
        ColumnNature.PHONE,
        _compile_word_pattern(
            "tel telephone* telephonique* portable* mobile* fax telecopie* gsm phone* numtel notel tel_fixe"
        ),
    ),
    (
        ColumnNature.NIR,
        _compile_word_pattern(
            "nir nss insee_nir securite_sociale secu num_secu numsecu no_secu num_ss numss"
        ),
    ),
    (
        ColumnNature.IBAN,
        _compile_word_pattern(
            "iban* rib bic compte_bancaire coordonnees_bancaires domiciliation_bancaire swift"
        ),
    ),
    (ColumnNature.PLATE, _compile_word_pattern("plaque* immat* immatriculation*")),
    (
        ColumnNature.BIRTH,
        _compile_word_pattern(
            "naissance* naiss ddn dtnaiss datnaiss datenaiss datenaissance ne_le nee_le birth* age ages"
        ),
    ),
    (
        ColumnNature.PERSONAL_ID,
        _compile_word_pattern(
            "matricule* login identifiant_agent num_agent num_allocataire allocataire_id num_licence ine "
            "num_carte no_carte numero_carte carte_no num_lecteur no_lecteur numero_lecteur "
            "carte_identite passeport cni adresse_ip ip mac imei num_dossier_client badge* signature* "
            "photo photos pseudo*"
        ),
    ),
    (ColumnNature.PARCEL, _compile_word_pattern("parcelle* cadastr* refcad ref_cad section_cadastrale")),
    (ColumnNature.SIRET, _compile_word_pattern("siret*")),
    (
        ColumnNature.SENSITIVE,
        _compile_word_pattern(
            "sante medical* pathologie* maladie* handicap* religion* syndica* politique* ethni* infraction* "
            "condamnation* peine casier revenu* quotient_familial qf rsa aide_sociale secours_social "
            "allergie* vaccin* "
            "orientation_sexuelle biometri*"
        ),
    ),
    (
        ColumnNature.TRAIT,
        _compile_word_pattern(
            "sexe civilite* nationalite* profession* csp metier* situation_familiale "
            "situation_matrimoniale nb_enfants "
            "nombre_enfants diplome* grade echelon* statut_marital tranche_age classe_age titre_civil"
        ),
    ),
    (
        ColumnNature.FREE_TEXT,
        _compile_word_pattern(
            "commentair* comment comments observation* obs remarque* rmq note notes memo description* "
            "objet motif* texte "
            "message* detail* precision* divers information* infos avis_libre annotation* reponse_libre"
        ),
    ),
    (
        ColumnNature.LONGITUDE,
        _compile_word_pattern("longitude* long lon lng x_wgs84 xlong geo_lon coord_x_wgs84 long_coor"),
    ),
    (
        ColumnNature.LATITUDE,
        _compile_word_pattern("latitude* lat y_wgs84 ylat geo_lat coord_y_wgs84 lat_coor"),
    ),
    (
        ColumnNature.SHAPE,
        _compile_word_pattern(
            "geom geometry geometrie* geo_shape shape the_geom wkt ewkt wkb geojson geo_json geo_point xy "
            "coord coords coordonnee coordonnees geoloc* gps lat_lon latlon lat_lng latlng lon_lat lonlat "
            "centroid* geohash geopoint plus_code position_gps position_geo*"
        ),
    ),
    (
        ColumnNature.ADDRESS,
        _compile_word_pattern(
            "adresse* adr adr_num adr_voie address domicil* rue voie num_voie nom_voie lib_voie libvoie "
            "librue norue cdrue "
            "cmpadr bister cdbister residence* lieu_dit lieudit complement_adresse numero_voie "
            "boite_postale street"
        ),
    ),
    (
        ColumnNature.PLACE,
        _compile_word_pattern(
            "commune* ville* cp code_postal cdpost codpost postal_code insee code_insee com_cp com_insee "
            "com_nom quartier* "
            "quart squart iris canton* secteur* zone* arrondissement* departement* region* epci pays "
            "localite* bureau"
        ),
    ),
)
_GIVEN = _compile_word_pattern(
    "prenom* patronym* nom_usage nom_naissance nom_naiss nom_jeune_fille nom_marital nom_famille nom_complet"
)
_NAME = _compile_word_pattern(
    "nom noms name names denomination* raison_sociale intitule* libelle* appellation*"
)
_NOT_A_PERSON = _compile_word_pattern(
    "voie rue commune ville com lieu site ecole etablissement equipement station* compteur* modele* "
    "usuel* occitan* "
    "arbre arbres vernaculaire* scientifique* botanique* latin* matiere* colonne* fichier* projet* service* "
    "direction* produit* "
    "attribuant* amenageur* enseigne* arret* ligne* quartier* plat* menu*"
)
_NAMELESS = _compile_word_pattern(
    "nb nombre num numero no id code type date dt statut etat categorie* taux montant total part "
    "effectif* qualite "
    "role fonction accueil rna ref reference* siret siren montant effectif*"
)
_CODE = _compile_word_pattern(
    "id ids ident* identifiant* code* cod cd* num numero* no ref refs reference* siren siret rna rne uai "
    "insee cp "
    "tel telephone mobile fax nir matricule iban dossier* cle key objectid fid gid postal_code zip"
)
_NUMBERED_PEOPLE = _compile_word_pattern(
    f"{_PEOPLE} agent* personne* individu* foyer* menage* benef* alloc adh membre* matricule* lecteur* lectrice*"
)
_NUMBERED_FILE = _compile_word_pattern(
    "dossier* identifiant* matricule* licence* carte* badge* contrat* abonnement* allocataire* usager* foyer* menage* "
    "compte"
)
_CATALOGUED = "cote cotes isbn* issn* ean gtin code_barre* codebarre*"
_CATALOGUE_MARK = _compile_word_pattern(_CATALOGUED)
_NUMBERED_THING = _compile_word_pattern(
    f"{_CATALOGUED} ref refs reference* article* titre* ouvrage* livre* exemplaire* document* produit* modele* "
    "inventaire* materiel* facture* auteur* editeur*"
)
_SORTED = _compile_word_pattern(
    "type* categorie* nature* statut* etat* etape* motif* nb nombre nbr nbre effectif* total tarif* montant* taux date* "
    "dt libelle* intitule* url lien tel telephone* portable* mobile* fax mail* email* courriel* iban "
    "siret siren insee cp rna uai"
)
"""Beside those words, a code sorts people or files, or is of something else, and is the number of none."""
_DATE = _compile_word_pattern(
    "date* dt dat jour* maj debut fin ddebut dfin le dermnt dermaj datmaj horodat* echeance* releve*"
)
_YEAR = _compile_word_pattern("annee* an year* exercice* millesime*")
_MEASURE = _compile_word_pattern(
    "montant* mt mtt prix cout* tarif* somme* total totaux budget* credit* depense* recette* subvention* solde* "
    "loyer* "
    "valeur* mesure* nombre nb nbre nbr effectif* quantite* qte capacite* population* surface* superficie* aire "
    "longueur* long_m largeur* hauteur* profondeur* epaisseur* diametre* circonference* perimetre* distance* "
    "altitude* lineaire* poids masse* tonnage* volume* debit* vitesse* duree* temperature* temp pression* "
    "humidite* concentration* densite* puissance* energie* conso* consommation* production* taux "
    "pourcentage* pct part ratio* moyenne* mediane* minimum maximum ecart_type "
    "no2 nox o3 so2 co2 pm10 pm2 pm25 ph euros eur m2 m3 ha kg km kwh mwh ht ttc"
)
_UNIT = re.compile(r"[€$%²³]|\((?:[kcmdMG]?m[23]?|ha|k?g|t|h?l|[kMG]?Wh?|k?VA|dB|°C?|eur(?:os?)?|h|min|s)\)")


_FOUND_IN_COMMENTS = frozenset(
    {ColumnNature.NIR, ColumnNature.IBAN, ColumnNature.PLATE, ColumnNature.BIRTH, ColumnNature.PARCEL}
)
"""« Téléphone » or « courriel » in a comment says too often what the column is not."""


@dataclass(frozen=True)
class ColumnNameMeaning:
    """What the name (and the database's comment) of a column says. ``words``: those of the name, normalised.
    ``of_people``: about those whom the rows are about; ``of_staff``: about somebody who is only mentioned there."""

    words: str
    natures: frozenset[ColumnNature]
    of_people: bool = False
    of_staff: bool = False
    about_a_thing: bool = False
    """The name of a street, a species, an equipment."""


# A declaration asks for the same few names some ten times, and Airflow reads all declarations every half minute.
@lru_cache(maxsize=4096)
def classify_column_name(name: str, comment: str = "") -> ColumnNameMeaning:
    """The natures that a name, then a comment, suggest."""
    own, all_of = normalise_words(name), normalise_words(f"{name} {comment}")
    natures = {nature for nature, pattern in _KNOWN if pattern.search(own)}
    if not natures & {ColumnNature.EMAIL, ColumnNature.PHONE, ColumnNature.LONGITUDE, ColumnNature.LATITUDE}:
        natures |= {
            nature for nature, pattern in _KNOWN if nature in _FOUND_IN_COMMENTS and pattern.search(all_of)
        }
    of_people, of_staff = bool(_OF_PEOPLE.search(all_of)), bool(_OF_STAFF.search(own))
    natures |= _classify_as_person_or_thing_name(own, all_of, of_people=of_people, of_staff=of_staff)
    if _TREE.search(own):
        natures -= {ColumnNature.PERSONAL_ID}
    return ColumnNameMeaning(
        own,
        frozenset(_remove_redundant_natures(natures)),
        of_people,
        of_staff,
        bool(_NOT_A_PERSON.search(own)),
    )


_TREE = _compile_word_pattern("arbre arbres")
"""« Matricule » is the number of an agent, and what is nailed to a tree."""


def _classify_as_person_or_thing_name(
    own: str, all_of: str, *, of_people: bool, of_staff: bool
) -> set[ColumnNature]:
    if _GIVEN.search(own):
        return {ColumnNature.PERSON_NAME}
    named = bool(_NAME.search(own))
    if _NOT_A_PERSON.search(own):
        return {ColumnNature.NAME} if named else set()
    if re.search(r"(?<![a-z])noms? complets?(?![a-z])|(?<![a-z])noms? et prenoms?", all_of):
        return {ColumnNature.PERSON_NAME}
    role_alone = (_OF_PEOPLE.search(own) or of_staff) and not _NAMELESS.search(own)
    if (named and (of_people or of_staff)) or role_alone:
        return {ColumnNature.PERSON_NAME}
    return {ColumnNature.NAME} if named else set()


def _remove_redundant_natures(natures: set[ColumnNature]) -> set[ColumnNature]:
    """An e-mail address is no address; a phone of the applicant is no name."""
    sharp = natures & {
        ColumnNature.EMAIL,
        ColumnNature.PHONE,
        ColumnNature.NIR,
        ColumnNature.IBAN,
        ColumnNature.PLATE,
    }
    if sharp:
        return sharp
    if natures & {
        ColumnNature.ADDRESS,
        ColumnNature.BIRTH,
        ColumnNature.PARCEL,
        ColumnNature.SIRET,
        ColumnNature.PERSONAL_ID,
    }:
        return natures - {ColumnNature.PERSON_NAME, ColumnNature.NAME, ColumnNature.PLACE}
    return natures - ({ColumnNature.NAME} if ColumnNature.PERSON_NAME in natures else set())


_PLANTS = _compile_word_pattern(
    "espece essence variete* cultivar* taxon* botanique* latin vernaculaire* arbre*"
)
_FAMILY = re.compile(r"(?:nom )?familles?")


def is_plant_family_column(name: str, others: Iterable[str]) -> bool:
    """« Famille » among the columns of a file about plants: a rank, and nobody."""
    return bool(_FAMILY.fullmatch(normalise_words(name))) and any(
        _PLANTS.search(normalise_words(other)) for other in others
    )


_AGE_OR_PHOTO = _compile_word_pattern("age ages photo photos")
_OF_PERSONS = _compile_word_pattern("naissance* birth* agent* enfant* eleve* usager* proprietaire* habitant*")


def is_plant_age_or_photo_column(name: str, others: Iterable[str]) -> bool:
    """The age, or the photograph, of what several columns say is a plant."""
    words = normalise_words(name)
    plants = sum(bool(_PLANTS.search(normalise_words(other))) for other in others)
    return plants > 1 and bool(_AGE_OR_PHOTO.search(words)) and not _OF_PERSONS.search(words)


def is_code_column_name(name: str) -> bool:
    """A number of this name is an identifier: nobody adds it up, and its zeros matter."""
    return bool(_CODE.search(normalise_words(name)))


PERSON_NUMBERS = frozenset({ColumnNature.NIR, ColumnNature.PERSONAL_ID, ColumnNature.PLATE})
"""The natures of columns whose values each stand for one person."""


def is_person_identifier_column_name(name: str) -> bool:
    """The number of somebody, or of a household: « N° allocataire », « id_foyer »."""
    words = normalise_words(name)
    people = _CODE.search(words) and _NUMBERED_PEOPLE.search(words) and not _SORTED.search(words)
    return bool(people and not _TREE.search(words))


def is_beneficiary_identifier_column_name(name: str) -> bool:
    """The number of whom something is given to or bought from, who may be an organisation: « idBeneficiaire »."""
    words = normalise_words(name)
    return is_person_identifier_column_name(name) and bool(_BENEFICIARY.search(words))


_BENEFICIARY = _compile_word_pattern("benef* beneficiaire* titulaire* attributaire* fournisseur*")


def is_case_file_identifier_column_name(name: str) -> bool:
    """The number of a file that somebody may have, or something: « N° dossier », « licence »."""
    words = normalise_words(name)
    return bool(_NUMBERED_FILE.search(words) and not _SORTED.search(words) and not _TREE.search(words))


def is_object_identifier_column_name(name: str) -> bool:
    """What numbers or names a thing, and nobody, whatever repeats with it: « Cote », « ISBN », « Réf. article »."""
    return bool(_NUMBERED_THING.search(normalise_words(name))) and not is_person_identifier_column_name(name)


def is_shelf_mark_column_name(name: str) -> bool:
    """What a catalogue sorts its things by (« Cote »): letters that may be taken for a surname, and are none."""
    return bool(_CATALOGUE_MARK.search(normalise_words(name))) and not is_person_identifier_column_name(name)


def is_measure_column_name(name: str) -> bool:
    """A number of this name is measured, counted or paid: it has no zeros of its own to lose."""
    return bool(_UNIT.search(name) or _MEASURE.search(normalise_words(name)))


def is_date_column_name(name: str) -> bool:
    return bool(_DATE.search(normalise_words(name)))


def is_year_column_name(name: str) -> bool:
    return bool(_YEAR.search(normalise_words(name)))


def filter_person_identifier_columns(names: Iterable[str]) -> list[str]:
    """The ``names`` of columns that number people, or the files that they have."""
    return [
        name
        for name in names
        if is_person_identifier_column_name(name)
        or (is_case_file_identifier_column_name(name) and is_code_column_name(name))
        or classify_column_name(name).natures & PERSON_NUMBERS
    ]
