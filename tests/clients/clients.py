# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real clients under one interface, so that a test can hold them against each other.

Times are in ms since the epoch. Some clients cut them to whole seconds before they send them, which
depends on their version: testcase.sends_milliseconds() finds out.
"""

import base64
import datetime
import http.client
import json
import os
import subprocess
import tempfile
import urllib.parse
from typing import Dict, Iterator, List, NamedTuple, Optional

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions

import javascript
from emulator import CREDENTIALS, REGION, Credentials

AWS_CLI = "/usr/bin/aws"
DATES = ("StartTimestamp", "EndTimestamp")
# Clients find no credentials and no proxy of the user who runs the tests.
ENVIRONMENT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "NO_PROXY": "127.0.0.1",
}


def _clean_environment() -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT)


_clean_environment()


class Image(NamedTuple):
    """An entry of a page: an image, or the reason why there is none."""

    time_ms: int
    error: Optional[str]
    content: Optional[bytes]


class Page(NamedTuple):
    """A reply of GetImages."""

    images: List[Image]
    next_token: Optional[str]


class Fragment(NamedTuple):
    """An entry of a list of fragments."""

    number: str
    server_ms: int
    producer_ms: int
    length_ms: int
    size: int


class FragmentPage(NamedTuple):
    """A reply of ListFragments."""

    fragments: List[Fragment]
    next_token: Optional[str]


class Failure(Exception):
    """An error reply of the service. The AWS CLI does not tell the status."""

    def __init__(self, code: str, message: str, status: Optional[int]):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def _read_page(reply: dict, read_time) -> Page:
    images = [
        Image(
            read_time(entry["TimeStamp"]),
            entry.get("Error") or None,
            base64.b64decode(entry["ImageContent"], validate=True)
            if entry.get("ImageContent")
            else None,
        )
        for entry in reply["Images"]
    ]
    return Page(images, reply.get("NextToken") or None)


def _read_fragments(reply: dict, read_time) -> FragmentPage:
    fragments = [
        Fragment(
            entry["FragmentNumber"],
            read_time(entry["ServerTimestamp"]),
            read_time(entry["ProducerTimestamp"]),
            entry["FragmentLengthInMilliseconds"],
            entry["FragmentSizeInBytes"],
        )
        for entry in reply["Fragments"]
    ]
    return FragmentPage(fragments, reply.get("NextToken") or None)


def _from_datetime(time: datetime.datetime) -> int:
    return round(time.timestamp() * 1000)


def _from_iso(text: str) -> int:
    return _from_datetime(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")))


def _from_seconds(seconds: float) -> int:
    return round(seconds * 1000)


def _to_datetime(time_ms: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(time_ms / 1000, datetime.timezone.utc)


def _to_iso(time_ms: int) -> str:
    return _to_datetime(time_ms).isoformat(timespec="milliseconds")


def _convert_dates(parameters: dict, convert) -> dict:
    def convert_member(name, value):
        if isinstance(value, dict):
            return _convert_dates(value, convert)
        return convert(value) if name in DATES and isinstance(value, int) else value

    return {name: convert_member(name, value) for name, value in parameters.items()}


class Client:
    """What a test can ask of every client."""

    # Whether each call takes so long that a test makes no more of them than it must.
    is_slow = False

    def __init__(self, url: str, credentials: Credentials = CREDENTIALS, region: str = REGION):
        self.url = url
        self.credentials = credentials
        self.region = region

    def close(self) -> None:
        """Ends what the client has started."""

    def get_data_endpoint(self, **parameters) -> str:
        raise NotImplementedError

    def describe_stream(self, **parameters) -> dict:
        raise NotImplementedError

    def get_images(self, **parameters) -> Page:
        """One page."""
        raise NotImplementedError

    def get_all_images(self, **parameters) -> List[Image]:
        """All pages, put together by the client itself."""
        raise NotImplementedError

    def list_fragments(self, **parameters) -> FragmentPage:
        """One page."""
        raise NotImplementedError

    def list_all_fragments(self, **parameters) -> List[Fragment]:
        """All pages, put together by the client itself."""
        raise NotImplementedError


class Boto3Client(Client):
    """Debian's python3-boto3."""

    def __init__(self, *arguments, attempts: int = 1, read_timeout: float = 60, **keywords):
        super().__init__(*arguments, **keywords)
        self._config = botocore.config.Config(
            parameter_validation=False,
            read_timeout=read_timeout,
            retries={"total_max_attempts": attempts, "mode": "standard"},
        )
        self._clients = []
        self._control = self._connect("kinesisvideo")
        self._media = self._connect("kinesis-video-archived-media")

    def _connect(self, service: str):
        client = boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.url,
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            aws_session_token=self.credentials.session_token,
            config=self._config,
        )
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()

    @staticmethod
    def _call(function, parameters: dict) -> dict:
        try:
            return function(**_convert_dates(parameters, _to_datetime))
        except botocore.exceptions.ClientError as error:
            reply = error.response
            raise Failure(
                reply["Error"]["Code"],
                reply["Error"]["Message"],
                reply["ResponseMetadata"]["HTTPStatusCode"],
            ) from error

    def get_data_endpoint(self, **parameters) -> str:
        return self._call(self._control.get_data_endpoint, parameters)["DataEndpoint"]

    def describe_stream(self, **parameters) -> dict:
        return self._call(self._control.describe_stream, parameters)["StreamInfo"]

    def get_images(self, **parameters) -> Page:
        return _read_page(self._call(self._media.get_images, parameters), _from_datetime)

    def _get_all(self, operation: str, parameters: dict) -> dict:
        paginate = self._media.get_paginator(operation).paginate
        return self._call(
            lambda **converted: paginate(**converted).build_full_result(), parameters
        )

    def get_all_images(self, **parameters) -> List[Image]:
        return _read_page(self._get_all("get_images", parameters), _from_datetime).images

    def list_fragments(self, **parameters) -> FragmentPage:
        return _read_fragments(self._call(self._media.list_fragments, parameters), _from_datetime)

    def list_all_fragments(self, **parameters) -> List[Fragment]:
        return _read_fragments(self._get_all("list_fragments", parameters), _from_datetime).fragments


