"""Declarations that are right, each with something that another has not: between them, every key and rule."""

from __future__ import annotations

from tests.declaration.wrong import FROM_API, FROM_DATABASE, SCHEMA, Case, national, others

_LINKED = {
    "  planteur: drop\n": "",
    "{generalise: year, as: annee}": "{publish: true, as: annee}",
    "  mode: upload": "  mode: index\n  link: https://ville.example/arbres.csv",
}
_MORE = "  formats: [csv]\n"


def _rule(rule: str, kind: str = "string", name: str = "") -> Case:
    """One column under ``rule``, published into a field of type ``kind``."""
    changes = {"  espece: publish": f"  espece: {rule}"}
    schema = {'"name": "espece", "type": "string"': f'"name": "espece", "type": "{kind}"'}
    files = {
        "hierarchies/especes.csv": "espece,essence\n",
        "geo/quartiers.geojson": '{"type": "FeatureCollection", "features": []}',
        "transforms/noms.py": "def court(texts):\n    return texts\n",
    }
    return Case(name or rule, changes, schema=schema, files=files)


RULES = (
    _rule("{publish: true}"),
    _rule("{publish: true, basis: 'CRPA, art. D312-1-3'}"),
    _rule("{constant: non communiqué}"),
    _rule("mask"),
    _rule("{mask: true}"),
    _rule("{mask: {first: 2}}"),
    _rule("{truncate: 2}"),
    _rule("{truncate: department}"),
    _rule("{generalise: hour}", "datetime"),
    _rule("{generalise: day}", "date"),
    _rule("{generalise: month}", "yearmonth"),
    _rule("{generalise: quarter}"),
    _rule("{generalise: year}", "integer"),
    _rule("{generalise: {band: 0.5}}"),
    _rule("{generalise: {hierarchy: hierarchies/especes.csv, level: 1}}"),
    _rule("{clip: {minimum: 18}}", "integer"),
    _rule("{clip: {minimum: 18, maximum: 90.5}}", "number"),
    _rule("{round: 10}", "integer"),
    _rule("{noise: {distribution: laplace, scale: 5, step: 1, key: sel}}", "number"),
    _rule("{locate: {polygons: geo/quartiers.geojson, name: nom}}"),
    _rule("{pseudonym: sel, basis: 'CRPA, art. D312-1-3'}"),
    _rule("{pseudonym: {key: sel, rotate: true}, basis: 'CRPA, art. D312-1-3'}"),
    _rule("{suppress_under: 5}", "integer"),
    _rule("scrub"),
    _rule("{transform: {path: transforms/noms.py, function: court}}"),
    Case("snap", {"  lon: publish": "  lon: {snap: 100}", "  lat: publish": "  lat: {snap: 100}"}),
)

