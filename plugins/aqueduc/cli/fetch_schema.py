"""``fetch-schema``: a national schema, brought once into ``include/`` and pinned by its hash."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aqueduc.cli.common import WRONG, AsJson, command, err, out, print_json, print_text, replace_file
from aqueduc.language import N_, Message, _

if TYPE_CHECKING:
    from aqueduc.declaration.national import SchemaPin

_CHANGED = _(
    "{name} {version} n'est plus servi comme il avait été cherché (le {day}) ; rien n'est changé. Pour "
    "prendre ce qui est servi aujourd'hui : --replace"
)
_NO_TABLE = _("{name} {version} n'est pas un Table Schema que Aqueduc puisse lire : {why}")


@command(
    N_(
        "Cherche un schéma national, une fois, et le range dans include/ avec son empreinte.\n\n"
        "Les exécutions n'en lisent ensuite que ces octets-là, sans réseau. Une version plus récente est "
        "annoncée par « check --connect », jamais prise d'elle-même."
    ),
    "fetch-schema",
)
def fetch_schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar=N_("NOM"),
            help=N_("Son nom sur schema.data.gouv.fr, comme etalab/schema-irve-statique."),
        ),
    ],
    version: Annotated[
        str | None,
        typer.Argument(
            metavar="VERSION",
            help=N_("La version ; par défaut, la plus récente."),
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option(
            "--index",
            metavar="URL",
            help=N_("Un autre catalogue que celui de schema.data.gouv.fr, de la même forme."),
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=N_("Prendre ce qui est servi même si cette version était déjà là, autre."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    from aqueduc.declaration.national import build_schema_path, read_pin
    from aqueduc.run import build_workspace_from_environment
    from aqueduc.sources.national import OFFICIAL, download_schema_catalogue, download_schema_version

    include = build_workspace_from_environment().include
    with tempfile.TemporaryDirectory(prefix="aqueduc-") as scratch:
        catalogue = download_schema_catalogue(index or OFFICIAL, Path(scratch))
        wanted = version or catalogue.find_newest_version(name) or ""
        pin, data = download_schema_version(catalogue, name, wanted, Path(scratch))
    words = {
        "name": name,
        "version": wanted,
        "path": f"{include.name}/{build_schema_path(name, wanted)}",
    }
    why = _explain_unusable_schema(data)
    if why is not None:
        raise typer.BadParameter(str(_NO_TABLE.format(**words, why=why)), param_hint="NOM")
    known = read_pin(include, name, wanted)
    if known and known.sha256 != pin.sha256 and not replace:
        print_text(err, _CHANGED.format(**words, day=known.fetched))
        raise typer.Exit(WRONG)
    if (
        known is None
        or known.sha256 != pin.sha256
        or not (include / build_schema_path(name, wanted)).is_file()
    ):
        _write_pinned_schema(include, pin, data)
    _print_schema_pin(pin, words, fresh=known is None or known.sha256 != pin.sha256, as_json=as_json)


def _print_schema_pin(pin: SchemaPin, words: dict[str, str], *, fresh: bool, as_json: bool) -> None:
    if as_json:
        print_json({**pin.__dict__, "path": words["path"], "fresh": fresh})
        return
    print_text(
        out,
        (
            _("{name} {version} : rangé dans {path}") if fresh else _("{name} {version} : déjà là, le même")
        ).format(**words),
    )
    print_text(out, _("À écrire dans la déclaration :"))
    quoted = pin.version if pin.version.count(".") > 1 else f'"{pin.version}"'
    print_text(out, f"  schema: {{national: {pin.name}, version: {quoted}}}")


def _explain_unusable_schema(data: bytes) -> Message | str | None:
    """Why a run could not apply this schema; None when it could."""
    from pydantic import ValidationError

    from aqueduc.declaration.diagnostics.document import UnreadableDocument, parse_document
    from aqueduc.declaration.spec import TableSchema
    from aqueduc.validate.types import find_cell_text_parser

    try:
        schema = TableSchema.model_validate(parse_document(data, "", "{").value)
    except UnreadableDocument as error:
        return error.problem.message()
    except ValidationError as error:
        return ", ".join(dict.fromkeys(".".join(map(str, item["loc"])) for item in error.errors()[:5]))
    unread = [field.name for field in schema.fields if find_cell_text_parser(field) is None]
    return ", ".join(unread) if unread else None


def _write_pinned_schema(include: Path, pin: SchemaPin, data: bytes) -> None:
    """The schema, then its pin: killed in between, the schema is refused until it is fetched again."""
    from aqueduc.declaration.national import build_pin_path, build_schema_path

    for name, content in (
        (build_schema_path(pin.name, pin.version), data),
        (build_pin_path(pin.name, pin.version), pin.to_bytes()),
    ):
        replace_file(include / name, content)
