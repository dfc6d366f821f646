# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program that pulls stills in a process of its own, and measures that process."""

import json
import os
import pathlib
import subprocess
from typing import NamedTuple


class Measurement(NamedTuple):
    """The output of a program, and the resources that it took."""

    result: dict
    peak_memory_kb: int
    cpu_s: float


def _read_peak_memory_kb(process_dir):
    for line in (process_dir / 'status').read_text().splitlines():
        name, _, value = line.partition(':')
        if name == 'VmHWM':
            return int(value.split()[0])
    raise RuntimeError(f'{process_dir}/status does not tell the peak of memory')


def _read_cpu_s(process_dir):
    # The name of the program, in brackets, may have spaces. See proc(5).
    fields = (process_dir / 'stat').read_text().rpartition(')')[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf('SC_CLK_TCK')


def run(command, environment):
    """Runs a command that writes a line of JSON when it is done, and ends when its stdin does. It is
    measured in between: what the kernel tells of a process that has ended includes the memory of the
    one that started it."""
    with subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        line = process.stdout.readline()
        if line:
            process_dir = pathlib.Path('/proc', str(process.pid))
            measurement = Measurement(json.loads(line), _read_peak_memory_kb(process_dir),
                                      _read_cpu_s(process_dir))
        process.stdin.close()
    if not line or process.returncode != 0:
        raise RuntimeError(f'{command[0]} ended with status {process.returncode}')
    return measurement
