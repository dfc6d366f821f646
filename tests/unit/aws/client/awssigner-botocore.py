#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signs generated requests with botocore and with our signer, and compares every byte.

Usage: awssigner-botocore.py PROBE [SEED], where PROBE is the program made from tests/probe.
"""

import json
import random
import subprocess
import sys
import time
from urllib.parse import quote

import botocore
from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REQUESTS = 600
UNICODE = 'äßéñ€ሴ漢字🎥'
SEGMENTS = ['', '.', '..', '...', 'a', 'proxy', 'kvs', 'getImages', 'a b', 'a%20b', '%2f', '%', '~',
            '$delete', "!'()*+,;=:@&", 'x-y_z.0', UNICODE]
HOSTS = ['kinesisvideo.us-west-2.amazonaws.com', 'Example.COM', 'localhost', '127.0.0.1', '[::1]',
         '[2001:DB8::A]', '[fe80::1]', 'b-54c7cb80.kinesisvideo.us-east-2.amazonaws.com']
HEADERS = ['Content-Type', 'X-Amz-Target', 'x-custom', 'X-CUSTOM', 'Accept', 'Range', 'X-A',
           'X-A-B']
VALUES = ['', 'application/json', ' padded ', 'a   b', '"a   b"', 'a\tb', 'folded\r\n  line',
          'folded\n\ttwice\n   and again', '\t \t', 'a,b', 'a , b', 'UPPER', UNICODE]
UNSIGNED = ['User-Agent', 'Expect', 'X-Amzn-Trace-Id', 'x-amz-security-token', 'Authorization']


def random_text(rng, most):
    """A text of letters that matter to some encoding."""
    return ''.join(rng.choice('abcXYZ019-_.~ /+=&?#%:@,;"\\' + UNICODE)
                   for _ in range(rng.randrange(most + 1)))


def random_key(rng, length):
    return ''.join(rng.choice('ABCXYZabcxyz0189+/=') for _ in range(length))


def random_url(rng):
    scheme = rng.choice(['https', 'http'])
    port = rng.choice(['', '', ':80', ':443', ':8443'])
    path = ''.join('/' + rng.choice(SEGMENTS) for _ in range(rng.randrange(6)))
    pairs = [quote(random_text(rng, 6), safe='-_.~') + '=' + quote(random_text(rng, 6), safe='-_.~')
             for _ in range(rng.choice([0, 0, 1, 2, 3, 5]))]
    return f'{scheme}://{rng.choice(HOSTS)}{port}{path}' + ('?' + '&'.join(pairs) if pairs else '')


def random_headers(rng):
    headers = [[rng.choice(HEADERS), rng.choice(VALUES)] for _ in range(rng.randrange(6))]
    if rng.random() < 0.3:
        headers.append([rng.choice(UNSIGNED), 'left out'])
    if rng.random() < 0.2:
        headers.append(['Host', 'given.example:1'])
    rng.shuffle(headers)
    return headers


def random_request(rng):
    body = rng.choice(['', '{}', json.dumps({'StreamName': random_text(rng, 20)}),
                       random_text(rng, 300), '\0\r\n' + UNICODE + '\0'])
    request = {
        'method': rng.choice(['POST', 'POST', 'GET', 'PUT', 'DELETE', 'HEAD']),
        'url': random_url(rng),
        'headers': random_headers(rng),
        'body': body,
        'access_key': 'AKIA' + random_key(rng, 16),
        'secret_key': random_key(rng, 40),
        'region': rng.choice(['us-west-2', 'eu-central-1', 'cn-north-1', 'us-gov-west-1']),
        'service': rng.choice(['kinesisvideo', 'sts', 'service']),
        'timestamp': time.strftime(SIGV4_TIMESTAMP, time.gmtime(rng.randrange(4_000_000_000))),
    }
    if rng.random() < 0.2:
        request['sign_body_header'] = True
    if rng.random() < 0.5:
        request['session_token'] = random_key(rng, rng.randrange(1, 1500))
    return request


def sign_with_botocore(request):
    """What SigV4Auth.add_auth() does, at the request's time instead of now."""
    credentials = Credentials(request['access_key'], request['secret_key'],
                              request.get('session_token'))
    auth = SigV4Auth(credentials, request['service'], request['region'])
    signed = AWSRequest(request['method'], request['url'], data=request['body'].encode())
    for name, value in request['headers']:
        # botocore replaces the token only where it has one of its own.
        if name != 'x-amz-security-token' or credentials.token:
            signed.headers.add_header(name, value)
    signed.context['timestamp'] = request['timestamp']
    if request.get('sign_body_header'):
        signed.headers['X-Amz-Content-SHA256'] = auth.payload(signed)
    auth._modify_request_before_signing(signed)
    canonical_request = auth.canonical_request(signed)
    string_to_sign = auth.string_to_sign(signed, canonical_request)
    signed_headers = auth.signed_headers(auth.headers_to_sign(signed))
    signature = auth.signature(string_to_sign, signed)
    auth._inject_signature_to_request(signed, signature)
    return {'canonical_request': canonical_request,
            'string_to_sign': string_to_sign,
            'authorization': signed.headers['Authorization'],
            'signed_headers': signed_headers}


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2 ** 32)
    rng = random.Random(seed)
    print(f'# botocore {botocore.__version__}, seed {seed}')
    print('1..1')

    requests = [random_request(rng) for _ in range(REQUESTS)]
    result = subprocess.run([sys.argv[1], 'sign'], input=json.dumps(requests), capture_output=True,
                            text=True, check=True)
    answers = json.loads(result.stdout)
    expected = [sign_with_botocore(request) for request in requests]

    differing = [i for i in range(REQUESTS) if i >= len(answers) or answers[i] != expected[i]]
    for i in differing[:3]:
        print(f'# request: {requests[i]}\n# ours: {answers[i:i + 1]}\n# botocore: {expected[i]}')
    print(f"{'not ' if differing else ''}ok 1 - {REQUESTS} signatures equal botocore's")
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main())
