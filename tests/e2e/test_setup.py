# SPDX-License-Identifier: LGPL-2.1-or-later
"""tools/setup and tools/progress, with programs in place of apt, dpkg and sudo."""

import os
import pathlib
import shutil
import tempfile
import unittest

import e2e

TOOLS = e2e.SOURCE_DIR / 'tools'

# What is used as it is.
PROGRAMS = ('awk', 'cat', 'cut', 'date', 'dirname', 'env', 'grep', 'mktemp', 'realpath', 'rm', 'sed',
            'sh', 'sleep', 'tail')

LISTS_FETCHED = 'update) ;;'
LISTS_OUT_OF_REACH = '''update)
    echo "Err:1 http://packages.example/debian bookworm InRelease"
    echo "  Temporary failure resolving 'packages.example'"
    exit 100 ;;'''
INSTALLED = '''--assume-no)
    echo "Need to get 12 MB of archives."
    echo "After this operation, 34 MB of additional disk space will be used."
    exit 1 ;;
  install) echo installed >> apt.log ;;'''
NOT_INSTALLED = '''install)
    for i in $(seq 538); do echo "E: Failed to fetch http://packages.example/$i" >&2; done
    exit 100 ;;'''


class SetupTest(unittest.TestCase):

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.programs = self.directory / 'programs'
        self.programs.mkdir()
        for name in (*PROGRAMS, 'seq'):
            (self.programs / name).symlink_to(shutil.which(name))
        self.fake('dpkg-query', 'exit 1')
        self.fake('id', 'echo 0')

    def fake(self, name, script):
        (self.programs / name).write_text(f'#!/bin/sh\n{script}\n')
        (self.programs / name).chmod(0o755)

    def fake_apt(self, *cases):
        """An apt-get that does what stands in the first case that one of its words fits."""
        self.fake('apt-get', 'for word in "$@"; do case "$word" in\n  '
                  + '\n  '.join(cases) + '\nesac; done')

    def setup(self, *options):
        environment = {'PATH': str(self.programs), 'TMPDIR': str(self.directory)}
        return e2e.run([TOOLS / 'setup', *options], environment, self.directory)

    def test_installs(self):
        self.fake_apt(LISTS_FETCHED, INSTALLED)
        end = self.setup()
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertIn('Need to get 12 MB', end.stdout)
        self.assertIn('34 MB of additional disk space', end.stdout)
        self.assertTrue((self.directory / 'apt.log').exists())

    def test_without_sudo(self):
        self.fake('id', 'echo 1000')
        end = self.setup('tests')
        self.assertEqual(end.returncode, 1)
        self.assertEqual(end.stderr, 'tools/setup: only root can install packages: run su -c '
                                     f"'{TOOLS}/setup tests', or have an administrator run it\n")

    def test_with_sudo(self):
        self.fake('id', 'echo 1000')
        self.fake('sudo', 'exec "$@"')
        self.fake('true', '')
        self.fake_apt(LISTS_FETCHED, INSTALLED)
        self.assertEqual(self.setup().returncode, 0)
        self.assertTrue((self.directory / 'apt.log').exists())

    def test_with_sudo_that_refuses(self):
        self.fake('id', 'echo 1000')
        self.fake('sudo', 'exit 1')
        end = self.setup()
        self.assertEqual(end.returncode, 1)
        self.assertEqual(end.stderr, 'tools/setup: only root can install packages: run su -c '
                                     f"'{TOOLS}/setup', or have an administrator run it\n")

    def test_without_network(self):
        self.fake_apt(LISTS_OUT_OF_REACH, NOT_INSTALLED)
        end = self.setup()
        self.assertEqual(end.returncode, 1)
        self.assertRegex(end.stderr, r"^tools/setup: the packages cannot be installed: Temporary "
                                     r"failure resolving 'packages.example'\. Is there a network\? "
                                     r"apt's output is in \S+\n$")
        self.assertLess(len(end.stdout.splitlines()), 6)
        log = pathlib.Path(end.stderr.split()[-1])
        self.assertEqual(len(log.read_text().splitlines()), 538)

    def test_network_that_goes(self):
        self.fake_apt(LISTS_FETCHED, NOT_INSTALLED)
        end = self.setup()
        self.assertEqual(end.returncode, 1)
        self.assertRegex(end.stderr, r'^tools/setup: the packages cannot be installed: Failed to '
                                     r'fetch http://packages.example/1\. .*\n$')

    def test_list_that_does_not_matter(self):
        self.fake_apt(LISTS_OUT_OF_REACH, INSTALLED)
        self.assertEqual(self.setup().returncode, 0)

    def test_help(self):
        for option in ('-h', '--help'):
            end = self.setup(option)
            self.assertEqual(end.returncode, 0)
            self.assertIn('tools/setup tests', end.stdout)
        self.assertEqual(self.setup('everything').returncode, 2)


class ProgressTest(unittest.TestCase):

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_command(self, script):
        environment = {**os.environ, 'KVS_PROGRESS_INTERVAL': '0.02'}
        return e2e.run([TOOLS / 'progress', 'Building', 'log', 'sh', '-c', script], environment,
                       self.directory)

    def test_shows_the_last_line(self):
        """The command ends once its progress has been seen in a file."""
        self.directory.joinpath('seen').touch()
        script = ('"$0" Building log sh -c \'echo step 2; until grep -q step seen; do sleep 0.02; '
                  "done' > seen")
        environment = {**os.environ, 'KVS_PROGRESS_INTERVAL': '0.02'}
        end = e2e.run(['sh', '-c', script, TOOLS / 'progress'], environment, self.directory)
        self.assertEqual(end.returncode, 0)
        self.assertRegex((self.directory / 'seen').read_text(), r'^Building …\n(?s:.*)\n?Building, \d+ s: step 2\n')

    def test_failure(self):
        end = self.run_command('echo why; exit 3')
        self.assertEqual((end.returncode, end.stderr), (3, ''))
        self.assertEqual((self.directory / 'log').read_text(), 'why\n')

    def test_terminal(self):
        """The command's own output is shown, so that it can draw."""
        script = f'{TOOLS}/progress Building log sh -c "test -t 1 && echo drawn"'
        end = e2e.run(['script', '--quiet', '--return', '--command', script, '/dev/null'],
                      os.environ, self.directory)
        self.assertEqual((end.returncode, end.stdout.strip()), (0, 'drawn'))


if __name__ == '__main__':
    e2e.main()
