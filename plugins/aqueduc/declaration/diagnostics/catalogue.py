"""The catalogue of problems: everything that can be wrong in a declaration, and what to do about it."""

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.language import Message, _

# --- a file that cannot be read at all ------------------------------------------------------------------


UnreadableFile = DeclarationProblem.define_subclass(
    "fichier-illisible",
    _("le fichier ne peut pas être lu : {reason}"),
    _("vérifier qu'il existe et que ses droits permettent de le lire"),
)
OversizedDeclaration = DeclarationProblem.define_subclass(
    "fichier-trop-gros",
    _("{size} : une déclaration n'en compte pas plus de {limit}"),
    _("vérifier que des données n'ont pas été collées dans la déclaration"),
)
NonUtf8Declaration = DeclarationProblem.define_subclass(
    "pas-utf8",
    _("le fichier n'est pas en UTF-8 (premier octet fautif à la ligne {line})"),
    _("l'enregistrer en UTF-8 (« Enregistrer sous… », encodage UTF-8)"),
)
InvalidSyntax = DeclarationProblem.define_subclass("yaml", Message("{reason}"), Message("{advice}"))
ExcessiveNodes = DeclarationProblem.define_subclass(
    "yaml-bombe",
    _("plus de {limit} valeurs une fois les alias développés"),
    _("écrire la déclaration sans alias en cascade"),
)
ExcessiveNesting = DeclarationProblem.define_subclass(
    "trop-profond",
    _("plus de {limit} niveaux imbriqués"),
    _("écrire plus simplement"),
)
DuplicateKey = DeclarationProblem.define_subclass(
    "cle-en-double",
    _("la clé « {key} » est écrite deux fois (déjà ligne {first})"),
    _("n'en garder qu'une"),
)
NonMappingDeclaration = DeclarationProblem.define_subclass(
    "pas-une-declaration",
    _("le fichier est vide, ou n'est pas une suite de « clé : valeur »"),
    _("commencer par « {first} »"),
)
NewerFormat = DeclarationProblem.define_subclass(
    "format-plus-recent",
    _("ces déclarations sont au format {given} ; l'Aqueduc installé ici lit le format {known}"),
    _("installer un Aqueduc plus récent"),
)
OlderFormat = DeclarationProblem.define_subclass(
    "format-plus-ancien",
    _("ces déclarations sont au format {given} ; l'Aqueduc installé ici lit le format {known}"),
    _("les récrire : aqueduc upgrade (les commentaires restent)"),
)

# --- keys and values ------------------------------------------------------------------------------------

UnknownKey = DeclarationProblem.define_subclass(
    "cle-inconnue", _("clé inconnue « {key} »"), Message("{advice}")
)
MissingKey = DeclarationProblem.define_subclass(
    "cle-absente",
    _("la clé « {key} » manque"),
    _("l'ajouter : {advice}"),
)
EmptyValue = DeclarationProblem.define_subclass(
    "cle-sans-valeur",
    _("« {key} » n'a pas de valeur"),
    _("écrire une valeur après « {key}: », ou ôter la clé"),
)
WrongType = DeclarationProblem.define_subclass(
    "mauvais-type",
    _("« {key} » attend {expected}"),
    Message("{advice}"),
)
UnknownChoice = DeclarationProblem.define_subclass(
    "choix-inconnu", _("{what} : « {given} »"), Message("{advice}")
)
RepeatedItem = DeclarationProblem.define_subclass(
    "repetition",
    _("« {key} » cite deux fois « {item} »"),
    _("ôter celui-ci"),
)
UndecidedQuestion = DeclarationProblem.define_subclass(
    "a-decider",
    _("reste à décider : {question}"),
    _("choisir, puis remplacer tout ce texte par la réponse"),
)
InvalidFileName = DeclarationProblem.define_subclass(
    "nom-de-fichier",
    _("« {name} » ne peut pas être l'identifiant d'un jeu de données"),
    _("renommer le fichier : minuscules sans accent, chiffres, tirets et tirets bas, 100 caractères au plus"),
)
WrongExtension = DeclarationProblem.define_subclass(
    "extension",
    _("ce fichier ne sera jamais lu : une déclaration finit par « .yaml »"),
    _("le renommer {name}, ou l'ôter de ce dossier"),
)
# ``what``: why the line cannot be applied; it is not quoted, since it holds a value.
InapplicableCorrection = DeclarationProblem.define_subclass(
    "correction",
    _("correction inapplicable : {what}"),
    _("écrire ces lignes avec « aqueduc correct », ou corriger à la source"),
)
OrphanCorrections = DeclarationProblem.define_subclass(
    "corrections-sans-jeu",
    _("aucun jeu ne s'appelle « {name} »"),
    _("renommer ce fichier comme le jeu qu'il corrige"),
)
MissingFile = DeclarationProblem.define_subclass(
    "fichier-absent",
    _("le fichier « {name} » n'existe pas dans include/"),
    Message("{advice}"),
)
OversizedFile = DeclarationProblem.define_subclass(
    "fichier-nomme-trop-gros",
    _("le fichier « {name} » dépasse {limit} octets"),
    _("vérifier que c'est le bon fichier, ou l'alléger"),
)
NonUtf8File = DeclarationProblem.define_subclass(
    "fichier-pas-utf8",
    _("le fichier « {name} » n'est pas en UTF-8"),
    _("le réenregistrer en UTF-8"),
)

