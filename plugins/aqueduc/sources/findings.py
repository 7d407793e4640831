"""What extract may notice without stopping."""

from aqueduc.findings import Finding
from aqueduc.language import Message, _, n_

IgnoredBlankRows = Finding.define_subclass(
    "lignes-vides", _("{rows} sans aucune valeur dans la source"), _("rien à faire : elles ne comptent pas")
)
RaggedRows = Finding.define_subclass(
    "lignes-mal-decoupees",
    _("{rows} dont le nombre de cellules n'est pas celui de l'en-tête : rejet"),
    _("les corriger : guillemets autour des cellules qui contiennent le séparateur"),
)
BareShapes = Finding.define_subclass(
    "positions-sans-attribut",
    _("{rows} de la couche avec une position seule : tous les autres attributs y sont vides"),
    _("vérifier la couche dans le SIG ; si elle y est remplie, le fichier est abîmé : le réexporter entier"),
)
SwappedPositions = Finding.define_subclass(
    "positions-inversees",
    _(
        "{rows} dont la longitude et la latitude semblent échangées : dans l'autre ordre, la position est près de {place}"
    ),
    _("les échanger à la source : en GeoJSON, la longitude vient en premier"),
)
# ``place``: the city's box, or the other positions.
DistantPositions = Finding.define_subclass(
    "positions-lointaines",
    _("{rows} dont la position est à plus d'un degré (une centaine de kilomètres) de {place}"),
    _("les vérifier à la source, et « bbox: » dans city.yaml ; rien à faire si elles sont justes"),
)
# Of a position in metres, as projections give it.
SwappedCoordinates = Finding.define_subclass(
    "coordonnees-inversees",
    _(
        "{rows} dont les deux coordonnées en mètres (X, Y) semblent échangées : dans l'autre ordre, la position est près "
        "de {place}"
    ),
    _("les échanger à la source"),
)
DistantCoordinates = Finding.define_subclass(
    "coordonnees-lointaines",
    _("{rows} dont la position en mètres (X, Y) est à plus de cent kilomètres de {place}"),
    _("les vérifier à la source : un zéro n'est pas une position ; rien à faire si elles sont justes"),
)
ScatteredShapes = Finding.define_subclass(
    "formes-a-part",
    _(
        "{rows} dont la position n'est pas un point : elle est dans « geometry », et leurs longitude et latitude sont "
        "vides"
    ),
    _("publier aussi « geometry » (un GeoJSON), ou donner un point à ces objets à la source"),
)
ImpossibleDates = Finding.define_subclass(
    "dates-impossibles",
    _(
        "« {column} » : {rows} dont la date n'existe pas (0000-00-00, un mois ou un jour 00), lue comme absente"
    ),
    _("les corriger à la source, ou les traduire dans la requête (NULLIF)"),
)
AmbiguousNumbers = Finding.define_subclass(
    "nombres-ambigus",
    _("« {column} » : {rows} où un point sépare trois chiffres, alors que la décimale est la virgule"),
    _(
        "le point est lu comme celui des décimales ; s'il sépare des milliers, mettre « thousands: [{column}] » sous "
        "« source: », sinon « thousands: [] »"
    ),
)
UnsaidThousands = Finding.define_subclass(
    "milliers-non-dits",
    _("« {column} » : {rows} où un point sépare trois chiffres, et rien ne dit si ce sont des milliers"),
    _(
        "le point est lu comme celui des décimales ; s'il sépare des milliers, mettre « thousands: [{column}] » sous "
        "« source: », sinon « thousands: [] »"
    ),
)
NoNextPage = Finding.define_subclass(
    "pas-de-page-suivante",
    _("la première réponse ne porte pas « {path} » : une seule page a été lue"),
    _("vérifier « paging: » si l'API en annonce d'autres"),
)
UnannouncedState = Finding.define_subclass(
    "etat-non-annonce",
    _("l'adresse n'annonce ni ETag ni date : rien ne fait voir l'arrivée d'un document (« on_arrival »)"),
    _("dire une horloge, « cadence: daily » ; ou demander à qui sert le document d'en annoncer un"),
)
RepeatedFiles = Finding.define_subclass(
    "fichiers-en-double",
    _("{files} dont le contenu est exactement celui d'un autre : non relus"),
    _("rien à faire si le même fichier a été redéposé sous un autre nom"),
)
# ``files``: those that were read, each by its number.
ReadFiles = Finding.define_subclass(
    "fichiers-lus",
    _("fichiers réunis : {files}"),
    _("rien à faire : « ligne 2:15 » est la ligne 15 du fichier n° 2"),
)
UncountedRows = Finding.define_subclass(
    "lignes-non-comptees",
    _("le service ne dit pas combien de lignes il a : rien ne prouve que toutes ont été lues"),
    _("comparer parfois leur nombre avec celui que montre le portail"),
)
# ``doubt``: why, as a sentence.
DoubtfulEncoding = Finding.define_subclass(
    "encodage-devine",
    _("encodage deviné : {encoding} ; doute : {doubt}"),
    _("relire les accents à l'aperçu, puis écrire le bon « encoding: » dans la déclaration"),
)
# Of a shapefile.
GuessedTableEncoding = Finding.define_subclass(
    "encodage-attributs-devine",
    _("encodage des attributs deviné : {encoding} ; ni un .cpg ni le .dbf ne le disent"),
    _("relire les accents à l'aperçu ; à la source, joindre le .cpg que le SIG écrit avec la couche"),
)
SkippedTitleRows = Finding.define_subclass(
    "lignes-de-titre",
    _("{rows} au-dessus de l'en-tête, non lue{s} comme des données"),
    _("rien à faire si ce sont bien des titres ; sinon, mettre l'en-tête au-dessus des données"),
)
SkippedFooterRows = Finding.define_subclass(
    "lignes-de-pied",
    _("{rows} au pied du tableau (total, source…), non lue{s} comme des données"),
    _("rien à faire si ce sont bien des totaux ou des notes ; sinon, préciser « footer: »"),
)
SuspectedFootRows = Finding.define_subclass(
    "pied-lu-comme-donnees",
    n_(
        "{count} ligne à la fin du tableau semble un total ou une note, et est lue comme une donnée",
        "{count} lignes à la fin du tableau semblent des totaux ou des notes, et sont lues comme des données",
        1,
    ),
    _(
        "écrire sous « footer: » par quoi commencent ces lignes (« Ensemble », « (1) », « NC : »…), ou les ôter du "
        "fichier ; rien à faire si ce sont bien des données"
    ),
)
UnreadMembers = Finding.define_subclass(
    "membres-non-lus",
    _(
        "{rows} du GeoJSON dont un membre se trouve à côté des propriétés ou dans la géométrie : il n'est pas lu, et rien "
        "n'en est publié"
    ),
    _("rien à faire s'il ne doit pas sortir ; sinon, le mettre parmi les propriétés à la source"),
)
UncomputedFormulas = Finding.define_subclass(
    "formules-sans-valeur",
    _("« {column} » : {rows} dont la formule n'a pas de valeur enregistrée, lue{s} comme vide{s}"),
    _("ouvrir le classeur dans un tableur et l'y enregistrer : les formules seront calculées"),
)
CellErrors = Finding.define_subclass(
    "cellules-en-erreur",
    _(
        "« {column} » : {rows} dont la cellule est en erreur dans le classeur (#N/A, #DIV/0!…), lue{s} comme vide{s}"
    ),
    _("corriger la formule dans le classeur, ou y vider la cellule ; rien à faire si elle doit rester vide"),
)
EarlyMoments = Finding.define_subclass(
    "instants-de-1900",
    _(
        "« {column} » : {rows} dont l'instant est de janvier ou février 1900, ce qu'un classeur écrit d'une durée de "
        "24 h ou plus"
    ),
    _(
        'donner aux cellules le format [h]:mm dans le classeur, et mettre « "type": "string" » dans leur champ du schéma : '
        "la durée est alors publiée (33:30:00) ; rien à faire si ce sont bien des instants de 1900"
    ),
)
RepeatedHeaderRows = Finding.define_subclass(
    "en-tete-repete",
    n_(
        "{count} ligne répète l'en-tête : elle n'est pas publiée",
        "{count} lignes répètent l'en-tête : elles ne sont pas publiées",
        1,
    ),
    _("rien à faire : une telle ligne n'est pas une donnée ; l'ôter du fichier pour ne plus le lire ici"),
)
_SAY_UNIT = _(
    "le dire dans le nom ou la description du champ, ou convertir à la source ; rien à faire si le nombre enregistré est "
    "le bon"
)
ShownPercents = Finding.define_subclass(
    "nombres-en-pourcentage",
    _(
        "« {column} » : {rows} que le classeur montre en pourcentage, lue{s} comme il les enregistre (0,5 pour « 50 % »)"
    ),
    _SAY_UNIT,
)
ShownUnits = Finding.define_subclass(
    "nombres-avec-unite",
    _(
        "« {column} » : {rows} que le format du classeur montre en milliers, ou avec une unité (k€…), lue{s} comme il les "
        "enregistre, sans elle"
    ),
    _SAY_UNIT,
)
UnitInTitle = Finding.define_subclass(
    "unite-dans-le-titre",
    _("un titre au-dessus du tableau parle d'une unité (k€, milliers, millions…), et n'est pas publié"),
    _SAY_UNIT,
)
ShownDecimals = Finding.define_subclass(
    "decimales-montrees",
    _("« {column} » : {rows} lue{s} avec les deux décimales que montre le classeur"),
    _(
        'rien à faire pour des nombres ; pour des numéros (chapitre, version : 1.10 n\'y est pas 1.1), mettre « "type": '
        '"string" » dans leur champ du schéma'
    ),
)
# Where the declaration does not say what they are.
ReadHiddenRows = Finding.define_subclass(
    "lignes-masquees",
    _("{rows} masquée{s} dans le classeur (ou filtrée{s}, repliée{s}), lue{s} comme les autres"),
    _(
        "décider : « hidden_rows: skip » ne les lit pas, « hidden_rows: read » les lit et ne le rappelle plus ; ou les "
        "supprimer du classeur"
    ),
)
SkippedHiddenRows = Finding.define_subclass(
    "lignes-masquees-non-lues",
    _("{rows} masquée{s} dans le classeur (ou filtrée{s}, repliée{s}), non lue{s}"),
    _("rien à faire, si ce n'est pas un filtre oublié dans le classeur"),
)
PublishedHiddenColumn = Finding.define_subclass(
    "colonne-masquee",
    _("« {column} » est masquée dans le classeur, et publiée"),
    _("vérifier qu'elle doit sortir ; sinon, la mettre à « drop »"),
)
# Of a table that is joined.
UnmatchedRows = Finding.define_subclass(
    "lignes-sans-correspondance",
    _("{rows} sans correspondance dans {file} : les colonnes ajoutées y sont vides"),
    _("compléter cette table, ou écrire « unmatched: reject » pour rejeter ces lignes"),
)
RejectedUnmatchedRows = Finding.define_subclass(
    "lignes-sans-correspondance-rejetees",
    _("{rows} sans correspondance dans {file}, rejetée{s}"),
    _("compléter cette table, ou corriger ces lignes à la source"),
)
RejectedUncomputedRows = Finding.define_subclass(
    "lignes-non-calculees",
    _("« {column} » : {rows} où le calcul échoue, rejetée{s}"),
    _("corriger ces lignes à la source, ou laisser vide ce qui ne se convertit pas : TRY_CAST(… AS …)"),
)
# ``said``: what the reader of the file noticed, with its lines.
ReadReference = Finding.define_subclass(
    "table-jointe-lue",
    _("table jointe {file} : {said}"),
    Message("{advice}"),
)
FilledMergedCells = Finding.define_subclass(
    "cellules-fusionnees",
    _("« {column} » : {rows} dans une cellule fusionnée, remplie{s} de sa valeur"),
    _("rien à faire"),
)


