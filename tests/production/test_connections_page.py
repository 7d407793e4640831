"""``docs/connections.md``: the page of connections, whose lists are made of what the code honours and refuses.

``REWRITE_EXPECTED=1 pytest tests/production/test_connections_page.py`` writes them anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from airflow.providers.postgres.hooks.postgres import PostgresHook

from aqueduc import bucket
from aqueduc.language import translate, use_language
from aqueduc.platforms import PLATFORMS
from aqueduc.sources import http_options, libpq
from aqueduc.sources.mssql import settings as mssql_settings
from aqueduc.sources.mysql import settings as mysql_settings
from aqueduc.sources.oracle import settings as oracle_settings
from aqueduc.sources.sftp import settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "connections.md"
LIBPQ = "[un mot de libpq](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS), remis tel quel"
HTTP = {
    "headers": 'les en-têtes : `{"headers": {"X-Api-Key": "…"}}`',
    "token_url": "d'Aqueduc : l'adresse qui donne un jeton (OAuth 2) à l'identifiant et au mot de passe",
    "scope": "d'Aqueduc : la portée demandée pour ce jeton",
    "verify": "`true` ; le chemin d'une autorité (PEM) ; `false` ne vérifie rien",
    "verify_ssl": "le même, sous son autre nom",
    "cert": "le certificat du client : un chemin, ou `[certificat, clé]`",
    "proxies": 'par schéma : `{"https": "http://proxy.ville.fr:3128"}` ; `all` les vaut tous',
    "proxy": "le même, sous son autre nom",
    "timeout": "en secondes, pour se connecter et pour chaque lecture ; ou `[l'un, l'autre]`",
    "trust_env": "`false` : ni `HTTPS_PROXY` ni `SSL_CERT_FILE` de la machine",
}
NOT_HTTP = {
    "stream": "une réponse est toujours lue par morceaux",
    "allow_redirects": "une redirection est suivie si elle reste sur le même serveur",
    "max_redirects": "quelques-unes au plus",
    "check_response": "une réponse est toujours vérifiée",
    "srv_lookup": "donner l'adresse du serveur",
}
AWS = {
    "aws_access_key_id": "la clé d'accès, si elle n'est pas l'identifiant (*login*) de la connexion",
    "aws_secret_access_key": "son secret, s'il n'est pas le mot de passe",
    "aws_session_token": "un jeton de session",
    "endpoint_url": "l'adresse d'un stockage qui n'est pas celui d'AWS : `https://s3.ville.fr`",
    "region_name": "la région",
    "verify": "le chemin d'une autorité (PEM) ; `false` ne vérifie rien",
    "config_kwargs": "des réglages de botocore (`connect_timeout`, `proxies`…)",
}
SFTP = {
    "path": "d'Aqueduc : le dossier du dépôt sur le serveur ; sinon, celui où arrive le compte",
    "host_key": "la clé publique du serveur : `ssh-ed25519 AAAA…`, comme l'écrit `ssh-keyscan`",
    "known_hosts": "un fichier de clés connues ; sans lui ni `host_key`, ceux de la machine (`~/.ssh/known_hosts`)",
    "no_host_key_check": "`false` seulement",
    "key_file": "le chemin de la clé privée du compte",
    "private_key": "ou cette clé elle-même (PEM)",
    "private_key_passphrase": "sa phrase secrète",
    "look_for_keys": "`true` essaie aussi les clés de `~/.ssh` ; `false` par défaut",
    "conn_timeout": "en secondes, pour se connecter et s'identifier ; 10 par défaut",
    "compress": "`true` compresse l'échange",
    "disabled_algorithms": 'ceux de paramiko à ne pas employer : `{"keys": ["ssh-rsa"]}`',
}
NOT_SFTP = {
    "allow_host_key_change": "la clé du serveur est toujours vérifiée",
    "ignore_hostkey_verification": "de même",
    "cmd_timeout": "aucune commande n'est lancée sur le serveur",
    "ciphers": "ceux de paramiko ; en ôter par `disabled_algorithms`",
}
MYSQL = {
    "ssl_mode": "`DISABLED`, `PREFERRED` (le défaut, qui ne vérifie rien), `REQUIRED`, `VERIFY_CA`, `VERIFY_IDENTITY`",
    "ssl": '`{"ca": "/etc/ssl/ville.pem"}`, et `capath`, `cert`, `key`, `cipher` ; une autorité vaut `VERIFY_IDENTITY`',
    "unix_socket": "le chemin d'une prise locale, au lieu de l'adresse",
    "charset": "`utf8mb4` seulement",
    "connect_timeout": "d'Aqueduc : en secondes ; 10 par défaut",
    "statement_timeout_s": "d'Aqueduc : la durée limite d'une requête, en secondes ; 1800 par défaut",
}
NOT_MYSQL = {
    "cursor": "les lignes sont toujours lues au fil de l'eau",
    "local_infile": "aucun fichier de cette machine n'est donné au serveur",
    "init_command": "la session est réglée par Aqueduc",
    "client": "le pilote est toujours PyMySQL",
    "iam": "un compte de la base, et non d'AWS",
    "aws_conn_id": "de même",
}
LIMITS = {
    "connect_timeout": "d'Aqueduc : en secondes ; 10 par défaut",
    "statement_timeout_s": "d'Aqueduc : la durée limite de la lecture, en secondes ; 1800 par défaut",
}
MSSQL = {
    "encrypt": "`yes` (le défaut), `strict`, `no`",
    "trust_server_certificate": "`yes` ne vérifie pas le certificat ; `no` par défaut",
    "hostname_in_certificate": "le nom que porte le certificat, si ce n'est pas l'adresse",
    "server_certificate": "le chemin du certificat attendu (PEM)",
    "multi_subnet_failover": "`yes` pour un groupe de disponibilité",
    "application_intent": "`ReadOnly` mène à une copie de lecture, s'il y en a une",
    **LIMITS,
}
NOT_MSSQL = {
    **dict.fromkeys(
        mssql_settings.REFUSED, "propre à pymssql, que charge le *hook* d'Airflow, ou fixé par Aqueduc"
    ),
}
ORACLE = {
    "service_name": "le nom du service",
    "sid": "ou l'identifiant de l'instance",
    "dsn": "ou l'adresse entière (nom de tnsnames.ora, descripteur), alors seule",
    "protocol": "d'Aqueduc : `tcps` chiffre la session ; `tcp` par défaut",
    "wallet_location": "le dossier du portefeuille (`ewallet.pem`)",
    "wallet_password": "sa phrase secrète",
    "ssl_server_dn_match": "`true` vérifie le nom du serveur dans son certificat",
    "ssl_server_cert_dn": "ce nom, s'il n'est pas l'adresse",
    **LIMITS,
}
NOT_ORACLE = {
    **dict.fromkeys(oracle_settings.REFUSED, "le client d'Oracle n'est pas employé"),
    **dict.fromkeys(("fetch_decimals", "fetch_lobs", "module"), "fixé par Aqueduc"),
    **dict.fromkeys(
        ("mode", "events", "purity", "cclass", "pool_name", "expire_time"), "sans objet pour une lecture"
    ),
}
OURS = {
    "options": "réglages de la session (`-c search_path=urbanisme`), avant ceux d'Aqueduc",
    "service": "un nom de `pg_service.conf`, qui dit ce que la connexion ne dit pas",
    "sslmode": "`verify-full` avec `sslrootcert` hors d'un réseau sûr",
    "sslrootcert": "l'autorité du serveur (PEM)",
    "connect_timeout": "en secondes ; 10 par défaut",
    "statement_timeout_s": "d'Aqueduc : la durée limite d'une requête, en secondes ; 1800 par défaut",
}


def rows(heads: tuple[str, str], lines: Mapping[str, str]) -> Iterator[str]:
    yield f"| {heads[0]} | {heads[1]} |"
    yield "|---|---|"
    for name, text in lines.items():
        yield f"| `{name}` | {text} |"
    yield ""


def postgres() -> Iterator[str]:
    others = [name for name in libpq.list_accepted_connection_extras() if name not in OURS]
    yield from rows(("paramètre", "honoré"), OURS)
    yield f"Et {LIBPQ}, comme le fait PostgresHook : {', '.join(f'`{name}`' for name in others)}."
    yield ""
    yield "Refusés par leur nom : " + ", ".join(f"`{name}`" for name in sorted(libpq.REFUSED)) + " (ce que le"
    yield (
        "formulaire dit déjà, ce qui est fixé ici, et des secrets qu'un message de pilote pourrait citer) ; "
        + ", ".join(f"`{name}`" for name in sorted(PostgresHook.ignored_extra_options))
    )
    yield "(ce que PostgresHook lit et qui n'est pas de libpq : les comptes d'AWS et d'Azure, les curseurs)."


def http() -> Iterator[str]:
    yield from rows(
        ("paramètre", "honoré comme le fait HttpHook"), {name: HTTP[name] for name in http_options.HONOURED}
    )
    yield "Un nom d'en-tête peut aussi être écrit à côté d'eux, comme HttpHook l'admet (`X-Api-Key`, `Authorization`) :"
    yield "un nom qui a un tiret ou commence par une majuscule. Tout autre nom est refusé : ce peut être une faute de frappe"
    yield "dans un réglage de sûreté."
    yield ""
    yield from rows(
        ("paramètre", "refusé par son nom"), {name: NOT_HTTP[name] for name in http_options.REFUSED}
    )


def aws() -> Iterator[str]:
    yield from rows(
        ("paramètre", "honoré comme le fait le hook d'Airflow"), {name: AWS[name] for name in bucket.EXTRA}
    )
    yield "Tout autre paramètre est refusé par son nom : rôles à endosser (`role_arn`), profils, fédérations d'identité."


def sftp() -> Iterator[str]:
    yield from rows(
        ("paramètre", "honoré comme le font SSHHook et SFTPHook"),
        {name: SFTP[name] for name in settings.HONOURED},
    )
    yield from rows(("paramètre", "refusé par son nom"), {name: NOT_SFTP[name] for name in settings.REFUSED})


def mysql() -> Iterator[str]:
    yield from rows(
        ("paramètre", "honoré comme le fait MySqlHook"),
        {name: MYSQL[name] for name in mysql_settings.HONOURED},
    )
    yield from rows(
        ("paramètre", "refusé par son nom"), {name: NOT_MYSQL[name] for name in mysql_settings.REFUSED}
    )


def mssql() -> Iterator[str]:
    yield from rows(("paramètre", "honoré"), {name: MSSQL[name] for name in mssql_settings.HONOURED})
    yield from rows(
        ("paramètre", "refusé par son nom"), {name: NOT_MSSQL[name] for name in mssql_settings.REFUSED}
    )


def oracle() -> Iterator[str]:
    yield from rows(
        ("paramètre", "honoré comme le fait OracleHook"),
        {name: ORACLE[name] for name in oracle_settings.HONOURED},
    )
    yield from rows(
        ("paramètre", "refusé par son nom"), {name: NOT_ORACLE[name] for name in oracle_settings.REFUSED}
    )


def platforms() -> Iterator[str]:
    yield "Le compte est celui d'un éditeur de l'organisation de la Ville, et de rien d'autre."
    yield ""
    for kind in PLATFORMS.list_builtin_kinds():
        form = kind.connection
        if form is None:
            continue
        yield f"### {translate(form.label)}"
        yield ""
        yield f"Type `{kind.name}`, souvent nommée `{form.usual_id}`."
        yield ""
        shown, hints = form.behaviour["relabeling"], form.behaviour["placeholders"]
        lines = {
            name: " ; ".join(translate(one) for one in (text, hints.get(name)) if one)
            for name, text in shown.items()
        }
        lines |= {f"extra: {name}": translate(one["description"]) for name, one in form.fields.items()}
        yield from rows(("champ", "ce qu'il est"), lines)


PARTS = {
    "postgres": postgres,
    "mysql": mysql,
    "mssql": mssql,
    "oracle": oracle,
    "http": http,
    "sftp": sftp,
    "aws": aws,
    "platforms": platforms,
}


def render() -> str:
    text = PAGE.read_text(encoding="utf-8")
    with use_language("fr"):
        for name, part in PARTS.items():
            before, after = text.split(f"<!-- {name} -->\n")
            rest = after.partition("<!-- fin -->\n")[2]
            made = "\n".join(part()).strip()
            text = f"{before}<!-- {name} -->\n{made}\n<!-- fin -->\n{rest}"
    return text


def test_the_page_of_connections_says_what_the_code_does() -> None:
    made = render()
    if os.environ.get("REWRITE_EXPECTED"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made


def test_the_least_role_at_datagouv_is_the_same_wherever_it_is_said() -> None:
    """A partial editor may change what it made; an editor, what others did."""
    (account,) = re.findall(
        r"^- \*\*data\.gouv\.fr\*\* : (.*?)^- ", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert "au rôle d'*éditeur partiel*" in account
    where = (PAGE.parent / "administrateur" / "plateformes.md").read_text("utf-8")
    assert "un *éditeur partiel* suffit" in where
    (form,) = (kind.connection for kind in PLATFORMS.list_builtin_kinds() if kind.name == "datagouv")
    assert form and "éditeur partiel" in form.behaviour["placeholders"]["password"]
