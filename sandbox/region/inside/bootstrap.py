"""Prepare a CKAN in one process: tables, grants, accounts, organisation, groups, tokens, search index.

Runs in the region's own environment. Reads an order (JSON) on standard input and writes the tokens (JSON) to
the private file it names. Each step creates what is missing and leaves the rest, so it may run again.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import psycopg2
import sqlalchemy
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from sqlalchemy.engine import make_url

Order = dict[str, Any]


def main() -> None:
    """Carry out the order on standard input."""
    order = json.load(sys.stdin)
    settings = CKANConfigLoader(os.environ["CKAN_INI"]).get_config()
    app = make_app(settings)
    with app._wsgi_app.test_request_context():
        ensure_tables()
        grant_datastore(settings, order["superuser_dsn"])
        ensure_account(order["admin"], sysadmin=True)
        ensure_account(order["editor"], sysadmin=False)
        ensure_organisation(order["organisation"], order["editor"]["name"])
        ensure_groups(order["groups"], order["editor"]["name"])
        ensure_tokens(Path(order["tokens"]), [order["admin"]["name"], order["editor"]["name"]])
        rebuild_index()


def ensure_tables() -> None:
    """CKAN's tables: made at once when there are none (as 2.12 can), else migrated to this version."""
    from ckan import model

    at_once = hasattr(model.repo, "stamp_alembic_head")
    if not at_once or sqlalchemy.inspect(model.ensure_engine()).has_table("package"):
        model.repo.upgrade_db()
    else:
        model.repo.create_db()
        model.repo.stamp_alembic_head()


def grant_datastore(settings: dict[str, Any], superuser_dsn: str) -> None:
    """What `ckan datastore set-permissions` prints, run by the superuser of PostgreSQL."""
    from ckanext.datastore.cli import permissions_sql

    catalogue, writer, reader = (
        make_url(settings[key])
        for key in ("sqlalchemy.url", "ckan.datastore.write_url", "ckan.datastore.read_url")
    )
    statements = permissions_sql(
        catalogue.database, writer.database, catalogue.username, writer.username, reader.username
    )
    # `\connect` belongs to psql; the connection below is to that database already.
    statements = re.sub(r"^\\connect.*$", "", statements, flags=re.MULTILINE)
    connection = psycopg2.connect(superuser_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statements)
    connection.close()


def ensure_account(account: dict[str, str], *, sysadmin: bool) -> None:
    """A user with the given name, address, full name and password."""
    from ckan import model

    user = model.User.get(account["name"])
    if user is None:
        action("user_create", **account)
        user = model.User.get(account["name"])
    if user.sysadmin != sysadmin:
        user.sysadmin = sysadmin
        model.repo.commit()


def ensure_organisation(organisation: dict[str, Any], editor: str) -> None:
    """The organisation, with `editor` as an editor of it."""
    from ckan import model

    if model.Group.get(organisation["name"]) is None:
        action("organization_create", **organisation)
    action("organization_member_create", id=organisation["name"], username=editor, role="editor")


def ensure_groups(groups: list[dict[str, Any]], editor: str) -> None:
    """The groups, with `editor` as a member: without that, an editor cannot put a dataset into them."""
    from ckan import model

    for group in groups:
        if model.Group.get(group["name"]) is None:
            action("group_create", **group)
        action("group_member_create", id=group["name"], username=editor, role="member")


def ensure_tokens(path: Path, users: list[str]) -> None:
    """An API token a user, {name: token}; those already there are kept, since CKAN cannot show one again."""
    tokens = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for user in users:
        if user not in tokens:
            made = action("api_token_create", user=user, name="bac-a-sable")["token"]
            tokens[user] = made.decode() if isinstance(made, bytes) else made
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(tokens, handle)


def rebuild_index() -> None:
    """Index every dataset of the database: the two may differ after an interruption."""
    from ckan.lib import search

    search.rebuild(force=True, quiet=True, clear=True)


def action(name: str, /, **data: Any) -> Any:
    """Call a CKAN action as the site itself."""
    from ckan.plugins import toolkit

    site = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})
    return toolkit.get_action(name)({"ignore_auth": True, "user": site["name"]}, data)


if __name__ == "__main__":
    main()
