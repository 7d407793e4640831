"""What a platform says, in the words of a declaration: one that is sure, or a choice."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from aqueduc.declaration.spec import RecordAdoption
from aqueduc.draft.adoption import format_yaml_entry, rank_draftable_resources
from aqueduc.publish.adoption import (
    AdoptableResource,
    find_frequency_candidates,
    find_licence_candidates,
    find_theme_candidates,
)
from aqueduc.publish.context import find_first_publication_day
from aqueduc.publish.planning.plan import pair_resources
from tests.publish.test_publish_plan import observed, resource, there, wanted

LOV2 = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"


@pytest.mark.parametrize(
    "said, address, word",
    [
        ("lov2", None, "lov2"),
        ("etalab-2.0", None, "lov2"),
        ("fr-lo-2", f"{LOV2}/", "lov2"),
        ("http://www.etalab.gouv.fr/licence-ouverte-open-licence", None, "lov2"),
        ("fr-lo", "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf", ""),
        ("cc-by", None, "cc-by"),
        ("cc-by-nc", None, ""),
        ("notspecified", "", ""),
        ("", None, ""),
    ],
)
def test_a_licence_is_never_another_version(said: str, address: str | None, word: str) -> None:
    assert find_licence_candidates(said, [address]).single_candidate_word == word


@pytest.mark.parametrize(
    "said, words",
    [
        ("http://publications.europa.eu/resource/authority/frequency/MONTHLY", ("monthly",)),
        ("monthly", ()),
        ("unknown", ()),
        ("http://publications.europa.eu/resource/authority/frequency/UNKNOWN", ()),
        ("", ()),
    ],
)
def test_a_frequency_is_of_the_union_or_of_the_platform(said: str, words: tuple[str, ...]) -> None:
    assert find_frequency_candidates(said).words == words


def test_a_frequency_with_two_meanings_is_a_choice() -> None:
    found = find_frequency_candidates("continuously", {"continuously": ("continuous", "hourly")})
    assert (found.single_candidate_word, found.words) == ("", ("continuous", "hourly"))


def test_a_theme_is_a_code_of_the_union_or_what_a_category_leaves_open() -> None:
    code = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
    assert (
        find_theme_candidates([code]).single_candidate_word
        == find_theme_candidates(["ENVI"]).single_candidate_word
        == "ENVI"
    )
    assert find_theme_candidates([], "environnement-et-climat").single_candidate_word == "ENVI"
    assert find_theme_candidates([], "citoyennete-et-democratie").words == ("JUST", "SOCI")
    assert find_theme_candidates([""]).words == ()


@pytest.mark.parametrize(
    "said, url, word",
    [
        ("CSV", "https://ville.example/x", "csv"),
        ("text/csv", "https://ville.example/x", "csv"),
        ("Tableur", "https://ville.example/a/Arbres.XLSX", "xlsx"),
        ("", "https://ville.example/arbres.geojson?v=2", "geojson"),
        ("", "https://ville.example", ""),
        ("PDF", "https://ville.example/x.pdf", "pdf"),
        ("SHP", "https://ville.example/quartiers.zip", "zip"),
        ("", "https://ville.example/arbres.ods", "ods"),
    ],
)
def test_a_format_is_known_whatever_people_wrote(said: str, url: str, word: str) -> None:
    made = AdoptableResource("1", "Fichier", said, url, hosted=False)
    assert made.normalised_format_name == word
    assert "/" not in made.filename and "." in made.filename


def test_the_file_that_is_read_first_is_the_surest() -> None:
    words = ("PDF", "SHP", "JSON", "XLSX", "TXT", "CSV")
    made = [
        AdoptableResource(word, "", word, f"https://ville.example/x.{word.lower()}", hosted=True)
        for word in words
    ]
    assert [one.id for one in rank_draftable_resources(made)] == ["TXT", "CSV", "XLSX", "JSON"]
    assert [one.id for one in rank_draftable_resources(made, "PDF")] == ["PDF"]


def test_a_text_of_several_lines_is_written_as_people_read_it() -> None:
    assert format_yaml_entry("description", "Un.\r\n\r\nDeux : « trois »  ") == [
        "description: |-",
        "  Un.",
        "",
        "  Deux : « trois »",
    ]
    assert format_yaml_entry("title", "oui: non # rien") == ["title: 'oui: non # rien'"]
    assert format_yaml_entry("title", "- un\n  deux")[0] == "title: |-"


def test_only_the_resources_that_are_named_are_taken_over() -> None:
    first, second = there("4", "CSV", managed=False), there("5", "CSV", managed=False)
    found, both = observed(first, second), wanted(resource("CSV"), resource("XLSX"))
    adoption = RecordAdoption(record="r", resources={"CSV": "5"})
    assert pair_resources(both, found, adoption=adoption).of == (second, None)
    assert pair_resources(both, found, adoption=RecordAdoption(record="r")).of == (None, None)


def test_one_that_is_ours_already_follows_what_became_of_it() -> None:
    """Its format may have changed since it was taken over."""
    ours = there("5", "Parquet")
    adoption = RecordAdoption(record="r", resources={"csv": "5"})
    both = wanted(resource("CSV"), resource("Parquet"))
    assert pair_resources(both, observed(ours), adoption=adoption).of == (None, ours)


def test_a_takeover_that_died_half_way_goes_on() -> None:
    ours, theirs = there("4", "CSV"), there("5", "XLSX", managed=False)
    adoption = RecordAdoption(record="r", resources={"csv": "4", "xlsx": "5"})
    both = wanted(resource("CSV"), resource("XLSX"))
    assert pair_resources(both, observed(ours, theirs), adoption=adoption).of == (ours, theirs)


@pytest.mark.parametrize(
    "said, day",
    [
        ({"dataset_publication_date": "2018-03-04", "metadata_created": "2020-01-01T00:00:00"}, "2018-03-04"),
        ({"issued": "2017-02-01T10:00:00", "metadata_created": "2020-01-01T00:00:00"}, "2017-02-01"),
        ({"metadata_created": "2020-06-30T22:30:00.123456"}, "2020-07-01"),
        ({"metadata_created": "2020-06-30T22:30:00+02:00"}, "2020-06-30"),
        ({"issued": "printemps 2017", "metadata_created": "hier"}, None),
        ({}, None),
    ],
)
def test_the_first_day_is_what_the_platform_says(said: dict[str, str], day: str | None) -> None:
    found = find_first_publication_day(observed(extras=said), ZoneInfo("Europe/Paris"))
    assert (found and found.isoformat()) == day
    assert find_first_publication_day(None, ZoneInfo("Europe/Paris")) is None
