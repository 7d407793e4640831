"""What the publication can find."""

from aqueduc.findings import Finding
from aqueduc.language import Said

_AGAIN = Said("relancer le jeu depuis l'extraction", "run the dataset again from its extract")
_UPLOAD = Said("publier en « mode: upload »", "publish with “mode: upload”")


class UnitsNotProved(Finding):
    code = "unites-non-prouvees"
    sentence = Said(
        "rien ne prouve que chaque groupe de ce fichier compte assez d'unités différentes ({unit})",
        "nothing proves that each class of this file has enough different units ({unit})",
    )
    remedy = Said("relancer le jeu depuis l'extraction", "run the dataset again from its extraction")


class ReportMissing(Finding):
    code = "rapport-absent"
    sentence = Said(
        "l'étape « {stage} » n'a laissé aucun rapport pour cette exécution",
        "the stage “{stage}” has left no report for this run",
    )
    remedy = _AGAIN


class ReportNotPassed(Finding):
    code = "rapport-negatif"
    sentence = Said(
        "l'étape « {stage} » de cette exécution n'a pas été franchie",
        "the stage “{stage}” of this run was not passed",
    )
    remedy = Said(
        "lire son rapport et corriger ce qu'il signale", "read its report and correct what it points at"
    )


class ChainBroken(Finding):
    code = "chaine-rompue"
    sentence = Said("{left} n'est pas {right}", "{left} is not {right}")
    remedy = Said(
        "relancer le jeu depuis l'extraction ; si cela revient, vérifier le dépôt",
        "run the dataset again from its extract; if it comes back, check the store",
    )


class DeclarationChanged(Finding):
    code = "declaration-changee"
    sentence = Said(
        "la déclaration a changé depuis l'étape « {stage} »",
        "the declaration has changed since the stage “{stage}”",
    )
    remedy = _AGAIN


class StalePartitions(Finding):
    code = "fenetres-anciennes"
    sentence = Said(
        "{count} fenêtre(s) ont été préparées selon des règles qui ne sont plus celles de la déclaration",
        "{count} window(s) were prepared under rules that are no longer those of the declaration",
    )
    remedy = Said(
        "les refaire (Backfill d'Airflow) : {first} à {last}",
        "make them again (Airflow's Backfill): {first} to {last}",
    )


class UndecidedPartitions(Finding):
    """``columns``: those concerned; « * » when the report of a window's scan is gone."""

    code = "fenetres-sans-decision"
    sentence = Said(
        "{count} fenêtre(s) déjà préparée(s) contiennent de quoi identifier quelqu'un, que ni « basis: » ni "
        "« waivers: » ne couvrent plus (colonnes : {columns})",
        "{count} window(s) prepared before hold what may identify somebody, which neither “basis:” nor "
        "“waivers:” covers any more (columns: {columns})",
    )
    remedy = Said(
        "rétablir la décision, ou ne plus publier ces colonnes et refaire les fenêtres (Backfill d'Airflow) "
        ": {first} à {last}",
        "restore the decision, or publish these columns no longer and make the windows again (Airflow's "
        "Backfill): {first} to {last}",
    )


class OverlappingWindows(Finding):
    code = "fenetres-qui-se-chevauchent"
    sentence = Said(
        "la fenêtre de cette exécution en chevauche {count} autre(s) déjà publiée(s), sans les contenir",
        "the window of this run overlaps {count} other(s) already published, without containing them",
    )
    remedy = Said(
        "refaire l'intervalle entier ({first} à {last}) d'un seul tenant",
        "make the whole interval again ({first} to {last}) in one piece",
    )


class RepeatedKeys(Finding):
    code = "cles-repetees"
    sentence = Said(
        "{rows} ont la même clé dans plusieurs fenêtres", "{rows} have the same key in several windows"
    )
    remedy = Said(
        "corriger la requête pour qu'une ligne n'appartienne qu'à une fenêtre, ou revoir « key: »",
        "correct the query so that a row belongs to one window only, or think “key:” over",
    )


class OffTheGlobe(Finding):
    code = "position-hors-du-globe"
    sentence = Said(
        "{rows} dont la position n'est pas en degrés (longitude de -180 à 180, latitude de -90 à 90)",
        "{rows} whose position is not in degrees (longitude from -180 to 180, latitude from -90 to 90)",
    )
    remedy = Said(
        "convertir la source en WGS84 (ST_Transform(…, 4326) pour du Lambert-93) ou corriger "
        "« geometry: » ; si quelques lignes seulement sont fausses, borner les deux colonnes dans le schéma "
        "(minimum, maximum) pour qu'elles soient écartées",
        "convert the source to WGS84 (ST_Transform(…, 4326) from Lambert-93) or correct “geometry:”; if only "
        "a few rows are wrong, bound both columns in the schema (minimum, maximum) so that they are rejected",
    )


