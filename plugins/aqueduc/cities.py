"""Several cities in one deployment: what its administrator says of each, by ``AQUEDUC_CITIES``.

The variable holds a JSON object, or the path of a YAML or JSON file; each key is the code of a city::

    aix:
      name: Aix-en-Provence
      include: /srv/aqueduc/aix/include       # its declarations; or bundle: aix, a repository that Airflow fetches
      store: s3://aqueduc-aix-store
      store_options: AIX_STORE_OPTIONS        # the environment variable that holds them, never the secret itself
      vault: s3://aqueduc-aix-vault
      vault_options: AIX_VAULT_OPTIONS
      queue: aix                              # its tasks run on the workers that listen to it

Who is who is said here and nowhere else: nothing in a city's repository names it. Without the variable there is one
city, which has no code, and AQUEDUC_STORE, AQUEDUC_VAULT… say where it is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aqueduc.connections import Connection, ConnectionLookup, build_missing_connection_error
from aqueduc.errors import InvalidCitiesSetting
from aqueduc.language import Sentence, _, join_messages, quote_text

SETTING, CHOICE = "AQUEDUC_CITIES", "AQUEDUC_CITY"
MOST_CITIES = 1000
_PATH = re.compile(r"[/\w. -]{1,300}")
_CODE = re.compile(r"[a-z](_?[a-z0-9])*")
_LONGEST_CODE, _LONGEST_NAME = 30, 80
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_QUEUE = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_BUNDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Two places are compared by what is written: one that leads through another (« simplecache::s3://… ») says too little.
_PLACE = re.compile(r"(?!.*::)[a-z][a-z0-9+.-]*://[^?#]+")
_SAME_SCHEMES = {"s3a": "s3", "gcs": "gs", "local": "file", "az": "abfs", "abfss": "abfs", "ssh": "sftp"}
# What Airflow and its providers call their connections, before « _default ».
_AIRFLOW_CONNECTIONS = """
airbyte athena aws azure azure_batch azure_cosmos azure_data_explorer azure_data_lake cassandra databricks
default dingding docker drill druid_broker druid_ingest elasticsearch emr facebook fs ftp git github
google_cloud gremlin grpc hdfs hive_cli hiveserver2 http iceberg imap impala jdbc jenkins jira kafka kubernetes
kylin leveldb livy metastore mongo mssql mysql odbc openlineage opensearch opsgenie oracle oss package_index
pig_cli pinot_admin pinot_broker postgres presto qdrant redis redshift salesforce samba segment sendgrid sftp
slack smtp snowflake spark sqlite ssh tableau telegram teradata trino vertica wasb weaviate webhdfs winrm
yandexcloud ydb
"""
_NAMING_CONNECTIONS = (
    "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST",
    "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID",
)
_NAMED_CONNECTION = re.compile(r'(?:conn_id"\s*:\s*"|^)([\w.-]+)')
# What reaches Airflow, or the service that keeps its secrets, as a part of an address.
_CONNECTION = re.compile(r"[A-Za-z0-9_.-]+")
_OWN = re.compile(r"AQUEDUC_(CITIES|CITY|INCLUDE|PORTAL|(STORE|VAULT)(_CONNECTION|_OPTIONS)?)")
"""The variables that speak of one city."""


@dataclass(frozen=True)
class DeployedCity:
    """A city as its administrator deploys it; ``code`` is empty where there is only one. ``store_options`` and
    ``vault_options`` name the environment variables that hold what fsspec needs."""

    code: str = ""
    name: str = ""
    include: str = ""
    bundle: str = ""
    queue: str = ""
    store: str = ""
    store_connection: str = ""
    store_options: str = ""
    vault: str = ""
    vault_connection: str = ""
    vault_options: str = ""
    portal: str = ""

    @property
    def title(self) -> str:
        return self.name or self.code

    @property
    def portal_url(self) -> str:
        """What says nothing of its portal must not share the folder of another that says nothing either."""
        return self.portal or Path(f".aqueduc/{self.code}/portal").resolve().as_uri()

    def prefix_with_city_code(self, name: str) -> str:
        """How the whole deployment knows what the city calls ``name``: a connection, a pool, a role, a queue."""
        return f"{self.code}_{name}" if self.code else name

    def scope_connections(
        self, connections: ConnectionLookup, cities: Iterable[DeployedCity] = ()
    ) -> ConnectionLookup:
        """Those of the city alone, by the names that it gives them; it publishes into none of the places that the
        administrator gave to one of the ``cities``."""
        if not self.code:
            return connections
        return CityConnections(self, connections, frozenset(_list_locations_reserved_from_city(self, cities)))

    def require_known_include_folder(self) -> None:
        """Raises InvalidCitiesSetting where only Airflow knows the folder of its declarations: the one of the working
        directory may be another's."""
        if self.code and not self.include:
            raise InvalidCitiesSetting(
                _("Les déclarations de cette ville sont dans un bundle d'Airflow, que rien ne situe ici."),
                where=_format_setting_path(self.code, "bundle"),
                remedy=_(
                    "donner à cette commande, par {setting}, un fichier où cette ville a « include » (un clone à "
                    "jour de son dépôt git) au lieu de « bundle »"
                ).format(setting=SETTING),
            )

    def get_storage_options_variable_name(self, root: str) -> str:
        """The variable that holds what fsspec needs to open its ``root`` (store, vault); "" for none."""
        return str(getattr(self, f"{root}_options"))

    def build_city_environment_variables(
        self, environment: Mapping[str, str], root: str = ""
    ) -> Mapping[str, str]:
        """``environment`` as if the city were the only one, for who opens its ``root`` (store, vault or none). Raises
        InvalidCitiesSetting where this process was not given the variable that opens it."""
        if not self.code:
            return environment
        own = {name: value for name, value in environment.items() if not _OWN.fullmatch(name)}
        said = {"INCLUDE": self.include, "PORTAL": self.portal_url}
        if root:
            said[root.upper()] = getattr(self, root)
            said[f"{root.upper()}_CONNECTION"] = getattr(self, f"{root}_connection")
            said[f"{root.upper()}_OPTIONS"] = self._read_filesystem_options(environment, root)
        return own | {f"AQUEDUC_{name}": value for name, value in said.items() if value}

    def _read_filesystem_options(self, environment: Mapping[str, str], root: str) -> str:
        variable = self.get_storage_options_variable_name(root)
        # Without it a bucket would be opened with whatever this machine has.
        if variable and not environment.get(variable):
            raise InvalidCitiesSetting(
                _("La variable {variable} n'est pas définie ici.").format(variable=variable),
                where=_format_setting_path(self.code, f"{root}_options"),
                remedy=_(
                    "la définir là où cette ville est servie ; un worker qui ne doit pas l'avoir n'écoute pas "
                    "la file de cette ville (« queue »)"
                ),
            )
        return environment.get(variable, "") if variable else ""


