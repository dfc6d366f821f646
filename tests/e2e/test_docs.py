# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pastes every command of the README and of docs/ into a shell, page by page, and compares the tables of the
pages with the plugin."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import cv2

import e2e
from pages import paste, read_blocks, read_ports, run_blocks
from pictures import read_frames
from recording import Gst

from gi.repository import GObject

# A property in the reference: its name, its type and its unit.
ROW = re.compile(r'^\| `([a-z-]+)` \| (.+?) \|(.*?)\| .* \| ', re.MULTILINE)

# What a command writes a file to.
OUTPUT = re.compile(r'location=(\S+)|(?<!2)> (?!/dev)(\S+)')

# The lamp stays at its place; the next line has the time of the still.
LAMP = re.compile(r'(x=\(uint\)390, y=\(uint\)20, .*\nstream-time=\(guint64\)\d+\n){20}')

LINK = re.compile(r'\]\(([^)#]+)')

# These pages have tests of their own, here and in files that are named after them.
ELSEWHERE = ('how-do-i.md', 'debugging.md', 'inference.md', 'tracking.md')


class PastingTest(unittest.TestCase):

    def count(self, directory, pattern):
        return len(list(directory.glob(pattern)))

    def test_readme(self):
        directory = paste('README.md', self.enterContext) / 'kvsimagesrc'
        self.assertEqual(self.count(directory, 'stills/stream=demo/date=*/*.jpg'), 180)
        self.assertTrue((directory / 'stills' / 'contact-sheet.png').exists())
        self.assertEqual(self.count(directory, 'out/still-*.jpg'), 1200)

    def test_how_do_i(self):
        directory = paste('docs/how-do-i.md', self.enterContext) / 'out'
        n_files = {'still-*.jpg': 200, 'range-*.jpg': 100, 'often-*.jpg': 120, 'single.jpg': 1,
                   'thumbnail-*.jpg': 30, 'still-*.png': 20, 'by-time/stream=back-yard/date=*/*.jpg': 60,
                   'cameras/stream=front-door/date=*/*.jpg': 100, 'cameras/report.html': 1,
                   'quarter-*.mkv': 3, 'with-time-*.jpg': 20, 'both-*.jpg': 160,
                   'pair-*.jpg': 100, 'people-*.jpg': 20, 'lamp-*.jpg': 20, 'uri-*.jpg': 60, 'live-*.jpg': 20,
                   'part-*.jpg': 50, 'rest-*.jpg': 150, 'backwards-*.jpg': 60,
                   'producer-*.jpg': 20}
        self.assertEqual({name: self.count(directory, name) for name in n_files}, n_files)
        for name in n_files:
            for file in directory.glob(name):
                self.assertTrue(file.suffix == '.html' or read_frames(file), f'{file.name} cannot be read')

        n_frames = {'slides.mkv': 200, 'one-size.mkv': 40, 'stills.mp4': 234, 'time-lapse.webm': 200,
                    'steady.avi': 297, 'both.mkv': 160}
        for name, n in n_frames.items():
            self.assertAlmostEqual(len(read_frames(directory / name)), n, delta=2, msg=name)
        self.assertEqual(cv2.imread(str(directory / 'day.png')).shape, (24 + 24 * 72, 128 + 12 * 128, 3))
        self.assertEqual((directory / 'pictures.rgb').stat().st_size, 20 * 224 * 224 * 3)

        n_lines = {'by-time/stream=back-yard/index.csv': 101, 'missing.csv': 40, 'gaps.txt': 40, 'times.txt': 200, 'movement.txt': 19}
        self.assertEqual({name: len((directory / name).read_text().splitlines())
                          for name in n_lines}, n_lines)
        self.assertEqual((directory / 'times.txt').read_text().count('NO_MEDIA'), 40)
        self.assertRegex((directory / 'lamp.txt').read_text(), LAMP)
        self.assertIn('motion_begin', (directory / 'motion.txt').read_text())

    def test_docs(self):
        for page in (e2e.SOURCE_DIR / 'docs').rglob('*.md'):
            if page.name in ELSEWHERE:
                continue
            with self.subTest(page=page):
                paste(page.relative_to(e2e.SOURCE_DIR), self.enterContext)

    def test_emulators_in_one_terminal(self):
        """Each page can start its emulator when the others have started theirs."""
        pages = [e2e.SOURCE_DIR / 'README.md', *sorted((e2e.SOURCE_DIR / 'docs').glob('*.md'))]
        starts = [block for page in pages for block in read_blocks(page)
                  if 'tools/emulator' in block or 'kvs-emulator' in block]
        self.assertGreater(len(starts), 3)
        ports = read_ports(starts)
        self.assertEqual(len(ports), len(set(ports)), ports)
        with tempfile.TemporaryDirectory() as directory:
            end = run_blocks([*starts, 'jobs -r\ntools/emulator\n'], pathlib.Path(directory, 'source'))
        self.assertEqual(end.returncode, 0, end.stdout + end.stderr)
        self.assertEqual(end.stdout.count('Running'), len(ports))
        self.assertEqual(end.stderr.count('kvs-emulator runs as process'), 1)

    def test_links(self):
        pages = [*e2e.SOURCE_DIR.glob('*.md'), *(e2e.SOURCE_DIR / 'docs').rglob('*.md')]
        self.assertLess({'CHANGELOG.md', 'SECURITY.md', 'troubleshooting.md'},
                        {page.name for page in pages})
        for page in pages:
            for link in LINK.findall(page.read_text()):
                if '://' not in link:
                    self.assertTrue((page.parent / link).exists(), f'{link} in {page}')


