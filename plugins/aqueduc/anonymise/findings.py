"""What the anonymisation can find."""

from aqueduc.anonymise.disclosure.findings import LARGEST_SUPPRESSION
from aqueduc.findings import Finding
from aqueduc.language import Message, _

UndeclaredColumn = Finding.define_subclass(
    "colonne-non-declaree",
    _("la source donne une colonne que la déclaration ne connaît pas : {shown}"),
    _("décider de son sort sous « columns: » (« drop » si elle ne doit pas sortir)"),
)
MissingColumn = Finding.define_subclass(
    "colonne-absente",
    _("la colonne déclarée « {column} » n'est plus dans la source"),
    _("corriger la requête ou le fichier, ou l'ôter de « columns: »"),
)
InapplicableRule = Finding.define_subclass(
    "regle-inapplicable",
    _("« {column} » : la règle « {rule} » ne s'applique pas à {rows} : rejet"),
    _("corriger ces valeurs à la source ; {expected}"),
)
ExcessiveRejections = Finding.define_subclass(
    "trop-de-rejets",
    _("{rows} rejetée{s} sur {total}, soit plus que la part tolérée ({limit})"),
    _("corriger la source, ou relever « reject_at_most »"),
)
SuppressedSmallClasses = Finding.define_subclass(
    "classes-trop-petites", _("{rows} dans des groupes de moins de {k}, retirée{s} avant publication")
)
SuppressedUnsafeClasses = Finding.define_subclass(
    "groupes-retires",
    _("{rows} dans des groupes qui ne satisfont pas ce que demande « privacy: », retirée{s}"),
)
# ``advice``: see ``format_suppression_advice``.
ExcessiveSuppression = Finding.define_subclass(
    "trop-de-suppressions",
    _(
        "il faudrait retirer {rows} sur {total} ({share}) pour que chaque groupe compte {k}, "
        "plus que les {limit} admis"
    ),
    Message("{advice}"),
)
_COARSEN = _("généraliser davantage les quasi-identifiants ({columns}), ou relever « suppress_at_most »")
_FEWER_ROWS_THAN_K = _(
    "le jeu entier ne compte pas {k} : aucune règle n'y changera rien ; attendre davantage de lignes, ou ne publier "
    "que des comptes"
)
_MOST_WOULD_GO = _(
    "« suppress_at_most » n'est pas ici le remède : ce serait retirer l'essentiel du jeu. Ensemble, les "
    "quasi-identifiants ({columns}) distinguent presque chacun : en publier moins (« drop » pour les plus précis), ou "
    "bien plus généraux (l'année plutôt que le jour, de larges tranches, le quartier plutôt que l'adresse) ; à défaut, "
    "ne publier que des comptes"
)


def format_suppression_advice(share: float, columns: str, k: Message, *, fewer_than_k: bool) -> Message:
    """What to do about a ``share`` of the rows, from 0 to 1, which is more than may be suppressed."""
    advice = (
        _FEWER_ROWS_THAN_K if fewer_than_k else _MOST_WOULD_GO if share > LARGEST_SUPPRESSION else _COARSEN
    )
    return advice.format(columns=columns, k=k)


