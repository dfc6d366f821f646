#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes one picture of a day: a row for each hour, a small still for each so many minutes, and a grey
field where there is no media:

    contact-sheet.py STREAM START FILE.png [MINUTES]
"""

import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import Gst  # noqa: E402

DAY_MINUTES = 24 * 60
WIDTH, HEIGHT = 128, 72
GREY = bytes((96, 96, 96))


class Sheet:
    """A picture of rows of smaller pictures, in red, green and blue."""

    def __init__(self, columns, rows):
        self.columns = columns
        self.width, self.height = columns * WIDTH, rows * HEIGHT
        self.pixels = bytearray(GREY * self.width * self.height)

    def put(self, number, picture):
        """Puts a picture to its place, counted from the left and from the top."""
        row, column = divmod(number, self.columns)
        for y in range(HEIGHT):
            start = 3 * ((row * HEIGHT + y) * self.width + column * WIDTH)
            self.pixels[start:start + 3 * WIDTH] = picture[3 * WIDTH * y:3 * WIDTH * (y + 1)]

    def save(self, file):
        pipeline = Gst.parse_launch(
            f'appsrc name=source format=time caps=video/x-raw,format=RGB,width={self.width},'
            f'height={self.height},framerate=0/1 ! pngenc snapshot=true ! filesink name=sink')
        pipeline.get_by_name('sink').set_property('location', file)
        pipeline.set_state(Gst.State.PLAYING)
        source = pipeline.get_by_name('source')
        source.emit('push-buffer', Gst.Buffer.new_wrapped(bytes(self.pixels)))
        source.emit('end-of-stream')
        finish(pipeline)


def finish(pipeline):
    """Waits for the end of a pipeline, and ends the program where that is an error."""
    message = pipeline.get_bus().timed_pop_filtered(
        Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if message.type == Gst.MessageType.ERROR:
        sys.exit(message.parse_error()[0].message)


def collect(stream, start, minutes, sheet):
    """Puts each still of a day on the sheet. Its place follows from its time, so that gaps leave
    theirs grey."""
    interval = 60 * minutes

    def buffer_cb(pad, info):
        buffer = info.get_buffer()
        number = buffer.pts // (interval * Gst.SECOND)
        sheet.put(number, buffer.extract_dup(0, buffer.get_size()))
        return Gst.PadProbeReturn.OK

    pipeline = Gst.parse_launch(
        f'kvsimagesrc name=source sampling-interval={1000 * interval} '
        f'max-items={DAY_MINUTES // minutes} width={WIDTH} height={HEIGHT} '
        '! jpegdec ! videoconvert ! video/x-raw,format=RGB ! fakesink name=sink')
    source = pipeline.get_by_name('source')
    source.set_property('stream-name', stream)
    source.set_property('start-timestamp', start)
    pipeline.get_by_name('sink').get_static_pad('sink').add_probe(
        Gst.PadProbeType.BUFFER, buffer_cb)
    pipeline.set_state(Gst.State.PLAYING)
    finish(pipeline)


def main(stream, start, file, minutes='5'):
    Gst.init(None)
    columns = 60 // int(minutes)
    sheet = Sheet(columns, rows=24)
    collect(stream, start, int(minutes), sheet)
    sheet.save(file)


if __name__ == '__main__':
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