class RowsWithheld(Finding):
    code = "lignes-retenues"
    sentence = Said(
        "{rows} ont été écartées ou retirées, mais le lien les montrerait à tous",
        "{rows} were rejected or withheld, but the link would show them to all",
    )
    remedy = Said(
        "corriger la source, ou publier en « mode: upload »",
        "correct the source, or publish with “mode: upload”",
    )


class ColumnsTransformed(Finding):
    code = "colonnes-transformees"
    sentence = Said(
        "« {column} » n'est pas publiée telle quelle, mais le lien la montrerait à tous",
        "“{column}” is not published as it is, but the link would show it to all",
    )
    remedy = _UPLOAD


class LinkDead(Finding):
    code = "lien-mort"
    sentence = Said(
        "le lien ne répond pas à un visiteur (code {status})",
        "the link does not answer a visitor (code {status})",
    )
    remedy = Said(
        "le vérifier dans un navigateur, sans être connecté, et corriger « link: » ou la source",
        "check it in a browser, without logging in, and correct “link:” or the source",
    )


class LinkEmpty(Finding):
    code = "lien-vide"
    sentence = Said(
        "le lien répond, mais par un document vide", "the link answers, but with an empty document"
    )
    remedy = Said("vérifier la source", "check the source")


class LinkReadable(Finding):
    code = "lien-ouvert-a-tous"
    sentence = Said(
        "le jeu est d'accès restreint, mais n'importe qui peut lire ce que sert le lien",
        "access to the dataset is restricted, but anybody can read what the link serves",
    )
    remedy = Said(
        "protéger le lien à la source, puis relancer", "protect the link at the source, then run again"
    )


class LinkNotRefused(Finding):
    code = "lien-non-refuse"
    sentence = Said(
        "le jeu est d'accès restreint, et le lien ne refuse pas un visiteur : il ne sert rien "
        "(code {status})",
        "access to the dataset is restricted, and the link does not refuse a visitor: it serves nothing "
        "(code {status})",
    )
    remedy = Said(
        "vérifier « link: », et que le service répond 401 ou 403 à qui n'y a pas droit",
        "check “link:”, and that the service answers 401 or 403 to whoever has no right to it",
    )


class OutletWithoutRanges(Finding):
    code = "emplacement-sans-plages"
    sentence = Said(
        "« {outlet} » sert les fichiers, mais pas une partie d'un fichier : un téléchargement coupé reprend "
        "du début",
        "“{outlet}” serves files, but no part of one: a download that is cut starts anew",
    )
    remedy = Said(
        "activer les requêtes par plage (Range) sur le serveur web", "enable range requests on the web server"
    )


class OutletWithoutEtag(Finding):
    code = "emplacement-sans-etag"
    sentence = Said(
        "« {outlet} » ne dit pas par une étiquette (ETag) qu'un fichier a changé",
        "“{outlet}” has no tag (ETag) that tells that a file has changed",
    )
    remedy = Said("activer les ETag sur le serveur web", "enable ETags on the web server")


class LinkShowsMore(Finding):
    code = "lien-trop-bavard"
    sentence = Said(
        "le lien sert {count} colonne(s) ou donnée(s) que la déclaration ne connaît pas",
        "the link serves {count} column(s) or piece(s) of data that the declaration does not know",
    )
    remedy = Said(
        "les ôter de ce que sert le lien, ou publier en « mode: upload »",
        "take them out of what the link serves, or publish with “mode: upload”",
    )


class LinkUnreadable(Finding):
    code = "lien-illisible"
    sentence = Said(
        "ce que sert le lien ne peut pas être vérifié ({reason})",
        "what the link serves cannot be checked ({reason})",
    )
    remedy = Said(
        "donner un lien vers du JSON, du CSV ou du GeoJSON de moins de 64 Mo, ou publier en « mode: upload »",
        "give a link to JSON, CSV or GeoJSON of less than 64 MB, or publish with “mode: upload”",
    )


class CategoryUnknown(Finding):
    code = "categorie-inconnue"
    sentence = Said(
        "la plateforme ne permet pas de ranger la fiche dans « {category} »",
        "the platform does not let the record be filed under “{category}”",
    )
    remedy = Said(
        "demander à la Région d'y ajouter le compte de la Ville, ou choisir une autre « category: »",
        "ask the Region to add the city's account to it, or choose another “category:”",
    )


class TableReplacedWhole(Finding):
    code = "table-remplacee-entiere"
    sentence = Said(
        "sans clé, la table interrogeable est remplacée tout entière à chaque changement",
        "without a key, the table to query is replaced whole at each change",
    )
    remedy = Said(
        "déclarer « key: » pour n'envoyer que ce qui change, ou « datastore: false »",
        "declare “key:” to send only what changes, or “datastore: false”",
    )


class NoTableHere(Finding):
    code = "pas-de-table-ici"
    sentence = Said("pas de table interrogeable : {reason}", "no table to query: {reason}")


