# SPDX-License-Identifier: LGPL-2.1-or-later
"""The elements of OpenCV that look at stills and report what they see in messages: each message is that of the
right still, whose absolute time is known."""

import pathlib
import re
import tempfile
import unittest

import cv2
import numpy

import e2e
from recording import Gst, Recording
from testcard import HEIGHT, SIDE, START, TOP, WIDTH, get_marker_x

YARD_SIZE = (768, 576)

# The media of both streams, in seconds from START: none at first and from 175 to 185.
HOLES = 'gap=0+15,gap=175+10'

# JPEG smears the edges of the marker, in pixels.
TOLERANCE = 2

CASCADE = '/usr/share/opencv4/haarcascades/haarcascade_fullbody.xml'
CASCADE_PROPERTIES = ' '.join(f'{part}={CASCADE}' for part in
                              ('profile', 'nose-profile', 'mouth-profile', 'eyes-profile'))

# A box in the text of a message, in which punctuation is escaped.
BOX = re.compile(r'face\W+' + r'\W+'.join(rf'{name}\W+uint\W+(\d+)' for name in ('x', 'y', 'width', 'height')))


def to_unix_ms(message, field):
    """The absolute time of a message: the start of the range and the time in the message."""
    return START * 1000 + message.get_uint64(field)[1] // Gst.MSECOND


def list_boxes(message):
    """The boxes in a message of facedetect, which come in any order: x, y, width and height."""
    return sorted(tuple(map(int, box)) for box in BOX.findall(message.to_string()))


class DetectorsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator(
            f'--now={START + 3600}',
            f'--stream=card=synthetic,start={START},width={WIDTH},height={HEIGHT},{HOLES}',
            f'--stream=yard={e2e.VIDEO},start={START},{HOLES}'))

    def record(self, stream, interval, n_samples, elements, **properties):
        """Records what elements give for decoded stills of a stream from START on; interval in seconds."""
        properties = {'endpoint-url': self.emulator.url, 'access-key': e2e.ACCESS_KEY,
                      'secret-key': e2e.SECRET_KEY, 'aws-region': e2e.REGION,
                      'stream-name': stream, 'start-timestamp': START,
                      'end-timestamp': START + n_samples * interval, 'sampling-interval': interval * 1000,
                      **properties}
        settings = ' '.join(f'{name}={value}' for name, value in properties.items())
        recording = Recording(f'kvsimagesrc {settings} ! jpegdec ! videoconvert ! {elements} '
                              '! fakesink name=sink sync=false')
        self.assertIsNone(recording.error)
        return recording

    def get_stills(self, recording):
        """The stills, which are where the stream has media."""
        stills = [sample for sample in recording.samples if sample.reason is None]
        gaps = [sample for sample in recording.samples if sample.reason]
        self.assertGreater(len(stills), 9)
        self.assertGreater(len(gaps), 1)
        return stills

    def write_marker(self):
        """Writes a file with the marker, as it is cut out of a picture of the test card."""
        directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        recording = self.record('card', 1, 21, 'video/x-raw,format=BGR')
        last = recording.samples[-1]
        card = numpy.frombuffer(last.image, numpy.uint8).reshape(HEIGHT, WIDTH, 3)
        x = get_marker_x(last.unix_ms)
        file = directory / 'marker.png'
        cv2.imwrite(str(file), card[TOP:, x:x + SIDE])
        return file

    def test_templatematch(self):
        """A message has no time: there is one for each still, in order. It says where the marker is at the time of
        the still."""
        recording = self.record('card', 10, 24, f'templatematch method=1 template={self.write_marker()}')
        stills = self.get_stills(recording)
        self.assertEqual(len(recording.messages), len(stills))
        for message, still in zip(recording.messages, stills):
            self.assertEqual(message.get_name(), 'template_match')
            self.assertAlmostEqual(message.get_uint('x')[1], get_marker_x(still.unix_ms), delta=TOLERANCE)
            self.assertAlmostEqual(message.get_uint('y')[1], TOP, delta=TOLERANCE)

    def test_motioncells(self):
        """The last digit of the minutes on the test card is alone in the cell 2:3. It moves at each whole minute, and
        if there is no still then, the next still shows it."""
        recording = self.record('card', 10, 26, 'motioncells motioncellsidx=2:3')
        stills = [still.unix_ms // 1000 - START for still in self.get_stills(recording)]
        minutes = [60, 120, 180, 240]
        moved = [next(still for still in stills if still >= minute) for minute in minutes]
        self.assertEqual(moved, [60, 120, 190, 240])
        messages = [(to_unix_ms(message, 'motion_begin') // 1000 - START, message.get_string('motion_cells_indices'))
                    for message in recording.messages if message.has_field('motion_begin')]
        self.assertEqual(messages, [(time, '2:3') for time in moved])
        finished = [to_unix_ms(message, 'motion_finished') // 1000 - START
                    for message in recording.messages if message.has_field('motion_finished')]
        self.assertEqual(finished, moved)

    def find_people(self, picture):
        """What OpenCV itself finds in a picture."""
        pixels = numpy.frombuffer(picture, numpy.uint8).reshape(YARD_SIZE[1], YARD_SIZE[0], 3)
        gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        boxes = cv2.CascadeClassifier(CASCADE).detectMultiScale(gray, 1.25, 3, 0, (14, 28))
        return sorted(tuple(box) for box in boxes)

    def test_facedetect(self):
        """There is a message for each still, with its time and with the people in it."""
        recording = self.record('yard', 3, 20, 'facedetect display=false min-size-width=14 min-size-height=28 '
                                               f'{CASCADE_PROPERTIES}')
        stills = self.get_stills(recording)
        self.assertEqual([to_unix_ms(message, 'stream-time') for message in recording.messages],
                         [still.unix_ms for still in stills])
        for message, still in zip(recording.messages, stills):
            self.assertEqual(message.get_name(), 'facedetect')
            self.assertEqual(list_boxes(message), self.find_people(still.image))
        self.assertGreater(sum(bool(list_boxes(message)) for message in recording.messages), len(stills) / 2)


if __name__ == '__main__':
    e2e.main()
