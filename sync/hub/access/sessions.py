"""Who is in: a random token in the browser, its hash here.  It ends by itself, by leaving, by another password."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import Connection, delete, insert, select

from sync.hub.access.accounts import OFFICE, Account, find_account, office_account
from sync.hub.database import tables

#: One day on duty; then the password is asked for again.
SESSION_S = 12 * 3600


def digest_of(token: str) -> bytes:
    """What is kept of *token*."""
    return hashlib.sha256(token.encode()).digest()


def open_session(connection: Connection, account: Account, now_ms: int, lasts_ms: int) -> str:
    """Let *account* in; the token.  Sessions that are over are swept out."""
    connection.execute(delete(tables.session).where(tables.session.c.ends_ms <= now_ms))
    token = secrets.token_urlsafe(32)
    row = {
        "token_sha256": digest_of(token),
        "account": account.name,
        "mark": account.mark,
        "ends_ms": now_ms + lasts_ms,
    }
    connection.execute(insert(tables.session), row)
    return token


def close_session(connection: Connection, token: str) -> None:
    """End the session of *token*, if there is one."""
    connection.execute(delete(tables.session).where(tables.session.c.token_sha256 == digest_of(token)))


def who_is_in(connection: Connection, token: str, office_password: str, now_ms: int) -> Account | None:
    """Whose session *token* opened, None if it is nobody's or over; *office_password* is the hash in office.json."""
    row = connection.execute(
        select(tables.session).where(tables.session.c.token_sha256 == digest_of(token))
    ).one_or_none()
    if row is None or row.ends_ms <= now_ms:
        return None
    account = office_account(office_password) if row.account == OFFICE else find_account(connection, row.account)
    return account if account is not None and secrets.compare_digest(account.mark, row.mark) else None
