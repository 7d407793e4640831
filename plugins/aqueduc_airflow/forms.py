"""What Airflow's forms ask of whoever decides: each question with its help, and its choices or an example."""

from collections.abc import Iterable, Mapping
from typing import Any

from airflow.sdk import Param

from aqueduc.language import Sentence, _

LONGEST_NAME, LONGEST_REASON = 200, 1000
REVISION = r"^\s*(lift|[0-9a-f]{8,64})\s*$"
"""The digest of a revision, or as much of it as tells it from others; or the word that lifts its restoration."""

GUARDS: Mapping[str, Sentence] = {
    "shrink": _("le jeu a perdu trop de lignes"),
    "grow": _("le jeu a gagné trop de lignes"),
    "columns": _("une colonne publiée a disparu"),
    "nulls": _("trop de cellules sont devenues vides"),
    "shift": _("la répartition d'une colonne a trop changé"),
    "truncated": _("l'extrait semble coupé"),
    "fresh": _("la ligne la plus récente est trop vieille"),
    "totals": _("le total d'une colonne a trop changé"),
    "baseline": _("il n'y a rien à quoi comparer, alors qu'il y a déjà eu une publication"),
    "protection": _("la déclaration protège moins les personnes que ce qui est en ligne"),
    "keys": _("une clé qui n'était pas publiée est apparue dans les valeurs d'une colonne"),
    "reopen": _("quelqu'un a retiré la fiche sur la plateforme"),
}
"""Why each guard holds a dataset, as the form lists what may be waived."""


def build_checkbox_param(title: Sentence, advice: Sentence) -> Param:
    """A box to tick."""
    return Param(False, type="boolean", title=str(title), description=str(advice))


def build_text_param(title: Sentence, advice: Sentence, *examples: Sentence, **schema: Any) -> Param:
    """A line that may stay empty, suggested by ``examples``; ``schema`` holds it to a form."""
    if examples:
        schema["examples"] = list(map(str, examples))
    asked = {"maxLength": LONGEST_NAME, **schema, "title": str(title)}
    return Param(None, str(advice), type=["null", "string"], **asked)


def build_optional_reason_param(title: Sentence) -> Param:
    """Why; it may stay empty where nothing is decided."""
    advice = _("En une phrase, sans citer de donnée ni de personne : elle reste au registre.")
    return build_text_param(
        title, advice, _("erreur signalée par le service, corrigée à la source"), maxLength=LONGEST_REASON
    )


def build_required_reason_param(title: Sentence) -> Param:
    """Why, of a person who answers: an empty text that must be one, for which Airflow's form waits."""
    asked = build_optional_reason_param(title)
    return Param("", asked.description, **{**asked.schema, "type": "string"})


def build_multiple_choice_param(
    title: Sentence, advice: Sentence, choices: Iterable[str], labels: Mapping[str, Sentence] | None = None
) -> Param:
    """Any of ``choices``, each shown by its label if it has one. Without ``labels`` another may be asked for:
    what is declared changes before Airflow reads the DAG again."""
    names = list(choices)
    items: dict[str, Any] = {"type": "string"} | ({"enum": names} if labels else {})
    shown = {"values_display": {name: str(label) for name, label in labels.items()}} if labels else {}
    return Param(
        [], str(advice), type=["null", "array"], items=items, examples=names, **shown, title=str(title)
    )


def build_run_form() -> dict[str, Param]:
    """What may be asked of a run of a dataset that a person triggers."""
    who = _("Prénom et nom. Sans objet pour un compte inscrit sous « people: » (city.yaml) : c'est le sien.")
    return {
        "force": build_checkbox_param(
            _("Republier même si rien n'a changé"),
            _(
                "Sans cela, une source inchangée n'est pas envoyée de nouveau, ni rien un jour sans publication automatique."
            ),
        ),
        "dry_run": build_checkbox_param(
            _("Essai à blanc : tout faire sauf publier"),
            _("Extrait, anonymise, valide, et dit ce qui serait écrit ; rien n'est envoyé à la plateforme."),
        ),
        "waive": build_multiple_choice_param(
            _("Gardes à lever, pour cette seule exécution"),
            _("Ce qui a retenu le jeu, et qui est voulu. Le certificat dit qui a levé quoi, et pourquoi."),
            GUARDS,
            GUARDS,
        ),
        "waive_by": build_text_param(_("Qui lève ces gardes"), who, "Jeanne Martin"),
        "waive_reason": build_optional_reason_param(_("Pourquoi ces gardes sont levées")),
        "restore": build_text_param(
            _("Révision à remettre en ligne, jusqu'à nouvel ordre"),
            _(
                "Son empreinte, lue dans l'onglet « Publication » ; « lift » lève ce rétablissement et publie."
            ),
            "lift",
            pattern=REVISION,
        ),
        "restore_by": build_text_param(
            _("Qui rétablit cette révision"), _("Prénom et nom."), "Jeanne Martin"
        ),
        "restore_reason": build_optional_reason_param(_("Pourquoi cette révision est rétablie")),
    }


def build_agreement_form(datasets: Iterable[str]) -> dict[str, Param]:
    """What may be asked of a run that asks for an agreement."""
    return {
        "dataset": Param(
            "",
            str(
                _(
                    "Le nom de sa déclaration, sans « .yaml ». La question est ensuite dans « Actions requises »."
                )
            ),
            type="string",
            examples=list(datasets),
            maxLength=LONGEST_NAME,
            title=str(_("Le jeu dont décider")),
        ),
        "about": build_text_param(
            _("L'état de la déclaration dont décider"),
            _(
                "Aqueduc le remplit quand il pose la question ; à la main, laisser vide : l'état d'aujourd'hui."
            ),
            pattern="^[0-9a-f]*$",
        ),
    }


def build_withdrawal_form(datasets: Iterable[str]) -> dict[str, Param]:
    """What may be asked of a run that withdraws datasets, or lifts their withdrawal."""
    return {
        "datasets": build_multiple_choice_param(
            _("Les jeux"), _("Un ou plusieurs ; aucun si « Tous les jeux » est coché."), datasets
        ),
        "all": build_checkbox_param(
            _("Tous les jeux"), _("Tous ceux qui ne sont pas retirés ; pour lever, tous ceux qui le sont.")
        ),
        "requester": build_text_param(
            _("Qui l'a demandé"),
            _("Le service ou la fonction d'où vient la demande ; sans objet pour lever un retrait."),
            _("le délégué à la protection des données"),
            _("le service producteur"),
        ),
        "reason": build_optional_reason_param(_("Pourquoi")),
        "on": build_text_param(
            _("Le jour où plus rien n'est public"), _("Vide : tout de suite."), format="date"
        ),
        "hide_now": build_checkbox_param(
            _("Cacher dès maintenant, sans attendre ce jour"),
            _("Ce qui est en ligne est caché aussitôt, et supprimé ce jour-là."),
        ),
        "lift": build_checkbox_param(
            _("Lever le retrait"), _("L'exécution suivante de chacun publie de nouveau, s'il le peut.")
        ),
    }
