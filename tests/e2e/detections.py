# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the programs of docs/examples that have a neural network detect the marker of the test card."""

import datetime
import json
import os

import e2e
from testcard import START

EXAMPLES = e2e.SOURCE_DIR / 'docs' / 'examples'

# Class 1 of an SSD model is the second line in GStreamer 1.26, and the first in 1.28.8.
LABELS = 'marker\nmarker\n'


def write_model(kind, directory):
    """Returns what the elements that run the model and decode its output have to be set to."""
    model, labels = directory / f'{kind}.onnx', directory / 'labels.txt'
    end = e2e.run([EXAMPLES / 'make-marker-model.py', kind, model], os.environ)
    if end.returncode != 0:
        raise AssertionError(end.stderr)
    labels.write_text(LABELS)
    return f'model-file={model}', f'label-file={labels}'


def print_detections(emulator, seconds, interval_ms, analysis):
    command = [EXAMPLES / 'print-detections.py', 'card', START, START + seconds, interval_ms, analysis]
    return e2e.run(list(map(str, command)), emulator.get_environment())


def read_detections(text):
    """Pairs of the time of a still, in ms since the epoch, and of what was detected in it."""
    lines = map(json.loads, text.splitlines())
    return [(round(datetime.datetime.fromisoformat(line['time']).timestamp() * 1000), line) for line in lines]
