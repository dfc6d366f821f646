#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the tables of docs/reliability.md with the faults and points that the fault matrix has.

Usage: reliabilitypage.py PAGE FAULTS SOCKETS
"""

import pathlib
import re
import subprocess
import sys
import unittest

import tap

PAGE = pathlib.Path(sys.argv[1]).read_text()
PROGRAMS = sys.argv[2:]
ENDS = {'=', '–', 'gaps', 'bad', 'sent', 'SETTINGS', 'NOT_AUTHORIZED', 'NOT_FOUND', 'BUSY', 'OPEN_READ',
        'READ', 'DECODE'}


def list_names(kind):
    text = ''.join(subprocess.run([program, '--names'], check=True, capture_output=True, text=True).stdout
                   for program in PROGRAMS)
    return re.findall(rf'(?m)^{kind} (.+)$', text)


def read_table(head):
    """The points of the table whose first column is called so, and the cells of each of its rows."""
    lines = re.search(rf'(?m)^\| {head} \|.*\n(?:\|.*\n)+', PAGE)[0].splitlines()
    rows = [[cell.strip() for cell in line.strip('|').split('|')] for line in lines]
    return rows[0][1:], {row[0].strip('`'): row[1:] for row in rows[2:]}


class ReliabilityPageTest(unittest.TestCase):
    def check(self, head, kind, points):
        in_page, rows = read_table(head)
        self.assertEqual(in_page, points)
        self.assertEqual(list(rows), list_names(kind))
        for name, cells in rows.items():
            self.assertEqual(len(cells), len(points), name)
            for cell in cells:
                self.assertLessEqual(set(cell.split(', ')), ENDS, name)

    def test_faults(self):
        self.check('fault', 'fault', list_names('point'))

    def test_sockets(self):
        self.check('socket', 'socket', ['GetDataEndpoint', 'first page', 'later page'])

    def test_counts(self):
        n = len(list_names('fault')) * len(list_names('point')) * 3
        self.assertIn(f'= {n} cells: ', PAGE)
        self.assertIn(f'= {len(list_names("socket")) * 3 * 3} cells; 0 wrong.', PAGE)


tap.main()
