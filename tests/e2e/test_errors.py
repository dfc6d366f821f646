# SPDX-License-Identifier: LGPL-2.1-or-later
"""How gst-launch-1.0 ends: its exit code, and what a user reads first when something is wrong. And
where no secret may ever be read."""

import os
import pathlib
import tempfile
import unittest
import unittest.mock

import e2e
from recording import Recording

PULL = 'kvsimagesrc stream-name=door start-timestamp=now-30m max-items=2'


class EndsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator('--stream=door=synthetic'))

    def check_error(self, words, source=PULL, **changes):
        """The pipeline fails, and its first error has these words and no secret."""
        end = e2e.launch(f'{source} ! fakesink', self.emulator, **changes)
        errors = [line for line in end.stderr.splitlines() if line.startswith('ERROR: from element')]
        self.assertNotEqual(end.returncode, 0)
        self.assertTrue(errors, end.stderr)
        self.assertIn(words, errors[0])
        self.assertNotIn(changes.get('AWS_SECRET_ACCESS_KEY') or e2e.SECRET_KEY,
                         end.stdout + end.stderr)

    def test_end_of_range(self):
        end = e2e.launch(f'{PULL} ! fakesink', self.emulator)
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertIn('Got EOS from element', end.stdout)
        self.assertNotIn('ERROR', end.stderr)

    def test_unknown_stream(self):
        self.check_error('404 ResourceNotFoundException',
                         'kvsimagesrc stream-name=window start-timestamp=now-30m')

    def test_wrong_secret_key(self):
        self.check_error('check the secret key', AWS_SECRET_ACCESS_KEY='not-the-secret-key')

    def test_unknown_access_key(self):
        self.check_error('check the access key', AWS_ACCESS_KEY_ID='NOBODY')

    def test_superfluous_session_token(self):
        self.check_error('403 UnrecognizedClientException', AWS_SESSION_TOKEN='superfluous')

    def test_no_region(self):
        self.check_error('aws-region', AWS_REGION=None)

    def test_nobody_listens(self):
        self.check_error('127.0.0.1:1 cannot be reached',
                         AWS_ENDPOINT_URL_KINESIS_VIDEO='http://127.0.0.1:1')

    def test_untrusted_certificate(self):
        certificate = e2e.SOURCE_DIR / 'tests' / 'emulator' / 'localhost.pem'
        with e2e.Emulator('--stream=door=synthetic', f'--tls-certificate={certificate}') as secure:
            self.check_error('certificate', AWS_ENDPOINT_URL_KINESIS_VIDEO=secure.url)

    def test_no_stream(self):
        self.check_error('stream-name', 'kvsimagesrc start-timestamp=now-30m')

    def test_timestamp_that_is_none(self):
        self.check_error("start-timestamp is 'yesterday'",
                         'kvsimagesrc stream-name=door start-timestamp=yesterday')

    def test_width_alone(self):
        self.check_error('width is 100 and height is 0', f'{PULL} width=100')

    def test_secrets_stay_out_of_the_debug_log(self):
        end = e2e.launch(f'{PULL} ! fakesink', self.emulator, GST_DEBUG='*:7')
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertIn('kvsimagesrc', end.stderr)
        self.assertNotIn(e2e.SECRET_KEY, end.stderr)

    def test_secrets_stay_out_of_dot_files(self):
        directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        end = e2e.launch(
            f'{PULL} access-key={e2e.ACCESS_KEY} secret-key={e2e.SECRET_KEY} ! fakesink',
            self.emulator, AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None,
            GST_DEBUG_DUMP_DOT_DIR=str(directory))
        self.assertEqual(end.returncode, 0, end.stderr)
        dots = ''.join(file.read_text() for file in directory.glob('*.dot'))
        self.assertIn(e2e.ACCESS_KEY, dots)
        self.assertNotIn(e2e.SECRET_KEY, dots)


class EarlyEndsTest(unittest.TestCase):
    """Errors that need no network. gst-launch-1.0 of GStreamer 1.22 misses one that comes before its
    main loop runs, and waits for ever, so that these pipelines run in this process."""

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator('--stream=door=synthetic'))

    def check_error(self, words, **changes):
        environment = self.emulator.get_environment(**changes)
        with unittest.mock.patch.dict(os.environ, environment, clear=True):
            recording = Recording(f'{PULL} ! fakesink name=sink')
        self.assertIn(words, recording.error)

    def test_no_credentials(self):
        self.check_error('No credentials found: env: AWS_ACCESS_KEY_ID', AWS_ACCESS_KEY_ID=None,
                         AWS_SECRET_ACCESS_KEY=None)

    def test_half_of_the_credentials(self):
        self.check_error('AWS_SECRET_ACCESS_KEY', AWS_SECRET_ACCESS_KEY=None)


if __name__ == '__main__':
    e2e.main()
