# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a command to its end and measures the whole of its process."""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile
from typing import NamedTuple

PROGRAM = pathlib.Path(os.environ['KVS_BUILD'], 'tests', 'bench', 'measure')


class Usage(NamedTuple):
    """The resources that a process took. Memory is the peak; faults are pages that the kernel had to hand out."""

    wall_s: float
    user_s: float
    system_s: float
    peak_kb: int
    faults: int

    @property
    def cpu_s(self):
        return self.user_s + self.system_s

    @property
    def peak_mb(self):
        return self.peak_kb * 1024 / 1e6


def run(command, environment):
    """Returns what a command took and what it wrote."""
    with tempfile.NamedTemporaryFile(mode='r', prefix='measure-') as result:
        end = subprocess.run([PROGRAM, result.name, *command], env=environment, check=False,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        # Where there is no such command, nothing is written.
        usage = json.loads(result.read() or f'{{"status":{end.returncode}}}')
    status = usage.pop('status')
    if status != 0:
        raise RuntimeError(f'{command[0]} ended with status {status}')
    return Usage(**usage), end.stdout


def take_medians(usages):
    """The median of each number."""
    return Usage(*(statistics.median(numbers) for numbers in zip(*usages)))
