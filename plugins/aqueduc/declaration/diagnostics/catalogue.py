"""The catalogue of problems: everything that can be wrong in a declaration, and what to do about it."""

from __future__ import annotations

from aqueduc.declaration.diagnostics.problem import define_problem
from aqueduc.language import Said

# --- a file that cannot be read at all ------------------------------------------------------------------


NotReadable = define_problem(
    "fichier-illisible",
    Said("le fichier ne peut pas être lu : {reason}", "the file cannot be read: {reason}"),
    Said(
        "vérifier qu'il existe et que ses droits permettent de le lire",
        "check that it is there and that you have the right to read it",
    ),
)
TooBig = define_problem(
    "fichier-trop-gros",
    Said(
        "{size} : une déclaration n'en compte pas plus de {limit}",
        "{size}: a declaration has {limit} at most",
    ),
    Said(
        "vérifier que des données n'ont pas été collées dans la déclaration",
        "check that no data were pasted into the declaration",
    ),
)
NotUtf8 = define_problem(
    "pas-utf8",
    Said(
        "le fichier n'est pas en UTF-8 (premier octet fautif à la ligne {line})",
        "the file is not in UTF-8 (first wrong byte on line {line})",
    ),
    Said(
        "l'enregistrer en UTF-8 (« Enregistrer sous… », encodage UTF-8)",
        "save it as UTF-8 (“Save as…”, encoding UTF-8)",
    ),
)
NotYaml = define_problem("yaml", Said("{reason}", "{reason}"), Said("{advice}", "{advice}"))
TooManyNodes = define_problem(
    "yaml-bombe",
    Said(
        "plus de {limit} valeurs une fois les alias développés",
        "more than {limit} values once aliases are expanded",
    ),
    Said("écrire la déclaration sans alias en cascade", "write the declaration without aliases of aliases"),
)
TooDeep = define_problem(
    "trop-profond",
    Said("plus de {limit} niveaux imbriqués", "more than {limit} nested levels"),
    Said("écrire plus simplement", "write it more simply"),
)
DuplicateKey = define_problem(
    "cle-en-double",
    Said(
        "la clé « {key} » est écrite deux fois (déjà ligne {first})",
        "the key “{key}” is written twice (already on line {first})",
    ),
    Said("n'en garder qu'une", "keep one of them"),
)
NotAMapping = define_problem(
    "pas-une-declaration",
    Said(
        "le fichier est vide, ou n'est pas une suite de « clé : valeur »",
        "the file is empty, or is not a list of “key: value”",
    ),
    Said("commencer par « {first} »", "begin with “{first}”"),
)

# --- keys and values ------------------------------------------------------------------------------------

UnknownKey = define_problem(
    "cle-inconnue", Said("clé inconnue « {key} »", "unknown key “{key}”"), Said("{advice}", "{advice}")
)
MissingKey = define_problem(
    "cle-absente",
    Said("la clé « {key} » manque", "the key “{key}” is missing"),
    Said("l'ajouter : {advice}", "add it: {advice}"),
)
EmptyValue = define_problem(
    "cle-sans-valeur",
    Said("« {key} » n'a pas de valeur", "“{key}” has no value"),
    Said("écrire une valeur après « {key}: », ou ôter la clé", "write one after “{key}:”, or remove the key"),
)
WrongType = define_problem(
    "mauvais-type",
    Said("« {key} » attend {expected}", "“{key}” must be {expected}"),
    Said("{advice}", "{advice}"),
)
UnknownChoice = define_problem(
    "choix-inconnu", Said("{what} : « {given} »", "{what}: “{given}”"), Said("{advice}", "{advice}")
)
RepeatedItem = define_problem(
    "repetition",
    Said("« {key} » cite deux fois « {item} »", "“{key}” says “{item}” twice"),
    Said("ôter celui-ci", "remove this one"),
)
Undecided = define_problem(
    "a-decider",
    Said("reste à décider : {question}", "still to be decided: {question}"),
    Said(
        "choisir, puis remplacer tout ce texte par la réponse",
        "choose, then replace this whole text by the answer",
    ),
)
BadFileName = define_problem(
    "nom-de-fichier",
    Said(
        "« {name} » ne peut pas être l'identifiant d'un jeu de données",
        "“{name}” cannot be the identifier of a dataset",
    ),
    Said(
        "renommer le fichier : minuscules sans accent, chiffres et tirets, 100 caractères au plus",
        "rename the file: lower case without accents, digits and hyphens, 100 characters at most",
    ),
)
WrongExtension = define_problem(
    "extension",
    Said(
        "ce fichier ne sera jamais lu : une déclaration finit par « .yaml »",
        "this file will never be read: a declaration ends in “.yaml”",
    ),
    Said("le renommer {name}, ou l'ôter de ce dossier", "rename it {name}, or take it out of this folder"),
)
# ``what``: why the line cannot be applied; it is not quoted, since it holds a value.
CorrectionRefused = define_problem(
    "correction",
    Said("correction inapplicable : {what}", "correction that cannot be applied: {what}"),
    Said(
        "écrire ces lignes avec « aqueduc correct », ou corriger à la source",
        "write these lines with “aqueduc correct”, or correct at the source",
    ),
)
CorrectionsOfNothing = define_problem(
    "corrections-sans-jeu",
    Said("aucun jeu ne s'appelle « {name} »", "no dataset is called “{name}”"),
    Said("renommer ce fichier comme le jeu qu'il corrige", "name this file as the dataset it corrects"),
)
FileMissing = define_problem(
    "fichier-absent",
    Said("le fichier « {name} » n'existe pas dans include/", "there is no file “{name}” in include/"),
    Said("{advice}", "{advice}"),
)
FileTooBig = define_problem(
    "fichier-nomme-trop-gros",
    Said("le fichier « {name} » dépasse {limit} octets", "the file “{name}” is larger than {limit} bytes"),
    Said(
        "vérifier que c'est le bon fichier, ou l'alléger",
        "check that it is the right file, or make it smaller",
    ),
)
FileNotUtf8 = define_problem(
    "fichier-pas-utf8",
    Said("le fichier « {name} » n'est pas en UTF-8", "the file “{name}” is not in UTF-8"),
    Said("le réenregistrer en UTF-8", "save it again as UTF-8"),
)

