"""A mail as a witness: the checkpoint stands in the mailbox of who receives it, whole, once a week at most."""

import email
import email.policy
from dataclasses import dataclass

from aqueduc.alert_queue import Alert, Audience, queue_new_alerts
from aqueduc.checkpoint import SignedCheckpoint
from aqueduc.declaration.spec import City
from aqueduc.language import _
from aqueduc.run import Workspace
from aqueduc.store import encode_canonical_json
from aqueduc.week_journal import format_iso_week


@dataclass(frozen=True)
class MailWitnessPlace:
    """The audiences that ``witness: mail:`` names. Nothing is read from there: see ``verify --checkpoint``."""

    audience: tuple[Audience, ...]
    city: City
    workspace: Workspace
    name: str = "mail"
    is_readable: bool = False

    def read_newest(self) -> SignedCheckpoint | None:
        return None

    def deposit(self, signed: SignedCheckpoint) -> bool:
        """Hands it to the next turn of delivery; once a week, whatever is asked. Raises StoreError."""
        checkpoint, now = signed.checkpoint, self.workspace.clock()
        alert = Alert(
            kind="witness",
            subject="city",
            title=self.city.name,
            occurrence=format_iso_week(now),
            what=checkpoint.describe(),
            remedy=_(
                "garder ce courriel : si le registre est un jour ramené en arrière, « aqueduc verify --checkpoint "
                "COURRIEL.eml » dira ce qui s'est perdu"
            ),
            audience=self.audience,
            at=checkpoint.at,
            letter=encode_canonical_json(signed.to_json()).decode(),
        )
        queue_new_alerts(self.workspace.store, [alert])
        return True


def extract_checkpoint_from_mail(data: bytes) -> bytes:
    """The letter of a mail that was saved as a file; ``data`` itself where it is none."""
    if data.lstrip()[:1] == b"{":
        return data
    body = email.message_from_bytes(data, policy=email.policy.default).get_body(("plain",))
    text = body.get_content() if body is not None else ""
    start, end = text.find("\n  {"), text.rfind("}")
    return text[start : end + 1].encode()
