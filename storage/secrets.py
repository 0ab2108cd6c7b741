"""Secrets at rest: Fernet with the keys the service was started with, newest first.

The key is process-wide because a column type cannot be handed one per query. `use_keys` is called once
by whoever opens the database; without it a sealed column can be neither read nor written.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from intake.errors import Rejected

_box: list[MultiFernet] = []


def use_keys(keys: list[str]) -> None:
    """Seal with the first key, open with any. Raises Rejected("bad-secret-key") for a malformed one."""
    try:
        _box[:] = [MultiFernet([Fernet(key) for key in keys])]
    except ValueError as error:
        raise Rejected("bad-secret-key") from error


def new_key() -> str:
    return Fernet.generate_key().decode()


def seal_secret(text: str) -> str:
    return _require().encrypt(text.encode()).decode()


def open_secret(sealed: str) -> str:
    """Raises Rejected("wrong-secret-key") when none of the keys opens it."""
    try:
        return _require().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Rejected("wrong-secret-key") from error


def _require() -> MultiFernet:
    if not _box:
        raise Rejected("no-secret-key")
    return _box[0]
