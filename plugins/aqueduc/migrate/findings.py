"""What a declaration of another project leaves to be decided, or cannot become.

For what is decided in the draft itself, the remedy is the question that stands there after « à décider ».
"""

from aqueduc.findings import Finding
from aqueduc.language import _

_WITHOUT = _("l'ancienne déclaration ne la dit pas")


NONE = _("aucun")


# --- the record ---------------------------------------------------------------------------------------------


class TitleOpen(Finding):
    code = "titre-a-ecrire"
    sentence = _("l'ancienne déclaration n'a pas de titre pour le public")
    remedy = _("un titre pour le citoyen ({given} ?)")


class DescriptionOpen(Finding):
    code = "description-a-ecrire"
    sentence = _("l'ancienne déclaration ne décrit pas les données")
    remedy = _("une description pour le citoyen")


class OwnerOpen(Finding):
    code = "direction-a-nommer"
    sentence = _("l'ancienne déclaration ne nomme que {given}")
    remedy = _("la direction responsable des données")


class ContactOpen(Finding):
    code = "contact-a-verifier"
    sentence = _("{given} n'est pas une adresse de courriel")
    remedy = _("une adresse de courriel")


class LicenceOpen(Finding):
    code = "licence-a-choisir"
    sentence = _WITHOUT
    remedy = _("une licence, par exemple lov2 ou odc-odbl")


class ThemeOpen(Finding):
    code = "theme-a-choisir"
    sentence = _("les sujets de l'ancienne déclaration ({given}) n'en désignent pas un seul")
    remedy = _("un thème de l'UE : {choices}")


class CadenceOpen(Finding):
    code = "cadence-a-choisir"
    sentence = _("l'ancienne déclaration annonce « {said} » et programme « {scheduled} »")
    remedy = _("une cadence : {choices}")


class CadenceUnsaid(Finding):
    code = "cadence-a-dire"
    sentence = _("l'ancienne déclaration ne dit aucun rythme qui soit une cadence")
    remedy = CadenceOpen.remedy


# --- the source ---------------------------------------------------------------------------------------------


class SourceByProgram(Finding):
    code = "source-lue-par-un-programme"
    sentence = _("les lignes étaient faites par un programme, « {program} »")
    remedy = _("une source qui rende déjà ces lignes (postgres, http ou file) : « {program} » les faisait")


class SourceOfManyFiles(Finding):
    code = "source-en-plusieurs-fichiers"
    sentence = _("les lignes venaient de plusieurs fichiers à la suite")
    remedy = _("une source qui réunisse ces fichiers (postgres, http ou file)")


class SourceAddress(Finding):
    code = "source-sans-adresse"
    sentence = _("l'adresse n'est pas une adresse http(s)")
    remedy = _("la source des données (postgres, http ou file)")


class WorkbookAtAddress(Finding):
    code = "classeur-a-une-adresse"
    sentence = _("Aqueduc ne lit pas un classeur à une adresse, mais dans un dossier")
    remedy = _("la connexion du dossier où ce classeur sera déposé")


class ArcGisPages(Finding):
    code = "pages-arcgis"
    sentence = _("un service ArcGIS répond par pages comptées, et Aqueduc suit des pages chaînées")
    remedy = _("ôter cette ligne si la couche tient en une réponse (maxRecordCount), sinon une autre source")


class ConnectionToMake(Finding):
    code = "connexion-a-creer"
    sentence = _("la connexion « {connection} » est à créer, vers {host}")
    remedy = _("la créer dans Airflow (type http)")


class ConnectionToCheck(Finding):
    code = "connexion-a-verifier"
    sentence = _("rien ne dit que la connexion « {connection} » mène à un PostgreSQL")
    remedy = _("le vérifier : Aqueduc n'interroge que PostgreSQL")


class SecretLeftOut(Finding):
    code = "secret-laisse-de-cote"
    sentence = _("l'adresse portait {count} paramètre(s) secret(s) ({names}), qui ne sont pas repris")
    remedy = _("les mettre dans la connexion, et les renouveler")


class HeadersLeftOut(Finding):
    code = "en-tetes-laisses-de-cote"
    sentence = _("la source demande des en-têtes ({names}), qui ne sont pas repris")
    remedy = _("les mettre dans la connexion (extra, headers)")


