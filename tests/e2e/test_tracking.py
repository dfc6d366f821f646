# SPDX-License-Identifier: LGPL-2.1-or-later
"""A YOLO model finds the marker of the test card in stills, and a tracker follows it from one still to the next."""

import pathlib
import tempfile
import unittest

import e2e
from detections import print_detections, read_detections, write_model
from pages import paste
from testcard import SIDE, START, TOP, get_marker_x, is_whole

# The marker moves by a third of its size from one still to the next, and begins anew at each whole minute.
INTERVAL_MS = 1000
SECONDS = 150

TOLERANCE = 1


class TrackingTest(unittest.TestCase):

    def test_json(self):
        """There is a line for each marker, with its place at the time of the line. Each minute is a track."""
        emulator = self.enterContext(e2e.Emulator(f'--now={START + 3600}', f'--stream=card=synthetic,start={START}'))
        directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        model, labels = write_model('yolo', directory)
        end = print_detections(emulator, SECONDS, INTERVAL_MS,
                               f'onnxinference {model} ! yolov8tensordec {labels} ! ioutracker iou-score-threshold=0.3')
        self.assertEqual(end.returncode, 0, end.stderr)
        found = read_detections(end.stdout)
        times = range(START * 1000, (START + SECONDS) * 1000, INTERVAL_MS)
        self.assertEqual([unix_ms for unix_ms, _ in found],
                         [unix_ms for unix_ms in times if is_whole(get_marker_x(unix_ms))])
        for unix_ms, line in found:
            self.assertEqual((line['label'], line['width'], line['height']), ('marker', SIDE, SIDE))
            self.assertAlmostEqual(line['x'], get_marker_x(unix_ms), delta=TOLERANCE)
            self.assertAlmostEqual(line['y'], TOP, delta=TOLERANCE)
        tracks = {(unix_ms // 60000, line['track']) for unix_ms, line in found}
        self.assertEqual(sorted(tracks), [(START // 60 + minute, minute) for minute in range(3)])

    def test_page(self):
        directory = paste('docs/tracking.md', self.enterContext) / 'out'
        found = read_detections((directory / 'tracks.jsonl').read_text())
        self.assertIn(len(found), range(170, 175))
        self.assertEqual(len({line['track'] for _, line in found}), len({unix_ms // 60000 for unix_ms, _ in found}))


if __name__ == '__main__':
    e2e.main()
