#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes a small ONNX model that detects one thing: the white marker of the emulator's test card. It takes the
place of a trained model where you try the elements that use one. Its input and its outputs are those of an SSD
model or of a YOLO model, so that a real one fits into the same pipeline:

    make-marker-model.py ssd FILE.onnx
    make-marker-model.py yolo FILE.onnx

FILE.onnx.modelinfo, beside it, is what GStreamer 1.28 needs to know of a model.
"""

import struct
import sys

# The size of the pictures that the model takes. The marker is a square of a sixteenth of the height.
WIDTH, HEIGHT = 320, 240
SIDE = HEIGHT // 16

# The least of red, green and blue: of the brightest bar of the card, and of the marker.
BAR, MARKER = 191.0, 224.0

# TensorProto.DataType
FLOAT, UINT8, INT64 = 1, 2, 7
PACKING = {FLOAT: 'f', INT64: 'q'}
TYPES = {FLOAT: 'float32', UINT8: 'uint8'}

IMAGE = ('image', UINT8, [1, HEIGHT, WIDTH, 3])

# A dimension that differs from one picture to the next.
ANY = -1


def varint(number):
    low, rest = number & 0x7f, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def message(*fields):
    """A message of Protocol Buffers, of pairs of a field's number in onnx.proto and its value. A list is a repeated
    field."""
    encoded = b''
    for number, value in fields:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, int):
                encoded += varint(number << 3) + varint(item)
            else:
                item = item.encode() if isinstance(item, str) else item
                encoded += varint(number << 3 | 2) + varint(len(item)) + item
    return encoded


def attribute(name, value):
    """AttributeProto of an integer or a list of integers."""
    if isinstance(value, list):
        return message((1, name), (8, value), (20, 7))
    return message((1, name), (3, value), (20, 2))


def node(operator, inputs, output, **attributes):
    """NodeProto. The inputs are names with a space between them."""
    return message((1, inputs.split()), (2, output), (4, operator),
                   (5, [attribute(name, value) for name, value in attributes.items()]))


def constant(name, data_type, values, shape):
    """TensorProto"""
    data = struct.pack(f'<{len(values)}{PACKING[data_type]}', *values)
    return message((1, shape), (2, data_type), (8, name), (9, data))


def value_info(name, data_type, shape):
    """ValueInfoProto of a tensor."""
    dimensions = message((1, [message() if size == ANY else message((1, size)) for size in shape]))
    return message((1, name), (2, message((1, message((1, data_type), (2, dimensions))))))


def make_search():
    """Nodes that find out where a square of the marker's size is whitest, and how white it is there from 0 to 1."""
    nodes = [
        node('Cast', 'image', 'pixels', to=FLOAT),
        node('ReduceMin', 'pixels', 'whiteness', axes=[3], keepdims=1),
        node('Reshape', 'whiteness plane_shape', 'plane'),
        node('AveragePool', 'plane', 'squares', kernel_shape=[SIDE, SIDE]),
        node('Reshape', 'squares list_shape', 'list'),

        node('ArgMax', 'list', 'index', axis=0, keepdims=1),
        node('Div', 'index columns', 'row'),
        node('Mod', 'index columns', 'column'),

        node('ReduceMax', 'list', 'best', axes=[0], keepdims=1),
        node('Sub', 'best bar', 'contrast'),
        node('Div', 'contrast full_contrast', 'ratio'),
        node('Clip', 'ratio zero one', 'score'),
    ]
    constants = [
        constant('plane_shape', INT64, [1, 1, HEIGHT, WIDTH], [4]),
        constant('list_shape', INT64, [-1], [1]),
        constant('columns', INT64, [WIDTH - SIDE + 1], [1]),
        constant('bar', FLOAT, [BAR], [1]),
        constant('full_contrast', FLOAT, [MARKER - BAR], [1]),
        constant('zero', FLOAT, [0], []),
        constant('one', FLOAT, [1], []),
    ]
    return nodes, constants