DATASETS = (
    Case("ordinaire"),
    Case("base", FROM_DATABASE),
    Case("base-compte", {**FROM_DATABASE, "sql: sql/arbres.sql": "sql: sql/arbres.sql\n  powerful_account: postgres"}),
    *(
        Case(f"base-repere-{number}", {
            "  file: depot\n  path: arbres.csv":
                f"  postgres: urbanisme\n  sql: sql/arbres.sql\n  watermark: {watermark}",
            "  espece: publish": "  espece: {pseudonym: sel, basis: 'CRPA, art. D312-1-3'}",
        })
        for number, watermark in enumerate((
            "{column: plantation, lateness: 2 days, full_every: 7 days}",
            "{column: planteur, lateness: 1 hour, deletions: never}",
        ))
    ),
    *(
        Case(f"{kind}-repere", {
            "  file: depot\n  path: arbres.csv":
                f"  {kind}: urbanisme\n  sql: sql/arbres.sql\n"
                "  watermark: {column: plantation, lateness: 2 days, full_every: 7 days}",
        })
        for kind in ("mysql", "mssql", "oracle", "dbapi")
    ),
    Case("api", {
        **FROM_API,
        "  path: /arbres": "  path: /arbres\n  format: json\n  records: a.b\n  keyed: id\n"
        "  paging: {next: suite}\n"
        '  parameters: {page: 100, depuis: "{window_start}", avant: "{window_end}"}\n'
        '  decimal: ","\n  dates: DD/MM/YYYY\n  missing: [NA, "-"]',
    }),
    *(
        Case(f"api-pages-{number}", {**FROM_API, "  path: /arbres": f"  path: /arbres\n  paging: {paging}"})
        for number, paging in enumerate((
            "{link: true}", "{page: p, first: 0, total: meta.total}", "{offset: debut, more: encore}",
            "{cursor: meta.suite, parameter: curseur}", "{header: X-Next-Page}",
            "{header: X-Next-Page, parameter: p, total: meta.total}",
        ))
    ),
    Case("fichier", {
        "  path: arbres.csv": "  path: arbres.txt\n  format: csv\n  encoding: cp1252\n  delimiter: ';'\n"
        "  sheet: Feuille 1\n  decimal: ','\n  dates: excel\n  missing: ['']",
    }),
    Case("fichier-difficile", {
        "  path: arbres.csv": "  path: arbres.csv\n  encoding: auto\n  delimiter: auto\n  header_rows: 2\n"
        "  footer: [Total, 'Source :']\n  fill_down: espece\n  hidden_rows: skip",
    }),
    Case("ordre-du-fichier", {
        "  planteur: drop\n": "",
        "{generalise: year, as: annee}": "{publish: true, as: annee}",
        "key: [id]": "order: source\nkey: [id]",
    }),
    Case("fichier-json", {"  path: arbres.csv": "  path: arbres.json\n  records: data\n  keyed: id"}),
    Case("fichier-xml", {"  path: arbres.csv": "  path: arbres.xml\n  records: ville/arbres/arbre"}),
    Case("fichier-d-une-archive", {"  path: arbres.csv": "  path: gtfs.zip\n  member: stops.txt"}),
    Case(
        "plusieurs-fichiers",
        {
            "  path: arbres.csv": "  path: 'arbres-*.csv'\n  take: all\n  file_column: fichier\n  settled: 60",
            "  espece: publish": "  espece: publish\n  fichier: drop",
        },
    ),
    Case("depot-sftp", {"  file: depot\n": "  sftp: depot\n  settled: 30\n"}),
    Case(
        "base-mysql",
        {"  file: depot\n  path: arbres.csv": "  mysql: urbanisme\n  sql: sql/arbres.sql"},
        files={"sql/arbres.sql": "SELECT `id`, 'l\\'if :x' AS espece, plantation # \nFROM arbre\n"},
    ),
    Case(
        "base-sql-server",
        {"  file: depot\n  path: arbres.csv": "  mssql: urbanisme\n  sql: sql/arbres.sql"},
        files={"sql/arbres.sql": "SELECT [id], [l'if :x] AS espece, plantation\nFROM dbo.arbre\n"},
    ),
    Case(
        "base-oracle",
        {"  file: depot\n  path: arbres.csv": "  oracle: urbanisme\n  sql: sql/arbres.sql"},
        files={"sql/arbres.sql": 'SELECT "id", "l\'if :x" AS espece, plantation\nFROM sig.arbre\n'},
    ),
    Case(
        "base-jointe-par-airflow",
        {"  file: depot\n  path: arbres.csv": "  dbapi: urbanisme\n  sql: sql/arbres.sql"},
        files={"sql/arbres.sql": "SELECT `id`, 'l''if :x' AS espece, plantation\nFROM arbre\n"},
    ),
    Case("depot-seau", {"  file: depot\n": "  s3: depot\n"}),
    Case(
        "depot-partage",
        {
            "  file: depot\n": "  webdav: depot\n  file_column: origine\n",
            "  espece: publish": "  espece: publish\n  origine: drop",
        },
    ),
    Case("dernier-fichier", {"  path: arbres.csv": "  path: 'arbres-*.csv'\n  take: newest-date"}),
    Case("shapefile", {"  path: arbres.csv": "  path: arbres.zip\n  sheet: arbres"}),
    Case("texte-seul-pour-une-liste", {"[arbres, nature]": "arbres", "key: [id]": "key: id", "[csv]": "csv"}),
    Case(
        "table-jointe",
        {
            "key: [id]": "join: {file: references/especes.csv, on: espece, columns: [essence], "
            "unmatched: reject}\nkey: [id]",
            "  espece: publish": "  espece: publish\n  essence: drop",
        },
        files={"references/especes.csv": "espece,essence\n"},
    ),
    Case(
        "calculs",
        {
            "key: [id]": "computed:\n  essence: left(espece, 3)\n  \"le genre\": \"'x' || espece\"\nkey: [id]",
            "  espece: publish": "  espece: publish\n  essence: drop\n  le genre: drop",
        },
    ),
    Case(
        "tables-jointes",
        {
            "key: [id]": "join:\n  - {file: references/especes.xlsx, on: [espece, id], sheet: Feuille, dates: DD/MM/YYYY}\n"
            "  - {file: references/autres.csv, on: {espece: nom}, encoding: cp1252, delimiter: ';', decimal: ','}\n"
            "key: [id]",
        },
        files={"references/especes.xlsx": b"PK", "references/autres.csv": "nom;famille\n"},
    ),
    Case(
        "tiree-d-une-colonne-retiree",
        {
            "key: [id]": "join: {file: references/planteurs.csv, on: planteur, columns: [espece]}\nkey: [id]",
            "  formats: [csv]\n": "  formats: [csv]\nwaivers:\n  - {column: espece, kind: derived, reason: un genre, "
            "date: 2026-01-05, by: Claire Fabre}\n",
        },
        files={"references/planteurs.csv": "planteur,espece\n"},
    ),
    Case("schema-en-toutes-lettres", {"schema: schemas/arbres.json": "schema: {file: schemas/arbres.json}"}),
    Case(
        "schema-national",
        {
            "schema: schemas/arbres.json": "schema: {national: ville/schema-arbres, version: 1.0.0}",
            "  espece: publish": "  espece: drop",
        },
        files=national(SCHEMA),
    ),
    Case("minutes", {"cadence: monthly": "cadence: every 15 minutes"}),
    Case("delai", {"cadence: monthly": "cadence: at most 366 days"}),
    Case("delai-d-un-jour", {"cadence: monthly": "cadence: at most 1 day"}),
    Case(
        "apres",
        {"cadence: monthly": "cadence: at most 35 days\nafter: voies"},
        files=others(voies=""),
    ),
    Case(
        "apres-et-horloge",
        {"cadence: monthly": "cadence: weekly\nafter: [voies, quartiers]"},
        files=others(voies="quartiers", quartiers=""),
    ),
    Case("moyens", {"cadence: monthly": "cadence: monthly\nresources: {queue: heavy, cpu: 2, memory: 4Gi}"}),
    Case("arrivee", {"cadence: monthly": "cadence: at most 35 days\non_arrival: true"}),
    Case("arrivee-http", {**FROM_API, "cadence: monthly": "cadence: at most 35 days\non_arrival: true"}),
    Case(
        "arrivee-horloge-et-jeu",
        {"cadence: monthly": "cadence: weekly\non_arrival: true\nafter: voies"},
        files=others(voies=""),
    ),
    Case("tout-dit", {
        _MORE: "  formats: [csv, parquet, geojson]\n  platform: datasud\n  datastore: false\n"
        "  formulas: prefix\n  split: {by: annee, per: year}\n"
        "contact: arbres@ville.example\ncategory: environnement-et-climat\nlicence: odc-odbl\naccess: open\n"
        "granularity: poi\nreject_at_most: 2,5 %\n"
        "privacy: {quasi_identifiers: espece, k: 5, suppress_at_most: 0.02}\n",
    }),
    Case("gardes", {
        _MORE: f"{_MORE}guards: {{shrink: 10%, grow: any, columns: any, nulls: 0.05, shift: 15 %, "
        "truncated: any, fresh: {column: annee, within: 400 days}, totals: {lon: 200%, lat: any}}\n",
    }),
    Case("confidentiel", {
        _MORE: f"{_MORE}privacy:\n  quasi_identifiers: [id, espece, plantation, lon]\n  k: 5\n"
        "  recode: local\n"
        "  hierarchies:\n    plantation: [decade]\n    espece: hierarchies/especes.csv\n"
        "    lon: [0.5, 1]\n    id: {prefix: [3, 2]}\n"
        "  sensitive: {lat: {distinct: 2, entropy: 1.5, closeness: 30%, ordered: true}}\n"
        "  k_map: {at_least: 20, file: hierarchies/especes.csv, count: n}\n  population: arbres\n",
        "key: [id]\n": "",
    }, schema={'"type": "year"': '"type": "string"', '"lon", "type": "number"': '"lon", "type": "string"'},
        files={"hierarchies/especes.csv": "Olivier;Feuillu;*\n"}),
    Case("traitement", {
        _MORE: f"{_MORE}processing: {{purpose: connaître, legal_ground: 'RGPD, art. 6', persons: agents, "
        "why_k: seuil retenu, dpia: {needed: false, why: aucune personne}, retention: cinq ans}\n",
    }),
    Case("secret", {
        "  lat: publish": "  lat: {cell: {units: planteur, largest: id, at_least: 5, at_most: 80%}}",
        "  lon: publish": "  lon: {cell: {households: planteur}}",
    }),
    Case("restreint", {_MORE: f"{_MORE}access: same_organization\nlicence: other-at\n"}),
    Case("nommes", {
        _MORE: f"{_MORE}access: {{level: only_allowed_users, users: [mdupont]}}\nlicence: other-at\n",
    }),
    Case("arcgis", {"  file: depot\n  path: arbres.csv": "  arcgis: mobilite\n"
                    "  dataset: Arbres/FeatureServer/0\n  geometry: false\n  decimal: ','\n"
                    "  dates: DD/MM/YYYY\n  missing: [NA]"}),
    Case("opendatasoft", {"  file: depot\n  path: arbres.csv": "  opendatasoft: mobilite\n  dataset: arbres\n"
                          "  geometry: true"}),
    Case("ogcapi", {"  file: depot\n  path: arbres.csv": "  ogcapi: mobilite\n  dataset: arbres"}),
    Case("wfs", {"  file: depot\n  path: arbres.csv": "  wfs: mobilite\n  dataset: voirie:arbres\n"
                 "  output: geojson\n  sort_by: id"}),
    Case("onegeo", {"  file: depot\n  path: arbres.csv": "  onegeo: mobilite\n  dataset: arbres\n"
                    "  resource: Les arbres\n  format: xlsx\n  sheet: A"}),
    Case("ckan", {"  file: depot\n  path: arbres.csv": "  ckan: mobilite\n  resource: 0b1c2d3e\n  datastore: false\n"
                  "  format: xlsx\n  sheet: A\n  header_rows: 2\n  hidden_rows: read\n  member: a.xlsx\n"
                  "  decimal: ','\n  missing: [NA]\n"
                  "  dates: DD/MM/YYYY"}),
    Case("ckan-csv", {"  file: depot\n  path: arbres.csv": "  ckan: mobilite\n  resource: 0b1c2d3e\n"
                      "  encoding: auto\n  delimiter: ';'"}),
    Case("ckan-json", {"  file: depot\n  path: arbres.csv": "  ckan: mobilite\n  resource: 0b1c2d3e\n"
                       "  format: json\n  records: a.b\n  keyed: id\n  datastore: true"}),
    Case("lien", _LINKED),
    Case("lien-relatif", {**FROM_API, **_LINKED, "link: https://ville.example/arbres.csv": "link: /arbres"}),
    Case("jeu-de-colonnes", {"columns:\n": "column_sets: planteurs\ncolumns:\n", "  planteur: drop\n": ""}),
    Case("environnement", {
        _MORE: f"{_MORE}environments:\n  recette:\n    title: Essai\n    description: Essai.\n"
        "    owner: DSI\n    contact: essai@ville.example\n    cadence: as-needed\n    access: open\n"
        "    source: {file: depot, path: essai.csv}\n    publish: {formats: csv, datastore: false}\n",
    }, environment="recette"),
    Case("environnement-vide", {_MORE: f"{_MORE}environments:\n  recette:\n"}, environment="recette"),
)  # fmt: skip

