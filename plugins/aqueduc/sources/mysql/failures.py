"""What MySQL and MariaDB refuse, by the number of the error: its text may quote a row."""

import re
from dataclasses import dataclass

from aqueduc.errors import SourceError
from aqueduc.language import Message, Sentence, _, quote_text
from aqueduc.sources.databases.query import BoundQuery
from aqueduc.sources.origin import SourceOrigin


@dataclass(frozen=True)
class MySqlFailure:
    """``number`` is None when no server answered. ``name``: what the query names, and is not there; ``at``: where,
    in words. ``connected``: the session was open."""

    number: int | None
    name: str | None = None
    at: str = ""
    connected: bool = False
    untrusted: bool = False

    @classmethod
    def of(
        cls, number: object, text: str, query: BoundQuery, *, connected: bool, untrusted: bool
    ) -> "MySqlFailure":
        line = re.search(r" at line (\d+)$", text)
        return cls(
            number=number if isinstance(number, int) and number > 0 else None,
            name=query.find_name(re.findall(r"'([^']+)'|FUNCTION (\S+)", text)),
            at=query.line(int(line[1])) if line else "",
            connected=connected,
            untrusted=untrusted,
        )


_LOST = frozenset(
    {2006, 2013, 2014, 2027, 2055, 1053, 1077, 1079, 1152, 1153, 1158, 1159, 1160, 1161, 1184, 1927}
)
_COMPUTED = frozenset(
    {1264, 1265, 1292, 1365, 1366, 1367, 1406, 1411, 1416, 1441, 1582, 1690, *range(3140, 3159)}
)
_NOTHING_TO_DO = _("rien à faire si la tâche reprise réussit ; sinon voir le journal du serveur")

_UNAVAILABLE = (
    (
        {1317, 1969, 3024},
        _("La requête a été arrêtée (erreur {number}) : pas finie en {limit_s} s, ou annulée."),
        _("l'accélérer (index, fenêtre plus courte), ou relever « statement_timeout_s » de la connexion"),
    ),
    (
        {1205, 1213},
        _("Une table de la requête est verrouillée par un autre traitement (erreur {number})."),
        _("rien à faire si la tâche reprise réussit ; sinon trouver ce qui tient le verrou"),
    ),
    (
        {1021, 1037, 1038, 1040, 1041, 1114, 1203, 1226},
        _("Le serveur manque de connexions, de mémoire ou de disque (erreur {number})."),
        _("rien à faire si la tâche reprise réussit ; sinon prévenir l'administrateur du serveur"),
    ),
    (
        _LOST,
        _("Le serveur a coupé ou refusé la session (erreur {number}) : il s'arrête ou démarre."),
        _NOTHING_TO_DO,
    ),
)
_REFUSED = (
    (
        {1044, 1045, 1129, 1130, 1251, 1524, 1698, 1820, 1862, 3118, 3159, 3955, 4151},
        _("Le serveur refuse ce compte (erreur {number})."),
        _("vérifier le compte, son mot de passe, la machine d'où il vient, la base, et « ssl_mode »"),
    ),
    (
        {1142, 1143, 1227, 1345, 1370},
        _("Le compte de la connexion n'a pas le droit de lire une table de la requête (erreur {number})."),
        _("lui donner (GRANT) SELECT sur la table ou la vue, rien de plus"),
    ),
    (
        {1290, 1792, 1836},
        _("La requête écrit dans la base (erreur {number}) : Aqueduc ne fait que lire."),
        _("n'y garder qu'un SELECT"),
    ),
)


def build_failure_error(origin: SourceOrigin, failure: MySqlFailure, *, limit_s: int) -> SourceError:
    """The typed error, most telling case first."""
    for explain in (_refusal, _unavailable, _missing):
        error = explain(origin, failure, limit_s)
        if error is not None:
            return error
    return _unreadable(origin, failure)


def _refusal(origin: SourceOrigin, failure: MySqlFailure, _limit_s: int) -> SourceError | None:
    if failure.untrusted:
        return origin.refusal_error(
            _("Le certificat du serveur n'est pas celui que la connexion demande de vérifier."),
            _("donner la bonne autorité (« ca » de « ssl ») et le nom du certificat comme adresse"),
        )
    for numbers, what, remedy in _REFUSED:
        if failure.number in numbers:
            return origin.refusal_error(what.format(number=failure.number), remedy)
    return None


def _unavailable(origin: SourceOrigin, failure: MySqlFailure, limit_s: int) -> SourceError | None:
    number = failure.number
    if failure.connected and (number is None or number in _LOST):
        return origin.unavailable(_("Le serveur a coupé la session au milieu de la lecture."), _NOTHING_TO_DO)
    if number is None or 2000 <= number < 2100:
        return origin.unavailable(
            _("La base MySQL ou MariaDB ne répond pas."),
            _("vérifier que le serveur est démarré ; l'adresse, le port, « ssl_mode » ; le pare-feu"),
        )
    for numbers, what, remedy in _UNAVAILABLE:
        if number in numbers:
            return origin.unavailable(what.format(number=number, limit_s=limit_s), remedy)
    return None


_MISSING = {
    1146: (_("La table ou la vue{name} n'existe pas"), _("corriger son nom, ou la recréer")),
    1356: (
        _("La vue{name} ne se lit plus"),
        _("la refaire : une table ou une colonne qu'elle nomme a disparu, ou son auteur n'a plus de droits"),
    ),
    1054: (_("La colonne{name} n'existe pas"), _("corriger son nom : la table a sans doute changé")),
    1305: (_("La fonction{name} n'existe pas"), _("corriger la requête")),
    1630: (_("La fonction{name} n'existe pas"), _("corriger la requête")),
    1049: (
        _("La base{name} n'existe pas"),
        _("corriger « schema » dans la connexion (le nom de la base)"),
    ),
    1046: (
        _("La connexion ne nomme aucune base"),
        _("la dire par « schema » dans la connexion, ou écrire base.table dans la requête"),
    ),
}


def _missing(origin: SourceOrigin, failure: MySqlFailure, _limit_s: int) -> SourceError | None:
    known = _MISSING.get(failure.number or 0)
    if known is None:
        return None
    what, remedy = known
    name: Sentence = Message(" {}").format(quote_text(failure.name)) if failure.name else ""
    return origin.missing_error(
        _("{what}{at} (erreur {number}).").format(
            what=what.format(name=name), at=failure.at, number=failure.number
        ),
        remedy,
    )


def _unreadable(origin: SourceOrigin, failure: MySqlFailure) -> SourceError:
    words = {"at": failure.at, "number": failure.number}
    if failure.number == 1060:
        return origin.unreadable(
            _("La requête porte plusieurs colonnes du même nom (erreur {number}).").format(**words),
            _("donner à chaque colonne un nom qui lui soit propre (AS)"),
        )
    if failure.number in _COMPUTED:
        return origin.unreadable(
            _("Un calcul ou une conversion échoue sur une donnée{at} (erreur {number}).").format(**words),
            _("protéger la requête (NULLIF, CASE…), ou corriger la donnée à la source"),
        )
    return origin.unreadable(
        _("Le serveur refuse la requête{at} (erreur {number}).").format(**words),
        _(
            "l'essayer telle quelle dans un client MySQL, avec le compte de la connexion ; un SELECT seul y est lu"
        ),
    )
