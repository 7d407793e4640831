"""IDGO, the application that stands in front of DataSud's CKAN."""

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.platform_kind import ConnectionType, PlatformKind, PlatformKindCapabilities
from aqueduc.declaration.spec import ConnectedPlatformSpec
from aqueduc.language import N_, _

SplitIdgoDataset = DeclarationProblem.define_subclass(
    "idgo-sans-ordre",
    _(
        "IDGO ne sait pas ordonner les ressources d'une fiche : « {platform} » ne peut pas recevoir un jeu "
        "réparti en plusieurs fichiers"
    ),
    _("ôter « split: », ou publier ce jeu sur une autre plateforme"),
)


class IdgoSpec(ConnectedPlatformSpec):
    meaning = N_("L'application IDGO, là où elle tient le CKAN et réécrirait ce qu'on y mettrait sans elle.")


KIND = PlatformKind(
    name="idgo",
    label="IDGO",
    spec=IdgoSpec,
    adapter="aqueduc.platforms.idgo.adapter:open_idgo",
    adoption="aqueduc.platforms.idgo.adoption:list_adoptable_records",
    greeting=_("IDGO, devant un CKAN {} ; le compte contribue pour « {} »"),
    capabilities=PlatformKindCapabilities(
        lists_records=True,
        field_roles={
            "title": "title",
            "description": "description",
            "license": "licence",
            "update_frequency": "frequency",
            "keywords": "keywords",
            "owner_email": "contact",
            "broadcaster_email": "contact",
        },
        under_convention=True,
        states_period=False,
        states_extent=False,
        refuses_slices=SplitIdgoDataset,
    ),
    connection=ConnectionType(
        label=N_("IDGO, devant un CKAN"),
        usual_id="datasud",
        module="aqueduc.platforms.idgo.connection",
        behaviour={
            "hidden-fields": ["schema", "port", "extra"],
            "relabeling": {
                "host": N_("URL de l'API d'IDGO"),
                "login": N_("Compte"),
                "password": N_("Mot de passe"),
            },
            "placeholders": {
                "host": "https://datasud.example/idgo/api",
                "login": N_("compte contributeur et référent de l'organisation"),
            },
        },
        fields={
            "organisation": {
                "label": N_("Organisation"),
                "description": N_("Identifiant de l'organisation de la Ville dans IDGO."),
                "schema": {"type": ["string", "null"]},
            },
            "ckan": {
                "label": N_("URL du CKAN"),
                "description": N_("Le CKAN qu'écrit IDGO, là où le public lit."),
                "schema": {"type": ["string", "null"]},
            },
            "ckan_token": {
                "label": N_("Jeton de CKAN"),
                "description": N_("Du même compte ; nécessaire pour publier des jeux d'accès restreint."),
                "schema": {"type": ["string", "null"], "format": "password"},
            },
        },
    ),
)
