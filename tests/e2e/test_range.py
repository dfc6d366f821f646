# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pulls a surveillance video through more than one window of the service: each sample comes once, in
order, at its time, and is byte for byte what AWS's own library gets for that time."""

import time
import unittest

import e2e
from recording import Gst, record_stills

HOUR = 3600
START = int(time.time()) - 2 * HOUR


class RangeTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        media = f'={e2e.VIDEO},start={START}'
        streams = (f'--stream=whole{media}',
                   f'--stream=holes{media},gap=10+20,gap=290+20,audio-only=100+9')
        cls.emulator = cls.enterClassContext(e2e.Emulator(*streams))
        # AWS's library does not look back for the first image of a request.
        cls.complete = cls.enterClassContext(e2e.Emulator('--first-image=keep', *streams))

    def check_grid(self, samples, start_ms, interval_ms, n_samples):
        """All samples are there, once, in order and at their times."""
        self.assertEqual([sample.number for sample in samples], list(range(n_samples)))
        for sample in samples:
            self.assertEqual(sample.time_ns, sample.number * interval_ms * Gst.MSECOND)
            self.assertEqual(sample.duration_ns, interval_ms * Gst.MSECOND)
            self.assertEqual(sample.unix_ms, start_ms + sample.number * interval_ms)

    def check_images(self, samples, images):
        """The samples have the images that were got by other means for the same times."""
        for sample in samples:
            self.assertIsNotNone(sample.image)
            self.assertTrue(sample.image == images[sample.unix_ms],
                            f'sample {sample.number} is another image')

    def test_one_hour(self):
        recording = record_stills(self.emulator, stream_name='whole', start_timestamp=START,
                                  end_timestamp=START + HOUR)
        self.assertIsNone(recording.error)
        self.check_grid(recording.samples, START * 1000, 3000, 1200)
        self.assertEqual(recording.duration_ns, HOUR * Gst.SECOND)
        self.check_images(recording.samples, e2e.get_images(
            self.complete, 'whole', START, START + HOUR, 3000))
        # The video has 79.5 seconds, so that 53 samples fill two rounds of it.
        self.assertEqual(len({sample.image for sample in recording.samples}), 53)

    def test_each_second_from_a_fraction_on(self):
        recording = record_stills(self.emulator, stream_name='whole', sampling_interval=1000,
                                  start_timestamp=f'{START + 600}.25',
                                  end_timestamp=f'{START + 910}.25')
        self.check_grid(recording.samples, START * 1000 + 600250, 1000, 310)
        # The library can ask from whole seconds on only.
        self.check_images(recording.samples, e2e.get_images(
            self.complete, 'whole', START + 600, START + 911, 250))

    def test_png_of_a_size(self):
        recording = record_stills(self.emulator, stream_name='whole', start_timestamp=START,
                                  max_items=30, format='png', width=320, height=180)
        self.check_grid(recording.samples, START * 1000, 3000, 30)
        self.check_images(recording.samples, e2e.get_images(
            self.complete, 'whole', START, START + 90, 3000, Format='PNG', WidthPixels=320,
            HeightPixels=180))

    def test_quality(self):
        recording = record_stills(self.emulator, stream_name='whole', start_timestamp=START,
                                  max_items=30, jpeg_quality=30)
        self.check_images(recording.samples, e2e.get_images(
            self.complete, 'whole', START, START + 90, 3000, FormatConfig={'JPEGQuality': '30'}))

    def test_order_of_events(self):
        recording = record_stills(self.emulator, stream_name='whole', start_timestamp=START,
                                  max_items=120)
        self.assertEqual(recording.events, [Gst.EventType.STREAM_START, Gst.EventType.CAPS,
                                            Gst.EventType.SEGMENT, Gst.EventType.TAG,
                                            Gst.EventType.EOS])
        caps = recording.caps[0].get_structure(0)
        self.assertEqual((caps.get_int('width')[1], caps.get_int('height')[1]), (768, 576))

    def test_holes(self):
        recording = record_stills(self.emulator, stream_name='holes', start_timestamp=START,
                                  end_timestamp=START + 360)
        reasons = [None] * 120
        reasons[4:10] = ['NO_MEDIA'] * 6
        reasons[34:37] = ['MEDIA_ERROR'] * 3
        reasons[97:104] = ['NO_MEDIA'] * 7
        self.check_grid(recording.samples, START * 1000, 3000, 120)
        self.assertEqual([sample.reason for sample in recording.samples], reasons)
        self.assertEqual(len(recording.warnings), 1)


if __name__ == '__main__':
    e2e.main()
