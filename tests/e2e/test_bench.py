# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs tools/bench on a range that is short, with requests that are quick, and looks at what it says."""

import os
import pathlib
import tempfile
import unittest

import e2e

# A window and one sample more, of which each begins in the middle of a fragment.
RANGE = ('--range=310s', '--interval=10s', '--fragment=10s', '--latency=20ms')
N_SAMPLES = 31
N_PAGES = 3
N_HEADS = 2


def read_table(text):
    """The rows of a table in Markdown, by their heads."""
    heads, _, *rows = [[cell.strip() for cell in line.strip('|').split('|')]
                       for line in text.splitlines() if line.startswith('|')]
    return [dict(zip(heads, row)) for row in rows]


class BenchTest(unittest.TestCase):

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / 'source'
        e2e.stage_source(self.directory)

    def bench(self, *options):
        return e2e.run([self.directory / 'tools' / 'bench', *options],
                       os.environ, self.directory)

    def bench_range(self, *options):
        end = self.bench('range', *RANGE, *options)
        self.assertEqual(end.returncode, 0, end.stderr)
        return read_table(end.stdout)

    def check_row(self, row):
        """All that was there is accounted for, and what was measured can be."""
        self.assertEqual((row['every'], row['fragment']), ('10 s', '10 s'))
        self.assertEqual(int(row['images']) + int(row['missed']), N_SAMPLES)
        self.assertGreaterEqual(int(row['requests']), 1)
        self.assertGreaterEqual(int(row['wasted']), 0)
        for name in ('time', 'floor', 'of floor', 'first', 'memory', 'CPU'):
            self.assertGreater(float(row[name].split()[0]), 0, name)
        # The time is rounded to hundredths of a second.
        self.assertLess(float(row['first'].split()[0]), 1000 * float(row['time'].split()[0]) + 6)

    def test_all_clients(self):
        boto3, javascript, *element = self.bench_range('--requests=1,4')
        self.assertEqual((boto3['client'], javascript['client']), ('boto3', 'JavaScript'))
        for row in (boto3, javascript):
            self.check_row(row)
            self.assertEqual(row['requests'], str(N_PAGES))
            self.assertEqual(row['missed'], str(N_HEADS))
            self.assertEqual(row['floor'], '0.04 s')
        self.assertEqual([row['client'] for row in element], ['kvsimagesrc, 1', 'kvsimagesrc, 4'])
        for row in element:
            self.check_row(row)
            self.assertEqual(row['missed'], '0')
            self.assertEqual(row['refused'], '0')

    def test_element_only(self):
        for row in self.bench_range('--only=element', '--requests=1'):
            self.check_row(row)
            self.assertEqual(row['client'], 'kvsimagesrc, 1')

    def test_wrong_options(self):
        for options in ([], ['speed'], ['range', '--only=curl'], ['range', '--interval=3'],
                        ['range', '--range=1500ms'], ['range', '--requests=0']):
            with self.subTest(options=options):
                end = self.bench(*options)
                self.assertEqual(end.returncode, 2)
                self.assertIn('usage: tools/bench', end.stderr)


if __name__ == '__main__':
    e2e.main()
