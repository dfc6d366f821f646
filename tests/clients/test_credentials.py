# SPDX-License-Identifier: LGPL-2.1-or-later
"""Temporary credentials, fetched by boto3's own providers and used by every client."""

import json
import os
import urllib.request
from unittest import mock

import boto3
import botocore.config
import botocore.exceptions
import botocore.session

import tap
from clients import ALL_CLIENTS
from emulator import CREDENTIALS, REGION, STREAM, Credentials
from testcase import ClientTestCase, with_each_client

CONTAINER_PATH = "/credentials/container"
ROLE = "arn:aws:iam::123456789012:role/viewer"


def read_credentials(reply: dict, token: str) -> Credentials:
    return Credentials(reply["AccessKeyId"], reply["SecretAccessKey"], reply[token])


class ContainerTest(ClientTestCase):
    """The form in which containers get credentials."""

    def fetch(self, emulator, authorization=None) -> dict:
        request = urllib.request.Request(emulator.url + CONTAINER_PATH)
        if authorization is not None:
            request.add_header("Authorization", authorization)
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)

    @with_each_client
    def test_are_accepted(self, client_class):
        credentials = read_credentials(self.fetch(self.emulator), "Token")
        client = self.connect(client_class, credentials=credentials)
        self.assertEqual(client.describe_stream(StreamName=STREAM)["StreamName"], STREAM)

    @with_each_client
    def test_are_refused_without_their_token(self, client_class):
        credentials = read_credentials(self.fetch(self.emulator), "Token")
        client = self.connect(client_class, credentials=credentials._replace(session_token=None))
        with self.assert_refused("UnrecognizedClientException", 403):
            client.describe_stream(StreamName=STREAM)

    @with_each_client
    def test_are_refused_when_expired(self, client_class):
        emulator = self.start_emulator("--credential-lifetime=0")
        credentials = read_credentials(self.fetch(emulator), "Token")
        with self.assert_refused("ExpiredTokenException", 403):
            self.connect(client_class, emulator, credentials=credentials).describe_stream(
                StreamName=STREAM
            )

    def test_expire_when_they_say(self):
        emulator = self.start_emulator("--credential-lifetime=1800")
        self.assertEqual(self.fetch(emulator)["Expiration"], "2026-11-23T12:30:00Z")

    def test_each_are_others(self):
        self.assertNotEqual(self.fetch(self.emulator), self.fetch(self.emulator))

    def test_ask_for_the_configured_authorization(self):
        emulator = self.start_emulator("--container-token=right")
        self.assertIn("AccessKeyId", self.fetch(emulator, "right"))
        for authorization in (None, "wrong"):
            with self.assertRaises(urllib.error.HTTPError) as context:
                self.fetch(emulator, authorization)
            context.exception.close()
            self.assertEqual(context.exception.code, 403)

    def test_boto3_finds_them(self):
        emulator = self.start_emulator("--container-token=right", clock=None)
        environment = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": emulator.url + CONTAINER_PATH,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "right",
        }
        with mock.patch.dict(os.environ, environment):
            found = botocore.session.Session().get_credentials()
        self.assertEqual(found.method, "container-role")
        keys = found.get_frozen_credentials()
        credentials = Credentials(keys.access_key, keys.secret_key, keys.token)
        client = self.connect(ALL_CLIENTS[0], emulator, credentials=credentials)
        self.assertEqual(client.describe_stream(StreamName=STREAM)["StreamName"], STREAM)


class RoleTest(ClientTestCase):
    """The form in which STS gives credentials."""

    def connect_sts(self, emulator, credentials=CREDENTIALS):
        sts = boto3.client(
            "sts",
            region_name=REGION,
            endpoint_url=emulator.url,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            config=botocore.config.Config(
                parameter_validation=False, retries={"total_max_attempts": 1}
            ),
        )
        self.addCleanup(sts.close)
        return sts

    def assert_sts_refuses(self, code, call, **parameters):
        with self.assertRaises(botocore.exceptions.ClientError) as context:
            call(**parameters)
        self.assertEqual(context.exception.response["Error"]["Code"], code)

    @with_each_client
    def test_assumed_role_is_accepted(self, client_class):
        sts = self.connect_sts(self.emulator)
        reply = sts.assume_role(RoleArn=ROLE, RoleSessionName="viewer")
        credentials = read_credentials(reply["Credentials"], "SessionToken")
        client = self.connect(client_class, credentials=credentials)
        self.assertEqual(client.describe_stream(StreamName=STREAM)["StreamName"], STREAM)

    def test_role_of_a_web_identity_is_accepted(self):
        emulator = self.start_emulator("--web-identity-token=right")
        sts = self.connect_sts(emulator)
        reply = sts.assume_role_with_web_identity(
            RoleArn=ROLE, RoleSessionName="viewer", WebIdentityToken="right"
        )
        credentials = read_credentials(reply["Credentials"], "SessionToken")
        client = self.connect(ALL_CLIENTS[0], emulator, credentials=credentials)
        self.assertEqual(client.describe_stream(StreamName=STREAM)["StreamName"], STREAM)
        self.assert_sts_refuses(
            "InvalidIdentityToken",
            sts.assume_role_with_web_identity,
            RoleArn=ROLE,
            RoleSessionName="viewer",
            WebIdentityToken="wrong",
        )

    def test_role_lasts_as_long_as_asked(self):
        sts = self.connect_sts(self.emulator)
        reply = sts.assume_role(RoleArn=ROLE, RoleSessionName="viewer", DurationSeconds=900)
        expiration = reply["Credentials"]["Expiration"]
        self.assertEqual(expiration.strftime("%Y-%m-%d %H:%M:%S%z"), "2026-11-23 12:15:00+0000")

    def test_wrong_keys_assume_nothing(self):
        sts = self.connect_sts(self.emulator, CREDENTIALS._replace(secret_key="wrong"))
        self.assert_sts_refuses(
            "SignatureDoesNotMatch", sts.assume_role, RoleArn=ROLE, RoleSessionName="viewer"
        )

    def test_unknown_keys_assume_nothing(self):
        sts = self.connect_sts(self.emulator, CREDENTIALS._replace(access_key="AKIDNONE"))
        self.assert_sts_refuses(
            "InvalidClientTokenId", sts.assume_role, RoleArn=ROLE, RoleSessionName="viewer"
        )

    def test_external_id_must_be_the_configured_one(self):
        sts = self.connect_sts(self.start_emulator("--external-id=right"))
        role = {"RoleArn": ROLE, "RoleSessionName": "viewer"}
        self.assertIn("Credentials", sts.assume_role(ExternalId="right", **role))
        self.assert_sts_refuses("AccessDenied", sts.assume_role, ExternalId="wrong", **role)
        self.assert_sts_refuses("AccessDenied", sts.assume_role, **role)

    def test_limits_of_sts_hold(self):
        sts = self.connect_sts(self.emulator)
        right = {"RoleArn": ROLE, "RoleSessionName": "viewer"}
        for wrong in (
            {"RoleArn": "viewer"},
            {"RoleSessionName": "v"},
            {"RoleSessionName": "not a name"},
            {"DurationSeconds": 899},
            {"DurationSeconds": 43201},
        ):
            with self.subTest(wrong=wrong):
                self.assert_sts_refuses("ValidationError", sts.assume_role, **{**right, **wrong})


if __name__ == "__main__":
    tap.main()
