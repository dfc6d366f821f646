#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Saves each still of a range in a file that is named after its time, as 20261120T080000.250Z.jpg, and
writes where there is none, and why, to gaps.csv:

    save-by-time.py STREAM START END FOLDER [INTERVAL-MS]
"""

import csv
import datetime
import pathlib
import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import Gst  # noqa: E402

UNIX_TIME = 'timestamp/x-unix'


def format_time(unix_ns):
    second = datetime.datetime.fromtimestamp(unix_ns // Gst.SECOND, datetime.timezone.utc)
    return f'{second:%Y%m%dT%H%M%S}.{unix_ns % Gst.SECOND // Gst.MSECOND:03}Z'


class Saver:
    """Saves what comes to a sink."""

    def __init__(self, folder, gaps):
        self.folder = folder
        self.gaps = csv.writer(gaps)
        self.gaps.writerow(['time', 'seconds', 'reason'])

    def buffer_cb(self, pad, info):
        buffer = info.get_buffer()
        meta = buffer.get_reference_timestamp_meta(Gst.Caps.from_string(UNIX_TIME))
        file = self.folder / f'{format_time(meta.timestamp)}.jpg'
        file.write_bytes(buffer.extract_dup(0, buffer.get_size()))
        return Gst.PadProbeReturn.OK

    def event_cb(self, pad, info):
        event = info.get_event()
        if event.type == Gst.EventType.GAP:
            gap = event.get_structure()
            _, duration = event.parse_gap()
            self.gaps.writerow([format_time(gap.get_uint64('unix-time')[1]),
                                duration / Gst.SECOND, gap.get_string('reason')])
        return Gst.PadProbeReturn.OK


def save(saver, **properties):
    """Runs kvsimagesrc with these properties to its end; returns the error if there is one."""
    pipeline = Gst.Pipeline()
    source = Gst.ElementFactory.make('kvsimagesrc')
    sink = Gst.ElementFactory.make('fakesink')
    for name, value in properties.items():
        source.set_property(name, value)
    pipeline.add(source)
    pipeline.add(sink)
    source.link(sink)
    pad = sink.get_static_pad('sink')
    pad.add_probe(Gst.PadProbeType.BUFFER, saver.buffer_cb)
    pad.add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, saver.event_cb)

    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if message.type == Gst.MessageType.ERROR:
        return message.parse_error()[0].message
    return None


def main(stream, start, end, folder, interval_ms='3000'):
    Gst.init(None)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / 'gaps.csv', 'w', newline='') as gaps:
        error = save(Saver(folder, gaps), stream_name=stream, start_timestamp=start,
                     end_timestamp=end, sampling_interval=int(interval_ms))
    if error:
        sys.exit(error)


if __name__ == '__main__':
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    main(*sys.argv[1:])
