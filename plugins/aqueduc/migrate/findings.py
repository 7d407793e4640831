"""What a declaration of another project leaves to be decided, or cannot become.

For what is decided in the draft itself, the remedy is the question that stands there after « à décider ».
"""

from aqueduc.findings import Finding
from aqueduc.language import Said

_WITHOUT = Said("l'ancienne déclaration ne la dit pas", "the old declaration does not say it")


NONE = Said("aucun", "none")


# --- the record ---------------------------------------------------------------------------------------------


class TitleOpen(Finding):
    code = "titre-a-ecrire"
    sentence = Said(
        "l'ancienne déclaration n'a pas de titre pour le public", "the old declaration has no public title"
    )
    remedy = Said("un titre pour le citoyen ({given} ?)", "a title for citizens ({given}?)")


class DescriptionOpen(Finding):
    code = "description-a-ecrire"
    sentence = Said(
        "l'ancienne déclaration ne décrit pas les données", "the old declaration does not describe the data"
    )
    remedy = Said("une description pour le citoyen", "a description for citizens")


class OwnerOpen(Finding):
    code = "direction-a-nommer"
    sentence = Said("l'ancienne déclaration ne nomme que {given}", "the old declaration only names {given}")
    remedy = Said("la direction responsable des données", "the department responsible for the data")


class ContactOpen(Finding):
    code = "contact-a-verifier"
    sentence = Said("{given} n'est pas une adresse de courriel", "{given} is not an e-mail address")
    remedy = Said("une adresse de courriel", "an e-mail address")


class LicenceOpen(Finding):
    code = "licence-a-choisir"
    sentence = _WITHOUT
    remedy = Said("une licence, par exemple lov2 ou odc-odbl", "a licence, such as lov2 or odc-odbl")


class ThemeOpen(Finding):
    code = "theme-a-choisir"
    sentence = Said(
        "les sujets de l'ancienne déclaration ({given}) n'en désignent pas un seul",
        "the topics of the old declaration ({given}) do not point at one",
    )
    remedy = Said("un thème de l'UE : {choices}", "a theme of the EU: {choices}")


class CadenceOpen(Finding):
    code = "cadence-a-choisir"
    sentence = Said(
        "l'ancienne déclaration annonce « {said} » et programme « {scheduled} »",
        "the old declaration announces “{said}” and schedules “{scheduled}”",
    )
    remedy = Said("une cadence : {choices}", "a cadence: {choices}")


class CadenceUnsaid(Finding):
    code = "cadence-a-dire"
    sentence = Said(
        "l'ancienne déclaration ne dit aucun rythme qui soit une cadence",
        "the old declaration says no rhythm that would be a cadence",
    )
    remedy = CadenceOpen.remedy


# --- the source ---------------------------------------------------------------------------------------------


class SourceByProgram(Finding):
    code = "source-lue-par-un-programme"
    sentence = Said(
        "les lignes étaient faites par un programme, « {program} »",
        "the rows were made by a program, “{program}”",
    )
    remedy = Said(
        "une source qui rende déjà ces lignes (postgres, http ou file) : « {program} » les faisait",
        "a source that gives these rows already (postgres, http or file): “{program}” made them",
    )


class SourceOfManyFiles(Finding):
    code = "source-en-plusieurs-fichiers"
    sentence = Said(
        "les lignes venaient de plusieurs fichiers à la suite", "the rows came from several files in a row"
    )
    remedy = Said(
        "une source qui réunisse ces fichiers (postgres, http ou file)",
        "a source that brings these files together (postgres, http or file)",
    )


class SourceAddress(Finding):
    code = "source-sans-adresse"
    sentence = Said("l'adresse n'est pas une adresse http(s)", "the address is not an http(s) address")
    remedy = Said("la source des données (postgres, http ou file)", "where the data come from")


class WorkbookAtAddress(Finding):
    code = "classeur-a-une-adresse"
    sentence = Said(
        "Aqueduc ne lit pas un classeur à une adresse, mais dans un dossier",
        "Aqueduc does not read a workbook at an address, but in a folder",
    )
    remedy = Said(
        "la connexion du dossier où ce classeur sera déposé",
        "the connection of the folder where this workbook will be dropped",
    )


