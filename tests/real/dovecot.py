"""A real Dovecot of one's own on free ports of 127.0.0.1, everything below one folder."""

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
from imapclient import IMAPClient

from tests.real.certificates import certificate
from tests.real.dovecot_config import dovecot_config, installed_version
from tests.real.ports import free_port

START_SECONDS = 20.0
USER, PASSWORD = "leads@firm.example", "leads-secret"


class Dovecot:
    """Each user `NAME@firm.example` has a mailbox of their own, all with the same password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self._command = shutil.which("dovecot", path="/usr/sbin:/usr/bin") or "dovecot"
        self._process: subprocess.Popen[bytes] | None = None
        account = pwd.getpwnam("dovenull" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
        for name in ("run", "state", "mail"):
            (folder / name).mkdir(parents=True)
        self.ca_file = certificate(folder)
        for name in ("state", "mail"):
            os.chown(folder / name, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)
        (folder / "dovecot.conf").write_text(
            dovecot_config(
                installed_version(self._command),
                folder=str(folder),
                user=account.pw_name,
                group=grp.getgrgid(account.pw_gid).gr_name,
                password=PASSWORD,
                port=self.port,
                tls_port=self.tls_port,
            )
        )

    def start(self) -> None:
        """Returns when it takes connections."""
        command = [self._command, "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, start_new_session=True)
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Dovecot did not start: {self._log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """With every connection of it."""
        if self._process is None:
            return
        self.cut_off()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(START_SECONDS)
        self._process = None

    def cut_off(self) -> None:
        """Kill whatever serves a connection: a network that breaks, not a server that says good-bye."""
        if self._process is None or self._process.poll() is not None:
            return
        for child in psutil.Process(self._process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if child.name() in ("imap", "imap-login"):
                    child.kill()

    def client(self, user: str = USER) -> IMAPClient:
        """Somebody else who uses the mailbox."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        client.plain_login(user, PASSWORD)
        return client

    def post(self, *letters: bytes, user: str = USER, folder: str = "INBOX", **when: Any) -> None:
        """Letters arrive, one after another."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for letter in letters:
                client.append(folder, letter, **when)

    def forget_uids(self, user: str = USER) -> None:
        """A server restored from a backup: the same letters under another UIDVALIDITY."""
        self.stop()
        for path in (self.folder / "mail" / user.partition("@")[0]).rglob("dovecot*"):
            if path.is_file():
                path.unlink()
        time.sleep(1.1)  # it makes UIDVALIDITY of the time in seconds
        self.start()

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                return probe.recv(16).startswith(b"* OK")
        except OSError:
            return False

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text()[-2000:] if log.exists() else "no log"