# --- source ---------------------------------------------------------------------------------------------

AmbiguousSource = DeclarationProblem.define_subclass(
    "source-mal-dite",
    _("la source doit avoir une, et une seule, des clés {listed}"),
    _("par exemple {example}"),
)
UnknownConnection = DeclarationProblem.define_subclass(
    "connexion-inconnue",
    _("« {given} » n'est pas parmi les connexions de city.yaml"),
    _("{advice} Sinon, l'ajouter sous « connections: » de city.yaml"),
)
UnknownEncoding = DeclarationProblem.define_subclass(
    "encodage-inconnu",
    _("encodage inconnu : « {given} »"),
    Message("{advice}"),
)
UnknownFormat = DeclarationProblem.define_subclass(
    "format-inconnu",
    _("le format de « {name} » ne se devine pas à son nom"),
    _("ajouter « format: » : {listed}"),
)
AmbiguousFiles = DeclarationProblem.define_subclass(
    "chemin-a-motif",
    _("« path: {given} » désigne plusieurs fichiers, et rien ne dit lesquels lire"),
    _(
        "écrire « take: all » (tous, réunis), « take: newest-name » (le dernier par le nom) ou "
        "« take: newest-date » (le dernier déposé)"
    ),
)
FolderPattern = DeclarationProblem.define_subclass(
    "motif-de-dossier",
    _("« path: {given} » a un motif dans un nom de dossier"),
    _("ne mettre « * » et « ? » que dans le nom du fichier : voirie/releves-*.csv"),
)
UselessFileChoice = DeclarationProblem.define_subclass(
    "choix-sans-motif",
    _("« take: {given} » choisit parmi plusieurs fichiers, et « path: » n'en désigne qu'un"),
    _("retirer « take: », ou écrire un motif : « path: releves-*.csv »"),
)
UnscheduledWindow = DeclarationProblem.define_subclass(
    "fenetre-sans-cadence",
    _("la source lit un intervalle, mais la cadence « {cadence} » n'en donne pas"),
    _("choisir une cadence régulière (hourly, daily, weekly, monthly…)"),
)
WindowAfterDataset = DeclarationProblem.define_subclass(
    "fenetre-apres-un-jeu",
    _("la source lit un intervalle, que seule l'horloge donne : « after » n'en donne aucun"),
    _("ôter « after: », ou lire la source en entier, sans « window_start » ni « window_end »"),
)
UnboundedAfter = DeclarationProblem.define_subclass(
    "apres-sans-delai",
    _("le jeu en attend d'autres (« after »), et « {cadence} » n'est ni une horloge ni un délai promis"),
    _(
        "écrire le plus long délai entre deux mises à jour, « cadence: at most 35 days » : passé ce délai, le jeu "
        "est dit en retard ; ou une horloge à côté, « cadence: weekly »"
    ),
)
ArrivalWithoutDrop = DeclarationProblem.define_subclass(
    "arrivee-sans-depot",
    _("« on_arrival » attend un fichier, et rien de cette source ne se liste sans être lu"),
    _(
        "ôter « on_arrival: » et dire une horloge, « cadence: daily » (une source inchangée coûte peu) ; ou lire un "
        "dépôt de fichiers (dossier, SFTP, S3, WebDAV) ou un document HTTP d'une seule page, en entier"
    ),
)
UnboundedArrival = DeclarationProblem.define_subclass(
    "arrivee-sans-delai",
    _("le jeu attend un fichier (« on_arrival »), et « {cadence} » n'est ni une horloge ni un délai promis"),
    _(
        "écrire le plus long délai entre deux mises à jour, « cadence: at most 35 days » : passé ce délai, le jeu "
        "est dit en retard ; ou une horloge à côté, « cadence: weekly »"
    ),
)
UnknownPredecessor = DeclarationProblem.define_subclass(
    "apres-un-inconnu",
    _("« after » cite « {name} », qu'aucun fichier de datasets/ ne déclare"),
    Message("{advice}"),
)
CircularAfter = DeclarationProblem.define_subclass(
    "apres-en-rond",
    _("ces jeux s'attendent en rond : {circle}"),
    _("ôter l'un de ces « after: », et donner à son jeu une horloge : « cadence: weekly »"),
)
IncompleteWindow = DeclarationProblem.define_subclass(
    "demi-fenetre",
    _("la source n'utilise qu'une borne de l'intervalle : {used} sans {unused}"),
    _("utiliser les deux bornes, ou aucune"),
)
WatermarkWindow = DeclarationProblem.define_subclass(
    "repere-et-fenetre",
    _(
        "la source se lit par intervalle (« :window_start », « :window_end ») et par lignes modifiées (« watermark »)"
    ),
    _("ôter « watermark: », ou les deux bornes de la requête"),
)
WatermarkProbe = DeclarationProblem.define_subclass(
    "repere-et-empreinte",
    _("« probe » fait parcourir toute la table à la base, ce que « watermark » évite"),
    _("n'en garder qu'un des deux"),
)
ProbeNeedsPlainTable = DeclarationProblem.define_subclass(
    "versions-sans-table",
    _(
        "« probe: versions » ne prouve rien de cette requête : elle fait plus que nommer des colonnes d'une seule table, et "
        "peut changer sans qu'aucune ligne de la table ne change"
    ),
    _(
        "écrire « probe: rows », qui vaut pour toute requête, ou la réduire à « SELECT des colonnes FROM une table »"
    ),
)
WatermarkWithoutKey = DeclarationProblem.define_subclass(
    "repere-sans-cle",
    _(
        "les lignes modifiées (« watermark ») sont réunies par leur clé à celles qui sont publiées, et le jeu n'en a pas"
    ),
    _("déclarer « key: », des colonnes publiées ; sinon, lire la source en entier"),
)
WatermarkDeletions = DeclarationProblem.define_subclass(
    "repere-et-suppressions",
    _("une ligne supprimée à la source ne se voit pas parmi celles qui sont modifiées"),
    _(
        "écrire « full_every: 7 days » (tout est relu à ce rythme), ou « deletions: never » si aucune ligne n'est jamais "
        "supprimée ; l'un des deux, et un seul"
    ),
)
WatermarkAddedColumn = DeclarationProblem.define_subclass(
    "repere-ajoute",
    _(
        "« {name} » est ajoutée aux lignes après leur lecture : la base ne peut pas choisir les lignes avec elle"
    ),
    _("donner une colonne que rend la requête"),
)
# ``what``: what of the declaration depends on the whole, or on more than a row.
WatermarkNeedsWhole = DeclarationProblem.define_subclass(
    "repere-sans-le-tout",
    _("{what} : quelques lignes ne suffisent pas, et « watermark » ne lit que celles qui ont changé"),
    _("ôter « watermark: » et lire la source en entier, ou intervalle par intervalle (« :window_start »)"),
)
WatermarkRejections = DeclarationProblem.define_subclass(
    "repere-et-rejets",
    _(
        "« reject_at_most » ({share}) est une part du jeu entier, et « watermark » ne lit que les lignes modifiées"
    ),
    _(
        "écrire « reject_at_most: 0 » dans le jeu : une ligne fautive y arrête la publication ; sinon, ôter « watermark: »"
    ),
)
AmbiguousPaging = DeclarationProblem.define_subclass(
    "pages-mal-dites",
    _("« paging: » doit dire d'une façon, et d'une seule, comment les pages se suivent : {listed}"),
    _("par exemple {examples}"),
)
UnknownPlaceholder = DeclarationProblem.define_subclass(
    "parametre-sql-inconnu",
    _("paramètre inconnu « :{name} »"),
    _("seuls « :window_start » et « :window_end » existent (un cast s'écrit « valeur::type »)"),
)
MultipleStatements = DeclarationProblem.define_subclass(
    "plusieurs-requetes",
    _("plusieurs instructions dans le même fichier"),
    _("n'en garder qu'une : une seule requête SELECT"),
)
UnclosedQuote = DeclarationProblem.define_subclass(
    "guillemet-sql",
    _("guillemet, apostrophe ou commentaire jamais refermé"),
    _("le refermer"),
)
EmptyQuery = DeclarationProblem.define_subclass(
    "requete-vide",
    _("la requête est vide"),
    _("écrire une requête SELECT"),
)

