"""The city, what its datasets inherit, and what its environments change: ``include/city.yaml``."""

from datetime import date
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.spec.base import (
    WEB_ADDRESS,
    Day,
    Degrees,
    Email,
    Needs,
    Share,
    Spec,
    Text,
    UnwritableFieldAnnotation,
    Whole,
    WrittenTypeAnnotation,
    build_enum_schema_modifier,
    build_field_with_hidden_default,
    build_name_mapping_annotation,
    build_required_field,
    build_shorthand_validator,
    derive_section_model,
)
from aqueduc.declaration.spec.dataset import (
    CONTACT,
    FIXED,
    LICENCE_LIST,
    Dataset,
    DatasetSections,
    build_environments_mapping_annotation,
)
from aqueduc.declaration.spec.guards import CityDefaultGuards
from aqueduc.declaration.spec.notify import NotifySettings
from aqueduc.declaration.spec.platform import PlatformSettings, PlatformSpec
from aqueduc.declaration.spec.privacy import PrivacySettings
from aqueduc.declaration.spec.publication import PublicationSettings
from aqueduc.declaration.spec.witness import WitnessSettings
from aqueduc.declaration.vocabulary import LICENCES
from aqueduc.language import N_, Message, _, quote_text
from aqueduc.rules import Positive

SIREN = r"^\d{9}$"
SIRET = r"^\d{14}$"
INSEE = r"^[0-9][0-9AB][0-9]{3}$"


# --- the convention -------------------------------------------------------------------------------------


class Deliberation(Spec):
    meaning = N_("La délibération par laquelle une partie a autorisé l'acte.")

    needs: ClassVar[Needs] = {
        "body": quote_text("body: Conseil municipal"),
        "number": quote_text("number: DL.2026-123"),
        "taken": quote_text("taken: 2026-06-25"),
    }

    body: Text = build_required_field(N_("L'organe qui a délibéré."), examples=["Conseil municipal"])
    number: Text = build_required_field(N_("Le numéro de la délibération."), examples=["DL.2026-123"])
    taken: Day = build_required_field(N_("La date de la délibération."), examples=["2026-06-25"])


class PartyDeliberations(Spec):
    meaning = N_("Les délibérations des deux parties.")

    city: Deliberation | None = Field(None, description=N_("Celle de la Ville."))
    partner: Deliberation | None = Field(None, description=N_("Celle de l'autre partie."))


class ConventionAmendment(Spec):
    meaning = N_("Un avenant signé.")

    needs: ClassVar[Needs] = {
        "signed": quote_text("signed: 2026-06-30"),
        "about": _("« about: » et ce qui change"),
    }

    signed: Day = build_required_field(
        N_("La date de la dernière signature ; l'avenant vaut dès ce jour."), examples=["2026-06-30"]
    )
    about: Text = build_required_field(N_("Ce que l'avenant change, en une phrase."))
    deliberations: PartyDeliberations = build_field_with_hidden_default(
        PartyDeliberations(), description=N_("Les délibérations qui l'ont autorisé, de chaque partie.")
    )


class NoticeObservation(Spec):
    meaning = N_("Des observations en réponse à une mise en demeure.")

    needs: ClassVar[Needs] = {
        "received": quote_text("received: 2026-05-20"),
        "about": _("« about: » et ce qui est répondu"),
    }

    received: Day = build_required_field(N_("Le jour où elles ont été reçues."), examples=["2026-05-20"])
    about: Text = build_required_field(N_("Ce qui est répondu, en une phrase."))


class ConventionExpert(Spec):
    meaning = N_("L'expert auquel les parties s'en remettent pour mettre fin à la convention.")

    needs: ClassVar[Needs] = {"appointed": quote_text("appointed: 2026-05-20")}

    appointed: Day = build_required_field(N_("Le jour où il a été désigné."), examples=["2026-05-20"])
    ends: Day | None = Field(
        None,
        description=N_(
            "Le premier jour où la convention ne vaut plus, d'après lui ; tant qu'il ne l'a pas dit, elle "
            "continue."
        ),
    )


