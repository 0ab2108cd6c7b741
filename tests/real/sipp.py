"""One SIPp process: a caller or a phone."""

import asyncio
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

READY_SECONDS = 30.0


class Sipp:
    """Plays a scenario `times` times on `port`, writing its errors beside the scenario file."""

    def __init__(self, file: Path, scenario: str, port: int, *target: str, times: int = 1) -> None:
        file.write_text(scenario, encoding="utf-8")
        self.port = port
        self.errors, self.output = file.with_suffix(".errors"), file.with_suffix(".output")
        command = ["sipp", "-sf", str(file), "-i", "127.0.0.1", "-p", str(port)]
        command += [
            "-m",
            str(times),
            "-nostdin",
            "-nd",
            "-trace_err",
            "-error_file",
            str(self.errors),
            *target,
        ]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=output
            )

    def ready(self) -> "Sipp":
        """Returns once it listens, so that a call made next finds it. Nothing is bound to try it: SIPp would
        take the port beside, and say nothing."""
        end = time.monotonic() + READY_SECONDS
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"SIPp does not listen on {self.port}: {self.said()}")
            time.sleep(0.01)
        return self

    def _listens(self) -> bool:
        with suppress(psutil.Error):
            sockets = psutil.Process(self.process.pid).net_connections("udp")
            return any(socket.laddr and socket.laddr.port == self.port for socket in sockets)
        return False

    def wait(self, timeout: float = 60) -> None:
        """Until the scenario is over; fails when the call did not go as the scenario says."""
        code = self.process.wait(timeout)
        if code != 0:
            raise AssertionError(f"SIPp ended with {code}: {self.said()}")

    async def finished(self, timeout: float = 60) -> None:
        """`wait` for tests whose service runs in the same loop."""
        await asyncio.to_thread(self.wait, timeout)

    def said(self) -> str:
        files = [file for file in (self.errors, self.output) if file.exists()]
        return "\n".join(file.read_text("utf-8", "replace")[-2000:] for file in files)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
