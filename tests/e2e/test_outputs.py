# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a user makes of stills with the elements that come with GStreamer."""

import pathlib
import tempfile
import time
import unittest

import e2e
from recording import Gst, Recording

START = int(time.time()) - 3600
CASCADE = '/usr/share/opencv4/haarcascades/haarcascade_fullbody.xml'


def decode(description):
    """Decodes to the end and returns the recording of what came out."""
    return Recording(f'{description} ! fakesink name=sink sync=false')


def get_size(recording):
    caps = recording.caps[-1].get_structure(0)
    return caps.get_int('width')[1], caps.get_int('height')[1]


class OutputsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator(
            f'--stream=yard={e2e.VIDEO},start={START},gap=60+30'))

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def launch(self, pipeline):
        """Runs what follows kvsimagesrc and its stream, and returns what gst-launch-1.0 prints."""
        end = e2e.launch(f'kvsimagesrc stream-name=yard start-timestamp={START} {pipeline}',
                         self.emulator, self.directory)
        self.assertEqual(end.returncode, 0, end.stderr)
        return end.stdout

    def check_files(self, pattern, magic, decoder, n_files, size):
        """There are so many files of a kind, and all of them can be decoded and have that size."""
        files = sorted(self.directory.iterdir())
        self.assertEqual([file.name for file in files], [pattern % i for i in range(n_files)])
        for file in files:
            self.assertTrue(file.read_bytes().startswith(magic))
        recording = decode(f'multifilesrc location={self.directory}/{pattern} ! {decoder}')
        self.assertIsNone(recording.error)
        self.assertEqual(len(recording.samples), n_files)
        self.assertEqual(get_size(recording), size)

    def test_folder_of_jpegs(self):
        self.launch('max-items=120 ! multifilesink location=still-%05d.jpg')
        self.check_files('still-%05d.jpg', b'\xff\xd8\xff', 'jpegdec', 110, (768, 576))

    def test_folder_of_pngs(self):
        self.launch('max-items=20 format=png width=320 height=180 '
                    '! multifilesink location=thumbnail-%05d.png')
        self.check_files('thumbnail-%05d.png', b'\x89PNG\r\n\x1a\n', 'pngdec', 20, (320, 180))

    def play(self, name):
        """Plays a file and returns how long it lasts, in ns, and what came out."""
        recording = decode(f'filesrc location={self.directory / name} ! decodebin')
        self.assertIsNone(recording.error)
        return recording.duration_ns, recording.samples

    def test_matroska_of_the_stills_as_they_are(self):
        self.launch('max-items=120 ! matroskamux ! filesink location=slides.mkv')
        duration_ns, frames = self.play('slides.mkv')
        self.assertEqual(duration_ns, 360 * Gst.SECOND)
        self.assertEqual(len(frames), 110)

        # Since GStreamer 1.26 matroskamux writes an empty block for a gap.
        blocks = decode(f'filesrc location={self.directory}/slides.mkv ! matroskademux').samples
        times = [3 * k * Gst.SECOND for k in range(120) if not 20 <= k < 30]
        self.assertEqual([block.time_ns for block in blocks if block.image], times)

    def test_uris(self):
        for name in ('uridecodebin', 'uridecodebin3'):
            with self.subTest(name=name):
                end = e2e.launch(
                    f'{name} uri="kvsimage://{e2e.REGION}/yard?start-timestamp={START}&max-items=40" '
                    f'! videoconvert ! jpegenc ! multifilesink location={name}-%02d.jpg',
                    self.emulator, self.directory)
                self.assertEqual(end.returncode, 0, end.stderr)
                self.assertEqual(len(list(self.directory.glob(f'{name}-*.jpg'))), 30)

    def test_time_lapse(self):
        self.launch('max-items=120 ! jpegdec ! videoconvert ! videorate rate=30 '
                    '! video/x-raw,framerate=10/1 ! vp8enc deadline=1 ! matroskamux '
                    '! filesink location=time-lapse.mkv')
        duration_ns, frames = self.play('time-lapse.mkv')
        self.assertAlmostEqual(duration_ns / Gst.SECOND, 12, delta=0.11)
        self.assertAlmostEqual(len(frames), 120, delta=1)

    def test_people_are_found(self):
        cascades = ' '.join(f'{part}={CASCADE}' for part in
                            ('profile', 'nose-profile', 'mouth-profile', 'eyes-profile'))
        output = self.launch(f'max-items=20 ! jpegdec ! videoconvert ! facedetect {cascades} '
                             'min-size-width=14 min-size-height=28 ! fakesink')
        messages = [line for line in output.splitlines() if '(element): facedetect,' in line]
        found = [line for line in messages if 'width' in line]
        self.assertEqual(len(messages), 20)
        self.assertGreater(len(found), 10)


if __name__ == '__main__':
    e2e.main()
