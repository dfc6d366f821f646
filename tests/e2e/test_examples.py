# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the programs of docs/examples as users do, and checks their output."""

import datetime
import pathlib
import tempfile
import time
import unittest

import cv2
import numpy

import e2e
from pictures import is_black, read_frames

EXAMPLES = e2e.SOURCE_DIR / 'docs' / 'examples'
PRINT_TIMES = e2e.BUILD_DIR / 'docs' / 'examples' / 'print-times'

# The streams begin here; on a whole multiple of all the intervals.
START = (int(time.time()) // 60 - 60) * 60

# The media of the streams that have holes, by samples of three seconds: none at the start, in the
# middle and at the end, and sound only for a while.
HOLES = 'gap=0+9,gap=30+9,audio-only=42+3,gap=51+9'
REASONS = [*3 * ['NO_MEDIA'], *7 * [None], *3 * ['NO_MEDIA'], None, 'MEDIA_ERROR', *2 * [None],
           *3 * ['NO_MEDIA']]

DAY = 24 * 3600


def format_time(seconds):
    time = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return time.isoformat(timespec='milliseconds').replace('+00:00', 'Z')


class ExamplesTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        media = f'={e2e.VIDEO},start={START}'
        cls.emulator = cls.enterClassContext(e2e.Emulator(
            f'--stream=yard{media}', f'--stream=holes{media},{HOLES},duration=60',
            f'--stream=day=synthetic,start={START - DAY},gap={3 * 3600}+3600,duration={DAY}'))

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def start(self, program, *arguments, **changes):
        command = [str(argument) for argument in (program, *arguments)]
        return e2e.run(command, self.emulator.get_environment(**changes), self.directory)

    def run_example(self, program, *arguments):
        end = self.start(program, *arguments)
        self.assertEqual(end.returncode, 0, end.stderr)
        return end.stdout

    def test_print_times(self):
        lines = self.run_example(PRINT_TIMES, 'holes', START, START + 60).splitlines()
        self.assertEqual(len(lines), len(REASONS))
        for k, (line, reason) in enumerate(zip(lines, REASONS)):
            time, _, what = line.partition('  ')
            self.assertEqual(time, format_time(START + 3 * k))
            self.assertRegex(what, reason or r'still of \d+ bytes')

    def test_print_times_tells_of_errors(self):
        end = self.start(PRINT_TIMES, 'nothing', START, START + 60)
        self.assertEqual(end.returncode, 1)
        self.assertEqual(end.stdout, '')
        self.assertRegex(end.stderr, '(?s)^no such stream.*status  404.*'
                                     'code    ResourceNotFoundException.*request [0-9a-f-]+')

    def test_print_times_tells_of_settings(self):
        end = self.start(PRINT_TIMES, 'holes', 'yesterday', 'now')
        self.assertEqual(end.returncode, 1)
        self.assertIn('start-timestamp', end.stderr)

    def test_watch_movement(self):
        """Something moves all the time in this video, but never in half of the picture."""
        lines = self.run_example(EXAMPLES / 'watch-movement.py', 'yard', START,
                                 START + 300).splitlines()
        self.assertEqual(len(lines), 99)
        for k, line in enumerate(lines, start=1):
            time, share = line.split()
            self.assertEqual(datetime.datetime.fromisoformat(time).timestamp(), START + 3 * k)
            self.assertTrue(0 < float(share.rstrip('%')) < 50, line)

    def test_time_lapse(self):
        """Ten minutes are twenty seconds of ten frames."""
        self.run_example(EXAMPLES / 'time-lapse.sh', 'yard', START, START + 600, 'lapse.webm')
        frames = read_frames(self.directory / 'lapse.webm')
        self.assertAlmostEqual(len(frames), 200, delta=1)
        self.assertEqual({frame.shape for frame in frames}, {(576, 768, 3)})

    def compare(self, picture, plain, seconds):
        """How much a picture differs at most from a file with a time drawn on it; 0 to 255."""
        text = format_time(seconds).replace('T', ' ')[:19]
        self.run_example('gst-launch-1.0', 'filesrc', f'location={plain}', '!', 'jpegdec', '!',
                         'videoconvert', '!', 'textoverlay', f'text="{text}"', 'valignment=top',
                         'halignment=left', 'font-desc=Monospace 18', '!', 'jpegenc', '!',
                         'filesink', 'location=drawn.jpg')
        return cv2.absdiff(picture, cv2.imread(str(self.directory / 'drawn.jpg'))).max()

    def test_burn_in_time(self):
        """The stills are those that come without it, with their times drawn on them."""
        self.run_example(EXAMPLES / 'burn-in-time.sh', 'holes', START, START + 60, 'burnt')
        self.run_example('gst-launch-1.0', 'kvsimagesrc', 'stream-name=holes',
                         f'start-timestamp={START}', f'end-timestamp={START + 60}',
                         '!', 'multifilesink', 'location=plain-%05d.jpg')
        stills = [k for k, reason in enumerate(REASONS) if reason is None]
        self.assertEqual(len(list(self.directory.glob('burnt/*.jpg'))), len(stills))
        for number, k in enumerate(stills):
            burnt = cv2.imread(str(self.directory / f'burnt/still-{number:05}.jpg'))
            plain = f'plain-{number:05}.jpg'
            self.assertLess(self.compare(burnt, plain, START + 3 * k), 128)
            self.assertGreater(self.compare(burnt, plain, START + 3 * k + 1), 128)

    def test_contact_sheet(self):
        """The fourth hour has no media. Each row and each column has a label."""
        self.run_example(EXAMPLES / 'contact-sheet.py', '--interval', 600, '--columns', 6,
                         'day', START - DAY, 'day.png')
        sheet = cv2.imread(str(self.directory / 'day.png'))
        self.assertEqual(sheet.shape, (24 + 24 * 72, 128 + 6 * 128, 3))
        labels = [*numpy.split(sheet[24:, :128], 24), *numpy.split(sheet[:24, 128:], 6, axis=1)]
        for label in labels:
            self.assertEqual((label.min(), label.max()), (0, 255))
        for number, row in enumerate(numpy.split(sheet[24:, 128:], 24)):
            for picture in numpy.split(row, 6, axis=1):
                is_grey = picture.min() == picture.max() == 96
                self.assertEqual(is_grey, number == 3)

    def test_contact_sheet_keeps_proportions(self):
        """A picture of 4 to 3 fills three quarters of a place that is 16 to 9 wide."""
        self.run_example(EXAMPLES / 'contact-sheet.py', '--columns', 1, '--rows', 1,
                         'yard', START, 'one.png')
        picture = cv2.imread(str(self.directory / 'one.png'))[24:, 128:]
        columns = [not is_black(picture[:, x:x + 1]) for x in range(128)]
        self.assertEqual(columns, [False] * 16 + [True] * 96 + [False] * 16)

    def test_side_by_side(self):
        """Both halves show the same instant. START is moved down to a whole second."""
        self.run_example(EXAMPLES / 'side-by-side.sh', 'yard', 'holes', f'{START}.75', START + 60,
                         'both.mkv')
        frames = read_frames(self.directory / 'both.mkv')
        self.assertEqual(len(frames), 60)
        for second, frame in enumerate(frames):
            left, right = numpy.split(frame, 2, axis=1)
            reason = REASONS[second // 3]
            self.assertFalse(is_black(left))
            self.assertEqual(is_black(right), reason == 'NO_MEDIA', second)
            if reason is None:
                self.assertEqual(cv2.absdiff(left, right).max(), 0)


if __name__ == '__main__':
    e2e.main()
