"""What OpenLineage is told of a task that has ended: where its rows came from, their columns and how many they were, what
was found wrong, what was published. Names, counts and hashes; never a cell, an account or a secret.

Loaded by the provider alone (the extra ``openlineage``), once the task is over: what fails here is a line of its log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.providers.openlineage.extractors import OperatorLineage
from openlineage.client import facet_v2 as facet
from openlineage.client.event_v2 import Dataset as NamedDataset
from openlineage.client.event_v2 import InputDataset, OutputDataset
from openlineage.client.facet_v2 import column_lineage_dataset as columns
from openlineage_sql import parse

from aqueduc.declaration import City, Dataset
from aqueduc.declaration.lineage import (
    list_column_lineage,
    list_row_choosing_columns,
    map_added_columns_to_inputs,
    map_columns_to_treatments,
)
from aqueduc.errors import GateClosed
from aqueduc.language import use_language
from aqueduc.reports import ReportedFinding, build_reported_findings
from aqueduc.sources.adapter import find_source_connection, load_adapter
from aqueduc.validate.findings import RowFinding
from aqueduc_airflow.cities import find_city_of_folder
from aqueduc_airflow.factory import build_dataset_asset
from aqueduc_airflow.operators import ANONYMISE, CERTIFY, EXTRACT, PUBLISH, VALIDATE, build_task_workspace
from aqueduc_airflow.provider import convert_asset_to_openlineage

if TYPE_CHECKING:
    from aqueduc.anonymise.report import AnonymiseReport
    from aqueduc.certify import RunCertificate
    from aqueduc.publish import PublishReport
    from aqueduc.sources.report import ExtractReport
    from aqueduc.validate.report import ValidateReport
    from aqueduc_airflow.operators import StageOperator

EXTRACTED, ANONYMISED, VALIDATED, REJECTED = "extract", "anonymised", "validated", "rejected"
"""Below the name of a dataset: what its stages hand to each other, and the rows that stay in quarantine."""
_READ_BY = {ANONYMISE: EXTRACTED, VALIDATE: ANONYMISED, PUBLISH: VALIDATED, CERTIFY: VALIDATED}
TREATMENT = "treatment"
"""The tag of each column of the extract: what the declaration does with it. One that is dropped has no column after it
of which its lineage could be told."""
_SCHEMA_RULES = {kind.code: kind.rule for kind in RowFinding.iterate_subclasses() if kind.rule}


def build_operator_lineage(operator: StageOperator) -> OperatorLineage:
    """What the task of ``operator`` did; of one that failed, what it read, and why a gate closed. Raises what looking up
    its source does."""
    with use_language(operator.city.language):
        stage = _StageLineage(operator.dataset, operator.city, operator.include)
        describe: dict[str, Callable[[Any], OperatorLineage]] = {
            EXTRACT: stage.describe_extraction,
            ANONYMISE: stage.describe_anonymisation,
            VALIDATE: stage.describe_validation,
            PUBLISH: stage.describe_publication,
            CERTIFY: stage.describe_certification,
        }
        if operator.outcome is not None:
            return describe[operator.task_id](operator.outcome)
        if operator.failure is None:
            return OperatorLineage()
        if operator.task_id == EXTRACT:
            return OperatorLineage(inputs=stage.list_sources())
        closed = operator.failure.findings if isinstance(operator.failure, GateClosed) else ()
        wrong = _build_assertions(build_reported_findings(closed), passed=False)
        return OperatorLineage(inputs=[stage.build_input(_READ_BY[operator.task_id], assertions=wrong)])


@dataclass(frozen=True)
class _StageLineage:
    """The lineage of the stages of ``dataset``, whose own files are named below its asset."""

    dataset: Dataset
    city: City
    include: Path

    # --- the stages

    def list_sources(self, rows: int | None = None) -> list[InputDataset]:
        """The file, the document or the tables that are read, and the files of ``include/`` that are joined to them. Of
        tables nobody knows how many rows a query has read."""
        source = self.dataset.source
        connection = find_source_connection(source, build_task_workspace(self.include).connections)
        address = load_adapter(source).locate(connection, source)
        names, read = [address.name], _build_row_count_facet(rows)
        if source.query is not None:
            found = parse([source.query], dialect=connection.kind).in_tables
            tables = [(table.database or address.name, table.schema, table.name) for table in found]
            if not tables:
                tables = [(address.name, None, source.location)]
            names = [".".join(filter(None, table)) for table in tables]
            read = {}
        at = facet.datasource_dataset.DatasourceDatasetFacet(name=source.connection, uri=address.namespace)
        joined = dict.fromkeys(join.file for join in self.dataset.join)
        return [
            *(InputDataset(address.namespace, name, read, facets={"dataSource": at}) for name in names),
            *(InputDataset(*self._name_included_file(file)) for file in joined),
        ]

    def describe_extraction(self, report: ExtractReport) -> OperatorLineage:
        if report.unchanged:
            return OperatorLineage(inputs=self.list_sources())
        sources = self.list_sources(report.rows + report.rejected)
        facets = {
            **_build_schema_facet(report.columns),
            **self._build_source_column_lineage(sources[0], [name for name, _type in report.columns]),
        }
        extract = self._build_output(EXTRACTED, report.rows, report.output_sha256, facets)
        return OperatorLineage(inputs=sources, outputs=[extract, *self._list_quarantine(report.rejected)])

    def describe_anonymisation(self, report: AnonymiseReport) -> OperatorLineage:
        wrong = _build_assertions(report.findings, passed=report.passed)
        extract = self.build_input(EXTRACTED, report.rows_in, report.input_sha256, wrong)
        treated = map_columns_to_treatments(self.dataset).items()
        extract.facets = {**(extract.facets or {}), "tags": _build_tags(treated)}
        made = {
            one.published_as: [
                self._refer_to(extract, name, one.transformation, str(one.description), masking=one.masking)
                for name in one.inputs
            ]
            for one in list_column_lineage(self.dataset)
        }
        chosen = [
            self._refer_to(extract, name, "FILTER", kind="INDIRECT")
            for name in list_row_choosing_columns(self.dataset)
        ]
        facets = {
            **_build_schema_facet((one.published_as, None) for one in list_column_lineage(self.dataset)),
            **_build_column_lineage_facet(made, chosen),
        }
        kept = self._build_output(ANONYMISED, report.rows_out, report.output_sha256, facets)
        return OperatorLineage(inputs=[extract], outputs=[kept, *self._list_quarantine(report.rejected)])

    def describe_validation(self, report: ValidateReport) -> OperatorLineage:
        found = _build_assertions(report.findings, report.passed, self._list_schema_checks())
        read = self.build_input(ANONYMISED, report.rows_in - report.carried, report.input_sha256, found)
        others = [self._build_published_input(*other) for other in report.references.items()]
        if report.carried:
            others.append(self._build_published_input(self.dataset.id, rows=report.carried))
        corrected = {one.column for one in self.dataset.corrections} if report.corrected else set()
        facets = {**self._build_published_schema(), **self._build_unchanged_lineage(read, corrected)}
        valid = self._build_output(VALIDATED, report.rows_out, report.output_sha256, facets)
        return OperatorLineage(
            inputs=[read, *others], outputs=[valid, *self._list_quarantine(report.rejected)]
        )

    def describe_publication(self, report: PublishReport) -> OperatorLineage:
        read = self.build_input(VALIDATED, sha256=report.input_sha256)
        outputs = []
        for one in (report, *report.elsewhere):
            # What is but linked to was written by nobody here.
            files = [file for file in one.resources if file.sha256]
            size = sum(file.bytes or 0 for file in files)
            rows = None if self.dataset.publication.is_link_to_source else report.rows
            written = facet.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                rowCount=rows, size=size, fileCount=len(files)
            )
            facets = self._build_published_facets(report.revision, read)
            outputs.append(
                OutputDataset(*_name_address(one.record_url), {"outputStatistics": written}, facets=facets)
            )
            outputs += [
                OutputDataset(
                    *_name_address(file.url),
                    {
                        "outputStatistics": facet.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                            rowCount=file.table_rows if file.rows is None else file.rows,
                            size=file.bytes,
                            fileCount=1,
                        )
                    },
                    facets=_build_version_facet(file.sha256),
                )
                for file in files
            ]
        return OperatorLineage(inputs=[read], outputs=outputs)

    def describe_certification(self, certificate: RunCertificate) -> OperatorLineage:
        read = self.build_input(VALIDATED)
        pages = (certificate.record_url, *(other["record_url"] for other in certificate.elsewhere))
        served = [
            InputDataset(*_name_address(page), facets=_build_version_facet(certificate.revision))
            for page in pages
        ]
        facets = self._build_published_facets(certificate.revision, read)
        published = self._build_output("", certificate.balance.published, None, facets)
        return OperatorLineage(inputs=[read, *served], outputs=[published])

    # --- what they read and write

    @property
    def _asset(self) -> NamedDataset:
        asset = build_dataset_asset(self.dataset, self.city, find_city_of_folder(self.include))
        return convert_asset_to_openlineage(asset, None)

    def build_input(
        self,
        stage: str,
        rows: int | None = None,
        sha256: str | None = None,
        assertions: Sequence[Any] = (),
    ) -> InputDataset:
        quality = facet.data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(list(assertions))
        return InputDataset(
            self._asset.namespace,
            f"{self._asset.name}/{stage}",
            {**_build_row_count_facet(rows), **({"dataQualityAssertions": quality} if assertions else {})},
            facets=_build_version_facet(sha256),
        )

    def _build_published_input(
        self, dataset: str, revision: str | None = None, *, rows: int | None = None
    ) -> InputDataset:
        """The revision of a dataset of the city that is online."""
        return InputDataset(
            self._asset.namespace,
            dataset,
            _build_row_count_facet(rows),
            facets=_build_version_facet(revision),
        )

    def _build_output(
        self, stage: str, rows: int, sha256: str | None, facets: Mapping[str, Any]
    ) -> OutputDataset:
        written = facet.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=rows)
        return OutputDataset(
            self._asset.namespace,
            "/".join(filter(None, (self._asset.name, stage))),
            {"outputStatistics": written},
            facets={**_build_version_facet(sha256), **facets},
        )

    def _list_quarantine(self, rejected: int) -> list[OutputDataset]:
        return [self._build_output(REJECTED, rejected, None, {})] if rejected else []

    def _name_included_file(self, path: str) -> tuple[str, str]:
        return self._asset.namespace, f"include/{path}"

    # --- their columns

    def _build_published_schema(self) -> dict[str, Any]:
        fields = self.dataset.table_schema.fields
        return _build_schema_facet((field.name, field.type, field.description) for field in fields)

    def _build_published_facets(self, revision: str | None, read: InputDataset) -> dict[str, Any]:
        owner = facet.ownership_dataset.Owner(name=self.dataset.owner, type="OWNER")
        return {
            **_build_version_facet(revision),
            **self._build_published_schema(),
            **self._build_unchanged_lineage(read),
            "documentation": facet.documentation_dataset.DocumentationDatasetFacet(self.dataset.description),
            "ownership": facet.ownership_dataset.OwnershipDatasetFacet([owner]),
        }

    def _build_unchanged_lineage(self, read: InputDataset, corrected: Iterable[str] = ()) -> dict[str, Any]:
        """``corrected``: the columns of which the city replaced cells."""
        return _build_column_lineage_facet(
            {
                name: [self._refer_to(read, name, "TRANSFORMATION" if name in corrected else "IDENTITY")]
                for name in (field.name for field in self.dataset.table_schema.fields)
            }
        )

    def _build_source_column_lineage(self, source: InputDataset, names: Iterable[str]) -> dict[str, Any]:
        """Nothing where the columns of the source have other names, as those of the tables of a query, or where nobody
        wrote which columns a table brings."""
        if self.dataset.source.query is not None or any(not join.columns for join in self.dataset.join):
            return {}
        added = map_added_columns_to_inputs(self.dataset)
        made = {
            name: [
                self._refer_to(
                    NamedDataset(*self._name_included_file(file)) if file else source,
                    column,
                    "TRANSFORMATION" if name in self.dataset.computed else "IDENTITY",
                )
                for file, column in added.get(name, (("", name),))
            ]
            for name in names
        }
        keys = dict.fromkeys(name for join in self.dataset.join for name in join.on)
        return _build_column_lineage_facet(
            made, [self._refer_to(source, name, "JOIN", kind="INDIRECT") for name in keys]
        )

    def _refer_to(
        self,
        dataset: NamedDataset,
        column: str,
        subtype: str,
        description: str | None = None,
        *,
        kind: str = "DIRECT",
        masking: bool = False,
    ) -> columns.InputField:
        how = columns.Transformation(type=kind, subtype=subtype, description=description, masking=masking)
        return columns.InputField(dataset.namespace, dataset.name, column, [how])

    def _list_schema_checks(self) -> Iterator[tuple[str, str]]:
        """Each rule of Table Schema that a field must obey, with the name of the field."""
        for field in self.dataset.table_schema.fields:
            yield "type", field.name
            for rule in field.constraints.model_dump(by_alias=True, exclude_defaults=True):
                yield rule, field.name


# --- facets -------------------------------------------------------------------------------------------------


def _name_address(url: str) -> tuple[str, str]:
    """The namespace and the name of what is served at ``url``, without the account and what follows « ? »."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", parts.path.strip("/")


