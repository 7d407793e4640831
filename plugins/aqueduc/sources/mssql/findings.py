"""What a SQL Server may lack without stopping a run."""

from aqueduc.findings import Finding
from aqueduc.language import _

NoSnapshot = Finding.define_subclass(
    "sans-instantane",
    _(
        "la base n'admet pas d'instantané : une ligne écrite pendant la lecture peut y manquer, ou y être selon "
        "l'instant où elle a été lue"
    ),
    _(
        "ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON, par qui administre la base ; ou lire quand personne "
        "n'y écrit"
    ),
)
