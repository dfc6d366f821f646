# SPDX-License-Identifier: LGPL-2.1-or-later
"""Saves stills of many streams as files: with one kvs-stills, and with a script on boto3 for each stream, all of which run
at the same time."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import statistics
import tempfile
from typing import NamedTuple

import contenders
import fetchers
import measure
from prepared import PageServer

KVS_STILLS = pathlib.Path(os.environ['KVS_BUILD'], 'apps', 'kvs-stills', 'kvs-stills')


class Total(NamedTuple):
    """What all processes took together: the time until the last has ended, and the sums of CPU time and of peaks of
    memory."""

    n_processes: int
    wall_s: float
    cpu_s: float
    peak_mb: float


def _add_up(usages):
    return Total(len(usages), max(usage.wall_s for usage in usages), sum(usage.cpu_s for usage in usages),
                 sum(usage.peak_mb for usage in usages))


class StillsSaver:
    """One kvs-stills for all streams."""

    name = 'kvs-stills get'

    def make_commands(self, url, streams, task, output):
        """The commands that save all."""
        return [[KVS_STILLS, 'get', *streams, '--endpoint-url', url, '--start', str(task.start_s),
                 '--end', str(task.end_s), '--interval', f'{fetchers.INTERVAL_MS}ms', '--quiet', '--output', output]]

    def find_stills(self, output, stream):
        """The files of a stream, in order."""
        return sorted((output / f'stream={stream}').glob('date=*/*.jpg'))


class ScriptSaver:
    """A script for each stream."""

    name = 'boto3, a script for each'

    def make_commands(self, url, streams, task, output):
        """The commands that save all."""
        contender, what = contenders.Boto3Contender(), task.make_range()
        commands = []
        for stream in streams:
            (output / stream).mkdir()
            *program, text = contender.make_command(url, what)
            commands.append([*program, json.dumps({**json.loads(text), 'stream': stream,
                                                   'output': str(output / stream)})])
        return commands

    def find_stills(self, output, stream):
        """The files of a stream, in order."""
        return sorted((output / stream).glob('*.jpg'))


SAVERS = (StillsSaver(), ScriptSaver())


def _check(saver, output, streams, stills, task):
    for stream in streams:
        digest = hashlib.sha256()
        for file in saver.find_stills(output, stream):
            digest.update(file.read_bytes())
        if digest.hexdigest() != stills.compute_digest(stream, task.times_ms):
            raise RuntimeError(f'{saver.name} has not saved the stills of {stream} that it should')


def _save(saver, streams, stills, task):
    with tempfile.TemporaryDirectory() as directory, PageServer(stills) as server:
        output = pathlib.Path(directory)
        commands = saver.make_commands(server.url, streams, task, output)
        with concurrent.futures.ThreadPoolExecutor(len(commands)) as executor:
            usages = [usage for usage, _ in executor.map(
                lambda command: measure.run(command, fetchers.make_environment()), commands)]
        _check(saver, output, streams, stills, task)
    return _add_up(usages)


COLUMNS = (('client', 24), ('processes', 9), ('stills', 12), ('wall', 7), ('CPU', 7), ('CPU per still', 13),
           ('CPU over kvs-stills', 19), ('peak memory', 11), ('memory over kvs-stills', 22))


def run(report, n_streams, stills, task, rounds):
    """Measures both, in turns, and adds a table."""
    streams = [f'camera-{i:03d}' for i in range(n_streams)]
    totals = {saver: [] for saver in SAVERS}
    for _ in range(rounds):
        for saver in SAVERS:
            totals[saver].append(_save(saver, streams, stills, task))
    medians = {saver: Total(*map(statistics.median, zip(*totals[saver]))) for saver in SAVERS}
    first = medians[SAVERS[0]]
    table = report.add_table(COLUMNS, left=('client',))
    n_stills = n_streams * task.n_stills
    for saver, total in medians.items():
        table.print_row([saver.name, f'{total.n_processes:.0f}', f'{n_stills} of {stills.n_bytes // 1000} KB',
                         f'{total.wall_s:.2f} s', f'{total.cpu_s:.2f} s', f'{1000 * total.cpu_s / n_stills:.3f} ms',
                         f'{total.cpu_s / first.cpu_s:.2f}', f'{total.peak_mb:.1f} MB',
                         f'{total.peak_mb / first.peak_mb:.2f}'])
