#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Looks for each test and each fuzz target that docs/security.md and docs/reliability.md name.

Usage: securitypage.py SOURCE_DIR
"""

import pathlib
import re
import sys
import unittest

import tap

ROOT = pathlib.Path(sys.argv[1])
PAGE = ''.join((ROOT / 'docs' / name).read_text() for name in ('security.md', 'reliability.md'))
SOURCES = [path.read_text() for path in (ROOT / 'tests').rglob('*')
           if path.suffix in ('.c', '.py') and path != pathlib.Path(__file__).resolve()]


def is_unit_test(name):
    """Names are written as a whole, or put together of the file's and the test's."""
    _, program, test = name.split('/', 2)
    return any(f'"{name}"' in text or f'"/{program}/"' in text and f'"{test}"' in text
               for text in SOURCES)


class SecurityPageTest(unittest.TestCase):
    def check(self, names, exists):
        self.assertGreater(len(names), 2)
        self.assertEqual([name for name in names if not exists(name)], [])

    def test_unit_tests_exist(self):
        self.check(re.findall(r'`(/[a-z0-9-]+/[a-z0-9-]+)`', PAGE), is_unit_test)

    def test_tests_of_pipelines_exist(self):
        self.check(re.findall(r'`(test_\w+)`', PAGE),
                   lambda name: any(f'{name} (' in text or f'{name}(' in text for text in SOURCES))

    def test_each_finding_has_three(self):
        """One of its own and two of its kind."""
        table = PAGE.split('## What was found from outside')[1].split('\n## ')[0]
        rows = [row for row in table.splitlines() if row.startswith('| ')][1:]
        self.assertGreater(len(rows), 15)
        self.assertEqual([row for row in rows if len(re.findall(r'`(?:/[a-z0-9/-]+|test_\w+)`', row)) < 3], [])

    def test_fuzz_targets_exist(self):
        self.check(re.findall(r'`([a-z-]+)`', ' '.join(re.findall(r'fuzz ((?:`[a-z-]+` ?)+)', PAGE))),
                   lambda name: (ROOT / 'tests' / 'fuzz' / f'{name}.c').exists())


tap.main()
