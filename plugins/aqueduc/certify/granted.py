"""What the licences of a dataset have already given: a removal stops the distribution, and takes no copy back."""

from collections.abc import Iterable

from aqueduc.certify.ledger import list_certificates
from aqueduc.declaration.vocabulary import LICENCES, Licence
from aqueduc.store import Store


def describe_granted_rights(datasets: Iterable[str], store: Store) -> str:
    """What a letter says, in French, of the copies that were obtained under the open licences that the certificates
    of ``datasets`` name; "" where there is none. Raises StoreError."""
    names = dict.fromkeys(
        str(certificate.get("licence", ""))
        for dataset in datasets
        for _name, certificate in list_certificates(store, dataset)
    )
    granted = [LICENCES[name] for name in names if name in LICENCES and LICENCES[name].open]
    if not granted:
        return ""
    said = "".join(f"{_describe_grant(licence)}\n" for licence in granted)
    return (
        f"\nCe qui reste acquis à qui tient déjà une copie :\n{said}"
        "La fin de la diffusion ne reprend pas ce droit ; qui réutilise des données personnelles reste tenu par le RGPD.\n"
    )


def _describe_grant(licence: Licence) -> str:
    lasting = " dans le monde entier et pour une durée illimitée" if licence.unlimited else ""
    return f"  - « {licence.title} » : la réutilisation{lasting}, aux conditions de cette licence ;"
