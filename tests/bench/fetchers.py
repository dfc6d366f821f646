# SPDX-License-Identifier: LGPL-2.1-or-later
"""The clients that fetch prepared stills: the commands that do so, and what they got as a SHA-256."""

import base64
import hashlib
import json
import pathlib
import subprocess
import tempfile
from typing import NamedTuple

import contenders
import measure
from contenders import Range
from emulator import STREAM
from prepared import CERTIFICATE

INTERVAL_MS = 3000


class Task(NamedTuple):
    """Which samples to fetch, every three seconds, in which format."""

    start_s: int
    n_stills: int
    format: str = 'jpeg'

    @property
    def times_ms(self):
        return range(self.start_s * 1000, self.end_s * 1000, INTERVAL_MS)

    @property
    def end_s(self):
        return self.start_s + self.n_stills * INTERVAL_MS // 1000

    def make_range(self, wants_digest=False):
        """The same for the clients of tools/bench range."""
        return Range(self.start_s, self.end_s, INTERVAL_MS, self.format, wants_digest)


def make_environment():
    """Of a process that trusts the server."""
    return {**contenders.make_environment(), 'AWS_CA_BUNDLE': str(CERTIFICATE),
            'NODE_EXTRA_CA_CERTS': str(CERTIFICATE)}


def make_properties(url, task):
    """What has an element fetch all of a task."""
    return [f'endpoint-url={url}', f'start-timestamp={task.start_s}', f'end-timestamp={task.end_s}',
            f'sampling-interval={INTERVAL_MS}', f'format={task.format}']


def _check_images(server, task):
    n_images = sum(entry['images'] for entry in server.read_log())
    if n_images < task.n_stills:
        raise RuntimeError(f'{n_images} images were fetched, not {task.n_stills}')


class ElementFetcher:
    """kvsimagesrc in gst-launch-1.0."""

    key, name = 'element', 'kvsimagesrc ! fakesink'

    def __init__(self):
        self._logs = {}

    def _make_command(self, server, task, sink):
        return ['gst-launch-1.0', '-q', 'kvsimagesrc', f'stream-name={STREAM}',
                *make_properties(server.url, task), '!', *sink]

    def fetch(self, server, task):
        """Fetches a task and tells what that took."""
        usage, _ = measure.run(self._make_command(server, task, ['fakesink']), make_environment())
        _check_images(server, task)
        self._logs[task] = server.read_log()
        return usage

    def compute_digest(self, server, task):
        """The SHA-256 of what comes out, in order."""
        digest = hashlib.sha256()
        with subprocess.Popen(self._make_command(server, task, ['fdsink']), env=make_environment(),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            while data := process.stdout.read(1 << 20):
                digest.update(data)
        if process.returncode != 0:
            raise RuntimeError(f'gst-launch-1.0 ended with status {process.returncode}')
        self._logs[task] = server.read_log()
        return digest.hexdigest()

    def get_requests(self, task):
        """The requests that the last fetch of a task has made."""
        return self._logs[task]


class CurlFetcher:
    """curl, which makes the requests of the element once more, over one connection."""

    key, name = 'curl', 'curl, bytes dropped'

    def __init__(self, element):
        self._element = element

    @staticmethod
    def _make_transfer(server, request, file):
        def quote(text):
            escaped = text.replace('\\', '\\\\').replace('"', '\\"')
            return f'"{escaped}"'
        return '\n'.join(f'{option} = {quote(value)}' for option, value in (
            ('url', server.url + request['path']),
            ('header', 'Content-Type: application/json'),
            ('data-raw', request['body']),
            ('cacert', str(CERTIFICATE)),
            ('write-out', r'%{time_starttransfer} %{time_total}\n'),
            ('output', str(file)))) + '\nsilent\nshow-error\nfail\n'

    def run(self, server, requests, files):
        """Makes requests, and returns what it took and, for each, the seconds until the first byte of the
        answer and until the last one."""
        with tempfile.NamedTemporaryFile(mode='w', prefix='curl-') as config:
            config.write('next\n'.join(map(self._make_transfer, [server] * len(requests), requests, files)))
            config.flush()
            usage, output = measure.run(['curl', '-q', '--config', config.name], make_environment())
        if len({entry['connection'] for entry in server.read_log()}) != 1:
            raise RuntimeError('curl has not kept its connection')
        return usage, [tuple(map(float, line.split())) for line in output.splitlines()]

    def fetch(self, server, task):
        """Fetches a task and tells what that took."""
        requests = self._element.get_requests(task)
        usage, _ = self.run(server, requests, ['/dev/null'] * len(requests))
        _check_images(server, task)
        return usage

    def compute_digest(self, server, task):
        """The SHA-256 of the stills of a task that were in the answers, by their marks in order."""
        requests = self._element.get_requests(task)
        digest = hashlib.sha256()
        with tempfile.TemporaryDirectory() as directory:
            files = [pathlib.Path(directory, str(i)) for i in range(len(requests))]
            self.run(server, requests, files)
            for image in _read_images(files, requests, task):
                digest.update(image)
        return digest.hexdigest()


def _list_samples_ms(request):
    """When the samples of an answer are. A token is the number of a sample."""
    body = json.loads(request['body'])
    first = int(body.get('NextToken', 0))
    return [round(body['StartTimestamp'] * 1000) + i * body.get('SamplingInterval', INTERVAL_MS)
            for i in range(first, first + request['images'])]


def _read_images(files, requests, task):
    """The images of the samples of a task, each once, in order, out of files with answers."""
    places = {}
    for file, request in zip(files, requests):
        if request['images']:
            places.update((time_ms, (file, i)) for i, time_ms in enumerate(_list_samples_ms(request)))
    open_file = page = None
    for file, i in (places[time_ms] for time_ms in task.times_ms if time_ms in places):
        if file != open_file:
            open_file, page = file, json.loads(file.read_bytes())
        yield base64.b64decode(page['Images'][i]['ImageContent'])


class LibraryFetcher:
    """One of AWS's own libraries."""

    def __init__(self, key, name, contender):
        self.key, self.name = key, name
        self._contender = contender

    def fetch(self, server, task):
        """Fetches a task and tells what that took."""
        usage, output = measure.run(self._contender.make_command(server.url, task.make_range()),
                                    make_environment())
        n_images = json.loads(output)['images']
        if n_images != task.n_stills:
            raise RuntimeError(f'{self.name} got {n_images} images, not {task.n_stills}')
        return usage

    def compute_digest(self, server, task):
        """The SHA-256 of what came, in order."""
        _, output = measure.run(self._contender.make_command(server.url, task.make_range(True)),
                                make_environment())
        return json.loads(output)['digest']


def make_fetchers(only):
    """Those of these kinds. The element comes first: curl does as it did. So it is there if curl is."""
    element = ElementFetcher()
    fetchers = [element, CurlFetcher(element),
                LibraryFetcher('boto3', 'boto3 + base64', contenders.Boto3Contender()),
                LibraryFetcher('javascript', 'AWS SDK for JavaScript + Buffer',
                               contenders.JavaScriptContender())]
    wanted = {*only, 'element'} if 'curl' in only else set(only)
    return [fetcher for fetcher in fetchers if fetcher.key in wanted]
