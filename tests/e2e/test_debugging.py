# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the debug log tells of a pull with whatever may happen to it, and what it never tells; and that
docs/debugging.md quotes it."""

import re
import time
import unittest

import e2e
from pages import paste

PAGE = 'docs/debugging.md'

FAULTS = ('--fault=GetImages:2:code=ClientLimitExceededException', '--fault=GetImages:5:cut=body',
          '--fault=GetImages:7:status=403,code=ExpiredTokenException')
PULL = ('kvsimagesrc stream-name=camera max-concurrent-requests=1 start-timestamp=now-50m '
        'end-timestamp=now-40m ! fakesink')
CONTAINER_TOKEN = 'container-token-of-the-test'

# One line for each event, in their order.
EVENTS = (
    r'INFO .* aws .*<kvsimagesrc0> Endpoint of kinesis_video',
    r'INFO .* kvsimagesrc .*<kvsimagesrc0> session begins: kvsimage:///camera\?start-timestamp=now-50m',
    r'INFO .* aws .*<kvsimagesrc0> Credentials found: source container',
    r'DEBUG .* kvs .*<kvsimagesrc0> request 1: GetImages from .* MaxResults 25, page 1, attempt 1',
    r'DEBUG .* kvs .*<kvsimagesrc0> request 1: 25 entries after \d+ ms, request id [0-9a-f-]{36}',
    r'DEBUG .* kvsimagesrc .*<kvsimagesrc0> caps are image/jpeg, ',
    r'DEBUG .* kvsimagesrc .*<kvsimagesrc0> segment ',
    r'DEBUG .* aws .*HTTP 400 after \d+ ms',
    r'DEBUG .* aws .*Retry in \d+ ms, attempt 2 of 5: .*ClientLimitExceededException',
    r'DEBUG .* kvs .*request 3: GetImages .*page 2, attempt 2',
    r'DEBUG .* aws .*HTTP 200 .*then cut off',
    r'DEBUG .* kvs .*samples \d+ to \d+ \(range.*\): broken off',
    r'DEBUG .* aws .*Sending again at once with renewed credentials',
    r'INFO .* aws .*Credentials renewed: source container',
    r'DEBUG .* kvs .*samples (\d+) to \1 \(single sample with look-back',
    r'DEBUG .* kvsimagesrc .*<kvsimagesrc0> EOS',
    r'INFO .* kvsimagesrc .*<kvsimagesrc0> session ends: 200 samples, 200 stills, 0 gaps, \d+ requests, 2 retries, \d+ bytes',
)

# A line of the log: its thread, and what it says.
LINE = re.compile(r'\S+ +\d+ +(\S+) +[A-Z]+ .*?:<kvsimagesrc\d+> (.*)')

SECTION = re.compile(r'^## ', re.MULTILINE)
LOG_NAME = re.compile(r'This is in `(out/\S+\.log)`')
BLOCK = re.compile(r'^```(\w*)\n(.*?)^```$', re.DOTALL | re.MULTILINE)
REQUEST_ID = re.compile(r'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')

# In the quotes, what differs from one pull to the next, and what the pattern is for it.
VARYING = (
    (REQUEST_ID, r'[0-9a-f-]{36}'),
    (re.compile(r'…[0-9A-F]{4}'), r'….{4}'),
    (re.compile(r'…'), r'.*'),
    (re.compile(r'\d+'), r'\d+'),
)


def make_pattern(quote):
    """What matches a line that is quoted; numbers may differ, and … stands for anything."""
    alternatives = '|'.join(f'({what.pattern})' for what, _ in VARYING)
    pattern, end = '', 0
    for match in re.finditer(alternatives, quote):
        pattern += re.escape(quote[end:match.start()]) + VARYING[match.lastindex - 1][1]
        end = match.end()
    return re.compile(pattern + re.escape(quote[end:]))


def read_quotes(page):
    """The lines that a page quotes, by the name of the log."""
    quotes = {}
    for section in SECTION.split(page):
        name = LOG_NAME.search(section)
        blocks = [text for language, text in BLOCK.findall(section) if not language]
        if name:
            quotes[name[1]] = ''.join(blocks).splitlines()
        elif blocks:
            raise AssertionError(f'it is not said what this is from: {blocks[0]}')
    return quotes


def find_missing(quotes, log):
    """Those lines that are not in a log, in the order in which their thread writes them."""
    lines = [LINE.fullmatch(line) for line in log.splitlines()]
    is_used = [line is None for line in lines]
    last = {}
    missing = []
    for quote in quotes:
        pattern = make_pattern(quote)
        for i, line in enumerate(lines):
            if not is_used[i] and i > last.get(line[1], -1) and pattern.fullmatch(line[2]):
                is_used[i] = True
                last[line[1]] = i
                break
        else:
            missing.append(quote)
    return missing


class PageTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.page = (e2e.SOURCE_DIR / PAGE).read_text()
        cls.directory = paste(PAGE, cls.enterClassContext)

    def test_quotes(self):
        quotes = read_quotes(self.page)
        self.assertEqual(len(quotes), 4)
        for name, lines in quotes.items():
            with self.subTest(name=name):
                log = (self.directory / name).read_text()
                self.assertEqual(find_missing(lines, log), [], log)

    def test_missing_quotes_are_found(self):
        log = (self.directory / 'out/session.log').read_text()
        self.assertEqual(find_missing(['streaming pauses: eos', 'EOS', 'EOS from outside'], log),
                         ['EOS from outside'])
        self.assertEqual(find_missing(['EOS', 'streaming pauses: eos'], log),
                         ['streaming pauses: eos'])

    def test_no_secret(self):
        for log in self.directory.glob('out/*.log'):
            self.assertNotIn(e2e.SECRET_KEY, log.read_text())


class LogTest(unittest.TestCase):

    def launch(self, pipeline, debug, *faults, **changes):
        with e2e.Emulator('--stream=camera=prepared,fragment=6',
                          f'--container-token={CONTAINER_TOKEN}', *faults) as emulator:
            return e2e.launch(pipeline, emulator, GST_DEBUG=debug, GST_DEBUG_NO_COLOR='1', **{
                'AWS_ACCESS_KEY_ID': None, 'AWS_SECRET_ACCESS_KEY': None,
                'AWS_CONTAINER_AUTHORIZATION_TOKEN': CONTAINER_TOKEN,
                'AWS_CONTAINER_CREDENTIALS_FULL_URI': f'{emulator.url}/credentials/container',
                **changes})

    def pull(self, debug, *faults):
        end = self.launch(PULL, debug, *faults)
        self.assertEqual(end.returncode, 0, end.stderr)
        return end.stderr

    def test_events(self):
        log = self.pull('kvsimagesrc:5,kvs:5,aws:5', *FAULTS)
        for event in EVENTS:
            self.assertRegex(log, event)

    def test_levels(self):
        log = self.pull('kvsimagesrc:4,kvs:4,aws:4', *FAULTS)
        self.assertNotIn('DEBUG', log)
        self.assertIn('Credentials found', log)
        self.assertIn('session ends', log)
        self.assertEqual(self.pull('kvsimagesrc:2,kvs:2,aws:2'), '')

    def test_samples(self):
        log = self.pull('kvsimagesrc:6,kvs:6')
        found = re.findall(r'LOG .* kvs .*sample (\d+): STILL, (\d+) bytes\n', log)
        pushed = re.findall(
            r'LOG .* kvsimagesrc .*sample (\d+) at 0:([\d:]+)\.0{9}: STILL, (\d+) bytes, ok\n', log)
        self.assertEqual(len(found), 200)
        self.assertEqual(pushed, [(str(k), f'{k // 20:02}:{k % 20 * 3:02}', size)
                                  for k, (_, size) in enumerate(found)])

    def test_bus(self):
        """What goes on the bus is in the log as well, once."""
        end = self.launch('kvsimagesrc stream-name=no-stream start-timestamp=now-50m ! fakesink',
                          'kvsimagesrc:2')
        [told] = re.findall(r'ERROR: from element \S+: (.*)', end.stdout + end.stderr)
        [logged] = re.findall(r' WARN .* kvsimagesrc .*<kvsimagesrc0> (.*)', end.stderr)
        self.assertEqual(logged, told)

    def check_no_secret(self, log, *secrets):
        self.assertIn('TRACE', log)
        for secret in (CONTAINER_TOKEN, e2e.SECRET_KEY, 'Signature=', 'SecretAccessKey',
                       'X-Amz-Security-Token:', *secrets):
            self.assertNotIn(secret, log)
        # A key id shows its last four characters, and a secret key or a token nothing.
        self.assertNotRegex(log, r'\bASIA[A-Z0-9]{12,}')

    def test_no_secret(self):
        """Temporary keys are not known in advance, but they have their forms."""
        self.check_no_secret(self.pull('*:9', *FAULTS))

    def test_no_secret_of_properties(self):
        """GStreamer's own categories tell how gst-launch-1.0 sets properties, ours must not."""
        end = self.launch(f'kvsimagesrc access-key={e2e.ACCESS_KEY} secret-key={e2e.SECRET_KEY} '
                          f'session-token=a-session-token proxy=http://me:hidden@127.0.0.1:1/ {PULL}'
                          .replace(' kvsimagesrc', ''), 'kvsimagesrc:9,kvs:9,aws:9')
        self.assertIn('session ends: 0 samples', end.stderr)
        self.check_no_secret(end.stderr, e2e.ACCESS_KEY, 'a-session-token', 'hidden')