LostObjections = Finding.define_subclass(
    "oppositions-perdues",
    _("il manque au coffre des oppositions que le dépôt promet de respecter ({lost})"),
    _("restaurer le coffre (objections/), ou enregistrer de nouveau ces oppositions"),
)
ForgottenObjections = Finding.define_subclass(
    "oppositions-oubliees",
    _(
        "cette source était publiée sous le nom « {former} », qui n'est plus déclaré et dont des oppositions "
        "sont en vigueur"
    ),
    _("écrire « moved_from: {former} » dans la déclaration"),
)
IdleObjection = Finding.define_subclass(
    "opposition-sans-ligne",
    _("des oppositions qui désignaient des lignes n'en désignent plus aucune ({idle})"),
    _(
        "vérifier que ces lignes ont bien quitté la source : si elle les écrit autrement, enregistrer de nouveau "
        "l'opposition (aqueduc objection)"
    ),
)
ObjectionColumnMissing = Finding.define_subclass(
    "opposition-sans-colonne",
    _("« {column} » désigne des lignes à ne pas publier, et la source ne la donne plus"),
    _(
        "rendre cette colonne à la source, ou lever l'opposition et l'enregistrer de nouveau "
        "(aqueduc objection)"
    ),
)
# ``origins``: the columns of the source of which it is made.
ObjectionOnAddedColumn = Finding.define_subclass(
    "opposition-sur-colonne-ajoutee",
    _(
        "« {column} » désigne des lignes à ne pas publier, mais elle est ajoutée à celles de la source (« join: » ou "
        "« computed: ») : une autre table ou une autre expression les ferait revenir"
    ),
    _(
        "enregistrer d'abord la même opposition sur une colonne de la source ({origins}), puis lever celle-ci "
        "(aqueduc objection)"
    ),
)
UnreadableObjectionPeriod = Finding.define_subclass(
    "periode-illisible",
    _("« {column} » désigne une période à ne pas publier, et {rows} n'y ont pas de date lisible"),
    _("donner cette date comme AAAA-MM-JJ à la source, ou dans la requête"),
)
EmptyPublication = Finding.define_subclass(
    "rien-ne-reste",
    _("aucune ligne ne reste à publier sur {total}"),
    _("vérifier la source : elle est vide, ou tout y est rejeté ou retiré"),
)
UnexpectedOutputColumn = Finding.define_subclass(
    "colonne-etrangere",
    _("les colonnes du fichier à publier ne sont pas celles que la déclaration publie"),
    _("ne pas publier ; signaler ce défaut"),
)
UnitsTooFew = Finding.define_subclass(
    "unites-trop-peu",
    _(
        "le plus petit groupe du fichier à publier, en unités différentes ({unit}) : {size}, moins que k = {k}"
    ),
    _("ne pas publier ; signaler ce défaut"),
)
UntraceableUnits = Finding.define_subclass(
    "unites-sans-trace",
    _(
        "les unités qui suivent les lignes ne sont pas celles de l'extrait : rien ne dit combien de "
        "personnes compte un groupe"
    ),
    _("ne pas publier ; signaler ce défaut"),
)
UncountedPersons = Finding.define_subclass(
    "personnes-non-comptees",
    _("k compte des lignes, et {rows} publiée{s} sont dans des groupes de moins de {size}"),
    _(
        "retirer « {column} » (drop) et l'écrire sous « privacy: unit: » : chaque groupe en comptera k différentes ; si "
        "chaque ligne est bien d'une autre personne, l'écrire : « unit: [] »"
    ),
)
UncountedPersonsAccepted = Finding.define_subclass(
    "personnes-non-comptees-admises",
    _(
        "k compte des lignes (« unit: [] »), et {rows} publiée{s} sont dans des groupes de moins de {size}, que la "
        "déclaration dit d'autant de personnes que de lignes"
    ),
)
UncountedOtherPersons = Finding.define_subclass(
    "personnes-comptees-autrement",
    _(
        "« unit: » ne compte pas les valeurs de « {column} », dont le nom est celui d'un numéro de personne ou de dossier : "
        "{rows} publiée{s} sont dans des groupes de moins de {size}"
    ),
    _(
        "si « {column} » désigne une personne, l'écrire sous « privacy: unit: », à la place de ce qui s'y trouve ; rien à "
        "faire si ce qui s'y trouve en désigne une, et une seule"
    ),
)
ChangedColumnType = Finding.define_subclass(
    "type-change",
    _("« {column} » : la source la donne en {now}, elle la donnait en {before}"),
    _(
        "vérifier ce que la colonne contient désormais, puis revoir sa règle ou la requête (un CAST "
        "la ramène "
        "à son type)"
    ),
)
PublishedSecretCell = Finding.define_subclass(
    "case-secrete",
    _("« {column} » : le fichier écrit contient {rows} que protège le secret statistique"),
    _("ne pas publier ; signaler ce défaut"),
)
RevealingMargins = Finding.define_subclass(
    "totaux-et-cases-secretes",
    _("« {column} » contient des totaux, alors que des lignes sont retirées : leur valeur s'en déduirait"),
    _("ôter les totaux de la source (ou de la requête) : chacun peut additionner ce qui est publié"),
)
# ``what``: how the column is worked out from others.
DeducibleColumn = Finding.define_subclass(
    "colonne-qui-se-deduit",
    _("« {column} » {what}, alors que des lignes sont retirées : leur valeur s'en déduirait"),
    _("ne pas publier cette colonne (« drop ») : chacun peut refaire le calcul à l'envers"),
)
RevealingNumberGaps = Finding.define_subclass(
    "numeros-a-trous",
    _("« {column} » numérote les lignes : les numéros qui manquent désigneraient celles qui sont retirées"),
    _("ne pas publier cette colonne (« drop »)"),
)
MissingPopulationColumns = Finding.define_subclass(
    "population-incomplete",
    _("la population ({file}) n'a pas toutes les colonnes attendues ; manque : {missing}"),
    _("nommer ses colonnes comme les quasi-identifiants publiés"),
)
SuppressedRevisionDifference = Finding.define_subclass(
    "difference-entre-revisions",
    _("{rows} à retenir : la comparaison avec une révision déjà publiée isolerait moins de {k}"),
)
SuppressedColumnDifference = Finding.define_subclass(
    "difference-de-colonnes",
    _(
        "{rows} à retenir : une révision déjà publiée n'avait pas tous les quasi-identifiants "
        "d'aujourd'hui, ou sous d'autres règles ; la comparaison avec elle isolerait moins de {k}"
    ),
)
RowsWithheldForOtherDataset = Finding.define_subclass(
    "difference-entre-jeux",
    _(
        "{rows} à retenir : la comparaison avec le jeu « {other} », qui décrit les mêmes personnes, en "
        "isolerait moins de {k}"
    ),
)
UncomparedRelatedDataset = Finding.define_subclass(
    "jeu-sans-comparaison",
    _(
        "le jeu « {other} » décrit les mêmes personnes, mais aucun quasi-identifiant n'y est publié sous le "
        "même nom : rien n'est comparé avec lui, et ce que les deux disent ensemble n'est pas mesuré"
    ),
    _("publier sous un même nom (« as: ») ce qui dit la même chose dans les deux jeux"),
)
SuppressedShrunkClass = Finding.define_subclass(
    "classe-reduite-par-rejet",
    _("{rows} à retirer : des lignes rejetées laissaient leur groupe à moins de {k}"),
    _("corriger à la source les lignes rejetées pour que ces groupes reviennent"),
)
# ``compared``: how many of them for their difference, and not for their groups; ``advice``: see
# ``format_differencing_advice``.
ExcessiveDifferenceSuppression = Finding.define_subclass(
    "trop-de-differences",
    _(
        "il faudrait retirer {rows} sur {total}, dont {compared} par la comparaison avec ce qui est déjà publié : "
        "{share}, plus que les {limit} admis"
    ),
    Message("{advice}"),
)
_WAIT_OR_COARSEN = _(
    "attendre que davantage de lignes aient changé (une cadence plus lente), généraliser davantage, ou "
    "relever « suppress_at_most »"
)
_WAIT_RATHER = _(
    "attendre que davantage de lignes aient changé (une cadence plus lente), ou généraliser davantage ; "
    "« suppress_at_most » n'est pas ici le remède : ce serait retenir l'essentiel du jeu"
)


