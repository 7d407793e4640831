"""``backup`` at the prompt: what it says, and its exit codes. What it does: ``tests/test_backup.py``."""

from __future__ import annotations

from pathlib import Path

from tests.cli.office import Office


def test_it_says_what_it_copied_and_why_it_refuses(office: Office, tmp_path: Path) -> None:
    office.desk.place.vault.write("corrections.json", b"{}")
    folder = str(tmp_path / "sauvegarde")
    said = office.aqueduc("backup", folder)
    assert said.code == 0, said.all
    assert (
        f"Sauvegardé dans {folder} : 0 document, 0 fichier de révisions, 1 fichier du coffre ; 0 registre."
        in (" ".join(said.out.split()))
    )
    refused = office.aqueduc("backup", folder, "--restore", "--json")
    assert refused.code == 1
    assert refused.json["error"]["code"] == "depot"
    assert "n'est pas vide" in refused.json["error"]["message"]
    assert "--by" in office.aqueduc("backup", "--resume").err
