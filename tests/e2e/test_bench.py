# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs tools/bench on ranges that are short, with requests that are quick, and looks at what it says."""

import os
import pathlib
import re
import tempfile
import unittest
import xml.etree.ElementTree

import e2e

# A window and one sample more, of which each begins in the middle of a fragment.
RANGE = ('--range=310s', '--interval=10s', '--fragment=10s', '--latency=20ms')
N_SAMPLES = 31
N_PAGES = 3
N_HEADS = 2


# A number with the verdict on it, which some rows have.
JUDGED = re.compile(r'([-\d.,e+]+)( MB| MiB| ms)?( \(≤ [\d.]+( MB| MiB| ms)?: (ok|missed)\))?')

CPU_CLIENTS = ['kvsimagesrc ! fakesink', 'curl, bytes dropped', 'boto3 + base64',
               'AWS SDK for JavaScript + Buffer']
N_CPU_CASES = 6


def read_tables(text):
    """The rows of each table in Markdown, by their heads."""
    tables = []
    for block in re.findall(r'(?m)(?:^\|.*\n)+', text):
        heads, _, *rows = [[cell.strip() for cell in line.strip('|').split('|')]
                           for line in block.splitlines()]
        tables.append([dict(zip(heads, row, strict=True)) for row in rows])
    return tables


