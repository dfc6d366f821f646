# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the documentation of GetImages forbids is refused, with the code that it names."""

import json

import botocore.session

import tap
from clients import BareClient
from emulator import START_MS, STREAM
from testcase import ClientTestCase, make_request, with_each_client

INVALID = ("InvalidArgumentException", 400)
NOT_FOUND = ("ResourceNotFoundException", 404)
NO_RETENTION = ("NoDataRetentionException", 400)
MALFORMED = ("SerializationException", 400)

OTHER_ARN = "arn:aws:kinesisvideo:us-east-1:123456789012:stream/gate/1795420800000"


def without(name: str) -> dict:
    request = make_request(3000)
    del request[name]
    return request


# What every client can send.
REFUSED = {
    "range over 300 s": (make_request(301000), INVALID),
    "end at start": (make_request(0), INVALID),
    "end before start": (make_request(-1000), INVALID),
    "interval under 200 ms": (make_request(3000, SamplingInterval=199), INVALID),
    "width without height": (make_request(3000, WidthPixels=640), INVALID),
    "height without width": (make_request(3000, HeightPixels=480), INVALID),
    "quality of nothing": (make_request(3000, FormatConfig={"JPEGQuality": ""}), INVALID),
    "quality of 0": (make_request(3000, FormatConfig={"JPEGQuality": "0"}), INVALID),
    "quality of 101": (make_request(3000, FormatConfig={"JPEGQuality": "101"}), INVALID),
    "quality in words": (make_request(3000, FormatConfig={"JPEGQuality": "best"}), INVALID),
    "quality of a PNG": (
        make_request(3000, Format="PNG", FormatConfig={"JPEGQuality": "80"}),
        INVALID,
    ),
    "unknown selector": (make_request(3000, ImageSelectorType="SERVER"), INVALID),
    "unknown format": (make_request(3000, Format="GIF"), INVALID),
    "token of no request": (make_request(3000, NextToken="AAAA"), INVALID),
    "no selector": (without("ImageSelectorType"), INVALID),
    "no start": (without("StartTimestamp"), INVALID),
    "no end": (without("EndTimestamp"), INVALID),
    "no format": (without("Format"), INVALID),
    "no stream": (without("StreamName"), INVALID),
    "unknown stream": (make_request(3000, StreamName="gate"), NOT_FOUND),
    "unknown ARN": ({**without("StreamName"), "StreamARN": OTHER_ARN}, NOT_FOUND),
}

# Enough of it for a client that reads errors as another one does.
TYPICAL = ("range over 300 s", "width without height", "token of no request", "unknown stream")

# What the SDKs do not let through, or not unchanged.
REFUSED_BARE = {
    "quality as a number": ({"FormatConfig": {"JPEGQuality": 80}}, MALFORMED),
    "other configuration": ({"FormatConfig": {"PNGQuality": "80"}}, INVALID),
    "too much configuration": (
        {"FormatConfig": {"JPEGQuality": "80", "PNGQuality": "80"}},
        INVALID,
    ),
    "no configuration": ({"FormatConfig": {}}, INVALID),
    "start as text": ({"StartTimestamp": "2026-11-23T08:00:00Z"}, MALFORMED),
    "interval as text": ({"SamplingInterval": "3000"}, MALFORMED),
    "interval with a fraction": ({"SamplingInterval": 3000.5}, MALFORMED),
    "format as a number": ({"Format": 1}, MALFORMED),
    "format as null": ({"Format": None}, INVALID),
}

ACCEPTED = {
    "range of 300 s": make_request(300000),
    "interval of 200 ms": make_request(3000, SamplingInterval=200),
    "interval beyond the range": make_request(3000, SamplingInterval=20000),
    "width and height": make_request(3000, WidthPixels=64, HeightPixels=48),
    "quality of 1": make_request(3000, FormatConfig={"JPEGQuality": "1"}),
    "quality of 100": make_request(3000, FormatConfig={"JPEGQuality": "100"}),
    "PNG": make_request(3000, Format="PNG"),
    "producer's clock": make_request(3000, ImageSelectorType="PRODUCER_TIMESTAMP"),
}


