"""Everything that can go wrong, as one hierarchy.

::

    AqueducError
    ├── DeclarationError                     a YAML, schema or SQL file is wrong; carries every problem found in it
    ├── ConnectionMissing                    a declared connection is not configured
    ├── InvalidConnectionSettings            it says something that is not understood, and would be silently lost
    ├── InvalidCitiesSetting                 what the administrator says of several cities makes no sense
    ├── SigningKeyUnreadable                 the key that signs certificates is no Ed25519 key in PEM
    ├── PublicationHeldByDecision            a person decided that nothing is published until a person lifts it
    │   ├── RevisionRestorationInForce       a former revision is online
    │   ├── RestoredBackupInForce            store and vault come from a backup: what was decided since is not in it
    │   ├── SuspensionInForce                a claim or an incident suspends the dataset until it is closed
    │   └── WithdrawalInForce                the dataset is withdrawn from the public
    ├── RevisionRestorationRefused           a former revision cannot be put online again
    ├── ClaimOrIncidentRefusal               a claim or an incident cannot be noted, or closed
    ├── ConventionNotInForce                 no platform of the dataset is left outside the term of the convention
    ├── PublicationPostponed                 what is declared for later is not published yet
    │   ├── AnnouncedChangePending           the announced day of a change of columns has not come
    │   └── EmbargoInForce                   the declared hour of the publication has not come
    ├── InvalidObjectionRequest              an objection names rows in a way that cannot be obeyed
    ├── WithdrawalRefused                    what was asked of a withdrawal makes no sense, or is done
    ├── DecisionRefused                      whoever decides is not who may, or decides on something else
    ├── PersonalTextRefused                  what a person typed, for ever in the ledger, seems to say something of somebody
    ├── ExtensionBroken                      a package that brings a rule, a kind of platform… cannot be loaded
    ├── InvalidCheckpoint                    what should be a checkpoint of the city is none, or not signed by it
    ├── WitnessUnreachable               (r) a witness of the ledger does not answer, or refuses
    ├── PackageExtraMissing                  what is declared needs a package that is not installed
    ├── UnusableNameList                     a city's list of names is not what it should be
    ├── SourceError
    │   ├── SourceUnavailable            (r) the database, API or folder does not answer
    │   ├── SourceAccessRefusal              it answers no: credentials or rights
    │   │   └── SourceAccountTooPowerful     it would answer more than tables: files of its server
    │   ├── SourceNotFound                   the table, page or file is not there
    │   └── SourceUnreadable                 it answered something that cannot be read as declared
    ├── GateClosed                           a gate found a reason not to publish; carries its findings
    │   ├── AnonymisationGateClosed
    │   ├── ValidationGateClosed
    │   ├── PublicationGateClosed            no certificate for these exact bytes
    │   └── DeclarationAgreementMissing      nobody agreed to what the declaration says today
    ├── PlatformError
    │   ├── PlatformUnavailable          (r) no answer, or an answer that lasts above 499
    │   ├── PlatformWriteConflict        (r) somebody wrote there between our reading and our writing
    │   ├── PlatformAccessRefusal            401 or 403: the token has not the right
    │   ├── PlatformRequestRejection         the platform understood and said no (validation, conflict, not found)
    │   ├── ReadBackMismatch                 the platform serves something else than what was written
    │   ├── WithdrawalIncomplete         (r) a visitor still reaches something of what is withdrawn
    │   ├── WithdrawnDataExposed             what was withdrawn was shown again
    │   └── RestrictedDataExposed            visitors could open what is restricted
    ├── StoreError
    │   ├── HandleFileMismatch               a stored file is not the one its handle names
    │   ├── MissingHandleFile                it was destroyed with the run that wrote it
    │   ├── StoreUnavailable             (r) the store or the vault does not answer
    │   ├── StoreUnwritable                  nothing can be written there
    │   ├── LedgerTampering                  a certificate is not the one that was given
    │   ├── LedgerDisagreement               the head of a ledger and its entries differ by more than a death explains
    │   │   └── LedgerRolledBack             the ledger lacks what a checkpoint names
    │   ├── DatasetBusy                  (r) another run holds this dataset
    │   ├── LeaseLost                    (r) this run was taken for dead, and its folder of the vault destroyed
    │   └── DiskFull                     (r) no room left, here or at the store
    ├── QueryEngineFailure                   the query engine failed in a way no stage foresaw
    └── UnexpectedDefect                     nobody foresaw it: a bug; only the class of what was raised is kept

``(r)`` marks what is worth trying again; all the rest fails at once, since a retry would fail the same way.

A message says what, where and what to do, in French, since it is an operator of a French city who reads it.
It never contains a cell of a source: whoever raises from a driver's exception uses ``from None`` and keeps
the driver's class and code only.
"""

