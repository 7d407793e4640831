"""The report of one run for the data protection officer: what was done to each column and why, what risk is
left, who answered for what. Counts, rules and law; no cell.

The three risks are those of the Article 29 Working Party's opinion 05/2014 on anonymisation techniques.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aqueduc.anonymise.disclosure.judging import Risk, Unmeasurable, measure
from aqueduc.anonymise.wanted import model_of, published_quasi_identifiers
from aqueduc.declaration.model import City, Dataset
from aqueduc.declaration.vocabulary import IDENTIFIERS
from aqueduc.language import ROW, ROWS, counted
from aqueduc.page import Bars, bars, number, rendered, share
from aqueduc.run import Run
from aqueduc.store import Store

STAGES = ("extract", "anonymise", "validate", "scan", "publish")
_NAMES = {"extract": "l'extraction", "anonymise": "l'anonymisation", "validate": "la validation"}
_SURE = {"certain": "sûr", "likely": "probable", "possible": "possible", "noted": "signalé"}
_ANSWERS = {
    "none": "ferme la porte",
    "basis": "couvert par le fondement de la colonne",
    "waiver": "levé nommément",
    "told": "signalé seulement",
}
_WHY = {
    "constant": "ne dit plus rien de la ligne",
    "suppress_under": "protège les petits effectifs",
    "cell": "protège les petits effectifs et qui les domine",
    "drop": "ne sort pas de la Ville",
    "publish": "tenue pour non personnelle par la direction responsable",
    "pseudonym": "reste une donnée personnelle : sort sur un fondement",
    "scrub": "texte libre : les identifiants reconnus sont retirés",
}


def officer_report(dataset: Dataset, city: City, run: Run, store: Store) -> dict[str, Any] | None:
    """The report as data, from what the stages of ``run`` wrote, as far as it went; None for a run that has
    anonymised nothing. Raises StoreError when the validated file is gone."""
    reports = {stage: store.read_report(dataset.id, run.id, stage) or {} for stage in STAGES}
    anonymised, validated, scan = reports["anonymise"], reports["validate"], reports["scan"]
    if not anonymised:
        return None
    sightings = scan.get("sightings", [])
    closed_at = _closed_at(reports)
    after = _after(dataset, store, validated.get("output_sha256"))
    return {
        "kind": "officer",
        "dataset": dataset.id,
        "title": dataset.title,
        "owner": dataset.owner,
        "city": city.name,
        "officer": city.dpo or None,
        "run": run.id,
        "window": reports["extract"].get("window"),
        "at": reports["publish"].get("at"),
        "passed": closed_at is None,
        "closed_at": closed_at,
        "rows": _rows(reports),
        "columns": [_column(item, sightings) for item in anonymised["treatments"]],
        "quasi_identifiers": list(anonymised["quasi_identifiers"]),
        "k": anonymised["k"],
        "risk": {"before": _before(anonymised), "after": after and _measured(after)},
        "classes": [list(one) for one in _histogram(after)] if after else [],
        "loss": anonymised.get("recoding", {}).get("loss"),
        "scope": anonymised.get("recoding", {}).get("scope"),
        "minimality": anonymised.get("recoding", {}).get("minimality"),
        "scanned": {"columns": scan.get("columns"), "rows": scan.get("rows")} if scan else None,
        "sightings": sightings,
        "bases": [
            {"column": item["published_as"], "basis": item["basis"]}
            for item in anonymised["treatments"]
            if item["basis"] and item["published_as"]
        ],
        "findings": [
            _finding(one)
            for report in (anonymised, validated, *([reports["publish"]] if closed_at == "publish" else ()))
            for one in report.get("findings", ())
        ],
        "fingerprint": anonymised["fingerprint"],
        "sha256": validated.get("output_sha256"),
    }


def officer_page(report: Mapping[str, Any]) -> str:
    """The same report as a page of HTML, in French, with nothing to fetch."""
    return rendered(
        "officer.html.j2",
        city=report["city"],
        report=report,
        verdict=_verdict(report),
        risks=list(_risks(report)),
        levels=_levels(report),
        chart=_chart(report),
        identifiers={code: label.fr for code, label in IDENTIFIERS.items()},
        sure=_SURE,
        answers=_ANSWERS,
    )


def keep(dataset: Dataset, city: City, run: Run, store: Store) -> str | None:
    """Writes the report beside the run's others, as JSON and as a page; returns the key of the page."""
    report = officer_report(dataset, city, run, store)
    if report is None:
        return None
    store.write_report(dataset.id, run.id, "officer", report)
    key = store.page_key(dataset.id, run.id, "officer")
    store.write_text(key, officer_page(report))
    return key