class ArcGisPages(Finding):
    code = "pages-arcgis"
    sentence = Said(
        "un service ArcGIS répond par pages comptées, et Aqueduc suit des pages chaînées",
        "an ArcGIS service answers in counted pages, and Aqueduc follows linked ones",
    )
    remedy = Said(
        "ôter cette ligne si la couche tient en une réponse (maxRecordCount), sinon une autre source",
        "remove this line if the layer fits in one answer (maxRecordCount), or else another source",
    )


class ConnectionToMake(Finding):
    code = "connexion-a-creer"
    sentence = Said(
        "la connexion « {connection} » est à créer, vers {host}",
        "the connection “{connection}” has to be made, to {host}",
    )
    remedy = Said("la créer dans Airflow (type http)", "make it in Airflow (type http)")


class ConnectionToCheck(Finding):
    code = "connexion-a-verifier"
    sentence = Said(
        "rien ne dit que la connexion « {connection} » mène à un PostgreSQL",
        "nothing says that the connection “{connection}” leads to a PostgreSQL",
    )
    remedy = Said(
        "le vérifier : Aqueduc n'interroge que PostgreSQL", "check it: Aqueduc only queries PostgreSQL"
    )


class SecretLeftOut(Finding):
    code = "secret-laisse-de-cote"
    sentence = Said(
        "l'adresse portait {count} paramètre(s) secret(s) ({names}), qui ne sont pas repris",
        "the address carried {count} secret parameter(s) ({names}), which are left out",
    )
    remedy = Said(
        "les mettre dans la connexion, et les renouveler", "put them in the connection, and renew them"
    )


class HeadersLeftOut(Finding):
    code = "en-tetes-laisses-de-cote"
    sentence = Said(
        "la source demande des en-têtes ({names}), qui ne sont pas repris",
        "the source asks for headers ({names}), which are left out",
    )
    remedy = Said(
        "les mettre dans la connexion (extra, headers)", "put them in the connection (extra, headers)"
    )


class EncodingToCheck(Finding):
    code = "encodage-a-verifier"
    sentence = Said(
        "le fichier est en {encoding} : il ne sera bien lu que si le serveur l'annonce",
        "the file is in {encoding}: it is read well only if the server says so",
    )
    remedy = Said(
        "vérifier l'en-tête Content-Type, ou passer par un dossier (« file: », avec « encoding: »)",
        "check the Content-Type header, or go through a folder (“file:”, with “encoding:”)",
    )


class FilterLeftOut(Finding):
    code = "filtre-laisse-de-cote"
    sentence = Said(
        "la réponse passait par du code ({names}), qui n'est pas repris",
        "the answer went through code ({names}), which is left out",
    )
    remedy = Said(
        "déclarer « records: », ou faire ce tri à la source",
        "declare “records:”, or sort it out at the source",
    )


class TemplateInSource(Finding):
    code = "gabarit-a-remplacer"
    sentence = Said(
        "la valeur est un gabarit Jinja, qu'Aqueduc ne calcule pas",
        "the value is a Jinja template, which Aqueduc does not compute",
    )
    remedy = Said(
        "le même sans gabarit (window_start et window_end disent l'intervalle : voir le guide)",
        "the same without a template (window_start and window_end say the interval: see the guide)",
    )


class QueryElsewhere(Finding):
    code = "requete-a-retrouver"
    sentence = Said("le fichier de la requête n'a pas été trouvé", "the file of the query was not found")
    remedy = Said("le chemin de la requête, sous include/", "the path of the query, below include/")


# --- the columns --------------------------------------------------------------------------------------------


class RuleOpen(Finding):
    code = "regle-a-choisir"
    sentence = Said(
        "l'ancienne déclaration publie la colonne `{column}` sans en rien décider{hint}",
        "the old declaration publishes the column `{column}` without deciding anything{hint}",
    )
    remedy = Said("publish, drop ou une règle{hint}", "publish, drop or a rule{hint}")