# --- columns --------------------------------------------------------------------------------------------

InvalidRule = DeclarationProblem.define_subclass(
    "regle-inconnue",
    _("la règle de la colonne « {column} » n'est pas comprise"),
    Message("{advice}"),
)
MissingRule = DeclarationProblem.define_subclass(
    "regle-absente",
    _("la colonne « {column} » n'a pas de règle"),
    _("écrire « publish » pour la publier, « drop » pour la garder à la Ville, ou une autre règle"),
)
BrokenRulePackage = DeclarationProblem.define_subclass(
    "regle-inutilisable",
    _("« {column} » : la règle « {word} » vient du paquet {package}, qui ne se charge pas ({why})"),
    _("réinstaller ce paquet, ou sa version qui va avec celle d'Aqueduc ; ou une autre règle"),
)
MissingLegalBasis = DeclarationProblem.define_subclass(
    "base-legale-absente",
    _("« {column} » reste une donnée personnelle : {why}"),
    _("ajouter « basis: » avec le texte qui l'autorise, ou « drop »"),
)
# ``position``: the columns as they are published; ``beside``: those of the source that are kept back.
ExposedHomePosition = DeclarationProblem.define_subclass(
    "domicile-publie",
    _(
        "la position ({position}) garde sa précision, alors que la source dit de qui il s'agit ({beside}) : "
        "ce peut être celle d'un domicile, qui rendrait l'adresse retirée"
    ),
    _(
        "snap: 500, locate ou drop ; si un texte veut qu'elle soit publiée, le citer sous « basis: » ; si ce "
        "n'est chez personne (un arbre, un équipement), qu'une personne le dise sous « waivers: » (column: "
        "{column}, kind: home_position)"
    ),
)
# ``listed``: the columns that are kept back, of which it is made.
DerivedColumnExposed = DeclarationProblem.define_subclass(
    "tiree-d-une-colonne-retenue",
    _("« {name} » est tirée de ce qui ne sort pas tel quel ({listed}) : la publier peut en rendre la valeur"),
    _(
        "drop ; ou la compter parmi « quasi_identifiers: » ; si un texte veut qu'elle soit publiée, le citer sous "
        "« basis: » ; si elle n'en rend rien, qu'une personne le dise sous « waivers: » (column: {published}, kind: derived)"
    ),
)
# ``listed``: the keys that are kept back.
JoinChoosesRows = DeclarationProblem.define_subclass(
    "jointure-qui-choisit",
    _(
        "cette jointure rejette des lignes selon ce qui ne sort pas tel quel ({listed}) : une ligne publiée dirait que la "
        "table le connaît, et personne n'en répond"
    ),
    _(
        "« unmatched: keep » ; ou publier une colonne de cette table, et dire ce qui le permet, comme de toute colonne "
        "tirée de ce qui est retenu (« quasi_identifiers: », « basis: », ou « waivers: » avec kind: derived)"
    ),
)
UnlistedJoinColumns = DeclarationProblem.define_subclass(
    "jointure-sans-liste",
    _(
        "la clé de cette jointure ({listed}) ne sort pas telle quelle, et rien ne dit quelles colonnes en sont tirées"
    ),
    _("les nommer sous « columns: » de cette jointure"),
)
UndeclaredAddedColumn = DeclarationProblem.define_subclass(
    "colonne-ajoutee-non-declaree",
    _("la colonne ajoutée {shown} n'est pas sous « columns: » du jeu"),
    _("l'y déclarer avec sa règle, comme celles de la source, ou ne pas l'ajouter"),
)
AddedTwice = DeclarationProblem.define_subclass(
    "colonne-ajoutee-en-double",
    _("« {name} » viendrait de deux endroits"),
    _("ne l'ajouter qu'une fois, ou la renommer dans la table jointe"),
)
AddedJoinKey = DeclarationProblem.define_subclass(
    "cle-de-jointure-ajoutee",
    _(
        "« {name} » est ajoutée aux lignes, et « on: » d'une jointure la nomme : une clé est une colonne de la source"
    ),
    _("nommer sous « on: » une colonne que la source donne elle-même, ou réunir les deux tables en une"),
)
AdditionsAtSource = DeclarationProblem.define_subclass(
    "ajout-a-la-source",
    _(
        "« {key} » n'a pas de sens ici : le lien mène à la source, qui sert ses propres colonnes et rien d'autre"
    ),
    _("passer en « mode: upload », ou déposer des fichiers par « outlet: »"),
)
ComputedOnComputed = DeclarationProblem.define_subclass(
    "calcul-sur-un-calcul",
    _("« {name} » se calcule avec {listed}, qui est une colonne calculée"),
    _("n'y lire que des colonnes de la source ou d'une table jointe : y récrire l'expression"),
)
# ``reason``: what the parser of expressions says.
RefusedExpression = DeclarationProblem.define_subclass(
    "expression-refusee", _("« {name} » : {reason}"), Message("{advice}")
)
# Of a table of ``include/``: what its reader says of it.
UnreadableReference = DeclarationProblem.define_subclass(
    "table-jointe", Message("{reason}"), Message("{advice}")
)
InapplicableSchema = DeclarationProblem.define_subclass(
    "schema-inapplicable", Message("{reason}"), Message("{advice}")
)
UnknownFunction = DeclarationProblem.define_subclass(
    "fonction-inconnue",
    _("la fonction « {name} » n'est pas dans include/{file}"),
    Message("{advice}"),
)
UnreadablePython = DeclarationProblem.define_subclass(
    "python",
    _("ce fichier n'est pas du Python correct"),
    _("le faire corriger par qui l'a écrit"),
)
UnknownColumnSet = DeclarationProblem.define_subclass(
    "jeu-de-colonnes-inconnu",
    _("le jeu de colonnes « {given} » n'existe pas dans include/columns/"),
    Message("{advice}"),
)
ConflictingColumnSets = DeclarationProblem.define_subclass(
    "colonne-dans-deux-jeux",
    _("« {column} » n'a pas la même règle dans les jeux de colonnes « {one} » et « {other} »"),
    _("dire sous « columns: » quelle règle vaut ici, ou n'employer qu'un des deux"),
)
ColumnOutsideSchema = DeclarationProblem.define_subclass(
    "colonne-hors-schema",
    _("la colonne publiée « {column} » n'est pas dans {schema}"),
    _("{near}{add}la publier sous un autre nom (« as: »), ou la déclarer « drop »"),
)
UnpublishedSchemaField = DeclarationProblem.define_subclass(
    "champ-non-publie",
    _("{schema} attend le champ « {field} », qu'aucune colonne ne publie"),
    _("publier cette colonne{remove}"),
)
RuleTypeMismatch = DeclarationProblem.define_subclass(
    "regle-et-type",
    _("la règle de « {column} » donne {gives}, or le schéma dit {type} pour « {field} »"),
    _("dans {schema}, donner au champ le type {fits}, ou changer la règle"),
)
DuplicatePublishedName = DeclarationProblem.define_subclass(
    "colonne-en-double",
    _("deux colonnes sont publiées sous le nom « {name} » (la casse ne distingue pas)"),
    _("donner un autre nom à l'une (« as: »)"),
)
ReservedName = DeclarationProblem.define_subclass(
    "nom-reserve",
    _("« {name} » : un nom de colonne ne commence pas par deux tirets bas"),
    _("la renommer dans la source, ou sous « as: »"),
)
OversizedColumnTitle = DeclarationProblem.define_subclass(
    "titre-de-colonne-trop-long",
    _("« {name} » a {length} caractères : la plateforme en admet {limit} pour un titre de colonne"),
    _("la publier sous un nom plus court (« as: »)"),
)
NoPublishedColumn = DeclarationProblem.define_subclass(
    "rien-de-publie",
    _("aucune colonne n'est publiée"),
    _("donner à une colonne au moins une autre règle que « drop »"),
)
UnknownColumn = DeclarationProblem.define_subclass(
    "colonne-inconnue",
    _("« {key} » cite « {name} », qui n'est pas une colonne {sort}"),
    Message("{advice}"),
)
DroppedColumnReference = DeclarationProblem.define_subclass(
    "colonne-retiree",
    _("« {key} » cite « {name} », que sa règle retire (drop)"),
    _("la publier, ou l'ôter de « {key}: »"),
)
BlurredKey = DeclarationProblem.define_subclass(
    "cle-brouillee",
    _("la clé compte sur « {name} », mais sa règle ({rule}) donne la même valeur à plusieurs lignes"),
    _("prendre pour clé des colonnes publiées telles quelles, ou n'en pas déclarer"),
)
ValueBelowFloor = DeclarationProblem.define_subclass(
    "sous-le-plancher",
    _("« {key} » vaut {given}, sous le plancher de la Ville ({floor}, city.yaml)"),
    _("mettre {floor} ou plus"),
)
ValueAboveCeiling = DeclarationProblem.define_subclass(
    "au-dessus-du-plafond",
    _("« {key} » vaut {given}, au-dessus du plafond de la Ville ({ceiling}, city.yaml)"),
    _("mettre {ceiling} ou moins"),
)
NonQuasiIdentifierHierarchy = DeclarationProblem.define_subclass(
    "hierarchie-sans-quasi-identifiant",
    _("« hierarchies » cite « {name} », qui n'est pas parmi les « quasi_identifiers »"),
    Message("{advice}"),
)
AmbiguousHierarchy = DeclarationProblem.define_subclass(
    "hierarchie-illisible",
    _("la hiérarchie de « {name} » doit suivre une seule façon : dates, bands, prefix ou file"),
    _("écrire [year, decade], [5, 10], {{prefix: [3, 2]}} ou hierarchies/fichier.csv"),
)
UnnestedHierarchy = DeclarationProblem.define_subclass(
    "hierarchie-mal-rangee",
    _("les niveaux de la hiérarchie de « {name} » ne s'emboîtent pas"),
    Message("{advice}"),
)
NonTextHierarchyField = DeclarationProblem.define_subclass(
    "hierarchie-et-type",
    _(
        "« {name} » a une hiérarchie et peut être publiée à plusieurs niveaux, or le schéma dit {type} pour "
        "« {field} »"
    ),
    _("dans {schema}, donner au champ le type string (et ôter les contraintes qui refusent « * »)"),
)
UselessRecoding = DeclarationProblem.define_subclass(
    "recodage-sans-hierarchie",
    _("« recode » ne sert à rien sans « hierarchies »"),
    _("déclarer la hiérarchie d'un quasi-identifiant au moins, ou l'ôter"),
)
SensitiveQuasiIdentifier = DeclarationProblem.define_subclass(
    "sensible-et-quasi-identifiant",
    _("« {name} » est à la fois sous « quasi_identifiers » et sous « sensitive »"),
    _("choisir : ce que l'on peut savoir d'une personne, ou ce que l'on ne doit pas apprendre"),
)
PublishedCountingUnit = DeclarationProblem.define_subclass(
    "unite-publiee",
    _("« {name} » est l'unité que comptent les groupes (« privacy: unit »), et elle est publiée"),
    _("la retirer (« drop ») : publiée, même en pseudonyme, elle relierait les lignes d'une personne"),
)
EmptySensitiveRequirement = DeclarationProblem.define_subclass(
    "sensible-sans-condition",
    _("« {name} » : rien n'est demandé"),
    _("écrire {{distinct: 2}}, {{entropy: 1.5}} ou {{closeness: 0.3}}"),
)
MissingGeometryPair = DeclarationProblem.define_subclass(
    "snap-sans-geometrie",
    _("« {rule} » sur « {column} » demande que longitude et latitude soient déclarées ensemble"),
    _("déclarer « geometry: {{longitude: …, latitude: …}} » et le même pas pour les deux colonnes"),
)
MissingRulePosition = DeclarationProblem.define_subclass(
    "locate-sans-geometrie",
    _("« {rule} » sur « {column} » demande une position"),
    _("déclarer « geometry: {{longitude: …, latitude: …}} »"),
)
MissingGeometry = DeclarationProblem.define_subclass(
    "geojson-sans-geometrie",
    _("le format geojson demande une position publiée"),
    _(
        "déclarer « geometry: {{longitude: …, latitude: …}} » avec deux colonnes publiées ; des lignes ou des polygones "
        "n'en ont pas : ôter geojson, et publier leur colonne de géométrie (en texte GeoJSON) dans les autres formats"
    ),
)
InvalidTableSchema = DeclarationProblem.define_subclass("schema", Message("{what}"), Message("{advice}"))
AmbiguousSchema = DeclarationProblem.define_subclass(
    "schema-mal-dit",
    _("le schéma est un fichier, ou un nom national et sa version"),
    _("écrire « schema: schemas/….json » ou « schema: {{national: …, version: …}} »"),
)
InvalidNationalSchemaName = DeclarationProblem.define_subclass(
    "schema-national-mal-nomme",
    _("« {name} » version « {version} » ne peut être le nom d'un schéma national"),
    _("l'écrire comme schema.data.gouv.fr : {{national: etalab/schema-irve-statique, version: 2.3.1}}"),
)
MissingNationalSchema = DeclarationProblem.define_subclass(
    "schema-national-absent",
    _("le schéma national {name}, version {version}, n'est pas dans include/"),
    _("{near}le chercher une fois : aqueduc fetch-schema {name} {version}"),
)
AlteredNationalSchema = DeclarationProblem.define_subclass(
    "schema-national-altere",
    _("{name} n'est plus le schéma national qui avait été cherché : son empreinte a changé"),
    _("le remettre comme il était ; pour s'en écarter, en faire un autre (« schema: schemas/….json »)"),
)