NOTICE_WAYS = {
    "fault": _("mise en demeure, pour une faute"),
    "mutual": _("accord des deux parties"),
    "anniversary": _("préavis avant l'anniversaire"),
}
"""The three ways to end the convention, as people call them."""


class ConventionTerminationNotice(Spec):
    meaning = N_("Un acte par lequel une partie met fin à la convention, ou les deux ensemble.")

    needs: ClassVar[Needs] = {
        "way": quote_text("way: anniversary"),
        "day": quote_text("day: 2026-11-30"),
    }
    needs_of_fault: ClassVar[Needs] = {
        "reasons": _("« reasons: » et les motifs de la mise en demeure"),
        "answer_by": _("« answer_by: » et le dernier jour du délai qu'elle fixe par écrit"),
    }

    way: Literal["fault", "mutual", "anniversary"] = build_required_field(
        N_(
            "fault : mise en demeure ; la convention prend fin quand le délai qu'elle fixe est passé. mutual : "
            "accord des parties ; un mois après, ou au jour que fixe un expert. anniversary : préavis donné un "
            "mois au moins avant un anniversaire ; à cet anniversaire, sinon au suivant."
        )
    )
    day: Day = build_required_field(
        N_("Le jour où la mise en demeure ou le préavis a été reçu, ou l'accord signé."),
        examples=["2026-11-30"],
    )
    by: Literal["city", "partner"] | None = Field(
        None, description=N_("Qui l'a donné : city (la Ville) ou partner (l'autre partie).")
    )
    reasons: Text | None = Field(None, description=N_("Les motifs de la mise en demeure."))
    answer_by: Day | None = Field(
        None, description=N_("Le dernier jour du délai que la mise en demeure fixe par écrit.")
    )
    observations: tuple[NoticeObservation, ...] = build_field_with_hidden_default(
        (), description=N_("Ce qui a été répondu à la mise en demeure.")
    )
    expert: ConventionExpert | None = Field(
        None, description=N_("L'expert, quand les parties s'en remettent à lui.")
    )
    revoked: Day | None = Field(
        None,
        description=N_(
            "Le jour où il a été renoncé à cet acte (faute réparée, préavis retiré) : avant que la "
            "convention n'ait pris fin, elle continue."
        ),
    )


class RegionalConvention(Spec):
    meaning = N_("La convention de mise à disposition signée avec la Région.")

    needs: ClassVar[Needs] = {
        "partner": quote_text("partner: Région Sud"),
        "notified": quote_text("notified: 2026-01-15"),
        "project_lead": quote_text("project_lead: donnees@region.fr"),
    }

    partner: Text = build_required_field(N_("L'autre partie."), examples=["Région Sud"])
    notified: Day = build_required_field(
        N_(
            "La date de notification par la Région, où la convention prend effet pour un an, et à laquelle "
            "elle se renouvelle chaque année. Rien n'est publié avant sur les plateformes de la convention."
        ),
        examples=["2026-01-15"],
    )
    project_lead: Email = build_required_field(
        N_("L'adresse électronique de la cheffe ou du chef de projet, à la Région.")
    )
    amendments: tuple[ConventionAmendment, ...] = build_field_with_hidden_default(
        (),
        description=N_("Les avenants signés."),
        examples=[[{"signed": "2026-06-30", "about": "Ajout des données de mobilité"}]],
    )
    notices: tuple[ConventionTerminationNotice, ...] = build_field_with_hidden_default(
        (),
        description=N_(
            "Les actes qui y mettent fin, d'une partie ou des deux ; Aqueduc en compte les délais."
        ),
        examples=[[{"way": "anniversary", "day": "2026-11-30", "by": "city"}]],
    )
    ends: Day | None = Field(
        None,
        description=N_(
            "Le premier jour où la convention ne vaut plus, si aucun acte de « notices: » ne le dit plus tôt. "
            "Dès ce jour, rien n'est plus publié sur les plateformes de la convention, et ce qui s'y lit est "
            "caché."
        ),
    )


