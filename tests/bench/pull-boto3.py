# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pulls a range as one does with boto3: its paginator, window by window. Tells what came as one line
of JSON. The argument is JSON: endpoint, region, key, secret, stream, start and end (seconds since the
epoch), interval (ms), window (seconds), format, whether to tell the SHA-256 of all that came,
and, if they are to be saved, a folder."""

import base64
import datetime
import hashlib
import json
import pathlib
import sys
import time

import boto3
from botocore.config import Config

RANGE = json.loads(sys.argv[1])


def connect(service, endpoint):
    # Debian's model of the service is older than intervals under three seconds.
    return boto3.client(service, endpoint_url=endpoint, region_name=RANGE['region'],
                        aws_access_key_id=RANGE['key'], aws_secret_access_key=RANGE['secret'],
                        config=Config(parameter_validation=False))


def get_entries():
    control = connect('kinesisvideo', RANGE['endpoint'])
    endpoint = control.get_data_endpoint(StreamName=RANGE['stream'],
                                         APIName='GET_IMAGES')['DataEndpoint']
    paginator = connect('kinesis-video-archived-media', endpoint).get_paginator('get_images')
    for start in range(RANGE['start'], RANGE['end'], RANGE['window']):
        for page in paginator.paginate(StreamName=RANGE['stream'],
                                       ImageSelectorType='SERVER_TIMESTAMP',
                                       StartTimestamp=start,
                                       EndTimestamp=min(start + RANGE['window'], RANGE['end']),
                                       SamplingInterval=RANGE['interval'],
                                       Format=RANGE['format']):
            yield from page['Images']


def save(image, time):
    utc = time.astimezone(datetime.timezone.utc)
    name = f'{utc:%Y%m%dT%H%M%S}.{time.microsecond // 1000:03}Z.jpg'
    pathlib.Path(RANGE['output'], name).write_bytes(image)


def pull():
    arrivals = {}
    digest = hashlib.sha256()
    for entry in get_entries():
        image = base64.b64decode(entry.get('ImageContent') or '')
        if image:
            arrivals.setdefault(entry['TimeStamp'], time.time())
            if 'output' in RANGE:
                save(image, entry['TimeStamp'])
        if RANGE['digest']:
            digest.update(image)
    return {'images': len(arrivals), 'first': min(arrivals.values(), default=0),
            'last': max(arrivals.values(), default=0), 'end': time.time(),
            'digest': digest.hexdigest()}


print(json.dumps(pull()), flush=True)
# The program that started this one reads its memory and CPU time, and then closes stdin.
sys.stdin.read()