# --- publication, licence and access --------------------------------------------------------------------

MissingLink = DeclarationProblem.define_subclass(
    "lien-absent",
    _("le mode « index » demande le lien public de la donnée"),
    _("ajouter « link: » (ou « outlet: ») sous « publish: », ou passer en « mode: upload »"),
)
UselessLink = DeclarationProblem.define_subclass(
    "lien-en-trop",
    _("« {key} » n'a de sens qu'en mode « index »"),
    _("l'ôter, ou passer en « mode: index »"),
)
LinkOutletConflict = DeclarationProblem.define_subclass(
    "lien-et-emplacement",
    _("« link » mène à la source et « outlet » à des fichiers déposés : il n'en faut qu'un"),
    _("garder « outlet: » si des colonnes sont anonymisées, « link: » si la source est déjà publique"),
)
InvalidLinkAddress = DeclarationProblem.define_subclass(
    "lien-sans-adresse",
    _("« {link} » n'est pas une adresse, et la source n'en a pas à laquelle le rattacher"),
    _("écrire l'adresse entière (https://…)"),
)
LeakingLink = DeclarationProblem.define_subclass(
    "lien-trop-bavard",
    _(
        "en mode « index » le public lit ce que sert le lien, donc aussi ce que des règles changent ou retirent : "
        "{columns}"
    ),
    _("passer en « mode: upload », ou publier une source qui ne contient que ce qui peut l'être"),
)
UnsupportedSourceOrder = DeclarationProblem.define_subclass(
    "ordre-sans-fichier",
    _(
        "« order: source » ne vaut que pour un fichier : une base ou une API rend ses lignes dans un ordre "
        "qu'elle ne promet pas, et qui peut dire un rang"
    ),
    _("ôter « order », et publier s'il le faut une colonne qui donne le rang"),
)
LeakingSourceOrder = DeclarationProblem.define_subclass(
    "ordre-trop-bavard",
    _(
        "« order: source » montrerait l'ordre de ce que des règles changent ou retirent (un fichier trié par "
        "nom garde le rang de chacun) : {columns}"
    ),
    _(
        "ôter ces colonnes du fichier lui-même, ou ôter « order » et donner à chaque ligne le nom de son "
        "groupe (« fill_down », ou une colonne de plus dans le fichier)"
    ),
)
UnenforceableLinkPrivacy = DeclarationProblem.define_subclass(
    "anonymat-d-un-lien",
    _("en mode « index » le public lit ce que sert le lien : « privacy » n'en retirera aucune ligne"),
    _("passer en « mode: upload », ou ôter « privacy » si la source ne parle de personne"),
)
LinkSplitConflict = DeclarationProblem.define_subclass(
    "decoupage-d-un-lien",
    _("« split » découpe des fichiers déposés ; en mode « index » la donnée reste à la source"),
    _("ôter « split », ou passer en « mode: upload »"),
)
AdoptedSlicesUnsplit = DeclarationProblem.define_subclass(
    "parties-sans-decoupage",
    _("« slices: » nomme les parties d'un jeu en plusieurs fichiers, et celui-ci n'en fait qu'un"),
    _("déclarer « split: », ou nommer la ressource du jeu entier sous « resources: »"),
)
AdoptedWholeSplit = DeclarationProblem.define_subclass(
    "ressource-du-tout-decoupe",
    _("« resources: » nomme les ressources d'un jeu en un fichier, et « split: » le répartit"),
    _("nommer celle de chaque partie sous « slices: » : {{2024: {{csv: identifiant}}}}, ou ôter « split: »"),
)
AdoptedTwice = DeclarationProblem.define_subclass(
    "ressource-reprise-deux-fois",
    _("la même ressource est nommée deux fois : elle ne peut porter qu'un fichier"),
    _("n'en garder qu'une mention"),
)
UndatedSplitColumn = DeclarationProblem.define_subclass(
    "decoupage-sans-date",
    _("« per: year » demande une date ou une année, or « {column} » n'en est pas une"),
    _("choisir un champ date, datetime, year ou yearmonth du schéma, ou « per: value »"),
)
GuardTypeMismatch = DeclarationProblem.define_subclass(
    "garde-sans-type",
    _("la garde « {key} » ne sait rien faire de « {column} »"),
    _("choisir un champ de type {listed}"),
)
LicenceAccessMismatch = DeclarationProblem.define_subclass(
    "licence-et-acces",
    _("la licence « {licence} » ne convient pas à un accès {access}"),
    Message("{advice}"),
)
MissingAllowedUsers = DeclarationProblem.define_subclass(
    "lecteurs-absents",
    _("l'accès « only_allowed_users » ne dit pas qui peut lire"),
    _("ajouter « users: [identifiant, …] »"),
)
UselessAllowedUsers = DeclarationProblem.define_subclass(
    "lecteurs-en-trop",
    _("« users » n'a de sens qu'avec le niveau only_allowed_users, et non {level}"),
    _("l'ôter, ou changer de niveau"),
)