class OutletDatabaseSettings(Spec):
    """A base where rows are queried: revisions are tables of ``space`` (a schema), which
    ``reader`` (a role) may read."""

    meaning = N_("La base PostgreSQL de la Ville où les mêmes lignes s'interrogent.")

    needs: ClassVar[Needs] = {
        "connection": quote_text("connection: base_ouverte"),
        "space": quote_text("space: donnees_ouvertes"),
        "reader": quote_text("reader: lecture"),
    }

    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers cette base, d'un compte qui peut écrire dans le schéma."),
    )
    space: Text = build_required_field(
        N_("Le schéma PostgreSQL des tables : chaque jeu y a la sienne, à son nom."),
        examples=["donnees_ouvertes"],
    )
    reader: Text = build_required_field(
        N_(
            "Le rôle qui lit ces tables et ne peut pas y écrire ; le compte de la connexion doit en être "
            "membre."
        ),
        examples=["lecture"],
    )


class ServedFolderOutletSettings(Spec):
    """A place of the city's: ``folder`` is written (a path or a URL that fsspec opens, with ``connection``
    if it needs one), and served at ``url``."""

    meaning = N_("Un emplacement de la Ville, que son serveur web ou son stockage sert au public.")

    named_by: ClassVar[str] = "name"
    needs: ClassVar[Needs] = {
        "folder": quote_text("folder: /srv/www/donnees"),
        "url": quote_text("url: https://data.ville.fr/donnees"),
    }

    name: Annotated[str, UnwritableFieldAnnotation()] = ""
    folder: Text = build_required_field(
        N_("Le dossier où écrire : un chemin, ou une adresse comme s3://donnees."),
        examples=["/srv/www/donnees", "s3://donnees"],
    )
    url: Annotated[str, Field(pattern=WEB_ADDRESS)] = build_required_field(
        N_("L'adresse où ce dossier est servi."),
        examples=["https://data.ville.fr/donnees"],
    )
    connection: Text | None = Field(
        None, description=N_("La connexion d'Airflow qui ouvre le dossier, s'il en faut une.")
    )
    table: OutletDatabaseSettings | None = Field(
        None, description=N_("Une base de la Ville où offrir aussi les lignes comme table.")
    )


class PrivacyFloors(Spec):
    meaning = N_("Ce sous quoi aucun jeu ne peut descendre.")

    k: Annotated[Whole, Field(ge=2)] = Field(5, description=N_("Le plus petit k qu'un jeu puisse déclarer."))
    small_count: Annotated[Whole, Field(ge=2)] = Field(
        3, description=N_("Le plus petit seuil que « suppress_under » puisse avoir.")
    )
    units: Annotated[Whole, Field(ge=2)] = Field(
        3, description=N_("Secret statistique : le plus petit nombre d'unités (entreprises…) dans une case.")
    )
    households: Annotated[Whole, Field(ge=2)] = Field(
        11, description=N_("Secret statistique : le plus petit nombre de ménages dans une case.")
    )
    largest_share: Share = Field(
        0.85,
        description=N_(
            "Secret statistique : la plus grande part d'une case que sa première unité puisse tenir."
        ),
    )
    distinct: Annotated[Whole, Field(ge=1)] = Field(
        2,
        description=N_(
            "Le plus petit nombre de valeurs différentes qu'une colonne sensible puisse demander."
        ),
    )


PUBLIC_KEY = r"^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$"
"""An Ed25519 public key in base64 (DER, RFC 8410)."""


class SigningSettings(Spec):
    meaning = N_("La clé qui signe les certificats de la Ville.")

    needs: ClassVar[Needs] = {
        "connection": quote_text("connection: signature"),
        "keys": quote_text("keys: [MCowBQYDK2VwAyEA…]"),
    }

    connection: Text = build_required_field(
        N_(
            "La connexion d'Airflow dont le mot de passe est la clé privée (« aqueduc key signing » en fait "
            "une)."
        ),
        examples=["signature"],
    )
    keys: Annotated[tuple[Annotated[str, Field(pattern=PUBLIC_KEY)], ...], Field(min_length=1)] = (
        build_required_field(
            N_(
                "Les clés publiques, la plus récente en dernier. Celles d'avant restent : elles vérifient ce "
                "qu'elles ont signé."
            ),
            examples=[["MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="]],
        )
    )


