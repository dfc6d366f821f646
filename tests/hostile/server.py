# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server that means harm. A reply is bytes, or an iterator of pieces, which are bytes or PAUSE; then the connection ends
with it."""

import base64
import itertools
import json
import re
import socketserver
import threading

PAUSE = None
PAUSE_S = 0.02

# This much of an endless reply comes as fast as it can, twice what may be held of it. Then pauses leave the machine to
# others.
MAX_FAST_BYTES = 64 * 1024 * 1024
PIECE_SIZE = 64 * 1024

# A header of a JPEG with a single pixel, and no picture.
STILL = base64.b64encode(bytes.fromhex('ffd8 ffc0000b08000100010101 1100 ffd9')).decode()


def endless(*parts):
    """The last of the parts never ends."""
    yield ''.join(parts[:-1]).encode()
    piece = (parts[-1] * (PIECE_SIZE // len(parts[-1]) + 1)).encode()
    yield from itertools.repeat(piece)


def dripping(*parts):
    """The same, byte by byte."""
    for byte in itertools.chain(''.join(parts[:-1]).encode(), itertools.cycle(parts[-1].encode())):
        yield bytes([byte])
        yield PAUSE


def answer(body, status='200 OK', headers=''):
    return f'HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}'.encode()


class Request:
    def __init__(self, line, headers, body):
        self.method, self.path, _ = line.split()
        self.headers = headers
        self.body = body
        self.fields = json.loads(body) if body.startswith('{') else {}

    @property
    def operation(self):
        """What is asked for: the name of an operation, or else of what only one service has."""
        name = self.path.strip('/')
        if name == 'getImages' and 'NextToken' in self.fields:
            return 'second page'
        if self.body.startswith('Action='):
            return 'AssumeRole'
        return 'credentials' if name.endswith('/security-credentials/role') else name

    def get_times(self):
        """The times of the samples that are asked for, in seconds since the epoch."""
        start, end = (float(self.fields[name]) for name in ('StartTimestamp', 'EndTimestamp'))
        step = self.fields.get('SamplingInterval', 300_000) / 1000
        count = min(int((end - start) / step) + 1, self.fields['MaxResults'])
        return [start + step * i for i in range(count)]


def make_page(entries, token=None):
    page = {'Images': entries}
    return json.dumps(page | ({'NextToken': token} if token else {}))


class Server(socketserver.ThreadingTCPServer):
    """Answers as the service does, except for the operations in attacks: these name functions that get the request and
    return a reply. Works as long as the context lasts."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, attacks):
        super().__init__(('127.0.0.1', 0), Handler)
        self.attacks = attacks
        self.url = f'http://127.0.0.1:{self.server_address[1]}'
        self.n_attacks = 0
        self.ended = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, request, client_address):
        """The client has hung up."""

    def reply(self, request):
        attack = self.attacks.get(request.operation)
        if attack:
            self.n_attacks += 1
            return attack(request)
        return answer(self.answer_well(request))

    def answer_well(self, request):
        if request.operation == 'getDataEndpoint':
            return json.dumps({'DataEndpoint': self.url})
        if request.operation == 'getImages':
            return make_page([{'TimeStamp': time, 'ImageContent': STILL} for time in request.get_times()[:1]], 'second')
        if request.operation == 'second page':
            return make_page([{'TimeStamp': time, 'ImageContent': STILL} for time in request.get_times()])
        if request.path.endswith('/api/token'):
            return 'token'
        return 'role' if request.path.endswith('/security-credentials/') else '{}'


class Handler(socketserver.StreamRequestHandler):
    def read_request(self):
        line = self.rfile.readline().decode()
        headers = iter(lambda: self.rfile.readline().decode().strip(), '')
        fields = dict(re.split(r': *', header, maxsplit=1) for header in headers)
        body = self.rfile.read(int(fields.get('Content-Length', 0))).decode()
        return Request(line, fields, body) if line else None

    def send(self, pieces):
        n_bytes = 0
        for piece in pieces:
            if piece is not PAUSE:
                self.wfile.write(piece)
                n_bytes += len(piece)
            if (piece is PAUSE or n_bytes > MAX_FAST_BYTES) and self.server.ended.wait(PAUSE_S):
                return

    def handle(self):
        while (request := self.read_request()) is not None:
            reply = self.server.reply(request)
            if not isinstance(reply, bytes):
                self.send(reply)
                return
            self.wfile.write(reply)
