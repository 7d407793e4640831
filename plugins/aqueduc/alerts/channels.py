"""How a message leaves: by SMTP, or by a channel that apprise knows (Mattermost, Matrix, Slack, Teams…).

Addresses and tokens stand in connections and are quoted nowhere.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from aqueduc.alerts.message import OutgoingMessage
from aqueduc.connections import Connection, ConnectionLookup
from aqueduc.declaration import City
from aqueduc.errors import AqueducError, PackageExtraMissing
from aqueduc.http import HttpClient, HttpFailure
from aqueduc.language import Sentence, _

_SMTP_EXTRA = (
    *("from_email", "disable_ssl", "disable_tls", "timeout", "ssl_context"),
    *("retry_limit", "auth_type", "subject_template", "html_content_template"),
)
"""What Airflow's form of an SMTP connection may say."""
_TIMEOUT_S = 20.0


class AlertUndelivered(AqueducError, code="alerte-non-envoyee", retryable=True):
    """A message did not leave; it is kept, and sent at the next turn."""


class UnusableChannel(AlertUndelivered, code="canal-inutilisable", retryable=False):
    """Its connection says something that no message can be sent by."""


class AlertChannels(Protocol):
    """What sends messages. To be used in a ``with`` block."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, message: OutgoingMessage) -> None:
        """Raises AlertUndelivered, ConnectionMissing, InvalidConnectionSettings, PackageExtraMissing."""


@dataclass
class SmtpAndAppriseChannels:
    """The city's mail server and channels, by its connections; one session with the server for all messages
    of a turn. A server that does not answer once is not asked again in the same turn."""

    city: City
    connections: ConnectionLookup
    _closing: ExitStack = field(default_factory=ExitStack, init=False)
    _mailer: _MailSender | None = field(default=None, init=False)
    _away: AqueducError | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def send(self, message: OutgoingMessage) -> None:
        if message.recipient.medium == "mail":
            self._get_or_open_mail_sender().send(message)
        else:
            _send_by_apprise(self.connections.get(message.recipient.to), message)

    def _get_or_open_mail_sender(self) -> _MailSender:
        if self._away is not None:
            raise self._away
        if self._mailer is None:
            try:
                connection = self.connections.get(self.city.notify.mail)
                self._mailer = _MailSender(
                    _open_smtp_session(connection, self._closing), connection, self.city
                )
            except AqueducError as error:
                self._away = error
                raise
        return self._mailer


# --- e-mail -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _MailSender:
    session: smtplib.SMTP
    connection: Connection
    city: City

    def send(self, message: OutgoingMessage) -> None:
        failure: Sentence
        try:
            self.session.send_message(self._build_mail(message))
            return
        except smtplib.SMTPRecipientsRefused as error:
            codes = ", ".join(str(code) for code, _text in error.recipients.values())
            failure = _("le serveur de courrier refuse ce destinataire ({codes})").format(codes=codes)
        except smtplib.SMTPResponseException as error:
            failure = _("le serveur de courrier refuse ce message ({code})").format(code=error.smtp_code)
        except (smtplib.SMTPException, OSError) as error:
            failure = _("le serveur de courrier s'est interrompu ({kind})").format(kind=type(error).__name__)
        # What a server answered is quoted nowhere: it may repeat what it was sent.
        with suppress(smtplib.SMTPException, OSError):
            self.session.rset()
        raise AlertUndelivered(
            _("Un courriel n'est pas parti : {failure}. Il est gardé.").format(failure=failure),
            where=_("courriel à {to}, connexion {connection}").format(
                to=message.recipient.to, connection=self.connection.id
            ),
            remedy=_(
                "vérifier cette adresse (notify: de city.yaml, contact du jeu) et le serveur de courrier ; le "
                "tour d'envoi suivant, dans dix minutes, essaie de nouveau"
            ),
        )

    def _build_mail(self, message: OutgoingMessage) -> EmailMessage:
        """A reader folds two mails of one ``Message-ID``: sent again after a kill, it is seen once."""
        sender = self._build_sender_address(message.recipient.to)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, message.recipient.to, message.subject
        mail["Date"] = format_datetime(datetime.fromisoformat(message.at))
        mail["Message-ID"] = f"<{message.id}@{sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if self.city.contact:
            mail["Reply-To"] = self.city.contact
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        return mail

    def _build_sender_address(self, to: str) -> Address:
        """A city without a sender writes to its people in their own name: a mail must have one. Raises
        UnusableChannel."""
        login = self.connection.login if "@" in self.connection.login else ""
        written = str(self.connection.extra.get("from_email") or login or self.city.contact or to)
        name, spec = parseaddr(written)
        try:
            if written.isprintable():  # a line feed would begin another header
                return Address(name, addr_spec=spec)
        except (ValueError, MessageError):
            pass  # its text quotes what was written
        raise UnusableChannel(
            _("L'expéditeur de la connexion « {id} » n'est pas une adresse.").format(id=self.connection.id),
            where=_("connexion {id}, « from_email »").format(id=self.connection.id),
            remedy=_("y écrire une adresse, ou un nom et une adresse : Aqueduc <alertes@ville.fr>"),
        )


def check_mail_server(connection: Connection) -> None:
    """Logs in to the mail server, and sends nothing. Raises AlertUndelivered, InvalidConnectionSettings."""
    with ExitStack() as closing:
        _open_smtp_session(connection, closing)


def _open_smtp_session(connection: Connection, closing: ExitStack) -> smtplib.SMTP:
    """As Airflow's form means it: TLS from the start, unless ``disable_ssl``; then STARTTLS, unless
    ``disable_tls``. Raises AlertUndelivered, InvalidConnectionSettings."""
    extra = connection.get_checked_extra(_SMTP_EXTRA)
    if extra.get("auth_type", "basic") != "basic":
        raise UnusableChannel(
            _(
                "La connexion « {id} » demande une authentification OAuth, que l'envoi des alertes n'a pas."
            ).format(id=connection.id),
            where=_("connexion {id}").format(id=connection.id),
            remedy=_("lui donner un compte et un mot de passe d'application"),
        )
    with_tls = not _is_checkbox_true(extra.get("disable_ssl"))
    timeout = float(extra.get("timeout") or _TIMEOUT_S)
    context = None if extra.get("ssl_context") == "none" else ssl.create_default_context()
    opener = partial(smtplib.SMTP_SSL, context=context) if with_tls else smtplib.SMTP
    try:
        session = closing.enter_context(
            opener(connection.host, connection.port or (465 if with_tls else 25), timeout=timeout)
        )
        if not with_tls and not _is_checkbox_true(extra.get("disable_tls")):
            session.starttls(context=context)
        if connection.login:
            session.login(connection.login, connection.password)
    except (smtplib.SMTPException, OSError) as error:
        kind = type(error).__name__
    else:
        return session
    raise AlertUndelivered(
        _(
            "Le serveur de courrier ne répond pas, ou refuse ce compte ({kind}). Les messages sont gardés."
        ).format(kind=kind),
        where=_("connexion {id}").format(id=connection.id),
        remedy=_(
            "vérifier l'hôte, le port, le compte et le chiffrement de cette connexion, et que cette machine "
            "joint le serveur ; le tour d'envoi suivant, dans dix minutes, essaie de nouveau"
        ),
    )


def _is_checkbox_true(value: object) -> bool:
    """Of a checkbox, that a connection in a URI has as text."""
    return str(value).lower() in ("true", "1")


# --- the other channels -------------------------------------------------------------------------------------


def _send_by_apprise(connection: Connection, message: OutgoingMessage) -> None:
    """Raises AlertUndelivered, UnusableChannel, PackageExtraMissing."""
    try:
        from apprise import Apprise, NotifyFormat
    except ModuleNotFoundError:
        raise PackageExtraMissing(_("un canal d'alerte"), "channels") from None

    # They log where it is sent, which has the token, and what was answered.
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    channel = Apprise()
    if not connection.password or not channel.add(connection.password):
        raise UnusableChannel(
            _("La connexion « {id} » ne porte pas d'adresse qu'apprise comprenne.").format(id=connection.id),
            where=_("connexion {id}, mot de passe").format(id=connection.id),
            remedy=_(
                "y coller l'adresse du canal : mmosts://hôte/jeton (Mattermost), matrixs://… (Tchap), "
                "slack://…, workflows://… (Teams)"
            ),
        )
    if not channel.notify(title=message.subject, body=message.text, body_format=NotifyFormat.TEXT):
        raise AlertUndelivered(
            _("Un message n'est pas parti : le canal ne répond pas, ou le refuse. Il est gardé."),
            where=_("connexion {id}").format(id=connection.id),
            remedy=_(
                "vérifier que cette machine joint le canal et que son jeton est encore bon ; le tour d'envoi "
                "suivant, dans dix minutes, essaie de nouveau"
            ),
        )


def ping_heartbeat_url(connection: Connection) -> None:
    """Asks for the address that is the password of ``connection``. Raises AlertUndelivered."""

    def request_once() -> int:
        with client.follow_redirects(connection.password, lambda _url: {}) as response:
            return response.status_code

    with HttpClient(read_timeout_s=10.0, headers={}) as client:
        status = client.retry_request(request_once, partial(_build_heartbeat_error, connection))
    if status >= 400:
        raise _build_heartbeat_error(connection, HttpFailure(str(status)))


def _build_heartbeat_error(connection: Connection, failure: HttpFailure) -> AlertUndelivered:
    return AlertUndelivered(
        _("Le battement de cœur n'est pas arrivé ({reason}).").format(
            reason=failure.reason or type(failure).__name__
        ),
        where=_("connexion {id}, mot de passe").format(id=connection.id),
        remedy=_("vérifier l'adresse http(s) qu'elle porte, et que cette machine la joint"),
    )
