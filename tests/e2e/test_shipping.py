# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin as it is installed, found, looked at, and linked into a program."""

import json
import os
import pathlib
import re
import tempfile
import time
import unittest

import e2e
from recording import Gst

from gi.repository import GObject

START = int(time.time()) - 3600
STREAM = f'kvsimagesrc stream-name=yard start-timestamp={START}'

# What a number counts, where it is not a plain number of things.
UNIT = re.compile(r'\bin (ms|ns|seconds|pixels|bytes)\b')
PLAIN_NUMBERS = {'jpeg-quality', 'max-items', 'page-size', 'max-attempts',
                 'max-concurrent-requests', 'num-buffers'}
NUMBERS = (GObject.TYPE_INT, GObject.TYPE_UINT, GObject.TYPE_INT64, GObject.TYPE_UINT64)


def run(command, **changes):
    """Runs a command that has to do well, with changes to the environment, and returns its output."""
    environment = {name: value for name, value in {**os.environ, **changes}.items()
                   if value is not None}
    end = e2e.run(command, environment)
    if end.returncode != 0:
        raise AssertionError(f'{command} fails: {end.stdout}{end.stderr}')
    return end.stdout


class InstallTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.root = cls.directory / 'root'
        run(['meson', 'install', '-C', e2e.BUILD_DIR, '--no-rebuild', '--quiet',
             '--destdir', cls.root])
        [plugin] = cls.root.rglob('libgstkvsimagesrc.so')
        cls.plugins = plugin.parent
        cls.pkgconfig = cls.plugins.parent / 'pkgconfig'

    def get_environment(self, **changes):
        """The environment of a user of what was installed, with registries of its own."""
        return {'GST_REGISTRY': str(self.directory / f'{self.id()}.bin'), **changes}

    def test_files(self):
        [prefix] = [path.parent.parent for path in self.root.rglob('kvs-stills')
                    if path.parent.name == 'bin']
        libraries = self.plugins.parent.relative_to(prefix)
        files = {str(path.relative_to(prefix)) for path in self.root.rglob('*') if path.is_file()}
        self.assertEqual(files, {
            f'{libraries}/gstreamer-1.0/libgstkvsimagesrc.so',
            f'{libraries}/gstreamer-1.0/libgstkvsimagesrc.a',
            f'{libraries}/pkgconfig/gstkvsimagesrc.pc',
            'bin/kvs-stills', 'share/man/man1/kvs-stills.1',
            'share/bash-completion/completions/kvs-stills'})

    def test_inspect(self):
        text = run(['gst-inspect-1.0', 'kvsimagesrc'],
                   **self.get_environment(GST_PLUGIN_PATH=str(self.plugins)))
        filename = re.search(r'Filename +(.*)', text)[1]
        self.assertEqual(filename, str(self.plugins / 'libgstkvsimagesrc.so'))

    def query_pkg_config(self, *options):
        text = run(['pkg-config', *options, 'gstkvsimagesrc'],
                   PKG_CONFIG_PATH=str(self.pkgconfig))
        # The file says where things would be without DESTDIR.
        prefix = str(self.plugins)[len(str(self.root)):]
        return text.strip().replace(prefix, str(self.plugins))

    def test_pkg_config(self):
        version = run(['meson', 'introspect', '--projectinfo', e2e.BUILD_DIR])
        self.assertIn(f'"version": "{self.query_pkg_config("--modversion")}"', version)
        self.assertEqual(self.query_pkg_config('--variable=pluginsdir'), str(self.plugins))

    def link_program(self):
        program = self.directory / 'static'
        flags = self.query_pkg_config('--cflags', '--libs')
        run(['gcc', e2e.SOURCE_DIR / 'tests' / 'e2e' / 'static.c', '-o', program, *flags.split()])
        return program

    def test_static(self):
        program = self.link_program()
        self.assertNotIn('libgstkvsimagesrc', run(['ldd', program]))
        with e2e.Emulator(f'--stream=yard={e2e.VIDEO},start={START}') as emulator:
            run([program, *STREAM.split(), 'max-items=10', '!', 'multifilesink',
                 f'location={self.directory}/still-%d.jpg'],
                **self.get_environment(**emulator.get_environment(GST_PLUGIN_PATH=None)))
        stills = sorted(self.directory.glob('still-*.jpg'))
        self.assertEqual(len(stills), 10)
        for still in stills:
            self.assertTrue(still.read_bytes().startswith(b'\xff\xd8\xff'))