# --- source ---------------------------------------------------------------------------------------------

BadSource = define_problem(
    "source-mal-dite",
    Said(
        "la source doit avoir une, et une seule, des clés {listed}",
        "the source must have one, and only one, of the keys {listed}",
    ),
    Said("par exemple {example}", "for example {example}"),
)
UnknownConnection = define_problem(
    "connexion-inconnue",
    Said(
        "« {given} » n'est pas parmi les connexions de city.yaml",
        "“{given}” is not among the connections of city.yaml",
    ),
    Said(
        "{advice} Sinon, l'ajouter sous « connections: » de city.yaml",
        "{advice} Otherwise, add it under “connections:” of city.yaml",
    ),
)
UnknownEncoding = define_problem(
    "encodage-inconnu",
    Said("encodage inconnu : « {given} »", "unknown encoding: “{given}”"),
    Said("{advice}", "{advice}"),
)
UnknownFormat = define_problem(
    "format-inconnu",
    Said(
        "le format de « {name} » ne se devine pas à son nom",
        "the format of “{name}” cannot be told from its name",
    ),
    Said("ajouter « format: » : {listed}", "add “format:”, one of: {listed}"),
)
WindowNeedsSchedule = define_problem(
    "fenetre-sans-cadence",
    Said(
        "la source lit un intervalle, mais la cadence « {cadence} » n'en donne pas",
        "the source reads an interval, but the cadence “{cadence}” gives none",
    ),
    Said(
        "choisir une cadence régulière (hourly, daily, weekly, monthly…)",
        "choose a regular cadence (hourly, daily, weekly, monthly…)",
    ),
)
HalfWindow = define_problem(
    "demi-fenetre",
    Said(
        "la source n'utilise qu'une borne de l'intervalle : {used} sans {unused}",
        "the source uses one end of the interval only: {used} without {unused}",
    ),
    Said("utiliser les deux bornes, ou aucune", "use both, or neither"),
)
UnknownPlaceholder = define_problem(
    "parametre-sql-inconnu",
    Said("paramètre inconnu « :{name} »", "unknown parameter “:{name}”"),
    Said(
        "seuls « :window_start » et « :window_end » existent (un cast s'écrit « valeur::type »)",
        "only “:window_start” and “:window_end” exist (a cast is written “value::type”)",
    ),
)
SeveralStatements = define_problem(
    "plusieurs-requetes",
    Said("plusieurs instructions dans le même fichier", "several statements in one file"),
    Said("n'en garder qu'une : une seule requête SELECT", "keep one: a single SELECT"),
)
UnclosedQuote = define_problem(
    "guillemet-sql",
    Said("guillemet, apostrophe ou commentaire jamais refermé", "a quote or comment that is never closed"),
    Said("le refermer", "close it"),
)
EmptyQuery = define_problem(
    "requete-vide",
    Said("la requête est vide", "the query is empty"),
    Said("écrire une requête SELECT", "write a SELECT"),
)

# --- columns --------------------------------------------------------------------------------------------

