# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a hostile server answers: endless, huge, slow, quadratic and lying replies. An attack is a function that gets a request
and returns a reply."""

import itertools
import json
import zlib

from server import PAUSE, STILL, answer, dripping, endless, make_page

HEAD = 'HTTP/1.1 200 OK\r\n\r\n'
CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
FAILURE = 'HTTP/1.1 500 Internal Server Error\r\nRetry-After: 0\r\n\r\n'

# Bodies, the last part of which is repeated without an end.
JSON_BODIES = {
    'white space': [' '],
    'line ends': ['{', '\r\n'],
    'text': ['{"a":"', 'a'],
    'escapes': ['{"a":"', '\\u0061'],
    'key': ['{"', 'a'],
    'members': ['{', '"a":1,'],
    'numbers': ['{"a":[', '1,'],
    'digits': ['{"a":', '1'],
    'depth': ['['],
    'depth of objects': ['{"a":'],
    'hidden depth': ['{/*"*/"a":', '['],
    'second root': ['{}{"a":[', '1,'],
    'zeros': ['\0'],
}

XML_BODIES = {
    'white space': [' '],
    'text': ['<a>', 'a'],
    'text outside of elements': ['a'],
    'elements': ['<a>', '<b/>'],
    'depth': ['<a>'],
    'name': ['<', 'a'],
    'attributes': ['<a ', 'b="c" '],
    'comment': ['<!--', 'a'],
    'CDATA': ['<![CDATA[', 'x'],
    'entities': ['<a>', '&amp;'],
    'document type': ['<!DOCTYPE a [', '<!ENTITY a "&a;&a;">'],
}


def make_endless(bodies, head=HEAD):
    """An attack for each of these bodies."""
    return {name: lambda _, parts=parts: endless(head, *parts) for name, parts in bodies.items()}


def make_once(*pieces):
    return lambda _: iter([piece.encode() if isinstance(piece, str) else piece for piece in pieces])


JSON = make_endless(JSON_BODIES)
JSON_FAILURES = make_endless(JSON_BODIES, FAILURE)
XML = make_endless(XML_BODIES)
XML_FAILURES = make_endless(XML_BODIES, FAILURE)

SLOW = {
    'no reply': lambda _: itertools.repeat(PAUSE),
    'no body': lambda _: itertools.chain([b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'], itertools.repeat(PAUSE)),
    'body byte by byte': lambda _: dripping(HEAD, ' '),
    'header byte by byte': lambda _: dripping('HTTP/1.1 200 OK\r\nX: ', 'a'),
}

# Where a program may believe what a length says, or wait for an end that libsoup looks for.
HTTP = {
    'header': lambda _: endless('HTTP/1.1 200 OK\r\nX: ', 'a'),
    'headers': lambda _: endless('HTTP/1.1 200 OK\r\n', 'X: a\r\n'),
    'status line': lambda _: endless('HTTP/1.1 200 ', 'a'),
    'no HTTP': lambda _: endless('a'),
    '100': lambda _: endless('HTTP/1.1 100 Continue\r\n\r\n'),
    '102': lambda _: endless('HTTP/1.1 102 Processing\r\n\r\n'),
    'chunk size': lambda _: endless(CHUNKED, '0'),
    'chunk extension': lambda _: endless(CHUNKED, '1;', 'a'),
    'chunks of a byte': lambda _: endless(CHUNKED, '1\r\n \r\n'),
    'trailer': lambda _: endless(CHUNKED, '0\r\n', 'X: a\r\n'),
    'a terabyte': lambda _: endless('HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n', ' '),
    'negative length': lambda _: endless('HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n', ' '),
    'two lengths': lambda _: endless('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n', ' '),
    'length that is too long': make_once('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}'),
    'compressed': make_once('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n', zlib.compress(bytes(100_000_000), 1, 31)),
    'redirect to itself': lambda request: answer('', '307 Temporary Redirect', f'Location: {request.path}\r\n'),
}

# As large as an image may be.
LARGE_STILL = STILL[:16] + 16 * 1024 * 1024 // 3 * 4 * 'A'
numbers = itertools.count()


def make_entry(request, seconds, **members):
    """An entry for so long behind the first sample that is asked for."""
    return {'TimeStamp': request.get_times()[0] + seconds, **members}


def make_entries(seconds, **members):
    """An endless page of equal entries."""
    def attack(request):
        entry = json.dumps(make_entry(request, seconds, **members))
        return endless(HEAD, '{"Images":[', entry, f',{entry}')

    return attack


def make_pages(*seconds):
    """Pages without an image, each with a new token of 60 kB."""
    def attack(request):
        entries = [make_entry(request, delay, Error='NO_MEDIA') for delay in seconds]
        return answer(make_page(entries, f'{next(numbers):060000}'))

    return attack


def make_failures(body, headers):
    return lambda _: answer(body, '500 Internal Server Error', headers)


IMAGES = {
    '100,000 equal entries': lambda request: answer(make_page([make_entry(request, 0.5, Error='E')] * 100_000)),
    'gaps off the grid': make_entries(0.5, Error='NO_MEDIA'),
    'images of a byte': make_entries(0.5, ImageContent='AA=='),
    'stills for the same sample': make_entries(0, ImageContent=STILL),
    'entries from before the range': make_entries(-10, Error='NO_MEDIA'),
    'entries without a time': lambda _: endless(HEAD, '{"Images":[{}', ',{}'),
    'images of 16 MiB': make_entries(0, ImageContent=LARGE_STILL),
    'an image': lambda _: endless(HEAD, '{"Images":[{"ImageContent":"', 'A'),
    'a NextToken': lambda _: endless(HEAD, '{"Images":[],"NextToken":"', 'A'),
    'an Error': lambda _: endless(HEAD, '{"Images":[{"Error":"', 'A'),
    'a TimeStamp': lambda _: endless(HEAD, '{"Images":[{"TimeStamp":', '1'),
}

PAGES = {
    'pages without an entry': make_pages(),
    'pages from before the range': make_pages(-10),
}


def find_no_media(request):
    """What has the element ask ListFragments."""
    return answer(make_page([{'TimeStamp': time, 'Error': 'NO_MEDIA'} for time in request.get_times()]))


FRAGMENTS = {
    'fragments': lambda _: endless(HEAD, '{"Fragments":[{"FragmentNumber":"1"}', ',{"FragmentNumber":"1"}'),
    'a FragmentNumber': lambda _: endless(HEAD, '{"Fragments":[{"FragmentNumber":"', '1'),
    'pages of fragments': lambda _: answer(json.dumps({'Fragments': [], 'NextToken': f'{next(numbers):060000}'})),
}

# These are retried without end, as the element follows a stream.
RETRIED = {
    'failures that ask for no pause': make_failures('{}', 'Retry-After: 0\r\n'),
    'large failures': make_failures(f'{{}}{{"a":[{"1," * 1_000_000}1]}}', 'Retry-After: 0\r\n'),
    'pauses without an end': make_failures('{}', 'Retry-After: 99999999999999999999\r\n'),
    'throttling': lambda _: answer('{}', '400 Bad Request', 'x-amzn-ErrorType: ThrottlingException\r\n'),
}
