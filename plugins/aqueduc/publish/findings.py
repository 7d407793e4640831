"""What the publication can find."""

from aqueduc.findings import Finding
from aqueduc.language import _

_AGAIN = _("relancer le jeu depuis l'extraction")
_UPLOAD = _("publier en « mode: upload »")


class UnitsNotProved(Finding):
    code = "unites-non-prouvees"
    sentence = _("rien ne prouve que chaque groupe de ce fichier compte assez d'unités différentes ({unit})")
    remedy = _("relancer le jeu depuis l'extraction")


class ReportMissing(Finding):
    code = "rapport-absent"
    sentence = _("l'étape « {stage} » n'a laissé aucun rapport pour cette exécution")
    remedy = _AGAIN


class ReportNotPassed(Finding):
    code = "rapport-negatif"
    sentence = _("l'étape « {stage} » de cette exécution n'a pas été franchie")
    remedy = _("lire son rapport et corriger ce qu'il signale")


class ChainBroken(Finding):
    code = "chaine-rompue"
    sentence = _("{left} n'est pas {right}")
    remedy = _("relancer le jeu depuis l'extraction ; si cela revient, vérifier le dépôt")


class DeclarationChanged(Finding):
    code = "declaration-changee"
    sentence = _("la déclaration a changé depuis l'étape « {stage} »")
    remedy = _AGAIN


class StalePartitions(Finding):
    code = "fenetres-anciennes"
    sentence = _(
        "{count} fenêtre(s) ont été préparées selon des règles qui ne sont plus celles de la déclaration"
    )
    remedy = _("les refaire (Backfill d'Airflow) : {first} à {last}")


class UndecidedPartitions(Finding):
    """``columns``: those concerned; « * » when the report of a window's scan is gone."""

    code = "fenetres-sans-decision"
    sentence = _(
        "{count} fenêtre(s) déjà préparée(s) contiennent de quoi identifier quelqu'un, que ni « basis: » ni "
        "« waivers: » ne couvrent plus (colonnes : {columns})"
    )
    remedy = _(
        "rétablir la décision, ou ne plus publier ces colonnes et refaire les fenêtres (Backfill d'Airflow) "
        ": {first} à {last}"
    )


class OverlappingWindows(Finding):
    code = "fenetres-qui-se-chevauchent"
    sentence = _(
        "la fenêtre de cette exécution en chevauche {count} autre(s) déjà publiée(s), sans les contenir"
    )
    remedy = _("refaire l'intervalle entier ({first} à {last}) d'un seul tenant")


class RepeatedKeys(Finding):
    code = "cles-repetees"
    sentence = _("{rows} ont la même clé dans plusieurs fenêtres")
    remedy = _("corriger la requête pour qu'une ligne n'appartienne qu'à une fenêtre, ou revoir « key: »")


class OffTheGlobe(Finding):
    code = "position-hors-du-globe"
    sentence = _(
        "{rows} dont la position n'est pas en degrés (longitude de -180 à 180, latitude de -90 à 90)"
    )
    remedy = _(
        "convertir la source en WGS84 (ST_Transform(…, 4326) pour du Lambert-93) ou corriger "
        "« geometry: » ; si quelques lignes seulement sont fausses, borner les deux colonnes dans le schéma "
        "(minimum, maximum) pour qu'elles soient écartées"
    )


class RowsWithheld(Finding):
    code = "lignes-retenues"
    sentence = _("{rows} ont été écartées ou retirées, mais le lien les montrerait à tous")
    remedy = _("corriger la source, ou publier en « mode: upload »")


class ColumnsTransformed(Finding):
    code = "colonnes-transformees"
    sentence = _("« {column} » n'est pas publiée telle quelle, mais le lien la montrerait à tous")
    remedy = _UPLOAD


class LinkDead(Finding):
    code = "lien-mort"
    sentence = _("le lien ne répond pas à un visiteur (code {status})")
    remedy = _("le vérifier dans un navigateur, sans être connecté, et corriger « link: » ou la source")


class LinkEmpty(Finding):
    code = "lien-vide"
    sentence = _("le lien répond, mais par un document vide")
    remedy = _("vérifier la source")


class LinkReadable(Finding):
    code = "lien-ouvert-a-tous"
    sentence = _("le jeu est d'accès restreint, mais n'importe qui peut lire ce que sert le lien")
    remedy = _("protéger le lien à la source, puis relancer")


class LinkNotRefused(Finding):
    code = "lien-non-refuse"
    sentence = _(
        "le jeu est d'accès restreint, et le lien ne refuse pas un visiteur : il ne sert rien (code {status})"
    )
    remedy = _("vérifier « link: », et que le service répond 401 ou 403 à qui n'y a pas droit")


class OutletWithoutRanges(Finding):
    code = "emplacement-sans-plages"
    sentence = _(
        "« {outlet} » sert les fichiers, mais pas une partie d'un fichier : un téléchargement coupé reprend "
        "du début"
    )
    remedy = _("activer les requêtes par plage (Range) sur le serveur web")


