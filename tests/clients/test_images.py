# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images of a real video: the same bytes for every client, in the format and size asked for."""

import struct

import tap
from clients import ALL_CLIENTS, BareClient, Boto3Client
from emulator import START_MS, STREAM
from testcase import ClientTestCase, make_request, with_each_client

# 768×576, 79.5 s, ten frames a second.
VTEST = "/usr/share/doc/opencv-doc/examples/data/vtest.avi"
VTEST_LENGTH_MS = 79500
# A minute of video, ten seconds of nothing, then sound alone for ten, and video again.
STREAM_OF_KINDS = (
    f"{STREAM}={VTEST},start=2026-11-23T08:00:00Z,duration=3600,gap=60+10,audio-only=70+10"
)

JPEG_START_OF_IMAGE = b"\xff\xd8\xff"
JPEG_START_OF_FRAME = 0xC0
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_jpeg_size(content: bytes) -> tuple:
    """Width and height, from the segment that begins the frame."""
    offset = 2
    while content[offset + 1] != JPEG_START_OF_FRAME:
        offset += 2 + struct.unpack_from(">H", content, offset + 2)[0]
    height, width = struct.unpack_from(">HH", content, offset + 5)
    return width, height


def read_png_size(content: bytes) -> tuple:
    """Width and height, from the first chunk."""
    return struct.unpack_from(">II", content, len(PNG_SIGNATURE) + 8)


class ImagesTest(ClientTestCase):
    """What is in an image."""

    options = ["--first-image=keep", f"--stream={STREAM_OF_KINDS}"]

    def get_one(self, client_class=BareClient, start_ms=START_MS, **more):
        (image,) = self.connect(client_class).get_images(
            **make_request(1000, start_ms, **more)
        ).images
        return image

    def test_every_client_gets_the_same_bytes(self):
        for more in (
            {},
            {"FormatConfig": {"JPEGQuality": "35"}},
            {"WidthPixels": 320, "HeightPixels": 320},
            {"Format": "PNG", "WidthPixels": 160, "HeightPixels": 120},
        ):
            with self.subTest(more):
                images = [
                    tuple(self.connect(client_class).get_images(
                        **make_request(3000, **more)
                    ).images)
                    for client_class in ALL_CLIENTS
                ]
                self.assertEqual(len(set(images)), 1)
                self.assertEqual(len({image.content for image in images[0]}), 3)

    @with_each_client
    def test_formats(self, client_class):
        jpeg = self.get_one(client_class).content
        png = self.get_one(client_class, Format="PNG").content
        self.assertEqual(jpeg[:3], JPEG_START_OF_IMAGE)
        self.assertEqual(read_jpeg_size(jpeg), (768, 576))
        self.assertEqual(png[:8], PNG_SIGNATURE)
        self.assertEqual(read_png_size(png), (768, 576))

    def test_size_is_the_one_asked_for(self):
        for width, height in ((1, 1), (640, 480), (480, 640), (333, 77), (1920, 1080)):
            with self.subTest(width=width, height=height):
                size = {"WidthPixels": width, "HeightPixels": height}
                self.assertEqual(read_jpeg_size(self.get_one(**size).content), (width, height))
                png = self.get_one(Format="PNG", **size).content
                self.assertEqual(read_png_size(png), (width, height))

    def test_largest_image(self):
        size = {"WidthPixels": 3840, "HeightPixels": 2160}
        self.assertEqual(read_jpeg_size(self.get_one(**size).content), (3840, 2160))
        # As a PNG it is more than the 4.5 MiB that an ImageContent can hold.
        self.assertEqual(self.get_one(Format="PNG", **size).error, "MEDIA_ERROR")

    def test_quality(self):
        sizes = [
            len(self.get_one(FormatConfig={"JPEGQuality": quality}).content)
            for quality in ("1", "20", "80", "95", "100")
        ]
        self.assertEqual(sizes, sorted(set(sizes)))
        self.assertEqual(len(self.get_one().content), sizes[2])

    def test_video_is_looped(self):
        later = self.get_one(start_ms=START_MS + 10 * VTEST_LENGTH_MS).content
        self.assertEqual(self.get_one().content, later)
        self.assertNotEqual(self.get_one(start_ms=START_MS + 1000).content, later)

    def test_frame_is_shown_until_the_next(self):
        frame, same, other = (
            self.get_one(start_ms=START_MS + offset).content for offset in (5000, 5099, 5100)
        )
        self.assertEqual(frame, same)
        self.assertNotEqual(frame, other)

    def test_image_does_not_depend_on_the_range(self):
        client = self.connect(Boto3Client)
        whole = client.get_all_images(**make_request(50000))
        part = client.get_all_images(**make_request(10000, START_MS + 30000))
        self.assertEqual(whole[30:40], part)


class GapsTest(ClientTestCase):
    """Entries without an image."""

    options = ["--first-image=keep", f"--stream={STREAM_OF_KINDS}"]

    @with_each_client
    def test_kinds(self, client_class):
        request = make_request(24000, START_MS + 58000, WidthPixels=32, HeightPixels=24)
        images = self.connect(client_class).get_images(**request).images
        self.assertEqual(
            [image.error for image in images],
            [None] * 2 + ["NO_MEDIA"] * 10 + ["MEDIA_ERROR"] * 10 + [None] * 2,
        )
        for image in images:
            self.assertEqual(image.content is None, image.error is not None)
        self.assertEqual(
            [image.time_ms - START_MS for image in images], [*range(58000, 82000, 1000)]
        )

    @with_each_client
    def test_range_without_media(self, client_class):
        request = make_request(3000, START_MS - 10000)
        entries = self.connect(client_class).get_images(**request).images
        self.assertEqual([image.error for image in entries], ["NO_MEDIA"] * 3)
        empty_list = self.start_emulator("--empty-range=list")
        self.assertEqual(self.connect(client_class, empty_list).get_images(**request).images, [])
        not_found = self.start_emulator("--empty-range=404")
        with self.assert_refused("ResourceNotFoundException", 404):
            self.connect(client_class, not_found).get_images(**request)


class FirstImageTest(ClientTestCase):
    """Media of the fragment that began before the range is not found."""

    options = [f"--stream={STREAM}=prepared,start=2026-11-23T08:00:00Z,fragment=4"]

    @with_each_client
    def test_start_within_a_fragment(self, client_class):
        client = self.connect(client_class)
        images = client.get_images(**make_request(6000, START_MS + 9000)).images
        self.assertEqual([image.error for image in images], ["NO_MEDIA"] * 3 + [None] * 3)

    @with_each_client
    def test_start_with_a_fragment(self, client_class):
        client = self.connect(client_class)
        images = client.get_images(**make_request(6000, START_MS + 8000)).images
        self.assertEqual([image.error for image in images], [None] * 6)

    @with_each_client
    def test_switched_off(self, client_class):
        client = self.connect(client_class, self.start_emulator("--first-image=keep"))
        images = client.get_images(**make_request(6000, START_MS + 9000)).images
        self.assertEqual([image.error for image in images], [None] * 6)


if __name__ == "__main__":
    tap.main()
