# SPDX-License-Identifier: LGPL-2.1-or-later
"""The forms in which the service, and what lies before it, was seen to fail."""

import tap
from clients import BareClient, Boto3Client, CommandLineClient, Failure, JavaScriptClient
from emulator import START_MS, STREAM, STREAM_KEYS
from testcase import ClientTestCase, make_request, with_each_client

INVALID = ("InvalidArgumentException", 400)
NOT_FOUND = ("ResourceNotFoundException", 404)


class EmptyRangeTest(ClientTestCase):
    """A range without media, of a stream that has media elsewhere or never had any."""

    options = ["--stream=new=prepared,duration=0", f"--stream={STREAM}=prepared,{STREAM_KEYS}"]
    requests = (make_request(3000, StreamName="new"), make_request(3000, START_MS - 60000))

    def assert_all_refused(self, client_class, reading, code, status):
        client = self.connect(client_class, self.start_emulator(f"--empty-range={reading}"))
        for request in self.requests:
            with self.subTest(request), self.assert_refused(code, status):
                client.get_images(**request)
        self.assertEqual(len(client.get_images(**make_request(3000)).images), 3)

    @with_each_client
    def test_invalid_argument(self, client_class):
        self.assert_all_refused(client_class, "400", *INVALID)

    @with_each_client
    def test_not_found(self, client_class):
        self.assert_all_refused(client_class, "404", *NOT_FOUND)

    @with_each_client
    def test_entries(self, client_class):
        client = self.connect(client_class)
        for request in self.requests:
            errors = [image.error for image in client.get_images(**request).images]
            self.assertEqual(errors, ["NO_MEDIA"] * 3)

    @with_each_client
    def test_stream_that_was_never_fed_is_there(self, client_class):
        stream = self.connect(client_class).describe_stream(StreamName="new")
        self.assertEqual(stream["StreamName"], "new")
        self.assertEqual(stream["DataRetentionInHours"], 8760)


class ErrorConnectionTest(ClientTestCase):
    """Error replies that end their connections."""

    options = [*ClientTestCase.options, "--error-connection=close"]

    def test_header(self):
        client = self.connect(BareClient)
        for path in ("/getImages", "/listFragments"):
            self.assertEqual(client.post(path, {}).headers["Connection"], "close")
        for path, request in (("/describeStream", {}), ("/getImages", make_request(3000))):
            self.assertIsNone(client.post(path, request).headers["Connection"])

    @with_each_client
    def test_clients_go_on(self, client_class):
        client = self.connect(client_class)
        for _ in range(2):
            with self.assert_refused(*INVALID):
                client.get_images(**make_request(301000))
            self.assertEqual(len(client.get_images(**make_request(3000)).images), 3)

    def test_clients_try_again(self):
        for client_class in (Boto3Client, JavaScriptClient):
            with self.subTest(client=client_class.__name__):
                emulator = self.start_emulator("--fault=GetImages:1-2:status=503")
                client = self.connect(client_class, emulator, attempts=3)
                self.assertEqual(len(client.get_images(**make_request(3000)).images), 3)


class ProxyTest(ClientTestCase):
    """A page of HTML from a proxy, which is no word of the service about the stream."""

    options = [*ClientTestCase.options, "--fault=GetImages:*:garbage=html,status=404"]
    codes = {Boto3Client: "404", CommandLineClient: "404", JavaScriptClient: "SyntaxError"}

    def test_form(self):
        reply = self.connect(BareClient).post("/getImages", make_request(3000))
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (404, "text/html"))
        self.assertTrue(reply.body.startswith(b"<html>"))
        self.assertEqual([name for name in reply.headers if name.startswith("x-amz")], [])

    def test_clients_do_not_take_it_for_the_services(self):
        for client_class, code in self.codes.items():
            with self.subTest(client=client_class.__name__):
                with self.assertRaises(Failure) as context:
                    self.connect(client_class).get_images(**make_request(3000))
                self.assertEqual(context.exception.code, code)


if __name__ == "__main__":
    tap.main()
