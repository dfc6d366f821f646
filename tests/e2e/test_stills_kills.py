# SPDX-License-Identifier: LGPL-2.1-or-later
"""kvs-stills is killed at random times and continued, until it is complete: the output is that of a run without a
stop. KVS_STILLS_KILLS says how many kills there are for each kind of output."""

import collections
import os
import pathlib
import random
import signal
import subprocess
import tempfile
import time
import unittest

import e2e
import stills

N_KILLS = int(os.environ.get('KVS_STILLS_KILLS', '20'))
SEED = int(os.environ.get('KVS_TEST_SEED', random.randrange(2**32)))

START = int(time.time()) - 3600
STREAMS = [f'--stream=door=prepared:9000,start={START},gap=60+30,audio-only=150+12',
           f'--stream=yard=synthetic,width=64,height=48,fps=1,start={START},gap=0+21']
RANGE = ['--start', START, '--end', START + 300, '--interval', '1500ms', '--page-size', 5]


class KillsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        print(f'# KVS_TEST_SEED={SEED}', flush=True)
        cls.emulator = cls.enterClassContext(
            e2e.Emulator(*STREAMS, '--seed=1', '--fault=GetImages:*:latency=40ms+80ms'))

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.random = random.Random(f'{SEED} {self.id()}')
        self.ends = collections.Counter()

    def make_reference(self, arguments):
        directory = self.directory / 'reference'
        begin = time.monotonic()
        end = stills.run(self.emulator, *arguments, '--output', directory)
        self.assertEqual(end.returncode, 0, end.stderr)
        return stills.read_tree(directory), time.monotonic() - begin

    def check_files(self, directory, reference):
        """What has its name is whole."""
        for name, content in stills.read_tree(directory).items():
            if name.endswith(('.jpg', '.tar')) and not pathlib.Path(name).name.startswith('.'):
                self.assertEqual(content, reference.get(name), name)

    def kill_once(self, arguments, directory, longest):
        """Runs it for some time, and returns whether it has ended before it was killed."""
        kind = self.random.choice([signal.SIGTERM, signal.SIGKILL])
        process = stills.start(self.emulator, *arguments, '--output', directory)
        try:
            _, errors = process.communicate(timeout=self.random.uniform(0, longest))
            self.assertEqual(process.returncode, 0, errors)
            return True
        except subprocess.TimeoutExpired:
            process.send_signal(kind)
        _, errors = process.communicate(timeout=e2e.TIMEOUT)
        expected = (-kind, 0) if kind == signal.SIGKILL else (-kind, 0, 75)
        self.assertIn(process.returncode, expected, errors)
        self.ends[f'{kind.name} {process.returncode}'] += 1
        return process.returncode == 0

    def kill_and_continue(self, *options):
        arguments = ['get', 'door', 'yard', *RANGE, *options]
        reference, seconds = self.make_reference(arguments)
        n_kills = n_tasks = 0
        while n_kills < N_KILLS:
            directory = self.directory / f'output-{n_tasks}'
            while not self.kill_once(arguments, directory, seconds):
                n_kills += 1
                if directory.exists():
                    self.check_files(directory, reference)
            self.assertEqual(stills.read_tree(directory), reference)
            n_tasks += 1
        print(f'# {n_kills} kills of {n_tasks} tasks, {seconds:.1f} s without any: {dict(self.ends)}', flush=True)

    def test_files(self):
        self.kill_and_continue()

    def test_shards(self):
        self.kill_and_continue('--tar', 30, '--index', 'csv', '--exif')


if __name__ == '__main__':
    e2e.main()
