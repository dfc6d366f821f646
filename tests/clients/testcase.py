# SPDX-License-Identifier: LGPL-2.1-or-later
"""Emulators, clients and requests for the tests with real clients."""

import contextlib
import functools
import unittest
from typing import Callable, Iterator, List, Optional, Type

from clients import ALL_CLIENTS, Client, Failure
from emulator import NOW, START_MS, STREAM, STREAM_KEYS, Emulator


def make_request(length_ms: int, start_ms: int = START_MS, **more) -> dict:
    """Parameters of GetImages for a range of the stream."""
    return {
        "StreamName": STREAM,
        "ImageSelectorType": "SERVER_TIMESTAMP",
        "StartTimestamp": start_ms,
        "EndTimestamp": start_ms + length_ms,
        "SamplingInterval": 1000,
        "Format": "JPEG",
        **more,
    }


@functools.lru_cache(maxsize=None)
def sends_milliseconds(client_class: Type[Client]) -> bool:
    """Whether a client sends times to the millisecond: what arrives tells."""
    emulator = Emulator(f"--stream={STREAM}=prepared,{STREAM_KEYS}")
    client = client_class(emulator.url)
    try:
        client.get_images(**make_request(3000, START_MS + 123))
        parameters = emulator.read_log("GetImages")[0]["parameters"]
        return round(parameters["StartTimestamp"] * 1000) == START_MS + 123
    finally:
        client.close()
        emulator.stop()


def with_each_client(test: Callable) -> Callable:
    """Runs a test once for each client, whose class it gets as its argument."""

    @functools.wraps(test)
    def run(self):
        for client_class in ALL_CLIENTS:
            with self.subTest(client=client_class.__name__):
                test(self, client_class)

    return run


class ClientTestCase(unittest.TestCase):
    """A test case whose tests share an emulator, or start one of their own."""

    # Options of every emulator of the test case.
    options: List[str] = [f"--stream={STREAM}=prepared,{STREAM_KEYS}"]

    @classmethod
    def setUpClass(cls) -> None:
        cls.emulator = Emulator(*cls.options)
        cls.addClassCleanup(cls.emulator.stop)

    def start_emulator(self, *options: str, clock: Optional[str] = NOW) -> Emulator:
        """Starts an emulator for one test, with more options than the shared one has."""
        emulator = Emulator(*self.options, *options, clock=clock)
        self.addCleanup(emulator.stop)
        return emulator

    def connect(
        self, client_class: Type[Client], emulator: Optional[Emulator] = None, **keywords
    ) -> Client:
        """Makes a client of an emulator, by default of the shared one."""
        client = client_class((emulator or self.emulator).url, **keywords)
        self.addCleanup(client.close)
        return client

    @contextlib.contextmanager
    def assert_refused(self, code: str, status: int) -> Iterator[None]:
        """Fails unless the service refuses a call, with a message and as the client tells it."""
        with self.assertRaises(Failure) as context:
            yield
        failure = context.exception
        self.assertEqual(failure.code, code)
        self.assertIn(failure.status, (status, None))
        self.assertNotEqual(failure.message, "")
