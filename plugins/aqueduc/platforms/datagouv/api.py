"""udata's REST API, version 1, as its published source has it: JSON both ways, files as multipart, a key in
the header ``X-API-KEY``.

What it says no with may quote what was sent, so that only the names of the fields that it complains of are
kept.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from aqueduc.errors import PlatformAccessRefusal, PlatformError, PlatformRequestRejection, PlatformUnavailable
from aqueduc.language import _, sanitise_external_text
from aqueduc.publish.client import (
    PlatformClient,
    PlatformItemNotFound,
    PublishableFile,
    parse_json_response,
    require_id_in_write_response,
)

KEY_HEADER = "X-API-KEY"
_PAGE = 50


class UdataApi:
    """Methods raise the errors of ``PlatformClient``; PlatformItemNotFound for what is missing or hidden."""

    def __init__(self, client: PlatformClient) -> None:
        self._client = client
        self.root = f"{client.url}/api/1"

    # --- reading --------------------------------------------------------------------------------------------

    def get(self, path: str, *, anonymous: bool = False) -> Any:
        return self._send_request("GET", path, anonymous=anonymous, idempotent=True)

    def get_if_found(self, path: str, *, anonymous: bool = False) -> Any:
        """None when it is not there."""
        try:
            return self.get(path, anonymous=anonymous)
        except PlatformItemNotFound:
            return None

    def list_account_organisations(self) -> dict[str, str]:
        """Those that the account belongs to: by their address, their id."""
        mine = self.get("me/").get("organizations") or ()
        return {str(one.get("slug") or one["id"]): str(one["id"]) for one in mine}

    def find_dataset(self, name: str, *, anonymous: bool = False) -> dict[str, Any] | None:
        """By its id, or by its address; None for an address that it had, from which udata redirects."""
        found: dict[str, Any] | None = self.get_if_found(
            f"datasets/{quote(name, safe='')}/", anonymous=anonymous
        )
        return found

    def list_datasets(self, organisation: str, *, anonymous: bool = False) -> Iterator[dict[str, Any]]:
        """All of an organisation, private and deleted ones too unless a visitor asks."""
        page = 1
        while True:
            found = self.get(
                f"organizations/{organisation}/datasets/?page={page}&page_size={_PAGE}", anonymous=anonymous
            )
            yield from found["data"]
            if page * _PAGE >= found["total"]:
                return
            page += 1

    # --- writing --------------------------------------------------------------------------------------------

    def create_dataset(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return self._write_item("POST", "datasets/", json=fields, idempotent=False)

    def change_dataset(self, identifier: str, fields: Mapping[str, Any]) -> None:
        self._send_request("PUT", f"datasets/{identifier}/", json=fields, idempotent=True)

    def delete_dataset(self, identifier: str) -> None:
        """udata marks it, and removes it later by itself."""
        self._send_request("DELETE", f"datasets/{identifier}/", idempotent=False)

    def create_link_resource_and_get_id(self, dataset: str, fields: Mapping[str, Any]) -> str:
        """Returns its id."""
        path = f"datasets/{dataset}/resources/"
        return str(self._write_item("POST", path, json=fields, idempotent=False)["id"])

    def create_file_resource(self, dataset: str, file: PublishableFile) -> dict[str, Any]:
        """A resource that is called like its file. Returns it."""
        return self._write_item("POST", f"datasets/{dataset}/upload/", file=file, idempotent=False)

    def replace_resource_file(self, dataset: str, identifier: str, file: PublishableFile) -> dict[str, Any]:
        """It takes the name of the file for a title again. Returns it."""
        path = f"datasets/{dataset}/resources/{identifier}/upload/"
        return self._write_item("POST", path, file=file, idempotent=True)

    def change_resource(self, dataset: str, identifier: str, fields: Mapping[str, Any]) -> None:
        self._send_request("PUT", f"datasets/{dataset}/resources/{identifier}/", json=fields, idempotent=True)

    def delete_resource(self, dataset: str, identifier: str) -> None:
        self._send_request("DELETE", f"datasets/{dataset}/resources/{identifier}/", idempotent=False)

    # --- requests -------------------------------------------------------------------------------------------

    def _write_item(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """What was written, as it is now."""
        return require_id_in_write_response(
            self._send_request(method, path, **content), f"{self.root}/{path}"
        )

    def _send_request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        file: PublishableFile | None = None,
        anonymous: bool = False,
        idempotent: bool,
    ) -> Any:
        url = f"{self.root}/{path}"
        files = {"file": file} if file is not None else None
        response = self._client.request(
            method, url, json=json, files=files, anonymous=anonymous, idempotent=idempotent
        )
        if response.status_code not in (200, 201, 204):
            raise self._build_response_error(url.partition("?")[0], response)
        if response.status_code == 204:
            return None
        try:
            return response.json()
        except ValueError:
            raise self._build_not_udata_error(url.partition("?")[0], response.status_code) from None

    # --- what went wrong ------------------------------------------------------------------------------------

    def _build_response_error(self, where: str, response: httpx.Response) -> PlatformError:
        status, connection = response.status_code, self._client.connection
        if status in (401, 403):
            return PlatformAccessRefusal(
                _("La plateforme refuse cette clé d'API, ou ce qu'elle demande."),
                where=where,
                remedy=_(
                    "vérifier la clé de la connexion « {connection} » (elle peut avoir expiré), et que son "
                    "compte est éditeur de l'organisation « {organisation} »"
                ).format(connection=connection, organisation=self._client.organisation),
            )
        if status in (404, 410) or (
            status == 308 and "/api/1/datasets/" in response.headers.get("Location", "")
        ):
            return PlatformItemNotFound(
                _("La plateforme ne trouve pas ce qui est demandé."),
                where=where,
                remedy=_(
                    "vérifier l'adresse que porte la connexion « {connection} », et que la fiche existe "
                    "encore sur la plateforme"
                ).format(connection=connection),
            )
        if status == 423:
            return PlatformUnavailable(
                _("La plateforme n'accepte aucune écriture pour le moment."),
                where=where,
                remedy=_("attendre : la tâche sera reprise toute seule"),
            )
        if status in (413, 415):
            return PlatformRequestRejection(
                _("La plateforme refuse le fichier (trop gros, ou d'un type qu'elle n'admet pas)."),
                where=where,
                remedy=_(
                    "déclarer la taille qu'elle admet (« largest_file_mb: »), publier dans un autre format, "
                    "ou en « mode: index »"
                ),
            )
        return (
            self._build_rejection_error(where, response)
            if status == 400
            else self._build_not_udata_error(where, status)
        )

    def _build_rejection_error(self, where: str, response: httpx.Response) -> PlatformRequestRejection:
        names = _parse_error_fields(response)
        about = f" ({', '.join(names)})" if names else ""
        return PlatformRequestRejection(
            _("La plateforme rejette ce qui lui est envoyé{about}.").format(about=about),
            where=where,
            remedy=_("corriger la déclaration sur ces points, ou signaler ce défaut"),
        )

    def _build_not_udata_error(self, where: str, status: int) -> PlatformRequestRejection:
        return PlatformRequestRejection(
            _("L'adresse ne répond pas comme l'API d'un udata ({status}).").format(status=status),
            where=where,
            remedy=_(
                "vérifier l'adresse que porte la connexion « {connection} » : celle du site, sans « /api/1 »"
            ).format(connection=self._client.connection),
        )


def _parse_error_fields(response: httpx.Response) -> list[str]:
    """Of which it complains: names of its fields, never values nor its sentences."""
    said = parse_json_response(response)
    errors = said.get("errors") if isinstance(said, dict) else None
    return sorted(sanitise_external_text(name) for name in errors) if isinstance(errors, dict) else []
