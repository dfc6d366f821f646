# SPDX-License-Identifier: LGPL-2.1-or-later
"""Times, to the millisecond where the client can send them."""


import tap
from clients import BareClient, Boto3Client, JavaScriptClient
from emulator import START_MS, STREAM, STREAM_KEYS
from testcase import ClientTestCase, make_request, sends_milliseconds, with_each_client

# Ten frames a second.
VTEST = "/usr/share/doc/opencv-doc/examples/data/vtest.avi"


def get_offsets(page) -> list:
    return [image.time_ms - START_MS for image in page.images]


class TimestampTest(ClientTestCase):
    """Which samples a range has, and what their TimeStamps are."""

    options = ["--first-image=keep", f"--stream={STREAM}={VTEST},{STREAM_KEYS}"]
    small = {"WidthPixels": 32, "HeightPixels": 24}

    def get_offsets(self, client_class, emulator, start, length, interval):
        request = make_request(
            length, START_MS + start, SamplingInterval=interval, **self.small
        )
        return get_offsets(self.connect(client_class, emulator).get_images(**request))

    @with_each_client
    def test_grid_begins_at_start(self, client_class):
        offsets = self.get_offsets(client_class, None, 1000, 1000, 250)
        self.assertEqual(offsets, [1000, 1250, 1500, 1750])

    @with_each_client
    def test_milliseconds(self, client_class):
        offsets = self.get_offsets(client_class, None, 1123, 1001, 333)
        whole_seconds = [1000, 1333, 1666, 1999]
        milliseconds = [1123, 1456, 1789, 2122]
        self.assertEqual(
            offsets, milliseconds if sends_milliseconds(client_class) else whole_seconds
        )

    @with_each_client
    def test_every_millisecond_of_a_second_survives(self, client_class):
        client = self.connect(client_class)
        if not sends_milliseconds(client_class):
            # The grid has them even so.
            offsets = self.get_offsets(client_class, None, 0, 6000, 241)
            self.assertEqual(offsets, [*range(0, 6000, 241)])
            return
        for start in range(0, 1000, 37):
            with self.subTest(start=start):
                request = make_request(1, START_MS + start, **self.small)
                self.assertEqual(get_offsets(client.get_images(**request)), [start])

    @with_each_client
    def test_time_of_the_frame(self, client_class):
        emulator = self.start_emulator("--timestamp=frame")
        offsets = self.get_offsets(client_class, emulator, 1000, 1000, 250)
        self.assertEqual(offsets, [1000, 1200, 1500, 1700])

    def test_other_frames(self):
        # One frame a second, of which the image is that of its own TimeStamp.
        stream = f"--stream={STREAM}={VTEST},{STREAM_KEYS},frame=1"
        for reading, expected in (
            ("frame", [1000, 1000, 2000, 3000]),
            ("nearest", [1000, 2000, 2000, 3000]),
            ("after", [1000, 2000, 3000, 4000]),
        ):
            emulator = self.start_emulator(f"--timestamp={reading}", stream)
            for client_class in (BareClient, Boto3Client, JavaScriptClient):
                with self.subTest(reading=reading, client=client_class.__name__):
                    client = self.connect(client_class, emulator)
                    request = make_request(
                        3000, START_MS + 1000, SamplingInterval=700, **self.small
                    )
                    images = client.get_images(**request).images[:4]
                    self.assertEqual(
                        [image.time_ms - START_MS for image in images], expected
                    )
                    for image in images:
                        alone = make_request(1000, image.time_ms, **self.small)
                        (same,) = client.get_images(**alone).images
                        self.assertEqual(same.content, image.content)

    @with_each_client
    def test_end_excluded_or_included(self, client_class):
        emulator = self.start_emulator("--end=inclusive")
        self.assertEqual(self.get_offsets(client_class, None, 0, 2000, 1000), [0, 1000])
        self.assertEqual(self.get_offsets(client_class, emulator, 0, 2000, 1000), [0, 1000, 2000])

    def test_fractions_cut(self):
        emulator = self.start_emulator("--start-fraction=cut")
        for client_class in (BareClient, JavaScriptClient):
            with self.subTest(client=client_class.__name__):
                offsets = self.get_offsets(client_class, emulator, 1500, 2000, 500)
                self.assertEqual(offsets, [1000, 1500, 2000, 2500])
                with self.assert_refused("InvalidArgumentException", 400):
                    self.get_offsets(client_class, emulator, 1500, 400, 200)

    def test_producers_clock(self):
        emulator = self.start_emulator(
            f"--stream={STREAM}={VTEST},{STREAM_KEYS},duration=10,producer-offset=0.25"
        )
        client = self.connect(BareClient, emulator)
        request = make_request(
            2000, START_MS - 750, ImageSelectorType="PRODUCER_TIMESTAMP", **self.small
        )
        page = client.get_images(**request)
        self.assertEqual(get_offsets(page), [-750, 250])
        self.assertEqual([image.error for image in page.images], ["NO_MEDIA", None])
        on_servers_clock = client.get_images(**make_request(1, **self.small)).images[0]
        self.assertEqual(page.images[1].content, on_servers_clock.content)


if __name__ == "__main__":
    tap.main()
