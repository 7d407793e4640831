"""What databases refuse, each under numbers of its own: the sentences, and the typed errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aqueduc.errors import SourceError
from aqueduc.language import Message, Sentence, _, quote_text
from aqueduc.sources.origin import SourceOrigin

Number = TypeVar("Number", int, str)


@dataclass(frozen=True)
class FailureMessageTemplate:
    """``what`` and ``remedy`` are templates over ``number`` (of the error, in the words of its database),
    ``limit_s``, ``name`` (what the query names) and ``at`` (where in it)."""

    build: Callable[[SourceOrigin, Sentence, Sentence], SourceError]
    what: Message
    remedy: Message


@dataclass(frozen=True)
class QueryFailure:
    """How a query failed. ``number`` is None when no server answered."""

    number: int | str | None
    name: str | None = None
    at: str = ""
    limit_s: int = 0

    def build_source_error(self, origin: SourceOrigin, text: FailureMessageTemplate) -> SourceError:
        """The typed error."""
        name: Sentence = Message(" {}").format(quote_text(self.name)) if self.name else ""
        what = text.what.format(number=self.number, limit_s=self.limit_s, name=name, at=self.at)
        return text.build(origin, what, text.remedy)


def map_error_numbers_to_texts(
    groups: Mapping[FailureMessageTemplate, frozenset[Number]],
) -> Mapping[Number, FailureMessageTemplate]:
    return {number: text for text, numbers in groups.items() for number in numbers}


_LOOK_AT_LOG = _("rien à faire si la tâche reprise réussit ; sinon voir le journal du serveur")

NO_ANSWER = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("Le serveur de la base ne répond pas."),
    _("vérifier qu'il est démarré ; l'adresse, le port, le chiffrement que dit la connexion ; le pare-feu"),
)
CUT = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("Le serveur a coupé la session au milieu de la lecture."),
    _LOOK_AT_LOG,
)
BROKEN = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("Le serveur a coupé ou refusé la session (erreur {number}) : il s'arrête ou démarre."),
    _LOOK_AT_LOG,
)
STOPPED = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("La requête a été arrêtée (erreur {number}) : pas finie en {limit_s} s, ou annulée."),
    _("l'accélérer (index, fenêtre plus courte), ou relever « statement_timeout_s » de la connexion"),
)
LOCKED = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("Une table de la requête est verrouillée par un autre traitement (erreur {number})."),
    _("rien à faire si la tâche reprise réussit ; sinon trouver ce qui tient le verrou"),
)
FULL = FailureMessageTemplate(
    SourceOrigin.build_unavailable_error,
    _("Le serveur manque de connexions, de mémoire ou de disque (erreur {number})."),
    _("rien à faire si la tâche reprise réussit ; sinon prévenir l'administrateur du serveur"),
)
UNTRUSTED = FailureMessageTemplate(
    SourceOrigin.build_refusal_error,
    _("Le certificat du serveur n'est pas celui que la connexion demande de vérifier."),
    _("donner la bonne autorité dans la connexion, et le nom du certificat comme adresse"),
)
ACCOUNT = FailureMessageTemplate(
    SourceOrigin.build_refusal_error,
    _("Le serveur refuse ce compte (erreur {number})."),
    _("vérifier le compte, son mot de passe, la machine d'où il vient, la base et le chiffrement"),
)
RIGHTS = FailureMessageTemplate(
    SourceOrigin.build_refusal_error,
    _("Le compte de la connexion n'a pas le droit de lire une table de la requête (erreur {number})."),
    _("lui donner (GRANT) SELECT sur la table ou la vue, rien de plus"),
)
WRITES = FailureMessageTemplate(
    SourceOrigin.build_refusal_error,
    _("La requête écrit dans la base (erreur {number}) : Aqueduc ne fait que lire."),
    _("n'y garder qu'un SELECT"),
)
NO_TABLE = FailureMessageTemplate(
    SourceOrigin.build_missing_error,
    _("La table ou la vue{name} n'existe pas{at} (erreur {number})."),
    _(
        "corriger son nom, la recréer, ou donner (GRANT) SELECT au compte : ce qu'il ne voit pas n'existe pas pour lui"
    ),
)
BROKEN_VIEW = FailureMessageTemplate(
    SourceOrigin.build_missing_error,
    _("La vue{name} ne se lit plus (erreur {number})."),
    _("la refaire : une table ou une colonne qu'elle nomme a disparu, ou son auteur n'a plus de droits"),
)
NO_COLUMN = FailureMessageTemplate(
    SourceOrigin.build_missing_error,
    _("La colonne{name} n'existe pas{at} (erreur {number})."),
    _("corriger son nom : la table a sans doute changé"),
)
NO_FUNCTION = FailureMessageTemplate(
    SourceOrigin.build_missing_error,
    _("La fonction{name} n'existe pas{at} (erreur {number})."),
    _("corriger la requête"),
)
NO_DATABASE = FailureMessageTemplate(
    SourceOrigin.build_missing_error,
    _("La base{name} n'existe pas (erreur {number})."),
    _("corriger « schema » dans la connexion (le nom de la base)"),
)
NAMELESS_DATABASE = FailureMessageTemplate(
    SourceOrigin.build_missing_error,
    _("La connexion ne nomme aucune base (erreur {number})."),
    _("la dire par « schema » dans la connexion, ou écrire base.table dans la requête"),
)
SAME_NAMES = FailureMessageTemplate(
    SourceOrigin.build_unreadable_error,
    _("La requête porte plusieurs colonnes du même nom (erreur {number})."),
    _("donner à chaque colonne un nom qui lui soit propre (AS)"),
)
COMPUTED = FailureMessageTemplate(
    SourceOrigin.build_unreadable_error,
    _("Un calcul ou une conversion échoue sur une donnée{at} (erreur {number})."),
    _("protéger la requête (NULLIF, CASE…), ou corriger la donnée à la source"),
)
NOT_UTF8 = FailureMessageTemplate(
    SourceOrigin.build_unreadable_error,
    _("Un texte de la base n'est pas en UTF-8."),
    _("le convertir dans la requête, ou corriger le jeu de caractères à la source"),
)
REFUSED = FailureMessageTemplate(
    SourceOrigin.build_unreadable_error,
    _("Le serveur refuse la requête{at} (erreur {number})."),
    _(
        "l'essayer telle quelle dans un client de la base, avec le compte de la connexion ; un SELECT seul y est lu"
    ),
)
