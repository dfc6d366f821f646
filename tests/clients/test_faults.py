# SPDX-License-Identifier: LGPL-2.1-or-later
"""Faults, as clients see them."""

import http.client
import json
import time

import botocore.exceptions
import urllib3

import tap
from clients import BareClient, Boto3Client, CommandLineClient, Failure, JavaScriptClient
from emulator import STREAM
from testcase import ClientTestCase, make_request, with_each_client

REQUEST = make_request(3000)

# What clients make of a reply that does not come, and of one that is none. Those on botocore take
# what is no JSON, after a status of 200, for a reply without members.
LOST = {
    BareClient: ConnectionError,
    Boto3Client: botocore.exceptions.ConnectionClosedError,
    CommandLineClient: Failure,
    JavaScriptClient: Failure,
}
NOT_HTTP = {**LOST, BareClient: http.client.BadStatusLine}
NOT_JSON = {
    BareClient: ValueError,
    Boto3Client: KeyError,
    CommandLineClient: KeyError,
    JavaScriptClient: Failure,
}

# Whether the clients on botocore see that a body is shorter than its Content-Length: with version 2 of
# urllib3, which Debian 13 has.
COUNTS_BYTES = int(urllib3.__version__.split(".")[0]) >= 2
INCOMPLETE = {**(LOST if COUNTS_BYTES else NOT_JSON), BareClient: http.client.IncompleteRead}

ERRORS = {
    "reset=before": LOST,
    "garbage=http": NOT_HTTP,
    "garbage=json": NOT_JSON,
    "garbage=html": NOT_JSON,
    "cut=body": INCOMPLETE,
}


class RejectionTest(ClientTestCase):
    """Any status and any code, for any call."""

    @with_each_client
    def test_code(self, client_class):
        emulator = self.start_emulator("--fault=GetImages:*:code=ClientLimitExceededException")
        client = self.connect(client_class, emulator)
        with self.assert_refused("ClientLimitExceededException", 400):
            client.get_images(**REQUEST)
        client.describe_stream(StreamName=STREAM)

    @with_each_client
    def test_status(self, client_class):
        emulator = self.start_emulator("--fault=GetDataEndpoint:*:status=503")
        with self.assert_refused("ServiceUnavailable", 503):
            self.connect(client_class, emulator).get_data_endpoint(
                StreamName=STREAM, APIName="GET_IMAGES"
            )

    def test_calls(self):
        for calls, refused in (
            ("2", [2]),
            ("2-3", [2, 3]),
            ("4-", [4, 5]),
            ("every=2", [2, 4]),
            ("p=1", [1, 2, 3, 4, 5]),
        ):
            with self.subTest(calls=calls):
                emulator = self.start_emulator(f"--fault=GetImages:{calls}:status=500")
                client = self.connect(BareClient, emulator)
                statuses = [client.post("/getImages", REQUEST).status for _ in range(5)]
                self.assertEqual([n + 1 for n in range(5) if statuses[n] == 500], refused)

    def test_clients_try_again(self):
        for client_class in (Boto3Client, JavaScriptClient):
            with self.subTest(client=client_class.__name__):
                emulator = self.start_emulator("--fault=GetImages:1-2:status=503")
                client = self.connect(client_class, emulator, attempts=3)
                self.assertEqual(len(client.get_images(**REQUEST).images), 3)
                statuses = [entry["status"] for entry in emulator.read_log("GetImages")]
                self.assertEqual(statuses, [503, 503, 200])

    def test_quota(self):
        emulator = self.start_emulator("--quota=on")
        client = self.connect(BareClient, emulator)
        with self.assertRaises(Failure) as context:
            # The clock stands still: five requests for a hundred images use up a second's points.
            for _ in range(6):
                client.get_images(**REQUEST, MaxResults=100)
        self.assertEqual(context.exception.code, "ClientLimitExceededException")
        self.assertEqual(len(emulator.read_log("GetImages")), 6)

    @with_each_client
    def test_token(self, client_class):
        emulator = self.start_emulator("--fault=GetImages:2:token=refused")
        with self.assert_refused("InvalidArgumentException", 400):
            self.connect(client_class, emulator).get_all_images(**make_request(60000))

    def test_token_repeated(self):
        emulator = self.start_emulator("--fault=GetImages:*:token=repeated")
        with self.assertRaises(botocore.exceptions.PaginationError):
            self.connect(Boto3Client, emulator).get_all_images(**make_request(60000))
        self.assertEqual(len(emulator.read_log("GetImages")), 2)

    @with_each_client
    def test_token_absent(self, client_class):
        emulator = self.start_emulator("--fault=GetImages:*:token=absent")
        images = self.connect(client_class, emulator).get_all_images(**make_request(60000))
        self.assertEqual(len(images), 25)