class OutletWithoutEtag(Finding):
    code = "emplacement-sans-etag"
    sentence = _("« {outlet} » ne dit pas par une étiquette (ETag) qu'un fichier a changé")
    remedy = _("activer les ETag sur le serveur web")


class LinkShowsMore(Finding):
    code = "lien-trop-bavard"
    sentence = _("le lien sert {count} colonne(s) ou donnée(s) que la déclaration ne connaît pas")
    remedy = _("les ôter de ce que sert le lien, ou publier en « mode: upload »")


class LinkUnreadable(Finding):
    code = "lien-illisible"
    sentence = _("ce que sert le lien ne peut pas être vérifié ({reason})")
    remedy = _(
        "donner un lien vers du JSON, du CSV ou du GeoJSON de moins de 64 Mo, ou publier en « mode: upload »"
    )


class CategoryUnknown(Finding):
    code = "categorie-inconnue"
    sentence = _("la plateforme ne permet pas de ranger la fiche dans « {category} »")
    remedy = _("demander à la Région d'y ajouter le compte de la Ville, ou choisir une autre « category: »")


class TableReplacedWhole(Finding):
    code = "table-remplacee-entiere"
    sentence = _("sans clé, la table interrogeable est remplacée tout entière à chaque changement")
    remedy = _("déclarer « key: » pour n'envoyer que ce qui change, ou « datastore: false »")


class NoTableHere(Finding):
    code = "pas-de-table-ici"
    sentence = _("pas de table interrogeable : {reason}")


class RecordGone(Finding):
    code = "fiche-disparue"
    sentence = _("la fiche publiée auparavant n'existe plus sur la plateforme : elle est créée à nouveau")
    remedy = _("vérifier auprès de la Région que ce n'était pas voulu")


class RecordAdopted(Finding):
    code = "fiche-reprise"
    sentence = _("une fiche de la Ville portait déjà cette adresse : elle est reprise, avec ses ressources")


class RecordDrift(Finding):
    code = "ecart-sur-la-plateforme"
    sentence = _(
        "modifié sur la plateforme depuis la publication précédente : {names} ; la déclaration le remet"
    )
    remedy = _(
        "demander qui l'a modifié, et pourquoi ; pour garder ce changement, l'écrire dans la déclaration"
    )


class NoConditionalWrite(Finding):
    code = "ecriture-sans-comparaison"
    sentence = _(
        "cette plateforme (CKAN {version}) ne sait pas comparer au moment d'écrire (package_revise) : la "
        "fiche est relue juste avant chaque écriture"
    )
    remedy = _("éviter d'y modifier la fiche à la main pendant une publication")


class RecordElsewhere(Finding):
    code = "fiche-restee-ailleurs"
    sentence = _(
        "la fiche publiée auparavant sur « {platform} » y est toujours en ligne, et n'y est plus tenue à jour"
    )
    remedy = _("la retirer de « {platform} », puis supprimer {key} du dépôt")


class NewerPartition(Finding):
    code = "publication-plus-recente"
    sentence = _("la source a été lue plus tard par une autre exécution, dont les lignes sont déjà en place")
    remedy = _("ne rien relancer de cette exécution-ci ; en déclencher une nouvelle s'il faut republier")


class TooManySlices(Finding):
    code = "trop-de-parties"
    sentence = _("cette colonne répartirait le jeu en {count} fichiers, pour {most} au plus")
    remedy = _("choisir pour « split: » une colonne qui a moins de valeurs, ou « per: year »")


_SMALLER = _(
    "répartir le jeu (« split: »), ajouter un format plus compact (parquet) avec « too_big: omit », ou "
    "publier en « mode: index »"
)


class PublishedFileTooBig(Finding):
    code = "fichier-trop-gros"
    sentence = _("le fichier {format} fait {size} Mo, et la plateforme en accepte {most} au plus")
    remedy = _SMALLER


class FormatOmitted(Finding):
    code = "format-omis"
    sentence = _(
        "le fichier {format} fait {size} Mo, plus que les {most} de la plateforme : il n'est pas publié"
    )
    remedy = _SMALLER


class TooBigForWorkbook(Finding):
    code = "trop-grand-pour-un-classeur"
    sentence = _("le jeu a {count} {what}, et un classeur XLSX {most} au plus")
    remedy = _("répartir le jeu en plusieurs fichiers (« split: »), ou ôter xlsx de « formats: »")


class NothingToSplit(Finding):
    code = "rien-a-repartir"
    sentence = _("il ne reste aucune ligne : toutes les parties seraient retirées de la plateforme")
    remedy = _("vérifier la source ; pour publier un jeu vide, ôter « split: »")


class SlicesDoNotAddUp(Finding):
    code = "parties-incompletes"
    sentence = _("les parties réunissent {held} lignes, et le jeu en a {expected}")
    remedy = _AGAIN
