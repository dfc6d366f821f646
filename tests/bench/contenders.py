# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ways to pull a range that are compared. Each is a command, run in a process of its own."""

import json
import os
import pathlib
import subprocess
from typing import NamedTuple

import javascript
from emulator import CREDENTIALS, REGION, STREAM

HERE = pathlib.Path(os.path.abspath(__file__)).parent
BUILD_DIR = pathlib.Path(os.environ['KVS_BUILD'])
PYTHON = '/usr/bin/python3'
# The longest range of a GetImages.
WINDOW_S = 300


class Range(NamedTuple):
    """What to pull: whole seconds since the epoch, as boto3 sends no others."""

    start_s: int
    end_s: int
    interval_ms: int
    format: str = 'jpeg'
    wants_digest: bool = False


class LibraryContender:
    """One of AWS's own libraries, whose paginator makes one request after the other."""

    concurrency = 1

    def make_command(self, url, what):
        """The command that pulls a range from the service at a URL."""
        return [*self.get_program(), json.dumps({
            'endpoint': url,
            'region': REGION,
            'key': CREDENTIALS.access_key,
            'secret': CREDENTIALS.secret_key,
            'stream': STREAM,
            'start': what.start_s,
            'end': what.end_s,
            'interval': what.interval_ms,
            'window': WINDOW_S,
            'format': what.format.upper(),
            'digest': what.wants_digest,
        })]

    def get_program(self):
        raise NotImplementedError


class Boto3Contender(LibraryContender):
    """Debian's python3-boto3."""

    name = 'boto3'

    def get_program(self):
        return [PYTHON, str(HERE / 'pull-boto3.py')]


class JavaScriptContender(LibraryContender):
    """The AWS SDK for JavaScript, version 3."""

    name = 'JavaScript'

    def get_program(self):
        return javascript.prepare(str(HERE / 'pull-javascript.mjs'))


class ElementContender:
    """kvsimagesrc with so many requests in flight."""

    def __init__(self, concurrency, *properties):
        self.concurrency = concurrency
        self.properties = properties
        self.name = ', '.join(['kvsimagesrc', str(concurrency), *properties])

    def make_command(self, url, what):
        """The command that pulls a range from the service at a URL."""
        return [str(BUILD_DIR / 'tests' / 'bench' / 'pull-element'), 'kvsimagesrc',
                f'stream-name={STREAM}', f'endpoint-url={url}',
                f'start-timestamp={what.start_s}', f'end-timestamp={what.end_s}',
                f'sampling-interval={what.interval_ms}',
                f'max-concurrent-requests={self.concurrency}', *self.properties]


def make_environment():
    """Of a process that knows an identity, the plugin of this build, and nothing of its user."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith('AWS_') and not name.lower().endswith('_proxy')}
    environment.update(
        AWS_ACCESS_KEY_ID=CREDENTIALS.access_key, AWS_SECRET_ACCESS_KEY=CREDENTIALS.secret_key,
        AWS_REGION=REGION, AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED='true', GST_PLUGIN_PATH=str(BUILD_DIR / 'plugin'),
        GST_REGISTRY=str(BUILD_DIR / 'tests' / 'bench' / 'registry.bin'))
    return environment


def prepare(clients):
    """Has GStreamer look for plugins, and npm for packages of the clients, now and not while something is
    measured."""
    if clients:
        javascript.prepare()
    subprocess.run(['gst-inspect-1.0', 'kvsimagesrc'], env=make_environment(),
                   stdout=subprocess.DEVNULL, check=True)


def _make_elements(concurrencies, *properties):
    return [ElementContender(concurrency, *properties) for concurrency in concurrencies]


def make_contenders(only, concurrencies):
    """Those of these kinds, the element with each number of requests in flight."""
    contenders = []
    if 'boto3' in only:
        contenders.append(Boto3Contender())
    if 'javascript' in only:
        contenders.append(JavaScriptContender())
    if 'element' in only:
        contenders += _make_elements(concurrencies)
    return contenders


def make_list_contenders(only, concurrencies):
    """The element with and without ListFragments, and boto3."""
    contenders = []
    if 'boto3' in only:
        contenders.append(Boto3Contender())
    if 'element' in only:
        contenders += _make_elements(concurrencies)
        contenders += _make_elements(concurrencies, 'use-list-fragments=false')
    return contenders
