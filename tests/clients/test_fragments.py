# SPDX-License-Identifier: LGPL-2.1-or-later
"""ListFragments, as clients call it and as they understand it."""

import re

import tap
from clients import ALL_CLIENTS, BareClient, Boto3Client, Fragment, JavaScriptClient
from emulator import START_MS, STREAM
from testcase import ClientTestCase, sends_milliseconds, with_each_client

INVALID = ("InvalidArgumentException", 400)
NOT_FOUND = ("ResourceNotFoundException", 404)
MALFORMED = ("SerializationException", 400)

# Sixty fragments of two seconds, and a camera whose clock is half a second ahead.
LENGTH_MS = 120000
FRAGMENT_MS = 2000
OFFSET_MS = 500
FRAGMENTS = [*range(0, LENGTH_MS, FRAGMENT_MS)]


def make_request(selector=None, start=0, end=LENGTH_MS, **more) -> dict:
    """Parameters of ListFragments; times are in ms after the stream's start."""
    if selector is None:
        return {"StreamName": STREAM, **more}
    return {
        "StreamName": STREAM,
        "FragmentSelector": {
            "FragmentSelectorType": selector,
            "TimestampRange": {"StartTimestamp": START_MS + start, "EndTimestamp": START_MS + end},
        },
        **more,
    }


def get_offsets(fragments) -> list:
    return [fragment.server_ms - START_MS for fragment in fragments]


class FragmentsTestCase(ClientTestCase):
    """A test case with such a stream."""

    options = [
        f"--stream={STREAM}=prepared,start=2026-11-23T08:00:00Z,duration=120,"
        f"fragment=2,producer-offset=0.5",
        "--seed=1",
    ]


class ListTest(FragmentsTestCase):
    """What is listed, and in which order."""

    @with_each_client
    def test_all_pages(self, client_class):
        client = self.connect(client_class)
        for request in (make_request(MaxResults=7), make_request()):
            fragments = client.list_all_fragments(**request)
            self.assertEqual(sorted(get_offsets(fragments)), FRAGMENTS)

    @with_each_client
    def test_is_not_sorted(self, client_class):
        client = self.connect(client_class)
        offsets = get_offsets(client.list_all_fragments(**make_request(MaxResults=7)))
        self.assertNotEqual(offsets, FRAGMENTS)
        again = get_offsets(client.list_all_fragments(**make_request(MaxResults=7)))
        self.assertEqual(again, offsets)

    def test_is_sorted_on_demand(self):
        emulator = self.start_emulator("--fragment-order=ascending")
        for client_class in (Boto3Client, JavaScriptClient):
            with self.subTest(client=client_class.__name__):
                client = self.connect(client_class, emulator)
                fragments = client.list_all_fragments(**make_request(MaxResults=7))
                self.assertEqual(get_offsets(fragments), FRAGMENTS)

    def test_pages_are_no_runs(self):
        client = self.connect(BareClient)
        page = client.list_fragments(**make_request(MaxResults=20))
        self.assertEqual(len(page.fragments), 20)
        offsets = sorted(get_offsets(page.fragments))
        self.assertGreater(offsets[-1] - offsets[0], 20 * FRAGMENT_MS)

    @with_each_client
    def test_members(self, client_class):
        request = make_request("SERVER_TIMESTAMP", 4000, 5000)
        (fragment,) = self.connect(client_class).list_fragments(**request).fragments
        self.assertEqual(
            fragment,
            Fragment(
                fragment.number, START_MS + 4000, START_MS + 4000 + OFFSET_MS, FRAGMENT_MS, 250000
            ),
        )
        self.assertRegex(fragment.number, "^[0-9]{1,128}$")

    def test_numbers_rise_with_time(self):
        fragments = self.connect(Boto3Client).list_all_fragments(**make_request())
        by_number = sorted(fragments, key=lambda fragment: int(fragment.number))
        self.assertEqual(get_offsets(by_number), FRAGMENTS)

    @with_each_client
    def test_range(self, client_class):
        client = self.connect(client_class)
        for start, end, expected in (
            (4000, 8000, [4000, 6000, 8000]),
            (5000, 7000, [6000]),
            (4000, 4000, [4000]),
            (-9000, -1000, []),
        ):
            with self.subTest(start=start, end=end):
                request = make_request("SERVER_TIMESTAMP", start, end)
                page = client.list_fragments(**request)
                self.assertEqual(sorted(get_offsets(page.fragments)), expected)
                self.assertIsNone(page.next_token)

    @with_each_client
    def test_milliseconds(self, client_class):
        request = make_request("SERVER_TIMESTAMP", 4001, 8001)
        fragments = self.connect(client_class).list_fragments(**request).fragments
        expected = [6000, 8000] if sends_milliseconds(client_class) else [4000, 6000, 8000]
        self.assertEqual(sorted(get_offsets(fragments)), expected)

    @with_each_client
    def test_producers_clock(self, client_class):
        request = make_request("PRODUCER_TIMESTAMP", 4000, 7000)
        fragments = self.connect(client_class).list_fragments(**request).fragments
        self.assertEqual(sorted(get_offsets(fragments)), [4000, 6000])

    @with_each_client
    def test_by_arn(self, client_class):
        client = self.connect(client_class)
        arn = client.describe_stream(StreamName=STREAM)["StreamARN"]
        self.assertEqual(len(client.list_fragments(StreamARN=arn).fragments), 60)
        endpoint = client.get_data_endpoint(StreamARN=arn, APIName="LIST_FRAGMENTS")
        self.assertEqual(endpoint, self.emulator.url)

    @with_each_client
    def test_stream_that_was_never_fed(self, client_class):
        emulator = self.start_emulator("--stream=new=prepared,duration=0")
        page = self.connect(client_class, emulator).list_fragments(StreamName="new")
        self.assertEqual((page.fragments, page.next_token), ([], None))

    def test_every_wire_form(self):
        expected = self.connect(BareClient).list_all_fragments(**make_request())
        for reading in (
            "--numbers=decimal",
            "--numbers=integer",
            "--nulls=absent",
            "--nulls=empty",
            "--transfer=chunked",
        ):
            emulator = self.start_emulator(reading)
            for client_class in ALL_CLIENTS:
                with self.subTest(reading=reading, client=client_class.__name__):
                    client = self.connect(client_class, emulator)
                    self.assertEqual(client.list_all_fragments(**make_request()), expected)

    def test_raw_form(self):
        emulator = self.start_emulator("--fragment-order=ascending")
        reply = self.connect(BareClient, emulator).post(
            "/listFragments", make_request("SERVER_TIMESTAMP", 0, 1000)
        )
        self.assertTrue(
            re.fullmatch(
                rb'\{"Fragments":\[\{"FragmentLengthInMilliseconds":2000,'
                rb'"FragmentNumber":"[0-9]+","FragmentSizeInBytes":[0-9]+,'
                rb'"ProducerTimestamp":1\.7954208005E9,"ServerTimestamp":1\.7954208E9\}\],'
                rb'"NextToken":null\}',
                reply.body,
            ),
            reply.body,
        )