PersonRole = Literal["steward", "operator", "dpo", "signatory"]


class CityPerson(Spec):
    """Somebody who may decide; ``id`` is the name of the account in Airflow."""

    meaning = N_("Une personne de la Ville qui peut décider, sous le nom de son compte dans Airflow.")

    named_by: ClassVar[str] = "id"
    needs: ClassVar[Needs] = {
        "name": quote_text("name: Jeanne Martin"),
        "roles": quote_text("roles: [signatory]"),
    }

    id: Annotated[str, UnwritableFieldAnnotation()] = ""
    name: Text = build_required_field(N_("Prénom et nom."), examples=["Jeanne Martin"])
    email: Email | None = Field(None, description=N_("Son adresse électronique."))
    roles: Annotated[tuple[PersonRole, ...], Field(min_length=1)] = build_required_field(
        N_(
            "Ce dont cette personne répond : steward (les déclarations), operator (les exécutions), dpo (la "
            "protection des données), signatory (elle a délégation de la Ville)."
        ),
        examples=[["dpo"]],
    )
    key: Annotated[str, Field(pattern=PUBLIC_KEY)] | None = Field(
        None,
        description=N_(
            "Sa clé publique, pour décider sans Airflow : « aqueduc agree » et les levées de gardes sont "
            "alors signés de la clé privée (« aqueduc key signing » en fait une)."
        ),
        examples=["MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="],
    )


class HolidayPeriod(Spec):
    meaning = N_("Des jours sans publication automatique, premier et dernier compris.")

    needs: ClassVar[Needs] = {"from": quote_text("from: 2026-08-01")}
    form: ClassVar[Message | None] = _(
        "une date comme 2026-05-01, ou {from: 2026-08-01, to: 2026-08-15, why: congés}"
    )

    first: Day = build_required_field(N_("Le premier jour."), alias="from", examples=["2026-08-01"])
    last: Day | None = Field(
        None, alias="to", description=N_("Le dernier jour ; par défaut, le même."), examples=["2026-08-15"]
    )
    why: Text | None = Field(
        None, description=N_("Pourquoi rien n'est publié ces jours-là."), examples=["congés"]
    )

    def covers_day(self, day: date) -> bool:
        return self.first <= day <= (self.last or self.first)


class ReconciliationSettings(Spec):
    meaning = N_("Ce que la vérification de chaque jour tient pour anormal.")

    alarm_at: Share = Field(
        0.33,
        description=N_(
            "La part des jeux qui diffèrent (trois au moins) à partir de laquelle la plateforme ou le dépôt "
            "sont soupçonnés plutôt que les jeux."
        ),
        examples=["20%"],
    )
    grace: Share = Field(
        0.25,
        description=N_(
            "Le retard admis avant de le dire, en part de la période promise (un jeu hebdomadaire : un quart de "
            "semaine) ; une heure au moins, trente jours au plus."
        ),
        examples=["50%"],
    )
    slow_s: Positive = Field(
        10.0,
        description=N_(
            "Le nombre de secondes au-delà duquel un fichier met trop de temps à commencer de venir."
        ),
        examples=[5],
    )


# --- what datasets inherit, what environments change ----------------------------------------------------