def format_differencing_advice(share: float) -> Message:
    """As ``format_suppression_advice``, about the rows that would have to wait."""
    return _WAIT_RATHER if share > LARGEST_SUPPRESSION else _WAIT_OR_COARSEN


MissingEarlierRevision = Finding.define_subclass(
    "revision-anterieure-absente",
    _(
        "des révisions déjà publiées ne sont plus dans le dépôt (nombre : {missing}) : rien ne dit "
        "ce que leur "
        "différence révélerait"
    ),
    _("restaurer le dépôt ; ou, si nul ne peut plus les avoir, les ôter de {key}"),
)
IsolatingRevisionDifference = Finding.define_subclass(
    "difference-qui-isole",
    _(
        "la différence entre le fichier à publier et une révision déjà publiée isole moins de {k} "
        "(groupes concernés : {classes})"
    ),
    _("ne pas publier ; signaler ce défaut"),
)
IsolatingDatasetDifference = Finding.define_subclass(
    "difference-qui-isole-entre-jeux",
    _(
        "la différence entre le fichier à publier et le jeu « {other} », qui décrit les mêmes personnes, "
        "isole moins de {k} (groupes concernés : {classes})"
    ),
    _("relancer l'exécution entière (Clear depuis « Extraire ») : l'autre jeu a été publié entre-temps"),
)


_THREE_WAYS = _(
    "l'une de trois : {rule} ; « basis: » avec le texte qui permet de la publier ; ou, si ce n'est la donnée "
    "de personne, la décision de qui l'a vérifié, inscrite à son nom sous « waivers: » : {waiver}"
)

# ``rule`` and ``waiver``: see ``ways_out``.
PersonalDataColumn = Finding.define_subclass(
    "donnee-personnelle",
    _("« {column} » : {what} ({sure}) dans {rows} au moins"),
    _THREE_WAYS,
)
# As ``PersonalDataColumn``, where only a person can tell.
PossiblePersonalColumn = Finding.define_subclass(
    "donnee-personnelle-possible",
    _("« {column} » : peut-être {what}, dans {rows} au moins ; une personne nommée doit en décider"),
    _THREE_WAYS,
)
NonblockingPersonalColumn = Finding.define_subclass(
    "donnee-signalee",
    _(
        "« {column} » : {what} dans {rows} au moins ; signalé sans fermer la porte, parce que {why} : à lire, "
        "personne n'en a décidé"
    ),
)
WaivedPersonalColumn = Finding.define_subclass(
    "constat-leve",
    _(
        "« {column} » : {what} dans {rows} au moins, que couvre une levée inscrite le {day}, au nom de : {by} ({reason})"
    ),
)
StaleWaiver = Finding.define_subclass(
    "levee-sans-objet",
    _("« {column} » : plus rien n'y ressemble à {what}, mais ce constat y est toujours levé"),
    _("ôter cette levée de « waivers: » : elle couvrirait une donnée qui reviendrait"),
)
