"""What the publication can find."""

from aqueduc.findings import Finding
from aqueduc.language import _, n_

_AGAIN = _("relancer le jeu depuis l'extraction")

UnprovedUnits = Finding.define_subclass(
    "unites-non-prouvees",
    _("rien ne prouve que chaque groupe de ce fichier compte assez d'unités différentes ({unit})"),
    _("relancer le jeu depuis l'extraction"),
)
PlatformOutOfTerm = Finding.define_subclass(
    "plateforme-hors-convention",
    _("rien n'est publié sur « {platform} », que lie la convention : {why}"),
    _(
        "« aqueduc convention » montre ce qu'en dit include/city.yaml ; l'ôter des plateformes de ce jeu si "
        "elle ne doit plus reprendre"
    ),
)
UnannouncedChange = Finding.define_subclass(
    "changement-non-annonce",
    _(
        "les colonnes publiées changent ({changes}), et les réutilisateurs n'en ont pas été prévenus {days} jours "
        "avant"
    ),
    _(
        "remettre la déclaration d'avant avec « announce: » (« day: {day} » et « change: »), la publier, puis "
        "refaire ce changement ; ou « announce_days: 0 » s'il ne peut pas attendre"
    ),
)
ExpiredBasis = Finding.define_subclass(
    "fondement-echu",
    _("le fondement de « {column} » (« basis: ») ne vaut que jusqu'au {day}"),
    _(
        "ne plus publier cette colonne (drop), ou citer un fondement qui vaut encore ; ce qui est en ligne est à "
        "retirer (aqueduc withdraw)"
    ),
)
MissingStageReport = Finding.define_subclass(
    "rapport-absent", _("l'étape « {stage} » n'a laissé aucun rapport pour cette exécution"), _AGAIN
)
FailedStageReport = Finding.define_subclass(
    "rapport-negatif",
    _("l'étape « {stage} » de cette exécution n'a pas été franchie"),
    _("lire son rapport et corriger ce qu'il signale"),
)
BrokenStageChain = Finding.define_subclass(
    "chaine-rompue",
    _("{left} n'est pas {right}"),
    _("relancer le jeu depuis l'extraction ; si cela revient, vérifier le dépôt"),
)
ChangedDeclaration = Finding.define_subclass(
    "declaration-changee", _("la déclaration a changé depuis l'étape « {stage} »"), _AGAIN
)
ChangedCity = Finding.define_subclass(
    "ville-changee",
    _("city.yaml ou une liste de noms (lexicons/) a changé depuis l'étape « {stage} »"),
    _AGAIN,
)
ChangedProgram = Finding.define_subclass(
    "version-changee", _("la version d'Aqueduc a changé depuis l'étape « {stage} »"), _AGAIN
)
DecidedSince = Finding.define_subclass(
    "decision-depuis",
    _("quelque chose a été décidé de ce jeu depuis, ou une autre exécution a commencé à publier"),
    _AGAIN,
)
UnknownServedFiles = Finding.define_subclass(
    "fichiers-inconnus",
    _(
        "ce qui est en ligne n'est pas pour partie la révision certifiée, pour le reste celle qui a été interrompue"
    ),
    _AGAIN,
)
ObjectionSinceJudgement = Finding.define_subclass(
    "opposition-depuis-le-jugement",
    n_(
        "{count} opposition n'est pas appliquée à la révision à remettre en ligne, qui peut montrer ce qu'elle désigne",
        "{count} oppositions ne sont pas appliquées à la révision à remettre en ligne, qui peut montrer ce qu'elles "
        "désignent",
        1,
    ),
    _(
        "rétablir une révision plus récente que l'opposition ; ou corriger la source, lever le rétablissement s'il est "
        "en vigueur (aqueduc restore {dataset} --lift) et relancer le jeu"
    ),
)
StalePartitions = Finding.define_subclass(
    "fenetres-anciennes",
    n_(
        "{count} fenêtre a été préparée sous d'autres règles, avec une autre table jointe ou un autre calcul, sous "
        "d'autres oppositions, d'autres listes de noms ou une autre version que celles d'aujourd'hui",
        "{count} fenêtres ont été préparées sous d'autres règles, avec une autre table jointe ou un autre calcul, "
        "sous d'autres oppositions, d'autres listes de noms ou une autre version que celles d'aujourd'hui",
        1,
    ),
    _("les refaire (Backfill d'Airflow) : {first} à {last}"),
)
# ``columns``: those concerned; « * » when the report of a window's scan is gone.
UndecidedPartitions = Finding.define_subclass(
    "fenetres-sans-decision",
    n_(
        "{count} fenêtre déjà préparée contient de quoi identifier quelqu'un, que ni « basis: » ni « waivers: » "
        "ne couvrent plus (colonnes : {columns})",
        "{count} fenêtres déjà préparées contiennent de quoi identifier quelqu'un, que ni « basis: » ni "
        "« waivers: » ne couvrent plus (colonnes : {columns})",
        1,
    ),
    _(
        "rétablir la décision, ou ne plus publier ces colonnes et refaire les fenêtres (Backfill d'Airflow) "
        ": {first} à {last}"
    ),
)
OverlappingWindows = Finding.define_subclass(
    "fenetres-qui-se-chevauchent",
    n_(
        "la fenêtre de cette exécution en chevauche {count} autre déjà publiée, sans la contenir",
        "la fenêtre de cette exécution en chevauche {count} autres déjà publiées, sans les contenir",
        1,
    ),
    _("refaire l'intervalle entier ({first} à {last}) d'un seul tenant"),
)
RepeatedKeys = Finding.define_subclass(
    "cles-repetees",
    _("{rows} de même clé dans plusieurs fenêtres"),
    _("corriger la requête pour qu'une ligne n'appartienne qu'à une fenêtre, ou revoir « key: »"),
)
GeojsonWithoutPosition = Finding.define_subclass(
    "geojson-sans-position",
    _("aucune ligne n'a de longitude et de latitude : chaque objet du GeoJSON aurait une géométrie nulle"),
    _(
        "corriger « geometry: », ou ôter geojson de « formats: » : seuls des points y sortent ; des lignes et des polygones "
        "sortent dans une colonne des autres formats, en texte GeoJSON"
    ),
)
OutOfRangePosition = Finding.define_subclass(
    "position-hors-du-globe",
    _("{rows} dont la position n'est pas en degrés (longitude de -180 à 180, latitude de -90 à 90)"),
    _(
        "convertir la source en WGS84 (ST_Transform(…, 4326) pour du Lambert-93) ou corriger "
        "« geometry: » ; si quelques lignes seulement sont fausses, borner les deux colonnes dans le schéma "
        "(minimum, maximum) pour qu'elles soient écartées"
    ),
)
WithheldLinkRows = Finding.define_subclass(
    "lignes-retenues",
    _("{rows} écartée{s} ou retirée{s}, mais le lien montrerait tout à tous"),
    _("corriger la source, ou publier en « mode: upload »"),
)
TransformedLinkColumn = Finding.define_subclass(
    "colonnes-transformees",
    _("« {column} » n'est pas publiée telle quelle, mais le lien la montrerait à tous"),
    _("publier en « mode: upload »"),
)
_AGREE = _(
    "un essai à blanc (aqueduc run {dataset} --dry-run, avec le même « --waive » s'il en faut un) donne à lire le "
    "risque ; une personne qui peut "
    "accorder (city.yaml, « agreement_role: ») décide ensuite, dans les « Actions requises » d'Airflow ou par "
    "aqueduc agree {dataset}"
)
MissingAgreement = Finding.define_subclass(
    "accord-absent", _("personne n'a encore accordé la publication de ce jeu"), _AGREE
)
RefusedAgreement = Finding.define_subclass(
    "accord-refuse",
    _("{who} a refusé la publication de ce jeu le {day} ({reason})"),
    _(
        "corriger la déclaration de ce que ce refus lui reproche, ou, s'il n'a plus lieu d'être, l'accorder : "
        "aqueduc agree {dataset}, ou le DAG aqueduc_agreement d'Airflow"
    ),
)
OutdatedAgreement = Finding.define_subclass(
    "accord-depasse",
    _("la déclaration a changé sur le fond depuis que {who} l'a accordée, le {day} : {changes}"),
    _AGREE,
)
OutdatedRefusal = Finding.define_subclass(
    "refus-depasse",
    _(
        "{who} a refusé la publication de ce jeu le {day} ({reason}) ; la déclaration a changé depuis "
        "({changes}), et personne n'a accordé celle d'aujourd'hui"
    ),
    _AGREE,
)
UnprovedAgreement = Finding.define_subclass(
    "accord-non-prouve",
    _("l'accord inscrit n'est pas dans le registre de ce jeu tel qu'il y a été écrit ({entry})"),
    _(
        "restaurer le registre depuis une sauvegarde du dépôt (aqueduc verify {dataset} dit où il est rompu), "
        "ou accorder de nouveau : aqueduc agree {dataset}"
    ),
)
DeadLink = Finding.define_subclass(
    "lien-mort",
    _("le lien ne répond pas à un visiteur (code {status})"),
    _("le vérifier dans un navigateur, sans être connecté, et corriger « link: » ou la source"),
)
EmptyLink = Finding.define_subclass(
    "lien-vide", _("le lien répond, mais par un document vide"), _("vérifier la source")
)
OpenRestrictedLink = Finding.define_subclass(
    "lien-ouvert-a-tous",
    _("le jeu est d'accès restreint, mais n'importe qui peut lire ce que sert le lien"),
    _("protéger le lien à la source, puis relancer"),
)
UnrefusedVisitorLink = Finding.define_subclass(
    "lien-non-refuse",
    _("le jeu est d'accès restreint, et le lien ne refuse pas un visiteur : il ne sert rien (code {status})"),
    _("vérifier « link: », et que le service répond 401 ou 403 à qui n'y a pas droit"),
)
OutletWithoutRanges = Finding.define_subclass(
    "emplacement-sans-plages",
    _(
        "« {outlet} » sert les fichiers, mais pas une partie d'un fichier : un téléchargement coupé reprend "
        "du début"
    ),
    _("activer les requêtes par plage (Range) sur le serveur web"),
)
OutletWithoutEtag = Finding.define_subclass(
    "emplacement-sans-etag",
    _("« {outlet} » ne dit pas par une étiquette (ETag) qu'un fichier a changé"),
    _("activer les ETag sur le serveur web"),
)
UndeclaredLinkContent = Finding.define_subclass(
    "lien-trop-bavard",
    n_(
        "le lien sert {count} colonne ou donnée que la déclaration ne connaît pas",
        "le lien sert {count} colonnes ou données que la déclaration ne connaît pas",
        1,
    ),
    _("les ôter de ce que sert le lien, ou publier en « mode: upload »"),
)
MissingLinkColumns = Finding.define_subclass(
    "lien-incomplet",
    n_(
        "le lien ne sert pas {count} colonne que la déclaration publie",
        "le lien ne sert pas {count} colonnes que la déclaration publie",
        1,
    ),
    _("donner à « link: » l'adresse qui les sert toutes, ou ne déclarer que celles que le lien sert"),
)
UnverifiableLink = Finding.define_subclass(
    "lien-illisible",
    _("ce que sert le lien ne peut pas être vérifié ({reason})"),
    _("donner un lien vers du JSON, du CSV ou du GeoJSON de moins de 64 Mo, ou publier en « mode: upload »"),
)
UnavailableCategory = Finding.define_subclass(
    "categorie-inconnue",
    _("la plateforme ne permet pas de ranger la fiche dans « {category} »"),
    _("demander à la Région d'y ajouter le compte de la Ville, ou choisir une autre « category: »"),
)
KeylessTableReplacement = Finding.define_subclass(
    "table-remplacee-entiere",
    _("sans clé, la table interrogeable est remplacée tout entière à chaque changement"),
    _("déclarer « key: » pour n'envoyer que ce qui change, ou « datastore: false »"),
)
UnavailableTable = Finding.define_subclass("pas-de-table-ici", _("pas de table interrogeable : {reason}"))
_DECIDE = _(
    "demander qui l'a fait, et pourquoi ; si c'est voulu, le retirer dans les règles : aqueduc withdraw vérifie qu'un "
    "visiteur ne lit plus rien, et en garde la preuve ; sinon, lever la garde « reopen » pour une seule exécution, "
    "avec un nom et un motif (--waive, ou « waive » dans Airflow)"
)
RecordHidden = Finding.define_subclass(
    "fiche-cachee",
    _("quelqu'un a caché la fiche sur « {platform} » depuis la publication précédente"),
    _DECIDE,
)
RecordDeleted = Finding.define_subclass(
    "fiche-supprimee", _("quelqu'un a supprimé la fiche sur « {platform} »"), _DECIDE
)
VanishedRecord = Finding.define_subclass(
    "fiche-disparue", _("la fiche publiée auparavant n'existe plus sur « {platform} »"), _DECIDE
)
DeletedResources = Finding.define_subclass(
    "ressource-supprimee",
    _("quelqu'un a supprimé de la fiche, sur « {platform} », ce qui y était publié : {names}"),
    _(
        "demander qui l'a fait, et pourquoi ; si c'est voulu, ôter ce format de « formats: », ou retirer le jeu "
        "(aqueduc withdraw) ; sinon, lever la garde « reopen » pour une seule exécution, avec un nom et un motif "
        "(--waive, ou « waive » dans Airflow)"
    ),
)
AdoptedRecord = Finding.define_subclass(
    "fiche-reprise",
    _("une fiche de la Ville était déjà là : elle est reprise, avec ses ressources"),
)
RecordDrift = Finding.define_subclass(
    "ecart-sur-la-plateforme",
    _("modifié sur la plateforme depuis la publication précédente : {names} ; la déclaration le remet"),
    _("demander qui l'a modifié, et pourquoi ; pour garder ce changement, l'écrire dans la déclaration"),
)
RenamedOrganisation = Finding.define_subclass(
    "organisation-renommee",
    _(
        "sur « {platform} », l'organisation de la Ville n'a plus le titre qu'elle avait à la publication précédente : "
        "c'est lui que le public lit comme producteur"
    ),
    _(
        "demander à qui tient la plateforme qui l'a renommée ; si c'est voulu, rien à faire : la prochaine publication "
        "de chaque jeu le retient"
    ),
)
RegressedLedger = Finding.define_subclass(
    "registre-recule",
    _(
        "la fiche publique nomme une entrée que le registre n'a pas ({head}) : le dépôt a été ramené en "
        "arrière, ou ce champ a été récrit"
    ),
    _(
        "ne rien supprimer ; restaurer le dépôt depuis une sauvegarde plus récente ; s'il n'y en a pas, "
        "le consigner, puis vider ce champ de la fiche (ledger_head) sur la plateforme : la publication "
        "suivante y inscrit la tête d'aujourd'hui"
    ),
)
UncomparedWrites = Finding.define_subclass(
    "ecriture-sans-comparaison",
    _(
        "cette plateforme (CKAN {version}) ne sait pas comparer au moment d'écrire (package_revise) : la "
        "fiche est relue juste avant chaque écriture"
    ),
    _("éviter d'y modifier la fiche à la main pendant une publication"),
)
AbandonedRecord = Finding.define_subclass(
    "fiche-restee-ailleurs",
    _(
        "la fiche publiée auparavant sur « {platform} » n'en a pas été ôtée par Aqueduc, et n'y est plus tenue à jour ; "
        "cette exécution n'y a pas regardé"
    ),
    _("si elle y est encore, la retirer de « {platform} » ; puis supprimer {key} du dépôt"),
)
OutdatedSourceRead = Finding.define_subclass(
    "publication-plus-recente",
    _("la source a été lue plus tard par une autre exécution, dont les lignes sont déjà en place"),
    _("ne rien relancer de cette exécution-ci ; en déclencher une nouvelle s'il faut republier"),
)
TooManySlices = Finding.define_subclass(
    "trop-de-parties",
    _("cette colonne répartirait le jeu en {count} fichiers, pour {most} au plus"),
    _("choisir pour « split: » une colonne qui a moins de valeurs, ou « per: year »"),
)


