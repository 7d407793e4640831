"""What the name of a column says of it, in the spellings of French software (``NOM_NAISS``, ``Tél. 2``).

A name is a hint, never a proof: what it says makes a draft more careful, and opens nothing by itself.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from aqueduc.language import Message, _

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "°": "o"})


def normal(text: str) -> str:
    """Words in lower case without accents, separated by one blank; camelCase is cut."""
    return _SEPARATORS.sub(" ", plain(_CAMEL.sub(" ", text)).lower()).strip()


def plain(text: str) -> str:
    """Without accents nor ligatures."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


class Nature(StrEnum):
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


FRENCH: Mapping[Nature, Message] = {
    Nature.PERSON_NAME: _("le nom d'une personne"),
    Nature.PHONE: _("un téléphone"),
    Nature.EMAIL: _("un courriel"),
    Nature.ADDRESS: _("une adresse"),
    Nature.NIR: _("un numéro de sécurité sociale"),
    Nature.IBAN: _("un compte bancaire"),
    Nature.PLATE: _("une immatriculation"),
    Nature.BIRTH: _("une naissance"),
    Nature.PERSONAL_ID: _("l'identifiant d'une personne"),
    Nature.PARCEL: _("une parcelle cadastrale, donc un propriétaire"),
    Nature.SIRET: _("un SIRET, qui peut être celui d'un entrepreneur individuel"),
    Nature.TRAIT: _("un trait d'une personne"),
    Nature.SENSITIVE: _("une donnée sensible (RGPD, art. 9 et 10)"),
    Nature.FREE_TEXT: _("un texte libre, où des personnes peuvent être nommées"),
    Nature.LONGITUDE: _("une longitude"),
    Nature.LATITUDE: _("une latitude"),
    Nature.SHAPE: _("une géométrie"),
    Nature.NAME: _("un nom"),
    Nature.PLACE: _("un lieu"),
}

DIRECT = frozenset(
    {
        Nature.PERSON_NAME,
        Nature.PHONE,
        Nature.EMAIL,
        Nature.NIR,
        Nature.IBAN,
        Nature.PLATE,
        Nature.PERSONAL_ID,
    }
)
"""What identifies somebody by itself: never proposed for publication."""


def _any(words: str) -> re.Pattern[str]:
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
_OF_PEOPLE = _any(_PEOPLE)
_OF_STAFF = _any(_STAFF)

_KNOWN: tuple[tuple[Nature, re.Pattern[str]], ...] = (
    (
        Nature.EMAIL,
        _any("courriel* mail* email* e_mail* mel adel adresse_mail adresse_electronique messagerie"),
    ),
    (
        Nature.PHONE,
        _any(
            "tel telephone* telephonique* portable* mobile* fax telecopie* gsm phone* numtel notel tel_fixe"
        ),
    ),
    (Nature.NIR, _any("nir nss insee_nir securite_sociale secu num_secu numsecu no_secu num_ss numss")),
    (Nature.IBAN, _any("iban* rib bic compte_bancaire coordonnees_bancaires domiciliation_bancaire swift")),
    (Nature.PLATE, _any("plaque* immat* immatriculation*")),
    (
        Nature.BIRTH,
        _any("naissance* naiss ddn dtnaiss datnaiss datenaiss datenaissance ne_le nee_le birth* age ages"),
    ),
    (
        Nature.PERSONAL_ID,
        _any(
            "matricule* login identifiant_agent num_agent num_allocataire allocataire_id num_licence ine "
            "num_carte "
            "carte_identite passeport cni adresse_ip ip mac imei num_dossier_client badge* signature* "
            "photo photos pseudo*"
        ),
    ),
    (Nature.PARCEL, _any("parcelle* cadastr* refcad ref_cad section_cadastrale")),
    (Nature.SIRET, _any("siret*")),
    (
        Nature.SENSITIVE,
        _any(
            "sante medical* pathologie* maladie* handicap* religion* syndica* politique* ethni* infraction* "
            "condamnation* peine casier revenu* quotient_familial qf rsa aide_sociale secours_social "
            "allergie* vaccin* "
            "orientation_sexuelle biometri*"
        ),
    ),
    (
        Nature.TRAIT,
        _any(
            "sexe civilite* nationalite* profession* csp metier* situation_familiale "
            "situation_matrimoniale nb_enfants "
            "nombre_enfants diplome* grade echelon* statut_marital tranche_age classe_age titre_civil"
        ),
    ),
    (
        Nature.FREE_TEXT,
        _any(
            "commentair* comment comments observation* obs remarque* rmq note notes memo description* "
            "objet motif* texte "
            "message* detail* precision* divers information* infos avis_libre annotation* reponse_libre"
        ),
    ),
    (Nature.LONGITUDE, _any("longitude* long lon lng x_wgs84 xlong geo_lon coord_x_wgs84 long_coor")),
    (Nature.LATITUDE, _any("latitude* lat y_wgs84 ylat geo_lat coord_y_wgs84 lat_coor")),
    (
        Nature.SHAPE,
        _any(
            "geom geometry geometrie* geo_shape shape the_geom wkt ewkt wkb geojson geo_json geo_point xy "
            "coord coords coordonnee coordonnees geoloc* gps lat_lon latlon lat_lng latlng lon_lat lonlat "
            "centroid* geohash geopoint plus_code position_gps position_geo*"
        ),
    ),
    (
        Nature.ADDRESS,
        _any(
            "adresse* adr adr_num adr_voie address domicil* rue voie num_voie nom_voie lib_voie libvoie "
            "librue norue cdrue "
            "cmpadr bister cdbister residence* lieu_dit lieudit complement_adresse numero_voie "
            "boite_postale street"
        ),
    ),
    (
        Nature.PLACE,
        _any(
            "commune* ville* cp code_postal cdpost codpost postal_code insee code_insee com_cp com_insee "
            "com_nom quartier* "
            "quart squart iris canton* secteur* zone* arrondissement* departement* region* epci pays "
            "localite* bureau"
        ),
    ),
)
_GIVEN = _any(
    "prenom* patronym* nom_usage nom_naissance nom_naiss nom_jeune_fille nom_marital nom_famille nom_complet"
)
_NAME = _any("nom noms name names denomination* raison_sociale intitule* libelle* appellation*")
_NOT_A_PERSON = _any(
    "voie rue commune ville com lieu site ecole etablissement equipement station* compteur* modele* "
    "usuel* occitan* "
    "vernaculaire* scientifique* botanique* latin* matiere* colonne* fichier* projet* service* "
    "direction* produit* "
    "attribuant* amenageur* enseigne* arret* ligne* quartier* plat* menu*"
)
_NAMELESS = _any(
    "nb nombre num numero no id code type date dt statut etat categorie* taux montant total part "
    "effectif* qualite "
    "role fonction accueil rna ref reference* siret siren montant effectif*"
)
_CODE = _any(
    "id ids ident* identifiant* code* cod cd* num numero* no ref refs reference* siren siret rna rne uai "
    "insee cp "
    "tel telephone mobile fax nir matricule iban dossier* cle key objectid fid gid postal_code zip"
)
_DATE = _any(
    "date* dt dat jour* maj debut fin ddebut dfin le dermnt dermaj datmaj horodat* echeance* releve*"
)
_YEAR = _any("annee* an year* exercice* millesime*")