class TracerTest(unittest.TestCase):
    """GStreamer's own tracer counts as buffers what are stills, and nothing else."""

    def record(self, pipeline, emulator):
        """The records of the source pad that the tracer writes, as pairs of kind and text."""
        end = e2e.launch(pipeline, emulator,
                         GST_TRACERS='stats', GST_DEBUG='GST_TRACER:7', GST_DEBUG_NO_COLOR='1')
        self.assertEqual(end.returncode, 0, end.stderr)
        pad = re.search(r':: new-pad, .* ix=\(uint\)(\d+), .*name=\(string\)src,', end.stderr)[1]
        return re.findall(rf':: (buffer|event), (.* pad-ix=\(uint\){pad}, .*)', end.stderr)

    def list_events(self, records):
        return [re.search(r'name=\(string\)([a-z-]+)', text)[1]
                for kind, text in records if kind == 'event']

    def check(self, n_samples, n_stills, n_gaps, options=''):
        start = int(time.time()) - 3600
        with e2e.Emulator(f'--stream=camera=prepared,fragment=6,start={start}{options}') as emulator:
            records = self.record(f'kvsimagesrc stream-name=camera start-timestamp={start} '
                                  f'max-items={n_samples} ! fakesink sync=false', emulator)
            other = self.record('videotestsrc num-buffers=1 ! fakesink', emulator)
        # The tracer of GStreamer 1.26 writes each sticky event of any element twice.
        n_records = self.list_events(other).count('stream-start')
        events = self.list_events(records)
        self.assertEqual(events.count('gap'), n_gaps)
        self.assertEqual([event for event in events if event != 'gap'],
                         [event for event in ('stream-start', 'caps', 'segment', 'tag', 'eos')
                          for _ in range(n_records)])
        buffers = [text for kind, text in records if kind == 'buffer']
        self.assertEqual(len(buffers), n_stills)
        times = [int(re.search(r'buffer-pts=\(guint64\)(\d+)', text)[1]) for text in buffers]
        self.assertEqual(times, sorted(set(times)))
        self.assertTrue(all('have-buffer-dts=(boolean)0' in text for text in buffers))
        self.assertFalse([text for text in buffers if 'buffer-size=(uint)0,' in text])

    def test_stills(self):
        self.check(40, 40, 0)

    def test_gaps(self):
        """At the start, in the middle and at the end."""
        self.check(49, 40, 9, ',gap=0+9,gap=30+9,gap=138+9')


if __name__ == '__main__':
    e2e.main()
