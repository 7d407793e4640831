"""OneGeo Suite (Neogeo Technologies), which runs DataSud since 2024."""

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.platform_kind import ConnectionType, PlatformKind, PlatformKindCapabilities
from aqueduc.declaration.spec import ConnectedPlatformSpec
from aqueduc.language import N_, _

UnsupportedOneGeoUpload = DeclarationProblem.define_subclass(
    "onegeo-sans-depot",
    _(
        "OneGeo Suite n'a pas de dépôt de fichier connu par son API : « {platform} » ne reçoit que la fiche "
        "et des liens"
    ),
    _(
        "mettre « mode: index » avec un emplacement de la Ville (« outlet: »), où Aqueduc dépose les "
        "fichiers préparés ; ou publier sur le portail de la Ville (« type: portal »), que la plateforme "
        "moissonne"
    ),
)


class OneGeoSpec(ConnectedPlatformSpec):
    meaning = N_("OneGeo Suite, comme DataSud aujourd'hui : elle reçoit la fiche et des liens.")


KIND = PlatformKind(
    name="onegeo",
    label=N_("OneGeo Suite"),
    spec=OneGeoSpec,
    adapter="aqueduc.platforms.onegeo.adapter:open_onegeo",
    adoption="aqueduc.platforms.onegeo.adoption:list_adoptable_records",
    greeting=_("OneGeo Suite{0} ; le compte s'y connecte, et « {1} » y est connue"),
    capabilities=PlatformKindCapabilities(
        lists_records=True,
        needs_of_city=(),
        field_roles={"display_name": "title", "description": "description", "tags": "keywords"},
        under_convention=True,
        states_period=False,
        states_extent=False,
        refuses_files=UnsupportedOneGeoUpload,
        private_readers=", où la fiche n'est pas publiée : des comptes du site, à commencer par ceux qui "
        "tiennent les fiches de « {organisation} », peuvent la voir dans son administration",
        left_to_people="licence, fréquence de mise à jour, catégories, contacts et emprise",
    ),
    connection=ConnectionType(
        label=N_("OneGeo Suite (DataSud)"),
        usual_id="datasud",
        module="aqueduc.platforms.onegeo.connection",
        behaviour={
            "hidden-fields": ["schema", "port", "extra"],
            "relabeling": {"host": N_("URL du site"), "login": N_("Compte"), "password": N_("Mot de passe")},
            "placeholders": {
                "host": "https://www.datasud.fr/fr/",
                "login": N_("compte qui publie pour l'organisation"),
            },
        },
        fields={
            "organisation": {
                "label": N_("Organisation"),
                "description": N_(
                    "Identifiant de l'organisation de la Ville sur le site, s'il n'est pas celui "
                    "de include/city.yaml."
                ),
                "schema": {"type": ["string", "null"]},
            },
            "usergroup": {
                "label": N_("Numéro de l'organisation"),
                "description": N_("Son numéro de groupe sur le site, si Aqueduc ne le trouve pas lui-même."),
                "schema": {"type": ["string", "null"]},
            },
        },
    ),
)
