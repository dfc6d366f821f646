# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs tools/soak for some seconds, so that it works when an hour of it is needed."""

import os
import pathlib
import re
import subprocess
import unittest

import e2e

SOURCE = pathlib.Path(os.environ['SOURCE_DIR'])
BUILD = pathlib.Path(os.environ['BUILD_DIR'])


class SoakTest(unittest.TestCase):

    def test_short(self):
        end = subprocess.run([BUILD / 'tests/soak/soak', f'--emulator={BUILD}/tests/emulator/kvs-emulator',
                              '--minutes=0.05'],
                             capture_output=True, text=True, timeout=120)
        self.assertEqual(end.returncode, 0, end.stdout + end.stderr)
        self.assertIn('No sample was wrong, and nothing has grown.', end.stdout)
        counts = dict(re.findall(r'(?m)^\| ([^|]+) \| ([\d,]+) \|$', end.stdout))
        for what in ('pipelines', 'stills, each byte as in the stream', 'seeks', 'requests'):
            self.assertGreater(int(counts[what].replace(',', '')), 0, end.stdout)

    def test_report_in_the_page(self):
        """The page has the report of half an hour or more, with the rows that the program writes."""
        page = (SOURCE / 'docs' / 'reliability.md').read_text()
        minutes = [float(number) for number in re.findall(r'(?m)^\| ([\d.]+) minutes \| \|$', page)]
        self.assertTrue(minutes and minutes[0] >= 60, minutes)
        source = (SOURCE / 'tests' / 'soak' / 'soak.c').read_text()
        for what in re.findall(r'print_count \("([^"]+)"', source):
            self.assertIn(f'| {what} | ', page)


if __name__ == '__main__':
    e2e.main()
