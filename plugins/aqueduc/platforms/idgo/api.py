"""IDGO's REST API, as its published source has it: forms in, JSON out, HTTP Basic.

What it says no with may quote what was sent, so that only the names of the fields that it complains of are
kept. Its traps are told where they are avoided.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from aqueduc.errors import PlatformAccessRefusal, PlatformError, PlatformRequestRejection
from aqueduc.language import _, sanitise_external_text
from aqueduc.publish.client import (
    PlatformClient,
    PlatformItemNotFound,
    PublishableFile,
    parse_json_response,
)

FILE = "up_file"


class IdgoApi:
    """Methods raise the errors of ``PlatformClient``; PlatformItemNotFound for a 404."""

    def __init__(self, client: PlatformClient) -> None:
        self._client = client

    # --- reading --------------------------------------------------------------------------------------------

    def list_account_organisations(self, login: str) -> tuple[str, ...]:
        """Those that the account contributes for: in which it may write."""
        return tuple(str(one["name"]) for one in self._get_json(f"user/{login}/").get("contribute") or ())

    def has_organisation(self, slug: str) -> bool:
        return self._get_if_found(f"organisation/{slug}/") is not None

    def find_dataset(self, slug: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._get_if_found(f"dataset/{slug}/")
        return found

    def list_resources(self, slug: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get_json(f"dataset/{slug}/resource/")
        return found

    # --- writing --------------------------------------------------------------------------------------------

    def create_dataset(self, fields: Mapping[str, Any]) -> None:
        self._send_form("POST", "dataset/", build_form_values(fields), idempotent=False)

    def change_dataset(self, slug: str, fields: Mapping[str, Any]) -> None:
        """All of its fields: IDGO empties most of those that a PUT does not name, and hides the record when
        it does not say whether it is private."""
        self._send_form("PUT", f"dataset/{slug}/", build_form_values(fields), idempotent=True)

    def delete_dataset(self, slug: str) -> None:
        """For good, in its CKAN too."""
        self._send_form("DELETE", f"dataset/{slug}/", None, idempotent=False)

    def create_resource(self, slug: str, fields: Mapping[str, Any], file: PublishableFile | None) -> str:
        """Returns its id."""
        answer = self._send_form(
            "POST", f"dataset/{slug}/resource/", build_form_values(fields), file, idempotent=False
        )
        path: str = urlsplit(answer.headers.get("Content-Location", "")).path
        return path.rstrip("/").rsplit("/", 1)[-1]

    def change_resource(
        self, slug: str, identifier: str, fields: Mapping[str, Any], file: PublishableFile | None
    ) -> None:
        self._send_form(
            "PUT", f"dataset/{slug}/resource/{identifier}/", build_form_values(fields), file, idempotent=True
        )

    def delete_resource(self, slug: str, identifier: str) -> None:
        self._send_form("DELETE", f"dataset/{slug}/resource/{identifier}/", None, idempotent=False)

    # --- requests -------------------------------------------------------------------------------------------

    def _get_if_found(self, path: str) -> Any:
        try:
            return self._get_json(path)
        except PlatformItemNotFound:
            return None

    def _get_json(self, path: str) -> Any:
        response = self._require_expected_status(
            "GET", path, self._client.request("GET", self._build_url(path), idempotent=True)
        )
        try:
            return response.json()
        except ValueError:
            raise self._build_not_idgo_error(path, response.status_code) from None

    def _send_form(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str | list[str]] | None,
        file: PublishableFile | None = None,
        *,
        idempotent: bool,
    ) -> httpx.Response:
        files = {FILE: file} if file is not None else None
        return self._require_expected_status(
            method,
            path,
            self._client.request(
                method, self._build_url(path), form=fields, files=files, idempotent=idempotent
            ),
        )

    def _build_url(self, path: str) -> str:
        return f"{self._client.url}/{path}"

    def _require_expected_status(self, method: str, path: str, response: httpx.Response) -> httpx.Response:
        if response.status_code != {"GET": 200, "POST": 201}.get(method, 204):
            raise self._build_response_error(path, response)
        return response

    # --- what went wrong ------------------------------------------------------------------------------------

    def _build_response_error(self, path: str, response: httpx.Response) -> PlatformError:
        where, status = self._build_url(path), response.status_code
        if status in (401, 403):
            return PlatformAccessRefusal(
                _("IDGO refuse ce compte, ou ce qu'il demande."),
                where=where,
                remedy=_(
                    "vérifier l'identifiant et le mot de passe de la connexion « {connection} », et que ce "
                    "compte contribue pour l'organisation « {organisation} »"
                ).format(connection=self._client.connection, organisation=self._client.organisation),
            )
        if status == 404:
            return PlatformItemNotFound(
                _("IDGO ne trouve pas ce qui est demandé."),
                where=where,
                remedy=_(
                    "vérifier l'adresse que porte la connexion « {connection} », et que la fiche existe "
                    "encore dans IDGO"
                ).format(connection=self._client.connection),
            )
        if status not in (400, 413):
            return self._build_not_idgo_error(path, status)
        return _build_rejection_error(where, status, _parse_error_fields(response))

    def _build_not_idgo_error(self, path: str, status: int) -> PlatformRequestRejection:
        return PlatformRequestRejection(
            _("L'adresse ne répond pas comme l'API d'IDGO ({status}).").format(status=status),
            where=self._build_url(path),
            remedy=_(
                "vérifier l'adresse que porte la connexion « {connection} » : c'est celle de l'API"
            ).format(connection=self._client.connection),
        )


def build_form_values(fields: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """As IDGO reads it: booleans as words, one entry for each of several values. Several values of which
    there is none are sent as an empty one: IDGO keeps the old ones of what is not sent."""
    return {name: _format_form_value(value) for name, value in fields.items()}


def _format_form_value(value: Any) -> str | list[str]:
    return [str(item) for item in value] or [""] if isinstance(value, tuple) else str(value)


def _parse_error_fields(response: httpx.Response) -> list[str]:
    """Of which IDGO complains: names of a form's, never their values nor its sentences."""
    said = parse_json_response(response)
    error = said.get("error") if isinstance(said, dict) else None
    return [sanitise_external_text(name) for name in error] if isinstance(error, dict) else []