BadRule = define_problem(
    "regle-inconnue",
    Said(
        "la règle de la colonne « {column} » n'est pas comprise",
        "the rule of column “{column}” is not understood",
    ),
    Said("{advice}", "{advice}"),
)
NoRule = define_problem(
    "regle-absente",
    Said("la colonne « {column} » n'a pas de règle", "the column “{column}” has no rule"),
    Said(
        "écrire « publish » pour la publier, « drop » pour la garder à la Ville, ou une autre règle",
        "write “publish” to publish it, “drop” to keep it in the city, or another rule",
    ),
)
RulePackageBroken = define_problem(
    "regle-inutilisable",
    Said(
        "« {column} » : la règle « {word} » vient du paquet {package}, qui ne se charge pas ({why})",
        "“{column}”: the rule “{word}” comes from the package {package}, which does not load ({why})",
    ),
    Said(
        "réinstaller ce paquet, ou sa version qui va avec celle d'Aqueduc ; ou une autre règle",
        "install this package again, or its version that goes with Aqueduc's; or take another rule",
    ),
)
BasisNeeded = define_problem(
    "base-legale-absente",
    Said("« {column} » reste une donnée personnelle : {why}", "“{column}” is still personal data: {why}"),
    Said(
        "ajouter « basis: » avec le texte qui l'autorise, ou « drop »",
        "add “basis:” with the law that allows it, or “drop”",
    ),
)
# ``position``: the columns as they are published; ``beside``: those of the source that are kept back.
HomePublished = define_problem(
    "domicile-publie",
    Said(
        "la position ({position}) garde sa précision, alors que la source dit de qui il s'agit ({beside}) : "
        "ce peut être celle d'un domicile, qui rendrait l'adresse retirée",
        "the position ({position}) stays as precise as it is, while the source tells of whom ({beside}): it "
        "may be that of a home, and would give back the address that is dropped",
    ),
    Said(
        "snap: 500, locate ou drop ; si un texte veut qu'elle soit publiée, le citer sous « basis: » ; si ce "
        "n'est chez personne (un arbre, un équipement), qu'une personne le dise sous « waivers: » (column: "
        "{column}, kind: home_position)",
        "snap: 500, locate or drop; if a law wants it published, cite it under “basis:”; if it is nobody's "
        "home (a tree, an equipment), somebody says so under “waivers:” (column: {column}, kind: "
        "home_position)",
    ),
)
UnknownFunction = define_problem(
    "fonction-inconnue",
    Said(
        "la fonction « {name} » n'est pas dans include/{file}",
        "there is no function “{name}” in include/{file}",
    ),
    Said("{advice}", "{advice}"),
)
UnreadablePython = define_problem(
    "python",
    Said("ce fichier n'est pas du Python correct", "this file is not correct Python"),
    Said("le faire corriger par qui l'a écrit", "have it corrected by whoever wrote it"),
)
UnknownColumnSet = define_problem(
    "jeu-de-colonnes-inconnu",
    Said(
        "le jeu de colonnes « {given} » n'existe pas dans include/columns/",
        "there is no column set “{given}” in include/columns/",
    ),
    Said("{advice}", "{advice}"),
)
ColumnInTwoSets = define_problem(
    "colonne-dans-deux-jeux",
    Said(
        "« {column} » n'a pas la même règle dans les jeux de colonnes « {one} » et « {other} »",
        "“{column}” has not the same rule in the column sets “{one}” and “{other}”",
    ),
    Said(
        "dire sous « columns: » quelle règle vaut ici, ou n'employer qu'un des deux",
        "say under “columns:” which rule holds here, or use only one of them",
    ),
)
ColumnNotInSchema = define_problem(
    "colonne-hors-schema",
    Said(
        "la colonne publiée « {column} » n'est pas dans {schema}",
        "the published column “{column}” is not in {schema}",
    ),
    Said(
        "{near}{add}la publier sous un autre nom (« as: »), ou la déclarer « drop »",
        "{near}{add}publish it under another name (“as:”), or declare it “drop”",
    ),
)
FieldNotPublished = define_problem(
    "champ-non-publie",
    Said(
        "{schema} attend le champ « {field} », qu'aucune colonne ne publie",
        "{schema} wants the field “{field}”, which no column publishes",
    ),
    Said(
        "publier cette colonne{remove}",
        "publish that column{remove}",
    ),
)
RuleAgainstType = define_problem(
    "regle-et-type",
    Said(
        "la règle de « {column} » donne {gives}, or le schéma dit {type} pour « {field} »",
        "the rule of “{column}” gives {gives}, but the schema says {type} for “{field}”",
    ),
    Said(
        "dans {schema}, donner au champ le type {fits}, ou changer la règle",
        "in {schema}, give the field the type {fits}, or change the rule",
    ),
)
PublishedTwice = define_problem(
    "colonne-en-double",
    Said(
        "deux colonnes sont publiées sous le nom « {name} » (la casse ne distingue pas)",
        "two columns are published as “{name}” (case makes no difference)",
    ),
    Said("donner un autre nom à l'une (« as: »)", "give one of them another name (“as:”)"),
)
ReservedName = define_problem(
    "nom-reserve",
    Said(
        "« {name} » : un nom de colonne ne commence pas par deux tirets bas",
        "“{name}”: the name of a column does not begin with two underscores",
    ),
    Said("la renommer dans la source, ou sous « as: »", "rename it in the source, or with “as:”"),
)
TitleTooLong = define_problem(
    "titre-de-colonne-trop-long",
    Said(
        "« {name} » a {length} caractères : la plateforme en admet {limit} pour un titre de colonne",
        "“{name}” has {length} characters: the platform takes {limit} for the title of a column",
    ),
    Said("la publier sous un nom plus court (« as: »)", "publish it under a shorter name (“as:”)"),
)
NothingPublished = define_problem(
    "rien-de-publie",
    Said("aucune colonne n'est publiée", "no column is published"),
    Said(
        "donner à une colonne au moins une autre règle que « drop »",
        "give one column at least a rule other than “drop”",
    ),
)
NotAColumn = define_problem(
    "colonne-inconnue",
    Said(
        "« {key} » cite « {name} », qui n'est pas une colonne {sort}",
        "“{key}” names “{name}”, which is not a {sort} column",
    ),
    Said("{advice}", "{advice}"),
)
ColumnIsDropped = define_problem(
    "colonne-retiree",
    Said(
        "« {key} » cite « {name} », que sa règle retire (drop)",
        "“{key}” names “{name}”, which its rule drops",
    ),
    Said("la publier, ou l'ôter de « {key}: »", "publish it, or take it out of “{key}:”"),
)
KeyBlurred = define_problem(
    "cle-brouillee",
    Said(
        "la clé compte sur « {name} », mais sa règle ({rule}) donne la même valeur à plusieurs lignes",
        "the key relies on “{name}”, but its rule ({rule}) gives several rows the same value",
    ),
    Said(
        "prendre pour clé des colonnes publiées telles quelles, ou n'en pas déclarer",
        "take columns that are published as they are for the key, or declare none",
    ),
)
BelowFloor = define_problem(
    "sous-le-plancher",
    Said(
        "« {key} » vaut {given}, sous le plancher de la Ville ({floor}, city.yaml)",
        "“{key}” is {given}, below the city's floor ({floor}, city.yaml)",
    ),
    Said("mettre {floor} ou plus", "make it {floor} or more"),
)
AboveCeiling = define_problem(
    "au-dessus-du-plafond",
    Said(
        "« {key} » vaut {given}, au-dessus du plafond de la Ville ({ceiling}, city.yaml)",
        "“{key}” is {given}, above the city's ceiling ({ceiling}, city.yaml)",
    ),
    Said("mettre {ceiling} ou moins", "make it {ceiling} or less"),
)
NotQuasiIdentifier = define_problem(
    "hierarchie-sans-quasi-identifiant",
    Said(
        "« hierarchies » cite « {name} », qui n'est pas parmi les « quasi_identifiers »",
        "“hierarchies” names “{name}”, which is not among the “quasi_identifiers”",
    ),
    Said("{advice}", "{advice}"),
)
LadderUnclear = define_problem(
    "hierarchie-illisible",
    Said(
        "la hiérarchie de « {name} » doit suivre une seule façon : dates, bands, prefix ou file",
        "the hierarchy of “{name}” must go one way only: dates, bands, prefix or file",
    ),
    Said(
        "écrire [year, decade], [5, 10], {{prefix: [3, 2]}} ou hierarchies/fichier.csv",
        "write [year, decade], [5, 10], {{prefix: [3, 2]}} or hierarchies/file.csv",
    ),
)
LadderNotNested = define_problem(
    "hierarchie-mal-rangee",
    Said(
        "les niveaux de la hiérarchie de « {name} » ne s'emboîtent pas",
        "the levels of the hierarchy of “{name}” do not nest",
    ),
    Said("{advice}", "{advice}"),
)
LadderNeedsText = define_problem(
    "hierarchie-et-type",
    Said(
        "« {name} » a une hiérarchie et peut être publiée à plusieurs niveaux, or le schéma dit {type} pour "
        "« {field} »",
        "“{name}” has a hierarchy and may be published at several levels, but the schema says {type} for "
        "“{field}”",
    ),
    Said(
        "dans {schema}, donner au champ le type string (et ôter les contraintes qui refusent « * »)",
        "in {schema}, give the field the type string (and remove the constraints that refuse “*”)",
    ),
)
RecodeUseless = define_problem(
    "recodage-sans-hierarchie",
    Said("« recode » ne sert à rien sans « hierarchies »", "“recode” is of no use without “hierarchies”"),
    Said(
        "déclarer la hiérarchie d'un quasi-identifiant au moins, ou l'ôter",
        "declare the hierarchy of one quasi-identifier at least, or remove it",
    ),
)
SensitiveIsQuasi = define_problem(
    "sensible-et-quasi-identifiant",
    Said(
        "« {name} » est à la fois sous « quasi_identifiers » et sous « sensitive »",
        "“{name}” is both under “quasi_identifiers” and under “sensitive”",
    ),
    Said(
        "choisir : ce que l'on peut savoir d'une personne, ou ce que l'on ne doit pas apprendre",
        "choose: what one may know of a person, or what one must not learn",
    ),
)
UnitPublished = define_problem(
    "unite-publiee",
    Said(
        "« {name} » est l'unité que comptent les groupes (« privacy: unit »), et elle est publiée",
        "“{name}” is the unit that classes count (“privacy: unit”), and it is published",
    ),
    Said(
        "la retirer (« drop ») : publiée, même en pseudonyme, elle relierait les lignes d'une personne",
        "drop it: published, even as a pseudonym, it would link the rows of one person",
    ),
)
SensitiveAsksNothing = define_problem(
    "sensible-sans-condition",
    Said("« {name} » : rien n'est demandé", "“{name}”: nothing is asked"),
    Said(
        "écrire {{distinct: 2}}, {{entropy: 1.5}} ou {{closeness: 0.3}}",
        "write {{distinct: 2}}, {{entropy: 1.5}} or {{closeness: 0.3}}",
    ),
)
RuleNeedsPair = define_problem(
    "snap-sans-geometrie",
    Said(
        "« {rule} » sur « {column} » demande que longitude et latitude soient déclarées ensemble",
        "“{rule}” on “{column}” needs longitude and latitude declared together",
    ),
    Said(
        "déclarer « geometry: {{longitude: …, latitude: …}} » et le même pas pour les deux colonnes",
        "declare “geometry: {{longitude: …, latitude: …}}” and the same step for both columns",
    ),
)
RuleNeedsPosition = define_problem(
    "locate-sans-geometrie",
    Said("« {rule} » sur « {column} » demande une position", "“{rule}” on “{column}” needs a position"),
    Said(
        "déclarer « geometry: {{longitude: …, latitude: …}} »",
        "declare “geometry: {{longitude: …, latitude: …}}”",
    ),
)
GeometryNeeded = define_problem(
    "geojson-sans-geometrie",
    Said("le format geojson demande une position publiée", "the format geojson needs a published position"),
    Said(
        "déclarer « geometry: {{longitude: …, latitude: …}} » avec deux colonnes publiées",
        "declare “geometry: {{longitude: …, latitude: …}}” with two published columns",
    ),
)
SchemaProblem = define_problem("schema", Said("{what}", "{what}"), Said("{advice}", "{advice}"))
SchemaTwice = define_problem(
    "schema-mal-dit",
    Said(
        "le schéma est un fichier, ou un nom national et sa version",
        "the schema is a file, or a national name and its version",
    ),
    Said(
        "écrire « schema: schemas/….json » ou « schema: {{national: …, version: …}} »",
        "write “schema: schemas/….json” or “schema: {{national: …, version: …}}”",
    ),
)
NationalUnknown = define_problem(
    "schema-national-mal-nomme",
    Said(
        "« {name} » version « {version} » ne peut être le nom d'un schéma national",
        "“{name}” version “{version}” cannot be the name of a national schema",
    ),
    Said(
        "l'écrire comme schema.data.gouv.fr : {{national: etalab/schema-irve-statique, version: 2.3.1}}",
        "write it as schema.data.gouv.fr does: {{national: etalab/schema-irve-statique, version: 2.3.1}}",
    ),
)
NationalNotFetched = define_problem(
    "schema-national-absent",
    Said(
        "le schéma national {name}, version {version}, n'est pas dans include/",
        "the national schema {name}, version {version}, is not in include/",
    ),
    Said(
        "{near}le chercher une fois : aqueduc fetch-schema {name} {version}",
        "{near}fetch it once: aqueduc fetch-schema {name} {version}",
    ),
)
NationalAltered = define_problem(
    "schema-national-altere",
    Said(
        "{name} n'est plus le schéma national qui avait été cherché : son empreinte a changé",
        "{name} is no longer the national schema that was fetched: its hash has changed",
    ),
    Said(
        "le remettre comme il était ; pour s'en écarter, en faire un autre (« schema: schemas/….json »)",
        "put it back as it was; to depart from it, make another of it (“schema: schemas/….json”)",
    ),
)