class ConnectionTest(ClientTestCase):
    """Replies that end early, or do not come."""

    def assert_boto3_raises(self, error, fault, **keywords):
        emulator = self.start_emulator(f"--fault=GetImages:*:{fault}")
        client = self.connect(Boto3Client, emulator, **keywords)
        with self.assertRaises(error):
            client.get_images(**REQUEST)
        self.assertEqual(len(emulator.read_log("GetImages")), 1)

    def test_reset(self):
        for place in ("before", "headers"):
            with self.subTest(place=place):
                self.assert_boto3_raises(
                    botocore.exceptions.ConnectionClosedError, f"reset={place}"
                )
        self.assert_boto3_raises(botocore.exceptions.HTTPClientError, "reset=body")

    def test_cut(self):
        self.assert_boto3_raises(botocore.exceptions.ConnectionClosedError, "cut=before")

    def test_cut_headers(self):
        # There is no Content-Length yet, so that nothing is the whole reply, and that has no Images.
        self.assert_boto3_raises(KeyError, "cut=headers")

    def test_cut_body(self):
        # Without a count of its bytes, what came is the whole reply.
        error = botocore.exceptions.ConnectionClosedError if COUNTS_BYTES else KeyError
        for place in ("body", "body@0", "body@100"):
            with self.subTest(place=place):
                self.assert_boto3_raises(error, f"cut={place}")

    def test_cut_chunks(self):
        emulator = self.start_emulator("--transfer=chunked", "--fault=GetImages:*:cut=body@100")
        with self.assertRaises(botocore.exceptions.ConnectionClosedError):
            self.connect(Boto3Client, emulator).get_images(**REQUEST)

    def test_cut_length(self):
        emulator = self.start_emulator("--fault=GetImages:*:cut=body@100")
        client = self.connect(BareClient, emulator)
        with self.assertRaises(http.client.IncompleteRead) as context:
            client.post("/getImages", REQUEST)
        self.assertEqual(len(context.exception.partial), 100)

    def test_stall(self):
        for place in ("before", "headers"):
            with self.subTest(place=place):
                self.assert_boto3_raises(
                    botocore.exceptions.ReadTimeoutError, f"stall={place}", read_timeout=0.5
                )
        self.assert_boto3_raises(
            botocore.exceptions.ReadTimeoutError, "stall=body", read_timeout=0.5
        )

    def test_clients_try_again(self):
        for fault in ("reset=before", "reset=headers", "cut=before"):
            for client_class in (Boto3Client, JavaScriptClient):
                with self.subTest(fault=fault, client=client_class.__name__):
                    emulator = self.start_emulator(f"--fault=GetImages:1:{fault}")
                    client = self.connect(client_class, emulator, attempts=2)
                    self.assertEqual(len(client.get_images(**REQUEST).images), 3)
                    self.assertEqual(len(emulator.read_log("GetImages")), 2)

    def test_latency(self):
        emulator = self.start_emulator("--fault=GetImages:*:latency=200ms")
        begin = time.monotonic()
        self.connect(BareClient, emulator).get_images(**REQUEST)
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)

    def test_latency_of_each_byte(self):
        emulator = self.start_emulator("--fault=GetImages:*:byte-latency=10us")
        begin = time.monotonic()
        reply = self.connect(BareClient, emulator).post("/getImages", REQUEST)
        self.assertGreaterEqual(time.monotonic() - begin, len(reply.body) * 10e-6 * 0.9)


class SenselessReplyTest(ClientTestCase):
    """Replies that are none of the service's."""

    def get_reply(self, fault):
        emulator = self.start_emulator(f"--fault=GetImages:*:{fault}")
        return self.connect(BareClient, emulator).post("/getImages", REQUEST)

    def test_json(self):
        reply = self.get_reply("garbage=json")
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "application/json"))
        with self.assertRaises(ValueError):
            json.loads(reply.body)

    def test_html(self):
        reply = self.get_reply("garbage=html")
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "text/html"))
        self.assertTrue(reply.body.startswith(b"<html>"))

    def test_http(self):
        with self.assertRaises(http.client.BadStatusLine):
            self.get_reply("garbage=http")


class EveryClientTest(ClientTestCase):
    """No fault is taken for a page by any client."""

    def test_fault(self):
        for fault, errors in ERRORS.items():
            emulator = self.start_emulator(f"--fault=GetImages:*:{fault}")
            for client_class, error in errors.items():
                with self.subTest(fault=fault, client=client_class.__name__):
                    with self.assertRaises(error):
                        self.connect(client_class, emulator).get_images(**REQUEST)


class ImageFaultTest(ClientTestCase):
    """Images with something wrong about them."""

    def get_images(self, kind, **more):
        emulator = self.start_emulator(f"--fault=GetImages:*:image={kind}")
        return self.connect(Boto3Client, emulator).get_images(**REQUEST, **more).images

    def test_other_format(self):
        for image in self.get_images("format"):
            self.assertTrue(image.content.startswith(b"\x89PNG"))

    def test_truncated(self):
        whole = self.connect(Boto3Client).get_images(**REQUEST).images
        for image, complete in zip(self.get_images("truncated"), whole):
            self.assertEqual(image.content, complete.content[: len(complete.content) // 2])

    def test_garbage(self):
        for image in self.get_images("garbage"):
            self.assertFalse(image.content.startswith(b"\xff\xd8"))

    def test_not_base64(self):
        with self.assertRaises(ValueError):
            self.get_images("base64")


if __name__ == "__main__":
    tap.main()
