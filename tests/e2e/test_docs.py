# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pastes every command of the README and of docs/ into a shell, page by page, and holds the README's
tables against the plugin."""

import os
import pathlib
import re
import socket
import tempfile
import unittest

import cv2

import e2e
from pictures import read_frames
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
    return f"set -ex\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n{script}"


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

    def test_how_do_i(self):
        directory = self.paste('docs/how-do-i.md') / 'out'
        n_files = {'still-*.jpg': 200, 'range-*.jpg': 100, 'often-*.jpg': 120, 'single.jpg': 1,
                   'thumbnail-*.jpg': 30, 'still-*.png': 20, 'by-time/*.jpg': 60,
                   'quarter-*.mkv': 3, 'with-time-*.jpg': 20, 'both-*.jpg': 160,
                   'pair-*.jpg': 100, 'people-*.jpg': 20, 'uri-*.jpg': 60, 'live-*.jpg': 20,
                   'part-*.jpg': 50, 'rest-*.jpg': 150, 'backwards-*.jpg': 60}
        self.assertEqual({name: self.count(directory, name) for name in n_files}, n_files)
        for name in n_files:
            for file in directory.glob(name):
                self.assertTrue(read_frames(file), f'{file.name} cannot be read')

        n_frames = {'slides.mkv': 200, 'stills.mp4': 234, 'time-lapse.webm': 200,
                    'steady.avi': 297, 'both.mkv': 160}
        for name, n in n_frames.items():
            self.assertAlmostEqual(len(read_frames(directory / name)), n, delta=2, msg=name)
        self.assertEqual(cv2.imread(str(directory / 'day.png')).shape, (24 * 72, 12 * 128, 3))
        self.assertEqual((directory / 'pictures.rgb').stat().st_size, 20 * 224 * 224 * 3)

        n_lines = {'by-time/gaps.csv': 41, 'gaps.txt': 40, 'times.txt': 200, 'movement.txt': 19}
        self.assertEqual({name: len((directory / name).read_text().splitlines())
                          for name in n_lines}, n_lines)
        self.assertEqual((directory / 'times.txt').read_text().count('NO_MEDIA'), 40)

    def test_docs(self):
        for page in (e2e.SOURCE_DIR / 'docs').glob('*.md'):
            if page.name == 'how-do-i.md':
                continue
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


class ReferenceTest(unittest.TestCase):

    maxDiff = None

    def test_is_that_of_the_plugin(self):
        end = e2e.run([e2e.SOURCE_DIR / 'tools' / 'reference'], os.environ)
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual((e2e.SOURCE_DIR / 'docs' / 'reference.md').read_text(), end.stdout)


if __name__ == '__main__':
    e2e.main()
