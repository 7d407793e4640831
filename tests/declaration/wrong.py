"""Declarations that are wrong in one way each, as stewards write them, around one that is right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CITY = """\
name: Ville d'Essai
organisation: ville-d-essai
siren: "211300017"
insee: "13001"
bbox: [5.27, 43.44, 5.51, 43.63]
convention:
  partner: Région
  notified: 2026-01-15
  project_lead: donnees@region.example
platforms:
  datasud: {type: ckan, connection: datasud}
defaults:
  licence: lov2
  contact: opendata@ville.example
  platform: datasud
connections:
  datasud: portail de la Région
  depot: dossier partagé
  urbanisme: base de l'urbanisme
  mobilite: API de la mobilité
  sel: clé des pseudonymes
environments:
  recette: {}
"""

DATASET = """\
title: Arbres d'alignement
description: Les arbres que la Ville entretient.
owner: Direction des espaces verts
theme: ENVI
keywords: [arbres, nature]
cadence: monthly
source:
  file: depot
  path: arbres.csv
key: [id]
columns:
  id: publish
  espece: publish
  plantation: {generalise: year, as: annee}
  planteur: drop
  lon: publish
  lat: publish
geometry: {longitude: lon, latitude: lat}
schema: schemas/arbres.json
publish:
  mode: upload
  formats: [csv]
"""

SCHEMA = """\
{
  "fields": [
    {"name": "id", "type": "string"},
    {"name": "espece", "type": "string"},
    {"name": "annee", "type": "year"},
    {"name": "lon", "type": "number"},
    {"name": "lat", "type": "number"}
  ],
  "primaryKey": ["id"]
}
"""

SET = """\
description: Qui a planté, et d'où vient l'arbre.
columns:
  planteur: drop
  pepiniere: drop
"""

QUERY = "SELECT id, espece, plantation, planteur, lon, lat FROM arbre\n"
FROM_DATABASE = {"  file: depot\n  path: arbres.csv": "  postgres: urbanisme\n  sql: sql/arbres.sql"}
FROM_API = {"  file: depot\n  path: arbres.csv": "  http: mobilite\n  path: /arbres"}


def pinned(name: str, version: str, text: str) -> str:
    """What says that ``text`` was fetched as that version."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(
        {
            "name": name,
            "version": version,
            "sha256": digest,
            "url": "https://schemas.example/arbres.json",
            "index": "https://schemas.example/schemas.json",
            "fetched": "2026-03-01",
        }
    )


def national(text: str, name: str = "ville/schema-arbres", version: str = "1.0.0") -> dict[str, str | bytes]:
    """The two files of a national schema that was fetched."""
    start = f"schemas/national/{name}/{version}"
    return {f"{start}.json": text, f"{start}.pin.json": pinned(name, version, text)}


OUTLETS = {
    "defaults:": "outlets:\n  web: {folder: /srv/www/donnees, url: 'https://data.ville.fr/donnees'}\ndefaults:"
}


@dataclass(frozen=True)
class Case:
    """What is changed in the right declaration: old text → new text, for each of its files.

    ``files``: other files of include/, whole. ``environment``: the one it is read for.
    """

    name: str
    dataset: Mapping[str, str] = field(default_factory=dict)
    city: Mapping[str, str] = field(default_factory=dict)
    schema: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    environment: str = ""

    def write(self, include: Path) -> Path:
        """Writes the whole city below ``include``; gives the declaration."""
        texts: dict[str, str | bytes] = {
            "city.yaml": changed(CITY, self.city),
            "datasets/arbres.yaml": changed(DATASET, self.dataset),
            "schemas/arbres.json": changed(SCHEMA, self.schema),
            "columns/planteurs.yaml": SET,
            "sql/arbres.sql": QUERY,
            **self.files,
        }
        for name, text in texts.items():
            path = include / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return include / "datasets" / "arbres.yaml"