_DefaultPrivacy = derive_section_model(
    "DefaultPrivacySpec",
    N_("Ce que « privacy: » d'un jeu reprend quand il ne le dit pas."),
    (PrivacySettings,),
    k=Field(None, description=N_("Le k de k-anonymat."), examples=[5]),
    suppress_at_most=Field(
        None, description=N_("La part des lignes qui peut être retirée."), examples=["2%"]
    ),
)
_Defaults = derive_section_model(
    "DefaultsSpec",
    N_("Ce dont héritent les jeux qui ne disent pas autre chose."),
    (DatasetSections, PublicationSettings),
    *("licence", "contact", "owner", "platform", "platforms", "mode", "formats", "datastore", "access"),
    *("granularity", "reject_at_most"),
    licence=Field(
        None,
        json_schema_extra=build_enum_schema_modifier(
            _("La licence : {listed}").format(listed=LICENCE_LIST), *LICENCES
        ),
    ),
    contact=CONTACT,
    guards=(
        CityDefaultGuards | None,
        Field(
            None,
            description=N_("Les gardes des jeux qui n'en disent pas d'autres."),
            examples=[{"shrink": "10%"}],
        ),
    ),
    privacy=(
        _DefaultPrivacy | None,
        Field(None, description=N_("Ce que « privacy: » d'un jeu reprend quand il ne le dit pas.")),
    ),
)
_EACH_ITS_OWN = _("chaque jeu a le sien")
_CityPublication = derive_section_model(
    "CityPublicationSpec",
    N_("Où et comment tous les jeux sont publiés dans un environnement."),
    (PublicationSettings,),
    *("platform", "platforms", "formats", "datastore"),
    elsewhere=dict.fromkeys(("mode", "link", "outlet", "split"), _EACH_ITS_OWN),
)
_EnvironmentPlatform = derive_section_model(
    "EnvironmentPlatformSpec",
    N_("Ce qui change d'une plateforme dans un environnement."),
    (PlatformSpec,),
    connection=N_("Une autre connexion."),
    pool=N_("Combien de publications à la fois."),
)
_CityEnvironment = derive_section_model(
    "CityEnvironmentSpec",
    N_("Ce qui change, pour tous les jeux, dans un environnement."),
    (DatasetSections,),
    *("contact", "cadence", "source"),
    elsewhere={**FIXED, **dict.fromkeys(("title", "description", "owner", "access"), _EACH_ITS_OWN)},
    contact=CONTACT,
    source=(Any, Field(None, description=N_("La connexion de tous les jeux qui ont cette sorte de source."))),
    publish=(
        _CityPublication | None,
        Field(None, description=N_("Une autre plateforme, d'autres fichiers.")),
    ),
    platforms=(
        GenericAlias(dict, (str, _EnvironmentPlatform)) | None,
        Field(None, description=N_("Une autre connexion vers les mêmes plateformes.")),
    ),
)
_PLATFORMS = WrittenTypeAnnotation(Annotated[dict[str, dict[str, Any]], Field(min_length=1)])
_Holiday = Annotated[HolidayPeriod, build_shorthand_validator("from", date, date | HolidayPeriod)]