def _build_rejection_error(where: str, status: int, names: Sequence[str]) -> PlatformRequestRejection:
    if "title" in names or "slug" in names:
        return PlatformRequestRejection(
            _("Un autre jeu porte déjà ce titre ou cette adresse dans IDGO."),
            where=where,
            remedy=_("changer « title: », ou renommer le fichier de la déclaration"),
        )
    if status == 413 or {FILE, "dl_url", "referenced_url", "ftp_file"} & set(names):
        return PlatformRequestRejection(
            _("IDGO refuse le fichier ou le lien (trop gros ?)."),
            where=where,
            remedy=_(
                "demander à la Région la taille admise et la déclarer (« largest_file_mb: »), ou publier "
                "ce jeu en « mode: index »"
            ),
        )
    if {"profiles_allowed", "organisations_allowed"} & set(names):
        return PlatformRequestRejection(
            _(
                "IDGO n'accepte pas, par son API, la liste de ceux qui peuvent lire : sa version 1.5.5 "
                "ne sait pas la recevoir."
            ),
            where=where,
            remedy=_(
                "demander à la Région une version corrigée ; ou choisir « access: registered » ou « "
                "access: only_idgo_partners » ; rien n'est montré au public en attendant"
            ),
        )
    return PlatformRequestRejection(
        _("IDGO rejette cette fiche{about}.").format(about=f" ({', '.join(names)})" if names else ""),
        where=where,
        remedy=_("corriger la déclaration sur ces points, ou signaler ce défaut"),
    )
