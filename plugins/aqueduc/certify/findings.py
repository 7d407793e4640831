"""What keeps a run from being certified."""

from aqueduc.findings import Finding


class NotProved(Finding):
    code = "preuve-absente"
    sentence = "rien ne prouve {what}"
    remedy = "relancer le jeu depuis l'extraction"


class DoesNotAddUp(Finding):
    code = "compte-inexact"
    sentence = (
        "{extracted} lignes extraites ; {published} publiées, {rejected} rejetées, {suppressed} retirées"
    )
    remedy = "relancer le jeu depuis l'extraction"
