"""What a letter says that a licence has already given, licence by licence."""

from __future__ import annotations

import pytest

from aqueduc.certify import granted
from aqueduc.store import Store


@pytest.mark.parametrize(
    "licences, said, unsaid",
    [
        (["lov2"], "dans le monde entier et pour une durée illimitée", "ODbL"),
        (["odc-odbl"], "Open Database License (ODbL) » : la réutilisation, aux conditions", "illimitée"),
        (["lov2", "lov2", "cc-by"], "« Creative Commons Attribution »", "Partage"),
    ],
)
def test_what_each_licence_gave_and_no_more(
    licences: list[str], said: str, unsaid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = [(str(rank), {"licence": one}) for rank, one in enumerate(licences)]
    monkeypatch.setattr(granted, "list_certificates", lambda store, dataset: certificates)
    text = granted.describe_granted_rights(["lieux"], Store("memory://"))
    assert said in text and unsaid not in text
    assert text.count("la réutilisation") == len(set(licences))
    assert "ne reprend pas ce droit" in text


@pytest.mark.parametrize("licences", [[], ["other-at"], [""]])
def test_without_an_open_licence_nothing_is_said_to_have_been_given(
    licences: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        granted, "list_certificates", lambda store, dataset: [("1", {"licence": one}) for one in licences]
    )
    assert granted.describe_granted_rights(["lieux"], Store("memory://")) == ""
