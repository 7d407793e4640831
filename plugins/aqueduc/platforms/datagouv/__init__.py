"""A udata: data.gouv.fr, or a portal that runs the same software."""

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.platform_kind import ConnectionType, PlatformKind, PlatformKindCapabilities
from aqueduc.declaration.spec import ConnectedPlatformSpec
from aqueduc.language import N_, _

RestrictedDatagouvDataset = DeclarationProblem.define_subclass(
    "datagouv-public",
    _(
        "data.gouv.fr ne protège pas les fichiers d'une fiche privée : « {platform} » ne peut pas recevoir "
        "un jeu d'accès restreint"
    ),
    _("publier ce jeu sur une plateforme qui a des comptes, comme celle de la Région"),
)


SplitDatagouvDataset = DeclarationProblem.define_subclass(
    "datagouv-sans-parties",
    _(
        "Aqueduc ne tient pas l'ordre des ressources sur data.gouv.fr : « {platform} » ne peut pas recevoir "
        "un jeu réparti en plusieurs fichiers"
    ),
    _("ôter « split: », ou publier ce jeu sur une autre plateforme"),
)


class DatagouvSpec(ConnectedPlatformSpec):
    meaning = N_("data.gouv.fr, ou un autre udata.")


KIND = PlatformKind(
    name="datagouv",
    label=N_("data.gouv.fr ou udata"),
    spec=DatagouvSpec,
    adapter="aqueduc.platforms.datagouv.adapter:open_datagouv",
    adoption="aqueduc.platforms.datagouv.adoption:list_adoptable_records",
    greeting=_("udata {} ; connaît « {} », et la clé peut y écrire"),
    capabilities=PlatformKindCapabilities(
        lists_records=True,
        names_ledger_entry=True,
        needs_of_city=("insee", "bbox"),
        field_roles={
            "title": "title",
            "description": "description",
            "license": "licence",
            "frequency": "frequency",
            "tags": "keywords",
        },
        refuses_restricted=RestrictedDatagouvDataset,
        refuses_slices=SplitDatagouvDataset,
    ),
    connection=ConnectionType(
        label=N_("data.gouv.fr (udata)"),
        usual_id="datagouv",
        module="aqueduc.platforms.datagouv.connection",
        behaviour={
            "hidden-fields": ["schema", "login", "port", "extra"],
            "relabeling": {"host": N_("URL du site"), "password": N_("Clé d'API")},
            "placeholders": {
                "host": "https://www.data.gouv.fr",
                "password": N_("clé d'un compte éditeur partiel de l'organisation"),
            },
        },
        fields={
            "organisation": {
                "label": N_("Organisation"),
                "description": N_(
                    "Identifiant de l'organisation de la Ville sur data.gouv.fr, s'il "
                    "n'est pas celui de include/city.yaml."
                ),
                "schema": {"type": ["string", "null"]},
            },
        },
    ),
)