def read_number(cell):
    """The number that a cell begins with."""
    return float(cell.split()[0].replace(',', ''))


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
        rows, = read_tables(end.stdout)
        return rows

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

    def test_sparse(self):
        end = self.bench('sparse', '--only=element', '--range=2h', '--latency=20ms')
        self.assertEqual(end.returncode, 0, end.stderr)
        rows, = read_tables(end.stdout)
        self.assertEqual([row['range'] for row in rows],
                         2 * ['sparse day'] + 2 * ['now-7d, 24 h kept'])
        for row in rows:
            with self.subTest(range=row['range'], client=row['client']):
                # The retention period moves on meanwhile.
                self.assertAlmostEqual(int(row['stills']), int(row['of']), delta=2)
                self.assertGreater(int(row['GetImages']), 0)
                self.assertLessEqual(int(row['before it']), 40)
                if row['client'].endswith('use-list-fragments=false'):
                    self.assertEqual(row['ListFragments'], '0')

    def check_usage(self, row, *names):
        for name in names:
            self.assertGreater(read_number(row[name]), 0, name)

    def check_limits(self, rows, n_limits):
        """Each limit is there with the verdict that its numbers make."""
        self.assertEqual(len(rows), n_limits)
        self.assertEqual(len({row['limit'] for row in rows}), n_limits)
        for row in rows:
            met = read_number(row['measured']) <= read_number(row['at most'])
            self.assertEqual(row['verdict'], 'ok' if met else 'missed', row)

    def check_judged(self, cells, n_judged):
        """Each is a number, and so many have verdicts."""
        matches = [JUDGED.fullmatch(cell) for cell in cells if cell != '-']
        self.assertTrue(all(matches), cells)
        self.assertEqual(sum(match[3] is not None for match in matches), n_judged, cells)

    def check_files(self, directory, page, charts, text):
        """What was written is what was printed, and every chart can be read."""
        self.assertEqual({file.name for file in directory.iterdir()}, {page, *charts})
        written = (directory / page).read_text()
        self.assertEqual(read_tables(written), read_tables(text))
        for chart in charts:
            self.assertIn(f']({chart})', written)
            root = xml.etree.ElementTree.parse(directory / chart).getroot()
            self.assertTrue(root.tag.endswith('svg'))
            self.assertGreater(len(root), 10)

    def bench_quick(self, *options):
        """The output of a command, and the folder to which it has written."""
        output = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        end = self.bench(*options, '--quick', f'--output={output}')
        self.assertEqual(end.returncode, 0, end.stderr)
        return end.stdout, output

    def test_cpu(self):
        text, output = self.bench_quick('cpu')
        cases, memory, first, limits = read_tables(text)
        self.assertEqual([row['client'] for row in cases], N_CPU_CASES * CPU_CLIENTS)
        self.assertEqual(len({row['stills'] for row in cases}), N_CPU_CASES)
        for row in cases:
            self.check_usage(row, 'CPU', 'start-up', 'wall', 'peak memory', 'faults', 'fetched')
        for element, curl in zip(cases[::4], cases[1::4]):
            self.assertEqual(element['fetched'], curl['fetched'])
            self.assertEqual(curl['CPU over curl'], '1')
        self.check_judged([row['CPU over curl'] for row in cases], 3)
        self.assertEqual([row['stills'] for row in memory], ['-', '30', '60', '120'])
        for row in memory:
            self.check_usage(row, 'peak memory', 'wall', 'faults')
        self.check_judged([row['more than videotestsrc'] for row in memory], 3)
        self.assertEqual([row['transport'] for row in first], ['HTTP', 'TLS'])
        self.check_judged([row['longer by'] for row in first], 2)
        self.assertIn(len(limits), (7, 8))  # a little of boto3's work can be less than chance is
        self.check_limits(limits, len(limits))
        self.check_files(output, 'cpu.md', {'cpu.svg', 'cpu-cases.svg', 'memory.svg'}, text)

    def test_many(self):
        text, output = self.bench_quick('many')
        rows, saved, limits = read_tables(text)
        self.assertEqual([(row['elements'], row['stills of each']) for row in rows],
                         [(n, f'20 of {size} KB') for size in (100, 8) for n in ('1', '8', '16')])
        for row in rows:
            self.check_usage(row, 'wall', 'CPU', 'CPU per still', 'over 8 elements')
            self.assertGreaterEqual(int(row['threads']), int(row['elements']))
            self.assertGreaterEqual(float(row['slowest over fastest']), 1)
            fewest, most = map(int, row['stills at half, fewest to most'].split(' to '))
            self.assertLessEqual(0, fewest)
            self.assertLessEqual(fewest, 10)
            self.assertLessEqual(10, most)
            self.assertLessEqual(most, 20)
        self.assertEqual([(row['client'], row['processes']) for row in saved],
                         [('kvs-stills get', '1'), ('boto3, a script for each', '3')])
        for row in saved:
            self.check_usage(row, 'wall', 'CPU', 'CPU per still', 'CPU over kvs-stills', 'peak memory',
                             'memory over kvs-stills')
        self.check_judged([row['over 8 elements'] for row in rows], 1)
        self.check_judged([row['peak memory'] for row in rows], 1)
        self.check_limits(limits, 2)
        self.check_files(output, 'many.md', {f'many-{name}.svg' for name in ('cpu', 'memory', 'threads')},
                         text)

    def test_cluster(self):
        text, output = self.bench_quick('cluster')
        rows, = read_tables(text)
        self.assertEqual([(row['nodes'], row['requeued'], row['tasks'], row['stills']) for row in rows],
                         [('2', '0', '20', '1175'), ('2', '4', '20', '1175'), ('1', '0', '5', '275'),
                          ('2', '0', '5', '275')])
        for row in rows:
            self.assertEqual((row['failed'], row['output']), ('0', 'the same'))
            self.check_usage(row, 'time', 'tasks/s', 'requests')
        self.assertGreater(int(rows[1]['lost with a node']), 0)
        self.check_files(output, 'cluster.md', {'cluster.svg'}, text)

    def test_check(self):
        end = self.bench('cpu', '--case=first', '--rounds=1', '--check')
        _, limits = read_tables(end.stdout)
        self.check_limits(limits, 2)
        n_missed = sum(row['verdict'] == 'missed' for row in limits)
        self.assertEqual(end.returncode, 1 if n_missed else 0, end.stderr)
        self.assertEqual(f'missed {n_missed} of what is promised' in end.stderr, n_missed > 0)

    def put_before(self, program, script):
        """Has tools/bench find a script under the name of a program, whose own file it knows as $program."""
        directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (directory / program).write_text(
            f'#!/bin/bash\nset -o pipefail\nprogram=/usr/bin/{program}\n{script}\n')
        (directory / program).chmod(0o755)
        return f'PATH={directory}:{os.environ["PATH"]}'

    def check_is_noticed(self, program, script, message, *options):
        path = self.put_before(program, script)
        end = e2e.run(['env', path, self.directory / 'tools' / 'bench', 'cpu', '--quick', '--case=http',
                       *options], os.environ, self.directory)
        self.assertEqual(end.returncode, 1, end.stdout)
        self.assertIn(message, end.stderr)

    def test_wrong_still(self):
        """One byte less, a byte that is another, and stills in a wrong order."""
        for script in ('"$program" "$@" | tail -c +2', '"$program" "$@" | tr 1 2',
                       '"$program" "$@" | tac -s JFIF'):
            with self.subTest(script=script):
                self.check_is_noticed('gst-launch-1.0', script, 'has not got the stills that it should',
                                      '--only=element')

    def test_failing_client(self):
        for script, status in (('exit 7', 7), ('kill -9 $$', 137)):
            self.check_is_noticed('curl', f'[ "$1" = --version ] && exec "$program" "$@"; {script}',
                                  f'curl ended with status {status}', '--only=curl')

    def test_second_connection(self):
        self.check_is_noticed('curl', 'sed -i 2,\\$s/127.0.0.1/localhost/ "$3" || true; "$program" "$@"',
                              'curl has not kept its connection', '--only=curl')

    def test_wrong_options(self):
        for options in ([], ['speed'], ['range', '--only=curl'], ['range', '--interval=3'],
                        ['range', '--range=1500ms'], ['range', '--requests=0'],
                        ['sparse', '--only=javascript'], ['sparse', '--range=0s'],
                        ['cpu', '--only=wget'], ['cpu', '--case=huge'], ['cpu', '--rounds=0'],
                        ['many', '--quick', '--check'], ['many', '--only=element']):
            with self.subTest(options=options):
                end = self.bench(*options)
                self.assertEqual(end.returncode, 2)
                self.assertIn('usage: tools/bench', end.stderr)


if __name__ == '__main__':
    e2e.main()
