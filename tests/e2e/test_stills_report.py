# SPDX-License-Identifier: LGPL-2.1-or-later
"""kvs-stills report, in a browser: every number on the page is that of the index, and the picture shows it."""

import base64
import html.parser
import io
import itertools
import os
import pathlib
import tempfile
import time
import unittest

from PIL import Image

import e2e
import stills

START = int(time.time()) // 3600 * 3600 - 7200
STREAMS = [
    f'--stream=door=synthetic,width=640,height=360,fps=1,start={START},gap=900+600,audio-only=2400+300',
    f'--stream=yard=synthetic,width=64,height=48,fps=1,start={START},duration=1800']
GREEN, GREY, ORANGE = (0x2f, 0x9e, 0x6e), (0xd5, 0xda, 0xe1), (0xe8, 0xa3, 0x3d)


class Page(html.parser.HTMLParser):
    """The fields, pictures and bars of a page, by the stream whose section they stand in."""

    def __init__(self, text):
        super().__init__()
        self.fields, self.times, self.urls, self.bars, self.links = [], [], [], [], []
        self.stream = self.field = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.stream = attributes.get('data-stream', self.stream)
        self.links += [attributes[name] for name in ('src', 'href') if name in attributes]
        if 'data-time' in attributes:
            self.times.append((self.stream, attributes['data-time']))
        if tag == 'img':
            self.urls.append((self.stream, attributes['src']))
        if tag == 'rect':
            self.bars.append((self.stream, attributes['class'], float(attributes['x']),
                              float(attributes['width'])))
        if 'data-field' in attributes:
            self.field = (self.stream, attributes['data-field'])
            if 'data-value' in attributes:
                self.fields.append((*self.field, int(attributes['data-value'])))
                self.field = None

    def handle_data(self, data):
        if self.field:
            self.fields.append((*self.field, int(data)))
            self.field = None

    def get(self, stream, name):
        return [value for own, field, value in self.fields if (own, field) == (stream, name)]


def browse(file, *options):
    """Opens a file in a browser without a screen."""
    with tempfile.TemporaryDirectory() as directory:
        end = e2e.run(['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
                       '--no-first-run', f'--user-data-dir={directory}', *options, f'file://{file}'],
                      {**os.environ, 'HOME': directory})
    if end.returncode != 0:
        raise AssertionError(f'chromium fails: {end.stderr}')
    return end.stdout


def find_gaps(index):
    """Runs of samples without a still: where they begin, how many samples, and why."""
    gaps = []
    for reason, lines in itertools.groupby(index, lambda line: line.get('reason')):
        lines = list(lines)
        if reason:
            gaps.append((lines[0]['index'], len(lines), reason))
    return gaps


def find_bar(image):
    """The colours of the first time line, from left to right, each with where it begins and ends."""
    for y in range(image.height):
        row = [image.getpixel((x, y)) for x in range(image.width)]
        if row.count(GREEN) > image.width / 3:
            coloured = [x for x, pixel in enumerate(row) if pixel in (GREEN, GREY, ORANGE)]
            left, right = coloured[0], coloured[-1] + 1
            runs, x = [], left
            for pixel, pixels in itertools.groupby(row[left:right]):
                n = len(list(pixels))
                if n > 2:
                    runs.append((pixel, (x - left) / (right - left), (x + n - left) / (right - left)))
                x += n
            return runs
    raise AssertionError('there is no time line in the picture')


