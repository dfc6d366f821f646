# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pastes every command of the README and of docs/ into a shell, page by page, and holds the README's
tables against the plugin."""

import os
import pathlib
import re
import socket
import tempfile
import unittest

import e2e
from recording import Gst

from gi.repository import GObject

BLOCK = re.compile(r'^```sh\n(.*?)^```$', re.DOTALL | re.MULTILINE)
ROW = re.compile(r'^\| (`.*?) \|(.*?)\|', re.MULTILINE)
LINK = re.compile(r'\]\(([^)#]+)')

# These run this test.
NOT_PASTED = ('tools/test\n', '.ci/run\n')

# The port of the emulator in the README.
PORT = '8123'

# A reader sees that the emulator listens before he pastes on.
WAIT = '''
while [ -n "$(jobs -p)" ] && ! (: < /dev/tcp/127.0.0.1/%s) 2> /dev/null; do sleep 0.05; done
'''


def find_free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return str(listener.getsockname()[1])


def make_script(page):
    """All commands of a page, for one shell that ends with the first that fails."""
    port = find_free_port()
    blocks = [block for block in BLOCK.findall(page.read_text()) if block not in NOT_PASTED]
    script = (WAIT % PORT).join(blocks).replace(PORT, port)
    return f"set -e\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n{script}"


class PastingTest(unittest.TestCase):

    def paste(self, name):
        """Runs the commands of a page in a source folder, and returns the folder."""
        directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / 'source'
        e2e.stage_source(directory)
        environment = {name: value for name, value in os.environ.items()
                       if name != 'GST_PLUGIN_PATH'}
        end = e2e.run(['bash', '-c', make_script(directory / name)], environment, directory)
        self.assertEqual(end.returncode, 0, end.stdout + end.stderr)
        return directory

    def count(self, directory, pattern):
        return len(list(directory.glob(pattern)))

    def test_readme(self):
        directory = self.paste('README.md')
        self.assertEqual(self.count(directory, 'stills/still-*.jpg'), 180)
        self.assertEqual(self.count(directory, 'still-*.jpg'), 1200)
        self.assertEqual(self.count(directory, 'thumbnail-*.png'), 60)
        self.assertEqual(self.count(directory, 'people-*.jpg'), 20)
        for name in ('hour.mkv', 'time-lapse.mkv'):
            self.assertGreater((directory / name).stat().st_size, 1000000)

    def test_docs(self):
        for page in (e2e.SOURCE_DIR / 'docs').glob('*.md'):
            with self.subTest(page=page.name):
                self.paste(pathlib.Path('docs', page.name))

    def test_links(self):
        pages = [*e2e.SOURCE_DIR.glob('*.md'), *(e2e.SOURCE_DIR / 'docs').glob('*.md')]
        for page in pages:
            for link in LINK.findall(page.read_text()):
                if '://' not in link:
                    self.assertTrue((page.parent / link).exists(), f'{link} in {page}')


def read_readme_properties():
    """The properties of the README's tables, with their defaults as they are written there."""
    properties = {}
    for names, default in ROW.findall((e2e.SOURCE_DIR / 'README.md').read_text()):
        properties.update((name, default.strip()) for name in re.findall('`(.*?)`', names))
    return properties


def read_plugin_properties():
    """The element's own properties, with their defaults as the README writes them."""
    element = Gst.ElementFactory.make('kvsimagesrc')
    return {pspec.name: describe_default(element, pspec)
            for pspec in GObject.list_properties(element)
            if pspec.owner_type.name == 'GstKvsImageSrc'}


def describe_default(element, pspec):
    if GObject.type_is_a(pspec.value_type, GObject.TYPE_BOXED):
        return ''
    default = pspec.default_value
    if default is None:
        return 'unset'
    if GObject.type_is_a(pspec.value_type, GObject.TYPE_ENUM):
        # As a default, newer versions of PyGObject give a number.
        return element.get_property(pspec.name).value_nick
    return 'none' if default == Gst.CLOCK_TIME_NONE else str(default).lower()


class ReadmeTest(unittest.TestCase):

    maxDiff = None

    def test_properties(self):
        self.assertEqual(read_readme_properties(), read_plugin_properties())


if __name__ == '__main__':
    e2e.main()
