"""``sweep``: what killed runs left, counted and never named."""

from __future__ import annotations

import os
import time

from tests.cli.office import SURNAMES, Office


def test_a_sweep_counts_what_it_destroys_and_names_nothing(office: Office) -> None:
    vault = office.desk.place.vault
    for name in SURNAMES:
        vault.write_text(f"raw/{name.lower()}/{name}/raw.parquet", name)
    vault.write_text(f"rejected/{SURNAMES[0].lower()}/r/validate.parquet", SURNAMES[0])
    old = time.time() - 31 * 86_400
    os.utime(vault._build_full_path(f"rejected/{SURNAMES[0].lower()}/r/validate.parquet"), (old, old))
    with vault.hold_run_folder_lease("jeu", "essai", resumable=True):
        vault.write_text("raw/jeu/essai/raw.parquet", SURNAMES[1])
    said = office.aqueduc("sweep")
    assert said.code == 0, said.all
    assert said.out.splitlines() == [
        "Détruits : 5 extraits bruts, 0 dossier temporaire.",
        "Lignes rejetées gardées assez longtemps, effacées : 1 exécution.",
        "Gardé, car une exécution y travaille : 1 extrait brut.",
    ]
    assert not any(name.lower() in said.all.lower() for name in SURNAMES)
    again = office.aqueduc("sweep", "--json").json
    assert again == {"raw": 0, "scratch": 0, "rejected": 0, "alive": 1, "failed": 0, "forgotten": 0}


def test_a_sweep_in_a_vault_that_cannot_be_written_says_so(office: Office) -> None:
    elsewhere = office.desk.include.parent / "fichier"
    elsewhere.touch()
    said = office.aqueduc("sweep", AQUEDUC_VAULT=elsewhere.as_uri())
    assert said.code == 1
    assert "[depot-en-lecture-seule]" in said.all and "Que faire" in said.all
    assert "Traceback" not in said.all


def test_revisions_are_swept_where_the_city_says_for_how_long(office: Office) -> None:
    path = office.desk.include / "city.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "revision_days: 400\n", encoding="utf-8")
    said = office.aqueduc("sweep")
    assert "Révisions remplacées gardées assez longtemps, effacées : 0 fichier, 0,0 Mo." in said.out
    assert "revisions" not in office.aqueduc("sweep", "--json").json, "once a week"
