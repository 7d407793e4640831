"""OneGeo Suite's HTTP API, as a public client of it and a record of its CKAN facade show it: JSON both ways,
a token that a login gives, and two ways of reading that ask for none.

Nothing of it is documented. What it says no with may quote what was sent, so that only the names of the
fields that it complains of are kept.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from aqueduc.errors import PlatformAccessRefusal, PlatformError, PlatformRequestRejection
from aqueduc.language import _, sanitise_external_text
from aqueduc.publish.client import (
    PlatformClient,
    PlatformItemNotFound,
    parse_json_response,
    require_id_in_write_response,
)

DATASETS, RESOURCES = "dataset/datasets/", "resource/resources/"
ATTACHMENTS = "resource/resource-dataset/"
PRINCIPAL, ANNEX = 1, 2
"""What a resource is to a record."""
_PACKAGES = "indexer/service/ckan/api/3/action/package_search"
_SEARCH = "indexer/elastic/_search/"
_PAGE = 100
_MOST = 1000
"""Records of an organisation that the facade is asked for, as data.gouv.fr's harvester does."""
_REFUSED, _GONE = frozenset({401, 403}), frozenset({404, 405, 410})


class CodenameTaken(PlatformRequestRejection, code="onegeo-nom-pris"):
    """Another record, or another resource, has this codename."""