# --- publication, licence and access --------------------------------------------------------------------

LinkNeeded = define_problem(
    "lien-absent",
    Said(
        "le mode « index » demande le lien public de la donnée",
        "mode “index” needs the public link of the data",
    ),
    Said(
        "ajouter « link: » (ou « outlet: ») sous « publish: », ou passer en « mode: upload »",
        "add “link:” (or “outlet:”) under “publish:”, or use “mode: upload”",
    ),
)
LinkUseless = define_problem(
    "lien-en-trop",
    Said("« {key} » n'a de sens qu'en mode « index »", "“{key}” makes sense in mode “index” only"),
    Said("l'ôter, ou passer en « mode: index »", "remove it, or use “mode: index”"),
)
LinkAndOutlet = define_problem(
    "lien-et-emplacement",
    Said(
        "« link » mène à la source et « outlet » à des fichiers déposés : il n'en faut qu'un",
        "“link” leads to the source and “outlet” to files that are put there: only one is needed",
    ),
    Said(
        "garder « outlet: » si des colonnes sont anonymisées, « link: » si la source est déjà publique",
        "keep “outlet:” if columns are anonymised, “link:” if the source is public already",
    ),
)
LinkNotAnAddress = define_problem(
    "lien-sans-adresse",
    Said(
        "« {link} » n'est pas une adresse, et la source n'en a pas à laquelle le rattacher",
        "“{link}” is not an address, and the source has none to hang it on",
    ),
    Said("écrire l'adresse entière (https://…)", "write the whole address (https://…)"),
)
LinkWouldLeak = define_problem(
    "lien-trop-bavard",
    Said(
        "en mode « index » le public lit la source même, donc aussi ce que des règles changent ou retirent : "
        "{columns}",
        "in mode “index” the public reads the source itself, hence what rules change or drop as well: "
        "{columns}",
    ),
    Said(
        "passer en « mode: upload », ou publier une source qui ne contient que ce qui peut l'être",
        "use “mode: upload”, or publish a source that holds only what may be published",
    ),
)
OrderOfNoFile = define_problem(
    "ordre-sans-fichier",
    Said(
        "« order: source » ne vaut que pour un fichier : une base ou une API rend ses lignes dans un ordre "
        "qu'elle ne promet pas, et qui peut dire un rang",
        "“order: source” is for files only: a database or an API gives its rows in an order that it does not "
        "promise, and that may tell a rank",
    ),
    Said(
        "ôter « order », et publier s'il le faut une colonne qui donne le rang",
        "remove “order”, and publish a column with the rank if it is needed",
    ),
)
OrderWouldLeak = define_problem(
    "ordre-trop-bavard",
    Said(
        "« order: source » montrerait l'ordre de ce que des règles changent ou retirent (un fichier trié par "
        "nom garde le rang de chacun) : {columns}",
        "“order: source” would show the order of what rules change or drop (a file sorted by name keeps "
        "everybody's rank): {columns}",
    ),
    Said(
        "ôter ces colonnes du fichier lui-même, ou ôter « order » et donner à chaque ligne le nom de son "
        "groupe (« fill_down », ou une colonne de plus dans le fichier)",
        "take these columns out of the file itself, or remove “order” and give each row the name of its "
        "group (“fill_down”, or one more column in the file)",
    ),
)
PrivacyOnLink = define_problem(
    "anonymat-d-un-lien",
    Said(
        "en mode « index » le public lit la source même : « privacy » n'en retirera aucune ligne",
        "in mode “index” the public reads the source itself: “privacy” takes no row out of it",
    ),
    Said(
        "passer en « mode: upload », ou ôter « privacy » si la source ne parle de personne",
        "use “mode: upload”, or remove “privacy” if the source tells of nobody",
    ),
)
SplitOnLink = define_problem(
    "decoupage-d-un-lien",
    Said(
        "« split » découpe des fichiers déposés ; en mode « index » la donnée reste à la source",
        "“split” cuts uploaded files; in mode “index” the data stay at their source",
    ),
    Said("ôter « split », ou passer en « mode: upload »", "remove “split”, or use “mode: upload”"),
)
SplitNeedsDate = define_problem(
    "decoupage-sans-date",
    Said(
        "« per: year » demande une date ou une année, or « {column} » n'en est pas une",
        "“per: year” needs a date or a year, which “{column}” is not",
    ),
    Said(
        "choisir un champ date, datetime, year ou yearmonth du schéma, ou « per: value »",
        "choose a field of type date, datetime, year or yearmonth, or “per: value”",
    ),
)
GuardAgainstType = define_problem(
    "garde-sans-type",
    Said(
        "la garde « {key} » ne sait rien faire de « {column} »",
        "the guard “{key}” can make nothing of “{column}”",
    ),
    Said("choisir un champ de type {listed}", "choose a field of type {listed}"),
)
LicenceAccessMismatch = define_problem(
    "licence-et-acces",
    Said(
        "la licence « {licence} » ne convient pas à un accès {access}",
        "the licence “{licence}” does not fit {access} access",
    ),
    Said("{advice}", "{advice}"),
)
UsersNeeded = define_problem(
    "lecteurs-absents",
    Said(
        "l'accès « only_allowed_users » ne dit pas qui peut lire",
        "the access “only_allowed_users” does not say who may read",
    ),
    Said("ajouter « users: [identifiant, …] »", "add “users: [login, …]”"),
)
UsersUseless = define_problem(
    "lecteurs-en-trop",
    Said(
        "« users » n'a de sens qu'avec le niveau only_allowed_users, et non {level}",
        "“users” makes sense with the level only_allowed_users, not with {level}",
    ),
    Said("l'ôter, ou changer de niveau", "remove it, or change the level"),
)

