"""What the publication can find."""

from aqueduc.findings import Finding


class ReportMissing(Finding):
    code = "rapport-absent"
    sentence = "l'étape « {stage} » n'a laissé aucun rapport pour cette exécution"
    remedy = "relancer le jeu depuis l'extraction"


class ReportNotPassed(Finding):
    code = "rapport-negatif"
    sentence = "l'étape « {stage} » de cette exécution n'a pas été franchie"
    remedy = "lire son rapport et corriger ce qu'il signale"


class ChainBroken(Finding):
    code = "chaine-rompue"
    sentence = "{left} n'est pas {right}"
    remedy = "relancer le jeu depuis l'extraction ; si cela revient, vérifier le dépôt"


class DeclarationChanged(Finding):
    code = "declaration-changee"
    sentence = "la déclaration a changé depuis l'étape « {stage} »"
    remedy = "relancer le jeu depuis l'extraction"


class StaleParts(Finding):
    code = "fenetres-anciennes"
    sentence = (
        "{count} fenêtre(s) ont été préparées selon des règles qui ne sont plus celles de la déclaration"
    )
    remedy = "les refaire (Backfill d'Airflow) : {first} à {last}"


class OverlappingWindows(Finding):
    code = "fenetres-qui-se-chevauchent"
    sentence = (
        "la fenêtre de cette exécution en chevauche {count} autre(s) déjà publiée(s), sans les contenir"
    )
    remedy = "refaire l'intervalle entier ({first} à {last}) d'un seul tenant"


class RepeatedKeys(Finding):
    code = "cles-repetees"
    sentence = "{rows} ont la même clé dans plusieurs fenêtres"
    remedy = "corriger la requête pour qu'une ligne n'appartienne qu'à une fenêtre, ou revoir « key: »"


class RowsWithheld(Finding):
    code = "lignes-retenues"
    sentence = "{rows} ont été écartées ou retirées, mais le lien les montrerait à tous"
    remedy = "corriger la source, ou publier en « mode: upload »"


class ColumnsTransformed(Finding):
    code = "colonnes-transformees"
    sentence = "« {column} » n'est pas publiée telle quelle, mais le lien la montrerait à tous"
    remedy = "publier en « mode: upload »"


class LinkDead(Finding):
    code = "lien-mort"
    sentence = "le lien ne répond pas à un visiteur (code {status})"
    remedy = "le vérifier dans un navigateur, sans être connecté, et corriger « link: » ou la source"


class LinkEmpty(Finding):
    code = "lien-vide"
    sentence = "le lien répond, mais par un document vide"
    remedy = "vérifier la source"


class LinkReadable(Finding):
    code = "lien-ouvert-a-tous"
    sentence = "le jeu est d'accès restreint, mais n'importe qui peut lire ce que sert le lien"
    remedy = "protéger le lien à la source, puis relancer"


class LinkNotRefused(Finding):
    code = "lien-non-refuse"
    sentence = (
        "le jeu est d'accès restreint, et le lien ne refuse pas un visiteur : il ne sert rien (code {status})"
    )
    remedy = "vérifier « link: », et que le service répond 401 ou 403 à qui n'y a pas droit"


class LinkShowsMore(Finding):
    code = "lien-trop-bavard"
    sentence = "le lien sert {count} colonne(s) ou donnée(s) que la déclaration ne connaît pas"
    remedy = "les ôter de ce que sert le lien, ou publier en « mode: upload »"


class LinkUnreadable(Finding):
    code = "lien-illisible"
    sentence = "ce que sert le lien ne peut pas être vérifié ({reason})"
    remedy = (
        "donner un lien vers du JSON, du CSV ou du GeoJSON de moins de 64 Mo, ou publier en « mode: upload »"
    )


class CategoryUnknown(Finding):
    code = "categorie-inconnue"
    sentence = "la plateforme ne permet pas de ranger la fiche dans « {category} »"
    remedy = "demander à la Région d'y ajouter le compte de la Ville, ou choisir une autre « category: »"


class NoTableWithoutKey(Finding):
    code = "pas-de-table-sans-cle"
    sentence = "sans clé, pas de table interrogeable : elle ne pourrait être mise à jour sans être vidée"
    remedy = "déclarer « key: », ou « datastore: false »"


class NoTableHere(Finding):
    code = "pas-de-table-ici"
    sentence = "pas de table interrogeable : {reason}"
    remedy = ""


class RecordGone(Finding):
    code = "fiche-disparue"
    sentence = "la fiche publiée auparavant n'existe plus sur la plateforme : elle est créée à nouveau"
    remedy = "vérifier auprès de la Région que ce n'était pas voulu"


class RecordAdopted(Finding):
    code = "fiche-reprise"
    sentence = "une fiche de la Ville portait déjà cette adresse : elle est reprise, avec ses ressources"
    remedy = ""


class RecordElsewhere(Finding):
    code = "fiche-restee-ailleurs"
    sentence = (
        "la fiche publiée auparavant sur « {platform} » y est toujours en ligne, et n'y est plus tenue à jour"
    )
    remedy = "la retirer de « {platform} », puis supprimer {key} du dépôt"


class NewerPart(Finding):
    code = "publication-plus-recente"
    sentence = "la source a été lue plus tard par une autre exécution, dont les lignes sont déjà en place"
    remedy = "ne rien relancer de cette exécution-ci ; en déclencher une nouvelle s'il faut republier"
