#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints a line of JSON for each object that is detected in the stills of a stream, with the time of the still:

    print-detections.py STREAM START END INTERVAL-MS ANALYSIS

ANALYSIS are the elements that detect, as gst-launch-1.0 takes them:

    'onnxinference model-file=ssd.onnx ! ssdobjectdetector label-file=labels.txt'
"""

import datetime
import json
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstAnalytics', '1.0')
from gi.repository import GLib, Gst, GstAnalytics  # noqa: E402

UNIX_TIME = 'timestamp/x-unix'


def get_time(buffer):
    meta = buffer.get_reference_timestamp_meta(Gst.Caps.from_string(UNIX_TIME))
    time = datetime.datetime.fromtimestamp(meta.timestamp // Gst.MSECOND / 1000, datetime.timezone.utc)
    return time.isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def find_all(relations, get):
    """What one of the get_…_mtd() functions finds in the metadata of a still."""
    numbers = range(GstAnalytics.relation_get_length(relations))
    return [found for is_found, found in (get(number) for number in numbers) if is_found]


def describe(relations, found):
    _, x, y, width, height, score = found.get_location()
    description = {'label': GLib.quark_to_string(found.get_obj_type()), 'score': round(score, 3),
                   'x': x, 'y': y, 'width': width, 'height': height}
    # A tracker has numbered the objects.
    for track in find_all(relations, relations.get_tracking_mtd):
        if relations.get_relation(found.id, track.id) != GstAnalytics.RelTypes.NONE:
            description['track'] = track.get_info()[1]
    return description


def print_detections(sink):
    while sample := sink.emit('pull-sample'):
        buffer = sample.get_buffer()
        relations = GstAnalytics.buffer_get_analytics_relation_meta(buffer)
        for found in find_all(relations, relations.get_od_mtd) if relations else []:
            print(json.dumps({'time': get_time(buffer), **describe(relations, found)}))


def parse(analysis):
    try:
        return Gst.parse_launch(f'kvsimagesrc name=source ! jpegdec ! videoconvert ! videoscale ! {analysis} '
                                '! appsink name=sink sync=false max-buffers=4')
    except GLib.Error as error:
        sys.exit(error.message)


def main(stream, start, end, interval_ms, analysis):
    Gst.init(None)
    pipeline = parse(analysis)
    source = pipeline.get_by_name('source')
    source.set_property('stream-name', stream)
    source.set_property('start-timestamp', start)
    source.set_property('end-timestamp', end)
    source.set_property('sampling-interval', int(interval_ms))

    if pipeline.set_state(Gst.State.PLAYING) != Gst.StateChangeReturn.FAILURE:
        print_detections(pipeline.get_by_name('sink'))
    error = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if error:
        sys.exit('{0.message}\n{1}'.format(*error.parse_error()))


if __name__ == '__main__':
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