# --- the city, its environments -------------------------------------------------------------------------

UnknownEnvironment = DeclarationProblem.define_subclass(
    "environnement-inconnu",
    _("environnement inconnu de city.yaml : « {given} »"),
    Message("{advice}"),
)
UndeclaredEnvironment = DeclarationProblem.define_subclass(
    "environnement-absent",
    _("l'environnement demandé, « {given} », n'est pas déclaré dans city.yaml"),
    _("{advice} (variable AQUEDUC_ENVIRONMENT)"),
)
FixedEnvironmentKey = DeclarationProblem.define_subclass(
    "cle-fixe",
    _("« {key} » ne change pas d'un environnement à l'autre : {why}"),
    _("l'ôter ; ici se disent : {listed}"),
)
ReversedDates = DeclarationProblem.define_subclass(
    "dates-a-l-envers",
    _("{later} ({when}) précède {earlier} ({before})"),
    _("corriger l'une des deux dates"),
)
UnreadableMoment = DeclarationProblem.define_subclass(
    "instant-illisible",
    _("ce n'est pas une date suivie d'une heure, ou l'une des deux n'existe pas"),
    _("écrire comme publish_at: 2026-12-01 10:00"),
)
NonexistentHour = DeclarationProblem.define_subclass(
    "heure-inexistante",
    _("le passage à l'heure d'été saute cette heure"),
    _("en choisir une autre, comme l'heure qui suit"),
)
AmbiguousHour = DeclarationProblem.define_subclass(
    "heure-double",
    _("le passage à l'heure d'hiver fait venir cette heure deux fois"),
    _("dire laquelle, par son décalage : +02:00 pour la première, +01:00 pour la seconde, à Paris"),
)
InvalidCitySiret = DeclarationProblem.define_subclass(
    "siret",
    _(
        "ce SIRET n'est pas celui de la Ville : il ne commence pas par son SIREN ({siren}), ou sa clé est "
        "fausse"
    ),
    _("recopier celui du siège (annuaire-entreprises.data.gouv.fr), ou ôter « siret: »"),
)
BrokenPlatformPackage = DeclarationProblem.define_subclass(
    "paquet-inutilisable",
    _(
        "« {platform} » est d'une sorte (« {type} ») qu'apporte le paquet « {package} », qui ne se charge "
        "pas ({why})"
    ),
    _("réinstaller ce paquet, dans une version faite pour celle-ci d'Aqueduc"),
)
BrokenSourcePackage = DeclarationProblem.define_subclass(
    "source-inutilisable",
    _("la sorte de source « {given} » vient du paquet « {package} », qui ne se charge pas ({why})"),
    BrokenPlatformPackage.remedy,
)
DuplicatePlatformKeys = DeclarationProblem.define_subclass(
    "plateforme-deux-fois",
    _("« platform » et « platforms » disent la même chose"),
    _("ne garder que « platforms: », s'il y en a plusieurs"),
)
InvalidBoundingBox = DeclarationProblem.define_subclass(
    "emprise",
    _("« bbox » n'est pas une emprise : ouest, sud, est et nord, en degrés et dans cet ordre"),
    _("par exemple [5.27, 43.44, 5.51, 43.63]"),
)