class RenamedRuleOpen(RuleOpen):
    code = "regle-d-un-renommage"
    remedy = Said(
        "{option}, drop ou une autre règle{hint}",
        "{option}, drop or another rule{hint}",
    )


class GeometryOpen(Finding):
    code = "geometrie-a-choisir"
    sentence = Said(
        "rien ne dit si ce sont des points, des lignes ou des surfaces",
        "nothing says whether these are points, lines or surfaces",
    )
    remedy = Said(
        "{option} pour des points ; pour des lignes ou des surfaces, la colonne s'appelle {other}",
        "{option} for points; for lines or surfaces the column is called {other}",
    )


class DateOpen(Finding):
    code = "date-a-traduire"
    sentence = Said(
        "`{column}` est une date écrite « {pattern} », qu'Aqueduc ne lit pas",
        "`{column}` is a date written “{pattern}”, which Aqueduc does not read",
    )
    remedy = Said(
        "{kind} pour la publier comme elle est écrite, ou date si la source l'écrit autrement",
        "{kind} to publish it as it is written, or date if the source writes it otherwise",
    )


class DatesDisagree(Finding):
    code = "dates-de-plusieurs-facons"
    sentence = Said(
        "les dates de la source y sont écrites de plusieurs façons",
        "the dates of the source are written in several ways",
    )
    remedy = Said("une façon d'écrire les dates : {choices}", "one way of writing dates: {choices}")


class ColumnsOpen(Finding):
    code = "colonnes-a-declarer"
    sentence = Said(
        "l'ancienne déclaration ne dit pas les colonnes", "the old declaration does not say the columns"
    )
    remedy = Said(
        "une règle par colonne ; « aqueduc new » les lit à la source et en propose",
        "a rule for each column; “aqueduc new” reads them at the source and proposes some",
    )


class SchemaOpen(Finding):
    code = "schema-a-ecrire"
    sentence = ColumnsOpen.sentence
    remedy = Said(
        "le schéma de ce qui est publié ; « aqueduc new » en écrit un",
        "the schema of what is published; “aqueduc new” writes one",
    )


class TypeOpen(Finding):
    code = "type-a-choisir"
    sentence = Said(
        "l'ancienne déclaration ne dit pas le type de `{column}`",
        "the old declaration does not say the type of `{column}`",
    )
    remedy = Said(
        "string, integer, number, boolean, date ou datetime",
        "string, integer, number, boolean, date or datetime",
    )


class SameColumns(Finding):
    code = "jeu-a-reunir"
    sentence = Said(
        "{count} ressources ont les mêmes colonnes : elles pourraient être un seul jeu",
        "{count} resources have the same columns: they could be one dataset",
    )
    remedy = Said(
        "les réunir à la source, et répartir le jeu par « publish: {{split: …}} »",
        "bring them together at the source, and split the dataset with “publish: {{split: …}}”",
    )


# --- what is not converted ----------------------------------------------------------------------------------


class UnreadableFile(Finding):
    code = "fichier-illisible"
    sentence = Said("le fichier ne se lit pas : {why}", "the file cannot be read: {why}")
    remedy = Said("le corriger", "correct it")


class NotThisKind(Finding):
    code = "autre-sorte-de-fichier"
    sentence = Said("ce n'est pas une déclaration de {origin}", "this is not a declaration of {origin}")
    remedy = Said("vérifier le fichier, ou « --from »", "check the file, or “--from”")


class NoSource(Finding):
    code = "aucune-source"
    sentence = Said(
        "« {name} » ne lit aucune donnée qu'Aqueduc sache lire ({operators})",
        "“{name}” reads no data that Aqueduc can read ({operators})",
    )
    remedy = Said(
        "rien à reprendre : garder ce DAG, ou décrire ses données avec « aqueduc new »",
        "nothing to take over: keep this DAG, or describe its data with “aqueduc new”",
    )


class TaskLeftOut(Finding):
    code = "tache-laissee-de-cote"
    sentence = Said("la tâche « {name} » n'est pas reprise : {why}", "the task “{name}” is left out: {why}")
    remedy = Said(
        "s'il le faut, la garder dans un DAG à elle", "if it is needed, keep it in a DAG of its own"
    )
