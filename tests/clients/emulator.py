# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts and stops kvs-emulator, and tells the clients its address and keys."""

import datetime
import json
import os
import subprocess
import tempfile
from typing import Iterator, List, NamedTuple, Optional

PROGRAM = os.environ["KVS_EMULATOR"]
REGION = "us-east-1"
STREAM = "camera"

# A clock that stands still, and a stream that began four hours before.
NOW = "2026-11-23T12:00:00Z"
START_MS = int(datetime.datetime(2026, 11, 23, 8, tzinfo=datetime.timezone.utc).timestamp()) * 1000
STREAM_KEYS = "start=2026-11-23T08:00:00Z"


class Credentials(NamedTuple):
    """A pair of keys, with a token where they are temporary."""

    access_key: str
    secret_key: str
    session_token: Optional[str] = None


CREDENTIALS = Credentials("AKIDEMULATOR", "emulator-secret-key")


class Emulator:
    """A running kvs-emulator, on a free port of the loopback interface."""

    def __init__(self, *options: str, clock: Optional[str] = NOW):
        self._log = tempfile.NamedTemporaryFile(mode="r", prefix="kvs-emulator-", suffix=".log")
        command = [PROGRAM, "--port=0", f"--region={REGION}", f"--log={self._log.name}"]
        if clock is not None:
            # Clients sign with the time of the machine, which may be any number of years away.
            command += [f"--now={clock}", "--max-skew=0"]
        self._process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line.startswith("Listening on "):
            self._process.communicate()
            raise RuntimeError(f"kvs-emulator did not start: {line!r}")
        self.url = line.split()[-1]

    def stop(self) -> None:
        """Ends the program; a crash, or a sanitizer's complaint, is a failure."""
        self._process.terminate()
        status = self._process.wait(timeout=30)
        self._process.stdout.close()
        self._log.close()
        if status != 0:
            raise RuntimeError(f"kvs-emulator ended with status {status}")

    def read_log(self, operation: str) -> List[dict]:
        """All requests so far for an operation, in order."""
        return [entry for entry in self._read_entries() if entry["operation"] == operation]

    def _read_entries(self) -> Iterator[dict]:
        with open(self._log.name, encoding="utf-8") as log:
            for line in log:
                yield json.loads(line)
