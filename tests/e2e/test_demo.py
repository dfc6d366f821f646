# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs tools/demo as a newcomer does."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import cv2
import numpy

import e2e

COUNTS = re.compile(r'stills +(\d+)\ngaps +(\d+)\nseconds +(\d+)\nfiles +(.+)\npage +(.+)\npicture +(.+)')


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

    def fake(self, name, script):
        """Makes a program that takes the place of another one in self.fakes."""
        self.fakes = self.directory / 'fakes'
        self.fakes.mkdir()
        (self.fakes / name).write_text(f'#!/bin/sh\n{script}\n')
        (self.fakes / name).chmod(0o755)

    def start(self, *options, environment=os.environ, as_stranger=False):
        command = [self.directory / 'source' / 'tools' / 'demo', *options]
        if as_stranger:
            command = e2e.make_stranger(self.directory) + command
        return subprocess.Popen(command,
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

    def get_pasted(self, output):
        """The lines that the demo tells the user to paste."""
        return output.partition('paste these lines:\n\n')[2].partition('\n\n')[0]

    def read_sheet(self, file):
        """Which places of a contact sheet are grey, row by row."""
        sheet = cv2.imread(str(file))
        self.assertEqual(sheet.shape, (24 + 5 * 72, 128 + 8 * 128, 3))
        return [[picture.min() == picture.max() == 96 for picture in numpy.split(row, 8, axis=1)]
                for row in numpy.split(sheet[24:, 128:], 5)]

    def find_stills(self):
        return list(self.output.glob('stream=*/date=*/*.jpg'))

    def check(self, *options, environment=os.environ, stills=180, gaps=20):
        """It tells what is there, and all of that is there."""
        end = self.demo('--output', self.output, *options, environment=environment)
        self.assertEqual(end.returncode, 0, end.errors)
        self.assertIn('gst-launch-1.0 kvsimagesrc', end.output)
        counts = COUNTS.search(end.output)
        self.assertEqual(counts.groups()[:3], (str(stills), str(gaps), '600'))
        *_, folder, page, picture = map(pathlib.Path, counts.groups())
        files = list(folder.rglob('*.jpg'))
        self.assertEqual(len(files), stills)
        self.assertEqual(files, self.find_stills())
        for file in files:
            self.assertTrue(file.read_bytes().startswith(b'\xff\xd8\xff'))
        self.assertTrue(page.read_text().startswith('<!DOCTYPE html>'))
        self.read_sheet(picture)

    def test_synthetic_stream(self):
        """The fifth minute is missing, which the contact sheet shows."""
        self.check()
        sheet = self.read_sheet(self.output / 'contact-sheet.png')
        self.assertEqual(sheet, [[False] * 8, [False] * 8, [True] * 4 + [False] * 4,
                                 [False] * 8, [False] * 8])
        picture = e2e.SOURCE_DIR / 'docs' / 'demo.png'
        self.assertEqual(sheet, self.read_sheet(picture), 'the picture of the README is another one')
        self.assertLess(picture.stat().st_size, 150000)

    def test_video(self):
        self.check('--video', e2e.VIDEO)

    def leave_earlier_run(self):
        """Also of another stream."""
        for stream in ('demo', 'door'):
            folder = self.output / f'stream={stream}' / 'date=2026-11-20'
            folder.mkdir(parents=True)
            (folder / '20261120T080000.000Z.jpg').write_bytes(b'of an earlier run')
        (self.output / 'contact-sheet.png').write_bytes(b'of an earlier run')
        (self.output / 'notes.txt').write_text('not a still')

    def list_files(self):
        return {str(path.relative_to(self.output)) for path in self.output.rglob('*')
                if path.is_file()}

    def test_again(self):
        self.leave_earlier_run()
        self.check()
        self.assertTrue((self.output / 'notes.txt').exists())

    def test_stills_that_are_not_of_the_demo(self):
        self.leave_earlier_run()
        (self.output / 'contact-sheet.png').unlink()
        earlier = self.list_files()
        end = self.demo('--output', self.output)
        self.assertEqual(end.returncode, 1)
        self.assertEqual(end.errors, f'tools/demo: {self.output} has stills that are not of the demo: '
                                     'choose another folder with --output\n')
        self.assertEqual(self.list_files(), earlier)

    def test_failure_leaves_earlier_stills(self):
        self.leave_earlier_run()
        earlier = self.list_files()
        with e2e.Emulator('--stream=door=synthetic,live=true',
                          '--fault=GetImages:3-:status=403') as emulator:
            end = self.demo('--stream-name', 'door', '--output', self.output,
                            environment=emulator.get_environment())
        self.assertEqual(end.returncode, 1)
        self.assertEqual(self.list_files(), earlier)

    def test_pasted(self):
        """What it prints works without the demo, whose emulator has ended."""
        end = self.demo('--video', e2e.VIDEO, '--output', self.output)
        script = f'set -e\n{self.get_pasted(end.output)}\nsource/tools/emulator stop'
        pasted = e2e.run(['bash', '-c', script], {**os.environ, 'GST_PLUGIN_PATH': ''},
                         self.directory)
        self.assertEqual(pasted.returncode, 0, pasted.stdout + pasted.stderr)
        stills = self.find_stills()
        self.assertEqual(len(stills), 180)
        self.output /= 'again'
        self.assertEqual([file.read_bytes() for file in sorted(self.find_stills())],
                         [file.read_bytes() for file in sorted(stills)])
        self.assertEqual([file.read_bytes() for file in sorted(self.output.parent.glob('still-*.jpg'))],
                         [file.read_bytes() for file in sorted(stills)])

    def test_what_it_builds(self):
        """All that the pages run is built, not the demo's own programs only."""
        self.fake('meson', 'echo "$*" >> meson.log')
        self.check(environment={**os.environ, 'PATH': f'{self.fakes}:{os.environ["PATH"]}'})
        self.assertEqual((self.directory / 'meson.log').read_text().split()[3:],
                         ['gstkvsimagesrc:shared_library', 'kvs-emulator', 'print-times', 'kvs-stills:executable'])

    def test_build_that_fails(self):
        self.fake('meson', 'echo is broken; exit 1')
        end = self.demo(environment={**os.environ, 'PATH': f'{self.fakes}:{os.environ["PATH"]}'})
        self.assertEqual(end.returncode, 1)
        self.assertEqual(end.errors, 'is broken\ntools/demo: it does not build\n')

    def test_stills_go_to_the_current_folder(self):
        self.output = self.directory / 'stills'
        end = self.demo()
        self.assertEqual(end.returncode, 0, end.errors)
        self.assertEqual(len(self.find_stills()), 180)
        self.assertEqual({path.name for path in self.output.iterdir()},
                         {'.kvs-stills', 'stream=demo', 'contact-sheet.png', 'report.html'})

    def test_interrupted(self):
        process = self.start('--output', self.output)
        while not (line := process.stdout.readline()).startswith('gst-launch-1.0 kvsimagesrc'):
            self.assertNotEqual(line, '', 'it has ended')
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
        self.assertEqual(end.errors, f'tools/demo: {pathlib.Path(__file__).resolve()} cannot be '
                                     'shown as a video: This appears to be a text file\n')

    def test_stills_of_another_user(self):
        self.output.mkdir()
        end = self.finish(self.start('--output', self.output, as_stranger=True))
        self.assertEqual(end.returncode, 1)
        self.assertRegex(end.errors, r'^\S+/out put belongs to \w+ and cannot be written: '
                                     'choose another folder with --output\n$')

    def test_build_of_another_user(self):
        build = self.directory / 'source' / 'build'
        build.unlink()
        build.mkdir()
        output = f'{tempfile.gettempdir()}/of-a-demo-that-does-not-begin'
        end = self.finish(self.start('--output', output, as_stranger=True))
        self.assertEqual(end.returncode, 1)
        self.assertRegex(end.errors, r'^\S+/build belongs to \w+ and cannot be written: '
                                     r"remove it \(sudo rm -r '\S+/build'\), or use .*\n$")

    def test_help(self):
        for option in ('--help', '-h'):
            end = self.demo(option)
            self.assertEqual(end.returncode, 0)
            self.assertTrue(end.output.startswith('Usage: tools/demo'))

    def test_value_after_an_equals_sign(self):
        self.output = self.directory / 'with=sign'
        end = self.demo(f'--output={self.output}', f'--video={e2e.VIDEO}')
        self.assertEqual(end.returncode, 0, end.errors)
        self.assertEqual(len(self.find_stills()), 180)

    def test_wrong_options(self):
        for options in (['--nothing'], ['--nothing=3'], ['--video'], ['--video='], ['--start', 'now-1h'],
                        ['--video', e2e.VIDEO, '--stream-name', 'door']):
            with self.subTest(options=options):
                end = self.demo(*options)
                self.assertEqual(end.returncode, 2)
                self.assertIn('Usage: tools/demo', end.errors)


if __name__ == '__main__':
    e2e.main()