class Ssd:
    """The objects, one or none: their boxes from the upper left corner to the lower right one, 0 to 1, their scores
    and classes, and their number."""

    # Name, type and shape of each output, and how GStreamer 1.28 knows it. GStreamer 1.26 goes by these names,
    # which TensorFlow gives.
    group = 'ssd-mobilenet-v1-variant-1-out'
    outputs = (
        ('detection_boxes', FLOAT, [1, ANY, 4], f'id={group}-boxes'),
        ('detection_scores', FLOAT, [1, ANY], f'id={group}-scores'),
        ('detection_classes', FLOAT, [1, ANY], f'id={group}-classes'),
        ('num_detections', FLOAT, [1], 'id=generic-variant-1-out-count'),
    )

    # GStreamer cuts fractions of a pixel off: the corners are in the middle of a pixel.
    nodes = [
        node('Concat', 'row column row column', 'corners', axis=0),
        node('Cast', 'corners', 'pixel_corners', to=FLOAT),
        node('Add', 'pixel_corners offsets', 'box'),
        node('Div', 'box picture', 'relative_box'),
        node('Reshape', 'relative_box box_shape', 'one_box'),
        node('Reshape', 'score score_shape', 'one_score'),
        node('Greater', 'score zero', 'is_found'),
        node('Compress', 'one_box is_found', 'detection_boxes', axis=1),
        node('Compress', 'one_score is_found', 'detection_scores', axis=1),
        node('Compress', 'class is_found', 'detection_classes', axis=1),
        node('Cast', 'is_found', 'num_detections', to=FLOAT),
    ]
    constants = [
        constant('offsets', FLOAT, [0.5, 0.5, SIDE + 0.5, SIDE + 0.5], [4]),
        constant('picture', FLOAT, [HEIGHT, WIDTH, HEIGHT, WIDTH], [4]),
        constant('box_shape', INT64, [1, 1, 4], [3]),
        constant('score_shape', INT64, [1, 1], [2]),
        constant('class', FLOAT, [1], [1, 1]),
    ]


class Yolo:
    """One candidate, with one class: the middle of its box and its size, in pixels, and the score of the class."""

    group = 'yolo-v8-out'
    outputs = (('output0', FLOAT, [1, 5, 1], f'id={group}\ndims-order=col-major'),)

    nodes = [
        node('Concat', 'column row', 'corner', axis=0),
        node('Cast', 'corner', 'pixel_corner', to=FLOAT),
        node('Add', 'pixel_corner half', 'middle'),
        node('Concat', 'middle size score', 'candidate', axis=0),
        node('Reshape', 'candidate candidate_shape', 'output0'),
    ]
    constants = [
        constant('half', FLOAT, [(SIDE + 1) / 2, (SIDE + 1) / 2], [2]),
        constant('size', FLOAT, [SIDE, SIDE], [2]),
        constant('candidate_shape', INT64, [1, 5, 1], [3]),
    ]


MODELS = {'ssd': Ssd, 'yolo': Yolo}


def make_model(model):
    """ModelProto with its GraphProto, with operators of version 13."""
    nodes, constants = make_search()
    outputs = [value_info(*output[:3]) for output in model.outputs]
    graph = message((1, nodes + model.nodes), (2, 'marker'), (5, constants + model.constants),
                    (11, value_info(*IMAGE)), (12, outputs))
    return message((1, 8), (2, 'make-marker-model'), (7, graph), (8, message((1, ''), (2, 13))))


def make_section(direction, name, data_type, shape, more):
    dimensions = ','.join(map(str, shape))
    return f'[{name}]\ndir={direction}\ntype={TYPES[data_type]}\ndims={dimensions}\n{more}\n'


def make_model_info(model):
    return '\n'.join((f'[modelinfo]\nversion=1.0\ngroup-id={model.group}\n',
                      make_section('input', *IMAGE, 'ranges=0.0,255.0;0.0,255.0;0.0,255.0'),
                      *(make_section('output', *output) for output in model.outputs)))


def write(model, file):
    with open(file, 'wb') as output:
        output.write(make_model(model))
    with open(f'{file}.modelinfo', 'w') as output:
        output.write(make_model_info(model))


if __name__ == '__main__':
    if len(sys.argv) != 3 or sys.argv[1] not in MODELS:
        sys.exit(__doc__)
    write(MODELS[sys.argv[1]], sys.argv[2])