# --- between declarations -------------------------------------------------------------------------------

DuplicateTitle = DeclarationProblem.define_subclass(
    "titre-en-double",
    _("{other} porte déjà ce titre (accents, casse et ponctuation ne distinguent pas)"),
    _("donner à chaque jeu un titre à lui : la plateforme en tire aussi son adresse"),
)
InvalidFormerIdentifier = DeclarationProblem.define_subclass(
    "ancien-identifiant",
    _("« {name} » n'a pas pu être l'identifiant d'un jeu de données"),
    _("écrire l'ancien nom du fichier, sans son extension"),
)
UnfinishedMove = DeclarationProblem.define_subclass(
    "demenagement-inacheve",
    _("le jeu ne peut pas venir de « {name} », qui est toujours déclaré"),
    _("renommer le fichier au lieu de le copier, ou ôter « moved_from: »"),
)
DuplicateIdentifier = DeclarationProblem.define_subclass(
    "identifiant-en-double",
    _("{other} a déjà l'identifiant « {name} » sur la plateforme"),
    _("renommer l'un des deux fichiers"),
)

# --- doubtful, not refused ------------------------------------------------------------------------------

NonDecreeLicence = DeclarationProblem.define_subclass(
    "licence-hors-decret",
    _("« {licence} » n'est pas de celles que le décret 2017-638 propose aux administrations"),
    _("préférer « lov2 » (Licence Ouverte) ou « odc-odbl », ou faire homologuer celle-ci"),
)
RestrictedLinkShownToAll = DeclarationProblem.define_subclass(
    "lien-restreint",
    _("accès restreint en mode « index » : la plateforme peut montrer le lien à tous"),
    _("le lien doit refuser un visiteur ; Aqueduc le vérifie avant de publier"),
)
WorkbookAlone = DeclarationProblem.define_subclass(
    "classeur-seul",
    _("publié en XLSX seulement : la convention demande des formats les plus ouverts possible"),
    _("ajouter csv : formats: [csv, xlsx]"),
)
ShortenedFileName = DeclarationProblem.define_subclass(
    "nom-de-fichier-raccourci",
    _("le fichier publié s'appellera {name} : la plateforme n'admet que {limit} caractères"),
    _("rien à faire si ce nom convient ; sinon, renommer la déclaration avant la première publication"),
)
RejectedKeyword = DeclarationProblem.define_subclass(
    "mot-cle-perdu",
    _("la plateforme ne garde pas le mot-clé « {keyword} » : moins de deux lettres ou chiffres"),
    _("l'écrire en entier, ou l'ôter"),
)
IncompleteProcessing = DeclarationProblem.define_subclass(
    "traitement-non-decrit",
    _("ce jeu peut concerner des personnes, et « processing: » ne dit pas : {listed}"),
    _("l'écrire sous « processing: » ({keys}) ; sinon, un blanc restera sur la page à signer"),
)
MeaninglessColumns = DeclarationProblem.define_subclass(
    "signification-absente",
    _("des colonnes publiées sans signification : {listed}"),
    _(
        'l\'écrire dans {file}, à la place laissée au champ ("description": "") : la fiche la montre à qui lit les données'
    ),
)
UnconfinedFunction = DeclarationProblem.define_subclass(
    "fonction-non-confinee",
    _("cette machine ne peut enfermer la fonction de « {column} » : {reason}"),
    Message("{advice}"),
)
NeedlessWaiver = DeclarationProblem.define_subclass(
    "levee-en-trop",
    _("« {column} » a déjà un fondement (« basis: ») : il n'y a rien à lever"),
    _("ôter cette levée"),
)
UnnamedWaiver = DeclarationProblem.define_subclass(
    "levee-sans-nom",
    _("« by » ne nomme personne : une fonction ne décide pas, quelqu'un en répond"),
    _("prénom, nom et fonction : « Jeanne Martin, directrice des services culturels »"),
)
UselessLegalBasis = DeclarationProblem.define_subclass(
    "base-legale-en-trop",
    _("« basis » ne sert à rien sur « {column} », qui n'est pas publiée"),
    _("l'ôter, ou publier la colonne"),
)
