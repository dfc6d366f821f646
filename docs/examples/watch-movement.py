#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Feeds the stills of a stream to OpenCV, and prints how much of the picture changed from each to the
next:

    watch-movement.py STREAM START END [INTERVAL-MS]
"""

import datetime
import sys

import cv2
import gi
import numpy

gi.require_version('Gst', '1.0')
from gi.repository import Gst  # noqa: E402

UNIX_TIME = 'timestamp/x-unix'

# By how much a pixel has to become brighter or darker, of 255, to count as changed.
THRESHOLD = 25


def make_picture(sample):
    """The still as OpenCV wants it: rows of pixels of blue, green and red."""
    caps = sample.get_caps().get_structure(0)
    width, height = caps.get_int('width')[1], caps.get_int('height')[1]
    buffer = sample.get_buffer()
    pixels = numpy.frombuffer(buffer.extract_dup(0, buffer.get_size()), numpy.uint8)
    # In memory, each row is filled up to a multiple of four bytes.
    return pixels.reshape(height, -1)[:, :3 * width].reshape(height, width, 3)


def get_time(buffer):
    meta = buffer.get_reference_timestamp_meta(Gst.Caps.from_string(UNIX_TIME))
    return datetime.datetime.fromtimestamp(meta.timestamp / Gst.SECOND, datetime.timezone.utc)


def measure_change(before, now):
    """The share of the picture, from 0 to 1, that changed."""
    difference = cv2.absdiff(before, now)
    _, changed = cv2.threshold(difference, THRESHOLD, 1, cv2.THRESH_BINARY)
    return float(changed.mean())


def watch(sink):
    before = None
    while sample := sink.emit('pull-sample'):
        gray = cv2.cvtColor(make_picture(sample), cv2.COLOR_BGR2GRAY)
        now = cv2.GaussianBlur(gray, (9, 9), 0)
        if before is not None:
            time = get_time(sample.get_buffer()).isoformat(timespec='milliseconds')
            print(f'{time}  {measure_change(before, now):6.1%}')
        before = now


def main(stream, start, end, interval_ms='3000'):
    Gst.init(None)
    pipeline = Gst.parse_launch(
        'kvsimagesrc name=source ! jpegdec ! videoconvert ! video/x-raw,format=BGR '
        '! appsink name=sink sync=false max-buffers=4')
    source = pipeline.get_by_name('source')
    source.set_property('stream-name', stream)
    source.set_property('start-timestamp', start)
    source.set_property('end-timestamp', end)
    source.set_property('sampling-interval', int(interval_ms))

    if pipeline.set_state(Gst.State.PLAYING) != Gst.StateChangeReturn.FAILURE:
        watch(pipeline.get_by_name('sink'))
    error = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if error:
        sys.exit(error.parse_error()[0].message)


if __name__ == '__main__':
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