CITIES = (
    Case("ville-d-un-portail-seul", city={
        'siren: "211300017"\ninsee: "13001"\nbbox: [5.27, 43.44, 5.51, 43.63]\n': "version: 1\n",
        "convention:\n  partner: Région\n  notified: 2026-01-15\n  project_lead: donnees@region.example\n": "",
        "type: ckan, connection: datasud": "type: portal",
    }),
    Case("ville-entiere", city={
        "insee:": "timezone: Indian/Reunion\ncontact: mairie@ville.example\ndpo: dpo@ville.example\n"
        "rejected_days: 15\nfloors: {k: 10, small_count: 5, "
        "units: 4, households: 12, largest_share: 80%, distinct: 3}\n"
        "holidays: [2026-05-01, {from: 2026-08-01, to: 2026-08-15, why: congés}, {from: 2026-12-24}]\n"
        "agreement: none\npeople:\n"
        "  jmartin: {name: Jeanne Martin, email: jeanne@ville.example, roles: [dpo, steward],\n"
        "    key: MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=}\n"
        "  pdurand: {name: Paul Durand, roles: [operator]}\ninsee:",
        "  partner: Région": "  partner: Région\n  ends: 2027-01-15\n"
        "  amendments: [{signed: 2026-09-01, about: Mobilité}, {signed: 2026-06-30, about: Culture}]",
        "connection: datasud}": "connection: datasud, pool: 2}",
        "  platform: datasud": "  platform: datasud\n  owner: DSI\n  mode: upload\n  formats: [csv, "
        "parquet]\n  datastore: false\n  access: open\n  granularity: iris\n  reject_at_most: 1%\n"
        "  guards: {shrink: 10%, columns: keep, truncated: hold}\n"
        "  privacy: {k: 11, suppress_at_most: 5%}",
        "recette: {}": "recette:\n    contact: essai@ville.example\n    cadence: as-needed\n"
        "    source: {file: mobilite, http: mobilite, postgres: urbanisme}\n"
        "    publish: {platform: datasud, formats: csv, datastore: true}\n"
        "    platforms: {datasud: {connection: sel, pool: 1}}\n  formation:",
    }),
)  # fmt: skip

RIGHT = (*DATASETS, *RULES, *CITIES)
