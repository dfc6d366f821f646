# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prepared stills, and the server that hands them out."""

import hashlib
import json
import os
import pathlib
import random
import struct
import subprocess
import tempfile

BUILD_DIR = pathlib.Path(os.environ['KVS_BUILD'])
SOURCE_DIR = pathlib.Path(os.path.abspath(__file__)).parent.parent.parent
CERTIFICATE = SOURCE_DIR / 'tests' / 'emulator' / 'localhost.pem'

# pageserver/still.h
MARK = b'@' * 32
N_HEAD_BYTES = 96

WIDTH, HEIGHT = 1920, 1080


def _make_segment(marker, content):
    return struct.pack('>BBH', 0xff, marker, len(content) + 2) + content


def _make_jpeg_head():
    components = bytes((1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1))
    return b''.join((
        b'\xff\xd8',
        _make_segment(0xe0, b'JFIF\0\1\1\0\0\1\0\1\0\0'),
        _make_segment(0xc0, struct.pack('>BHHB', 8, HEIGHT, WIDTH, 3) + components),
        _make_segment(0xfe, MARK),
        _make_segment(0xda, bytes((3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0)))))


def _make_chunk_head(kind, n_bytes):
    return struct.pack('>I', n_bytes) + kind


def _make_png_head(n_data_bytes):
    # No client checks the CRC.
    return b''.join((
        b'\x89PNG\r\n\x1a\n',
        _make_chunk_head(b'IHDR', 13), struct.pack('>IIBBBBB', WIDTH, HEIGHT, 8, 2, 0, 0, 0), bytes(4),
        _make_chunk_head(b'tEXt', 8 + len(MARK)), b'Comment\0', MARK, bytes(4),
        _make_chunk_head(b'IDAT', n_data_bytes)))


def _make_noise(n_bytes):
    # No marker of JPEG, and no mark of a still.
    return random.Random(n_bytes).randbytes(n_bytes).replace(b'\xff', b'\xfe').replace(b'@', b'A')


def _make_template(image_format, n_bytes):
    if image_format == 'jpeg':
        head, tail = _make_jpeg_head(), MARK + b'\xff\xd9'
    else:
        tail = MARK + bytes(4) + _make_chunk_head(b'IEND', 0) + bytes(4)
        n_data_bytes = n_bytes - len(_make_png_head(0)) - len(tail) + len(MARK)
        head = _make_png_head(n_data_bytes)
    assert len(head) <= N_HEAD_BYTES
    return head + _make_noise(n_bytes - len(head) - len(tail)) + tail


class Stills:
    """Pictures of a format and a size, of which each says which sample of which stream it is."""

    def __init__(self, image_format, n_bytes):
        self.format = image_format
        self.n_bytes = n_bytes
        self._template = _make_template(image_format, n_bytes)
        self._parts = self._template.split(MARK)
        assert len(self._parts) == 3

    def write_template(self, file):
        """Writes what page-server makes the stills of."""
        file.write_bytes(self._template)

    def compute_digest(self, stream, times_ms):
        """The SHA-256 of all stills of these samples, one after the other."""
        digest = hashlib.sha256()
        for time_ms in times_ms:
            digest.update(f'{time_ms:016d}{stream[:16]:16s}'.encode().join(self._parts))
        return digest.hexdigest()


class PageServer:
    """A page-server that runs for as long as the context lasts."""

    def __init__(self, stills, tls=False, frame_times=False):
        self._stills = stills
        self._options = [f'--tls={CERTIFICATE}'] if tls else []
        if frame_times:
            self._options.append('--frame-times')

    def __enter__(self):
        self._directory = tempfile.TemporaryDirectory()
        directory = pathlib.Path(self._directory.name)
        template, self._log = directory / 'template', directory / 'log'
        self._stills.write_template(template)
        self._process = subprocess.Popen(
            [BUILD_DIR / 'tests' / 'bench' / 'page-server', f'--{self._stills.format}={template}',
             f'--log={self._log}', *self._options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line.startswith('Listening on '):
            self._stop()
            raise RuntimeError(f'page-server does not start, but says: {line!r}')
        self.url = line.split()[-1]
        return self

    def _stop(self):
        self._process.communicate()
        self._directory.cleanup()

    def __exit__(self, kind, *_):
        self._stop()
        # Where a client has failed because of that, the log of the client says less.
        if self._process.returncode != 0 and (kind is None or issubclass(kind, RuntimeError)):
            raise RuntimeError(f'page-server ended with status {self._process.returncode}')

    def read_log(self):
        """All requests so far, in order."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]
