#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks the probe what no other program can be asked for comparison."""

import hashlib
import json
import os
import subprocess
import unittest

import tap

REQUEST = {'method': 'POST', 'url': 'https://host/getImages', 'headers': [], 'body': '{}',
           'access_key': 'AKIDEXAMPLE', 'secret_key': 'secret', 'region': 'us-east-1',
           'service': 'kinesisvideo', 'timestamp': '20150830T123600Z'}


def run(command: list, text: str):
    return subprocess.run([os.environ['PROBE'], *command], input=text, capture_output=True,
                          text=True, check=False)


def ask(command: str, question) -> dict:
    result = run([command], json.dumps(question))
    assert result.returncode == 0, result
    return json.loads(result.stdout)


class Calls(unittest.TestCase):
    def test_wrong_calls(self):
        for command in [], ['nothing'], ['sign', 'error']:
            with self.subTest(command):
                result = run(command, '{}')
                self.assertEqual(result.returncode, 2)
                self.assertIn('usage: probe ', result.stderr)
                self.assertEqual(result.stdout, '')

    def test_wrong_input(self):
        for command in 'sign', 'profiles', 'credentials', 'endpoint', 'error':
            for text in '', ' \n', 'x', 'null', '5', '"x"', '{', '[5]':
                with self.subTest(command=command, text=text):
                    result = run([command], text)
                    self.assertEqual(result.returncode, 2)
                    self.assertIn(f'probe {command}: ', result.stderr)


class Sign(unittest.TestCase):
    def test_refused(self):
        for name, words in [('access_key', 'access key'), ('secret_key', 'secret key'),
                            ('session_token', 'session token'), ('region', 'region'),
                            ('service', 'service')]:
            for value in 'a\rb', 'a\nb', 'a\0b', 'a\r\nX: y', 'a\n', '\0':
                with self.subTest(name=name, value=value):
                    answer = ask('sign', {**REQUEST, name: value})
                    self.assertEqual(list(answer), ['error'])
                    self.assertIn(words, answer['error'])

    def test_no_token(self):
        for token in None, '':
            self.assertEqual(ask('sign', {**REQUEST, 'session_token': token}),
                             ask('sign', REQUEST))

    def test_bad_members(self):
        for change in {'url': 'host'}, {'url': None}, {'timestamp': '2015'}, {'headers': ['x']}, \
                {'headers': [['a']]}, {'headers': [['a', 'b\0']]}:
            with self.subTest(change):
                self.assertEqual(list(ask('sign', {**REQUEST, **change})), ['error'])

    def test_several(self):
        answers = ask('sign', [REQUEST, {**REQUEST, 'region': ''}])
        self.assertEqual(answers[0], ask('sign', REQUEST))
        self.assertEqual(list(answers[1]), ['error'])

    def test_body(self):
        for body in '{}', '', 'a\0b', 'grüße':
            with self.subTest(body):
                canonical = ask('sign', {**REQUEST, 'body': body})['canonical_request']
                self.assertTrue(canonical.endswith(hashlib.sha256(body.encode()).hexdigest()))


class Error(unittest.TestCase):
    def assert_error(self, status, headers, body, code, message, request_id, error_class):
        answer = ask('error', {'status': status, 'headers': headers, 'body': body})
        self.assertEqual(answer, {'code': code, 'message': message, 'request_id': request_id,
                                  'class': error_class})

    def test_errors(self):
        self.assert_error(404, {'x-amzn-ErrorType': 'ResourceNotFoundException:http://x/',
                                'x-amzn-RequestId': 'r'}, '{"Message":"Hm.\\n\\nNo."}',
                          'ResourceNotFoundException', 'Hm.\n\nNo.', 'r', 'final')
        self.assert_error(400, {}, '{"__type":"com.amazon#ClientLimitExceededException"}',
                          'ClientLimitExceededException', None, None, 'throttling')
        self.assert_error(403, {}, '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>m'
                          '</Message></Error><RequestId>r</RequestId></ErrorResponse>',
                          'ExpiredToken', 'm', 'r', 'auth')
        self.assert_error(403, {}, '{"code":"RequestExpired"}', 'RequestExpired', None, None,
                          'skew')
        self.assert_error(503, {}, '', '503', None, None, 'transient')
        self.assert_error(500, {}, 'null', '500', 'null', None, 'transient')


class Reply(unittest.TestCase):
    def ask_lines(self, body: str) -> list:
        return [json.loads(line) for line in run(['reply'], body).stdout.splitlines()]

    def test_entries(self):
        page = {'Images': [{'TimeStamp': 1.5, 'ImageContent': 'aGFsbG8='},
                           {'TimeStamp': 2, 'Error': 'NO_MEDIA'},
                           {'TimeStamp': 3, 'ImageContent': 'a!'},
                           {'TimeStamp': 4}], 'NextToken': 'x'}
        self.assertEqual(self.ask_lines(json.dumps(page)), [
            {'time_ms': 1500, 'size': 5, 'sha256': hashlib.sha256(b'hallo').hexdigest()},
            {'time_ms': 2000, 'error': 'NO_MEDIA'},
            {'time_ms': 3000, 'error': 'BAD_IMAGE'},
            {'time_ms': 4000, 'error': 'NO_MEDIA'},
            {'next_token': 'x'}])

    def test_ends(self):
        self.assertEqual(self.ask_lines('{"Images":[]}'), [{'next_token': None}])
        for body in '', 'x', '{"Images":[', '{}':
            with self.subTest(body):
                self.assertEqual([list(line) for line in self.ask_lines(body)], [['error']])


if __name__ == '__main__':
    tap.main()