class PrefixTest(unittest.TestCase):
    """Where the files go, and whether they are found there."""

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.build = self.directory / 'build'

    def configure(self, prefix):
        run(['meson', 'setup', self.build, e2e.SOURCE_DIR, f'--prefix={prefix}', '-Dtests=false',
             '-Dbuildtype=plain'])

    def read_variable(self, package, name):
        return run(['pkg-config', f'--variable={name}', package]).strip()

    def test_beside_gstreamer(self):
        """The folders that are searched anyhow, whatever Meson's libdir is."""
        prefix = self.read_variable('gstreamer-1.0', 'prefix')
        plugins = self.read_variable('gstreamer-1.0', 'pluginsdir')
        self.configure(prefix)
        run(['meson', 'configure', self.build, '-Dlibdir=lib64'])
        installed = json.loads(run(['meson', 'introspect', '--installed', self.build])).values()
        self.assertIn(f'{plugins}/libgstkvsimagesrc.so', installed)
        [file] = [pathlib.Path(path) for path in installed if path.endswith('.pc')]
        self.assertIn(str(file.parent), self.read_variable('pkg-config', 'pc_path').split(':'))

    def test_elsewhere(self):
        """What it says is enough to find the plugin, and the file of pkg-config."""
        prefix = self.directory / 'prefix'
        self.configure(prefix)
        text = run(['meson', 'install', '-C', self.build], DESTDIR=None)
        exports = re.findall(r'(?m)^  (export .*)', text)
        self.assertEqual(len(exports), 2, text)
        script = '\n'.join(exports + ['gst-inspect-1.0 kvsimagesrc',
                                      'pkg-config --variable=prefix gstkvsimagesrc'])
        found = run(['sh', '-ec', script], GST_PLUGIN_PATH=None, PKG_CONFIG_PATH=None,
                    GST_REGISTRY=str(self.directory / 'registry.bin'))
        self.assertRegex(found, f'Filename +{prefix}/')
        self.assertTrue(found.endswith(f'\n{prefix}\n'))


class DebianTest(unittest.TestCase):

    def test_version(self):
        """The packages have the version of the program."""
        version = re.search(r"version : '([0-9.]+)'", (e2e.SOURCE_DIR / 'meson.build').read_text())[1]
        changelog = (e2e.SOURCE_DIR / 'debian' / 'changelog').read_text()
        self.assertEqual(changelog.splitlines()[0], f'kvsimagesrc ({version}) unstable; urgency=medium')


class EmulatorTest(unittest.TestCase):
    """The emulator is installed on request, and needs none of the tests for it."""

    def test_without_tests(self):
        with tempfile.TemporaryDirectory() as build:
            run(['meson', 'setup', build, e2e.SOURCE_DIR, '--prefix=/usr', '-Dtests=false',
                 '-Dinstall-emulator=true'])
            installed = json.loads(run(['meson', 'introspect', '--installed', build])).values()
            tests = json.loads(run(['meson', 'introspect', '--tests', build]))
        self.assertIn('/usr/bin/kvs-emulator', installed)
        self.assertIn('/usr/share/man/man1/kvs-emulator.1', installed)
        self.assertEqual(tests, [])

    def test_manual(self):
        """Its options are those of the program."""
        folder = e2e.SOURCE_DIR / 'tests' / 'emulator'
        text = (folder / 'kvs-emulator.1').read_text()
        options = set(re.findall(r'Fl -([a-z-]+)', text))
        known = set(re.findall(r'--([a-z-]+)', run([e2e.BUILD_DIR / 'tests' / 'emulator' / 'kvs-emulator',
                                                   '--help'])))
        self.assertGreater(len(options), 6)
        self.assertEqual(options - known, set())
        self.assertEqual(run(['mandoc', '-T', 'lint', '-W', 'warning', folder / 'kvs-emulator.1']), '')


