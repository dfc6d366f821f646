# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs tools/demo as a newcomer does."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import e2e

COUNTS = re.compile(r'stills +(\d+)\ngaps +(\d+)\nseconds +(\d+)\nfiles +(\S+)')


def list_session(session):
    """All processes of a session that are still there."""
    processes = []
    for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            # The name, in parentheses, can have blanks.
            fields = stat.read_text().rpartition(')')[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != 'Z':
            processes.append(stat)
    return processes


class DemoTest(unittest.TestCase):

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.output = self.directory / 'out put'
        e2e.stage_source(self.directory / 'source')

    def start(self, *options, environment=os.environ):
        return subprocess.Popen([self.directory / 'source' / 'tools' / 'demo', *options],
                                cwd=self.directory, env=environment, text=True,
                                start_new_session=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, process):
        """Waits for its end; it must leave no process behind."""
        process.output, process.errors = process.communicate(timeout=e2e.TIMEOUT)
        self.assertEqual(list_session(process.pid), [])
        return process

    def demo(self, *options, environment=os.environ):
        return self.finish(self.start(*options, environment=environment))

    def check(self, *options, environment=os.environ, stills=180, gaps=20):
        """It tells what is there, and all of that is there."""
        end = self.demo('--output', self.output, *options, environment=environment)
        self.assertEqual(end.returncode, 0, end.errors)
        self.assertIn('gst-launch-1.0 kvsimagesrc', end.output)
        counts = COUNTS.search(end.output)
        self.assertEqual(counts.groups()[:3], (str(stills), str(gaps), '600'))
        files = [file for file in self.output.iterdir() if file.suffix == '.jpg']
        self.assertEqual(len(files), stills)
        for file in files:
            self.assertTrue(file.read_bytes().startswith(b'\xff\xd8\xff'))

    def test_synthetic_stream(self):
        self.check()

    def test_video(self):
        self.check('--video', e2e.VIDEO)

    def test_again(self):
        self.output.mkdir()
        (self.output / 'still-00999.jpg').write_bytes(b'of an earlier run')
        (self.output / 'notes.txt').write_text('not a still')
        self.check()
        self.assertTrue((self.output / 'notes.txt').exists())

    def test_stills_go_to_the_current_folder(self):
        self.output = self.directory / 'stills'
        end = self.demo()
        self.assertEqual(end.returncode, 0, end.errors)
        self.assertEqual(len(list(self.output.iterdir())), 180)

    def test_interrupted(self):
        process = self.start('--output', self.output)
        self.assertIn('gst-launch-1.0 kvsimagesrc', process.stdout.readline())
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual(self.finish(process).returncode, 130)

    def test_own_stream(self):
        """An emulator plays AWS, which the demo must not know."""
        with e2e.Emulator('--stream=door=synthetic,live=true') as emulator:
            self.check('--stream-name', 'door', '--start', 'now-30m', stills=200, gaps=0,
                       environment=emulator.get_environment())

    def test_own_stream_that_is_not_there(self):
        with e2e.Emulator('--stream=door=synthetic') as emulator:
            end = self.demo('--stream-name', 'window', '--output', self.output,
                            environment=emulator.get_environment())
        self.assertEqual(end.returncode, 1)
        self.assertIn('404 ResourceNotFoundException', end.errors)

    def test_video_that_is_not_there(self):
        end = self.demo('--video', 'nothing.avi')
        self.assertEqual(end.returncode, 1)
        self.assertIn('the video nothing.avi cannot be read', end.errors)

    def test_video_that_is_none(self):
        end = self.demo('--video', __file__)
        self.assertEqual(end.returncode, 1)
        self.assertIn('the emulator does not start', end.errors)

    def test_help(self):
        end = self.demo('--help')
        self.assertEqual(end.returncode, 0)
        self.assertTrue(end.output.startswith('Usage: tools/demo'))

    def test_wrong_options(self):
        for options in (['--nothing'], ['--video'], ['--start', 'now-1h'],
                        ['--video', e2e.VIDEO, '--stream-name', 'door']):
            with self.subTest(options=options):
                end = self.demo(*options)
                self.assertEqual(end.returncode, 2)
                self.assertIn('Usage: tools/demo', end.errors)


if __name__ == '__main__':
    e2e.main()
