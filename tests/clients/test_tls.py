# SPDX-License-Identifier: LGPL-2.1-or-later
"""TLS with a certificate that the clients are told to trust."""

import os
import subprocess
import tempfile
from unittest import mock

import botocore.exceptions

import tap
from clients import Boto3Client, CommandLineClient, Failure, JavaScriptClient
from emulator import STREAM, STREAM_KEYS, Emulator
from testcase import ClientTestCase, make_request

# How each client is told what to trust.
TRUST = {
    Boto3Client: "AWS_CA_BUNDLE",
    CommandLineClient: "AWS_CA_BUNDLE",
    JavaScriptClient: "NODE_EXTRA_CA_CERTS",
}


def make_certificate(directory: str) -> tuple:
    """A certificate for the loopback address, and its key."""
    certificate = os.path.join(directory, "certificate.pem")
    key = os.path.join(directory, "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run(command, stderr=subprocess.DEVNULL, check=True)
    return certificate, key


class TlsTest(ClientTestCase):
    """The emulator under an address of https."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.certificate, key = make_certificate(directory.name)
        cls.emulator = Emulator(
            f"--stream={STREAM}=prepared,{STREAM_KEYS}",
            f"--tls-certificate={cls.certificate}",
            f"--tls-key={key}",
        )
        cls.addClassCleanup(cls.emulator.stop)

    def test_trusted(self):
        self.assertTrue(self.emulator.url.startswith("https://"))
        for client_class, variable in TRUST.items():
            with self.subTest(client=client_class.__name__):
                with mock.patch.dict(os.environ, {variable: self.certificate}):
                    client = self.connect(client_class)
                    endpoint = client.get_data_endpoint(StreamName=STREAM, APIName="GET_IMAGES")
                    self.assertEqual(endpoint, self.emulator.url)
                    self.assertEqual(len(client.get_images(**make_request(3000)).images), 3)

    def test_not_trusted(self):
        for client_class in TRUST:
            with self.subTest(client=client_class.__name__):
                with self.assertRaises((botocore.exceptions.SSLError, Failure)):
                    self.connect(client_class).describe_stream(StreamName=STREAM)
        self.assertEqual(self.emulator.read_log("DescribeStream"), [])


if __name__ == "__main__":
    tap.main()