def _build_row_count_facet(rows: int | None) -> dict[str, Any]:
    read = facet.input_statistics_input_dataset.InputStatisticsInputDatasetFacet(rowCount=rows)
    return {} if rows is None else {"inputStatistics": read}


def _build_version_facet(version: str | None) -> dict[str, Any]:
    return {"version": facet.dataset_version_dataset.DatasetVersionDatasetFacet(version)} if version else {}


def _build_schema_facet(fields: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Of (name, type) pairs, some with a description."""
    described = [
        facet.schema_dataset.SchemaDatasetFacetFields(name, kind, next(iter(more), None) or None)
        for name, kind, *more in fields
    ]
    return {"schema": facet.schema_dataset.SchemaDatasetFacet(described)}


def _build_column_lineage_facet(
    made: Mapping[str, list[columns.InputField]], chosen: Sequence[columns.InputField] = ()
) -> dict[str, Any]:
    """``chosen``: the columns that say which rows there are."""
    fields = {name: columns.Fields(inputs) for name, inputs in made.items()}
    return {"columnLineage": columns.ColumnLineageDatasetFacet(fields, list(chosen))}


def _build_tags(treated: Iterable[tuple[str, str]]) -> Any:
    tag = facet.tags_dataset.TagsDatasetFacetFields
    return facet.tags_dataset.TagsDatasetFacet(
        [tag(TREATMENT, str(what), source="AQUEDUC", field=name) for name, what in treated]
    )


def _build_assertions(
    findings: Sequence[ReportedFinding], passed: bool, checks: Iterable[tuple[str, str]] = ()
) -> list[Any]:
    """One for each finding, with how many rows it is about, and one for each of the ``checks`` that found nothing."""
    make = facet.data_quality_assertions_dataset.Assertion
    broken = {(_SCHEMA_RULES.get(one.code, one.code), one.column) for one in findings}
    return [
        *(make(rule, success=True, column=column) for rule, column in checks if (rule, column) not in broken),
        *(
            make(
                _SCHEMA_RULES.get(one.code, one.code),
                success=False,
                column=one.column,
                severity="warn" if passed else "error",
                actual=str(one.count),
                description=one.message,
            )
            for one in findings
        ),
    ]