def _closed_at(reports: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The stage that did not let the file through. That of the publication judges it again; it may not have
    been reached yet."""
    stages = ["anonymise", "scan", "validate", *(["publish"] if reports["publish"] else [])]
    return next((stage for stage in stages if reports[stage].get("passed") is not True), None)


# --- what is counted --------------------------------------------------------------------------------------


def _rows(reports: Mapping[str, Mapping[str, Any]]) -> dict[str, int | None]:
    extracted, anonymised, validated = (reports[stage] for stage in STAGES[:3])
    stages = (anonymised, validated)
    return {
        "extracted": anonymised["rows_in"] + extracted.get("rejected", 0),
        "published": validated.get("rows_out"),
        "rejected": sum(report.get("rejected", 0) for report in (extracted, *stages)),
        "suppressed": sum(report.get("suppressed", 0) for report in stages),
    }


def _column(treatment: Mapping[str, Any], sightings: list[Mapping[str, Any]]) -> dict[str, Any]:
    kept = treatment["published_as"]
    return {
        **treatment,
        "why": _WHY.get(treatment["rule"], "rendue moins précise avant de sortir"),
        "found": [one for one in sightings if one["column"] == kept],
    }


def _before(anonymised: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the extract would have given away, had its columns left as the rules alone make them."""
    risk = anonymised.get("risk") or {}
    if not risk or not risk["rows"]:
        return None
    return {
        "rows": risk["rows"],
        "classes": risk["classes"],
        "singled_out": risk["alone"] / risk["rows"],
        "below_k": risk["small"] / risk["rows"],
    }


def _after(dataset: Dataset, store: Store, digest: str | None) -> Risk | None:
    """Measured on the file that was kept to be published."""
    names = published_quasi_identifiers(dataset)
    if dataset.privacy is None or not digest or not names:
        return None
    with store.local(f"objects/{digest[:2]}/{digest}.parquet") as path:
        try:
            return measure(path, names, model_of(dataset, dataset.privacy))
        except Unmeasurable:
            return None


def _measured(risk: Risk) -> dict[str, Any]:
    return {
        "rows": risk.rows,
        "classes": risk.classes,
        "smallest": risk.smallest,
        "singled_out": risk.singled_out,
        "below_k": risk.below_k,
        "highest": risk.highest,
        "average": risk.average,
        "inference": [dict(one.__dict__) for one in risk.inference],
    }


def _histogram(risk: Risk) -> Iterator[tuple[str, int]]:
    for bar in risk.histogram:
        if bar.at_most is None:
            label = f"≥ {bar.at_least}"
        else:
            label = str(bar.at_least) if bar.at_least == bar.at_most else f"{bar.at_least}–{bar.at_most}"
        yield label, bar.classes


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {key: finding[key] for key in ("code", "column", "count", "message", "remedy")}


# --- what is said -----------------------------------------------------------------------------------------


def _verdict(report: Mapping[str, Any]) -> tuple[bool, str]:
    if report["passed"]:
        return True, "Tous les contrôles sont passés : ce fichier peut sortir de la Ville."
    if report["closed_at"] == "publish":
        return False, "La publication n'a pas abouti : voir les constats ci-dessous et le rapport du passage."
    where = {"scan": "la recherche de données personnelles", **_NAMES}[report["closed_at"]]
    return False, f"Rien n'a été publié : la porte de {where} est restée fermée."


def _risks(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    before, after = report["risk"]["before"] or {}, report["risk"]["after"] or {}
    yield {
        "name": "Individualisation",
        "means": "des lignes que leurs quasi-identifiants rendent uniques",
        "before": before.get("singled_out"),
        "after": after.get("singled_out"),
    }
    yield {
        "name": "Corrélation",
        "means": f"des lignes qui peuvent être reliées à moins de {report['k'] or 'k'} personnes",
        "before": before.get("below_k"),
        "after": after.get("below_k"),
    }
    for one in after.get("inference", ()):
        yield {
            "name": f"Inférence de « {one['name']} »",
            "means": "des lignes dont le groupe ne montre qu'une valeur : qui le trouve l'apprend",
            "before": None,
            "after": one["certain"],
        }
    if not after.get("inference"):
        yield {
            "name": "Inférence",
            "means": "non mesurée : aucune colonne sensible n'est déclarée (« privacy: sensitive: »)",
            "before": None,
            "after": None,
        }


_CHOICES = {
    "fixed": "Les niveaux de généralisation sont ceux que la déclaration donne : ils ne dépendent pas des "
    "données.",
    "global": "Le niveau de généralisation, le même pour toutes les lignes, est choisi d'après les données "
    "parmi {choices} : ce choix apprend que les autres auraient perdu davantage, ou retiré trop de lignes.",
    "iterative": "Les niveaux de généralisation sont choisis d'après les données, et cela s'apprend : "
    "{rows} sur {of} ({share}) sont publiées à un niveau qui montre que leur groupe ne convenait pas à un "
    "niveau choisi avant.",
    "local": "Les niveaux de généralisation sont choisis d'après les données, groupe par groupe, et cela "
    "s'apprend (A. Cohen, USENIX Security 2022) : pour {rows} sur {of} ({share}), il suffit de connaître la "
    "taille du groupe et les hiérarchies pour savoir que toutes ses lignes, sauf {others} au plus, ont une "
    "même valeur plus précise que celle qui est publiée. Qui connaît mieux la source peut en déduire "
    "davantage.",
}


def _levels(report: Mapping[str, Any]) -> str | None:
    """How the levels of generalisation were chosen, and what that alone gives away; None without any."""
    scope, told = report.get("scope"), report.get("minimality") or {}
    if scope not in _CHOICES or (scope != "fixed" and not told):
        return None
    rows, of = told.get("rows", 0), told.get("of", 0)
    return _CHOICES[scope].format(
        choices=number(told.get("choices", 0)),
        rows=counted(rows, ROW, ROWS).fr,
        of=number(of),
        share=share(rows / of if of else 0.0),
        others=(report["k"] or 1) - 1,
    )


def _chart(report: Mapping[str, Any]) -> Bars | None:
    if not report["classes"]:
        return None
    values = [(label, count) for label, count in report["classes"]]
    small = [label for label, _ in values if _first(label) < (report["k"] or 0)]
    return bars("Nombre de groupes, selon le nombre de lignes qu'ils comptent", values, alarming=small)


def _first(label: str) -> int:
    return int(label.replace("≥ ", "").split("–")[0])