class GetImagesTest(ClientTestCase):
    """The rules of GetImages, as every client meets them."""

    @with_each_client
    def test_refused(self, client_class):
        client = self.connect(client_class)
        for name in TYPICAL if client.is_slow else REFUSED:
            request, (code, status) = REFUSED[name]
            with self.subTest(name), self.assert_refused(code, status):
                client.get_images(**request)

    @with_each_client
    def test_accepted(self, client_class):
        client = self.connect(client_class)
        for name, request in ACCEPTED.items():
            with self.subTest(name):
                self.assertNotEqual(client.get_images(**request).images, [])

    def test_refused_bare(self):
        client = self.connect(BareClient)
        for name, (change, (code, status)) in REFUSED_BARE.items():
            with self.subTest(name), self.assert_refused(code, status):
                client.get_images(**make_request(3000, **change))

    def test_interval_may_be_left_out(self):
        request = make_request(30000)
        del request["SamplingInterval"]
        images = self.connect(BareClient).get_images(**request).images
        self.assertEqual([image.time_ms - START_MS for image in images], [*range(0, 30000, 3000)])

    def test_stream_may_be_named_by_its_arn(self):
        client = self.connect(BareClient)
        request = make_request(3000)
        arn = client.describe_stream(StreamName=request.pop("StreamName"))["StreamARN"]
        self.assertEqual(len(client.get_images(**request, StreamARN=arn).images), 3)
        endpoint = client.get_data_endpoint(StreamARN=arn, APIName="GET_IMAGES")
        self.assertEqual(endpoint, self.emulator.url)

    def test_body_must_be_a_json_object(self):
        client = self.connect(BareClient)
        for body in (b"", b"null", b"[]", b"{", b"text"):
            with self.subTest(body=body):
                reply = client.send(client.sign("/getImages", body))
                self.assertEqual((reply.code, reply.status), MALFORMED)


class RetentionTest(ClientTestCase):
    """Ranges outside of the retention period."""

    options = [f"--stream={STREAM}=prepared,start=2026-11-23T08:00:00Z,retention=1"]

    @with_each_client
    def test_range_before_it(self, client_class):
        client = self.connect(client_class)
        with self.assert_refused("InvalidArgumentException", 400):
            client.get_images(**make_request(3000))
        with self.assert_refused("ResourceNotFoundException", 404):
            client.get_images(**make_request(3000, ImageSelectorType="PRODUCER_TIMESTAMP"))

    @with_each_client
    def test_stream_without_any(self, client_class):
        emulator = self.start_emulator(f"--stream={STREAM}=prepared,retention=0")
        with self.assert_refused(*NO_RETENTION):
            self.connect(client_class, emulator).get_images(**make_request(3000))


class ControlPlaneTest(ClientTestCase):
    """The rules of GetDataEndpoint and DescribeStream."""

    @with_each_client
    def test_get_data_endpoint(self, client_class):
        client = self.connect(client_class)
        for (code, status), parameters in (
            (NOT_FOUND, {"StreamName": "gate", "APIName": "GET_IMAGES"}),
            (INVALID, {"StreamName": "not a name", "APIName": "GET_IMAGES"}),
            (INVALID, {"StreamName": STREAM, "APIName": "GET_PICTURES"}),
            (INVALID, {"StreamName": STREAM}),
            (INVALID, {"APIName": "GET_IMAGES"}),
        ):
            with self.subTest(parameters), self.assert_refused(code, status):
                client.get_data_endpoint(**parameters)

    @with_each_client
    def test_describe_stream(self, client_class):
        client = self.connect(client_class)
        with self.assert_refused(*NOT_FOUND):
            client.describe_stream(StreamName="gate")
        with self.assert_refused(*INVALID):
            client.describe_stream()


class DocumentedCodesTest(ClientTestCase):
    """Errors have the form that the service's model gives them."""

    @staticmethod
    def get_documented_codes() -> set:
        model = botocore.session.get_session().get_service_model("kinesis-video-archived-media")
        operation = model.operation_model("GetImages")
        statuses = {
            shape.name: shape.metadata["error"]["httpStatusCode"]
            for shape in operation.error_shapes
        }
        return set(statuses.items())

    def test_rejections_are_in_the_model(self):
        documented = self.get_documented_codes()
        for code in (INVALID, NOT_FOUND):
            self.assertIn(code, documented)

    def test_form(self):
        client = self.connect(BareClient)
        reply = client.post("/getImages", make_request(3000, StreamName="gate"))
        self.assertEqual(reply.headers["Content-Type"], "application/json")
        self.assertEqual([*json.loads(reply.body)], ["Message"])
        self.assertRegex(reply.headers["x-amzn-RequestId"], "^[0-9a-f-]{36}$")
        self.assertRegex(reply.headers["x-amzn-ErrorType"], "^ResourceNotFoundException:https?://")

    def test_operation_that_the_host_does_not_have(self):
        client = self.connect(BareClient)
        reply = client.post("/getPictures", {})
        self.assertEqual(reply.status, 200)
        self.assertEqual(
            json.loads(reply.body),
            {
                "Output": {"__type": "com.amazon.coral.service#UnknownOperationException"},
                "Version": "1.0",
            },
        )


if __name__ == "__main__":
    tap.main()