# --- the city, its environments -------------------------------------------------------------------------

UnknownEnvironment = define_problem(
    "environnement-inconnu",
    Said("environnement inconnu de city.yaml : « {given} »", "environment unknown to city.yaml: “{given}”"),
    Said("{advice}", "{advice}"),
)
NoSuchEnvironment = define_problem(
    "environnement-absent",
    Said(
        "l'environnement demandé, « {given} », n'est pas déclaré dans city.yaml",
        "the environment asked for, “{given}”, is not declared in city.yaml",
    ),
    Said("{advice} (variable AQUEDUC_ENVIRONMENT)", "{advice} (the variable AQUEDUC_ENVIRONMENT)"),
)
NotOverridable = define_problem(
    "cle-fixe",
    Said(
        "« {key} » ne change pas d'un environnement à l'autre : {why}",
        "“{key}” is the same in every environment: {why}",
    ),
    Said("l'ôter ; ici se disent : {listed}", "remove it; what may be said here: {listed}"),
)
WrongOrder = define_problem(
    "dates-a-l-envers",
    Said(
        "{later} ({when}) précède {earlier} ({before})", "{later} ({when}) comes before {earlier} ({before})"
    ),
    Said("corriger l'une des deux dates", "correct one of the two dates"),
)
BadSiret = define_problem(
    "siret",
    Said(
        "ce SIRET n'est pas celui de la Ville : il ne commence pas par son SIREN ({siren}), ou sa clé est "
        "fausse",
        "this SIRET is not the city's: it does not start with its SIREN ({siren}), or its key is wrong",
    ),
    Said(
        "recopier celui du siège (annuaire-entreprises.data.gouv.fr), ou ôter « siret: »",
        "copy that of its seat (annuaire-entreprises.data.gouv.fr), or remove “siret:”",
    ),
)
PackageBroken = define_problem(
    "paquet-inutilisable",
    Said(
        "« {platform} » est d'une sorte (« {type} ») qu'apporte le paquet « {package} », qui ne se charge "
        "pas ({why})",
        "“{platform}” is of a kind (“{type}”) that the package “{package}” brings, which cannot be loaded "
        "({why})",
    ),
    Said(
        "réinstaller ce paquet, dans une version faite pour celle-ci d'Aqueduc",
        "install this package again, in a version made for this one of Aqueduc",
    ),
)
SourcePackageBroken = define_problem(
    "source-inutilisable",
    Said(
        "la sorte de source « {given} » vient du paquet « {package} », qui ne se charge pas ({why})",
        "the kind of source “{given}” comes from the package “{package}”, which cannot be loaded ({why})",
    ),
    PackageBroken.remedy,
)
PlatformTwice = define_problem(
    "plateforme-deux-fois",
    Said(
        "« platform » et « platforms » disent la même chose", "“platform” and “platforms” say the same thing"
    ),
    Said(
        "ne garder que « platforms: », s'il y en a plusieurs", "keep only “platforms:”, if there are several"
    ),
)
BadBox = define_problem(
    "emprise",
    Said(
        "« bbox » n'est pas une emprise : ouest, sud, est et nord, en degrés et dans cet ordre",
        "“bbox” is not a box: west, south, east and north, in degrees and in this order",
    ),
    Said("par exemple [5.27, 43.44, 5.51, 43.63]", "for example [5.27, 43.44, 5.51, 43.63]"),
)