class CommandLineClient(Client):
    """Debian's awscli."""

    is_slow = True

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self._config = tempfile.NamedTemporaryFile("w", prefix="aws-config-")
        self._config.write("[default]\nparameter_validation = false\ncli_pager =\n")
        self._config.flush()

    def close(self) -> None:
        self._config.close()

    def _make_environment(self) -> Dict[str, str]:
        environment = {
            **os.environ,
            "AWS_CONFIG_FILE": self._config.name,
            "AWS_ACCESS_KEY_ID": self.credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_key,
            "AWS_MAX_ATTEMPTS": "1",
        }
        if self.credentials.session_token is not None:
            environment["AWS_SESSION_TOKEN"] = self.credentials.session_token
        return environment

    def _call(self, service: str, operation: str, parameters: dict, *options: str) -> dict:
        command = [AWS_CLI, service, operation, f"--endpoint-url={self.url}"]
        command += [f"--region={self.region}", "--output=json", *options]
        command += ["--cli-input-json", json.dumps(_convert_dates(parameters, _to_iso))]
        done = subprocess.run(
            command, env=self._make_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise self._read_failure(done.stderr)
        return json.loads(done.stdout) if done.stdout else {}

    @staticmethod
    def _read_failure(text: str) -> Failure:
        prefix, suffix = "An error occurred (", "): "
        _, found, rest = text.partition(prefix)
        code, _, _ = rest.partition(")")
        _, _, message = rest.partition(suffix)
        if not found:
            _, _, message = ("", "", text)
        return Failure(code, message.strip(), None)

    def get_data_endpoint(self, **parameters) -> str:
        return self._call("kinesisvideo", "get-data-endpoint", parameters)["DataEndpoint"]

    def describe_stream(self, **parameters) -> dict:
        return self._call("kinesisvideo", "describe-stream", parameters)["StreamInfo"]

    def _get(self, operation: str, parameters: dict, *options: str) -> dict:
        return self._call("kinesis-video-archived-media", operation, parameters, *options)

    def _get_all(self, operation: str, parameters: dict) -> dict:
        # With MaxResults among its parameters it would stop after a page.
        page_size = parameters.pop("MaxResults", None)
        options = [] if page_size is None else [f"--page-size={page_size}"]
        return self._get(operation, parameters, *options)

    def get_images(self, **parameters) -> Page:
        return _read_page(self._get("get-images", parameters, "--no-paginate"), _from_iso)

    def get_all_images(self, **parameters) -> List[Image]:
        return _read_page(self._get_all("get-images", parameters), _from_iso).images

    def list_fragments(self, **parameters) -> FragmentPage:
        reply = self._get("list-fragments", parameters, "--no-paginate")
        return _read_fragments(reply, _from_iso)

    def list_all_fragments(self, **parameters) -> List[Fragment]:
        return _read_fragments(self._get_all("list-fragments", parameters), _from_iso).fragments


class JavaScriptClient(Client):
    """The AWS SDK for JavaScript, version 3, in a process of Node.js."""

    def __init__(self, *arguments, attempts: int = 1, **keywords):
        super().__init__(*arguments, **keywords)
        self._attempts = attempts
        self._process = subprocess.Popen(
            javascript.prepare(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def _describe_credentials(self) -> dict:
        described = {
            "accessKeyId": self.credentials.access_key,
            "secretAccessKey": self.credentials.secret_key,
        }
        if self.credentials.session_token is not None:
            described["sessionToken"] = self.credentials.session_token
        return described

    def _call(self, operation: str, parameters: dict) -> dict:
        request = {
            "operation": operation,
            "endpoint": self.url,
            "region": self.region,
            "credentials": self._describe_credentials(),
            "attempts": self._attempts,
            "parameters": _convert_dates(parameters, _to_iso),
        }
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "failure" in answer:
            failure = answer["failure"]
            raise Failure(failure["code"], failure["message"], failure["status"])
        return answer["result"]

    def get_data_endpoint(self, **parameters) -> str:
        return self._call("GetDataEndpoint", parameters)["DataEndpoint"]

    def describe_stream(self, **parameters) -> dict:
        return self._call("DescribeStream", parameters)["StreamInfo"]

    def get_images(self, **parameters) -> Page:
        return _read_page(self._call("GetImages", parameters), _from_iso)

    def get_all_images(self, **parameters) -> List[Image]:
        return _read_page(self._call("GetAllImages", parameters), _from_iso).images

    def list_fragments(self, **parameters) -> FragmentPage:
        return _read_fragments(self._call("ListFragments", parameters), _from_iso)

    def list_all_fragments(self, **parameters) -> List[Fragment]:
        return _read_fragments(self._call("ListAllFragments", parameters), _from_iso).fragments


class Reply(NamedTuple):
    """A reply as it came."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def code(self) -> Optional[str]:
        """The error that its header names, as the Smithy protocol says to read it."""
        return (self.headers.get("x-amzn-ErrorType") or "").partition(":")[0] or None


class BareClient(Client):
    """Requests made by hand, with botocore's signer: what no SDK would send can be sent."""

    service = "kinesisvideo"

    def sign(self, path: str, body: bytes, headers: Optional[dict] = None):
        """A signed POST request, which may still be changed."""
        request = botocore.awsrequest.AWSRequest(
            "POST", self.url + path, data=body, headers={"Content-Type": "application/json"}
        )
        for name, value in (headers or {}).items():
            request.headers[name] = value
        credentials = botocore.credentials.Credentials(*self.credentials)
        botocore.auth.SigV4Auth(credentials, self.service, self.region).add_auth(request)
        return request

    def send(self, request) -> Reply:
        """Sends a request as it is."""
        address = urllib.parse.urlsplit(request.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        try:
            connection.request(request.method, address.path, request.data, dict(request.headers))
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def post(self, path: str, parameters: dict) -> Reply:
        """Signs and sends parameters."""
        wire_form = _convert_dates(parameters, lambda time_ms: time_ms / 1000)
        return self.send(self.sign(path, json.dumps(wire_form).encode()))

    def _call(self, path: str, parameters: dict) -> dict:
        reply = self.post(path, parameters)
        if reply.status != 200:
            raise Failure(reply.code, json.loads(reply.body)["Message"], reply.status)
        return json.loads(reply.body)

    def get_data_endpoint(self, **parameters) -> str:
        return self._call("/getDataEndpoint", parameters)["DataEndpoint"]

    def describe_stream(self, **parameters) -> dict:
        return self._call("/describeStream", parameters)["StreamInfo"]

    def get_images(self, **parameters) -> Page:
        return _read_page(self._call("/getImages", parameters), _from_seconds)

    def get_all_images(self, **parameters) -> List[Image]:
        pages = self._get_pages(self.get_images, parameters)
        return [image for page in pages for image in page.images]

    def list_fragments(self, **parameters) -> FragmentPage:
        return _read_fragments(self._call("/listFragments", parameters), _from_seconds)

    def list_all_fragments(self, **parameters) -> List[Fragment]:
        pages = self._get_pages(self.list_fragments, parameters)
        return [fragment for page in pages for fragment in page.fragments]

    @staticmethod
    def _get_pages(get_page, parameters: dict) -> Iterator:
        page = get_page(**parameters)
        yield page
        while page.next_token is not None:
            page = get_page(**parameters, NextToken=page.next_token)
            yield page


ALL_CLIENTS = (BareClient, Boto3Client, CommandLineClient, JavaScriptClient)
