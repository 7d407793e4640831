"""What the account of a connection may do beside reading tables: a query runs with all of its rights, and what it
reads is published."""

from collections.abc import Sequence
from dataclasses import dataclass

from aqueduc.errors import SourceAccountTooPowerful
from aqueduc.language import _
from aqueduc.sources.origin import SourceOrigin


@dataclass(frozen=True)
class DatabaseAccount:
    """Who reads, as the server names it. ``powers``: by what a query of its could read the files of the server; None
    where the server does not let it be asked."""

    name: str
    powers: Sequence[str] | None


def refuse_account_that_reads_server_files(
    origin: SourceOrigin, account: DatabaseAccount, accepted: str | None
) -> None:
    """Raises SourceAccountTooPowerful, but for the account that the declaration names."""
    if account.powers == () or (accepted and accepted == account.name):
        return
    if account.powers is None:
        what = _(
            "Rien ne dit si le compte de la connexion peut lire les fichiers du serveur : les catalogues de la base lui "
            "sont fermés."
        )
    else:
        what = _(
            "Le compte de la connexion peut lire les fichiers du serveur de la base ({powers}) : une requête les publierait."
        ).format(powers=", ".join(account.powers))
    raise SourceAccountTooPowerful(
        what,
        where=origin.location_text,
        remedy=_(
            "donner à la connexion un compte qui n'a que SELECT sur les tables des requêtes ; ou, si celui-ci doit servir, "
            "l'accepter par son nom : « powerful_account: » sous « source: »"
        ),
    )
