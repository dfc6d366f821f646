# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pages and their tokens, followed by the clients' own paginators."""


import tap
from clients import BareClient, Boto3Client, JavaScriptClient
from emulator import START_MS
from testcase import ClientTestCase, make_request, with_each_client


def get_offsets(images) -> list:
    return [image.time_ms - START_MS for image in images]


class PaginationTest(ClientTestCase):
    """Every sample of a range is there once, in order, however it is divided into pages."""

    @with_each_client
    def test_whole_range(self, client_class):
        images = self.connect(client_class).get_all_images(**make_request(300000))
        self.assertEqual(get_offsets(images), [*range(0, 300000, 1000)])
        self.assertEqual(len({image.content for image in images}), 300)

    @with_each_client
    def test_small_pages(self, client_class):
        client = self.connect(client_class)
        images = client.get_all_images(**make_request(10000), MaxResults=3)
        self.assertEqual(get_offsets(images), [*range(0, 10000, 1000)])

    def test_size_of_a_page(self):
        client = self.connect(BareClient)
        for max_results, size in ((1, 1), (24, 24), (25, 25), (26, 25), (100, 25), (None, 25)):
            with self.subTest(max_results=max_results):
                more = {} if max_results is None else {"MaxResults": max_results}
                page = client.get_images(**make_request(100000, **more))
                self.assertEqual(len(page.images), size)

    def test_last_page_has_no_token(self):
        client = self.connect(BareClient)
        self.assertIsNone(client.get_images(**make_request(25000)).next_token)
        self.assertIsNotNone(client.get_images(**make_request(25001)).next_token)

    @with_each_client
    def test_empty_pages(self, client_class):
        for empty_page in ("first", "every"):
            with self.subTest(empty_page=empty_page):
                emulator = self.start_emulator(f"--empty-page={empty_page}")
                client = self.connect(client_class, emulator)
                first = client.get_images(**make_request(60000))
                self.assertEqual(first.images, [])
                self.assertIsNotNone(first.next_token)
                images = client.get_all_images(**make_request(60000))
                self.assertEqual(get_offsets(images), [*range(0, 60000, 1000)])

    def test_order_within_a_page(self):
        expected = [*range(0, 60000, 1000)]
        for order in ("descending", "shuffled"):
            with self.subTest(order=order):
                emulator = self.start_emulator(f"--page-order={order}", "--seed=1")
                client = self.connect(Boto3Client, emulator)
                offsets = get_offsets(client.get_all_images(**make_request(60000)))
                self.assertNotEqual(offsets, expected)
                for first in range(0, 60, 25):
                    page = offsets[first : first + 25]
                    self.assertEqual(sorted(page), expected[first : first + 25])

    @with_each_client
    def test_entries_on_top(self, client_class):
        emulator = self.start_emulator("--outside=both", "--seam=repeat")
        images = self.connect(client_class, emulator).get_all_images(**make_request(60000))
        seconds = [-1, *range(25), *range(24, 50), *range(49, 61)]
        self.assertEqual(get_offsets(images), [second * 1000 for second in seconds])

    @with_each_client
    def test_range_is_capped(self, client_class):
        emulator = self.start_emulator("--range-cap=100")
        images = self.connect(client_class, emulator).get_all_images(**make_request(300000))
        self.assertEqual(get_offsets(images), [*range(0, 100000, 1000)])


class TokenTest(ClientTestCase):
    """A token continues the request that it was given for, and no other."""

    def setUp(self):
        self.client = self.connect(BareClient)
        self.request = make_request(100000)
        self.token = self.client.get_images(**self.request).next_token

    def test_continues(self):
        page = self.client.get_images(**self.request, NextToken=self.token)
        self.assertEqual(get_offsets(page.images), [*range(25000, 50000, 1000)])

    def test_may_be_used_again(self):
        first = self.client.get_images(**self.request, NextToken=self.token)
        again = self.client.get_images(**self.request, NextToken=self.token)
        self.assertEqual(first.images, again.images)

    @with_each_client
    def test_is_every_clients(self, client_class):
        page = self.connect(client_class).get_images(**self.request, NextToken=self.token)
        self.assertEqual(page.images[0].time_ms, START_MS + 25000)

    def test_has_the_form_of_the_model(self):
        self.assertRegex(self.token, "^[a-zA-Z0-9+/]+={0,2}$")
        self.assertLessEqual(len(self.token), 4096)

    def test_tells_nothing(self):
        self.assertNotEqual(self.token, self.client.get_images(**self.request).next_token)

    def test_is_bound_to_its_request(self):
        for change in (
            {"ImageSelectorType": "PRODUCER_TIMESTAMP"},
            {"StartTimestamp": START_MS + 1000},
            {"EndTimestamp": START_MS + 101000},
            {"SamplingInterval": 2000},
            {"Format": "PNG"},
            {"FormatConfig": {"JPEGQuality": "50"}},
            {"WidthPixels": 64, "HeightPixels": 48},
            {"MaxResults": 10},
        ):
            with self.subTest(change), self.assert_refused("InvalidArgumentException", 400):
                self.client.get_images(**{**self.request, **change}, NextToken=self.token)

    def test_cannot_be_forged(self):
        last = "A" if self.token[0] != "A" else "B"
        with self.assert_refused("InvalidArgumentException", 400):
            self.client.get_images(**self.request, NextToken=last + self.token[1:])

    def test_ends_with_its_lifetime(self):
        emulator = self.start_emulator("--token-lifetime=0")
        for client_class in (BareClient, Boto3Client, JavaScriptClient):
            with self.subTest(client=client_class.__name__):
                client = self.connect(client_class, emulator)
                self.assertEqual(len(client.get_images(**self.request).images), 25)
                with self.assert_refused("InvalidArgumentException", 400):
                    client.get_all_images(**self.request)


if __name__ == "__main__":
    tap.main()