class EncodingToCheck(Finding):
    code = "encodage-a-verifier"
    sentence = _("le fichier est en {encoding} : il ne sera bien lu que si le serveur l'annonce")
    remedy = _("vérifier l'en-tête Content-Type, ou passer par un dossier (« file: », avec « encoding: »)")


class FilterLeftOut(Finding):
    code = "filtre-laisse-de-cote"
    sentence = _("la réponse passait par du code ({names}), qui n'est pas repris")
    remedy = _("déclarer « records: », ou faire ce tri à la source")


class TemplateInSource(Finding):
    code = "gabarit-a-remplacer"
    sentence = _("la valeur est un gabarit Jinja, qu'Aqueduc ne calcule pas")
    remedy = _("le même sans gabarit (window_start et window_end disent l'intervalle : voir le guide)")


class QueryElsewhere(Finding):
    code = "requete-a-retrouver"
    sentence = _("le fichier de la requête n'a pas été trouvé")
    remedy = _("le chemin de la requête, sous include/")


# --- the columns --------------------------------------------------------------------------------------------


class RuleOpen(Finding):
    code = "regle-a-choisir"
    sentence = _("l'ancienne déclaration publie la colonne `{column}` sans en rien décider{hint}")
    remedy = _("publish, drop ou une règle{hint}")


class RenamedRuleOpen(RuleOpen):
    code = "regle-d-un-renommage"
    remedy = _("{option}, drop ou une autre règle{hint}")


class GeometryOpen(Finding):
    code = "geometrie-a-choisir"
    sentence = _("rien ne dit si ce sont des points, des lignes ou des surfaces")
    remedy = _("{option} pour des points ; pour des lignes ou des surfaces, la colonne s'appelle {other}")


class DateOpen(Finding):
    code = "date-a-traduire"
    sentence = _("`{column}` est une date écrite « {pattern} », qu'Aqueduc ne lit pas")
    remedy = _("{kind} pour la publier comme elle est écrite, ou date si la source l'écrit autrement")


class DatesDisagree(Finding):
    code = "dates-de-plusieurs-facons"
    sentence = _("les dates de la source y sont écrites de plusieurs façons")
    remedy = _("une façon d'écrire les dates : {choices}")


class ColumnsOpen(Finding):
    code = "colonnes-a-declarer"
    sentence = _("l'ancienne déclaration ne dit pas les colonnes")
    remedy = _("une règle par colonne ; « aqueduc new » les lit à la source et en propose")


class SchemaOpen(Finding):
    code = "schema-a-ecrire"
    sentence = ColumnsOpen.sentence
    remedy = _("le schéma de ce qui est publié ; « aqueduc new » en écrit un")


class TypeOpen(Finding):
    code = "type-a-choisir"
    sentence = _("l'ancienne déclaration ne dit pas le type de `{column}`")
    remedy = _("string, integer, number, boolean, date ou datetime")


class SameColumns(Finding):
    code = "jeu-a-reunir"
    sentence = _("{count} ressources ont les mêmes colonnes : elles pourraient être un seul jeu")
    remedy = _("les réunir à la source, et répartir le jeu par « publish: {{split: …}} »")


# --- what is not converted ----------------------------------------------------------------------------------


class UnreadableFile(Finding):
    code = "fichier-illisible"
    sentence = _("le fichier ne se lit pas : {why}")
    remedy = _("le corriger")


class NotThisKind(Finding):
    code = "autre-sorte-de-fichier"
    sentence = _("ce n'est pas une déclaration de {origin}")
    remedy = _("vérifier le fichier, ou « --from »")


class NoSource(Finding):
    code = "aucune-source"
    sentence = _("« {name} » ne lit aucune donnée qu'Aqueduc sache lire ({operators})")
    remedy = _("rien à reprendre : garder ce DAG, ou décrire ses données avec « aqueduc new »")


class TaskLeftOut(Finding):
    code = "tache-laissee-de-cote"
    sentence = _("la tâche « {name} » n'est pas reprise : {why}")
    remedy = _("s'il le faut, la garder dans un DAG à elle")
