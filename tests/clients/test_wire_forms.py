# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is not known of the service's wire form is a switch; every client understands each."""

import json

import tap
from clients import ALL_CLIENTS, BareClient
from emulator import START_MS, STREAM
from testcase import ClientTestCase, make_request, sends_milliseconds

# Samples before the stream begins, so that there are entries of both kinds, and two pages.
REQUEST = make_request(27123, START_MS - 2000, SamplingInterval=999)

INTERPRETATIONS = (
    "--numbers=decimal",
    "--numbers=integer",
    "--nulls=absent",
    "--nulls=empty",
    "--slashes=escaped",
    "--transfer=chunked",
)


class WireFormTest(ClientTestCase):
    """Each form says the same."""

    options = [f"--stream={STREAM}=synthetic,start=2026-11-23T08:00:00Z"]

    def get_images(self, client_class, emulator=None):
        return self.connect(client_class, emulator).get_all_images(**REQUEST)

    def test_is_read_by_every_client(self):
        expected = self.get_images(BareClient)
        self.assertEqual([image.error for image in expected], ["NO_MEDIA"] * 3 + [None] * 25)
        for interpretation in INTERPRETATIONS:
            emulator = self.start_emulator(interpretation)
            for client_class in ALL_CLIENTS:
                with self.subTest(interpretation=interpretation, client=client_class.__name__):
                    images = self.get_images(client_class, emulator)
                    if sends_milliseconds(client_class):
                        self.assertEqual(images, expected)
                    else:
                        # The fraction of the end is cut, and with it the last sample.
                        self.assertEqual(images, expected[: len(images)])
                        self.assertGreaterEqual(len(images), len(expected) - 1)

    def test_all_at_once(self):
        emulator = self.start_emulator(
            "--numbers=decimal", "--nulls=empty", "--slashes=escaped", "--transfer=chunked"
        )
        expected = self.get_images(BareClient)
        self.assertEqual(self.get_images(BareClient, emulator), expected)


class RawFormTest(ClientTestCase):
    """Each form is what its switch says."""

    options = WireFormTest.options

    def get_reply(self, *options, **more):
        client = self.connect(BareClient, self.start_emulator(*options))
        return client.post("/getImages", {**REQUEST, **more})

    def get_text(self, *options, **more):
        return self.get_reply(*options, **more).body.decode()

    def test_default(self):
        text = self.get_text()
        self.assertTrue(
            text.startswith('{"Images":[{"Error":"NO_MEDIA","ImageContent":null,"TimeStamp":')
        )
        self.assertIn('"Error":null,"ImageContent":"/9j/', text)
        self.assertIn('"TimeStamp":1.795420798E9', text)
        self.assertIn('"TimeStamp":1.795420798999E9', text)

    def test_numbers(self):
        self.assertIn('"TimeStamp":1795420798.999', self.get_text("--numbers=decimal"))
        self.assertIn('"TimeStamp":1795420798}', self.get_text("--numbers=integer"))

    def test_nulls(self):
        absent = json.loads(self.get_text("--nulls=absent", MaxResults=25, SamplingInterval=2000))
        self.assertNotIn("NextToken", absent)
        self.assertEqual([*absent["Images"][0]], ["Error", "TimeStamp"])
        self.assertEqual([*absent["Images"][-1]], ["ImageContent", "TimeStamp"])
        empty = json.loads(self.get_text("--nulls=empty", MaxResults=25, SamplingInterval=2000))
        self.assertEqual(empty["NextToken"], "")
        self.assertEqual(empty["Images"][0]["ImageContent"], "")
        self.assertEqual(empty["Images"][-1]["Error"], "")

    def test_slashes(self):
        self.assertIn('"ImageContent":"\\/9j\\/', self.get_text("--slashes=escaped"))

    def test_transfer(self):
        with_length = self.get_reply()
        self.assertEqual(int(with_length.headers["Content-Length"]), len(with_length.body))
        self.assertIsNone(with_length.headers["Transfer-Encoding"])
        chunked = self.get_reply("--transfer=chunked")
        self.assertIsNone(chunked.headers["Content-Length"])
        self.assertEqual(chunked.headers["Transfer-Encoding"], "chunked")
        self.assertEqual(
            json.loads(chunked.body)["Images"], json.loads(with_length.body)["Images"]
        )


if __name__ == "__main__":
    tap.main()
