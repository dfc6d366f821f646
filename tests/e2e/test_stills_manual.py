# SPDX-License-Identifier: LGPL-2.1-or-later
"""The man page and the completion of kvs-stills: they know what the program knows."""

import os
import re
import tempfile
import unittest

import e2e
import stills

FOLDER = e2e.SOURCE_DIR / 'apps' / 'kvs-stills'
COMMANDS = ('get', 'latest', 'plan', 'report')


def read_options(command, *groups):
    """The long options that a command shows in its help."""
    text = e2e.run([stills.PROGRAM, command, *(groups or ['--help'])], os.environ).stdout
    return set(re.findall(r'(?m)^  (?:-\w, )?(--[a-z-]+)', text))


def render_manual():
    end = e2e.run(['man', '--warnings', '-l', FOLDER / 'kvs-stills.1'],
                  {**os.environ, 'MANWIDTH': '100', 'LC_ALL': 'C.UTF-8'})
    return end.stdout, end.stderr


class ManualTest(unittest.TestCase):

    def test_is_well_formed(self):
        end = e2e.run(['mandoc', '-Tlint', '-Wwarning', FOLDER / 'kvs-stills.1'], os.environ)
        self.assertEqual((end.returncode, end.stdout), (0, ''))
        text, warnings = render_manual()
        self.assertEqual(warnings, '')
        self.assertIn('EXIT STATUS', text)

    def test_has_every_option_of_every_command(self):
        page = (FOLDER / 'kvs-stills.1').read_text()
        for command in COMMANDS:
            section = re.search(rf'(?ms)^\.Ss {command}\n(.*?)^\.S[sh] ', page)[1]
            described = {f'-{name}' for name in re.findall(r'(?m)^\.It Fl (?:\w , )?(-[a-z-]+)', section)}
            self.assertEqual(described, read_options(command) - {'--help', '--help-all'}, command)

    def test_has_every_exit_code(self):
        text = e2e.run([stills.PROGRAM, '--help'], os.environ).stdout
        codes = re.findall(r'(?m)^  (\d+) ', text)
        page = (FOLDER / 'kvs-stills.1').read_text()
        section = page.partition('.Sh EXIT STATUS')[2].partition('.Sh EXAMPLES')[0]
        self.assertEqual(re.findall(r'(?m)^\.It (\d+)$', section), codes)
        self.assertEqual(codes, ['0', '64', '66', '73', '75', '77'])


class CompletionTest(unittest.TestCase):

    def complete(self, *words, directory='/'):
        """What bash offers behind these words."""
        script = '''
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            _kvs_stills
            printf '%s\\n' "${COMPREPLY[@]}"
        '''
        end = e2e.run(['bash', '-euc', script, 'bash', FOLDER / 'kvs-stills.bash', stills.PROGRAM, *words],
                      os.environ, directory)
        self.assertEqual((end.returncode, end.stderr), (0, ''))
        return end.stdout.split()

    def test_commands(self):
        self.assertEqual(self.complete(''), [*COMMANDS, '--help', '--version'])
        self.assertEqual(self.complete('re'), ['report'])

    def test_options(self):
        for command in COMMANDS:
            self.assertEqual(set(self.complete(command, '--')) - {'--help', '--help-all'},
                             read_options(command, '--help-all') - {'--help', '--help-all'})
        self.assertEqual(self.complete('get', 'door', '--he'),
                         ['--help', '--help-all', '--help-element', '--height'])

    def test_values(self):
        self.assertEqual(self.complete('get', '--index', ''), ['jsonl', 'csv'])
        self.assertEqual(self.complete('get', '--format', 'p'), ['png'])
        self.assertEqual(self.complete('get', '--image-selector-type', 's'), ['server-timestamp'])

    def test_folders(self):
        with tempfile.TemporaryDirectory() as directory:
            os.mkdir(f'{directory}/night')
            self.assertEqual(self.complete('report', 'n', directory=directory), ['night'])
            self.assertEqual(self.complete('get', '--output', 'n', directory=directory), ['night'])


if __name__ == '__main__':
    e2e.main()
