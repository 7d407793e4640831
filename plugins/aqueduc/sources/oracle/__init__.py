"""A query on an Oracle of the city's."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.source_kind import DraftOptions, SourceKind, SourceWording
from aqueduc.declaration.spec import Text
from aqueduc.language import N_, _
from aqueduc.sources.databases import TABLE, QueryFile, QuerySource, QuerySpec


class OracleSource(QuerySource):
    kind: Literal["oracle"] = "oracle"
    connection: Text


class OracleSpec(QuerySpec):
    meaning = N_("Une requête sur une base Oracle.")

    source_class: ClassVar = OracleSource

    oracle: Text | None = Field(
        None,
        description=N_("La connexion d'Airflow vers la base Oracle."),
        examples=["ressources_humaines"],
    )
    sql: QueryFile = None

    def build_source(self, sql_path: str, sql: str) -> OracleSource | None:
        return OracleSource(connection=self.oracle, sql_path=sql_path, sql=sql) if self.oracle else None


KIND = SourceKind(
    name="oracle",
    spec=OracleSpec,
    adapter="aqueduc.sources.oracle.adapter:ADAPTER",
    connection_types=("oracle",),
    wording=SourceWording(
        page=_("base Oracle, connexion `{connection}`, requête `{location}`"),
        statement="base de données « {connection} », par la requête {location}, en lecture seule",
        summary=_("base « {connection} », {location}"),
        origin=_("une base Oracle"),
    ),
    example=_("« oracle: ressources_humaines » avec « sql: sql/effectifs.sql »"),
    overrides={"oracle": N_("Une autre connexion vers la base Oracle.")},
    city_override=N_("La connexion de tous les jeux lus dans une base Oracle."),
    draft=DraftOptions(
        help=_("Une base Oracle."),
        target=TABLE,
        module="aqueduc.sources.oracle.drafting:DRAFTING",
        noun="table",
    ),
    extra="oracle",
)
