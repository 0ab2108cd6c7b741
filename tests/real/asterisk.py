"""A real Asterisk of one's own: a small company's PBX on free ports of 127.0.0.1, written below one folder.

Lines (`call`): 74951000101…103 lead to one phone, …200 to a ring group, …201 to the same group through Local
channels, …300 to the queue «sales» (101 and 102), …400 is after hours, …500 a voice menu.
"""

import itertools
import os
import subprocess
import time
from contextlib import closing
from pathlib import Path

from tests.real import scenarios
from tests.real.ami import Ami
from tests.real.ports import free_port
from tests.real.sipp import Sipp

CONFIGURATION = Path(__file__).with_name("etc")
PREFIX = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "intake" / "asterisk"
START_SECONDS = 60.0
EXTENSIONS = (101, 102, 103)
# The package leaves prompts to others; an attended transfer ends at once when its own is missing
PROMPTS = ("pbx-transfer", "pbx-invalid", "beep", "beeperr")
SILENCE = b"\xff" * 8000  # one second of μ-law


class Asterisk:
    """`user` and `secret` are those of the manager account that README asks for."""

    user = "intake"
    secret = "intake-secret"

    def __init__(self, folder: Path, prefix: Path = PREFIX) -> None:
        self.folder, self.prefix = folder, prefix
        self.ami_port, self.sip_port, self.outside_port = free_port(), free_port(), free_port()
        self.phone_ports = {extension: free_port() for extension in EXTENSIONS}
        self.cdr_csv = folder / "log" / "cdr-csv" / "Master.csv"
        self._process: subprocess.Popen[bytes] | None = None
        self._sipps: list[Sipp] = []
        self._files = itertools.count()
        self._lay_out()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when it is fully booted, within a second on most machines."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if not self.running or time.monotonic() > end:
                raise RuntimeError(f"Asterisk did not start: {(self.folder / 'output').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """As an administrator stops it: says good-bye to everybody."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_SECONDS)

    def kill(self) -> None:
        """As a power cut stops it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ami(self) -> Ami:
        return Ami(self.ami_port, self.user, self.secret)

    def phone(
        self,
        extension: int,
        mode: scenarios.PhoneMode = "answer",
        *,
        ring_ms: int | None = 300,
        talk_ms: int | None = None,
        transfer_to: int | None = None,
        times: int = 1,
    ) -> Sipp:
        """Plugs a phone in; see `scenarios.phone`. `ring_ms=None` rings for ever."""
        target = f"sip:{transfer_to}@127.0.0.1:{self.sip_port}" if transfer_to else ""
        scenario = scenarios.phone(mode, ring_ms=ring_ms, talk_ms=talk_ms, transfer_to=target)
        return self._sipp(scenario, self.phone_ports[extension], times=times).ready()

    def outside(
        self, mode: scenarios.PhoneMode = "answer", *, ring_ms: int | None = 300, talk_ms: int | None = None
    ) -> Sipp:
        """Somebody outside who can be called through the trunk, by any number."""
        scenario = scenarios.phone(mode, ring_ms=ring_ms, talk_ms=talk_ms, transfer_to="")
        return self._sipp(scenario, self.outside_port).ready()

    def call(
        self,
        did: str,
        number: str | None = "+79161234567",
        name: str = "",
        *,
        end: scenarios.CallerEnds = "bye",
        talk_ms: int = 1000,
        ring_ms: int = 1000,
        digit: str = "",
    ) -> Sipp:
        """Somebody outside calls the line `did`; see `scenarios.caller`. Returns at once."""
        scenario = scenarios.caller(
            end, number=number, name=name, talk_ms=talk_ms, ring_ms=ring_ms, digit=digit
        )
        return self._sipp(scenario, free_port(), "-s", did, f"127.0.0.1:{self.sip_port}")

    def dial_out(self, extension: int, number: str, *, talk_ms: int = 1000) -> Sipp:
        """The phone `extension` itself dials `number`, and hangs up after `talk_ms`."""
        scenario = scenarios.caller(
            "bye", number=str(extension), name="", talk_ms=talk_ms, ring_ms=0, digit=""
        )
        return self._sipp(scenario, free_port(), "-s", number, f"127.0.0.1:{self.sip_port}")

    def hang_up_everything(self) -> None:
        """Unplugs all phones and callers and clears what they left, so that the next test starts quiet."""
        for sipp in self._sipps:
            sipp.stop()
        self._sipps.clear()
        if self.running:
            with closing(self.ami()) as ami:
                while self._channels(ami):
                    ami.send(Action="Hangup", Channel="/^.*$/")
                    ami.hear(0.1)

    def _channels(self, ami: Ami) -> int:
        before = len(ami.events("CoreShowChannelsComplete"))
        ami.send(Action="CoreShowChannels")
        ami.until(lambda: len(ami.events("CoreShowChannelsComplete")) > before, "CoreShowChannelsComplete")
        return int(ami.events("CoreShowChannelsComplete")[-1]["ListItems"])

    def _sipp(self, scenario: str, port: int, *target: str, times: int = 1) -> Sipp:
        file = self.folder / "sipp" / f"{next(self._files)}.xml"
        sipp = Sipp(file, scenario, port, *target, times=times)
        self._sipps.append(sipp)
        return sipp

    def _answers(self) -> bool:
        try:
            self.ami().close()
        except OSError:
            return False
        return True

    def _command(self) -> list[str]:
        """Asterisk with the loader and the libraries it was unpacked with: no chroot, no root."""
        libraries = [*self.prefix.glob("usr/lib/*-linux-gnu"), *self.prefix.glob("lib/*-linux-gnu")]
        loader = next(path for folder in libraries for path in folder.glob("ld-linux-*.so.*"))
        path = ":".join(str(folder) for folder in [*libraries, self.prefix / "usr/lib"])
        binary = self.prefix / "usr/sbin/asterisk"
        return [
            str(loader),
            "--library-path",
            path,
            str(binary),
            "-f",
            "-n",
            "-C",
            f"{self.folder}/etc/asterisk.conf",
        ]

    def _lay_out(self) -> None:
        for name in ("etc", "log/cdr-csv", "spool", "run", "var", "sipp", "music", "data/sounds/en"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "music/silence.ulaw").write_bytes(SILENCE * 30)
        for prompt in PROMPTS:
            (self.folder / f"data/sounds/en/{prompt}.ulaw").write_bytes(SILENCE)
        for name in ("documentation", "rest-api"):
            (self.folder / "data" / name).symlink_to(self.prefix / "usr/share/asterisk" / name)
        for template in CONFIGURATION.glob("*.conf"):
            (self.folder / "etc" / template.name).write_text(
                self._filled_in(template.read_text("utf-8")), "utf-8"
            )

    def _filled_in(self, text: str) -> str:
        modules = next(self.prefix.glob("usr/lib/**/asterisk/modules"))
        values = {
            "FOLDER": self.folder,
            "MODULES": modules,
            "AMI_PORT": self.ami_port,
            "SIP_PORT": self.sip_port,
        }
        values |= {"OUTSIDE_PORT": self.outside_port}
        values |= {f"PHONE_{extension}": port for extension, port in self.phone_ports.items()}
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        return text
