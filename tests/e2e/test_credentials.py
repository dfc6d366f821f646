# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every source of credentials, from the outside: what a user sets up, and then a pipeline that
pulls. And that what is secret in it is read nowhere."""

import datetime
import hashlib
import json
import pathlib
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.request

import e2e
from answers import Answers

PULL = 'kvsimagesrc stream-name=door start-timestamp=now-30m max-items=2'

SESSION_TOKEN = 'emulator/session+token=='
CONTAINER_TOKEN = 'container-authorization-token'
WEB_TOKEN = 'eyJhbGciOiJub25lIn0.web-identity-token'
SSO_TOKEN = 'sso-access-token'

SECRETS = (e2e.SECRET_KEY, SESSION_TOKEN, CONTAINER_TOKEN, WEB_TOKEN, SSO_TOKEN, 'Signature=')

# All that can be made to talk, does.
TRACES = dict(GST_DEBUG='*:9', G_MESSAGES_DEBUG='all')

# For a client without keys of its own.
NO_KEYS = dict(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)


def in_seconds(seconds):
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return time.strftime('%Y-%m-%dT%H:%M:%SZ')


def make_container_answer(**changes):
    return {'AccessKeyId': e2e.ACCESS_KEY, 'SecretAccessKey': e2e.SECRET_KEY,
            'Token': SESSION_TOKEN, 'Expiration': in_seconds(3600), **changes}


def read_errors(end):
    """What a user reads, among all that is traced."""
    return [line for line in end.stderr.splitlines() if line.startswith('ERROR: from element')]


class CredentialsTest(unittest.TestCase):
    """With an emulator that takes one pair of keys with a session token, and gives temporary ones
    to a client that has these."""

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator(
            '--stream=door=prepared', f'--session-token={SESSION_TOKEN}',
            f'--container-token={CONTAINER_TOKEN}', f'--web-identity-token={WEB_TOKEN}',
            '--external-id=shared-with-the-owner'))

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        return str(path)

    def write_config(self, text):
        """A config file whose STS is the emulator."""
        services = (f'[services emulator]\nsts =\n  endpoint_url = {self.emulator.url}\n')
        return self.write('config', f'{text}\nservices = emulator\nregion = {e2e.REGION}\n{services}')

    def launch(self, source=PULL, **changes):
        """Runs a pipeline that tells all it can, which must be no secret."""
        dots = self.directory / 'dots'
        end = e2e.launch(f'-v {source} ! fakesink', self.emulator, **TRACES,
                         GST_DEBUG_DUMP_DOT_DIR=str(dots), **changes)
        told = end.stdout + end.stderr + ''.join(dot.read_text() for dot in dots.glob('*.dot'))
        self.assertIn('kvsimagesrc', told)
        for secret in SECRETS:
            self.assertNotIn(secret, told)
        return end

    def check(self, source=PULL, **changes):
        end = self.launch(source, **changes)
        self.assertEqual(end.returncode, 0, read_errors(end))

    def check_error(self, words, source=PULL, **changes):
        end = self.launch(source, **changes)
        self.assertNotEqual(end.returncode, 0)
        self.assertIn(words, read_errors(end)[0])


class SourcesTest(CredentialsTest):

    def test_environment(self):
        self.check(AWS_SESSION_TOKEN=SESSION_TOKEN)

    def test_properties(self):
        """Not traced: GStreamer's parser of pipelines logs them as it reads them."""
        end = e2e.launch(f'{PULL} access-key={e2e.ACCESS_KEY} secret-key={e2e.SECRET_KEY} '
                         f'session-token="{SESSION_TOKEN}" ! fakesink', self.emulator, **NO_KEYS)
        self.assertEqual(end.returncode, 0, end.stderr)

    def test_credential_path(self):
        path = self.write('kvssink', f'CREDENTIALS {e2e.ACCESS_KEY} {in_seconds(3600)} '
                                     f'{e2e.SECRET_KEY} {SESSION_TOKEN}')
        self.check(f'{PULL} credential-path={path}', **NO_KEYS)

    def write_credentials(self, name='default'):
        return self.write('credentials', f'[{name}]\naws_access_key_id={e2e.ACCESS_KEY}\n'
                                         f'aws_secret_access_key={e2e.SECRET_KEY}\n'
                                         f'aws_session_token={SESSION_TOKEN}\n')

    def test_default_profile(self):
        self.check(AWS_SHARED_CREDENTIALS_FILE=self.write_credentials(), **NO_KEYS)

    def test_profile_property(self):
        """The property wins over keys in the environment."""
        self.check(f'{PULL} profile=me', AWS_SHARED_CREDENTIALS_FILE=self.write_credentials('me'),
                   AWS_ACCESS_KEY_ID='unknown', AWS_SECRET_ACCESS_KEY='unknown')

    def test_profile_with_role(self):
        self.check(f'{PULL} profile=cameras',
                   AWS_SHARED_CREDENTIALS_FILE=self.write_credentials('me'),
                   AWS_CONFIG_FILE=self.write_config(
                       '[profile cameras]\nrole_arn = arn:aws:iam::123456789012:role/cameras\n'
                       'source_profile = me\nexternal_id = shared-with-the-owner'), **NO_KEYS)

    def test_role_property(self):
        self.check(f'{PULL} role-arn=arn:aws:iam::123456789012:role/cameras '
                   'external-id=shared-with-the-owner',
                   AWS_SESSION_TOKEN=SESSION_TOKEN, AWS_ENDPOINT_URL_STS=self.emulator.url)

    def test_refused_role(self):
        self.check_error('403 AccessDenied',
                         f'{PULL} role-arn=arn:aws:iam::123456789012:role/cameras external-id=guessed',
                         AWS_SESSION_TOKEN=SESSION_TOKEN, AWS_ENDPOINT_URL_STS=self.emulator.url)

    def test_web_identity(self):
        self.check(AWS_WEB_IDENTITY_TOKEN_FILE=self.write('token', f'{WEB_TOKEN}\n'),
                   AWS_ROLE_ARN='arn:aws:iam::123456789012:role/cameras',
                   AWS_ENDPOINT_URL_STS=self.emulator.url, **NO_KEYS)

    def test_container(self):
        self.check(
            AWS_CONTAINER_CREDENTIALS_FULL_URI=f'{self.emulator.url}/credentials/container',
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=self.write('token', CONTAINER_TOKEN), **NO_KEYS)

    def test_process(self):
        answer = {'Version': 1, 'AccessKeyId': e2e.ACCESS_KEY, 'SecretAccessKey': e2e.SECRET_KEY,
                  'SessionToken': SESSION_TOKEN}
        path = self.write('answer.json', json.dumps(answer))
        self.check(AWS_CONFIG_FILE=self.write_config(
            f'[default]\ncredential_process = cat "{path}"'), **NO_KEYS)

    def test_sso(self):
        role = {'accessKeyId': e2e.ACCESS_KEY, 'secretAccessKey': e2e.SECRET_KEY,
                'sessionToken': SESSION_TOKEN, 'expiration': int(time.time() + 3600) * 1000}
        name = hashlib.sha1(b'company').hexdigest()
        self.write(f'.aws/sso/cache/{name}.json', json.dumps(
            {'accessToken': SSO_TOKEN, 'expiresAt': in_seconds(3600)}))
        with Answers({'/federation/credentials': {'roleCredentials': role}}) as portal:
            self.check(HOME=str(self.directory), AWS_ENDPOINT_URL_SSO=portal.url,
                       AWS_CONFIG_FILE=self.write_config(
                           '[sso-session company]\nsso_region = us-east-1\n'
                           'sso_start_url = https://company.example/start\n'
                           '[default]\nsso_session = company\nsso_account_id = 123456789012\n'
                           'sso_role_name = CameraViewer'), **NO_KEYS)

    def test_instance(self):
        path = '/latest/meta-data/iam/security-credentials/'
        answers = {'/latest/api/token': 'token', path: 'cameras',
                   f'{path}cameras': make_container_answer(Code='Success')}
        with Answers(answers) as instance:
            self.check(AWS_EC2_METADATA_DISABLED=None,
                       AWS_EC2_METADATA_SERVICE_ENDPOINT=instance.url, **NO_KEYS)
            self.assertEqual(instance.requests, ['PUT /latest/api/token', f'GET {path}',
                                                 f'GET {path}cameras'])

    def make_certificate(self, name):
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
                        f'/CN={name}', '-addext', f'subjectAltName=DNS:{name}',
                        '-keyout', self.directory / f'{name}.key',
                        '-out', self.directory / f'{name}.pem'],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def test_device(self):
        self.make_certificate('localhost')
        self.make_certificate('camera')
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.directory / 'localhost.pem', self.directory / 'localhost.key')
        tls.load_verify_locations(self.directory / 'camera.pem')
        tls.verify_mode = ssl.CERT_REQUIRED
        answer = {'accessKeyId': e2e.ACCESS_KEY, 'secretAccessKey': e2e.SECRET_KEY,
                  'sessionToken': SESSION_TOKEN, 'expiration': in_seconds(3600)}
        with Answers({'/role-aliases/cameras/credentials': {'credentials': answer}}, tls) as iot:
            self.check(f'{PULL} iot-certificate="iot-certificate,endpoint=localhost:{iot.port},'
                       f'cert-path={self.directory}/camera.pem,key-path={self.directory}/camera.key,'
                       f'ca-path={self.directory}/localhost.pem,role-aliases=cameras"', **NO_KEYS)

    def test_contradiction(self):
        self.check_error('credential-path', f'{PULL} profile=me credential-path=/nowhere',
                         AWS_SHARED_CREDENTIALS_FILE=self.write_credentials('me'))


