"""``fetch-schema``: a national schema, brought once into ``include/`` and pinned by its hash."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aqueduc.cli.common import WRONG, AsJson, answer, command, err, out, replace_file, say
from aqueduc.language import N_, Message, _

if TYPE_CHECKING:
    from aqueduc.declaration.national import Pin

_FETCHED = _("{name} {version} : rangé dans {path}")
_ALREADY = _("{name} {version} : déjà là, le même")
_CHANGED = _(
    "{name} {version} n'est plus servi comme il avait été cherché (le {day}) ; rien n'est changé. Pour "
    "prendre ce qui est servi aujourd'hui : --replace"
)
_NO_TABLE = _("{name} {version} n'est pas un Table Schema que Aqueduc puisse lire : {why}")
_WRITE = _("À écrire dans la déclaration :")


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
    from aqueduc.declaration.national import read_pin, schema_path_in_include
    from aqueduc.run import find_workspace
    from aqueduc.sources.national import OFFICIAL, fetch, read_catalogue

    include = find_workspace().include
    with tempfile.TemporaryDirectory(prefix="aqueduc-") as scratch:
        catalogue = read_catalogue(index or OFFICIAL, Path(scratch))
        wanted = version or catalogue.newest(name) or ""
        pin, data = fetch(catalogue, name, wanted, Path(scratch))
    words = {
        "name": name,
        "version": wanted,
        "path": f"{include.name}/{schema_path_in_include(name, wanted)}",
    }
    why = _unusable(data)
    if why is not None:
        raise typer.BadParameter(str(_NO_TABLE.format(**words, why=why)), param_hint="NOM")
    known = read_pin(include, name, wanted)
    if known and known.sha256 != pin.sha256 and not replace:
        say(err, _CHANGED.format(**words, day=known.fetched))
        raise typer.Exit(WRONG)
    if (
        known is None
        or known.sha256 != pin.sha256
        or not (include / schema_path_in_include(name, wanted)).is_file()
    ):
        _keep(include, pin, data)
    _tell(pin, words, fresh=known is None or known.sha256 != pin.sha256, as_json=as_json)


def _tell(pin: Pin, words: dict[str, str], *, fresh: bool, as_json: bool) -> None:
    if as_json:
        answer({**pin.__dict__, "path": words["path"], "fresh": fresh})
        return
    say(out, (_FETCHED if fresh else _ALREADY).format(**words))
    say(out, _WRITE)
    quoted = pin.version if pin.version.count(".") > 1 else f'"{pin.version}"'
    say(out, f"  schema: {{national: {pin.name}, version: {quoted}}}")


def _unusable(data: bytes) -> Message | str | None:
    """Why a run could not apply this schema; None when it could."""
    from pydantic import ValidationError

    from aqueduc.declaration.diagnostics.document import Unreadable, parse
    from aqueduc.declaration.spec import TableSchema
    from aqueduc.validate.types import find_text_reader

    try:
        schema = TableSchema.model_validate(parse(data, "", "{").value)
    except Unreadable as error:
        return error.problem.message()
    except ValidationError as error:
        places = [".".join(map(str, item["loc"])) for item in error.errors()[:5]]
        return ", ".join(dict.fromkeys(places))
    unread = [field.name for field in schema.fields if find_text_reader(field) is None]
    return ", ".join(unread) if unread else None


def _keep(include: Path, pin: Pin, data: bytes) -> None:
    """The schema, then its pin: killed in between, the schema is refused until it is fetched again."""
    from aqueduc.declaration.national import pin_file, schema_path_in_include

    for name, content in (
        (schema_path_in_include(pin.name, pin.version), data),
        (pin_file(pin.name, pin.version), pin.to_bytes()),
    ):
        replace_file(include / name, content)
