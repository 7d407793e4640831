"""How an API hands out its pages: what a steward may write below ``paging:``, and where the next page is.

One style is one function, in ``STYLES`` under the key that declares it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import ConfigDict, Field

from aqueduc.declaration.spec import FrozenModel, Text
from aqueduc.language import N_
from aqueduc.sources.paging import (
    ABSENT,
    InvalidNextPageLink,
    NextPage,
    PageAnswer,
    get_value_at_dotted_path,
    parse_count,
)


class ApiPaging(FrozenModel):
    """One style, by the key that is written, and how the last page is known."""

    model_config = ConfigDict(
        json_schema_extra={
            "description": N_("Comment la page suivante se demande."),
            "oneOf": [{"required": [name]} for name in ("next", "link", "page", "offset", "cursor")],
            "dependentRequired": {"cursor": ["parameter"], "parameter": ["cursor"]},
        }
    )

    next: Text | None = Field(
        None,
        description=N_("Le chemin, dans la réponse, de l'adresse de la page suivante."),
        examples=["suivante"],
    )
    link: Literal[True] | None = Field(
        None, description=N_("« true » : l'adresse de la page suivante est dans l'en-tête HTTP « Link ».")
    )
    page: Text | None = Field(
        None, description=N_("Le paramètre de l'adresse qui porte le numéro de la page."), examples=["page"]
    )
    offset: Text | None = Field(
        None,
        description=N_("Le paramètre de l'adresse qui porte le nombre de lignes déjà lues."),
        examples=["offset", "resultOffset"],
    )
    cursor: Text | None = Field(
        None,
        description=N_("Le chemin, dans la réponse, du curseur ; « parameter » dit comment le renvoyer."),
        examples=["meta.curseur"],
    )
    parameter: Text | None = Field(
        None, description=N_("Le paramètre de l'adresse qui porte le curseur."), examples=["cursor"]
    )
    first: Literal[0, 1] = Field(1, description=N_("Avec « page » : le numéro de la première page, 0 ou 1."))
    more: Text | None = Field(
        None,
        description=N_(
            "Avec « page » ou « offset » : le chemin, dans la réponse, de ce qui vaut « true » tant qu'il reste "
            "une page. Sans lui, on lit jusqu'à une page vide."
        ),
        examples=["exceededTransferLimit"],
    )
    total: Text | None = Field(
        None,
        description=N_(
            "Le chemin, dans la réponse, du nombre de lignes en tout : s'il n'est pas atteint, rien n'est publié."
        ),
        examples=["total"],
    )

    @property
    def declared_styles(self) -> tuple[str, ...]:
        """The styles that are declared: exactly one, or the declaration is refused."""
        return tuple(name for name in STYLES if getattr(self, name))

    @property
    def has_exactly_one_declared_style(self) -> bool:
        return len(self.declared_styles) == 1 and bool(self.cursor) == bool(self.parameter)

    @property
    def next_page_field_path(self) -> str:
        """What leads to the next page within the answer itself; ""."""
        return self.next or self.cursor or ""


def find_next_page(paging: ApiPaging, page: PageAnswer) -> NextPage:
    """Raises InvalidNextPageLink."""
    (style,) = paging.declared_styles
    return STYLES[style](paging, page)


def find_missing_next_page_field(paging: ApiPaging, page: PageAnswer) -> str:
    """The name of what a first and only answer does not show at all, and should; empty where it shows it."""
    if paging.link:
        return "" if page.body.next_link is not None else "Link"
    path = paging.next_page_field_path or paging.more or ""
    return path if path and get_value_at_dotted_path(page.outside, path, ABSENT) is ABSENT else ""


def get_announced_total(paging: ApiPaging, page: PageAnswer) -> int | None:
    """How many rows the API says there are in all; None where it does not say."""
    return parse_count(get_value_at_dotted_path(page.outside, paging.total)) if paging.total else None


def _read_next_url_from_body(paging: ApiPaging, page: PageAnswer) -> NextPage:
    path = paging.next or ""
    found = get_value_at_dotted_path(page.outside, path)
    if found is None or found == "":
        return None
    if type(found) is not str:
        raise InvalidNextPageLink(path)
    return found


def _read_next_url_from_header(_paging: ApiPaging, page: PageAnswer) -> NextPage:
    return page.body.next_link


def _build_next_page_number_parameter(paging: ApiPaging, page: PageAnswer) -> NextPage:
    return {str(paging.page): str(paging.first + page.rank + 1)} if _has_more_pages(paging, page) else None


def _build_next_offset_parameter(paging: ApiPaging, page: PageAnswer) -> NextPage:
    return {str(paging.offset): str(page.total_rows)} if _has_more_pages(paging, page) else None


def _has_more_pages(paging: ApiPaging, page: PageAnswer) -> bool:
    """A page shorter than was asked proves nothing: a server may give less than that at a time."""
    if page.rows == 0:
        return False
    if paging.more:
        return bool(get_value_at_dotted_path(page.outside, paging.more))
    total = get_announced_total(paging, page)
    return total is None or page.total_rows < total


def _build_next_cursor_parameter(paging: ApiPaging, page: PageAnswer) -> NextPage:
    path = paging.cursor or ""
    found = get_value_at_dotted_path(page.outside, path)
    if found is None or found == "" or found is False:
        return None
    if isinstance(found, dict | list | bool):
        raise InvalidNextPageLink(path)
    return {str(paging.parameter): str(found)}


STYLES: Mapping[str, Callable[[ApiPaging, PageAnswer], NextPage]] = {
    "next": _read_next_url_from_body,
    "link": _read_next_url_from_header,
    "page": _build_next_page_number_parameter,
    "offset": _build_next_offset_parameter,
    "cursor": _build_next_cursor_parameter,
}