class RenewalTest(unittest.TestCase):

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_short_lives_and_an_outage(self):
        """An hour of stills with keys that live three seconds, whose source is away for two."""
        with e2e.Emulator('--stream=door=prepared', '--credential-lifetime=3',
                          '--fault=GetImages:*:latency=100ms') as emulator:
            began = time.monotonic()

            def forward(handler):
                if 4 <= time.monotonic() - began < 6:
                    return None
                with urllib.request.urlopen(f'{emulator.url}/credentials/container') as reply:
                    return json.load(reply)

            with Answers({'/credentials': forward}) as container:
                environment = dict(
                    NO_KEYS, AWS_CONTAINER_CREDENTIALS_FULL_URI=f'{container.url}/credentials')
                end = e2e.launch('kvsimagesrc stream-name=door start-timestamp=now-1h '
                                 'sampling-interval=1000 ! multifilesink location=%d.jpg',
                                 emulator, self.directory, **environment)
                self.assertGreater(len(container.requests), 3)
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(len(list(self.directory.glob('*.jpg'))), 3600)


class SharingTest(unittest.TestCase):

    def test_a_hundred_elements(self):
        """One identity: its credentials are fetched once, and each stream is located once."""
        with tempfile.TemporaryDirectory() as directory:
            log = pathlib.Path(directory) / 'log'
            streams = [f'--stream=door{i}=prepared' for i in range(10)]
            with e2e.Emulator(*streams, '--quota=on', f'--log={log}') as emulator:
                environment = emulator.get_environment(
                    **NO_KEYS, AWS_CONTAINER_CREDENTIALS_FULL_URI=f'{emulator.url}/credentials/container')
                sources = ' '.join(f'kvsimagesrc stream-name=door{i % 10} start-timestamp=now-30m '
                                   'max-items=1 ! fakesink' for i in range(100))
                end = e2e.run(['bash', '-c', f'exec gst-launch-1.0 {sources}'], environment)
            calls = [json.loads(line)['operation'] for line in log.read_text().splitlines()]
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(calls.count('ContainerCredentials'), 1)
        self.assertEqual(calls.count('GetDataEndpoint'), 10)


if __name__ == '__main__':
    e2e.main()
