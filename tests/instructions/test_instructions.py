#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts with valgrind how many instructions the parser and the decoder take, which no other load of the machine
changes, and compares it with instructions.json. What grows by more than 5 % fails.

    tests/instructions/test_instructions.py --record

writes that file anew, after a change that is worth it."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'clients'))
import tap  # noqa: E402

PROGRAM = os.environ.get('INSTRUCTIONS', str(HERE.parents[1] / 'build/tests/instructions/instructions'))
RECORD = HERE / 'instructions.json'
TOLERANCE = 1.05


def list_cases():
    return subprocess.run([PROGRAM], capture_output=True, text=True, check=True).stdout.splitlines()


def count(case):
    """How many instructions the case takes, or None if this processor cannot do it. Meson has malloc() fill memory, which
    would count, too."""
    environment = {name: value for name, value in os.environ.items() if name != 'MALLOC_PERTURB_'}
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / 'callgrind.out'
        command = ['valgrind', '--tool=callgrind', f'--callgrind-out-file={out}', '--collect-atstart=no',
                   '--toggle-collect=run_counted', PROGRAM, case]
        end = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if end.returncode != 0:
            raise RuntimeError(end.stderr)
        if end.stdout == 'none\n':
            return None
        return int(re.search(r'^(?:summary|totals): (\d+)', out.read_text(), re.MULTILINE)[1])


class Instructions(unittest.TestCase):
    def test_none_takes_more_than_recorded(self):
        record = json.loads(RECORD.read_text())
        for case in list_cases():
            with self.subTest(case):
                counted = count(case)
                if counted is None:
                    continue
                self.assertGreater(counted, 1000)
                self.assertLessEqual(counted, record[case] * TOLERANCE)

    def test_wrong_case(self):
        self.assertRaises(RuntimeError, count, 'nothing')


def write_record():
    counts = {case: count(case) for case in list_cases()}
    RECORD.write_text(json.dumps({case: n for case, n in counts.items() if n is not None}, indent=2) + '\n')


if __name__ == '__main__':
    if sys.argv[1:] == ['--record']:
        write_record()
    else:
        tap.main()
