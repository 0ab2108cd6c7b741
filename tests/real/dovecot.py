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
from tests.real.ports import free_port

START_SECONDS = 20.0
USER, PASSWORD = "leads@firm.example", "leads-secret"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = {instance}
listen = 127.0.0.1
protocols = imap
log_path = {folder}/log
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0 secs
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_fsync = never
mailbox_list_index = no
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


class Dovecot:
    """Each user `NAME@firm.example` has a mailbox of their own, all with the same password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        account = pwd.getpwnam("dovenull" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
        for name in ("run", "state", "mail"):
            (folder / name).mkdir(parents=True)
        self.ca_file = certificate(folder)
        for name in ("state", "mail"):
            os.chown(folder / name, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)
        (folder / "dovecot.conf").write_text(
            CONFIG.format(
                folder=folder,
                instance=f"intake-{self.port}",
                user=account.pw_name,
                group=grp.getgrgid(account.pw_gid).gr_name,
                password=PASSWORD,
                port=self.port,
                tls_port=self.tls_port,
            )
        )

    def start(self) -> None:
        """Returns when it takes connections."""
        command = [shutil.which("dovecot", path="/usr/sbin:/usr/bin") or "dovecot", "-F", "-c"]
        self._process = subprocess.Popen([*command, self.folder / "dovecot.conf"], start_new_session=True)
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