class CitySpec(Spec):
    meaning = N_(
        "La Ville, sa convention avec la Région, ses plateformes et ce dont héritent ses jeux de données."
    )

    needs: ClassVar[Needs] = {
        "name": quote_text("name: Ville d'Aix-en-Provence"),
        "organisation": quote_text("organisation: ville-aix-en-provence"),
    }
    needs_of_platforms: ClassVar[Needs] = {
        "siren": quote_text('siren: "211300017"'),
        "insee": quote_text('insee: "13001"'),
        "bbox": quote_text("bbox: [5.27, 43.44, 5.51, 43.63]"),
    }
    """What a platform of the city's may ask for."""

    version: Annotated[Whole, Field(ge=1)] = Field(
        1,
        description=N_(
            "Le format dans lequel les déclarations de ce dossier sont écrites ; un Aqueduc plus ancien les refuse."
        ),
    )
    name: Text = build_required_field(N_("Le nom de la Ville."), examples=["Ville d'Aix-en-Provence"])
    organisation: Text = build_required_field(
        N_("L'identifiant de la Ville sur la plateforme."),
        examples=["ville-aix-en-provence"],
    )
    siren: Annotated[str, Field(pattern=SIREN)] | None = Field(
        None,
        description=N_(
            "Le SIREN de la Ville, entre guillemets ; obligatoire avec une plateforme que la convention lie."
        ),
        examples=["211300017"],
    )
    siret: Annotated[str, Field(pattern=SIRET)] | None = Field(
        None,
        description=N_(
            "Le SIRET du siège de la Ville, entre guillemets : le catalogue commun des collectivités "
            "(SCDL) le demande."
        ),
        examples=["21130001700012"],
    )
    insee: Annotated[str, Field(pattern=INSEE)] | None = Field(
        None,
        description=N_("Le code INSEE de la commune, entre guillemets ; des plateformes le demandent."),
        examples=["13001"],
    )
    bbox: tuple[Degrees, Degrees, Degrees, Degrees] | None = Field(
        None,
        description=N_(
            "L'emprise de la commune : ouest, sud, est, nord, en degrés (WGS84) ; des plateformes la demandent."
        ),
        examples=[[5.27, 43.44, 5.51, 43.63]],
    )
    timezone: Text = Field("Europe/Paris", description=N_("Le fuseau horaire de la Ville."))
    language: Literal["fr", "en"] = Field(
        "fr",
        description=N_(
            "La langue de ce que disent les tâches d'Airflow ; ce qui est publié reste en français."
        ),
    )
    contact: Email | None = Field(
        None,
        description=N_(
            "L'adresse électronique à laquelle le citoyen écrit. Celle des jeux qui n'en ont pas d'autre."
        ),
    )
    dpo: Email | None = Field(
        None, description=N_("L'adresse électronique du délégué à la protection des données de la Ville.")
    )
    people: Annotated[tuple[CityPerson, ...], build_name_mapping_annotation(CityPerson)] = (
        build_field_with_hidden_default(
            (),
            description=N_("Les personnes qui décident, chacune sous le nom de son compte dans Airflow."),
            examples=[{"jmartin": {"name": "Jeanne Martin", "roles": ["signatory"]}}],
        )
    )
    agreement: Literal["required", "none"] = Field(
        "required",
        description=N_(
            "required : rien n'est publié d'un jeu avant qu'une personne du rôle de « agreement_role: » l'ait "
            "accordé, ni d'une déclaration changée sur le fond. none : la Ville recueille cet accord autrement, et "
            "Aqueduc n'attend rien."
        ),
    )
    agreement_role: Literal["dpo", "signatory"] = Field(
        "signatory",
        description=N_(
            "Le rôle de qui accorde. signatory : qui a délégation de la Ville. dpo : le délégué à la protection des "
            "données, que décider met en conflit d'intérêts (RGPD, art. 38.6)."
        ),
    )
    convention: RegionalConvention | None = Field(
        None,
        description=N_("La convention signée avec la Région ; obligatoire avec une plateforme qu'elle lie."),
    )
    notify: NotifySettings = Field(
        NotifySettings(),
        description=N_("Qui est prévenu de ce qui échoue, se fait attendre, ou demande une décision."),
    )
    platforms: Annotated[Any, _PLATFORMS] = Field(
        None,
        description=N_(
            "Les plateformes où la Ville publie, par leur nom. Sans elles, un portail est écrit sur place."
        ),
    )
    outlets: Annotated[
        tuple[ServedFolderOutletSettings, ...], build_name_mapping_annotation(ServedFolderOutletSettings)
    ] = build_field_with_hidden_default(
        (),
        description=N_(
            "Les emplacements de la Ville où déposer des fichiers que la plateforme ne fait que "
            "lier, par leur nom."
        ),
        examples=[{"web": {"folder": "/srv/www/donnees", "url": "https://data.ville.fr/donnees"}}],
    )
    connections: dict[str, Text] = build_field_with_hidden_default(
        {},
        description=N_(
            "Les connexions d'Airflow et ce à quoi chacune mène. Si la liste est là, une faute de "
            "frappe dans une déclaration est vue sans réseau."
        ),
        examples=[{"urbanisme": "base de l'urbanisme (PostgreSQL)"}],
    )
    defaults: Annotated[Any, WrittenTypeAnnotation(_Defaults)] = Field(
        _Defaults(), description=N_("Ce dont héritent les jeux qui ne disent pas autre chose.")
    )
    floors: PrivacyFloors = Field(
        PrivacyFloors(), description=N_("Ce sous quoi aucun jeu ne peut descendre.")
    )
    confinement: Literal["required", "none"] = Field(
        "required",
        description=N_(
            "required : une fonction de la Ville (« transform: ») ne s'exécute que là où Linux l'enferme (Landlock et "
            "seccomp). none : elle s'exécute aussi ailleurs, où elle peut lire tout ce que lit le compte du service."
        ),
    )
    rejected_days: Annotated[Whole, Field(gt=0, le=3650)] = Field(
        30,
        description=N_(
            "Combien de jours les lignes rejetées sont gardées dans le coffre, avant qu'un "
            "balayage les efface ; plus longtemps tant qu'une réclamation le demande."
        ),
    )
    announce_days: Annotated[Whole, Field(ge=0, le=365)] = Field(
        0,
        description=N_(
            "Combien de jours à l'avance un changement de colonnes est annoncé aux réutilisateurs ; 0 : il se fait "
            "sans annonce."
        ),
    )
    revision_days: Annotated[Whole, Field(ge=30, le=3650)] | None = Field(
        None,
        description=N_(
            "Combien de jours les fichiers des révisions remplacées sont gardés dans le dépôt, pour les "
            "rétablir ; sans cela, toujours. Les certificats ne s'effacent jamais."
        ),
        examples=[400],
    )
    signing: SigningSettings | None = Field(
        None,
        description=N_("Ce qui signe les certificats ; sans cela, ils sont enchaînés et non signés."),
    )
    witness: WitnessSettings = build_field_with_hidden_default(
        WitnessSettings(),
        description=N_(
            "Où sont déposés les points de contrôle du registre, hors de portée de qui écrit dans le dépôt ; sans cela, un "
            "retour en arrière du dépôt peut ne pas se voir."
        ),
        examples=[{"git": {"connection": "temoin_git"}, "mail": ["dpo"]}],
    )
    reconciliation: ReconciliationSettings = Field(
        ReconciliationSettings(),
        description=N_("Ce que la vérification de chaque jour tient pour anormal."),
    )
    holidays: tuple[_Holiday, ...] = build_field_with_hidden_default(
        (),
        description=N_("Les jours où rien n'est publié de soi-même : une date, ou {from, to, why}."),
        examples=[["2026-05-01", {"from": "2026-08-01", "to": "2026-08-15", "why": "congés d'été"}]],
    )
    environment_specs: Annotated[Any, build_environments_mapping_annotation(_CityEnvironment)] = (
        build_field_with_hidden_default(
            {},
            alias="environments",
            description=N_(
                "Les environnements (recette, formation…) et ce qui y change pour tous les jeux ; la "
                "variable AQUEDUC_ENVIRONMENT choisit."
            ),
            examples=[{"recette": {"publish": {"platform": "datasud-recette"}}}],
        )
    )

    @property
    def environments(self) -> tuple[str, ...]:
        return tuple(self.environment_specs)


