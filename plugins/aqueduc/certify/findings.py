"""What keeps a run from being certified."""

from aqueduc.findings import Finding
from aqueduc.language import Said

_AGAIN = Said("relancer le jeu depuis l'extraction", "run the dataset again from its extract")


class NotProved(Finding):
    code = "preuve-absente"
    sentence = Said("rien ne prouve {what}", "nothing proves {what}")
    remedy = _AGAIN


class DoesNotAddUp(Finding):
    code = "compte-inexact"
    sentence = Said(
        "{extracted} lignes extraites ; {published} publiées, {rejected} rejetées, {suppressed} retirées",
        "{extracted} rows extracted; {published} published, {rejected} rejected, {suppressed} withheld",
    )
    remedy = _AGAIN
