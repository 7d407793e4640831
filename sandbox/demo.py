"""`make demo`: a city and a region on one machine, every dataset published through Airflow, and the proof."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.text import Text

from aqueduc.store import Store, Vault
from sandbox import demo_setup, processes
from sandbox.agreements import seed_agreements
from sandbox.demo_display import Display, failures_of, table_of
from sandbox.demo_results import Result, results
from sandbox.demo_runs import Progress, failures, read_datasets, run_all
from sandbox.demo_setup import Sandbox

_TIMEOUT_S = 900  # for 200,000 to a million transactions
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def demo(root: Path, *, scale: float, once: bool, kind: str, console: Console) -> int:
    """Runs the demonstration on a region of this ``kind``; 0 only if every dataset is published and was read
    back.

    Stays up until Ctrl-C (or SIGTERM) unless ``once``; interrupted before, it ends at once with 130. Stops
    all it started, however it ends.
    """
    began = time.monotonic()
    with processes.stopped_with_us():
        _exit_when_interrupted()
        code = _demo(root, scale, kind, console, began)
        if not once:
            console.print("\nTout reste en marche : [bold]Ctrl-C[/bold] pour arrêter.")
            _wait()
        console.print("Arrêt de la Ville, de la Région et d'Airflow…")
    return code


def _demo(root: Path, scale: float, kind: str, console: Console, began: float) -> int:
    def tell(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.1f} s[/dim]  {text}", highlight=False)

    console.print("Mise en place (quelques minutes la première fois)…")
    sandbox = demo_setup.start(root, scale=scale, kind=kind, tell=tell)
    city, datasets = read_datasets(sandbox.layout.include)
    api, store = sandbox.api(), Store(sandbox.layout.store.as_uri())
    sown = seed_agreements(sandbox.layout.include, store, Vault(sandbox.layout.vault.as_uri()))
    tell(f"Accords de la démonstration : {sown} semés (personne n'a décidé)")
    console.print(f"\nExécution des {len(datasets)} jeux de données par Airflow ({sandbox.airflow.url})\n")
    with Display(console) as display:
        followed = run_all(
            api,
            datasets,
            city,
            store=store,
            watch=display.watch,
            timeout=_TIMEOUT_S * max(1, scale / 5),
        )
    for progress in followed:
        if found := failures(api, progress):
            console.print("\n", failures_of(progress, found), sep="")
    lines = results(store, followed)
    console.print()
    console.print(table_of(lines, console.width))
    _conclude(console, lines, followed, time.monotonic() - began)
    describe(sandbox, console)
    return 0 if all(line.published for line in lines) else 1


def _conclude(console: Console, lines: list[Result], followed: list[Progress], seconds: float) -> None:
    published = sum(line.published for line in lines)
    unchanged = sum(line.unchanged for line in lines)
    style = "bold green" if published == len(lines) else "bold red"
    text = Text(f"{published} jeux sur {len(lines)} publiés et relus", style=style)
    if unchanged:
        text.append(f", dont {unchanged} sans rien de nouveau à publier : rien n'y a été récrit")
    runs = sum(len(progress.runs) for progress in followed)
    console.print(text.append(f" ({runs} exécutions, {seconds:.0f} s en tout)."))


def describe(sandbox: Sandbox, console: Console) -> None:
    """Addresses, accounts and folders."""
    airflow = sandbox.airflow
    console.print("\n[bold]Où regarder[/bold]")
    for title, where in (
        ("Airflow", f"{airflow.url}   {airflow.user} / {airflow.password}"),
        *sandbox.region.addresses(),
        ("API de la Ville", sandbox.city.api_url),
        ("Base de la Ville", sandbox.city.dsn),
        ("Dossier de dépôt", str(sandbox.city.drop_folder)),
        ("Courriels envoyés", str(sandbox.city.mail_folder)),
        ("Certificats", str(sandbox.layout.store / "datasets")),
    ):
        console.print(f"  {title:<18} {where}", highlight=False, soft_wrap=True)


def _exit_when_interrupted() -> None:
    """SIGTERM does as Ctrl-C does; Ctrl-C works even where a shell has it ignored (a job in background).

    At once: threads that set servers up would be waited for. What they started, the guard stops. From a
    thread: this one may itself be starting a server, which has to be written down first.
    """

    def leave(_: int, __: FrameType | None) -> None:
        os.write(sys.stdout.fileno(), b"\nInterrompu.\n")
        threading.Thread(target=processes.exit_now, args=(130,)).start()

    for number in _SIGNALS:
        signal.signal(number, leave)


def _wait() -> None:
    """Until a signal, which ends the demonstration and changes nothing of how it went."""
    asked = threading.Event()
    for number in _SIGNALS:
        signal.signal(number, lambda *_: asked.set())
    asked.wait()
