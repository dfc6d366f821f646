# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the end-to-end tests share: the emulator, clients for it, ways to run pipelines, and a
runner that writes TAP."""

import base64
import os
import pathlib
import signal
import subprocess
import sys
import traceback
import unittest

import boto3
from botocore.config import Config

SOURCE_DIR = pathlib.Path(os.environ['SOURCE_DIR'])
BUILD_DIR = pathlib.Path(os.environ['BUILD_DIR'])
VIDEO = pathlib.Path('/usr/share/doc/opencv-doc/examples/data/vtest.avi')

ACCESS_KEY = 'AKIDEMULATOR'
SECRET_KEY = 'emulator-secret-key'
REGION = 'us-east-1'

# The longest that a single command or pipeline may take, in seconds.
TIMEOUT = 240

# After this time gst-launch-1.0 is taken to have missed the error that it has printed, in seconds.
MISSED = 20


def isolate():
    """Forgets what the user's environment says about AWS and how to reach it."""
    for name in list(os.environ):
        if name.startswith('AWS_') or name.lower().endswith('_proxy'):
            del os.environ[name]
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
                      AWS_EC2_METADATA_DISABLED='true')


isolate()


class Emulator:
    """A kvs-emulator that runs for as long as the context lasts."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        program = BUILD_DIR / 'tests' / 'emulator' / 'kvs-emulator'
        self.process = subprocess.Popen([program, '--port=0', *self.options],
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith('Listening on '):
            self.__exit__()
            raise RuntimeError(f'kvs-emulator does not start, but says: {line!r}')
        self.url = line.split()[-1]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def get_environment(self, **changes):
        """The environment of a user of this emulator; a variable that is None is not set."""
        environment = {
            **os.environ,
            'AWS_ENDPOINT_URL_KINESIS_VIDEO': self.url,
            'AWS_ACCESS_KEY_ID': ACCESS_KEY,
            'AWS_SECRET_ACCESS_KEY': SECRET_KEY,
            'AWS_REGION': REGION,
            **changes,
        }
        return {name: value for name, value in environment.items() if value is not None}


def make_client(url, service):
    """A client of AWS's own library. Its service model is older than what the service takes, so it
    must not check parameters."""
    return boto3.client(service, endpoint_url=url, region_name=REGION,
                        aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
                        config=Config(parameter_validation=False))


def get_images(emulator, stream, start, end, interval_ms, **parameters):
    """Asks AWS's own library for the images from start to end, in whole seconds since the epoch.
    Returns the image, or None where there is none, for each time in ms since the epoch."""
    control = make_client(emulator.url, 'kinesisvideo')
    url = control.get_data_endpoint(StreamName=stream, APIName='GET_IMAGES')['DataEndpoint']
    paginator = make_client(url, 'kinesis-video-archived-media').get_paginator('get_images')
    images = {}
    for window_start in range(start, end, 300):
        pages = paginator.paginate(StreamName=stream, ImageSelectorType='SERVER_TIMESTAMP',
                                   StartTimestamp=window_start,
                                   EndTimestamp=min(window_start + 300, end),
                                   SamplingInterval=interval_ms,
                                   **{'Format': 'JPEG', **parameters})
        for page in pages:
            for image in page['Images']:
                images[to_ms(image['TimeStamp'])] = decode(image.get('ImageContent'))
    return images


def to_ms(timestamp):
    return round(timestamp.timestamp() * 1000)


def decode(content):
    return base64.b64decode(content) if content else None


def communicate(process, limit):
    """Waits for a process. gst-launch-1.0 quits its main loop in the thread that posts an error. If that is before it
    runs the loop, it stays there without end, with any source; an interrupt ends it as the error would have."""
    try:
        return process.communicate(timeout=min(MISSED, limit))
    except subprocess.TimeoutExpired as timeout:
        if b"ERROR: pipeline doesn't want to preroll." in (timeout.stderr or b''):
            process.send_signal(signal.SIGINT)
        return process.communicate(timeout=max(limit - MISSED, 0))


def run(command, environment, directory=None, limit=TIMEOUT, **options):
    """Runs a command to its end, for limit seconds at most, and returns its result as subprocess does."""
    with subprocess.Popen(command, env=environment, cwd=directory, text=True, process_group=0,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **options) as process:
        try:
            output, errors = communicate(process, limit)
        except subprocess.TimeoutExpired as timeout:
            os.killpg(process.pid, signal.SIGKILL)
            output, errors = process.communicate()
            raise AssertionError(f'no end after {limit} s: {output}{errors}') from timeout
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def launch(pipeline, emulator, directory=None, **changes):
    """Runs a pipeline with gst-launch-1.0, written as in a shell, against an emulator."""
    return run(f'exec gst-launch-1.0 --messages {pipeline}', emulator.get_environment(**changes),
               directory, shell=True)


def stage_source(directory):
    """Makes a copy of the source folder, by links, whose build/ is the build under test."""
    directory.mkdir()
    for path in SOURCE_DIR.iterdir():
        if not path.name.startswith(('build', '.git')):
            (directory / path.name).symlink_to(path)
    (directory / 'build').symlink_to(BUILD_DIR)


def make_stranger(directory):
    """Has a folder be another user's, and returns the start of a command for whom that holds. Root,
    whom no permissions bind, becomes a user without a name."""
    for path in (directory, *directory.rglob('*')):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o555)
    return ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] if os.getuid() == 0 else []


class TapResult(unittest.TestResult):
    """Writes the result of each test as a line of TAP, and why it failed to stderr."""

    n_written = 0

    def write(self, test, is_ok):
        self.n_written += 1
        print('ok' if is_ok else 'not ok', self.n_written, '-', test, flush=True)

    def complain(self, test, error):
        self.write(test, False)
        traceback.print_exception(*error)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.write(test, True)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.complain(test, error)

    def addError(self, test, error):
        super().addError(test, error)
        self.complain(test, error)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error:
            self.complain(subtest, error)


def main():
    """Runs the tests of the program that calls this."""
    result = TapResult()
    unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__']).run(result)
    print(f'1..{result.n_written}')
    sys.exit(not result.wasSuccessful())