_GROUPED = _(
    "les lignes sont publiées triées : donner à chacune le nom de son groupe dans une colonne (« fill_down » "
    "s'il n'y manque que la suite), ou garder l'ordre du fichier par « order: source » si tout y est publié "
    "tel quel"
)

SuspectedGroupLabels = Finding.define_subclass(
    "titres-de-groupes",
    n_(
        "{count} ligne d'une seule cellule, qui semble le titre d'un groupe",
        "{count} lignes d'une seule cellule, qui semblent le titre d'un groupe",
        1,
    ),
    _GROUPED,
)
SuspectedBlankGroups = Finding.define_subclass(
    "groupes-nommes-une-fois",
    _("{rows} dont la première colonne est vide, comme si le groupe n'était nommé qu'à sa première ligne"),
    _GROUPED,
)
SuspectedSubtotalRows = Finding.define_subclass(
    "sous-totaux",
    n_(
        "{count} ligne qui semble un total au milieu des données",
        "{count} lignes qui semblent des totaux au milieu des données",
        1,
    ),
    n_(
        "l'ôter du fichier : triée et additionnée avec les autres, elle compterait deux fois ; au pied du "
        "tableau, elle se déclare par « footer: »",
        "les ôter du fichier : triées et additionnées avec les autres, elles compteraient deux fois ; celles "
        "du pied de tableau se déclarent par « footer: »",
        1,
    ),
)
SuspectedInnerHeaders = Finding.define_subclass(
    "second-en-tete",
    n_(
        "{count} ligne qui semble l'en-tête d'un autre tableau, sous le premier",
        "{count} lignes qui semblent chacune l'en-tête d'un autre tableau, sous le premier",
        1,
    ),
    _(
        "mettre chaque tableau dans un fichier ou une feuille à part : ce qui suit est lu sous les colonnes du premier ; "
        "rien à faire si c'est bien une donnée"
    ),
)
# ``why``: what asks for it, where the declaration (« watermark ») asks for less.
WholeReading = Finding.define_subclass(
    "lecture-entiere", _("la source est lue en entier : {why}"), _("rien à faire")
)
PartialReading = Finding.define_subclass(
    "lecture-partielle",
    n_(
        "{rows} lue : modifiée depuis la révision publiée, à {lateness} près, ou sans date",
        "{rows} lues : modifiées depuis la révision publiée, à {lateness} près, ou sans date",
        0,
    ),
    _("rien à faire : les autres sont celles de la révision publiée"),
)