class ReportTest(unittest.TestCase):

    options = []

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.output = cls.directory / 'night & day'
        with e2e.Emulator(*STREAMS) as emulator:
            end = stills.run(emulator, 'get', 'door', 'yard', '--start', START, '--end', START + 3600,
                             '--interval', '30s', *cls.options, '--output', cls.output)
            assert end.returncode == 0, end.stderr
            end = stills.run(emulator, 'report', cls.output)
            assert end.returncode == 0, end.stderr
            assert not end.stderr, end.stderr
        cls.file = cls.output / 'report.html'
        cls.page = Page(browse(cls.file, '--dump-dom'))
        cls.indexes = {stream: stills.read_index(cls.output, stream) for stream in ('door', 'yard')}

    def test_totals(self):
        for stream, index in self.indexes.items():
            for name, value in (('samples', len(index)),
                                ('stills', len([line for line in index if 'file' in line])),
                                ('gaps', len([line for line in index if 'reason' in line])),
                                ('bytes', sum(line.get('bytes', 0) for line in index)),
                                ('interval', 30000)):
                self.assertEqual(self.page.get(stream, name), [value], f'{name} of {stream}')
        for name in ('samples', 'stills', 'gaps', 'bytes'):
            self.assertEqual(self.page.get(None, name),
                             [sum(self.page.get(stream, name)[0] for stream in self.indexes)])
        self.assertEqual(self.page.get(None, 'streams'), [2])

    def test_gaps(self):
        for stream, index in self.indexes.items():
            gaps = find_gaps(index)
            self.assertEqual(self.page.get(stream, 'gap-samples'), [n for _, n, _ in gaps])
            bars = [bar[1:] for bar in self.page.bars if bar[0] == stream and bar[1] != 'still']
            self.assertEqual([reason for reason, _, _ in bars], [reason for _, _, reason in gaps])
            for (_, x, width), (first, n, _) in zip(bars, gaps):
                self.assertAlmostEqual(x, 1000 * first / 120, places=2)
                self.assertAlmostEqual(width, 1000 * n / 120, places=2)
        self.assertEqual([gap[1:] for gap in find_gaps(self.indexes['door'])],
                         [(20, 'NO_MEDIA'), (10, 'MEDIA_ERROR')])

    def test_contact_sheet(self):
        for stream, index in self.indexes.items():
            times = [time for own, time in self.page.times if own == stream]
            self.assertEqual(len(times), 24)
            self.assertEqual(times, sorted(set(times)))
            self.assertLessEqual(set(times), {line['time'] for line in index if 'file' in line})
            sizes = set()
            for _, url in [entry for entry in self.page.urls if entry[0] == stream]:
                head, _, content = url.partition(',')
                self.assertEqual(head, 'data:image/jpeg;base64')
                with Image.open(io.BytesIO(base64.b64decode(content))) as image:
                    image.load()
                    sizes.add(image.size)
            self.assertEqual(sizes, {'door': {(208, 117)}, 'yard': {(64, 48)}}[stream])

    def test_nothing_from_elsewhere(self):
        self.assertTrue(all(link.startswith('data:') for link in self.page.links))
        self.assertNotIn('url(', self.file.read_text())

    def test_picture(self):
        """What the browser draws: the first hour's quarter without media, and the minutes of sound only."""
        picture = self.directory / 'page.png'
        browse(self.file, '--window-size=1280,1600', f'--screenshot={picture}')
        with Image.open(picture) as image:
            runs = find_bar(image.convert('RGB'))
        self.assertEqual([colour for colour, _, _ in runs], [GREEN, GREY, GREEN, ORANGE, GREEN])
        for (_, left, right), (begin, end) in zip(
                runs, [(0, 900), (900, 1500), (1500, 2400), (2400, 2700), (2700, 3600)]):
            self.assertAlmostEqual(left, begin / 3600, delta=0.01)
            self.assertAlmostEqual(right, end / 3600, delta=0.01)

    def test_refused(self):
        empty = self.directory / 'empty'
        empty.mkdir(exist_ok=True)
        for arguments, exit_code in (([empty], 66), ([self.directory / 'none'], 66), ([], 64),
                                     ([empty, empty], 64), ([self.output, '--pictures', -1], 64)):
            end = e2e.run([stills.PROGRAM, 'report', *map(str, arguments)], os.environ)
            self.assertEqual(end.returncode, exit_code, end.stderr)
            self.assertFalse(list(empty.iterdir()))


class ShardsReportTest(ReportTest):
    """The pictures are in shards, and are PNG."""

    options = ['--tar', 50, '--format', 'png']

    def test_contact_sheet(self):
        self.assertEqual(len(self.page.urls), 48)
        for stream, url in self.page.urls:
            head, _, content = url.partition(',')
            self.assertEqual(head, f'data:image/{"jpeg" if stream == "door" else "png"};base64')
            with Image.open(io.BytesIO(base64.b64decode(content))) as image:
                image.load()


if __name__ == '__main__':
    e2e.main()
