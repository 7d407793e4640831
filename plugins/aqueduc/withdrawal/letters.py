"""What people have to be told of a withdrawal: texts in French, kept in the store to be sent or printed.

::

    withdrawals/<dataset>.txt                 to the Region's project lead (convention, articles 7.2 and 14)
    withdrawals/<dataset>-data-gouv-fr.txt    to data.gouv.fr, which keeps what it harvested

The Region is written to of what its platforms had only, and not of what the end of the convention removed from them.
What is lifted has no letter any more.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import Alert, delete_waiting_alerts, queue_new_alerts
from aqueduc.certify.bound import list_served_platforms_under_convention, was_record_removed_at_convention_end
from aqueduc.certify.granted import describe_granted_rights
from aqueduc.certify.ledger import list_certified_record_urls
from aqueduc.decisions import WithdrawalMark
from aqueduc.declaration.spec import City
from aqueduc.declaration.term import convert_to_city_date, is_city_convention_in_force
from aqueduc.language import _, format_localised_day, use_language
from aqueduc.run import Workspace
from aqueduc.store import Store

_REGION = """{city}

À l'attention de {lead}
{partner}

Objet : retrait d'un jeu de données{cited}

Madame, Monsieur,

La Ville retire du public, à compter du {day}, le jeu de données suivant :

    {title} ({dataset})
{addresses}
Ce retrait a été décidé par {by}, à la demande de {requester}, pour le motif suivant : {reason}.

{asked} de retirer ce jeu de la plateforme, avec ses fichiers et ses tables. Aqueduc cache et supprime ce que le
compte de la Ville peut supprimer.

{besides} de n'en rien conserver : copies, corbeille et sauvegardes de la plateforme ; et de faire effacer
ce qu'en gardent les catalogues qui la moissonnent (Open PACA, data.gouv.fr).
{granted}
Nous vous remercions de nous confirmer ce retrait par retour de courrier.
"""
# The article speaks of the removal alone: what is asked besides is said to be asked.
_ASKED = {
    True: (
        "L'article 7.2 de la convention prévoit le retrait de tout ou partie des données de la Ville sur sa simple\n"
        "demande, par lettre ou par courriel. Nous vous demandons à ce titre"
    ),
    False: "Nous vous demandons",
}
_BESIDES = {
    True: "Nous vous demandons en outre, ce que cet article ne prévoit pas,",
    False: "Nous vous demandons en outre",
}
_HARVESTER = """Objet : retrait d'un jeu de données moissonné

Bonjour,

La Ville ({organisation}) retire du public, à compter du {day}, le jeu de données « {title} »,
que data.gouv.fr a pu moissonner {where} :
{addresses}
Nous vous demandons de supprimer la fiche moissonnée et ce qui en est gardé, archivé compris.

À faire, à défaut de réponse : ouvrir la fiche sur https://www.data.gouv.fr avec un compte de l'organisation, puis
« Supprimer » ; ou écrire par https://support.data.gouv.fr.
"""


def build_region_letter_key(dataset: str) -> str:
    return f"withdrawals/{dataset}.txt"


def _build_harvester_letter_key(dataset: str) -> str:
    return f"withdrawals/{dataset}-data-gouv-fr.txt"


@use_language("fr")
def write_letters_and_queue_region_alert(mark: WithdrawalMark, city: City, workspace: Workspace) -> None:
    """Prepares the letters, and has the Region told where the convention says to whom. Raises StoreError."""
    store, convention = workspace.store, city.convention
    day = datetime.fromisoformat(mark.effective_at).astimezone(ZoneInfo(city.timezone)).date()
    everywhere, bound = (
        list_certified_record_urls(store, mark.dataset),
        _list_convention_platforms_to_clear(mark, city, store),
    )
    in_force = is_city_convention_in_force(city, convert_to_city_date(workspace.clock(), city.timezone))
    told = {
        "city": city.name,
        "organisation": city.legal_name,
        "lead": convention.project_lead if convention else "……",
        "partner": convention.partner if convention else "……",
        "day": format_localised_day(day),
        "cited": " (convention, article 7.2)" if in_force else "",
        "asked": _ASKED[in_force],
        "besides": _BESIDES[in_force],
        "granted": describe_granted_rights([mark.dataset], store),
        "where": "à cette adresse" if len(everywhere) == 1 else "à ces adresses",
        **{name: getattr(mark, name) for name in ("title", "dataset", "by", "requester", "reason")},
    }
    if everywhere:
        asked = _HARVESTER.format(**told, addresses=_format_indented_urls(everywhere))
        store.write_text(_build_harvester_letter_key(mark.dataset), asked)
    if not bound:
        return
    letter = _REGION.format(
        **told, addresses=_format_indented_urls(list_certified_record_urls(store, mark.dataset, bound))
    )
    store.write_text(build_region_letter_key(mark.dataset), letter)
    if convention is not None:
        queue_new_alerts(store, [_build_region_alert(mark, day, letter, in_force=in_force)])


def delete_letters_and_alerts(mark: WithdrawalMark, store: Store) -> None:
    """Of a withdrawal that is lifted: nobody is asked any more. What was sent was. Raises StoreError."""
    for key in (build_region_letter_key(mark.dataset), _build_harvester_letter_key(mark.dataset)):
        store.delete(key)
    day = datetime.fromisoformat(mark.effective_at).date()
    delete_waiting_alerts(store, [_build_region_alert(mark, day, "", in_force=False)])


def _list_convention_platforms_to_clear(mark: WithdrawalMark, city: City, store: Store) -> list[str]:
    """Those of the convention that had the dataset, but for where it was removed and verified gone before."""
    names = list_served_platforms_under_convention(mark.dataset, city, store)
    return [name for name in names if not was_record_removed_at_convention_end(mark.dataset, name, store)]


def _format_indented_urls(addresses: Sequence[str]) -> str:
    return "".join(f"    {url}\n" for url in addresses)


def _build_region_alert(mark: WithdrawalMark, day: date, letter: str, *, in_force: bool) -> Alert:
    what, remedy = (
        (
            _("La Ville retire « {title} » du public à compter du {day} (convention, article 7.2)."),
            _(
                "retirer ce jeu de la plateforme (article 7.2) ; il vous est demandé en outre, ce que l'article ne "
                "prévoit pas, de n'en garder aucune copie et de le confirmer"
            ),
        )
        if in_force
        else (
            _("La Ville retire « {title} » du public à compter du {day}."),
            _(
                "il vous est demandé de retirer ce jeu de la plateforme, de n'en garder aucune copie et de le confirmer"
            ),
        )
    )
    return Alert(
        kind="withdrawal",
        subject=mark.dataset,
        title=mark.title,
        occurrence=mark.run,
        what=what.format(title=mark.title, day=format_localised_day(day)),
        remedy=remedy,
        audience=("region",),
        at=mark.at,
        letter=letter,
    )
