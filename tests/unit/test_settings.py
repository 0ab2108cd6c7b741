"""What is needed to start, and how mistakes in it are told."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from intake.settings import Mistakes, load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTAKE_CONFIG", str(tmp_path / "intake.toml"))


def test_nothing_given_means_sqlite_beside_us():
    assert load_settings().database_url.get_secret_value() == "sqlite+aiosqlite:///intake.db"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "intake.toml").write_text('port = 9000\nhost = "0.0.0.0"\n')
    monkeypatch.setenv("INTAKE_PORT", "9001")
    settings = load_settings()
    assert (settings.port, settings.host) == (9001, "0.0.0.0")  # noqa: S104


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    key = Fernet.generate_key().decode()
    (tmp_path / "key").write_text(key + "\n")
    monkeypatch.setenv("INTAKE_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert load_settings().secret_keys() == [key]


def test_a_missing_secret_file_is_a_mistake(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INTAKE_SECRET_KEY_FILE", "nowhere")
    with pytest.raises(Mistakes, match="nowhere"):
        load_settings()


def test_every_mistake_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "intake.toml").write_text('database_url = "mysql://x"\ncolour = "red"\n')
    monkeypatch.setenv("INTAKE_PORT", "many")
    with pytest.raises(Mistakes) as told:
        load_settings()
    assert all(name in str(told.value) for name in ("database_url", "colour", "port"))


def test_a_config_that_is_not_there_is_a_mistake(tmp_path: Path):
    with pytest.raises(Mistakes, match="no such file"):
        load_settings(tmp_path / "other.toml")


def test_the_first_start_makes_a_key_that_only_we_can_read():
    settings = load_settings()
    first = settings.secret_keys()
    assert settings.secret_keys() == first
    assert settings.secret_key_path.stat().st_mode & 0o077 == 0


def test_a_database_password_is_not_printed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INTAKE_DATABASE_URL", "postgresql+asyncpg://u:hush@h/d")
    assert "hush" not in repr(load_settings())