ONLY_CITY = DeployedCity()


@dataclass(frozen=True)
class CityConnections:
    """A ConnectionLookup: what a city calls ``urbanisme`` is the connection ``<code>_urbanisme``, and nothing that it
    may declare leads to another's."""

    city: DeployedCity
    connections: ConnectionLookup
    closed: frozenset[str] = frozenset()

    def is_closed(self, address: str) -> bool:
        """Whether a folder of a declaration is, lies in or holds a store, a vault, declarations, or the portal of
        another."""
        wanted = [_normalise_location(form) for form in _list_equivalent_addresses(address)]
        return any(place.startswith(one) or one.startswith(place) for place in self.closed for one in wanted)

    def get(self, identifier: str) -> Connection:
        """Raises ConnectionMissing, InvalidConnectionSettings."""
        wanted = self.city.prefix_with_city_code(identifier)
        if not _CONNECTION.fullmatch(identifier):
            raise build_missing_connection_error(wanted)
        # Its id stays what the city calls it: that is what its store notes, and what its people read.
        return replace(self.connections.get(wanted), id=identifier, stored_as=wanted)


def _list_equivalent_addresses(address: str) -> Iterator[str]:
    """What fsspec may take it for: it opens one through another (« dir::file://… »), and a home by « ~ »."""
    for part in address.split("::"):
        rest = part.rpartition("://")[2]
        yield from (part, unquote(part), str(Path(rest).expanduser()) if rest.startswith("~") else part)