class City(CitySpec):
    """``include/city.yaml``, for one environment."""

    path: Path
    fingerprint: str
    """SHA-256 of the file, of the environment chosen and of the city's lists of names."""
    lists: str = ""
    """SHA-256 of the city's lists of names; "" without any."""
    platforms: tuple[PlatformSettings, ...]
    environment: str | None = None
    """The environment it was read for; None for none."""

    @property
    def legal_name(self) -> str:
        """As a letter or a register names it: ``Ville d'Aix-en-Provence, SIREN 211300017``."""
        return f"{self.name}, SIREN {self.siren}" if self.siren else self.name

    def find_platform_settings(self, name: str) -> PlatformSettings | None:
        return next((platform for platform in self.platforms if platform.name == name), None)

    def find_person(self, identifier: str) -> CityPerson | None:
        return next((person for person in self.people if person.id == identifier), None)

    def find_convention_binding_dataset(self, dataset: Dataset) -> RegionalConvention | None:
        """The convention under which somebody else runs a platform of ``dataset``."""
        settings = map(self.find_platform_settings, dataset.publication.platforms)
        run_by_others = any(one is not None and one.under_convention for one in settings)
        return self.convention if run_by_others else None

    def find_holiday_reason(self, day: date) -> str | None:
        """Why nothing is published on ``day``; None when something may be."""
        return next(
            (
                pause.why or str(_("jour sans publication"))
                for pause in self.holidays
                if pause.covers_day(day)
            ),
            None,
        )