class RejectionTest(FragmentsTestCase):
    """Rejected requests, as clients report them."""

    @with_each_client
    def test_parameters(self, client_class):
        client = self.connect(client_class)
        for (code, status), request in (
            (INVALID, make_request(MaxResults=0)),
            (INVALID, make_request(MaxResults=1001)),
            (INVALID, make_request(NextToken="AAAA")),
            (INVALID, make_request("SERVER", 0, 1000)),
            (INVALID, make_request("SERVER_TIMESTAMP", 2000, 1000)),
            (INVALID, {}),
            (NOT_FOUND, {"StreamName": "gate"}),
        ):
            with self.subTest(request), self.assert_refused(code, status):
                client.list_fragments(**request)

    def test_members_of_the_selector(self):
        client = self.connect(BareClient)
        times = {"StartTimestamp": START_MS, "EndTimestamp": START_MS}
        for (code, status), selector in (
            (INVALID, {}),
            (INVALID, {"FragmentSelectorType": "SERVER_TIMESTAMP"}),
            (INVALID, {"TimestampRange": times}),
            (INVALID, {"FragmentSelectorType": "SERVER_TIMESTAMP", "TimestampRange": {}}),
            (MALFORMED, {"FragmentSelectorType": "SERVER_TIMESTAMP", "TimestampRange": 5}),
            (MALFORMED, {"FragmentSelectorType": 5, "TimestampRange": times}),
            (MALFORMED, {**times, "FragmentSelectorType": "SERVER_TIMESTAMP"}),
            (MALFORMED, []),
        ):
            with self.subTest(selector), self.assert_refused(code, status):
                client.list_fragments(StreamName=STREAM, FragmentSelector=selector)

    @with_each_client
    def test_forbidden(self, client_class):
        emulator = self.start_emulator("--fault=ListFragments:*:code=AccessDeniedException")
        client = self.connect(client_class, emulator)
        with self.assert_refused("AccessDeniedException", 403):
            client.list_fragments(**make_request())
        client.describe_stream(StreamName=STREAM)
        (entry,) = emulator.read_log("ListFragments")
        self.assertEqual((entry["status"], entry["fragments"]), (403, 0))

    def test_quota(self):
        emulator = self.start_emulator("--quota=on")
        for client_class in (Boto3Client, JavaScriptClient):
            with self.subTest(client=client_class.__name__):
                client = self.connect(client_class, emulator)
                with self.assert_refused("ClientLimitExceededException", 400):
                    # The clock stands still: ten requests use up a second's points.
                    for _ in range(11):
                        client.list_fragments(**make_request(MaxResults=1000))

    def test_token_is_bound_to_its_request(self):
        client = self.connect(BareClient)
        request = make_request("SERVER_TIMESTAMP", MaxResults=7)
        token = client.list_fragments(**request).next_token
        client.list_fragments(**request, NextToken=token)
        for other in (
            make_request("SERVER_TIMESTAMP", MaxResults=8),
            make_request("PRODUCER_TIMESTAMP", MaxResults=7),
            make_request("SERVER_TIMESTAMP", 1000, MaxResults=7),
            make_request("SERVER_TIMESTAMP", 0, 100000, MaxResults=7),
        ):
            with self.subTest(other), self.assert_refused(*INVALID):
                client.list_fragments(**other, NextToken=token)


if __name__ == "__main__":
    tap.main()