def _list_locations_reserved_from_city(city: DeployedCity, cities: Iterable[DeployedCity]) -> Iterator[str]:
    for one in cities:
        portal = one.portal_url if one.code != city.code else ""
        yield from map(_normalise_location, filter(None, (one.store, one.vault, one.include, portal)))


def choose_city(environment: Mapping[str, str]) -> DeployedCity:
    """The one that ``AQUEDUC_CITY`` names, or the only one. Raises InvalidCitiesSetting."""
    wanted = environment.get(CHOICE, "")
    cities = read_cities(environment)
    if not cities and wanted:
        raise _build_city_choice_error(_("Il n'y a ici qu'une ville : {setting} n'est pas définie."), "", ())
    if not cities:
        return ONLY_CITY
    if not wanted and len(cities) > 1:
        raise _build_city_choice_error(
            _("Plusieurs villes sont déployées ici, et aucune n'est choisie."), "", cities
        )
    if wanted and wanted not in cities:
        raise _build_city_choice_error(_("Aucune ville déployée ici n'a le code « {code} »."), wanted, cities)
    return cities[wanted] if wanted else next(iter(cities.values()))


def _build_city_choice_error(what: Sentence, wanted: str, cities: Iterable[str]) -> InvalidCitiesSetting:
    known = ", ".join(cities)
    remedy = (
        _("« aqueduc --city CODE … », ou {choice} : l'un de {known}")
        if known
        else _("ôter {choice}, et --city")
    )
    return InvalidCitiesSetting(
        what.format(setting=SETTING, code=wanted),
        where=CHOICE,
        remedy=remedy.format(choice=CHOICE, known=known),
    )


def read_cities(environment: Mapping[str, str]) -> Mapping[str, DeployedCity]:
    """The cities of the deployment by their codes; none where AQUEDUC_CITIES says nothing. Raises
    InvalidCitiesSetting."""
    given = environment.get(SETTING, "").strip()
    if not given:
        return {}
    naming = tuple(environment.get(name, "") for name in _NAMING_CONNECTIONS)
    if given.startswith("{"):
        return _parse_cities(given.encode(), naming)
    return _read_cities_file(given, naming)


def _read_cities_file(path: str, naming: tuple[str, ...]) -> Mapping[str, DeployedCity]:
    """What it says now: whoever adds a city restarts nothing that only reads DAGs."""
    try:
        found = Path(path).stat()
        return _read_cached_cities_file(path, (found.st_mtime_ns, found.st_size, found.st_ino), naming)
    except OSError:
        raise InvalidCitiesSetting(
            _("Le fichier des villes ne peut pas être lu."),
            # What is no path may be the setting itself, which names all the cities.
            where=f"{SETTING}={path}" if _PATH.fullmatch(path) else SETTING,
            remedy=_(
                "y mettre le chemin d'un fichier YAML que le compte d'Airflow peut lire, ou le JSON lui-même"
            ),
        ) from None


@lru_cache(maxsize=4)
def _read_cached_cities_file(
    path: str, _version: tuple[int, int, int], naming: tuple[str, ...]
) -> Mapping[str, DeployedCity]:
    return _parse_cities(Path(path).read_bytes(), naming)


@lru_cache(maxsize=4)
def _parse_cities(text: bytes, naming: tuple[str, ...]) -> Mapping[str, DeployedCity]:
    """``naming``: the settings of Airflow that name connections of the whole deployment."""
    written = _parse_cities_document(text)
    cities = {code: _parse_city_settings(code, said) for code, said in written.items()}
    _refuse_confusable_codes(cities)
    _refuse_names_starting_with_city_code(cities)
    _refuse_codes_of_deployment_connections(cities, naming)
    _refuse_shared_storage_locations(cities.values())
    return cities


def _parse_cities_document(text: bytes) -> Mapping[str, Any]:
    from aqueduc.declaration.diagnostics.document import UnreadableDocument, parse_document

    place = SETTING
    try:
        written: Mapping[str, Any] = parse_document(text, SETTING, "aix: …").value
    except UnreadableDocument as error:
        written, place = {}, f"{SETTING}:{error.problem.place.line}"
    if 0 < len(written) <= MOST_CITIES:
        return written
    raise InvalidCitiesSetting(
        _("Les villes ne sont pas écrites comme un objet YAML ou JSON, où chaque code est écrit une fois."),
        where=place,
        remedy=_(
            "écrire sous chaque code de ville : include (ou bundle), store et vault ; {most} villes au plus"
        ).format(most=MOST_CITIES),
    )


