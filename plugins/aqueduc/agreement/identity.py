"""Who decides, and how that is known: by the account in Airflow, or by the private key of a person of ``city.yaml``."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aqueduc.certify.signature import STATEMENT_TYPE, load_signer_from_connection, verify_dsse_envelope
from aqueduc.connections import ConnectionLookup
from aqueduc.declaration.spec import City, CityPerson, PersonRole
from aqueduc.errors import DecisionRefused
from aqueduc.language import Sentence, _
from aqueduc.store import compute_bytes_sha256, encode_canonical_json

CONNECTION = "decision"
"""The connection whose password is the private key of whoever decides from a command."""
PREDICATE_TYPE = "urn:aqueduc:decision:1"
_FILE = _("city.yaml, « people: »")


@dataclass(frozen=True)
class DeciderWithProof:
    """Who decided, as people call them; how that is known (``typed``: nothing proves it), and their signature
    where they gave one."""

    name: str
    identified: Literal["airflow", "key", "typed"]
    envelope: Mapping[str, Any] | None = None


def identify_decider(
    by: str,
    city: City,
    said: Mapping[str, Any],
    connections: ConnectionLookup,
    *,
    role: PersonRole | None = None,
    in_airflow: bool = False,
) -> DeciderWithProof:
    """A city that says who may decide lets nobody else: ``by`` is a person of its ``people:`` with that
    ``role`` (None: any), known by the account that answered in Airflow, or by the private key that signs what
    is ``said``. Elsewhere the name is as it was typed.

    Raises DecisionRefused, ConnectionMissing, SigningKeyUnreadable.
    """
    if not city.people:
        return DeciderWithProof(by, "airflow" if in_airflow else "typed")
    person = require_city_person_with_role(city, by, role)
    if in_airflow:
        return DeciderWithProof(person.name, "airflow")
    about = compute_bytes_sha256(encode_canonical_json(dict(said)))
    return DeciderWithProof(
        person.name, "key", sign_statement_as_city_person(person, about, said, connections)
    )


def build_ledger_identification(
    by: str, city: City, connections: ConnectionLookup
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Of who seals a ledger: given what is said there, the fields of the entry that say who did, and prove it."""

    def identify(said: Mapping[str, Any]) -> dict[str, Any]:
        who = identify_decider(by.strip(), city, said, connections)
        return {"by": who.name, "identified": who.identified, "envelope": who.envelope}

    return identify


def require_city_person_with_role(city: City, identifier: str, role: PersonRole | None = None) -> CityPerson:
    """The person of that name in ``city.yaml``, with that ``role`` (None: any). Raises DecisionRefused."""
    person = city.find_person(identifier)
    if person is None:
        raise build_decision_refused_error(
            _("Personne n'est déclaré sous le nom « {name} ».").format(name=identifier),
            where=_FILE,
            remedy=_(
                "l'y inscrire sous le nom de son compte Airflow (name, roles), ou donner le nom de quelqu'un qui y est"
            ),
        )
    if role is not None and role not in person.roles:
        raise build_decision_refused_error(
            _("{name} n'a pas le rôle {role}.").format(name=person.name, role=role),
            where=_FILE,
            remedy=_("demander à une personne qui l'a ({names}), ou ajouter {role} à ses « roles: »").format(
                names=", ".join(one.id for one in city.people if role in one.roles)
                or _("aucune n'est inscrite"),
                role=role,
            ),
        )
    return person


def sign_statement_as_city_person(
    person: CityPerson,
    about: str,
    predicate: Mapping[str, Any],
    connections: ConnectionLookup,
    connection: str = CONNECTION,
) -> dict[str, Any]:
    """The DSSE envelope of what ``person`` says about something (its SHA-256), signed with the key that is the
    password of ``connection`` and found to be theirs.

    Raises DecisionRefused, ConnectionMissing, SigningKeyUnreadable.
    """
    if person.key is None:
        raise build_decision_refused_error(
            _("Aucune clé publique n'est inscrite pour {name} : rien ne prouverait qui décide.").format(
                name=person.name
            ),
            where=_FILE,
            remedy=_(
                "« aqueduc key signing cle.pem » fait une clé : inscrire la publique sous « key: », garder la "
                "privée ; ou décider dans Airflow, sous son compte"
            ),
        )
    signed = load_signer_from_connection(connections.get(connection)).sign(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": "decision", "digest": {"sha256": about}}],
            "predicateType": PREDICATE_TYPE,
            "predicate": dict(predicate),
        }
    )
    if verify_dsse_envelope(signed, about, (person.key,)) != "valid":
        raise build_decision_refused_error(
            _("La clé privée de la connexion « {connection} » n'est pas celle de {name}.").format(
                connection=connection, name=person.name
            ),
            where=_("connexion {connection}, mot de passe").format(connection=connection),
            remedy=_("y mettre la clé privée dont « key: » de cette personne est la publique"),
        )
    return signed


def read_statement_predicate(envelope: Mapping[str, Any] | None) -> Any:
    """What an envelope of ``sign_statement_as_city_person`` says, whoever signed it; None for another one."""
    try:
        return json.loads(base64.b64decode((envelope or {})["payload"]))["predicate"]
    except (KeyError, TypeError, ValueError):
        return None


def build_decision_refused_error(what: Sentence, *, where: Sentence, remedy: Sentence) -> DecisionRefused:
    return DecisionRefused(_("{what} Rien n'a été décidé.").format(what=what), where=where, remedy=remedy)
