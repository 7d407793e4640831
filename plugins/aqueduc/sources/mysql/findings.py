"""What a MySQL or MariaDB server may lack without stopping a run."""

from aqueduc.findings import Finding
from aqueduc.language import _

UnknownTimeZone = Finding.define_subclass(
    "fuseau-inconnu",
    _(
        "le serveur de la base ne connaît pas le fuseau {zone} : dans la requête, NOW, CURDATE et la date d'un "
        "TIMESTAMP sont à l'heure universelle ; les colonnes TIMESTAMP sont lues exactement"
    ),
    _("charger les fuseaux sur le serveur (mysql_tzinfo_to_sql), ou ne pas employer ces fonctions"),
)