# --- between declarations -------------------------------------------------------------------------------

DuplicateTitle = define_problem(
    "titre-en-double",
    Said(
        "{other} porte déjà ce titre (accents, casse et ponctuation ne distinguent pas)",
        "{other} already has this title (accents, case and punctuation make no difference)",
    ),
    Said(
        "donner à chaque jeu un titre à lui : la plateforme en tire aussi son adresse",
        "give each dataset a title of its own: the platform makes its address of it",
    ),
)
NotAnIdentifier = define_problem(
    "ancien-identifiant",
    Said(
        "« {name} » n'a pas pu être l'identifiant d'un jeu de données",
        "“{name}” cannot have been the identifier of a dataset",
    ),
    Said(
        "écrire l'ancien nom du fichier, sans son extension",
        "write the former name of the file, without its extension",
    ),
)
StillThere = define_problem(
    "demenagement-inacheve",
    Said(
        "le jeu ne peut pas venir de « {name} », qui est toujours déclaré",
        "the dataset cannot come from “{name}”, which is still declared",
    ),
    Said(
        "renommer le fichier au lieu de le copier, ou ôter « moved_from: »",
        "rename the file instead of copying it, or remove “moved_from:”",
    ),
)
SameIdentifier = define_problem(
    "identifiant-en-double",
    Said(
        "{other} a déjà l'identifiant « {name} » sur la plateforme",
        "{other} already has the identifier “{name}” on the platform",
    ),
    Said("renommer l'un des deux fichiers", "rename one of the two files"),
)

