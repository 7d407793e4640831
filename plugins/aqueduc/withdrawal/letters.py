"""What people have to be told of a withdrawal: texts in French, kept in the store to be sent or printed.

::

    withdrawals/<dataset>.txt                 to the Region's project lead (convention, articles 7.2 and 14)
    withdrawals/<dataset>-data-gouv-fr.txt    to data.gouv.fr, which keeps what it harvested
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import Alert, raise_alerts
from aqueduc.certify.ledger import list_record_urls
from aqueduc.decisions import WithdrawalMark
from aqueduc.declaration.spec import City
from aqueduc.language import _, show_day, use_language
from aqueduc.run import Workspace

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

La Ville ({organisation}) a retiré du public, à compter du {day}, le jeu de données « {title} »,
que data.gouv.fr a pu moissonner à cette adresse :
{addresses}
Nous vous demandons de supprimer la fiche moissonnée et ce qui en est gardé, archivé compris.

À faire, à défaut de réponse : ouvrir la fiche sur https://www.data.gouv.fr avec un compte de l'organisation, puis
« Supprimer » ; ou écrire par https://support.data.gouv.fr.
"""


def build_letter_key(dataset: str) -> str:
    return f"withdrawals/{dataset}.txt"


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
    letter = _REGION.format(**told)
    store.write_text(build_letter_key(mark.dataset), letter)
    if addresses:
        store.write_text(f"withdrawals/{mark.dataset}-data-gouv-fr.txt", _HARVESTER.format(**told))
    if convention is None:
        return
    alert = Alert(
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
    raise_alerts(store, [alert])