import copy
import copyreg
import errno
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

from aqueduc.findings import Finding
from aqueduc.language import (
    Message,
    Sentence,
    _,
    format_localised_day,
    hide_control_characters,
    join_messages,
    quote_text,
    serialize_message,
)


class AqueducError(Exception):
    """Base of all. ``what`` is a sentence, ``where`` a place (file, dataset, URL), ``remedy`` an order, each
    shown in the language spoken then."""

    code: ClassVar[str] = "aqueduc"
    retryable: ClassVar[bool] = False

    def __init_subclass__(cls, *, code: str = "", retryable: bool | None = None, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.code = code or cls.code
        cls.retryable = cls.retryable if retryable is None else retryable

    def __init__(self, what: Sentence, *, where: Sentence, remedy: Sentence) -> None:
        super().__init__(what, where, remedy)
        self._what, self._where, self._remedy = what, where, remedy

    @property
    def what(self) -> str:
        return hide_control_characters(str(self._what))

    @property
    def where(self) -> str:
        return hide_control_characters(str(self._where))

    @property
    def remedy(self) -> str:
        return hide_control_characters(str(self._remedy))

    def copy_with_sentence(self, what: Sentence) -> Self:
        """The same error, told by another sentence."""
        told = copy.copy(self)
        told._what = what
        return told

    @property
    def serialised_texts(self) -> dict[str, Any]:
        """As data, to be read in another language."""
        told = {"what": self._what, "where": self._where, "remedy": self._remedy}
        return {name: serialize_message(text) for name, text in told.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is rebuilt from positional arguments; ours has keywords, and would not cross processes.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def __str__(self) -> str:
        return f"[{self.code}] {self.what}{_format_place_and_remedy(self)}"


def _format_place_and_remedy(error: AqueducError) -> Message:
    return _("\n  Où : {where}\n  Que faire : {remedy}").format(where=error.where, remedy=error.remedy)


class DeclarationError(AqueducError, code="declaration"):
    """One file is wrong. ``str()`` shows each problem with its line and a caret."""

    def __init__(self, problems: Sequence[Finding], *, where: Sentence, text: str) -> None:
        super().__init__(text, where=where, remedy=_("corriger le fichier"))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return self.what


class ConnectionMissing(AqueducError, code="connexion-absente"):
    pass


class InvalidConnectionSettings(AqueducError, code="connexion-illisible"):
    pass


class InvalidCitiesSetting(AqueducError, code="reglage-des-villes"):
    """Of ``AQUEDUC_CITIES``, or of the choice of one of them."""


class SigningKeyUnreadable(AqueducError, code="cle-de-signature"):
    """``connection``: the one whose password should be the key."""

    def __init__(self, connection: str) -> None:
        super().__init__(
            _("La clé qui signe les certificats n'est pas une clé Ed25519 au format PEM."),
            where=_("connexion {connection}, mot de passe").format(connection=connection),
            remedy=_(
                "y coller la clé privée que « aqueduc key signing » a écrite, de BEGIN PRIVATE KEY à END "
                "PRIVATE KEY"
            ),
        )


class PublicationHeldByDecision(AqueducError, code="publication-tenue"):
    """A decision of a person holds the dataset: no schedule, option nor command publishes it."""


class RevisionRestorationInForce(PublicationHeldByDecision, code="revision-retablie"):
    """``mark``: see ``Store.read_restoration_mark``."""

    def __init__(self, dataset: str, mark: Mapping[str, str]) -> None:
        super().__init__(
            _(
                "La révision {revision} a été remise en ligne (au nom de : {by} ; motif : {reason}) : rien d'autre n'est "
                "publié jusqu'à ce que ce rétablissement soit levé. Rien n'a été publié."
            ).format(revision=mark["revision"][:12], by=mark["by"], reason=mark["reason"]),
            where=_("jeu {id}").format(id=dataset),
            remedy=_(
                "quand la source ou la déclaration est corrigée : aqueduc restore {dataset} --lift --by … --reason … "
                "(ou, dans Airflow, « restore » : lift)"
            ).format(dataset=dataset),
        )


class RevisionRestorationRefused(AqueducError, code="retablissement-impossible"):
    pass


class ClaimOrIncidentRefusal(AqueducError, code="reclamation-refusee"):
    pass


class ConventionNotInForce(AqueducError, code="hors-convention"):
    """``day``: the city's; ``why``: since or until when the convention does not hold."""

    def __init__(self, dataset: str, platforms: Sequence[str], day: date, why: Sentence) -> None:
        super().__init__(
            _(
                "La convention n'est pas en vigueur le {day} ({why}) : rien n'est publié sur {names}, et ce "
                "jeu n'a pas d'autre plateforme. Rien n'a été publié."
            ).format(day=format_localised_day(day), why=why, names=join_messages(map(quote_text, platforms))),
            where=_("jeu {id}").format(id=dataset),
            remedy=_(
                "« aqueduc convention » montre ce qu'en dit include/city.yaml : y corriger la notification, "
                "la fin ou l'acte qui l'a fixée d'après ce qui a été signé, ou publier ce jeu ailleurs"
            ),
        )


class InvalidObjectionRequest(AqueducError, code="opposition-impossible"):
    pass


class PublicationPostponed(AqueducError, code="publication-differee"):
    """What is declared for later: all is prepared, and the run after that time publishes."""


class AnnouncedChangePending(PublicationPostponed, code="changement-annonce"):
    """``until``: the day that was announced."""

    def __init__(self, dataset: str, until: Sentence) -> None:
        super().__init__(
            _(
                "Changement de colonnes annoncé pour le {until} : tout est préparé, rien n'est publié avant ce "
                "jour ; les réutilisateurs gardent d'ici là ce qui est en ligne."
            ).format(until=until),
            where=_("jeu {id}, clé announce").format(id=dataset),
            remedy=_("attendre : l'exécution qui suit ce jour publie"),
        )


class EmbargoInForce(PublicationPostponed, code="sous-embargo"):
    """``until``: on the city's clock."""

    def __init__(self, dataset: str, until: str) -> None:
        super().__init__(
            _("Sous embargo jusqu'au {until} : tout est préparé, rien n'est publié.").format(until=until),
            where=_("jeu {id}, clé publish_at").format(id=dataset),
            remedy=_(
                "attendre : sous Airflow, une exécution publie dans les dix minutes qui suivent cette heure ; pour "
                "publier plus tôt, avancer ou ôter « publish_at: »"
            ),
        )


class RestoredBackupInForce(PublicationHeldByDecision, code="sauvegarde-retablie"):
    """``backed_up``: the day of the backup; what people decided since is not in it."""

    def __init__(self, backed_up: str) -> None:
        super().__init__(
            _(
                "Le dépôt et le coffre viennent d'une sauvegarde du {day} : ce qui a été décidé depuis (retraits, "
                "oppositions, accords, réclamations) n'y est pas. Rien n'a été publié."
            ).format(day=backed_up),
            where=_("dépôt rétabli"),
            remedy=_(
                "le refaire ; regarder « aqueduc reconcile » ; puis : aqueduc backup --resume --by … --reason …"
            ),
        )


class SuspensionInForce(PublicationHeldByDecision, code="jeu-suspendu"):
    """``claims``: the numbers of those that suspend the dataset."""

    def __init__(self, dataset: str, claims: Sequence[str]) -> None:
        super().__init__(
            _(
                "Ce jeu est suspendu ({names}) : rien n'en est publié jusqu'à la clôture. Rien n'a été publié."
            ).format(names=", ".join(claims)),
            where=_("jeu {id}").format(id=dataset),
            remedy=_(
                "« aqueduc claim list » dit pourquoi ; une fois l'affaire réglée : aqueduc claim close {first} "
                "--by … --outcome …"
            ).format(first=claims[0]),
        )


class WithdrawalInForce(PublicationHeldByDecision, code="jeu-retire"):
    """``by`` withdrew the dataset, for ``reason``."""

    def __init__(self, dataset: str, by: str, reason: str) -> None:
        super().__init__(
            _(
                "Ce jeu est retiré du public par {by} ({reason}) : rien n'en est publié jusqu'à ce que ce "
                "retrait soit levé. Rien n'a été publié."
            ).format(by=by, reason=reason),
            where=_("jeu {id}").format(id=dataset),
            remedy=_(
                "si le jeu doit revenir en ligne : aqueduc withdraw {dataset} --lift --by … --reason … (ou, "
                "dans Airflow, le traitement « Retirer des jeux » avec « lever »)"
            ).format(dataset=dataset),
        )


class WithdrawalRefused(AqueducError, code="retrait-impossible"):
    pass


class DecisionRefused(AqueducError, code="decision-refusee"):
    """Nothing was decided: who answers is none of those who may, or answers about something else."""


class PersonalTextRefused(AqueducError, code="texte-refuse"):
    pass


class ExtensionBroken(AqueducError, code="extension-inutilisable"):
    """``package`` brings ``kind``; ``why``: the class of what it raised."""

    def __init__(self, package: str, kind: str, why: Sentence, *, where: Sentence) -> None:
        super().__init__(
            _("Le paquet « {package} », qui apporte « {kind} », ne se charge pas ({why}).").format(
                package=package, kind=kind, why=why
            ),
            where=where,
            remedy=_(
                "le réinstaller, dans une version faite pour celle-ci d'Aqueduc ; les jeux qui ne s'en "
                "servent pas ne sont pas touchés"
            ),
        )
        self.package, self.kind, self.why = package, kind, why


class PackageExtraMissing(AqueducError, code="extra-absent"):
    """``extra``: that of the distribution without which ``what`` does not work."""

    def __init__(self, what: Message, extra: str) -> None:
        super().__init__(
            _("Il manque un paquet dont {what} a besoin.").format(what=what),
            where=_("aqueduc-opendata, extra « {extra} »").format(extra=extra),
            remedy=_("installer « aqueduc-opendata[{extra}] » ; rien d'autre n'est touché").format(
                extra=extra
            ),
        )


class SourceError(AqueducError, code="source"):
    pass


class SourceUnavailable(SourceError, code="source-injoignable", retryable=True):
    pass


class SourceAccessRefusal(SourceError, code="source-refusee"):
    pass


class SourceAccountTooPowerful(SourceAccessRefusal, code="compte-trop-puissant"):
    pass


class SourceNotFound(SourceError, code="source-introuvable"):
    pass


class SourceUnreadable(SourceError, code="source-illisible"):
    pass


class GateClosed(AqueducError, code="porte-fermee"):
    """A gate stayed closed: nothing goes further, what was published before stays as it was."""

    def __init__(
        self, what: Sentence, *, findings: Sequence[Finding], where: Sentence, remedy: Sentence
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        return f"[{self.code}] {self.what}{''.join(self._format_finding_lines())}{_format_place_and_remedy(self)}"

    def _format_finding_lines(self) -> Iterator[str]:
        """Each remedy once, under the last of the findings that it is for; not if the gate says it itself."""
        by_remedy: dict[str, list[Finding]] = {}
        for finding in self.findings:
            by_remedy.setdefault(finding.format_remedy(), []).append(finding)
        for remedy, findings in by_remedy.items():
            yield from (f"\n  - {finding.message()}" for finding in findings)
            if remedy and remedy not in self.remedy:
                yield f"\n    → {remedy}"


def choose_gate_remedy(findings: Sequence[Finding]) -> Sentence:
    """What to do of all that closed a gate: what it asks, where that is one thing."""
    remedies = list(dict.fromkeys(filter(None, (finding.format_remedy() for finding in findings))))
    if len(remedies) > 1:
        return _("faire ce que demande chaque constat ci-dessus, puis relancer")
    return remedies[0] if remedies else _("signaler ce défaut")


class AnonymisationGateClosed(GateClosed, code="porte-anonymisation"):
    pass


class ValidationGateClosed(GateClosed, code="porte-validation"):
    pass


class PublicationGateClosed(GateClosed, code="porte-publication"):
    pass


class DeclarationAgreementMissing(GateClosed, code="accord-manquant"):
    pass


class PlatformError(AqueducError, code="plateforme"):
    pass


class PlatformUnavailable(PlatformError, code="plateforme-injoignable", retryable=True):
    pass


class PlatformWriteConflict(PlatformError, code="plateforme-modifiee", retryable=True):
    """Somebody else wrote there between our reading and our writing; nothing of theirs was overwritten."""


class PlatformAccessRefusal(PlatformError, code="plateforme-refuse"):
    pass


class PlatformRequestRejection(PlatformError, code="plateforme-rejette"):
    pass


class ReadBackMismatch(PlatformError, code="relecture-differente"):
    pass


class WithdrawalIncomplete(PlatformError, code="retrait-inacheve", retryable=True):
    """A visitor still reaches something of what is withdrawn: told, and tried again."""


class WithdrawnDataExposed(PlatformError, code="jeu-retire-visible"):
    """Visitors could open what was withdrawn and verified gone: an incident, that another try would hide."""


class RestrictedDataExposed(PlatformError, code="jeu-restreint-ouvert"):
    """Visitors could open what is restricted: an incident, that another try would hide."""


class StoreError(AqueducError, code="depot"):
    pass


class HandleFileMismatch(StoreError, code="depot-altere"):
    pass


class MissingHandleFile(StoreError, code="etape-detruite"):
    pass


class DatasetBusy(StoreError, code="jeu-occupe", retryable=True):
    pass


class StoreUnavailable(StoreError, code="depot-injoignable", retryable=True):
    def __init__(self, where: str) -> None:
        super().__init__(
            _("Le dépôt ou le coffre ne répond pas."),
            where=where,
            remedy=_(
                "vérifier que son serveur tourne et que cette machine le joint ; cette tâche sera "
                "reprise toute seule"
            ),
        )


class StoreUnwritable(StoreError, code="depot-en-lecture-seule"):
    def __init__(self, where: str, why: Sentence) -> None:
        super().__init__(
            _("Le dépôt ou le coffre ne peut pas être écrit ({why}). Rien n'a été fait.").format(why=why),
            where=where,
            remedy=_(
                "donner au compte qui exécute Aqueduc le droit d'y écrire (propriétaire du dossier, "
                "volume monté en écriture), ou en désigner un autre (AQUEDUC_STORE, AQUEDUC_VAULT)"
            ),
        )


class LedgerTampering(StoreError, code="registre-modifie"):
    """``key`` is that of the certificate, in the store at ``url``."""

    def __init__(self, key: str, url: str) -> None:
        super().__init__(
            _(
                "Le certificat de ce qui est publié n'est plus celui qui a été donné : il manque, il est "
                "tronqué ou il a été modifié."
            ),
            where=f"{url}/{key}",
            remedy=_(
                "ne rien supprimer ; « aqueduc verify » dit où le registre est rompu ; restaurer ce "
                "fichier depuis une sauvegarde du dépôt"
            ),
        )


class LedgerDisagreement(StoreError, code="registre-contradictoire"):
    """``why``: what differs in the ledger of ``dataset``."""

    disagreement: ClassVar = _("Le registre ne se suit plus : {why}. Rien n'a été publié.")
    way_out: ClassVar = _(
        "ne rien supprimer ; « aqueduc verify {dataset} » dit où ; restaurer d'une sauvegarde les fichiers qui "
        "manquent ou diffèrent ; si aucune ne les a : aqueduc ledger seal {dataset} --by … --reason … ; "
        "d'ici là, retirer, cacher et s'opposer restent possibles"
    )

    def __init__(self, dataset: str, why: Sentence) -> None:
        super().__init__(
            self.disagreement.format(why=why),
            where=_("registre de {dataset}").format(dataset=dataset),
            remedy=self.way_out.format(dataset=dataset),
        )


class LedgerRolledBack(LedgerDisagreement, code="registre-ramene-en-arriere"):
    """The ledger of ``dataset`` lacks its entry ``number``, which the checkpoint of ``day`` at ``place`` names."""

    disagreement: ClassVar = _("Le registre a été ramené en arrière : {why}. Rien n'a été publié.")
    way_out: ClassVar = _(
        "ne rien supprimer ; restaurer d'une sauvegarde ce qui manque ; si aucune ne l'a, décider de nouveau ce "
        "qui s'est perdu (retrait, opposition), puis : aqueduc ledger seal {dataset} --by … --reason … ; après le "
        "rétablissement d'une sauvegarde entière : aqueduc backup --resume --by … --reason …"
    )

    def __init__(self, dataset: str, number: int, day: str, place: Sentence) -> None:
        why = _("il n'a plus l'entrée n° {number} qu'en dit le point de contrôle du {day} ({place})")
        super().__init__(dataset, why.format(number=number, day=day, place=place))


class InvalidCheckpoint(AqueducError, code="point-de-controle-invalide"):
    """``where``: the place or the file that it comes from."""

    def __init__(self, what: Sentence, where: Sentence) -> None:
        super().__init__(
            what,
            where=where,
            remedy=_(
                "en prendre un autre (un commit d'avant, un courriel gardé) ; s'il est du dépôt, le restaurer d'une "
                "sauvegarde, ou l'ôter : la prochaine réconciliation le refait"
            ),
        )


class WitnessUnreachable(AqueducError, code="temoin-injoignable", retryable=True):
    """``why``: the class of what happened, without what was answered."""

    def __init__(self, place: Sentence, why: Sentence) -> None:
        super().__init__(
            _("Un témoin du registre ne répond pas, ou refuse ({why}).").format(why=why),
            where=place,
            remedy=_(
                "vérifier sa connexion, le droit d'y écrire, et que cette machine le joint ; la prochaine réconciliation, "
                "ou le prochain acte, y dépose de nouveau"
            ),
        )


@contextmanager
def convert_write_errors_to_store_unwritable(where: str) -> Iterator[None]:
    """Raises StoreUnwritable for what a disk refuses to let the block write, in the folder at ``where``."""
    try:
        yield
    except PermissionError:
        why = _("droits insuffisants")
    except (NotADirectoryError, FileExistsError):
        why = _("un fichier tient la place d'un dossier")
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        why = _("disque monté en lecture seule")
    else:
        return
    raise StoreUnwritable(where, why)


class LeaseLost(StoreError, code="bail-perdu", retryable=True):
    def __init__(self, where: str) -> None:
        super().__init__(
            _(
                "Cette exécution n'a plus donné signe de vie pendant trop longtemps : elle a été tenue "
                "pour morte et ce qu'elle avait extrait a été détruit, ou une autre tentative l'a "
                "reprise."
            ),
            where=where,
            remedy=_(
                "relancer le jeu depuis l'extraction ; si cela revient, regarder si la machine a été "
                "suspendue ou privée de son dépôt"
            ),
        )


class DiskFull(StoreError, code="disque-plein", retryable=True):
    def __init__(self, where: Sentence) -> None:
        super().__init__(
            _("Le disque est plein."),
            where=where,
            remedy=_(
                "libérer de la place (anciennes révisions du dépôt, journaux) puis relancer : la "
                "publication précédente reste en place, ou sera achevée"
            ),
        )


class UnusableNameList(AqueducError, code="liste-inutilisable"):
    """A city's list of names, or a file to make one of, is not what it should be. No line is quoted."""


class QueryEngineFailure(AqueducError, code="moteur"):
    pass


class UnexpectedDefect(AqueducError, code="defaut"):
    @classmethod
    def from_exception(cls, error: Exception) -> Self:
        """``error`` by its class and the places it went through; its own text may quote a source."""
        frames = traceback.extract_tb(error.__traceback__)[1:]
        places = "".join(f"\n    {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        return cls(
            _(
                "Erreur imprévue ({module}.{qualname}) ; son texte est tu, car il pourrait citer une "
                "donnée de la source."
            ).format(module=type(error).__module__, qualname=type(error).__qualname__),
            where=_("dans le code d'Aqueduc :{places}").format(places=places),
            remedy=_("signaler ce défaut aux développeurs, avec ce journal"),
        )


def convert_to_aqueduc_error(error: Exception) -> AqueducError:
    """``error`` in the house's words: a Defect, unless it is ours or says that a disk is full."""
    if isinstance(error, AqueducError):
        return error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(_("dépôt, coffre ou dossier temporaire de cette machine"))
    return UnexpectedDefect.from_exception(error)