class DevelopmentTest(unittest.TestCase):

    def test_devenv(self):
        with tempfile.TemporaryDirectory() as directory:
            text = run(['meson', 'devenv', '-C', e2e.BUILD_DIR, 'gst-inspect-1.0', 'kvsimagesrc'],
                       GST_PLUGIN_PATH=None, GST_REGISTRY=f'{directory}/registry.bin')
        filename = re.search(r'Filename +(.*)', text)[1]
        self.assertEqual(filename, str(e2e.BUILD_DIR / 'plugin' / 'libgstkvsimagesrc.so'))


class InspectTest(unittest.TestCase):
    """What gst-inspect-1.0 prints of the element."""

    @classmethod
    def setUpClass(cls):
        cls.text = run(['gst-inspect-1.0', 'kvsimagesrc'])
        element = Gst.ElementFactory.make('kvsimagesrc')
        cls.properties = [pspec for pspec in GObject.list_properties(element)
                          if pspec.owner_type.name == 'GstKvsImageSrc']

    def test_every_property_is_described(self):
        for pspec in self.properties:
            with self.subTest(property=pspec.name):
                self.assertRegex(self.text, rf'(?m)^ +{pspec.name} *: {re.escape(pspec.blurb)}$')
                self.assertGreater(len(pspec.blurb), len(pspec.name))
                self.assertNotRegex(pspec.blurb, r'^[a-z]|[.,;:]$')

    def test_every_number_has_a_unit(self):
        for pspec in self.properties:
            if pspec.value_type in NUMBERS and pspec.name not in PLAIN_NUMBERS:
                with self.subTest(property=pspec.name):
                    self.assertRegex(pspec.blurb, UNIT)

    def test_when_it_can_be_set(self):
        for pspec in self.properties:
            entry = re.search(rf'(?m)^ +{pspec.name} *: .*\n +flags: (.*)', self.text)[1]
            with self.subTest(property=pspec.name):
                self.assertEqual('changeable only in NULL or READY state' in entry,
                                 bool(pspec.flags & GObject.ParamFlags.WRITABLE))

    def test_flags_have_names(self):
        flags = re.findall(r'(?m)^ +flags: (.*)', self.text)
        self.assertGreaterEqual(len(flags), len(self.properties))
        self.assertFalse([entry for entry in flags if '0x' in entry])

    def test_factory(self):
        for line in (r'Long-name +\S+', r'Klass +Source/Network/Image', r'Description +\S+',
                     r'Author +\S+', r'License +LGPL', r'Source module +kvsimagesrc',
                     r'Origin URL +https://\S+', r'Rank +primary \(256\)'):
            self.assertRegex(self.text, rf'(?m)^ +{line}')
        for line in ('GstURIHandler', 'kvsimage', 'image/jpeg', 'image/png'):
            self.assertIn(line, self.text)


class LaunchLinesTest(unittest.TestCase):
    """The launch lines of the element's documentation, in their order, and the files they make."""

    def test_lines(self):
        text = (e2e.SOURCE_DIR / 'gst' / 'kvsimagesrc' / 'gstkvsimagesrc.c').read_text()
        blocks = re.findall(r'^ \* \|\[\n(.*?)^ \* \]\|', text, re.DOTALL | re.MULTILINE)
        files = [('still-*.jpg', 1200), ('thumbnail-*.png', 60), ('door.avi', 1),
                 ('decoded-*.jpg', 20)]
        self.assertEqual(len(blocks), len(files))
        with e2e.Emulator(f'--stream=door={e2e.VIDEO},live=true') as emulator:
            for block, (pattern, n_files) in zip(blocks, files):
                with self.subTest(pattern=pattern), tempfile.TemporaryDirectory() as directory:
                    end = e2e.run(re.sub(r'(?m)^ \* ', '', block), emulator.get_environment(),
                                  directory, shell=True)
                    self.assertEqual(end.returncode, 0, end.stderr)
                    made = list(pathlib.Path(directory).glob(pattern))
                    self.assertEqual(len(made), n_files)
                    self.assertTrue(all(file.stat().st_size > 1000 for file in made))


if __name__ == '__main__':
    e2e.main()
