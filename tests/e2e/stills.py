# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shared by the tests of kvs-stills: ways to run it, and to read its output."""

import csv
import json
import pathlib
import subprocess

import e2e

PROGRAM = e2e.BUILD_DIR / 'apps' / 'kvs-stills' / 'kvs-stills'


def run(emulator, *arguments, directory=None, **changes):
    """Runs kvs-stills against an emulator, to its end."""
    return e2e.run([PROGRAM, *map(str, arguments)], emulator.get_environment(**changes), directory)


def start(emulator, *arguments, **changes):
    """Starts kvs-stills against an emulator."""
    return subprocess.Popen([PROGRAM, *map(str, arguments)], text=True,
                            env=emulator.get_environment(**changes), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def read_tree(directory):
    """All files of a folder, hidden ones as well, with what is in them."""
    return {str(path.relative_to(directory)): path.read_bytes()
            for path in sorted(pathlib.Path(directory).rglob('*')) if path.is_file()}


def read_index(directory, stream, name='index.jsonl'):
    """The samples of an index, as dictionaries."""
    path = pathlib.Path(directory, f'stream={stream}', name)
    with path.open(encoding='utf-8', newline='') as file:
        if path.suffix == '.csv':
            return list(csv.DictReader(file))
        return [json.loads(line) for line in file]
