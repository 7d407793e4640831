"""What people have to be told of a withdrawal: texts in French, kept in the store to be sent or printed.

::

    withdrawals/<dataset>.txt                 to the Region's project lead (convention, articles 7.2 and 14)
    withdrawals/<dataset>-data-gouv-fr.txt    to data.gouv.fr, which keeps what it harvested

The Region is written to of what its platforms had only. What is lifted has no letter any more.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import Alert, forget_waiting_alerts, raise_alerts
from aqueduc.certify.ledger import list_certificates, list_record_urls, list_served_platforms
from aqueduc.decisions import WithdrawalMark
from aqueduc.declaration.spec import City
from aqueduc.language import _, show_day, use_language
from aqueduc.publish.recorder import list_remembered_platforms, read_platform_state
from aqueduc.run import Workspace
from aqueduc.store import Store

_REGION = """{city}

À l'attention de {lead}
{partner}

Objet : retrait d'un jeu de données (convention, article 7.2)

Madame, Monsieur,

La Ville retire du public, à compter du {day}, le jeu de données suivant :

    {title} ({dataset})
{addresses}
Ce retrait a été décidé par {by}, à la demande de {requester}, pour le motif suivant : {reason}.

Conformément à l'article 7.2 de la convention, nous vous demandons de retirer ce jeu de la plateforme, avec
ses fichiers, ses tables et les copies qui en ont été faites, et de n'en rien conserver. Aqueduc cache et
supprime ce que le compte de la Ville peut supprimer ; ce qui reste dans la corbeille de la plateforme, dans
ses sauvegardes ou dans les catalogues qui la moissonnent (Open PACA, data.gouv.fr) est à effacer par vos soins.

Nous vous remercions de nous confirmer ce retrait par retour de courrier.
"""
_HARVESTER = """Objet : retrait d'un jeu de données moissonné

Bonjour,

La Ville ({organisation}) retire du public, à compter du {day}, le jeu de données « {title} »,
que data.gouv.fr a pu moissonner à cette adresse :
{addresses}
Nous vous demandons de supprimer la fiche moissonnée et ce qui en est gardé, archivé compris.

À faire, à défaut de réponse : ouvrir la fiche sur https://www.data.gouv.fr avec un compte de l'organisation, puis
« Supprimer » ; ou écrire par https://support.data.gouv.fr.
"""


def build_letter_key(dataset: str) -> str:
    return f"withdrawals/{dataset}.txt"


def _build_harvester_letter_key(dataset: str) -> str:
    return f"withdrawals/{dataset}-data-gouv-fr.txt"


@use_language("fr")
def notify_withdrawal(mark: WithdrawalMark, city: City, workspace: Workspace) -> None:
    """Prepares the letters, and has the Region told where the convention says to whom. Raises StoreError."""
    store, convention = workspace.store, city.convention
    day = datetime.fromisoformat(mark.effective_at).astimezone(ZoneInfo(city.timezone)).date()
    addresses = "".join(f"    {url}\n" for url in list_record_urls(store, mark.dataset))
    told = {
        "city": city.name,
        "organisation": city.legal_name,
        "lead": convention.project_lead if convention else "……",
        "partner": convention.partner if convention else "……",
        "day": show_day(day),
        "addresses": addresses,
        **{name: getattr(mark, name) for name in ("title", "dataset", "by", "requester", "reason")},
    }
    if addresses:
        store.write_text(_build_harvester_letter_key(mark.dataset), _HARVESTER.format(**told))
    if not _was_under_convention(mark.dataset, city, store):
        return
    letter = _REGION.format(**told)
    store.write_text(build_letter_key(mark.dataset), letter)
    if convention is not None:
        raise_alerts(store, [_build_region_alert(mark, day, letter)])


def forget_letters(mark: WithdrawalMark, store: Store) -> None:
    """Of a withdrawal that is lifted: nobody is asked any more. What was sent was. Raises StoreError."""
    for key in (build_letter_key(mark.dataset), _build_harvester_letter_key(mark.dataset)):
        store.delete(key)
    day = datetime.fromisoformat(mark.effective_at).date()
    forget_waiting_alerts(store, [_build_region_alert(mark, day, "")])


def _was_under_convention(dataset: str, city: City, store: Store) -> bool:
    """Whether the dataset has, or had, a record on a platform that the convention binds; one that the city does not
    declare any more may have been."""
    certified = {
        str(place["platform"])
        for _name, certificate in list_certificates(store, dataset)
        for place in list_served_platforms(certificate)
    }
    remembered = {
        name
        for name in list_remembered_platforms(store, dataset)
        if read_platform_state(store, dataset, name).record
    }
    settings = map(city.platform, certified | remembered)
    return any(one is None or one.under_convention for one in settings)


def _build_region_alert(mark: WithdrawalMark, day: date, letter: str) -> Alert:
    return Alert(
        kind="withdrawal",
        subject=mark.dataset,
        title=mark.title,
        occurrence=mark.run,
        what=_("La Ville retire « {title} » du public à compter du {day} (convention, article 7.2).").format(
            title=mark.title, day=show_day(day)
        ),
        remedy=_("retirer ce jeu et ses copies, et le confirmer (article 7.2)"),
        audience=("region",),
        at=mark.at,
        letter=letter,
    )
