"""Cross-checks of a source of which only the changed rows are read: what is published has to be what a reading of all
would have made of it, row by row."""

from collections.abc import Iterator

from aqueduc.declaration.confidentiality import check_cited_column_exists
from aqueduc.declaration.diagnostics.catalogue import (
    WatermarkAddedColumn,
    WatermarkDeletions,
    WatermarkNeedsWhole,
    WatermarkProbe,
    WatermarkRejections,
    WatermarkWindow,
    WatermarkWithoutKey,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.sections import PartialDeclaration
from aqueduc.declaration.spec import WatermarkSettings
from aqueduc.language import Message, _, format_declared_share

_PATH: PathKey = ("source", "watermark")


def check_watermark(collector: ProblemCollector, sections: PartialDeclaration) -> None:
    """Complains of what does not go with a watermark, where the source has one."""
    watermark = sections.source.watermark if sections.source else None
    if watermark is None:
        return
    if sections.resolved.windowed:
        collector.add_key_problem(_PATH, WatermarkWindow)
    if collector.tree.has_path(("source", "probe")):
        collector.add_key_problem(("source", "probe"), WatermarkProbe)
    if not sections.spec.key:
        collector.add_key_problem(_PATH, WatermarkWithoutKey)
    if sum(collector.tree.has_path((*_PATH, key)) for key in ("full_every", "deletions")) != 1:
        collector.add_key_problem(_PATH, WatermarkDeletions)
    if sections.spec.reject_at_most:
        share = format_declared_share(sections.spec.reject_at_most)
        collector.add_key_problem(("reject_at_most",), WatermarkRejections, share=share)
    _check_watermark_column(collector, sections, watermark)
    for path, what in _list_settings_requiring_full_read(sections):
        collector.add_key_problem(path, WatermarkNeedsWhole, what=what)


def _check_watermark_column(
    collector: ProblemCollector, sections: PartialDeclaration, watermark: WatermarkSettings
) -> None:
    path, name = (*_PATH, "column"), watermark.column
    if watermark.lacks_any_key("column"):
        return
    brought = {column for join in sections.spec.join for column in join.columns}
    if name in sections.spec.computed or name in brought:
        collector.add_value_problem(path, WatermarkAddedColumn, name=name)
    elif sections.columns is not None:
        check_cited_column_exists(collector, sections.columns, path, "column", name, dropped=True)


def _list_settings_requiring_full_read(sections: PartialDeclaration) -> Iterator[tuple[PathKey, Message]]:
    if sections.spec.privacy is not None:
        yield ("privacy",), _("« privacy » compte les lignes semblables du jeu entier")
    for column in sections.columns.kept_columns if sections.columns else ():
        if not column.rule.is_stable_across_extracts:
            yield (
                ("columns", column.name),
                _("la règle de « {name} » ({rule}) dépend d'autres lignes, ou du moment").format(
                    name=column.name, rule=column.rule.spelling.word
                ),
            )
    if sections.publication is not None and sections.publication.is_link_to_source:
        yield ("publish",), _("le lien montre la source entière")