class RecordGone(Finding):
    code = "fiche-disparue"
    sentence = Said(
        "la fiche publiée auparavant n'existe plus sur la plateforme : elle est créée à nouveau",
        "the record published before is no longer on the platform: it is created again",
    )
    remedy = Said(
        "vérifier auprès de la Région que ce n'était pas voulu",
        "check with the Region that this was not intended",
    )


class RecordAdopted(Finding):
    code = "fiche-reprise"
    sentence = Said(
        "une fiche de la Ville portait déjà cette adresse : elle est reprise, avec ses ressources",
        "a record of the city already had this address: it is taken over, with its resources",
    )


class RecordDrift(Finding):
    code = "ecart-sur-la-plateforme"
    sentence = Said(
        "modifié sur la plateforme depuis la publication précédente : {names} ; la déclaration le remet",
        "changed on the platform since the previous publication: {names}; the declaration puts it back",
    )
    remedy = Said(
        "demander qui l'a modifié, et pourquoi ; pour garder ce changement, l'écrire dans la déclaration",
        "ask who changed it, and why; to keep the change, write it into the declaration",
    )


class NoMatch(Finding):
    code = "ecriture-sans-comparaison"
    sentence = Said(
        "cette plateforme (CKAN {version}) ne sait pas comparer au moment d'écrire (package_revise) : la "
        "fiche est relue juste avant chaque écriture",
        "this platform (CKAN {version}) cannot compare at the moment of writing (package_revise): the record "
        "is read again right before each write",
    )
    remedy = Said(
        "éviter d'y modifier la fiche à la main pendant une publication",
        "do not edit the record there by hand during a publication",
    )


class RecordElsewhere(Finding):
    code = "fiche-restee-ailleurs"
    sentence = Said(
        "la fiche publiée auparavant sur « {platform} » y est toujours en ligne, et n'y est plus tenue à "
        "jour",
        "the record published before on “{platform}” is still on line there, and no longer kept up to date",
    )
    remedy = Said(
        "la retirer de « {platform} », puis supprimer {key} du dépôt",
        "withdraw it from “{platform}”, then delete {key} from the store",
    )


class NewerPartition(Finding):
    code = "publication-plus-recente"
    sentence = Said(
        "la source a été lue plus tard par une autre exécution, dont les lignes sont déjà en place",
        "the source was read later by another run, whose rows are already in place",
    )
    remedy = Said(
        "ne rien relancer de cette exécution-ci ; en déclencher une nouvelle s'il faut republier",
        "run nothing of this run again; trigger a new one if it has to be published again",
    )


class TooManySlices(Finding):
    code = "trop-de-parties"
    sentence = Said(
        "cette colonne répartirait le jeu en {count} fichiers, pour {most} au plus",
        "this column would split the dataset into {count} files, where at most {most} are allowed",
    )
    remedy = Said(
        "choisir pour « split: » une colonne qui a moins de valeurs, ou « per: year »",
        "choose for “split:” a column with fewer values, or “per: year”",
    )


_SMALLER = Said(
    "répartir le jeu (« split: »), ajouter un format plus compact (parquet) avec « too_big: omit », ou "
    "publier en « mode: index »",
    "split the dataset (“split:”), add a more compact format (parquet) with “too_big: omit”, or publish with "
    "“mode: index”",
)


class PublishedFileTooBig(Finding):
    code = "fichier-trop-gros"
    sentence = Said(
        "le fichier {format} fait {size} Mo, et la plateforme en accepte {most} au plus",
        "the file {format} is {size} MB, and the platform takes at most {most}",
    )
    remedy = _SMALLER


class FormatOmitted(Finding):
    code = "format-omis"
    sentence = Said(
        "le fichier {format} fait {size} Mo, plus que les {most} de la plateforme : il n'est pas publié",
        "the file {format} is {size} MB, more than the platform's {most}: it is not published",
    )
    remedy = _SMALLER


class TooBigForWorkbook(Finding):
    code = "trop-grand-pour-un-classeur"
    sentence = Said(
        "le jeu a {count} {what}, et un classeur XLSX {most} au plus",
        "the dataset has {count} {what}, and an XLSX workbook at most {most}",
    )
    remedy = Said(
        "répartir le jeu en plusieurs fichiers (« split: »), ou ôter xlsx de « formats: »",
        "split the dataset into several files (“split:”), or take xlsx out of “formats:”",
    )


class NothingToSplit(Finding):
    code = "rien-a-repartir"
    sentence = Said(
        "il ne reste aucune ligne : toutes les parties seraient retirées de la plateforme",
        "no row is left: every slice would be removed from the platform",
    )
    remedy = Said(
        "vérifier la source ; pour publier un jeu vide, ôter « split: »",
        "check the source; to publish an empty dataset, remove “split:”",
    )


class SlicesDoNotAddUp(Finding):
    code = "parties-incompletes"
    sentence = Said(
        "les parties réunissent {held} lignes, et le jeu en a {expected}",
        "the slices hold {held} rows, and the dataset has {expected}",
    )
    remedy = _AGAIN
