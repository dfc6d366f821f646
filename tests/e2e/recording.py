# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a pipeline in this process and notes all that flows into its sink."""

import collections

import gi

gi.require_version('Gst', '1.0')
from gi.repository import Gst  # noqa: E402

import e2e  # noqa: E402

Gst.init(None)

# What there was for one sample of a range; image is None in a gap, and reason is None in a still.
Sample = collections.namedtuple('Sample', 'number time_ns duration_ns unix_ms image reason')

TIMEOUT_NS = 240 * Gst.SECOND


class Recording:
    """All that came out of a pipeline up to its end. The sink of the pipeline is called "sink".
    Caps are those that were sent, and buffer_caps those that each buffer came with; messages are the
    structures of the elements' messages."""

    def __init__(self, pipeline):
        self.samples = []
        self.caps = []
        self.buffer_caps = []
        self.events = []
        self.warnings = []
        self.messages = []
        self.duration_ns = None
        self.error = None
        self.run(Gst.parse_launch(pipeline))

    def run(self, pipeline):
        pad = pipeline.get_by_name('sink').get_static_pad('sink')
        pad.add_probe(Gst.PadProbeType.BUFFER, self.buffer_cb)
        pad.add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, self.event_cb)
        pipeline.set_state(Gst.State.PLAYING)
        try:
            self.wait(pipeline)
        finally:
            pipeline.set_state(Gst.State.NULL)

    def wait(self, pipeline):
        kinds = (Gst.MessageType.EOS | Gst.MessageType.ERROR | Gst.MessageType.WARNING
                 | Gst.MessageType.ELEMENT)
        while message := pipeline.get_bus().timed_pop_filtered(TIMEOUT_NS, kinds):
            if message.type == Gst.MessageType.WARNING:
                self.warnings.append(message.parse_warning()[0].message)
                continue
            if message.type == Gst.MessageType.ELEMENT:
                self.messages.append(message.get_structure())
                continue
            if message.type == Gst.MessageType.ERROR:
                self.error = message.parse_error()[0].message
            self.duration_ns = pipeline.query_duration(Gst.Format.TIME)[1]
            return
        raise TimeoutError('The pipeline does not end')

    def buffer_cb(self, pad, info):
        buffer = info.get_buffer()
        meta = buffer.get_reference_timestamp_meta(Gst.Caps.from_string('timestamp/x-unix'))
        self.samples.append(Sample(buffer.offset, buffer.pts, buffer.duration,
                                   meta.timestamp // Gst.MSECOND if meta else None,
                                   buffer.extract_dup(0, buffer.get_size()), None))
        self.buffer_caps.append(pad.get_current_caps())
        return Gst.PadProbeReturn.OK

    def event_cb(self, pad, info):
        event = info.get_event()
        self.events.append(event.type)
        if event.type == Gst.EventType.CAPS:
            self.caps.append(event.parse_caps())
        elif event.type == Gst.EventType.GAP:
            self.add_gap(event, event.get_structure())
        return Gst.PadProbeReturn.OK

    def add_gap(self, event, structure):
        # Demuxers have gaps of their own.
        if not structure.has_field('reason'):
            return
        unix_ms = structure.get_uint64('unix-time')[1] // Gst.MSECOND
        self.samples.append(Sample(structure.get_uint64('offset')[1], *event.parse_gap(), unix_ms,
                                   None, structure.get_string('reason')))


def record_stills(emulator, **properties):
    """Records what kvsimagesrc gives with these properties, named with underscores."""
    properties = {'endpoint_url': emulator.url, 'access_key': e2e.ACCESS_KEY,
                  'secret_key': e2e.SECRET_KEY, 'aws_region': e2e.REGION, **properties}
    settings = ' '.join(f'{name.replace("_", "-")}="{value}"' for name, value in properties.items())
    return Recording(f'kvsimagesrc {settings} ! fakesink name=sink sync=false')
