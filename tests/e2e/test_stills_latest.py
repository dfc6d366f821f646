# SPDX-License-Identifier: LGPL-2.1-or-later
"""kvs-stills latest: the newest still, of streams whose media is of all ages."""

import datetime
import json
import pathlib
import tempfile
import time
import unittest

from PIL import Image

import e2e
import stills

NOW = int(time.time())
DAY = 86400
SOURCE = 'synthetic,width=64,height=48,fps=1'

# When the media of each stream ends.
ENDS = {'hours': NOW - 7200, 'flash': NOW - 20 * DAY + 30, 'months': NOW - 194 * DAY, 'sound': NOW - 400}
STREAMS = [
    f'--stream=live={SOURCE},live=true,start={NOW - 3600},lag=3',
    f'--stream=hours={SOURCE},start={NOW - 10800},duration=3600',
    f'--stream=flash={SOURCE},start={NOW - 20 * DAY},duration=30',
    f'--stream=months={SOURCE},start={NOW - 200 * DAY},duration={6 * DAY}',
    f'--stream=sound={SOURCE},start={NOW - 600},duration=300,audio-only=200+100',
    f'--stream=never={SOURCE},start={NOW - 600},duration=0',
]


class LatestTest(unittest.TestCase):

    faults = []

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator(*STREAMS, *cls.faults))

    def setUp(self):
        self.output = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def latest(self, *arguments, exit_code=0, **changes):
        end = stills.run(self.emulator, 'latest', *arguments, '--json', '--output', self.output, **changes)
        self.assertEqual(end.returncode, exit_code, end.stdout + end.stderr)
        lines = [json.loads(line) for line in end.stdout.splitlines()]
        for line in lines:
            with Image.open(line['file']) as image:
                image.load()
            time = datetime.datetime.fromisoformat(line['time'].replace('Z', '+00:00'))
            line['seconds'] = time.timestamp()
        return lines, end.stderr

    def check_ends(self, *streams):
        lines, _ = self.latest(*streams)
        self.assertEqual([line['stream'] for line in lines], list(streams))
        for line in lines:
            self.assertTrue(0 <= ENDS[line['stream']] - line['seconds'] <= 2, line)

    def test_live(self):
        [line], _ = self.latest('live')
        self.assertLess(time.time() - line['seconds'], 10)
        self.assertAlmostEqual(line['age'], time.time() - line['seconds'], delta=3)

    def test_limits_do_not_matter(self):
        """The first still of a range is not the newest."""
        for option in (['--num-buffers', 1], ['--max-items', 1], ['--starting-token', 'other']):
            [line], _ = self.latest('live', *option)
            self.assertLess(line['age'], 15, option)

    def test_stream_by_a_property(self):
        arn = f'arn:aws:kinesisvideo:us-east-1:123456789012:stream/hours/{(NOW - 10800) * 1000}'
        for arguments in (['--stream-name', 'hours'], ['--stream-arn', arn], ['--uri', 'kvsimage:///hours']):
            [line], _ = self.latest(*arguments)
            self.assertEqual(line['stream'], 'hours')

    def test_not_found(self):
        lines, errors = self.latest('unknown', 'live', exit_code=66)
        self.assertEqual(len(lines), 1)
        self.assertIn('unknown: no such stream', errors)

    def test_usage(self):
        for arguments in ([], ['live', '--width', 3], ['live', '--exif', '--format', 'png'], ['li/ve']):
            self.latest(*arguments, exit_code=64)

    def test_not_authorised(self):
        self.latest('live', exit_code=77, AWS_SECRET_ACCESS_KEY='wrong')


class ListedTest(LatestTest):

    def test_ends(self):
        self.check_ends('hours', 'flash', 'months')

    def test_never(self):
        _, errors = self.latest('never', exit_code=66)
        self.assertIn('never: No still, however old', errors)

    def test_without_a_picture(self):
        """The newest fragments have sound only."""
        [line], _ = self.latest('sound', '--exif')
        self.assertTrue(0 <= ENDS['sound'] - line['seconds'] <= 2, line)
        with Image.open(self.output / 'sound.jpg') as image:
            self.assertEqual(image.getexif()[0x010e], 'sound')


class UnlistedTest(LatestTest):
    """ListFragments is forbidden."""

    faults = ['--fault=ListFragments:*:code=AccessDeniedException']

    def test_ends(self):
        self.check_ends('hours', 'months', 'sound')


if __name__ == '__main__':
    e2e.main()
