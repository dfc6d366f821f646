# SPDX-License-Identifier: LGPL-2.1-or-later
"""A hostile server gets the element neither to take more memory than it is given, nor to go on after its deadline, nor to
go on after it is stopped."""

import concurrent.futures
import itertools
import os
import re
import subprocess
import unittest

import attacks
import tap
from server import Server, answer

CLIENT = os.environ['HOSTILE_CLIENT']

# A client mostly waits for its deadline.
AT_A_TIME = 12

DEADLINE_S = 1
MAX_LATE_S = 1
MAX_STOP_MS = 100
MAX_SIZE_BYTES = 4 * 1024 * 1024
MAX_MEMORY_KIB = MAX_SIZE_BYTES // 1024 + 32 * 1024

# A busy machine can make an end later than it is, never earlier, and a good reply before the attack too late: the best of some
# attempts counts.
MAX_TRIES = 5
# How long to watch what is to go on without end.
WATCHED_S = 2
# When a client is stopped, in ms after its start; two of them for each attack.
STOPS_MS = (0, 10, 40, 150, 400, 700)

PROPERTIES = {
    'stream-name': 'door',
    'start-timestamp': '2026-11-20T08:00:00Z',
    'end-timestamp': '2026-11-20T08:01:00Z',
    'sampling-interval': 1000,
    'max-size-bytes': MAX_SIZE_BYTES,
    'max-attempts': 1,
    'connection-timeout': DEADLINE_S,
    'completion-timeout': DEADLINE_S,
}

KEYS = {'AWS_ACCESS_KEY_ID': 'AKIDHOSTILE', 'AWS_SECRET_ACCESS_KEY': 'secret-key'}


def make_environment(url, keys):
    """A warning of a library ends the client."""
    isolated = {name: value for name, value in os.environ.items()
                if not name.startswith(('AWS_', 'GST_DEBUG')) and not name.lower().endswith('_proxy')}
    return isolated | keys | {
        'AWS_CONFIG_FILE': os.devnull,
        'AWS_SHARED_CREDENTIALS_FILE': os.devnull,
        'AWS_REGION': 'us-east-1',
        'AWS_ENDPOINT_URL': url,
        'AWS_EC2_METADATA_SERVICE_ENDPOINT': url,
        'AWS_METADATA_SERVICE_NUM_ATTEMPTS': '1',
        'G_DEBUG': 'fatal-warnings',
    }


class Outcome:
    """What a client has written."""

    def __init__(self, process, server):
        self.status = process.returncode
        self.errors = process.stderr
        self.fields = dict(re.findall(r'^(\w+) (.*)$', process.stdout, re.MULTILINE))
        self.stops = re.findall(r'^stop (\d+) (\S+) (\S+)$', process.stdout, re.MULTILINE)
        self.n_attacks = server.n_attacks

    @property
    def end(self):
        return self.fields.get('end')

    @property
    def more_kib(self):
        return int(self.fields['peak_kib']) - int(self.fields['base_kib'])


def run(attacks, keys, limit_s, stops, properties):
    with Server(attacks) as server:
        arguments = [f'{name}={value}' for name, value in (PROPERTIES | properties).items() if value is not None]
        process = subprocess.run([CLIENT, str(int(limit_s * 1000)), stops, *arguments], text=True, capture_output=True,
                                 env=make_environment(server.url, keys), timeout=120)
        return Outcome(process, server)


class HostileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """GStreamer writes its registry once."""
        run({'getDataEndpoint': lambda _: answer('{}')}, KEYS, 10, '', {})

    def check_all(self, operations, replies, *, max_s=DEADLINE_S + MAX_LATE_S, ends=True, keys=KEYS, others=None,
                  **properties):
        """Puts each of the replies in the place of some operations."""
        settings = {name.replace('_', '-'): value for name, value in properties.items()}

        def attack(number, reply):
            stops = ','.join(str(STOPS_MS[(number + i) % len(STOPS_MS)]) for i in (0, 3))
            attacks = {**(others or {}), **dict.fromkeys(operations, reply)}
            for _ in range(MAX_TRIES):
                outcome = run(attacks, keys, max_s, stops, settings)
                if outcome.n_attacks > 0 and (not ends or outcome.end != 'none'):
                    break
            return outcome

        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            for name, outcome in zip(replies, pool.map(attack, itertools.count(), replies.values())):
                with self.subTest(name):
                    self.check(outcome, ends)

    def check(self, outcome, ends):
        self.assertEqual((outcome.status, outcome.errors), (0, ''))
        self.assertGreater(outcome.n_attacks, 0)
        self.assertLessEqual(outcome.more_kib, MAX_MEMORY_KIB)
        for after_ms, stop_ms, cpu_ms in outcome.stops:
            self.assertLessEqual(float(stop_ms), MAX_STOP_MS, f'after {after_ms} ms, {cpu_ms} ms of work')
        self.assertEqual(outcome.end != 'none', ends)

    def test_http(self):
        self.check_all(['getImages'], attacks.HTTP)

    def test_data_endpoint(self):
        self.check_all(['getDataEndpoint'], attacks.SLOW | attacks.JSON)

    def test_images(self):
        self.check_all(['getImages'], attacks.SLOW | attacks.JSON | attacks.IMAGES)

    def test_second_page(self):
        self.check_all(['second page'], attacks.SLOW | attacks.IMAGES)

    def test_page_of_token(self):
        self.check_all(['second page'], attacks.SLOW | attacks.IMAGES, starting_token='ABC')

    def test_pages(self):
        """As many as are followed without an image take longer than a deadline."""
        self.check_all(['getImages', 'second page'], attacks.PAGES, max_s=10)

    def test_fragments(self):
        """Without a list the range is pulled all the same."""
        self.check_all(['listFragments'], attacks.SLOW | attacks.JSON | attacks.FRAGMENTS, max_s=10,
                       others={'getImages': attacks.find_no_media},
                       end_timestamp='2026-11-20T10:00:00Z', sampling_interval=60_000)

    def test_failures(self):
        self.check_all(['getImages'], attacks.JSON_FAILURES)

    def test_xml_failures(self):
        self.check_all(['getImages'], attacks.XML_FAILURES)

    def test_retried(self):
        """An element that follows a stream is to wait for its service without end, and not to ask it without pause."""
        self.check_all(['second page'], attacks.RETRIED, max_s=WATCHED_S, ends=False,
                       follow=True, max_attempts=0, end_timestamp=None)

    def test_role(self):
        self.check_all(['AssumeRole'], attacks.SLOW | attacks.XML, role_arn='arn:aws:iam::123456789012:role/door')

    def test_metadata(self):
        self.check_all(['credentials'], attacks.SLOW | attacks.JSON, keys={})


if __name__ == '__main__':
    tap.main()