# --- doubtful, not refused ------------------------------------------------------------------------------

LicenceNotByDecree = define_problem(
    "licence-hors-decret",
    Said(
        "« {licence} » n'est pas de celles que le décret 2017-638 propose aux administrations",
        "“{licence}” is not one of those that decree 2017-638 offers to administrations",
    ),
    Said(
        "préférer « lov2 » (Licence Ouverte) ou « odc-odbl », ou faire homologuer celle-ci",
        "prefer “lov2” (Licence Ouverte) or “odc-odbl”, or have this one approved",
    ),
)
RestrictedLink = define_problem(
    "lien-restreint",
    Said(
        "accès restreint en mode « index » : la plateforme montre le lien à tous",
        "restricted access in mode “index”: the platform shows the link to everybody",
    ),
    Said(
        "la source même doit refuser un visiteur ; Aqueduc le vérifie avant de publier",
        "the source itself must refuse a visitor; Aqueduc checks that before it publishes",
    ),
)
FileNameCut = define_problem(
    "nom-de-fichier-raccourci",
    Said(
        "le fichier publié s'appellera {name} : la plateforme n'admet que {limit} caractères",
        "the published file will be called {name}: the platform takes {limit} characters only",
    ),
    Said(
        "rien à faire si ce nom convient ; sinon, renommer la déclaration avant la première publication",
        "nothing to do if that name will do; else rename the declaration before it is first published",
    ),
)
KeywordLost = define_problem(
    "mot-cle-perdu",
    Said(
        "la plateforme ne garde pas le mot-clé « {keyword} » : moins de deux lettres ou chiffres",
        "the platform does not keep the keyword “{keyword}”: fewer than two letters or digits",
    ),
    Said("l'écrire en entier, ou l'ôter", "write it in full, or remove it"),
)
ProcessingUntold = define_problem(
    "traitement-non-decrit",
    Said(
        "ce jeu peut concerner des personnes, et « processing: » ne dit pas : {listed}",
        "this dataset may be about people, and “processing:” does not say: {listed}",
    ),
    Said(
        "l'écrire sous « processing: » ({keys}) ; sinon, un blanc restera sur la page à signer",
        "write it under “processing:” ({keys}); else a blank stays on the page to sign",
    ),
)
WaiverNeedless = define_problem(
    "levee-en-trop",
    Said(
        "« {column} » a déjà un fondement (« basis: ») : il n'y a rien à lever",
        "“{column}” has a basis already: there is nothing to waive",
    ),
    Said("ôter cette levée", "remove this waiver"),
)
WaiverUnnamed = define_problem(
    "levee-sans-nom",
    Said(
        "« by » ne nomme personne : une fonction ne décide pas, quelqu'un en répond",
        "“by” names nobody: an office decides nothing, somebody answers for it",
    ),
    Said(
        "prénom, nom et fonction : « Claire Fabre, déléguée à la protection des données »",
        "given name, family name and office: “Claire Fabre, data protection officer”",
    ),
)
BasisUseless = define_problem(
    "base-legale-en-trop",
    Said(
        "« basis » ne sert à rien sur « {column} », qui n'est pas publiée",
        "“basis” is of no use on “{column}”, which is not published",
    ),
    Said("l'ôter, ou publier la colonne", "remove it, or publish the column"),
)
