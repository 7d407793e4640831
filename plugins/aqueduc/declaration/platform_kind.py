"""What a kind of platform says of itself, before any platform is asked: light enough to be read whenever
Airflow parses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.spec import PlatformSpec
from aqueduc.language import Message

FieldRole = Literal["title", "description", "licence", "frequency", "keywords", "contact", "owner", "pages"]
"""What a field of a record says, whatever a platform calls it; ``pages``: whether what is made of it is as it
was made."""


@dataclass(frozen=True, kw_only=True)
class PlatformKindCapabilities:
    """What the platforms of a kind can do.

    ``has_tables``: they keep queryable tables of ours. ``declares_address``: the declaration says where
    visitors read them (``public_url``), or nobody knows. ``under_convention``: somebody else runs them for
    the city, under a convention. ``refuses_restricted``, ``refuses_slices``, ``refuses_files``: why they take
    no dataset of restricted access, or split into several files, or no file at all; None where they do.
    ``private_readers``: who reads a record that is hidden there, in French, as a template over
    ``organisation``. ``left_to_people``: what of a record has to be filled in there by hand, in French.
    ``serves_statements``: signed statements are put beside the files (``publish.attestation``).
    ``keeps_withdrawn``: the record of a dataset that is withdrawn stays there, hidden and empty, unless it is purged.
    ``needs_of_city``: keys of ``city.yaml`` that its records cannot do without.
    ``states_period``, ``states_extent``: the record that we send there says the first and last days of the data,
    and where they are.
    ``names_ledger_entry``: the record there names the newest entry of the dataset's ledger (``Fiche.ledger_head``).
    ``lists_records``: what the city has there is had from lists (``publish.surveying``). ``field_roles``: what
    the fields of a record say, by their names there.
    """

    has_tables: bool = False
    declares_address: bool = False
    under_convention: bool = False
    refuses_restricted: type[DeclarationProblem] | None = None
    refuses_slices: type[DeclarationProblem] | None = None
    refuses_files: type[DeclarationProblem] | None = None
    private_readers: str = ""
    left_to_people: str = ""
    serves_statements: bool = False
    keeps_withdrawn: bool = True
    states_period: bool = True
    states_extent: bool = True
    names_ledger_entry: bool = False
    lists_records: bool = False
    needs_of_city: tuple[str, ...] = ("bbox",)
    field_roles: Mapping[str, FieldRole] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ConnectionType:
    """A type of connection of Airflow's: ``form`` is what a provider says of it (``ui-field-behaviour`` and
    ``conn-fields``), ``module`` where ``try_connection`` and ``open_client`` stand. ``usual_id``: what its
    connection is mostly called."""

    label: str
    usual_id: str
    module: str
    behaviour: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PlatformKind:
    """A kind of platform: ``name`` is the ``type`` of ``city.yaml``, ``label`` what people call it (French).

    ``adapter``: the function that opens one (``module:function``, see
    ``aqueduc.publish.platform.PlatformOpener``). ``adoption``: the function that lists the city's records there
    (``aqueduc.publish.adoption.AdoptableRecordLister``), those made by hand among them; None where people make none.
    ``greeting``: what ``check --connect`` says of one that let
    us in, over its version and the organisation. ``own_keys``: keys of its spec that no other kind has, and
    the problem of finding them on another.
    """

    name: str
    label: str
    spec: type[PlatformSpec]
    adapter: str
    greeting: Message
    adoption: str | None = None
    capabilities: PlatformKindCapabilities = PlatformKindCapabilities()
    connection: ConnectionType | None = None
    own_keys: Mapping[str, type[DeclarationProblem]] = field(default_factory=dict)

    @property
    def connection_extra_keys(self) -> tuple[str, ...]:
        """What the extra of its connection may say."""
        return tuple(self.connection.fields) if self.connection else ()
