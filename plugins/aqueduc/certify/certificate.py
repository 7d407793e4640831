"""The certificate: counts, hashes, rules and legal bases of one run, and what the platform served."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from datetime import date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from aqueduc.decisions import KNOWN_BY, Decision
from aqueduc.declaration.spec import City
from aqueduc.declaration.spec.guards import GUARD_LABELS, REOPEN
from aqueduc.declaration.vocabulary import IDENTIFIERS, LICENCES, AccessLevel
from aqueduc.findings import format_french_count
from aqueduc.language import format_privacy_unit_count
from aqueduc.page import render_page
from aqueduc.record.explanation import FEWEST_ROWS_ASKED, FIRST_ROWS
from aqueduc.record.facts import ACCESS_READERS
from aqueduc.rules import AS_IS, get_rule_capabilities

CARRIED = "Lignes reprises de la révision précédente, sans être relues à la source"


@dataclass(frozen=True)
class RowBalance:
    """The balance of a run's rows: where each one that was extracted went. ``carried``: the published ones that come from
    the revision before, where only the rows that changed were extracted."""

    extracted: int
    published: int
    rejected: int
    suppressed: int
    carried: int = 0

    @property
    def is_balanced(self) -> bool:
        return self.extracted + self.carried == self.published + self.rejected + self.suppressed


@dataclass(frozen=True, kw_only=True)
class RunCertificate:
    """The certificate of a run. ``window`` is the interval of the run (None for a snapshot). ``chain`` holds
    the SHA-256 of the extract, of the anonymised table and of the validated one. ``treatments``, ``proofs``
    and ``resources`` are as the reports of the stages wrote them. ``served_at``: when it was read back, ISO
    8601 in UTC. ``waivers``: the guards that would have held this run, each with what it found (``found``),
    who waived it (``by``) and why (``reason``). ``corrected``: cells that the city's file of corrections
    replaced."""

    dataset: str
    title: str
    owner: str
    run: str
    window: list[str] | None
    fingerprint: str
    revision: str
    balance: RowBalance
    k: int | None
    smallest_class: int | None
    quasi_identifiers: tuple[str, ...]
    bases: tuple[Mapping[str, str], ...]
    treatments: tuple[Mapping[str, Any], ...]
    chain: Mapping[str, str | None]
    licence: str
    access: str
    platform: str
    mode: str
    record_url: str
    resources: tuple[Mapping[str, Any], ...]
    proofs: tuple[Mapping[str, Any], ...]
    served_at: str
    version: str
    waivers: tuple[Mapping[str, str], ...] = ()
    corrected: int = 0
    objected: int = 0
    """Among the rows withheld, those that a person objected to, or of a period that was withdrawn."""
    elsewhere: tuple[Mapping[str, Any], ...] = ()
    """The other platforms: ``platform``, ``record_url``, ``resources``, ``proofs`` and ``at`` of each."""
    scan: Mapping[str, Any] | None = None
    unit: tuple[str, ...] = ()
    """The columns of the source whose different values classes count; () where they count rows."""
    restored: Mapping[str, str] | None = None
    """Of a former revision that is online again: ``revision`` and ``run``, as it was certified, ``by`` whom,
    and why (``reason``). What the rules did, counts and scan are then of that run."""
    timezone: str = "UTC"
    """That of the city, in which its instants are shown."""
    online_rows: int | None = None
    """The rows of all that is online, whatever the interval they were read for."""
    linked: bool = False
    """Whether the platform has but a link to the source, so that no row was published."""
    agreement: Mapping[str, Any] | None = None
    """The decision under which it was published, with its entry of the ledger; ``asked`` alone, "none", where
    the city obtains it otherwise; None in a certificate of before."""
    protection: Mapping[str, Any] | None = None
    """The rules and the privacy of this revision, as ``anonymise.weakening`` reads them back: a declaration
    that protects less is held until somebody waives it."""
    declaration: str = ""
    """SHA-256 of the text of the declaration as the store keeps it; empty in a certificate of before."""
    convention: Mapping[str, Any] | None = None
    """The convention under which it was published: ``partner``, ``notified`` and ``amendment``, the one in force
    that day (``signed``, ``about``), None for none. None where it binds no platform of those read back."""

    def to_json(self) -> dict[str, Any]:
        """The certificate as it is kept; ``lecture``: the same as a data protection officer reads it, in
        French."""
        return {
            "kind": "certificate",
            **asdict(self),
            "lecture": [
                {"libelle": label, "valeur": value} for label, value in self.list_label_value_pairs()
            ],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        known = {field.name for field in dataclass_fields(cls)}
        fields = {key: value for key, value in raw.items() if key in known}
        for key in (
            "quasi_identifiers",
            "unit",
            "bases",
            "treatments",
            "resources",
            "proofs",
            "waivers",
            "elsewhere",
        ):
            fields[key] = tuple(fields.get(key, ()))
        return cls(**{**fields, "balance": RowBalance(**fields["balance"])})

    @property
    def run_of_restored_revision(self) -> str:
        """Of a former revision that is online again, the run that prepared its rows; "" of any other."""
        return str(self.restored["run"]) if self.restored else ""

    def list_label_value_pairs(self) -> list[tuple[str, str]]:
        """The certificate as pairs of label and value, in French, in the order of a page."""
        return [
            ("Jeu de données", f"{self.title} ({self.dataset})"),
            ("Direction responsable", self.owner),
            ("Exécution", self.run),
            *self._describe_restoration(),
            ("Intervalle traité", format_interval(self.window, self.timezone)),
            ("Lignes extraites", _format_row_count(self.balance.extracted)),
            *self._describe_carried_rows(),
            *self._describe_published_rows(),
            ("Lignes rejetées (non conformes)", _format_row_count(self.balance.rejected)),
            ("Lignes retirées (protection ou demande)", _format_row_count(self.balance.suppressed)),
            *self._describe_objected_rows(),
            *self._list_anonymity_page_lines(),
            *self._list_column_page_lines(),
            ("Cellules corrigées par la Ville", format_french_count(self.corrected, "cellule", "cellules")),
            *(
                (
                    f"Garde levée : {_get_guard_label(one)}",
                    _describe_waiver(one, self.run_of_restored_revision),
                )
                for one in self.waivers
            ),
            *((f"Fondement légal de « {basis['column']} »", basis["basis"]) for basis in self.bases),
            *self._list_scan_page_lines(),
            *_describe_agreement(self.agreement, self.timezone),
            ("Licence", self.licence_title),
            ("Accès déclaré", self.access_description),
            ("Diffusion", "fichier hébergé" if self.mode == "upload" else "lien vers ce que la Ville sert"),
            *self._describe_convention(),
            (_get_record_url_label(self.access), self.record_url),
            ("Relu le", _format_local_instant(self.served_at, self.timezone)),
            *(
                (f"Relu : {format_readback_subject(proof)} ({proof['reader']})", proof["result"])
                for proof in self.proofs
            ),
            *(
                line
                for other in self.elsewhere
                for line in _list_other_platform_page_lines(other, self.access, self.timezone)
            ),
            ("Empreinte de la déclaration", self.fingerprint),
            *([("Texte de la déclaration (SHA-256)", self.declaration)] if self.declaration else []),
            ("Révision publiée", self.revision),
            ("Version d'Aqueduc", self.version),
        ]

    @property
    def licence_title(self) -> str:
        return LICENCES[self.licence].title if self.licence in LICENCES else self.licence

    @property
    def access_description(self) -> str:
        known = {level.value: words for level, words in ACCESS_READERS.items()}
        said = known.get(self.access, self.access).replace(" ({users})", "")
        return f"ouvert : {said}" if self.access == AccessLevel.OPEN else f"restreint : {said}"

    def _describe_published_rows(self) -> Iterator[tuple[str, str]]:
        rows = _format_row_count(self.balance.published)
        if self.linked:
            yield "Lignes lues et validées (seul le lien est publié)", rows
            return
        yield ("Lignes publiées de cet intervalle" if self.window else "Lignes publiées"), rows
        if self.window and self.online_rows is not None:
            online = f"{_format_row_count(self.online_rows)} ; {_OTHER_INTERVALS}"
            yield "Lignes de ce qui est en ligne, tous intervalles réunis", online

    def _describe_carried_rows(self) -> list[tuple[str, str]]:
        """Nothing where all was extracted."""
        carried = self.balance.carried
        return [(CARRIED, _format_row_count(carried))] if carried else []

    def _describe_restoration(self) -> list[tuple[str, str]]:
        if self.restored is None:
            return []
        was = self.restored
        said = (
            f"{was['revision']} (exécution {was['run']}), au nom de : {was['by']} ; motif : {was['reason']}"
        )
        return [("Révision remise en ligne", said)]

    def _describe_objected_rows(self) -> list[tuple[str, str]]:
        if not self.objected:
            return []
        return [("dont retirées sur demande (opposition ou période)", _format_row_count(self.objected))]

    def _describe_convention(self) -> list[tuple[str, str]]:
        return [("Convention", format_convention(self.convention))] if self.convention else []

    def _list_anonymity_page_lines(self) -> list[tuple[str, str]]:
        if self.k is None:
            return [("Anonymat de groupe (k)", "non appliqué : aucun quasi-identifiant déclaré")]
        file = "validé de cet intervalle" if self.window else "publié"
        return [
            (
                "Anonymat de groupe (k) exigé",
                f"{format_privacy_unit_count(self.unit, self.k).french_text}, sur {', '.join(self.quasi_identifiers)}",
            ),
            (
                f"Plus petit groupe du fichier {file}",
                format_privacy_unit_count(self.unit, self.smallest_class or 0).french_text,
            ),
            *([] if self.unit else [("Ce que compte un groupe", _NOT_PEOPLE)]),
        ]

    @property
    def has_scan_checks_on_first_rows_only(self) -> bool:
        """Whether the search asked something of the first rows only."""
        return self.balance.published > FEWEST_ROWS_ASKED

    def _list_scan_page_lines(self) -> list[tuple[str, str]]:
        if self.scan is None:
            return []
        waived = [item for item in self.scan["sightings"] if item["answer"] == "waiver"]
        of = " de la révision" if self.restored else " de cet intervalle" if self.window else ""
        rows = f"toutes les lignes{of}"
        searched = f"{format_french_count(self.scan['columns'], 'colonne', 'colonnes')}, {rows}"
        searched += f" ({FIRST_ROWS})" if self.has_scan_checks_on_first_rows_only else ""
        return [
            ("Données personnelles cherchées dans", searched),
            *(
                (
                    f"Levée inscrite sur « {item['column']} »",
                    f"{IDENTIFIERS[item['kind']].french_text} : {item['waiver']['reason']} "
                    f"({item['waiver']['by']}, {item['waiver']['day']})",
                )
                for item in waived
            ),
        ]

    def _list_column_page_lines(self) -> list[tuple[str, str]]:
        dropped = [item["column"] for item in self.treatments if item["published_as"] is None]
        changed = [
            f"{item['published_as']} ({item['described']})"
            for item in self.treatments
            if item["published_as"] is not None
            and not (get_rule_capabilities(item["rule"]).as_is and item["described"] == AS_IS.french_text)
        ]
        said = [("Colonnes retirées", ", ".join(dropped)), ("Colonnes transformées", ", ".join(changed))]
        return [(label, names or "aucune") for label, names in said]


_OTHER_INTERVALS = (
    "celles des autres intervalles viennent d'autres exécutions, dont les rapports les comptent"
)
_NOT_PEOPLE = "des lignes, dont plusieurs peuvent être d'une même personne"


def format_waiver_author(waiver: Mapping[str, str]) -> str:
    """Who waived a guard, and how that is known, in French."""
    known = KNOWN_BY.get(waiver.get("identified") or "", "nom saisi, que rien n'a vérifié")  # type: ignore[call-overload]
    return f"au nom de : {waiver['by']} ({known})"


def build_guard_waiver_page_fields(waiver: Mapping[str, str], prepared_by: str = "") -> dict[str, str]:
    """What a page shows of it: ``run``, another one for which it was waived ("" for none); ``label``, the guard's
    French name; ``who`` waived it. ``run_of_restored_revision``: of a former revision, the run that prepared its rows."""
    return {
        **waiver,
        "run": _describe_run_covered_by_waiver(waiver, prepared_by),
        "label": _get_guard_label(waiver),
        "who": format_waiver_author(waiver),
    }


def _describe_waiver(waiver: Mapping[str, str], prepared_by: str) -> str:
    run = _describe_run_covered_by_waiver(waiver, prepared_by)
    said = f"{format_waiver_author(waiver)} ; motif : {waiver['reason']} ; constat : {waiver['found']}"
    return f"pour {run}, {said}" if run else said


def _describe_run_covered_by_waiver(waiver: Mapping[str, str], prepared_by: str) -> str:
    """Putting a revision online again judges one guard anew: any other was waived before."""
    before = "" if waiver["guard"] == REOPEN else prepared_by
    run = waiver.get("run") or before
    if not run:
        return ""
    why = "les lignes sont remises en ligne" if prepared_by else "l'intervalle sort avec celle-ci"
    return f"l'exécution {run}, dont {why}"


def _get_guard_label(waiver: Mapping[str, str]) -> str:
    return GUARD_LABELS.get(waiver["guard"], waiver["guard"])


def _describe_agreement(agreement: Mapping[str, Any] | None, timezone: str) -> Iterator[tuple[str, str]]:
    """Nothing for a certificate of before agreements were asked for."""
    if agreement is None:
        return
    if "entry" not in agreement:
        if agreement["asked"] == "none":
            yield "Accord exprès", "recueilli par la Ville hors d'Aqueduc (city.yaml : « agreement: none »)"
        return
    decision = Decision.from_json(agreement)
    yield (
        "Accord exprès",
        f"de {decision.person_name} ({decision.by}), {KNOWN_BY[decision.identified]}, le "
        f"{_format_local_instant(decision.at, timezone)} ; motif : {decision.reason} ; entrée {agreement['entry']} du "
        "registre",
    )


def format_readback_subject(proof: Mapping[str, Any]) -> str:
    """What was read back: of the record, no more than what Aqueduc writes there."""
    return "fiche, pour les champs qu'Aqueduc écrit" if proof["what"] == "fiche" else str(proof["what"])


def _get_record_url_label(access: str) -> str:
    return "Fiche publique" if access == AccessLevel.OPEN else "Adresse de la fiche (accès restreint)"


def _list_other_platform_page_lines(
    other: Mapping[str, Any], access: str, timezone: str
) -> Iterator[tuple[str, str]]:
    """One more platform, in lines that name it."""
    name = other["platform"]
    yield f"{_get_record_url_label(access)} sur « {name} »", other["record_url"]
    yield f"Relu sur « {name} » le", _format_local_instant(other["at"], timezone)
    for proof in other["proofs"]:
        yield f"Relu sur « {name} » : {format_readback_subject(proof)} ({proof['reader']})", proof["result"]


def format_convention(convention: Mapping[str, Any]) -> str:
    """The convention that a certificate cites, in French: with whom, since when, and the amendment in force."""
    said = f"{convention['partner']}, notifiée le {_format_day(convention['notified'])}"
    amendment = convention["amendment"]
    if amendment is None:
        return said
    return f"{said}, modifiée par l'avenant du {_format_day(amendment['signed'])} ({amendment['about']})"


def _format_day(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"


def _format_row_count(count: int) -> str:
    return format_french_count(count, "ligne", "lignes")


def format_interval(window: list[str] | None, timezone: str = "UTC") -> str:
    """The data interval of a run, in French, on the clock of ``timezone``."""
    if not window:
        return "état complet"
    start, end = (_format_local_datetime(one, timezone) for one in window)
    return f"du {start} au {end} (exclu ; {timezone})"


def _format_local_instant(instant: str, timezone: str = "UTC") -> str:
    return f"{_format_local_datetime(instant, timezone)} ({timezone})"


def _format_local_datetime(instant: str, timezone: str) -> str:
    """With its offset where the clock says the same hour twice."""
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone))
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%d/%m/%Y à %H:%M:%S}" + (f" (UTC{local.isoformat()[-6:]})" if twice else "")


# --- as a page ----------------------------------------------------------------------------------------------


def render_certificate_page(certificate: RunCertificate, city: City) -> str:
    """The certificate as one page of HTML in French, made to be printed and kept, with nothing to fetch."""
    return render_page(
        "certificate.html.j2",
        city=city.name,
        it=certificate,
        served=_format_local_instant(certificate.served_at, certificate.timezone),
        interval=format_interval(certificate.window, certificate.timezone),
        others=_OTHER_INTERVALS,
        first_rows=FIRST_ROWS if certificate.has_scan_checks_on_first_rows_only else "",
        proof=format_readback_subject,
        agreement=[said for _, said in _describe_agreement(certificate.agreement, certificate.timezone)],
        waivers=[
            build_guard_waiver_page_fields(one, certificate.run_of_restored_revision)
            for one in certificate.waivers
        ],
        wanted=format_privacy_unit_count(certificate.unit, certificate.k or 0).french_text,
        smallest=format_privacy_unit_count(certificate.unit, certificate.smallest_class or 0).french_text,
        convention=format_convention(certificate.convention) if certificate.convention else "",
        sightings=[
            {**one, "what": IDENTIFIERS[one["kind"]].french_text}
            for one in (certificate.scan or {}).get("sightings", ())
        ],
        places=[
            {
                "platform": certificate.platform,
                "record_url": certificate.record_url,
                "resources": certificate.resources,
                "proofs": certificate.proofs,
                "at": _format_local_instant(certificate.served_at, certificate.timezone),
            },
            *(
                {**other, "at": _format_local_instant(other["at"], certificate.timezone)}
                for other in certificate.elsewhere
            ),
        ],
    )