class OneGeoApi:
    """The API of OneGeo Suite. ``visitor`` logs nobody in; ``open_account`` gives the client of whoever has a
    token. ``account``: what is sent to log in. Methods raise the errors of ``PlatformClient``; PlatformItemNotFound for
    what is not there, or not offered."""

    def __init__(
        self,
        visitor: PlatformClient,
        account: Mapping[str, str],
        open_account: Callable[[str], PlatformClient],
    ) -> None:
        self.visitor = visitor
        self._credentials = account
        self._open_account = open_account
        self._account: PlatformClient | None = None

    # --- what visitors read ---------------------------------------------------------------------------------

    def list_packages(self, organisation: str) -> list[dict[str, Any]]:
        """The records of an organisation (its slug) as the CKAN facade shows them."""
        said = self._get_json_as_visitor(_PACKAGES, _build_package_query(organisation))
        found: list[dict[str, Any]] = (said.get("result") or {}).get("results") or []
        return found

    def list_search_hits_of_slug(self, slug: str) -> list[dict[str, Any]]:
        """What the site's search has at this address: ``metadata-fr`` has the record."""
        hits = (self._get_json_as_visitor(_SEARCH, _build_search_query(slug)).get("hits") or {}).get(
            "hits"
        ) or []
        return [one["_source"] for one in hits if one["_source"].get("slug") == slug]

    def build_packages_url(self, organisation: str) -> str:
        """Where ``list_packages`` asks."""
        return f"{self._build_url(_PACKAGES)}?{urlencode(_build_package_query(organisation))}"

    def build_search_url(self, slug: str) -> str:
        """Where ``list_search_hits_of_slug`` asks."""
        return f"{self._build_url(_SEARCH)}?{urlencode(_build_search_query(slug))}"

    # --- what the account reads -----------------------------------------------------------------------------

    def find_usergroup_id(self, organisation: str) -> str | None:
        """The number of the group of this slug."""
        groups = self._list_paginated_rows("usergroup/user-groups/")
        names = ("codename", "name", "slug")
        return next((str(one["id"]) for one in groups if organisation in map(one.get, names)), None)

    def find_dataset(self, identifier: str) -> dict[str, Any] | None:
        """None too where the API shows no record by itself."""
        try:
            found: dict[str, Any] = self._send_as_account_and_parse_json("GET", f"{DATASETS}{identifier}/")
        except PlatformItemNotFound:
            return None
        return found

    def list_datasets(self, search: str = "") -> Iterator[dict[str, Any]]:
        yield from self._list_paginated_rows(DATASETS, search=search)

    def list_resource_attachments(self, dataset: str) -> list[dict[str, Any]]:
        """What says which resources a record has: each with its ``resource``."""
        return list(self._list_paginated_rows(ATTACHMENTS, dataset_id=dataset))

    def search_resources(self, search: str) -> list[dict[str, Any]]:
        """None of them where the API does not list them."""
        try:
            return list(self._list_paginated_rows(RESOURCES, search=search))
        except PlatformItemNotFound:
            return []

    def find_format_id(self, name: str) -> int | None:
        """The id of the format of exactly this name (``csv``)."""
        known = self._list_paginated_rows("resource/data-format/", search=name)
        return next((int(one["id"]) for one in known if str(one.get("codename")).lower() == name), None)

    def list_upload_endpoints(self) -> list[str] | None:
        """What below ``resource/`` is named an upload; None when the API does not list its own."""
        response = self._send_as_account("GET", "resource/", None, idempotent=True)
        said = parse_json_response(response) if response.status_code == 200 else None
        if not isinstance(said, dict) or "resources" not in said:
            return None
        return sorted(name for name in said if "upload" in name)

    def list_writable_fields(self) -> frozenset[str] | None:
        """The fields that the API says a record takes; None when it does not say."""
        response = self._send_as_account("OPTIONS", DATASETS, None, idempotent=True)
        said = parse_json_response(response) if response.status_code == 200 else None
        actions = said.get("actions") if isinstance(said, dict) else None
        return frozenset(actions["POST"]) if isinstance(actions, dict) and actions.get("POST") else None

    # --- writing --------------------------------------------------------------------------------------------

    def create_dataset(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return require_id_in_write_response(
            self._send_as_account_and_parse_json("POST", DATASETS, fields, idempotent=False),
            self._build_url(DATASETS),
        )

    def change_dataset(self, identifier: str, fields: Mapping[str, Any]) -> None:
        self._send_as_account_and_parse_json("PATCH", f"{DATASETS}{identifier}/", fields)

    def delete_dataset(self, identifier: str) -> None:
        """What is gone already is gone."""
        try:
            self._send_as_account_and_parse_json("DELETE", f"{DATASETS}{identifier}/")
        except PlatformItemNotFound:
            return

    def create_resource(self, fields: Mapping[str, Any]) -> str:
        """A shell, that leads nowhere and stands in no record. Returns its id. Raises CodenameTaken."""
        made = self._send_as_account_and_parse_json("POST", RESOURCES, fields, idempotent=False)
        return str(require_id_in_write_response(made, self._build_url(RESOURCES))["id"])

    def add_resource_link(self, resource: str, href: str, data_format: int | None) -> None:
        """A link to a file of this format; to a page, when there is none."""
        where = {"resource_id": _parse_numeric_identifier(resource), "href": href}
        if data_format is None:
            self._send_as_account_and_parse_json("POST", "resource/href/", where, idempotent=False)
        else:
            self._send_as_account_and_parse_json(
                "POST", "resource/file-download/", {**where, "dataformat_id": data_format}, idempotent=False
            )

    def attach_resource_to_dataset(self, resource: str, dataset: str, kind: int) -> None:
        ids = {
            "resource_id": _parse_numeric_identifier(resource),
            "dataset_id": _parse_numeric_identifier(dataset),
        }
        self._send_as_account_and_parse_json(
            "POST", ATTACHMENTS, {**ids, "publish": True, "type": kind}, idempotent=False
        )

    def change_resource(self, identifier: str, fields: Mapping[str, Any]) -> None:
        self._send_as_account_and_parse_json("PATCH", f"{RESOURCES}{identifier}/", fields)

    def delete_resource(self, identifier: str) -> None:
        """What is gone already is gone."""
        try:
            self._send_as_account_and_parse_json("DELETE", f"{RESOURCES}{identifier}/")
        except PlatformItemNotFound:
            return

    # --- requests -------------------------------------------------------------------------------------------

    def log_in(self) -> PlatformClient:
        """Raises PlatformAccessRefusal when the account is refused, PlatformRequestRejection when no token comes."""
        path = "login/signin/"
        response = self.visitor.request(
            "POST", self._build_url(path), json=dict(self._credentials), anonymous=True, idempotent=True
        )
        if response.status_code in (400, *_REFUSED):
            raise PlatformAccessRefusal(
                _("OneGeo Suite refuse ce compte."),
                where=self._build_url(path),
                remedy=_("vérifier l'identifiant et le mot de passe de la connexion « {connection} »").format(
                    connection=self.visitor.connection
                ),
            )
        said = parse_json_response(response)
        token = said.get("token") if response.is_success and isinstance(said, dict) else None
        if not token:
            raise self._build_not_onegeo_error(path, response.status_code)
        self._account = self._open_account(str(token))
        return self._account

    def _list_paginated_rows(self, path: str, **asked: str) -> Iterator[dict[str, Any]]:
        """All of a list, page by page: some lists come whole."""
        seen, page = 0, 1
        while True:
            query = {name: value for name, value in asked.items() if value}
            try:
                said = self._send_as_account_and_parse_json(
                    "GET", f"{path}?{urlencode({**query, 'page': page, 'page_size': _PAGE})}"
                )
            except PlatformItemNotFound:
                if page == 1:
                    raise
                return
            rows = said if isinstance(said, list) else said.get("results") or []
            yield from rows
            seen, page = seen + len(rows), page + 1
            if isinstance(said, list) or not rows or seen >= int(said.get("count") or 0):
                return

    def _get_json_as_visitor(self, path: str, query: Mapping[str, Any]) -> dict[str, Any]:
        """As a visitor."""
        response = self.visitor.request(
            "GET", self._build_url(path), params=query, anonymous=True, idempotent=True
        )
        said = parse_json_response(self._require_success(path, response))
        if not isinstance(said, dict):
            raise self._build_not_onegeo_error(path, 200)
        return said

    def _send_as_account_and_parse_json(
        self, method: str, path: str, sent: Mapping[str, Any] | None = None, *, idempotent: bool = True
    ) -> Any:
        response = self._require_success(
            path, self._send_as_account(method, path, sent, idempotent=idempotent)
        )
        said = parse_json_response(response)
        if said is None and method != "DELETE":
            raise self._build_not_onegeo_error(path, response.status_code)
        return said

    def _send_as_account(
        self, method: str, path: str, sent: Mapping[str, Any] | None, *, idempotent: bool
    ) -> httpx.Response:
        """As the account, which logs in once more when it is refused: a token does not last."""
        url = self._build_url(path)
        response = (self._account or self.log_in()).request(method, url, json=sent, idempotent=idempotent)
        if response.status_code in _REFUSED:
            response = self.log_in().request(method, url, json=sent, idempotent=idempotent)
        return response

    def _build_url(self, path: str) -> str:
        return f"{self.visitor.url}/{path}"

    # --- what went wrong ------------------------------------------------------------------------------------

    def _require_success(self, path: str, response: httpx.Response) -> httpx.Response:
        if not response.is_success:
            raise self._build_error_of_http_status(path.partition("?")[0], response)
        return response

    def _build_error_of_http_status(self, path: str, response: httpx.Response) -> PlatformError:
        where, status = self._build_url(path), response.status_code
        if status in _REFUSED:
            return PlatformAccessRefusal(
                _("OneGeo Suite refuse à ce compte ce qu'il demande."),
                where=where,
                remedy=_(
                    "demander à la Région que le compte de la connexion « {connection} » puisse publier pour "
                    "l'organisation « {organisation} »"
                ).format(connection=self.visitor.connection, organisation=self.visitor.organisation),
            )
        if status in _GONE and response.request.method != "POST":
            return PlatformItemNotFound(
                _("OneGeo Suite ne trouve pas ce qui est demandé."),
                where=where,
                remedy=_(
                    "vérifier l'adresse que porte la connexion « {connection} », et que la fiche existe "
                    "encore sur la plateforme"
                ).format(connection=self.visitor.connection),
            )
        return (
            self._build_rejection_error(where, response)
            if status == 400
            else self._build_not_onegeo_error(path, status)
        )

    def _build_rejection_error(self, where: str, response: httpx.Response) -> PlatformRequestRejection:
        names = _parse_error_fields(response)
        if "codename" in names:
            return CodenameTaken(
                _("Une autre fiche, ou une autre ressource, a déjà ce nom de code sur la plateforme."),
                where=where,
                remedy=_(
                    "renommer le fichier de la déclaration, ou demander à la Région à qui est cette fiche"
                ),
            )
        about = f" ({', '.join(names)})" if names else ""
        return PlatformRequestRejection(
            _("OneGeo Suite rejette ce qui lui est envoyé{about}.").format(about=about),
            where=where,
            remedy=_("corriger la déclaration sur ces points, ou signaler ce défaut"),
        )

    def _build_not_onegeo_error(self, path: str, status: int) -> PlatformRequestRejection:
        return PlatformRequestRejection(
            _("L'adresse ne répond pas comme l'API d'un OneGeo Suite ({status}).").format(status=status),
            where=self._build_url(path.partition("?")[0]),
            remedy=_(
                "vérifier l'adresse que porte la connexion « {connection} » : celle du site, langue "
                "comprise (https://www.datasud.fr/fr/)"
            ).format(connection=self.visitor.connection),
        )


def _build_package_query(organisation: str) -> dict[str, Any]:
    return {"q": f'organization:"{organisation}"', "rows": _MOST}


def _build_search_query(slug: str) -> dict[str, Any]:
    return {"q": f'slug.keyword:"{slug}" AND is_metadata:true'}


def _parse_numeric_identifier(identifier: str) -> int | str:
    return int(identifier) if identifier.isdigit() else identifier


def _parse_error_fields(response: httpx.Response) -> list[str]:
    """Of which it complains: names of fields, never values nor its sentences."""
    said = parse_json_response(response)
    return sorted(sanitise_external_text(name) for name in said) if isinstance(said, dict) else []
