# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stills through a neural network: to boxes that are drawn on them, and to a line of JSON for each object with its
absolute time. The model finds the marker of the emulator's test card, whose place at any time is known."""

import pathlib
import tempfile
import unittest

import numpy

import e2e
from detections import print_detections, read_detections, write_model
from pages import paste
from pictures import read_frames
from recording import Recording
from testcard import HEIGHT, SIDE, START, TOP, WIDTH, get_marker_x, is_whole

# A TimeStamp is that of a frame, and most frames are off the grid of the samples.
INTERVAL_MS = 2000
N_SAMPLES = 32
SECONDS = N_SAMPLES * INTERVAL_MS // 1000
MEDIA = f'start={START},frame=1.3,gap=6+6'

# JPEG smears the edges of the marker, in pixels.
TOLERANCE = 1

RED = (255, 0, 0)


def draw_outline(x, y):
    """The pixels of a line around the marker, two pixels wide, which does not leave the card."""
    right, bottom = min(x + SIDE, WIDTH - 1), min(y + SIDE, HEIGHT - 1)
    outline = numpy.zeros((HEIGHT, WIDTH), bool)
    outline[y - 1:bottom + 1, max(x - 1, 0):right + 1] = True
    outline[y + 1:bottom - 1, x + 1:right - 1] = False
    return outline


def is_outline(changed, marker_x):
    """Whether pixels are those of a line around the marker."""
    shifts = range(-TOLERANCE, TOLERANCE + 1)
    return any((changed == draw_outline(max(marker_x + dx, 0), TOP + dy)).all() for dx in shifts for dy in shifts)


class InferenceTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator(
            f'--now={START + 3600}', '--max-skew=0', '--timestamp=frame', f'--stream=card=synthetic,{MEDIA}'))
        directory = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        model, labels = write_model('ssd', directory)
        cls.analysis = f'onnxinference {model} ! ssdobjectdetector {labels} size-threshold=1'
        images = e2e.get_images(cls.emulator, 'card', START, START + SECONDS, INTERVAL_MS)
        cls.marker_xs = {unix_ms: get_marker_x(unix_ms) for unix_ms, image in images.items() if image}

    def test_truth(self):
        """There are stills off the grid, gaps, and stills without a whole marker."""
        self.assertTrue(any(unix_ms % INTERVAL_MS for unix_ms in self.marker_xs))
        self.assertLess(len(self.marker_xs), N_SAMPLES)
        self.assertFalse(all(map(is_whole, self.marker_xs.values())))

    def test_json(self):
        """There is a line for each marker, with its place at the time of the line."""
        end = print_detections(self.emulator, SECONDS, INTERVAL_MS, self.analysis)
        self.assertEqual(end.returncode, 0, end.stderr)
        found = read_detections(end.stdout)
        self.assertEqual([unix_ms for unix_ms, _ in found],
                         [unix_ms for unix_ms, x in self.marker_xs.items() if is_whole(x)])
        for unix_ms, line in found:
            self.assertEqual((line['label'], line['width'], line['height']), ('marker', SIDE, SIDE))
            self.assertTrue(0.5 < line['score'] <= 1)
            self.assertAlmostEqual(line['x'], self.marker_xs[unix_ms], delta=TOLERANCE)
            self.assertAlmostEqual(line['y'], TOP, delta=TOLERANCE)

    def test_json_tells_of_errors(self):
        end = print_detections(self.emulator, SECONDS, INTERVAL_MS, 'onnxinference model-file=/nonexistent.onnx')
        self.assertEqual((end.returncode, end.stdout), (1, ''))
        self.assertRegex(end.stderr, r'could not link videoscale0 to onnxinference0|onnxinference0:\nmodel-file')

    def record(self, elements):
        """The stills behind elements, as arrays of pixels, by their time."""
        recording = Recording(
            f'kvsimagesrc endpoint-url={self.emulator.url} access-key={e2e.ACCESS_KEY} '
            f'secret-key={e2e.SECRET_KEY} aws-region={e2e.REGION} stream-name=card start-timestamp={START} '
            f'end-timestamp={START + SECONDS} sampling-interval={INTERVAL_MS} ! jpegdec ! videoconvert ! videoscale '
            f'! {elements} ! video/x-raw,format=RGB,width={WIDTH},height={HEIGHT} ! fakesink name=sink sync=false')
        self.assertIsNone(recording.error)
        return {sample.unix_ms: numpy.frombuffer(sample.image, numpy.uint8).reshape(HEIGHT, WIDTH, 3)
                for sample in recording.samples if sample.reason is None}

    def test_boxes(self):
        """Each whole marker, and nothing else, has a red line around it."""
        plain = self.record('identity')
        boxed = self.record(f'{self.analysis} ! objectdetectionoverlay object-detection-outline-color={0xffff0000} '
                            'draw-labels=false')
        self.assertEqual(list(plain), list(self.marker_xs))
        self.assertEqual(list(boxed), list(self.marker_xs))
        for unix_ms, x in self.marker_xs.items():
            changed = (plain[unix_ms] != boxed[unix_ms]).any(axis=2)
            self.assertEqual(changed.any(), is_whole(x), unix_ms)
            if is_whole(x):
                self.assertTrue(is_outline(changed, x), unix_ms)
                self.assertEqual({tuple(pixel) for pixel in boxed[unix_ms][changed]}, {RED})

    def test_page(self):
        directory = paste('docs/inference.md', self.enterContext) / 'out'
        pictures = sorted(directory.glob('boxes-*.jpg'))
        self.assertEqual(len(pictures), 20)
        for picture in pictures:
            self.assertEqual([frame.shape for frame in read_frames(picture)], [(HEIGHT, WIDTH, 3)])
        found = read_detections((directory / 'detections.jsonl').read_text())
        # In a minute the marker is cut off by the edge for 2.6 s, and samples are 3 s apart. The picture may be a
        # frame older than its time.
        self.assertIn(len(found), (19, 20))
        for unix_ms, line in found:
            self.assertEqual(line['label'], 'marker')
            self.assertAlmostEqual(line['x'], get_marker_x(unix_ms), delta=TOLERANCE + 1)


if __name__ == '__main__':
    e2e.main()
