"""``history``: what the ledger of a dataset says, entry by entry; or what was online on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from aqueduc.cli.common import (
    WRONG,
    AsJson,
    DatasetName,
    build_unknown_dataset_error,
    command,
    err,
    format_local_moment,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, Message, Sentence, _, build_row_count_message, format_localised_day, n_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aqueduc.certify.history import DatasetHistory, HistoryEvent, OnlineFile, OnlinePeriod

_BROKEN = _(
    "Le registre de ce jeu ne se vérifie pas : ce qui suit ne prouve rien. Voir « aqueduc verify {} »."
)

_ENDINGS = {
    "replaced": _("remplacée le {}"),
    "hidden": _("cachée le {}"),
    "withdrawn": _("retirée du public le {}"),
}
_NOTICED = {
    "hidden": _("vue en ligne pour la dernière fois le {end}, constatée cachée le {noticed}"),
    "absent": _("vue en ligne pour la dernière fois le {end}, constatée absente le {noticed}"),
}
_OUTLIVED = {
    "replaced": _("remplacée le {} : ses fichiers ont pu se lire encore à leur propre adresse"),
    "hidden": _("cachée le {} : ses fichiers ont pu se lire encore à leur propre adresse"),
}


@command(
    N_(
        "Raconte un jeu d'après son registre, ou montre ce qui en était en ligne un jour donné.\n\n"
        "Avec --on : la ou les révisions de ce jour, de minuit à minuit à l'heure de la Ville, leurs "
        "fichiers avec leur empreinte et leur adresse, et depuis quand jusqu'à quand. Un début est "
        "l'instant de la relecture : pendant l'écriture qui précède, la plateforme a pu servir les "
        "nouveaux fichiers quelques minutes plus tôt."
    )
)
def history(
    dataset: DatasetName,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help=N_("Le jour à montrer, comme 2026-03-01, à l'heure de la Ville."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.certify.history import read_history

    workspace, loaded = open_workspace_and_city()
    signing, timezone = loaded.city.signing, loaded.city.timezone
    if on is not None and on.date() > workspace.clock().astimezone(ZoneInfo(timezone)).date():
        raise typer.BadParameter(str(_("ce jour n'est pas encore venu.")))
    if (
        not workspace.store.list_ledger_entry_keys(dataset)
        and not (workspace.include / "datasets" / f"{dataset}.yaml").is_file()
    ):
        raise build_unknown_dataset_error(dataset, workspace.include)
    told = read_history(workspace.store, dataset, signing.keys if signing else ())
    if not as_json and not told.holds:
        print_text(err, _BROKEN.format(dataset), style="red")
    if on is None:
        _print_timeline(told, timezone, as_json=as_json)
    else:
        _print_revisions_online_on_day(told, on.date(), timezone, as_json=as_json)
    if not told.holds:
        raise typer.Exit(WRONG)


def _print_timeline(told: DatasetHistory, timezone: str, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "dataset": told.dataset,
                "holds": told.holds,
                "unreadable": told.unreadable,
                "entries": [event.to_json() for event in told.events],
            }
        )
        return
    for event in told.events:
        print_text(out, _format_event(event, timezone))
    if not told.events:
        print_text(err, _("« {} » n'a encore rien publié qui soit certifié.").format(told.dataset))
    if told.unreadable:
        print_text(
            err,
            n_(
                "{count} entrée illisible n'est pas montrée.",
                "{count} entrées illisibles ne sont pas montrées.",
                told.unreadable,
            ),
            style="red",
        )


def _format_event(event: HistoryEvent, timezone: str) -> str:
    revision = f"  {event.revision[:12]}" if event.revision else ""
    return (
        f"{format_local_moment(event.at.isoformat(), timezone)}{revision}  {event.event_label}  ({event.run})"
    )


def _print_revisions_online_on_day(told: DatasetHistory, day: date, timezone: str, *, as_json: bool) -> None:
    from aqueduc.certify.history import compute_day_bounds

    start, end = compute_day_bounds(day, timezone)
    periods = told.list_online_periods(start, end)
    if as_json:
        print_json(
            {
                "dataset": told.dataset,
                "on": day.isoformat(),
                "from": start.isoformat(),
                "until": end.isoformat(),
                "holds": told.holds,
                "online": [period.to_json() for period in periods],
            }
        )
        return
    for period in periods:
        _print_online_period(
            period, timezone, _OUTLIVED if told.may_files_have_outlived_period(period) else _ENDINGS
        )
    if not periods:
        print_text(out, _explain_nothing_online(told, day, start, timezone))


def _print_online_period(period: OnlinePeriod, timezone: str, endings: Mapping[str, Message]) -> None:
    start = format_local_moment(period.start.isoformat(), timezone)
    print_text(
        out,
        _("Révision {revision}, {rows}, accès {access}, licence {licence} : {url}").format(
            revision=period.revision[:12],
            rows=build_row_count_message(period.rows),
            access=period.access,
            licence=period.licence,
            url=period.record_url,
        ),
        style="bold",
    )
    print_text(out, "  " + str(_("en ligne depuis le {}").format(start)))
    print_text(out, f"  {_describe_end_of_period(period, timezone, endings)}")
    for one in period.sighted:
        what = " ; ".join(one.differences) or _("de nouveau tel que certifié")
        told = _("constaté sur « {platform} » le {at} : {what}")
        at = format_local_moment(one.at.isoformat(), timezone)
        print_text(out, "  " + str(told.format(platform=one.platform, at=at, what=what)))
    print_text(out, "  " + str(_("certificat {} ({})").format(period.entry, period.run)))
    for file in period.files:
        print_text(out, f"    {file.platform}  {file.url}\n      {_format_file_sha256(file)}")


def _describe_end_of_period(period: OnlinePeriod, timezone: str, endings: Mapping[str, Message]) -> Sentence:
    end, noticed, confirmed = (
        format_local_moment(at.isoformat(), timezone) if at else ""
        for at in (period.end, period.noticed, period.confirmed)
    )
    if not period.end:
        return _("encore en ligne (vérifié pour la dernière fois le {})").format(confirmed)
    if period.noticed:
        return _NOTICED[period.ending].format(end=end, noticed=noticed)
    return endings[period.ending].format(end)


def _format_file_sha256(file: OnlineFile) -> str:
    if not file.sha256:
        return str(_("lien : ce qu'il servait n'a pas été gardé"))
    return str(_("sha256 {} (lien, tel que relu)") if file.link else Message("sha256 {}")).format(file.sha256)


def _explain_nothing_online(told: DatasetHistory, day: date, start: datetime, timezone: str) -> str:
    before = [period for period in told.periods if period.start < start]
    if not before:
        first = told.periods[0].start if told.periods else None
        if first is None:
            return str(_("Rien de ce jeu n'a encore été publié et certifié."))
        return str(
            _(
                "Rien de ce jeu n'était encore en ligne le {} : la première révision certifiée est du {}."
            ).format(format_localised_day(day), format_local_moment(first.isoformat(), timezone))
        )
    last = max(before, key=lambda one: one.end or start)
    if last.noticed:
        said = _("Aucune fiche de ce jeu n'est connue en ligne le {day} : la dernière, {ending}.")
        return str(
            said.format(
                day=format_localised_day(day), ending=_describe_end_of_period(last, timezone, _ENDINGS)
            )
        )
    hidden = [one for one in before if one.ending == "hidden"]
    if any(one.removed is None or one.removed > start for one in hidden):
        said = _(
            "Aucune fiche de ce jeu n'était en ligne le {} : la dernière était cachée depuis le {} ; des fichiers ont "
            "pu se lire encore à leur propre adresse."
        )
        since = max(one.end or start for one in before)
    else:
        said = _("Rien de ce jeu n'était en ligne le {} : il était retiré depuis le {}.")
        since = max(one.removed or one.end or start for one in before)
    return str(said.format(format_localised_day(day), format_local_moment(since.isoformat(), timezone)))