def _parse_city_settings(code: str, said: Any) -> DeployedCity:
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
        raise InvalidCitiesSetting(
            _("« {code} » n'est pas un code de ville.").format(code=code[:_LONGEST_CODE]),
            where=SETTING,
            remedy=_(
                "{most} caractères au plus : des minuscules sans accent, des chiffres, « _ » entre deux"
            ).format(most=_LONGEST_CODE),
        )
    _refuse_reserved_code(code)
    known = [field.name for field in fields(DeployedCity) if field.name != "code"]
    if not isinstance(said, dict) or not all(
        isinstance(value, str) and value.strip() for value in said.values()
    ):
        raise _build_city_error(
            code, "", _("Ce qui est dit de cette ville n'est pas un objet de textes."), ", ".join(known)
        )
    if unknown := sorted(set(said) - set(known)):
        names = join_messages(map(quote_text, unknown))
        raise _build_city_error(
            code, unknown[0], _("Clé inconnue : {names}.").format(names=names), ", ".join(known)
        )
    city = DeployedCity(code, **{name: value.strip() for name, value in said.items()})
    _refuse_incomplete_or_malformed_city(city)
    return city


def _refuse_reserved_code(code: str) -> None:
    """A city ``git`` would reach ``git_default``, and ``git_gardanne``, which opens another's repository."""
    if any(f"{name}_".startswith(f"{code}_") for name in _AIRFLOW_CONNECTIONS.split()):
        raise InvalidCitiesSetting(
            _("Airflow a des connexions dont le nom commence par « {code}_ ».").format(code=code),
            where=_format_setting_path(code, ""),
            remedy=_(
                "choisir un autre code : ce nom donnerait à cette ville des connexions qui ne sont pas les siennes"
            ),
        )


def _build_city_error(code: str, key: str, what: Sentence, expected: Sentence) -> InvalidCitiesSetting:
    """What is written is not shown: it may be a secret that should not be there."""
    return InvalidCitiesSetting(
        what,
        where=_format_setting_path(code, key),
        remedy=_("y écrire : {expected}").format(expected=expected),
    )


def _format_setting_path(code: str, key: str) -> str:
    return ".".join(filter(None, (SETTING, code, key)))


def _refuse_incomplete_or_malformed_city(city: DeployedCity) -> None:
    """Raises InvalidCitiesSetting for what is missing, and for what is not written as it should be."""
    for key in ("store", "vault"):
        if not getattr(city, key):
            raise _build_city_error(city.code, key, _("« {key} » manque.").format(key=key), _("une URL"))
    if bool(city.include) == bool(city.bundle):
        what = _("Il faut « include » ou « bundle » : l'un des deux.")
        expected = _(
            "le dossier des déclarations, ou le nom du bundle d'Airflow qui va chercher son dépôt git"
        )
        raise _build_city_error(city.code, "", what, expected)
    if city.include and not Path(city.include).is_absolute():
        raise _build_city_error(
            city.code, "include", _("« include » n'est pas un chemin absolu."), "/srv/aqueduc/…/include"
        )
    for shape, expected, keys in _SHAPES:
        for key in keys:
            if (value := getattr(city, key)) and not shape.fullmatch(value):
                what = _("« {key} » n'est pas écrit comme il le faut.").format(key=key)
                raise _build_city_error(city.code, key, what, expected)


_SHAPES = (
    (
        _PLACE,
        _("une adresse comme s3://… ou file:///…, sans « ? », « # » ni « :: »"),
        ("store", "vault", "portal"),
    ),
    (_BUNDLE, _("des lettres, des chiffres, « . », « _ » et « - »"), ("bundle",)),
    (
        _VARIABLE,
        _("le nom de la variable d'environnement qui les tient"),
        ("store_options", "vault_options"),
    ),
    (
        _CONNECTION,
        _("l'identifiant d'une connexion d'Airflow"),
        ("store_connection", "vault_connection"),
    ),
    (_QUEUE, _("des minuscules, des chiffres, « . », « _ » et « - »"), ("queue",)),
    (
        re.compile(rf".{{1,{_LONGEST_NAME}}}"),
        _("{most} caractères au plus").format(most=_LONGEST_NAME),
        ("name",),
    ),
)


