# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pastes the commands of a page of the documentation into a shell."""

import os
import pathlib
import re
import socket
import tempfile

import e2e

BLOCK = re.compile(r'^```sh\n(.*?)^```$', re.DOTALL | re.MULTILINE)

# These run the tests.
NOT_PASTED = ('tools/test\n', '.ci/run\n')

# The port of an emulator that a page starts by itself.
PORT = re.compile(r'(?<=--port=)[0-9]+')

# A reader sees that the emulator listens before pasting on.
WAIT = '''
while [ -n "$(jobs -p)" ] && ! (: < /dev/tcp/127.0.0.1/%s) 2> /dev/null; do sleep 0.05; done
'''


# The longest that all commands of a page may take together, in seconds.
PAGE_TIMEOUT = 600

# What a page starts ends with the terminal.
CLEAN_UP = "trap 'kill $(jobs -p) 2> /dev/null || true; tools/emulator stop' EXIT"


def find_free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return str(listener.getsockname()[1])


def read_blocks(page):
    """The commands of a page, as they are pasted one after the other."""
    return [block for block in BLOCK.findall(page.read_text()) if block not in NOT_PASTED]


def read_ports(blocks):
    return PORT.findall(''.join(blocks))


def make_script(blocks):
    """The commands for one shell that ends with the first that fails."""
    script = ''.join(block + ''.join(WAIT % port for port in PORT.findall(block)) for block in blocks)
    for port in read_ports(blocks):
        script = script.replace(port, find_free_port())
    return f'set -ex\n{CLEAN_UP}\n{script}'


def make_repository(directory):
    """Makes a repository of a staged source folder, whose links a clone of it has as well."""
    git = ['git', '-c', 'user.name=test', '-c', 'user.email=test@localhost']
    for command in (['init', '--quiet'], ['add', '--force', '.'],
                    ['commit', '--quiet', '--message=Source']):
        end = e2e.run([*git, *command], os.environ, directory)
        if end.returncode != 0:
            raise AssertionError(f'git {command}: {end.stderr}')


def run_blocks(blocks, directory):
    """Runs commands in a new source folder, which is also the repository that they may clone."""
    e2e.stage_source(directory)
    environment = {name: value for name, value in os.environ.items() if name != 'GST_PLUGIN_PATH'}
    if any('$REPOSITORY' in block for block in blocks):
        make_repository(directory)
        environment['REPOSITORY'] = str(directory)
    return e2e.run(['bash', '-c', make_script(blocks)], environment, directory, PAGE_TIMEOUT)


def paste(name, enter_context):
    """Runs the commands of a page in a source folder, and returns the folder. enter_context is that of
    the test, or of the class of tests, with which the folder goes."""
    directory = pathlib.Path(enter_context(tempfile.TemporaryDirectory())) / 'source'
    end = run_blocks(read_blocks(e2e.SOURCE_DIR / name), directory)
    if end.returncode != 0:
        raise AssertionError(f'{name}: {end.stdout}{end.stderr}')
    return directory