def changed(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        if text.count(old) != 1:
            raise ValueError(f"{old!r} stands {text.count(old)} times in the text")
        text = text.replace(old, new)
    return text


def _line(old: str, new: str, **more: str) -> dict[str, str]:
    return {old: new, **more}


def _add(text: str) -> dict[str, str]:
    """At the end of the declaration."""
    return {"  formats: [csv]\n": f"  formats: [csv]\n{text}\n"}


def _windowed(query: str) -> dict[str, str]:
    return {"sql/arbres.sql": query}


_WATERMARK = "{column: plantation, lateness: 2 days, full_every: 7 days}"


def _watermark(given: str = _WATERMARK) -> dict[str, str]:
    ((old, new),) = FROM_DATABASE.items()
    return {old: f"{new}\n  watermark: {given}"}


def _after(names: str, cadence: str = "at most 35 days") -> dict[str, str]:
    return {"cadence: monthly": f"cadence: {cadence}\nafter: {names}"}


def others(**after: str) -> dict[str, str]:
    """Other declarations of the city, each with what it comes after."""
    return {
        f"datasets/{name}.yaml": changed(
            DATASET, {"title: Arbres d'alignement": f"title: {name}", **(_after(names) if names else {})}
        )
        for name, names in after.items()
    }


_WAIVED = "reason: arbres, date: 2026-01-05, by: Claire Fabre"

KEYS = (
    Case("cle-mal-tapee", {"title:": "titel:"}),
    Case("cle-en-francais", {"cadence:": "fréquence:"}),
    Case("cle-de-trop", _add("couleur: vert")),
    Case("cle-de-trop-sous-publish", {"  mode: upload\n": "  mode: upload\n  replace: true\n"}),
    Case("cle-de-source-mal-tapee", {"  path: arbres.csv\n": "  path: arbres.csv\n  encodign: cp1252\n"}),
    Case("fusion-yaml", {"title:": "<<: {theme: ENVI}\ntitle:"}),
    Case("titre-absent", {"title: Arbres d'alignement\n": ""}),
    Case(
        "plusieurs-absences",
        {"title: Arbres d'alignement\n": "", "theme: ENVI\n": "", "cadence: monthly\n": ""},
    ),
    Case("owner-absent", {"owner: Direction des espaces verts\n": ""}),
    Case("contact-nulle-part", city={"  contact: opendata@ville.example\n": ""}),
    Case("licence-nulle-part", city={"  licence: lov2\n": ""}),
    Case("plateforme-implicite-tue", {"  mode: upload": "  mode: upload\n  platform: portail"}),
    Case("chemin-a-motif", {"  path: arbres.csv\n": '  path: "arbres-*.csv"\n'}),
    Case("motif-de-dossier", {"  path: arbres.csv\n": '  path: "*/arbres.csv"\n  take: all\n'}),
    Case("choix-sans-motif", {"  path: arbres.csv\n": "  path: arbres.csv\n  take: all\n"}),
    Case("choix-inconnu", {"  path: arbres.csv\n": '  path: "arbres-*.csv"\n  take: newest\n'}),
    Case(
        "plateforme-nulle-part",
        city={
            "  platform: datasud\n": "",
            "defaults:": '  vitrine: {type: portal, folder: /srv/www/portail, url: "https://donnees.ville.example"}\ndefaults:',
        },
    ),
    Case("publish-absent", {"publish:\n  mode: upload\n  formats: [csv]\n": ""}),
    Case("mode-absent", {"  mode: upload\n": ""}),
    Case("source-absente", {"source:\n  file: depot\n  path: arbres.csv\n": ""}),
    Case("schema-absent", {"schema: schemas/arbres.json\n": ""}),
    Case("chemin-absent", {"  path: arbres.csv\n": ""}),
    Case("cle-sans-valeur", {"owner: Direction des espaces verts": "owner:"}),
    Case("cle-sans-valeur-dedans", {"  mode: upload": "  mode:"}),
    Case("geometrie-a-moitie", {"{longitude: lon, latitude: lat}": "{longitude: lon}"}),
)

VALUES = (
    Case("titre-vide", {"title: Arbres d'alignement": 'title: ""'}),
    Case("titre-nombre", {"title: Arbres d'alignement": "title: 2026"}),
    Case("titre-oui", {"title: Arbres d'alignement": "title: no"}),
    Case("titre-date", {"title: Arbres d'alignement": "title: 2026-01-31"}),
    Case("mots-cles-annee", {"[arbres, nature]": "[arbres, 2026]"}),
    Case("mots-cles-mapping", {"[arbres, nature]": "{arbres: nature}"}),
    Case("contact-sans-arobase", _add("contact: opendata.ville.example")),
    Case("theme-mal-tape", {"theme: ENVI": "theme: ENVY"}),
    Case("theme-en-francais", {"theme: ENVI": "theme: environnement"}),
    Case("theme-inconnu", {"theme: ENVI": "theme: DIVERS"}),
    Case("categorie-inconnue", _add("category: urbanisme")),
    Case("granularite-inconnue", _add("granularity: iriss")),
    Case("licence-mal-tapee", _add("licence: lov3")),
    Case("licence-en-capitales", _add("licence: LOV2")),
    Case("licence-par-son-nom", _add("licence: Licence Ouverte")),
    Case("cadence-mal-tapee", {"cadence: monthly": "cadence: montly"}),
    Case("cadence-en-francais", {"cadence: monthly": "cadence: hebdomadaire"}),
    Case("cadence-de-sept-minutes", {"cadence: monthly": "cadence: every 7 minutes"}),
    Case("delai-de-deux-ans", {"cadence: monthly": "cadence: at most 700 days"}),
    Case("apres-sans-delai", _after("voies", "as-needed"), files=others(voies="")),
    Case("apres-sans-cadence", {"cadence: monthly": "after: voies"}, files=others(voies="")),
    Case("apres-un-inconnu", _after("[quartiers, voie]"), files=others(voies="", quartiers="")),
    Case("apres-deux-fois", _after("[voies, voies]"), files=others(voies="")),
    Case("apres-un-chemin", _after("../datasets/voies"), files=others(voies="")),
    Case("apres-soi-meme", _after("arbres")),
    Case(
        "apres-en-rond",
        _after("[quartiers, voies]"),
        files=others(voies="[communes, iris]", communes="", quartiers="", iris="arbres"),
    ),
    Case(
        "fenetre-apres-un-jeu",
        {**FROM_DATABASE, **_after("voies", "monthly")},
        files={
            **_windowed("SELECT 1 WHERE jour >= :window_start AND jour < :window_end"),
            **others(voies=""),
        },
    ),
    Case("arrivee-sans-delai", {"cadence: monthly": "cadence: irregular\non_arrival: true"}),
    Case("arrivee-sans-cadence", {"cadence: monthly": "on_arrival: true"}),
    Case("arrivee-mal-dite", {"cadence: monthly": "cadence: weekly\non_arrival: hourly"}),
    Case(
        "arrivee-dans-une-base",
        {**FROM_DATABASE, "cadence: monthly": "cadence: weekly\non_arrival: true"},
        files=_windowed("SELECT 1"),
    ),
    Case(
        "arrivee-par-fenetre",
        {**FROM_DATABASE, "cadence: monthly": "cadence: monthly\non_arrival: true"},
        files=_windowed("SELECT 1 WHERE jour >= :window_start AND jour < :window_end"),
    ),
    Case(
        "arrivee-d-une-api-a-pages",
        {
            "cadence: monthly": "cadence: weekly\non_arrival: true",
            "  file: depot\n  path: arbres.csv": "  http: mobilite\n  path: /arbres\n  paging: {next: suite}",
        },
    ),
    Case(
        "arrivee-d-une-api-par-fenetre",
        {
            "cadence: monthly": "cadence: monthly\non_arrival: true",
            "  file: depot\n  path: arbres.csv": "  http: mobilite\n  path: /arbres\n"
            '  parameters: {de: "{window_start}", a: "{window_end}"}',
        },
    ),
    Case(
        "arrivee-par-environnement",
        {"cadence: monthly": "cadence: weekly\nenvironments: {recette: {on_arrival: true}}"},
    ),
    Case(
        "apres-par-environnement",
        {"cadence: monthly": "cadence: weekly\nenvironments: {recette: {after: voies}}"},
    ),
    Case("file-de-deux-mots", _add("resources: {queue: Grosse machine}")),
    Case("file-numero", _add("resources: {queue: 2}")),
    Case("zero-processeur", _add("resources: {cpu: 0}")),
    Case("un-demi-processeur", _add("resources: {cpu: 0.5}")),
    Case("memoire-en-go", _add("resources: {memory: 4 Go}")),
    Case("moyens-inconnus", _add("resources: {queue: heavy, cpus: 2}")),
    Case("moyens-en-un-mot", _add("resources: heavy")),
    Case(
        "moyens-par-environnement",
        {"cadence: monthly": "cadence: weekly\nenvironments: {recette: {resources: {queue: heavy}}}"},
    ),
    Case("acces-mal-tape", _add("access: opened\nlicence: other-at")),
    Case("acces-niveau-mal-tape", _add("access: {level: same_organisation}\nlicence: other-at")),
    Case("acces-liste", _add("access: [registered]")),
    Case("format-mal-tape", {"formats: [csv]": "formats: [cvs]"}),
    Case("formats-vide", {"formats: [csv]": "formats: []"}),
    Case("mode-mal-tape", {"mode: upload": "mode: uplaod"}),
    Case("mode-en-francais", {"mode: upload": "mode: dépôt"}),
    Case("datastore-en-texte", {"  formats: [csv]": "  formats: [csv]\n  datastore: peut-être"}),
    Case(
        "portail-restreint",
        {"publish:\n": "access: registered\nlicence: other-at\npublish:\n"},
        city={"{type: ckan, connection: datasud}": "{type: portal}"},
    ),
    Case(
        "idgo-reparti",
        {"  mode: upload": "  mode: upload\n  split: {by: espece, per: value}"},
        city={"type: ckan": "type: idgo"},
    ),
    Case(
        "datagouv-restreint",
        {"publish:\n": "access: registered\nlicence: other-at\npublish:\n"},
        city={"type: ckan": "type: datagouv"},
    ),
    Case(
        "datagouv-reparti",
        {"  mode: upload": "  mode: upload\n  split: {by: espece, per: value}"},
        city={"type: ckan": "type: datagouv"},
    ),
    Case("onegeo-depot", {}, city={"type: ckan": "type: onegeo"}),
    Case("emplacement-inconnu", {"  mode: upload": "  mode: index\n  outlet: wed"}, city=OUTLETS),
    Case("emplacement-en-depot", {"  mode: upload": "  mode: upload\n  outlet: web"}, city=OUTLETS),
    Case(
        "emplacement-et-lien",
        {"  mode: upload": "  mode: index\n  outlet: web\n  link: https://a.fr/b.csv"},
        city=OUTLETS,
    ),
    Case(
        "emplacement-table-incomplete",
        city={
            "defaults:": "outlets:\n  web:\n    folder: /srv/www\n    url: https://a.fr/donnees\n"
            "    table: {connection: base, schema: ouvert}\ndefaults:"
        },
    ),
    Case("emplacement-sans-adresse", city={"defaults:": "outlets:\n  web: {folder: /srv/www}\ndefaults:"}),
    Case("demenagement-de-soi", _add("moved_from: arbres")),
    Case("demenagement-de-nulle-part", _add("moved_from: Les Arbres")),
    Case(
        "demenagement-inacheve",
        {**_add("moved_from: vieux")},
        files={"datasets/vieux.yaml": "title: Vieux\n"},
    ),
    Case("plateformes-mal-tapee", {"  mode: upload": "  mode: upload\n  platforms: [datasud, portial]"}),
    Case(
        "plateforme-deux-fois",
        {"  mode: upload": "  mode: upload\n  platform: datasud\n  platforms: [datasud]"},
    ),
    Case("plateformes-repetees", {"  mode: upload": "  mode: upload\n  platforms: [datasud, datasud]"}),
    Case("plateforme-mal-tapee", {"  mode: upload": "  mode: upload\n  platform: datasude"}),
    Case("part-en-lettres", _add("reject_at_most: dix")),
    Case("part-de-deux-cents", _add("reject_at_most: 200%")),
    Case("k-a-un", _add("privacy: {quasi_identifiers: [espece], k: 1}")),
    Case("k-a-virgule", _add("privacy: {quasi_identifiers: [espece], k: 5.5}")),
    Case("quasi-identifiants-vides", _add("privacy: {quasi_identifiers: [], k: 5}")),
    Case("k-absent", _add("privacy: {quasi_identifiers: [espece]}")),
    Case("publish-en-texte", {"publish:\n  mode: upload\n  formats: [csv]": "publish: upload"}),
    Case(
        "colonnes-en-liste", {"columns:\n  id: publish\n  espece: publish\n": "columns: [id, espece]\nx:\n"}
    ),
    Case("levee-colonne-mal-tapee", _add(f"waivers: [{{column: especes, kind: person_name, {_WAIVED}}}]")),
    Case("levee-constat-inconnu", _add(f"waivers: [{{column: espece, kind: nom, {_WAIVED}}}]")),
    Case(
        "levee-sans-nom",
        _add(
            "waivers: [{column: espece, kind: person_name, reason: arbres, date: 2026-01-05, "
            "by: Déléguée à la protection des données}]"
        ),
    ),
    Case("levee-sans-motif", _add("waivers: [{column: espece, kind: person_name, date: 2026-01-05}]")),
    Case("analyse-sans-raison", _add("processing: {purpose: connaître, dpia: {needed: false}}")),
    Case(
        "levee-deux-fois",
        _add(f"waivers: [{', '.join([f'{{column: espece, kind: person_name, {_WAIVED}}}'] * 2)}]"),
    ),
    Case(
        "levee-avec-fondement",
        {
            "espece: publish": "espece: {publish: true, basis: CGCT}",
            **_add(f"waivers: [{{column: espece, kind: person_name, {_WAIVED}}}]"),
        },
    ),
    Case("deux-fois-le-format", {"formats: [csv]": "formats: [csv, csv]"}),
    Case("deux-fois-la-cle", {"key: [id]": "key: [id, id]"}),
)

SOURCES = (
    Case("source-double", {"  file: depot": "  file: depot\n  http: mobilite"}),
    Case("source-vide", {"source:\n  file: depot\n  path: arbres.csv": "source: {}"}),
    Case("connexion-mal-tapee", {"  file: depot": "  file: dépot"}),
    Case("connexion-inconnue", {"  file: depot": "  file: sirene"}),
    Case("format-qui-ne-se-devine-pas", {"path: arbres.csv": "path: arbres.pdf"}),
    Case("encodage-inconnu", {"  path: arbres.csv": "  path: arbres.csv\n  encoding: cp1253"}),
    Case("encodage-ansi", {"  path: arbres.csv": "  path: arbres.csv\n  encoding: ANSI"}),
    Case(
        "correction-d-une-colonne-retiree",
        files={
            "corrections/arbres.csv": "id,column,before,after,by,why\n12,planteur,empty,Yann,J. M.,oubli\n",
        },
    ),
    Case(
        "correction-sans-nom",
        files={
            "corrections/arbres.csv": "id,column,before,after,by,why\n12,espece,empty,pin,,oubli\n",
        },
    ),
    Case("garde-inconnue", {"key: [id]": "guards: {shrnk: 10%}\nkey: [id]"}),
    Case("garde-sans-mesure", {"key: [id]": "guards: {shrink: beaucoup}\nkey: [id]"}),
    Case("garde-sur-une-colonne-retiree", {"key: [id]": "guards: {totals: {planteur: 10%}}\nkey: [id]"}),
    Case("garde-sur-un-texte", {"key: [id]": "guards: {totals: {espece: 10%}}\nkey: [id]"}),
    Case(
        "fraicheur-sans-date", {"key: [id]": "guards: {fresh: {column: espece, within: 2 days}}\nkey: [id]"}
    ),
    Case(
        "fraicheur-sans-delai", {"key: [id]": "guards: {fresh: {column: annee, within: bientôt}}\nkey: [id]"}
    ),
    Case("ordre-inconnu", {"key: [id]": "order: fichier\nkey: [id]"}),
    Case("ordre-d-une-colonne-retiree", {"key: [id]": "order: source\nkey: [id]"}),
    Case("ordre-d-une-base", {**FROM_DATABASE, "key: [id]": "order: source\nkey: [id]"}),
    Case("separateur-guillemet", {"  path: arbres.csv": "  path: arbres.csv\n  delimiter: '\"'"}),
    Case("cellule-du-dessus-inconnue", {"  path: arbres.csv": "  path: arbres.csv\n  fill_down: [especes]"}),
    Case("en-tete-sur-aucune-ligne", {"  path: arbres.csv": "  path: arbres.csv\n  header_rows: 0"}),
    Case("separateur-de-deux", {"  path: arbres.csv": "  path: arbres.csv\n  delimiter: ';;'"}),
    Case("requete-absente", {**FROM_DATABASE, "sql: sql/arbres.sql": "sql: sql/arbre.sql"}),
    Case("requete-hors-include", {**FROM_DATABASE, "sql: sql/arbres.sql": "sql: ../../etc/passwd"}),
    Case("requete-vide", FROM_DATABASE, files=_windowed("-- à écrire\n")),
    Case("requete-double", FROM_DATABASE, files=_windowed("SELECT 1;\nDROP TABLE arbre;\n")),
    Case("requete-guillemet", FROM_DATABASE, files=_windowed("SELECT id\nFROM arbre\nWHERE espece = 'If\n")),
    Case("requete-parametre", FROM_DATABASE, files=_windowed("SELECT 1\nWHERE jour >= :debut\n")),
    Case("requete-pas-utf8", FROM_DATABASE, files={"sql/arbres.sql": "SELECT 'é'".encode("latin-1")}),
    Case("repere-incomplet", _watermark("{lateness: 2 days}")),
    Case("repere-sans-suppressions", _watermark("{column: plantation, lateness: 2 days}")),
    Case(
        "repere-suppressions-deux-fois",
        _watermark("{column: plantation, lateness: 2 days, full_every: 7 days, deletions: never}"),
    ),
    Case(
        "repere-mal-dit",
        _watermark("{column: plantation, lateness: bientôt, full_every: 1 semaine, deletions: always}"),
    ),
    Case("repere-inconnu", _watermark("{column: plante_le, lateness: 2 days, full_every: 7 days}")),
    Case("repere-retard-nul", _watermark("{column: plantation, lateness: 0 days, full_every: 7 days}")),
    Case("repere-de-fichier", {"  path: arbres.csv": f"  path: arbres.csv\n  watermark: {_WATERMARK}"}),
    Case("repere-sans-cle", {**_watermark(), "key: [id]\n": ""}),
    Case("repere-et-empreinte", _watermark(f"{_WATERMARK}\n  probe: rows")),
    Case(
        "versions-sans-table",
        {**FROM_DATABASE, "sql: sql/arbres.sql": "sql: sql/arbres.sql\n  probe: versions"},
        files=_windowed(
            "SELECT id, espece, plantation, planteur, lon, lat FROM arbre WHERE plantation < current_date"
        ),
    ),
    Case(
        "repere-et-fenetre",
        _watermark(),
        files=_windowed("SELECT 1 WHERE jour >= :window_start AND jour < :window_end"),
    ),
    Case(
        "repere-et-lien",
        {
            **_watermark(),
            "  mode: upload\n  formats: [csv]\n": "  mode: index\n  link: https://x.example/a\n",
        },
    ),
    Case("repere-et-k", {**_watermark(), **_add("privacy: {quasi_identifiers: [espece], k: 5}")}),
    Case("repere-et-rejets", {**_watermark(), **_add("reject_at_most: 1%")}),
    Case(
        "repere-et-rejets-de-la-ville",
        _watermark(),
        {"  platform: datasud": "  platform: datasud\n  reject_at_most: 1%"},
    ),
    Case(
        "repere-et-bruit",
        {
            **_watermark(),
            "  espece: publish": "  espece: {noise: {distribution: laplace, scale: 5, step: 1, key: sel}}",
        },
    ),
    Case(
        "repere-et-pseudonyme",
        {
            **_watermark(),
            "  espece: publish": "  espece: {pseudonym: {key: sel, rotate: true}, basis: étude}",
        },
    ),
    Case(
        "repere-calcule",
        {
            **_watermark("{column: jour, lateness: 2 days, full_every: 7 days}"),
            **_add("computed: {jour: plantation + 1}"),
            "  planteur: drop": "  planteur: drop\n  jour: drop",
        },
    ),
    Case("demi-fenetre", FROM_DATABASE, files=_windowed("SELECT 1 WHERE jour >= :window_start")),
    Case(
        "fenetre-sans-cadence",
        {**FROM_DATABASE, "cadence: monthly": "cadence: as-needed"},
        files=_windowed("SELECT 1 WHERE jour >= :window_start AND jour < :window_end"),
    ),
    Case(
        "api-demi-fenetre",
        {**FROM_API, "  path: /arbres": '  path: /arbres\n  parameters: {de: "{window_start}"}'},
    ),
    Case("ckan-encodage", {"  file: depot\n  path: arbres.csv": "  ckan: mobilite\n  encoding: cp1525"}),
    Case("portail-sans-jeu", {"  file: depot\n  path: arbres.csv": "  arcgis: mobilite"}),
    Case(
        "portail-deux-cles",
        {"  file: depot\n  path: arbres.csv": "  arcgis: mobilite\n  path: Arbres/FeatureServer/0"},
    ),
    Case("api-page-sans-suite", {**FROM_API, "  path: /arbres": "  path: /arbres\n  paging: {}"}),
    Case(
        "api-page-de-deux-facons",
        {**FROM_API, "  path: /arbres": "  path: /arbres\n  paging: {next: suite, page: page}"},
    ),
    Case(
        "api-curseur-sans-parametre",
        {**FROM_API, "  path: /arbres": "  path: /arbres\n  paging: {cursor: suite}"},
    ),
    Case(
        "api-page-et-en-tete",
        {**FROM_API, "  path: /arbres": "  path: /arbres\n  paging: {header: X-Next-Page, page: page}"},
    ),
    Case(
        "api-premiere-page",
        {**FROM_API, "  path: /arbres": "  path: /arbres\n  paging: {page: page, first: 2}"},
    ),
)
# ``changed`` applies the changes in order: the second one may stand in what the first one wrote.

RULES = (
    Case("regle-mal-tapee", {"  espece: publish": "  espece: publsh"}),
    Case("regle-en-francais", {"  planteur: drop": "  planteur: supprimer"}),
    Case("regle-absente", {"  planteur: drop": "  planteur:"}),
    Case("regle-nombre", {"  planteur: drop": "  planteur: 3"}),
    Case("regle-seule", {"  planteur: drop": "  planteur: truncate"}),
    Case("deux-regles", {"  espece: publish": "  espece: {publish: true, drop: true}"}),
    Case("regle-nommee-autrement", {"{generalise: year, as: annee}": "{generalize: year, as: annee}"}),
    Case("option-mal-tapee", {"{generalise: year, as: annee}": "{generalise: year, nom: annee}"}),
    Case("unite-inconnue", {"{generalise: year, as: annee}": "{generalise: week, as: annee}"}),
    Case("tranche-nulle", {"{generalise: year, as: annee}": "{generalise: {band: 0}, as: annee}"}),
    Case("troncature-en-texte", {"  espece: publish": "  espece: {truncate: deux}"}),
    Case("maille-negative", {"  lon: publish": "  lon: {snap: -100}"}),
    Case(
        "entropie-oui",
        _add("privacy: {quasi_identifiers: [espece], k: 5, sensitive: {plantation: {entropy: true}}}"),
    ),
    Case("maille-en-texte", {"  lon: publish": "  lon: {snap: '100'}"}),
    Case("maille-oui", {"  lon: publish": "  lon: {snap: true}"}),
    Case("nouveau-nom-vide", {"{generalise: year, as: annee}": '{generalise: year, as: ""}'}),
    Case("pseudonyme-sans-base", {"  espece: publish": "  espece: {pseudonym: sel}"}),
    Case("pseudonyme-sans-cle", {"  espece: publish": '  espece: {pseudonym: sal, basis: "loi"}'}),
    Case("seuil-trop-bas", {"  espece: publish": "  espece: {suppress_under: 2}"}),
    Case("bornes-a-l-envers", {"  espece: publish": "  espece: {clip: {minimum: 90, maximum: 18}}"}),
    Case("bruit-incomplet", {"  espece: publish": "  espece: {noise: {scale: 5}}"}),
    Case(
        "bruit-sous-le-pas",
        {
            "  espece: publish": "  espece: {noise: {distribution: laplace, scale: 0.05, step: 1, key: sel}}",
        },
    ),
    Case("masque-negatif", {"  espece: publish": "  espece: {mask: {first: -1}}"}),
    Case(
        "hierarchie-absente",
        {"  espece: publish": "  espece: {generalise: {hierarchy: hierarchies/a.csv, level: 1}}"},
    ),
    Case(
        "zone-sans-position",
        {
            "  espece: publish": "  espece: {locate: {polygons: geo/quartiers.geojson, name: nom}}",
            "geometry: {longitude: lon, latitude: lat}\n": "",
        },
        files={"geo/quartiers.geojson": "{}"},
    ),
    Case(
        "fonction-inconnue",
        {"  espece: publish": "  espece: {transform: {path: transforms/a.py, function: netoyer}}"},
        files={"transforms/a.py": "def nettoyer(texts):\n    return texts\n"},
    ),
    Case(
        "fonction-illisible",
        {"  espece: publish": "  espece: {transform: {path: transforms/a.py, function: nettoyer}}"},
        files={"transforms/a.py": "def nettoyer(texts)\n    return texts\n"},
    ),
    Case(
        "rien-de-publie",
        {
            "  id: publish\n  espece: publish\n  plantation: {generalise: year, as: annee}\n": "  id: drop\n",
            "  lon: publish\n  lat: publish\n": "",
            "geometry: {longitude: lon, latitude: lat}\n": "",
            "key: [id]\n": "",
            "schema: schemas/arbres.json": "schema: schemas/rien.json",
        },
        files={"schemas/rien.json": '{"fields": []}'},
    ),
)

SCHEMAS = (
    Case("colonne-hors-schema", {"  planteur: drop": "  planteur: publish"}),
    Case("champ-mal-tape", schema={'"espece"': '"espèce"'}),
    Case("champ-non-publie", {"  espece: publish": "  espece: drop"}),
    Case(
        "schema-national-absent",
        {"schema: schemas/arbres.json": "schema: {national: ville/schema-arbres, version: 1.2.0}"},
        files={"schemas/national/ville/schema-arbres/1.0.0.pin.json": "{}"},
    ),
    Case(
        "schema-national-altere",
        {"schema: schemas/arbres.json": "schema: {national: ville/schema-arbres, version: 1.0.0}"},
        files={
            "schemas/national/ville/schema-arbres/1.0.0.json": SCHEMA,
            "schemas/national/ville/schema-arbres/1.0.0.pin.json": pinned(
                "ville/schema-arbres", "1.0.0", "{}"
            ),
        },
    ),
    Case(
        "schema-national-mal-nomme",
        {"schema: schemas/arbres.json": "schema: {national: ../../etc, version: 1.0.0}"},
    ),
    Case(
        "schema-national-sans-version",
        {"schema: schemas/arbres.json": "schema: {national: ville/schema-arbres}"},
    ),
    Case(
        "schema-national-version-nombre",
        {"schema: schemas/arbres.json": "schema: {national: ville/schema-arbres, version: 1.0}"},
    ),
    Case(
        "schema-national-champ-requis",
        {
            "schema: schemas/arbres.json": "schema: {national: ville/schema-arbres, version: 1.0.0}",
            "  espece: publish": "  espece: drop",
            "  lon: publish\n  lat: publish\n": "  lon: drop\n  lat: drop\n",
            "geometry: {longitude: lon, latitude: lat}\n": "",
        },
        files=national(
            SCHEMA.replace('"espece", "type"', '"espece", "constraints": {"required": true}, "type"')
        ),
    ),
    Case("schema-trop-gros", files={"schemas/arbres.json": " " * 1_000_001}),
    Case("schema-chemin-sans-fin", {"schemas/arbres.json": "x" * 300 + "/" + "y" * 300}),
    Case("schema-nan", schema={'"type": "year"': '"type": "year", "constraints": {"minimum": NaN}'}),
    Case("schema-nombre-sans-fin", schema={'"primaryKey"': '"version": ' + "9" * 5000 + ',\n  "primaryKey"'}),
    Case("schema-demi-caractere", schema={'"espece"': '"esp\\ud800ece"'}),
    Case("schema-introuvable", {"schemas/arbres.json": "schemas/arbre.json"}),
    Case(
        "schema-type-inconnu", schema={'"name": "annee", "type": "year"': '"name": "annee", "type": "yeer"'}
    ),
    Case("schema-virgule-en-trop", schema={'"type": "number"}\n  ]': '"type": "number"},\n  ]'}),
    Case(
        "schema-virgule-absente",
        schema={'{"name": "id", "type": "string"},': '{"name": "id", "type": "string"}'},
    ),
    Case("schema-sans-champ", schema={'"fields"': '"field"'}),
    Case("schema-vide", files={"schemas/arbres.json": ""}),
    Case("schema-liste", files={"schemas/arbres.json": "[]"}),
    Case("schema-champ-double", schema={'"name": "lat"': '"name": "lon"'}),
    Case("schema-cle-double", schema={'{"name": "id", "type"': '{"name": "id", "name": "no", "type"'}),
    Case("schema-cle-primaire-inconnue", schema={'["id"]': '["identifiant"]'}),
    Case(
        "schema-contrainte-inconnue",
        schema={
            '"name": "id", "type": "string"': '"name": "id", "type": "string", '
            '"constraints": {"requird": true}'
        },
    ),
    Case("annee-dans-une-date", schema={'"type": "year"': '"type": "date"'}),
    Case("tranche-dans-un-nombre", {"{generalise: year, as: annee}": "{generalise: {band: 10}, as: annee}"}),
    Case(
        "deux-colonnes-un-nom",
        {"  espece: publish": "  espece: {publish: true, as: ID}"},
        schema={'"espece"': '"ID"'},
    ),
    Case("nom-reserve", {"  planteur: drop": "  __planteur: drop"}),
    Case(
        "titre-de-colonne-trop-long",
        {
            "  espece: publish": "  espece: {publish: true, as: "
            + "nom_scientifique_complet_de_l_espece_selon_le_referentiel_taxref}"
        },
        schema={'"espece"': '"nom_scientifique_complet_de_l_espece_selon_le_referentiel_taxref"'},
    ),
)

KEYS_AND_PEOPLE = (
    Case("cle-inconnue", {"key: [id]": "key: [ids]"}),
    Case("cle-retiree", {"key: [id]": "key: [planteur]"}),
    Case("cle-sous-son-nom-de-source", {"key: [id]": "key: [id, plantation]"}),
    Case("cle-generalisee", {"key: [id]": "key: [annee]"}),
    Case("quasi-identifiant-inconnu", _add("privacy: {quasi_identifiers: [especes], k: 5}")),
    Case("quasi-identifiant-retire", _add("privacy: {quasi_identifiers: [planteur], k: 5}")),
    Case("quasi-identifiant-publie-sous", _add("privacy: {quasi_identifiers: [annee], k: 5}")),
    Case(
        "hierarchie-d-une-retiree",
        _add(
            "privacy: {quasi_identifiers: [espece, planteur], k: 5, hierarchies: {planteur: {prefix: [3]}}}"
        ),
    ),
    Case("k-sous-le-plancher", _add("privacy: {quasi_identifiers: [espece], k: 3}")),
    Case("unite-publiee", {"key: [id]\n": "privacy: {quasi_identifiers: espece, k: 5, unit: lon}\n"}),
    Case(
        "unite-de-personne-inconnue",
        {"key: [id]\n": "privacy: {quasi_identifiers: espece, k: 5, unit: planteurs}\n"},
    ),
    Case(
        "unite-deux-fois",
        {"key: [id]\n": "privacy: {quasi_identifiers: espece, k: 5, unit: [planteur, planteur]}\n"},
    ),
    Case("domicile-par-l-adresse", {"  planteur: drop": "  planteur: drop\n  adresse: drop"}),
    Case(
        "domicile-de-plusieurs",
        {"  planteur: drop": "  nom: drop\n  prenom: drop\n  rue: drop\n  tel: drop\n  mel: drop"},
    ),
    Case("geometrie-inconnue", {"{longitude: lon, latitude: lat}": "{longitude: long, latitude: lat}"}),
    Case("maille-d-un-seul-cote", {"  lon: publish": "  lon: {snap: 100}"}),
    Case(
        "geojson-sans-position",
        {"geometry: {longitude: lon, latitude: lat}\n": "", "formats: [csv]": "formats: [csv, geojson]"},
    ),
)

_TABLE: dict[str, str | bytes] = {"references/especes.csv": "espece,essence\nTilia,Malvaceae\n"}


def _joined(join: str, columns: str = "  essence: drop\n", **more: str) -> dict[str, str]:
    """``join:`` before the columns, and what it adds under them."""
    return {"columns:\n  id: publish\n": f"join: {join}\ncolumns:\n  id: publish\n{columns}", **more}


_BY_SPECIES = "{file: references/especes.csv, on: espece, columns: [essence]}"
_PUBLISHED_FAMILY = '"string"},\n    {"name": "annee"'
_FAMILY = {_PUBLISHED_FAMILY: '"string"},\n    {"name": "essence", "type": "string"},\n    {"name": "annee"'}

JOINS = (
    Case("jointure-sans-fichier", _joined("{on: espece}")),
    Case("jointure-sans-cle", _joined("{file: references/especes.csv}"), files=_TABLE),
    Case("jointure-cle-inconnue", _joined("{file: references/especes.csv, on: espèces}"), files=_TABLE),
    Case("jointure-vide", _joined("{file: references/especes.csv, on: {}}"), files=_TABLE),
    Case("jointure-d-un-texte", _joined("references/especes.csv"), files=_TABLE),
    Case("jointure-fichier-absent", _joined("{file: references/espece.csv, on: espece}"), files=_TABLE),
    Case("jointure-hors-de-include", _joined("{file: ../especes.csv, on: espece}"), files=_TABLE),
    Case(
        "jointure-mot-inconnu",
        _joined("{file: references/especes.csv, on: espece, unmatched: garder}"),
        files=_TABLE,
    ),
    Case(
        "jointure-cle-de-trop",
        _joined("{file: references/especes.csv, on: espece, sql: SELECT}"),
        files=_TABLE,
    ),
    Case("jointure-non-declaree", _joined(_BY_SPECIES, ""), files=_TABLE),
    Case(
        "jointure-deux-fois",
        _joined("[{file: references/especes.csv, on: espece, columns: [essence, essence]}]"),
        files=_TABLE,
    ),
    Case("jointure-de-deux-endroits", _joined(f"[{_BY_SPECIES}, {_BY_SPECIES}]"), files=_TABLE),
    Case(
        "jointure-sur-une-colonne-jointe",
        _joined(
            f"[{_BY_SPECIES}, {{file: references/familles.csv, on: essence, columns: [ordre]}}]",
            "  essence: drop\n  ordre: drop\n",
        ),
        files={**_TABLE, "references/familles.csv": "essence,ordre\nMalvaceae,Malvales\n"},
    ),
    Case(
        "jointure-en-lien",
        _joined(
            _BY_SPECIES,
            "  essence: publish\n",
            **{
                "  planteur: drop\n": "",
                "{generalise: year, as: annee}": "{publish: true, as: annee}",
                "  mode: upload": "  mode: index\n  link: https://ville.example/arbres.csv",
            },
        ),
        schema=_FAMILY,
        files=_TABLE,
    ),
    Case(
        "jointure-d-une-colonne-retiree",
        _joined("{file: references/planteurs.csv, on: planteur, columns: [essence]}", "  essence: publish\n"),
        schema=_FAMILY,
        files={"references/planteurs.csv": "planteur,essence\nA,B\n"},
    ),
    Case(
        "jointure-qui-choisit",
        _joined("{file: references/planteurs.csv, on: planteur, columns: [essence], unmatched: reject}"),
        files={"references/planteurs.csv": "planteur,essence\nA,B\n"},
    ),
    Case(
        "jointure-retiree-sans-liste",
        _joined("{file: references/planteurs.csv, on: planteur}", "  essence: publish\n"),
        schema=_FAMILY,
        files={"references/planteurs.csv": "planteur,essence\nA,B\n"},
    ),
)


def _computed(expression: str, columns: str = "  essence: drop\n", **more: str) -> dict[str, str]:
    return {
        "columns:\n  id: publish\n": f"computed:\n  essence: {expression}\ncolumns:\n  id: publish\n{columns}",
        **more,
    }


COMPUTED = (
    Case("calcul-non-declare", _computed("upper(espece)", "")),
    Case("calcul-sans-texte", _computed("12")),
    Case("calcul-vide", _computed('""')),
    Case("calcul-en-liste", _computed("[upper, espece]")),
    Case(
        "calcul-sur-un-calcul",
        _computed("upper(espece)\n  genre: lower(essence)", "  essence: drop\n  genre: drop\n"),
    ),
    Case(
        "calcul-cle-d-une-jointure",
        _computed(
            "upper(espece)\njoin: {file: references/familles.csv, on: essence, columns: [ordre]}",
            "  essence: drop\n  ordre: drop\n",
        ),
        files={"references/familles.csv": "essence,ordre\nMalvaceae,Malvales\n"},
    ),
    Case(
        "calcul-deja-joint",
        _computed(
            f"upper(espece)\njoin: {_BY_SPECIES}",
        ),
        files=_TABLE,
    ),
    Case(
        "calcul-d-une-colonne-retiree",
        _computed("upper(planteur)", "  essence: publish\n"),
        schema=_FAMILY,
    ),
    Case(
        "calcul-en-lien",
        _computed(
            "upper(espece)",
            "  essence: publish\n",
            **{
                "  planteur: drop\n": "",
                "{generalise: year, as: annee}": "{publish: true, as: annee}",
                "  mode: upload": "  mode: index\n  link: https://ville.example/arbres.csv",
            },
        ),
        schema=_FAMILY,
    ),
)

_PRIVATE = "privacy: {quasi_identifiers: [espece, plantation], k: 5, "
_TEXT_YEAR = {'"type": "year"': '"type": "string"'}
CONFIDENTIALITY = (
    Case("recodage-mal-tape", _add(_PRIVATE + "recode: locale, hierarchies: {espece: {prefix: [3]}}}")),
    Case("recodage-sans-hierarchie", _add(_PRIVATE + "recode: local}")),
    Case("hierarchie-d-une-autre", _add(_PRIVATE + "hierarchies: {especes: {prefix: [3]}}}")),
    Case("hierarchie-nombre", _add(_PRIVATE + "hierarchies: {espece: 3}}")),
    Case("hierarchie-vide", _add(_PRIVATE + "hierarchies: {espece: {}}}")),
    Case("hierarchie-deux-facons", _add(_PRIVATE + "hierarchies: {espece: {prefix: [3], bands: [5]}}}")),
    Case("hierarchie-unite-inconnue", _add(_PRIVATE + "hierarchies: {plantation: [year, century]}}"),
         schema=_TEXT_YEAR),
    Case("hierarchie-mal-rangee", _add(_PRIVATE + "hierarchies: {espece: {prefix: [2, 3]}}}")),
    Case("hierarchie-sous-la-regle", _add(_PRIVATE + "hierarchies: {plantation: [quarter, decade]}}"),
         schema=_TEXT_YEAR),
    Case("hierarchie-tranches", _add(_PRIVATE + "hierarchies: {espece: [10, 25]}}")),
    Case("hierarchie-d-un-fichier-absent", _add(_PRIVATE + "hierarchies: {espece: hierarchies/x.csv}}")),
    Case("hierarchie-et-type", _add(_PRIVATE + "hierarchies: {plantation: [decade]}}")),
    Case("hierarchie-sur-une-cle", _add(
        "privacy: {quasi_identifiers: id, k: 5, hierarchies: {id: {prefix: [2]}}}"
    )),
    Case("sensible-inconnue", _add(_PRIVATE + "sensitive: {lons: {distinct: 2}}}")),
    Case("sensible-retiree", _add(_PRIVATE + "sensitive: {planteur: {distinct: 2}}}")),
    Case("sensible-et-quasi", _add(_PRIVATE + "sensitive: {espece: {distinct: 2}}}")),
    Case("sensible-sans-rien", _add(_PRIVATE + "sensitive: {lon: {ordered: true}}}")),
    Case("sensible-cle-mal-tapee", _add(_PRIVATE + "sensitive: {lon: {distincts: 2}}}")),
    Case("sensible-sous-le-plancher", _add(_PRIVATE + "sensitive: {lon: {distinct: 1}}}")),
    Case("sensible-entropie", _add(_PRIVATE + "sensitive: {lon: {entropy: 0.5}}}")),
    Case("population-sans-fichier", _add(_PRIVATE + "k_map: {at_least: 20}}")),
    Case("population-absente", _add(_PRIVATE + "k_map: {at_least: 20, file: populations/x.csv}}")),
    Case("case-sans-unites", {"  lon: publish": "  lon: {cell: {largest: lat}}"}),
    Case("case-d-une-colonne-inconnue", {"  lon: publish": "  lon: {cell: {units: nombre}}"}),
    Case("case-plus-gros-inconnu", {"  lon: publish": "  lon: {cell: {units: lat, largest: max}}"}),
    Case("case-sous-le-plancher", {"  lon: publish": "  lon: {cell: {households: lat, at_least: 5}}"}),
    Case("case-au-dessus-du-plafond", {
        "  lon: publish": "  lon: {cell: {units: lat, largest: id, at_most: 90%}}"
    }),
)  # fmt: skip

PUBLICATION = (
    Case(
        "lien-absent",
        {
            "mode: upload": "mode: index",
            "  planteur: drop\n": "",
            "{generalise: year, as: annee}": "{publish: true, as: annee}",
        },
    ),
    Case("lien-en-trop", {"  mode: upload": "  mode: upload\n  link: https://ville.example/arbres"}),
    Case("lien-trop-bavard", {"  mode: upload": "  mode: index\n  link: https://ville.example/arbres"}),
    Case(
        "lien-sans-adresse",
        {
            "  mode: upload": "  mode: index\n  link: /arbres",
            "  planteur: drop\n": "",
            "{generalise: year, as: annee}": "{publish: true, as: annee}",
        },
    ),
    Case(
        "anonymat-d-un-lien",
        {
            "  mode: upload": "  mode: index\n  link: https://ville.example/arbres",
            "  planteur: drop\n": "",
            "{generalise: year, as: annee}": "{publish: true, as: annee}",
            "schema: schemas": "privacy: {quasi_identifiers: [espece], k: 5}\nschema: schemas",
        },
    ),
    Case(
        "decoupage-d-un-lien",
        {
            "  mode: upload": "  mode: index\n  link: https://ville.example/arbres\n  split: {by: annee, "
            "per: year}",
            "  planteur: drop\n": "",
            "{generalise: year, as: annee}": "{publish: true, as: annee}",
        },
    ),
    Case(
        "parties-sans-decoupage",
        {"  mode: upload": "  mode: upload\n  adopts: {datasud: {record: r, slices: {2024: {csv: a}}}}"},
    ),
    Case(
        "ressource-du-tout-decoupe",
        {
            "  mode: upload": "  mode: upload\n  split: {by: annee, per: value}\n"
            "  adopts: {datasud: {record: r, resources: {csv: a}}}"
        },
    ),
    Case(
        "ressource-reprise-deux-fois",
        {"  mode: upload": "  mode: upload\n  adopts: {datasud: {record: r, resources: {csv: a, xlsx: a}}}"},
    ),
    Case("decoupage-sans-date", {"  mode: upload": "  mode: upload\n  split: {by: espece, per: year}"}),
    Case("decoupage-inconnu", {"  mode: upload": "  mode: upload\n  split: {by: anee, per: year}"}),
    Case("fichier-trop-gros", {"  mode: upload": "  mode: upload\n  too_big: ommit"}),
    Case("formules-du-csv", {"  mode: upload": "  mode: upload\n  formulas: garder"}),
    Case("decoupage-par-mois", {"  mode: upload": "  mode: upload\n  split: {by: annee, per: month}"}),
    Case("licence-ouverte-acces-restreint", _add("access: registered")),
    Case("licence-restreinte-acces-ouvert", _add("licence: other-at")),
    Case("lecteurs-absents", _add("access: only_allowed_users\nlicence: other-at")),
    Case("lecteurs-en-trop", _add("access: {level: registered, users: [mdupont]}\nlicence: other-at")),
)

SETS = (
    Case("jeu-de-colonnes-inconnu", {"columns:\n": "column_sets: [planteur]\ncolumns:\n"}),
    Case(
        "jeu-de-colonnes-faux",
        {"columns:\n": "column_sets: [planteurs]\ncolumns:\n", "  planteur: drop\n": ""},
        files={"columns/planteurs.yaml": SET.replace("pepiniere: drop", "pepiniere: dropp")},
    ),
    Case(
        "jeu-de-colonnes-sans-description",
        {"columns:\n": "column_sets: [planteurs]\ncolumns:\n"},
        files={"columns/planteurs.yaml": SET.split("\n", 1)[1]},
    ),
    Case(
        "colonne-dans-deux-jeux",
        {"columns:\n": "column_sets: [planteurs, agents]\ncolumns:\n", "  planteur: drop\n": ""},
        files={"columns/agents.yaml": "description: Les agents.\ncolumns:\n  planteur: publish\n"},
    ),
    Case(
        "jeu-de-colonnes-illisible",
        {"columns:\n": "column_sets: planteurs\ncolumns:\n"},
        files={"columns/planteurs.yaml": "columns: [a\n"},
    ),
)

ENVIRONMENTS = (
    Case("environnement-inconnu", _add("environments:\n  recete: {publish: {datastore: false}}")),
    Case("environnement-et-colonnes", _add("environments:\n  recette: {columns: {id: drop}}")),
    Case("environnement-et-theme", _add("environments:\n  recette: {theme: GOVE}")),
    Case("environnement-et-requete", _add("environments:\n  recette: {source: {sql: sql/autre.sql}}")),
    Case("environnement-cle-mal-tapee", _add("environments:\n  recette: {publsh: {mode: upload}}")),
    Case(
        "environnement-plateforme",
        _add("environments:\n  recette: {publish: {platform: recette}}"),
        environment="recette",
    ),
    Case(
        "environnement-autre-source",
        _add("environments:\n  recette: {source: {http: mobilite}}"),
        environment="recette",
    ),
    Case("environnement-demande-inconnu", environment="recete"),
)

CITIES = (
    Case("ville-sans-nom", city={"name: Ville d'Essai\n": ""}),
    Case("ville-sans-emprise", city={"bbox: [5.27, 43.44, 5.51, 43.63]\n": ""}),
    Case("ville-sans-siren-sous-convention", city={'siren: "211300017"\n': ""}),
    Case(
        "ville-sans-code-sur-data-gouv",
        city={'insee: "13001"\n': "", "type: ckan, connection": "type: datagouv, connection"},
    ),
    Case("ville-format-plus-recent", city={"name: Ville d'Essai": "version: 2\ncommune: Essai"}),
    Case("ville-format-sans-nombre", city={"name: Ville": "version: deux\nname: Ville"}),
    Case("ville-cle-mal-tapee", city={"defaults:": "defautls:"}),
    Case("ville-siren-nombre", city={'siren: "211300017"': "siren: 211300017"}),
    Case(
        "ville-siret-d-un-autre", city={'siren: "211300017"': 'siren: "211300017"\nsiret: "21330063500017"'}
    ),
    Case(
        "fondement-fin-illisible",
        dataset={"espece: publish": "espece: {publish: true, basis: loi, until: bientôt}"},
    ),
    Case("fondement-fin-seule", dataset={"espece: publish": "espece: {publish: true, until: 2030-12-31}"}),
    Case("annonce-sans-jour", dataset={"key: [id]": "key: [id]\nannounce: {change: espece retirée}"}),
    Case("embargo-heure-sautee", dataset={"key: [id]": "key: [id]\npublish_at: 2026-03-29 02:30"}),
    Case("embargo-heure-double", dataset={"key: [id]": "key: [id]\npublish_at: 2026-10-25 02:30"}),
    Case("embargo-jour-seul", dataset={"key: [id]": "key: [id]\npublish_at: 2026-12-01"}),
    Case("ville-prevenir-sorte-inconnue", city={"insee:": "notify: {dpo: {kinds: [panne]}}\ninsee:"}),
    Case("ville-prevenir-canal-inconnu", city={"insee:": "notify: {dpo: {channels: [tchap]}}\ninsee:"}),
    Case("ville-lenteur-en-texte", city={"insee:": "reconciliation: {slow_s: dix}\ninsee:"}),
    Case("ville-lenteur-oui", city={"insee:": "reconciliation: {slow_s: true}\ninsee:"}),
    Case("ville-lenteur-infinie", city={"insee:": "reconciliation: {slow_s: .inf}\ninsee:"}),
    Case(
        "ville-jours-en-texte",
        city={"{type: ckan, connection: datasud}": "{type: portal, folder: /srv/portail, former_days: '3'}"},
    ),
    Case("ville-retard-oui", city={"insee:": "reconciliation: {grace: true}\ninsee:"}),
    Case("ville-siret-cle", city={'siren: "211300017"': 'siren: "211300017"\nsiret: "21130001700011"'}),
    Case("ville-cle-de-signature", city={"insee:": "signing: {connection: depot, keys: [MCow]}\ninsee:"}),
    Case("ville-signature-sans-cle", city={"insee:": "signing: {connection: depot}\ninsee:"}),
    Case("ville-accord-mal-tape", city={"insee:": "agreement: requis\ninsee:"}),
    Case("ville-personne-sans-role", city={"insee:": "people: {jmartin: {name: Jeanne Martin}}\ninsee:"}),
    Case(
        "ville-personne-role-inconnu",
        city={"insee:": "people: {jmartin: {name: Jeanne Martin, roles: [dpd], key: MCow}}\ninsee:"},
    ),
    Case(
        "ville-emplacement-sans-protocole",
        city={"insee:": "outlets: {web: {folder: /srv/www, url: data.ville.fr}}\ninsee:"},
    ),
    Case("ville-siren-court", city={'siren: "211300017"': 'siren: "21130001"'}),
    Case("ville-insee", city={'insee: "13001"': 'insee: "1301"'}),
    Case("ville-emprise-de-trois", city={"[5.27, 43.44, 5.51, 43.63]": "[5.27, 43.44, 5.51]"}),
    Case("ville-emprise-a-l-envers", city={"[5.27, 43.44, 5.51, 43.63]": "[5.51, 43.63, 5.27, 43.44]"}),
    Case("ville-fuseau", city={"insee:": "timezone: Europe/Pari\ninsee:"}),
    Case("ville-convention-sans-date", city={"  notified: 2026-01-15\n": ""}),
    Case("ville-convention-date", city={"notified: 2026-01-15": "notified: 15/01/2026"}),
    Case("ville-convention-date-impossible", city={"notified: 2026-01-15": "notified: 2026-02-30"}),
    Case("ville-chef-de-projet", city={"donnees@region.example": "Madame Dupont"}),
    Case(
        "ville-avenant-trop-tot",
        city={
            "  partner: Région": "  amendments: [{signed: 2025-12-01, about: Mobilité}]\n  partner: Région"
        },
    ),
    Case(
        "ville-avenant-sans-objet",
        city={"  partner: Région": "  amendments: [{signed: 2026-12-01}]\n  partner: Région"},
    ),
    Case("ville-fin-trop-tot", city={"  partner: Région": "  ends: 2025-12-01\n  partner: Région"}),
    *(
        Case(name, city={"  partner: Région": f"  notices: [{{{written}}}]\n  partner: Région"})
        for name, written in {
            "ville-acte-sans-voie": "day: 2026-05-04",
            "ville-acte-voie-inconnue": "way: faute, day: 2026-05-04",
            "ville-acte-sans-jour": "way: mutual",
            "ville-acte-trop-tot": "way: mutual, day: 2025-12-01",
            "ville-mise-en-demeure-sans-delai": "way: fault, day: 2026-05-04, by: city, reasons: retards",
            "ville-mise-en-demeure-sans-motifs": "way: fault, day: 2026-05-04, answer_by: 2026-06-04",
            "ville-delai-avant-l-acte": "way: fault, day: 2026-05-04, reasons: r, answer_by: 2026-05-03",
            "ville-renoncement-avant-l-acte": "way: mutual, day: 2026-05-04, revoked: 2026-05-03",
            "ville-expert-sans-date": "way: mutual, day: 2026-05-04, expert: {ends: 2026-07-01}",
            "ville-expert-a-l-envers": "way: mutual, day: 2026-05-04, expert: {appointed: 2026-07-02, ends: 2026-07-01}",
            "ville-acte-d-un-tiers": "way: anniversary, day: 2026-05-04, by: Région",
        }.items()
    ),
    Case(
        "ville-deliberation-sans-numero",
        city={
            "  partner: Région": "  amendments: [{signed: 2026-06-30, about: m, deliberations: {city: "
            "{body: Conseil municipal, taken: 2026-06-25}}}]\n  partner: Région"
        },
    ),
    Case("ville-plateforme-liee-mal", city={"connection: datasud}": "connection: datasud, convention: oui}"}),
    Case("ville-plateforme-type", city={"type: ckan": "type: ckann"}),
    Case("ville-plateforme-sans-connexion", city={"{type: ckan, connection: datasud}": "{type: ckan}"}),
    Case(
        "ville-plateforme-adresse", city={"connection: datasud}": "connection: datasud, url: 'https://a.fr'}"}
    ),
    Case(
        "ville-portail-sans-adresse",
        city={"{type: ckan, connection: datasud}": "{type: portal, folder: 's3://p'}"},
    ),
    Case(
        "ville-intouchable-titre",
        city={"connection: datasud}": "connection: datasud, hands_off: [tags, title]}"},
    ),
    Case(
        "ville-intouchable-ailleurs",
        city={"type: ckan, connection: datasud}": "type: idgo, connection: datasud, hands_off: [tags]}"},
    ),
    Case("ville-plateforme-par-defaut", city={"  platform: datasud": "  platform: data-sud"}),
    Case("ville-connexion-inconnue", city={"connection: datasud}": "connection: datasut}"}),
    Case("ville-licence-par-defaut", city={"licence: lov2": "licence: lo2"}),
    Case("ville-garde-sans-fin", city={"insee:": "rejected_days: 99999\ninsee:"}),
    Case("ville-k-par-defaut", city={"  platform: datasud": "  platform: datasud\n  privacy: {k: 4}"}),
    Case(
        "ville-conges-a-l-envers", city={"insee:": "holidays: [{from: 2026-08-15, to: 2026-08-01}]\ninsee:"}
    ),
    Case("ville-conges-en-texte", city={"insee:": "holidays: [mai]\ninsee:"}),
    Case("ville-environnement-cle", city={"recette: {}": "recette: {licence: lov2}"}),
    Case(
        "ville-environnement-plateforme", city={"recette: {}": "recette: {platforms: {datasut: {pool: 1}}}"}
    ),
)

SYNTAX = (
    Case("vide", files={"datasets/arbres.yaml": ""}),
    Case("liste", files={"datasets/arbres.yaml": "- title\n- theme\n"}),
    Case("cle-en-double", {"theme: ENVI": "theme: ENVI\ntitle: Arbres"}),
    Case("deux-points", {"title: Arbres d'alignement": "title: Arbres : la liste"}),
    Case("crochet-ouvert", {"key: [id]": "key: [id"}),
    Case("guillemet-ouvert", {"title: Arbres d'alignement": "title: 'Arbres"}),
    Case("tabulation", {"  espece: publish": "\tespece: publish"}),
    Case("indentation", {"  espece: publish": "   espece: publish"}),
    Case("deux-documents", {"theme: ENVI": "---\ntheme: ENVI"}),
    Case("etoile", {"title: Arbres d'alignement": "title: *arbres"}),
    Case("arobase", {"title: Arbres d'alignement": "title: @arbres"}),
    Case("point-d-exclamation", {"title: Arbres d'alignement": "title: !arbres Arbres"}),
    Case("jour-impossible", {"title: Arbres d'alignement": "title: 2026-02-30"}),
    Case("antislash", {"title: Arbres d'alignement": 'title: "C:\\donnees"'}),
    Case("caractere-de-controle", {"title: Arbres d'alignement": "title: Arbres\x07"}),
    Case("pas-utf8", files={"datasets/arbres.yaml": "title: ok\nowner: état civil\n".encode("latin-1")}),
    Case("trop-profond", {"keywords: [arbres, nature]": "keywords: " + "[" * 50 + "]" * 50}),
    Case("caractere-echappe", {"title: Arbres d'alignement": 'title: "Arbres\\0"'}),
    Case("type-impose", {"[arbres, nature]": "!!set {arbres, nature}"}),
    Case("nombre-qui-n-en-est-pas-un", {"title: Arbres d'alignement": 'title: !!int ""'}),
    Case("nombre-sans-fin", {"title: Arbres d'alignement": "title: 1" + ":1" * 100_000}),
    Case("titre-sans-fin", {"title: Arbres d'alignement": "title: " + "x" * 501}),
    Case("trop-gros", files={"datasets/arbres.yaml": b"# " + b"x" * 1_000_000}),
    Case(
        "bombe",
        files={
            "datasets/arbres.yaml": "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else '*a'] * 9)}]\n" for n in range(8))
        },
    ),
)