def _refuse_confusable_codes(codes: Iterable[str]) -> None:
    """``aix`` and ``aix_nord``: the connection ``nord_x`` of the one would be the connection ``x`` of the other."""
    for first, second in _find_prefix_overlaps((f"{code}_", code) for code in codes):
        raise InvalidCitiesSetting(
            _("Les codes « {first} » et « {second} » se confondraient.").format(first=first, second=second),
            where=SETTING,
            remedy=_(
                "en changer un : une connexion « nord_x » de « aix » serait la connexion « x » de « aix_nord »"
            ),
        )


def _refuse_names_starting_with_city_code(cities: Mapping[str, DeployedCity]) -> None:
    """Raises InvalidCitiesSetting for the connection of a bucket, or the queue of a city, that a declaration would name."""
    for city in cities.values():
        for key in ("store_connection", "vault_connection", "queue"):
            name = getattr(city, key).casefold()
            others = (code for code in cities if key != "queue" or code != city.code)
            if taken := next((code for code in others if name.startswith(f"{code}_")), None):
                raise _build_city_error(
                    city.code,
                    key,
                    _("Ce nom est de ceux que les déclarations de « {code} » peuvent employer.").format(
                        code=taken
                    ),
                    _("un nom qui ne commence pas par « {prefix} »").format(prefix=f"{taken}_"),
                )


def _refuse_codes_of_deployment_connections(codes: Iterable[str], naming: Iterable[str]) -> None:
    """A city ``city`` would fetch the repository of another by ``city_git``, the one of the Helm chart."""
    named = [name.casefold() for text in naming for name in _NAMED_CONNECTION.findall(text)]
    for code in codes:
        if any(name.startswith(f"{code}_") for name in named):
            raise InvalidCitiesSetting(
                _("Une connexion de tout le déploiement a un nom qui commence par « {code}_ ».").format(
                    code=code
                ),
                where=_format_setting_path(code, ""),
                remedy=_(
                    "changer ce code, ou renommer cette connexion (« git_conn_id », REMOTE_LOG_CONN_ID) : cette "
                    "ville pourrait l'employer"
                ),
            )


def _refuse_shared_storage_locations(cities: Iterable[DeployedCity]) -> None:
    """Raises InvalidCitiesSetting for a store, a vault, a portal, a folder or a bundle that is that of two cities, or lies
    in another; for a store that is a vault too."""
    cities = list(cities)
    bundles = [(f"{city.bundle}/", f"{city.code}.bundle") for city in cities if city.bundle]
    roots = [
        (_normalise_location(getattr(city, key)), f"{city.code}.{key}")
        for city in cities
        for key in ("store", "vault", "portal", "include")
        if getattr(city, key)
    ]
    # Where nothing says it, it depends on the working directory, which may be a folder of declarations.
    portals = [
        (_normalise_location(city.portal_url), f"{city.code}.portal") for city in cities if not city.portal
    ] + [root for root in roots if not root[1].endswith(".include")]
    for places in (roots, portals, bundles):
        for first, second in _find_prefix_overlaps(places):
            raise InvalidCitiesSetting(
                _("« {first} » et « {second} » désignent le même endroit, ou l'un est dans l'autre.").format(
                    first=first, second=second
                ),
                where=SETTING,
                remedy=_(
                    "donner à chaque ville son dépôt, son coffre et ses déclarations, hors de ceux des autres"
                ),
            )


def _find_prefix_overlaps(places: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The names of two places of which one begins as the other, if any: sorted, they stand side by side."""
    for (first, one), (second, other) in pairwise(sorted(places)):
        if second.startswith(first):
            yield one, other


def _normalise_location(place: str) -> str:
    """An address or a path as it is compared, with ``/`` at its end."""
    scheme, sign, rest = place.partition("://")
    scheme = _SAME_SCHEMES.get(scheme, scheme)
    if sign and scheme != "file":
        return f"{scheme}://{posixpath.normpath(rest).strip('/')}/"
    return f"{Path(rest if sign else place).resolve().as_posix().rstrip('/')}/"
