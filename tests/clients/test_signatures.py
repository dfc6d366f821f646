# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signatures that real signers make, right and wrong."""

import datetime
import json

import tap
from clients import BareClient, Failure
from emulator import CREDENTIALS, STREAM
from testcase import ClientTestCase, make_request, with_each_client

PATH = "/getDataEndpoint"
BODY = json.dumps({"StreamName": STREAM, "APIName": "GET_IMAGES"}).encode()
STREAM_PARAMETERS = {"StreamName": STREAM}


def write_time(offset: datetime.timedelta) -> str:
    """The time that is so far from now, as the emulator's clock is set."""
    time = datetime.datetime.now(datetime.timezone.utc) + offset
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class OtherServiceClient(BareClient):
    """Signs for another service than it calls."""

    service = "kinesis"


class SignatureTest(ClientTestCase):
    """Which signatures are accepted, and the errors of the others."""

    @with_each_client
    def test_right_keys_are_accepted(self, client_class):
        client = self.connect(client_class)
        self.assertEqual(client.describe_stream(**STREAM_PARAMETERS)["StreamName"], STREAM)
        endpoint = client.get_data_endpoint(APIName="GET_IMAGES", **STREAM_PARAMETERS)
        self.assertEqual(endpoint, self.emulator.url)
        self.assertEqual(len(client.get_images(**make_request(3000)).images), 3)

    @with_each_client
    def test_wrong_secret_key_is_refused(self, client_class):
        client = self.connect(client_class, credentials=CREDENTIALS._replace(secret_key="wrong"))
        with self.assert_refused("InvalidSignatureException", 403):
            client.describe_stream(**STREAM_PARAMETERS)
        with self.assert_refused("InvalidSignatureException", 403):
            client.get_images(**make_request(3000))

    @with_each_client
    def test_unknown_access_key_is_refused(self, client_class):
        client = self.connect(client_class, credentials=CREDENTIALS._replace(access_key="AKIDNONE"))
        with self.assert_refused("UnrecognizedClientException", 403):
            client.describe_stream(**STREAM_PARAMETERS)

    @with_each_client
    def test_token_that_does_not_belong_to_the_keys_is_refused(self, client_class):
        client = self.connect(client_class, credentials=CREDENTIALS._replace(session_token="wrong"))
        with self.assert_refused("UnrecognizedClientException", 403):
            client.describe_stream(**STREAM_PARAMETERS)

    @with_each_client
    def test_configured_token_must_come_with_the_keys(self, client_class):
        emulator = self.start_emulator("--session-token=right")
        complete = CREDENTIALS._replace(session_token="right")
        self.connect(client_class, emulator, credentials=complete).describe_stream(
            **STREAM_PARAMETERS
        )
        with self.assert_refused("UnrecognizedClientException", 403):
            self.connect(client_class, emulator).describe_stream(**STREAM_PARAMETERS)

    @with_each_client
    def test_other_region_is_refused(self, client_class):
        client = self.connect(client_class, region="eu-central-1")
        with self.assert_refused("InvalidSignatureException", 403):
            client.describe_stream(**STREAM_PARAMETERS)

    def test_other_service_is_refused(self):
        client = self.connect(OtherServiceClient)
        with self.assert_refused("InvalidSignatureException", 403):
            client.describe_stream(**STREAM_PARAMETERS)


class ChangedRequestTest(ClientTestCase):
    """What is signed cannot be changed on the way."""

    def setUp(self):
        self.client = self.connect(BareClient)
        self.request = self.client.sign(PATH, BODY, {"X-Amz-Meta-Camera": "north"})

    def assert_reply(self, status, code):
        reply = self.client.send(self.request)
        self.assertEqual((reply.status, reply.code), (status, code))

    def test_unchanged(self):
        self.assert_reply(200, None)

    def test_body(self):
        self.request.data = BODY.replace(STREAM.encode(), b"gate")
        self.assert_reply(403, "InvalidSignatureException")

    def test_header(self):
        self.request.headers.replace_header("X-Amz-Meta-Camera", "south")
        self.assert_reply(403, "InvalidSignatureException")

    def test_spaces_in_a_header(self):
        self.request.headers.replace_header("X-Amz-Meta-Camera", "  north ")
        self.assert_reply(200, None)

    def test_path(self):
        self.request.url = self.request.url.replace(PATH, "/describeStream")
        self.assert_reply(403, "InvalidSignatureException")

    def test_missing_authorization(self):
        del self.request.headers["Authorization"]
        self.assert_reply(403, "MissingAuthenticationTokenException")

    def test_missing_date(self):
        del self.request.headers["X-Amz-Date"]
        self.assert_reply(400, "IncompleteSignatureException")

    def test_missing_signature(self):
        authorization = self.request.headers["Authorization"].partition(", Signature=")[0]
        self.request.headers.replace_header("Authorization", authorization)
        self.assert_reply(400, "IncompleteSignatureException")

    def test_other_algorithm(self):
        self.request.headers.replace_header("Authorization", "Bearer token")
        self.assert_reply(400, "IncompleteSignatureException")


class SkewTest(ClientTestCase):
    """A signature is good for fifteen minutes in both directions. The clock that is wrong is the
    emulator's, as each version of botocore looks at the machine's in its own way."""

    def start_emulator_at(self, offset):
        return self.start_emulator("--max-skew=900", clock=write_time(offset))

    def describe_stream_at(self, offset):
        client = self.connect(BareClient, self.start_emulator_at(-offset))
        return client.describe_stream(**STREAM_PARAMETERS)

    def test_within_fifteen_minutes(self):
        for minutes in (-14, 14):
            with self.subTest(minutes=minutes):
                self.describe_stream_at(datetime.timedelta(minutes=minutes))

    def test_expired(self):
        with self.assertRaises(Failure) as context:
            self.describe_stream_at(datetime.timedelta(minutes=-16))
        self.assertEqual(context.exception.code, "InvalidSignatureException")
        self.assertIn("Signature expired", context.exception.message)

    def test_not_yet_current(self):
        with self.assertRaises(Failure) as context:
            self.describe_stream_at(datetime.timedelta(minutes=16))
        self.assertEqual(context.exception.code, "InvalidSignatureException")
        self.assertIn("not yet current", context.exception.message)

    @with_each_client
    def test_client_with_a_wrong_clock_is_refused(self, client_class):
        emulator = self.start_emulator_at(datetime.timedelta(minutes=20))
        with self.assert_refused("InvalidSignatureException", 403):
            self.connect(client_class, emulator).describe_stream(**STREAM_PARAMETERS)


if __name__ == "__main__":
    tap.main()