DRAFTS = (
    Case(
        "a-decider-titre",
        {"title: Arbres d'alignement": 'title: "à décider : Arbres, ou Arbres d\'alignement ?"'},
    ),
    Case(
        "a-decider-colonne",
        {
            "  planteur: drop": '  planteur: "à décider : drop, ou publish avec basis (nom de '
            'personne probable)"'
        },
    ),
    Case("a-decider-sans-accent", {"cadence: monthly": "cadence: a decider"}),
    Case("a-decider-dans-le-schema", schema={'"type": "year"': '"type": "à décider : year ou integer"'}),
    Case(
        "a-decider-partout",
        {
            "theme: ENVI": 'theme: "à décider : ENVI ou REGI"',
            "key: [id]": 'key: "à décider : [id], toujours rempli et sans doublon"',
            "  espece: publish": '  espece: "à décider : publish ou drop"',
            "  mode: upload": '  mode: "à décider : upload ou index"',
        },
    ),
)

SEVERAL = (
    Case(
        "tout-d-un-coup",
        {
            "title:": "titel:",
            "theme: ENVI": "theme: ENVY",
            "cadence: monthly": "cadence: montly",
            "path: arbres.csv": "path: arbres.pdf",
            "key: [id]": "key: [ids]",
            "  espece: publish": "  espece: publsh",
            "mode: upload": "mode: uplaod",
        },
    ),
    Case(
        "dans-trois-fichiers",
        {**FROM_DATABASE, "theme: ENVI": "theme: ENVY", "key: [id]": "key: [ids]"},
        schema={'"name": "lat", "type": "number"': '"name": "lat", "type": "nombre"'},
        files={"sql/arbres.sql": "SELECT *\nFROM arbre\nWHERE jour > :debut\n"},
    ),
    Case("sans-suites", {"schema: schemas/arbres.json\n": "", "  espece: publish": "  espece: publsh"}),
)

CASES = (
    *KEYS, *VALUES, *SOURCES, *RULES, *SCHEMAS, *KEYS_AND_PEOPLE, *JOINS, *COMPUTED, *CONFIDENTIALITY,
    *PUBLICATION, *SETS, *ENVIRONMENTS, *CITIES,
    *SYNTAX, *DRAFTS, *SEVERAL,
)  # fmt: skip
