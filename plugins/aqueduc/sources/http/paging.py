"""How an API hands out its pages: what a steward may write below ``paging:``, and where the next page is.

One style is one entry of ``STYLES``, under the key that declares it, which is a field of ``ApiPaging``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

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

_NUMBER_PARAMETER = "page"
"""Of the address, where a header says the number of the next page and nothing says what asks for it."""


class ApiPaging(FrozenModel):
    """One style, by the key that is written, and how the last page is known."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema.update(_build_style_json_schema()))

    next: Text | None = Field(
        None,
        description=N_("Le chemin, dans la réponse, de l'adresse de la page suivante."),
        examples=["suivante"],
    )
    link: Literal[True] | None = Field(
        None, description=N_("« true » : l'adresse de la page suivante est dans l'en-tête HTTP « Link ».")
    )
    header: Text | None = Field(
        None,
        description=N_(
            "L'en-tête HTTP qui porte le numéro de la page suivante ; absent ou vide, il n'y en a plus. Le numéro est "
            "demandé par le paramètre « page », ou celui que dit « parameter »."
        ),
        examples=["X-Next-Page"],
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
        None,
        description=N_("Le paramètre de l'adresse qui porte le curseur, ou le numéro que dit « header »."),
        examples=["cursor"],
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
        """With the parameter that it wants, or may have."""
        styles = [STYLES[name] for name in self.declared_styles]
        return len(styles) == 1 and (
            not styles[0].needs_parameter if self.parameter is None else styles[0].takes_parameter
        )

    @property
    def next_page_field_path(self) -> str:
        """What leads to the next page within the answer itself; ""."""
        return self.next or self.cursor or ""


def find_next_page(paging: ApiPaging, page: PageAnswer) -> NextPage:
    """Raises InvalidNextPageLink."""
    (style,) = paging.declared_styles
    return STYLES[style].find_next_page(paging, page)


def find_missing_next_page_field(paging: ApiPaging, page: PageAnswer) -> str:
    """The name of what a first and only answer does not show at all, and should; empty where it shows it."""
    (style,) = paging.declared_styles
    return STYLES[style].find_missing_field(paging, page)


def get_announced_total(paging: ApiPaging, page: PageAnswer) -> int | None:
    """How many rows the API says there are in all; None where it does not say."""
    return parse_count(get_value_at_dotted_path(page.outside, paging.total)) if paging.total else None


def _find_missing_body_field(paging: ApiPaging, page: PageAnswer) -> str:
    path = paging.next_page_field_path or paging.more or ""
    return path if path and get_value_at_dotted_path(page.outside, path, ABSENT) is ABSENT else ""


def _find_missing_link_header(_paging: ApiPaging, page: PageAnswer) -> str:
    return "" if page.body.next_link is not None else "Link"


def _find_missing_number_header(paging: ApiPaging, page: PageAnswer) -> str:
    return "" if _get_next_page_header(paging, page) is not None else str(paging.header)


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


def _get_next_page_header(paging: ApiPaging, page: PageAnswer) -> str | None:
    return page.body.headers.get(str(paging.header).lower())


def _build_parameter_from_header(paging: ApiPaging, page: PageAnswer) -> NextPage:
    found = (_get_next_page_header(paging, page) or "").strip()
    if not found:
        return None
    if parse_count(found) is None or not found.isascii():
        raise InvalidNextPageLink(str(paging.header))
    return {paging.parameter or _NUMBER_PARAMETER: found}


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


@dataclass(frozen=True)
class PagingStyle:
    """``example``: of what is written. ``find_next_page``: from an answer; raises InvalidNextPageLink.
    ``find_missing_field``: the name of what a first answer should show and does not, else "". Whether it takes
    ``parameter:``, and is nothing without."""

    example: str
    find_next_page: Callable[[ApiPaging, PageAnswer], NextPage]
    find_missing_field: Callable[[ApiPaging, PageAnswer], str] = _find_missing_body_field
    takes_parameter: bool = False
    needs_parameter: bool = False


STYLES: Mapping[str, PagingStyle] = {
    "next": PagingStyle("{next: links.next}", _read_next_url_from_body),
    "link": PagingStyle("{link: true}", _read_next_url_from_header, _find_missing_link_header),
    "header": PagingStyle(
        "{header: X-Next-Page}",
        _build_parameter_from_header,
        _find_missing_number_header,
        takes_parameter=True,
    ),
    "page": PagingStyle("{page: page}", _build_next_page_number_parameter),
    "offset": PagingStyle("{offset: offset}", _build_next_offset_parameter),
    "cursor": PagingStyle(
        "{cursor: meta.cursor, parameter: cursor}",
        _build_next_cursor_parameter,
        takes_parameter=True,
        needs_parameter=True,
    ),
}


def _build_style_json_schema() -> dict[str, Any]:
    """For the editor (draft 7): one style, and ``parameter`` with those that take it."""
    takers = [{"required": [name]} for name, style in STYLES.items() if style.takes_parameter]
    needed = {name: ["parameter"] for name, style in STYLES.items() if style.needs_parameter}
    return {
        "description": N_("Comment la page suivante se demande."),
        "oneOf": [{"required": [name]} for name in STYLES],
        "dependencies": {**needed, "parameter": {"anyOf": takers}},
    }