class OutputTest(unittest.TestCase):
    """Git ignores what the commands of the pages write."""

    def test_out(self):
        self.assertIn('/out/', (e2e.SOURCE_DIR / '.gitignore').read_text().splitlines())
        for page in [e2e.SOURCE_DIR / 'README.md', *(e2e.SOURCE_DIR / 'docs').glob('*.md')]:
            for block in read_blocks(page):
                for location in filter(None, sum(OUTPUT.findall(block), ())):
                    with self.subTest(page=page.name):
                        self.assertTrue(location.startswith('out/'), location)


class ReadmeTest(unittest.TestCase):

    def setUp(self):
        self.page = (e2e.SOURCE_DIR / 'README.md').read_text()

    def test_properties(self):
        """They are described in one place."""
        for name in read_properties():
            self.assertNotRegex(self.page, rf'(?m)^\| `{name}`')

    def test_versions(self):
        """This release of Debian has the versions that the README says it was tested with."""
        rows = dict(re.findall(r'(?m)^\| Debian .*?\((\w+)\) \| (.*) \|$', self.page))
        self.assertEqual(set(rows), {'bookworm', 'trixie', 'forky'})
        release = re.search(r'(?m)^VERSION_CODENAME=(\w+)', pathlib.Path('/etc/os-release').read_text())[1]
        versions = [subprocess.check_output(['pkg-config', '--modversion', package], text=True)
                    for package in ('gstreamer-1.0', 'libsoup-3.0')]
        self.assertEqual(rows[release], ' | '.join('.'.join(version.split('.')[:2])
                                                   for version in versions))

    def test_needed_versions(self):
        build = (e2e.SOURCE_DIR / 'meson.build').read_text()
        for name, package in (('GStreamer', 'gstreamer-1.0'), ('libsoup', 'libsoup-3.0'),
                              ('json-glib', 'json-glib-1.0'), ('GLib', 'glib-2.0'),
                              ('OpenSSL', 'libcrypto')):
            version = re.search(rf"'{package}', version : '>= ([0-9.]+)'", build)[1]
            self.assertIn(f'{name} {version}', self.page)


def read_properties():
    """The element's own properties, by name."""
    element = Gst.ElementFactory.make('kvsimagesrc')
    return {pspec.name: pspec for pspec in GObject.list_properties(element)
            if pspec.owner_type.name == 'GstKvsImageSrc'}


class TroubleshootingTest(unittest.TestCase):

    def read_sources(self):
        """All that the project can say, with each message in one piece."""
        folders = (e2e.SOURCE_DIR / name for name in ('gst', 'plugin', 'tools'))
        text = '\n'.join(file.read_text() for folder in folders for file in folder.rglob('*')
                         if file.is_file())
        return re.sub(r'"\s*\n\s*"', '', text)

    def test_messages_are_those_of_the_code(self):
        """What stands for a symptom as code is a message, or a name that the pages explain."""
        page = (e2e.SOURCE_DIR / 'docs' / 'troubleshooting.md').read_text()
        sources = self.read_sources()
        messages = [message for row in re.findall(r'(?m)^\| (.*?) \|', page)
                    for message in re.findall('`([^`]+)`', row)]
        self.assertGreater(len(messages), 12)
        for message in messages:
            self.assertTrue(message in sources, message)


class ReferenceTest(unittest.TestCase):

    maxDiff = None

    def test_is_that_of_the_plugin(self):
        end = e2e.run([e2e.SOURCE_DIR / 'tools' / 'reference'], os.environ)
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual((e2e.SOURCE_DIR / 'docs' / 'reference.md').read_text(), end.stdout)

    def test_rows(self):
        """Each property has one row, and each number there a unit, or nothing that it could count in."""
        page = (e2e.SOURCE_DIR / 'docs' / 'reference.md').read_text()
        rows = {}
        for name, kind, unit in ROW.findall(page):
            self.assertNotIn(name, rows)
            rows[name] = (kind, unit.strip())
        self.assertEqual(set(rows), set(read_properties()))
        without = {name for name, (kind, unit) in rows.items() if 'int' in kind.split()[0] and not unit}
        self.assertEqual(without, {'jpeg-quality'})

    def test_statistics(self):
        stats = Gst.ElementFactory.make('kvsimagesrc').get_property('stats')
        page = (e2e.SOURCE_DIR / 'docs' / 'reference.md').read_text()
        table = page.partition('### Statistics')[2].partition('\n## ')[0]
        fields = re.findall(r'(?m)^\| `(.*?)` \| (requests|samples|images|bytes|ns) \| .', table)
        self.assertEqual([name for name, _ in fields],
                         [stats.nth_field_name(i) for i in range(stats.n_fields())])


if __name__ == '__main__':
    e2e.main()