_SMALLER = _(
    "répartir le jeu (« split: »), ajouter un format plus compact (parquet) avec « too_big: omit », ou "
    "publier en « mode: index »"
)

OversizedPublishedFile = Finding.define_subclass(
    "fichier-trop-gros",
    _("le fichier {format} fait {size} Mo, et la plateforme en accepte {most} au plus"),
    _SMALLER,
)
OmittedFormat = Finding.define_subclass(
    "format-omis",
    _("le fichier {format} fait {size} Mo, plus que les {most} de la plateforme : il n'est pas publié"),
    _SMALLER,
)
OversizedWorkbook = Finding.define_subclass(
    "trop-grand-pour-un-classeur",
    _("le jeu a {count} {what}, et un classeur XLSX {most} au plus"),
    _("répartir le jeu en plusieurs fichiers (« split: »), ou ôter xlsx de « formats: »"),
)
EmptySplit = Finding.define_subclass(
    "rien-a-repartir",
    _("il ne reste aucune ligne : toutes les parties seraient retirées de la plateforme"),
    _("vérifier la source ; pour publier un jeu vide, ôter « split: »"),
)
IncompleteSlices = Finding.define_subclass(
    "parties-incompletes", _("lignes réunies dans les parties : {held} ; dans le jeu : {expected}"), _AGAIN
)
