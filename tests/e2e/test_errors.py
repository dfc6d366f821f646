# SPDX-License-Identifier: LGPL-2.1-or-later
"""How gst-launch-1.0 ends: its exit code, and what a user reads first when something is wrong. And
where no secret may ever be read."""

import os
import pathlib
import signal
import subprocess
import tempfile
import unittest
import unittest.mock

import e2e
from answers import Answers
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

    def test_refused_caps(self):
        """The muxer fails as well, but ours comes first and says why."""
        end = e2e.launch(f'{PULL} ! avimux name=muxer ! fakesink', self.emulator)
        errors = [line for line in end.stderr.splitlines() if line.startswith('ERROR: from element')]
        self.assertIn('kvsimagesrc0: muxer refuses the images', errors[0])
        self.assertIn('the frame rate', errors[0])

    def test_unknown_stream(self):
        self.check_error('404 ResourceNotFoundException',
                         'kvsimagesrc stream-name=window start-timestamp=now-30m')

    def test_wrong_secret_key(self):
        self.check_error('check the secret key', AWS_SECRET_ACCESS_KEY='not-the-secret-key')

    def test_unknown_access_key(self):
        self.check_error('check the access key', AWS_ACCESS_KEY_ID='UNKNOWN')

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

    def test_unknown_authority(self):
        certificate = e2e.SOURCE_DIR / 'tests' / 'emulator' / 'localhost.pem'
        with e2e.Emulator('--stream=door=synthetic', f'--tls-certificate={certificate}') as secure:
            self.check_error("signed by an unknown authority (trusted authorities: the system's)",
                             AWS_ENDPOINT_URL_KINESIS_VIDEO=secure.url)

    def test_page_of_something_else(self):
        """Where no service is, a 404 says nothing of the stream."""
        with Answers({}) as answers:
            self.check_error('404 Not Found without an AWS error',
                             AWS_ENDPOINT_URL_KINESIS_VIDEO=answers.url, AWS_MAX_ATTEMPTS='2')
            self.assertEqual(len(answers.requests), 2)

    def test_swapped_keys(self):
        """The service is told the secret as the access key id, and may quote it."""
        self.check_error('check the access key', AWS_ACCESS_KEY_ID=e2e.SECRET_KEY,
                         AWS_SECRET_ACCESS_KEY=e2e.ACCESS_KEY)
        end = e2e.launch(f'{PULL} ! fakesink', self.emulator, AWS_ACCESS_KEY_ID=e2e.SECRET_KEY,
                         AWS_SECRET_ACCESS_KEY=e2e.ACCESS_KEY, GST_DEBUG='*:7')
        self.assertNotIn(e2e.SECRET_KEY, end.stdout + end.stderr)

    def test_what_is_not_needed_is_no_obstacle(self):
        end = e2e.launch(f'{PULL} ! fakesink', self.emulator, AWS_CONFIG_FILE='/',
                         AWS_CA_BUNDLE='/nowhere/ca.pem', https_proxy='https://proxy.example',
                         http_proxy='ftp://proxy.example')
        self.assertEqual(end.returncode, 0, end.stderr)

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


class InterruptTest(unittest.TestCase):
    """Control-C, with gst-launch-1.0 -e and without: the pipeline ends by itself, whatever it waits for."""

    # Within which it ends, in seconds.
    SOON = 10

    def interrupt(self, line, *faults, options='-e', source=PULL):
        """Interrupts a pull behind a line of the output, and returns the rest of the output."""
        with e2e.Emulator('--stream=door=synthetic,live=true', *faults) as emulator:
            command = ['gst-launch-1.0', *options.split(), '--messages', *source.split(), '!', 'fakesink']
            with subprocess.Popen(command, env=emulator.get_environment(), text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT) as process:
                try:
                    self.read_until(process.stdout, line)
                    process.send_signal(signal.SIGINT)
                    output, _ = process.communicate(timeout=self.SOON)
                finally:
                    process.kill()
        self.assertEqual(process.returncode, 0, output)
        self.assertNotIn('ERROR', output)
        return output

    def read_until(self, lines, words):
        for line in lines:
            if words in line:
                return
        self.fail(f'the output has no {words!r}')

    def check_eos(self, line, *faults, **changes):
        output = self.interrupt(line, *faults, **changes)
        self.assertIn('Waiting for EOS', output)
        self.assertIn('Got EOS from element', output)
        return output

    def test_before_the_first_reply(self):
        for operation in ('GetImages', 'GetDataEndpoint'):
            with self.subTest(operation):
                output = self.check_eos('Asking for the first images',
                                        f'--fault={operation}:*:stall=before')
                self.assertEqual(output.count('GstMessageProgress'), 1, output)
                self.assertIn('type=(GstProgressType)canceled', output)

    def test_before_a_reply_that_is_an_error(self):
        output = self.check_eos('Asking for the first images',
                                '--fault=GetImages:*:latency=1s,code=AccessDeniedException')
        self.assertEqual(output.count('GstMessageProgress'), 1, output)

    def test_between_attempts(self):
        self.check_eos('Asking for the first images', '--fault=GetImages:*:status=503',
                       source=f'{PULL} max-attempts=100')

    def test_in_the_middle(self):
        self.check_eos('The service has answered', '--fault=GetImages:2-:stall=before',
                       source='kvsimagesrc stream-name=door start-timestamp=now-30m page-size=1 '
                              'max-concurrent-requests=1')

    def test_at_the_live_edge(self):
        self.check_eos('The service has answered',
                       source='kvsimagesrc stream-name=door start-timestamp=now-9s follow=true')

    def test_before_the_first_live_still(self):
        self.check_eos('GstMessageStreamStart',
                       source='kvsimagesrc stream-name=door follow=true availability-delay=600000')

    def test_without_waiting_for_eos(self):
        output = self.interrupt('Asking for the first images', '--fault=GetImages:*:stall=before',
                                options='')
        self.assertNotIn('Waiting for EOS', output)


class EarlyEndsTest(unittest.TestCase):
    """Errors that need no network. gst-launch-1.0 of GStreamer 1.22 misses one that comes before its
    main loop runs, and waits without end, so that these pipelines run in this process."""

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

    def test_no_credentials_says_what_to_set_first(self):
        self.check_error('. First set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile with '
                         'aws configure', AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)

    def test_half_of_the_credentials(self):
        self.check_error('AWS_SECRET_ACCESS_KEY', AWS_SECRET_ACCESS_KEY=None)

    def test_needed_ca_file(self):
        self.check_error("AWS_CA_BUNDLE is '/nowhere/ca.pem', which cannot be used",
                         AWS_ENDPOINT_URL_KINESIS_VIDEO='https://127.0.0.1:1',
                         AWS_CA_BUNDLE='/nowhere/ca.pem')

    def test_needed_proxy(self):
        self.check_error("https_proxy is 'ftp://proxy.example', which cannot be used as a proxy",
                         AWS_ENDPOINT_URL_KINESIS_VIDEO='https://service.example',
                         https_proxy='ftp://proxy.example')


if __name__ == '__main__':
    e2e.main()
