#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes one picture of small stills in rows, with times beside them, and a grey field where there is no
media. Without options it shows a day: a row for each hour, a still for each five minutes."""

import argparse
import datetime
import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import Gst  # noqa: E402

WIDTH, HEIGHT = 128, 72
MARGIN_LEFT, MARGIN_TOP = 128, 24
GREY, WHITE = bytes((96, 96, 96)), bytes((255, 255, 255))


class Sheet:
    """A picture of rows of smaller pictures, in red, green and blue, with labels in the margins."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.width, self.height = MARGIN_LEFT + columns * WIDTH, MARGIN_TOP + rows * HEIGHT
        row = WHITE * MARGIN_LEFT + GREY * columns * WIDTH
        self.pixels = bytearray(WHITE * self.width * MARGIN_TOP + row * rows * HEIGHT)
        self.labels = []

    def put(self, number, picture):
        """Puts a picture to its place, counted from the left and from the top."""
        row, column = divmod(number, self.columns)
        for y in range(HEIGHT):
            start = 3 * ((MARGIN_TOP + row * HEIGHT + y) * self.width + MARGIN_LEFT + column * WIDTH)
            self.pixels[start:start + 3 * WIDTH] = picture[3 * WIDTH * y:3 * WIDTH * (y + 1)]

    def label(self, text, x, y):
        self.labels.append(
            f'! textoverlay text="{text}" font-desc="Sans 10" auto-resize=false draw-shadow=false '
            f'draw-outline=false color=0xff000000 halignment=left valignment=top xpad={x} ypad={y}')

    def label_all(self, start, interval):
        """Writes the time of its first still before each row, and above each column how much later
        its stills are."""
        self.label('UTC', 4, 4)
        for row in range(self.rows):
            seconds = start + row * self.columns * interval
            time = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
            self.label(f'{time:%m-%d %H:%M:%S}', 4, MARGIN_TOP + row * HEIGHT + HEIGHT // 3)
        for column in range(self.columns):
            minutes, seconds = divmod(column * interval, 60)
            self.label(f'+{minutes}:{seconds:02}', MARGIN_LEFT + column * WIDTH, 4)

    def save(self, file):
        pipeline = Gst.parse_launch(
            f'appsrc name=source format=time caps=video/x-raw,format=RGB,width={self.width},'
            f'height={self.height},framerate=0/1 {" ".join(self.labels)} '
            '! videoconvert ! pngenc snapshot=true ! filesink name=sink')
        pipeline.get_by_name('sink').set_property('location', file)
        pipeline.set_state(Gst.State.PLAYING)
        source = pipeline.get_by_name('source')
        buffer = Gst.Buffer.new_wrapped(bytes(self.pixels))
        buffer.pts = 0
        source.emit('push-buffer', buffer)
        source.emit('end-of-stream')
        finish(pipeline)


def finish(pipeline):
    """Waits for the end of a pipeline, and ends the program where that is an error."""
    message = pipeline.get_bus().timed_pop_filtered(
        Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if message.type == Gst.MessageType.ERROR:
        sys.exit(message.parse_error()[0].message)


def collect(stream, start, interval, sheet):
    """Puts the stills on the sheet, and returns the time of the first place in seconds. The place of a
    still follows from its time, so that gaps leave theirs grey. videoscale keeps the proportions;
    width and height of kvsimagesrc would not."""

    def buffer_cb(pad, info):
        buffer = info.get_buffer()
        number = buffer.pts // (interval * Gst.SECOND)
        sheet.put(number, buffer.extract_dup(0, buffer.get_size()))
        return Gst.PadProbeReturn.OK

    pipeline = Gst.parse_launch(
        f'kvsimagesrc name=source sampling-interval={1000 * interval} '
        f'max-items={sheet.columns * sheet.rows} ! jpegdec ! videoconvert ! videoscale '
        f'! video/x-raw,format=RGB,width={WIDTH},height={HEIGHT},pixel-aspect-ratio=1/1 '
        '! fakesink name=sink')
    source = pipeline.get_by_name('source')
    source.set_property('stream-name', stream)
    source.set_property('start-timestamp', start)
    pipeline.get_by_name('sink').get_static_pad('sink').add_probe(
        Gst.PadProbeType.BUFFER, buffer_cb)
    pipeline.set_state(Gst.State.PLAYING)
    finish(pipeline)
    return source.get_property('start-time') // Gst.SECOND


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('stream', metavar='STREAM', help='the name of the stream')
    parser.add_argument('start', metavar='START', help='where it begins, as start-timestamp')
    parser.add_argument('file', metavar='FILE.png')
    parser.add_argument('--interval', type=int, default=300, metavar='SECONDS',
                        help='from still to still (%(default)s)')
    parser.add_argument('--columns', type=int, default=12, help='stills in a row (%(default)s)')
    parser.add_argument('--rows', type=int, default=24, help='(%(default)s)')
    arguments = parser.parse_args()
    Gst.init(None)
    sheet = Sheet(arguments.columns, arguments.rows)
    start = collect(arguments.stream, arguments.start, arguments.interval, sheet)
    sheet.label_all(start, arguments.interval)
    sheet.save(arguments.file)


if __name__ == '__main__':
    main()