_FOUND_IN_COMMENTS = frozenset({Nature.NIR, Nature.IBAN, Nature.PLATE, Nature.BIRTH, Nature.PARCEL})
"""« Téléphone » or « courriel » in a comment says too often what the column is not."""


@dataclass(frozen=True)
class Said:
    """What the name (and the database's comment) of a column says. ``of_people``: about those whom the
    rows are about; ``of_staff``: about somebody who is only mentioned there."""

    natures: frozenset[Nature]
    of_people: bool = False
    of_staff: bool = False
    about_a_thing: bool = False
    """The name of a street, a species, an equipment."""


def said_by(name: str, comment: str = "") -> Said:
    """The natures that a name, then a comment, suggest."""
    own, all_of = normal(name), normal(f"{name} {comment}")
    natures = {nature for nature, pattern in _KNOWN if pattern.search(own)}
    if not natures & {Nature.EMAIL, Nature.PHONE, Nature.LONGITUDE, Nature.LATITUDE}:
        natures |= {
            nature for nature, pattern in _KNOWN if nature in _FOUND_IN_COMMENTS and pattern.search(all_of)
        }
    of_people, of_staff = bool(_OF_PEOPLE.search(all_of)), bool(_OF_STAFF.search(own))
    natures |= _names(own, all_of, of_people=of_people, of_staff=of_staff)
    return Said(frozenset(_tidy(natures)), of_people, of_staff, bool(_NOT_A_PERSON.search(own)))


def _names(own: str, all_of: str, *, of_people: bool, of_staff: bool) -> set[Nature]:
    if _GIVEN.search(own):
        return {Nature.PERSON_NAME}
    named = bool(_NAME.search(own))
    if _NOT_A_PERSON.search(own):
        return {Nature.NAME} if named else set()
    if re.search(r"(?<![a-z])noms? complets?(?![a-z])|(?<![a-z])noms? et prenoms?", all_of):
        return {Nature.PERSON_NAME}
    role_alone = (_OF_PEOPLE.search(own) or of_staff) and not _NAMELESS.search(own)
    if (named and (of_people or of_staff)) or role_alone:
        return {Nature.PERSON_NAME}
    return {Nature.NAME} if named else set()


def _tidy(natures: set[Nature]) -> set[Nature]:
    """An e-mail address is no address; a phone of the applicant is no name."""
    sharp = natures & {Nature.EMAIL, Nature.PHONE, Nature.NIR, Nature.IBAN, Nature.PLATE}
    if sharp:
        return sharp
    if natures & {Nature.ADDRESS, Nature.BIRTH, Nature.PARCEL, Nature.SIRET, Nature.PERSONAL_ID}:
        return natures - {Nature.PERSON_NAME, Nature.NAME, Nature.PLACE}
    return natures - ({Nature.NAME} if Nature.PERSON_NAME in natures else set())


def looks_like_code(name: str) -> bool:
    """A number of this name is an identifier: nobody adds it up, and its zeros matter."""
    return bool(_CODE.search(normal(name)))


def says_date(name: str) -> bool:
    return bool(_DATE.search(normal(name)))


def says_year(name: str) -> bool:
    return bool(_YEAR.search(normal(name)))
