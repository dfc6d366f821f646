# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every bound of the service's model, tried from both sides.

The model is the one that botocore ships. Debian's is older than the service: what has changed since
stands in CHANGED.
"""


import botocore.session

import tap
from clients import BareClient
from emulator import START_MS, STREAM
from testcase import ClientTestCase, make_request

# The model of 2023-08-07 took the bounds of the interval away and made it optional; its
# documentation gives 200 ms as the least.
CHANGED = {"SamplingInterval": {"min": 200, "required": False}}

# Strings that fit the patterns of the model, to be made longer.
FITTING = {
    "StreamName": "a",
    "StreamARN": "arn:aws:kinesisvideo:us-east-1:123456789012:stream/camera/1",
    "NextToken": "A",
}
MISFITTING = {"StreamName": "not a name", "StreamARN": "camera", "NextToken": "not a token!"}

OPERATIONS = {
    "GetImages": ("kinesis-video-archived-media", "/getImages", make_request(3000)),
    "ListFragments": (
        "kinesis-video-archived-media",
        "/listFragments",
        {"StreamName": STREAM},
    ),
    "GetDataEndpoint": (
        "kinesisvideo",
        "/getDataEndpoint",
        {"StreamName": STREAM, "APIName": "GET_IMAGES"},
    ),
    "DescribeStream": ("kinesisvideo", "/describeStream", {"StreamName": STREAM}),
}

# Width and height come together, and a stream has one name.
COMPANIONS = {"WidthPixels": {"HeightPixels": 100}, "HeightPixels": {"WidthPixels": 100}}


class Member:
    """A member of an operation's input, with its bounds as they are today."""

    def __init__(self, name, shape, required):
        self.name = name
        self.type = shape.type_name
        changed = CHANGED.get(name)
        self.bounds = shape.metadata if changed is None else changed
        self.required = required if changed is None else changed["required"]
        self.members = read_members(shape) if self.type == "structure" else []

    def _lengthen(self, length: int) -> str:
        return FITTING[self.name].ljust(length, "1")

    def _get_sample(self):
        if self.type == "structure":
            return {member.name: member._get_sample() for member in self.members}
        return START_MS if self.type == "timestamp" else self.get_values_inside()[0]

    def _replace_each(self, get_values) -> list:
        sample = self._get_sample()
        return [
            {**sample, member.name: value}
            for member in self.members
            for value in get_values(member)
        ]

    def get_values_inside(self) -> list:
        """Values at the bounds."""
        if "enum" in self.bounds:
            return list(self.bounds["enum"])
        if self.type in ("integer", "long"):
            return [self.bounds[bound] for bound in ("min", "max") if bound in self.bounds]
        if self.type == "string":
            least = max(self.bounds["min"], len(FITTING[self.name]))
            return [self._lengthen(length) for length in (least, self.bounds["max"])]
        if self.type == "map":
            return [{"JPEGQuality": "80"}]
        if self.type == "structure":
            return [self._get_sample(), *self._replace_each(Member.get_values_inside)]
        return []

    def get_values_outside(self) -> list:
        """Values just beyond the bounds."""
        if "enum" in self.bounds:
            return ["", "OTHER", self.bounds["enum"][0].lower()]
        if self.type in ("integer", "long"):
            steps = (("min", -1), ("max", 1))
            return [self.bounds[bound] + step for bound, step in steps if bound in self.bounds]
        if self.type == "string":
            return ["", self._lengthen(self.bounds["max"] + 1), MISFITTING[self.name]]
        if self.type == "map":
            return [{}, {"JPEGQuality": "80", "Other": "80"}]
        if self.type == "structure":
            missing = self._replace_each(lambda member: [None] if member.required else [])
            return [{}, *missing, *self._replace_each(Member.get_values_outside)]
        return []


def read_members(shape) -> list:
    """The members of a structure."""
    return [
        Member(name, member, name in shape.required_members)
        for name, member in shape.members.items()
    ]


def get_members(operation: str) -> list:
    """The input of an operation, as botocore's model describes it."""
    service = OPERATIONS[operation][0]
    model = botocore.session.get_session().get_service_model(service)
    return read_members(model.operation_model(operation).input_shape)


class ModelBoundsTest(ClientTestCase):
    """A value at a bound is valid, and one beyond it is not."""

    def call(self, operation, changes):
        _, path, parameters = OPERATIONS[operation]
        parameters = {**parameters, **changes}
        if "StreamARN" in changes:
            del parameters["StreamName"]
        reply = self.connect(BareClient).post(path, parameters)
        return reply.code, reply.status, reply.body.decode()

    def each_member(self):
        for operation in OPERATIONS:
            for member in get_members(operation):
                yield operation, member

    def test_inside(self):
        for operation, member in self.each_member():
            for value in member.get_values_inside():
                with self.subTest(operation=operation, member=member.name, value=value):
                    companions = COMPANIONS.get(member.name, {})
                    _, _, body = self.call(operation, {member.name: value, **companions})
                    # It may be the name of a stream that does not exist, but it is a name.
                    self.assertNotIn("failed to satisfy constraint", body)
                    self.assertNotIn("must be", body)

    def test_outside(self):
        for operation, member in self.each_member():
            for value in member.get_values_outside():
                with self.subTest(operation=operation, member=member.name, value=value):
                    companions = COMPANIONS.get(member.name, {})
                    code, status, _ = self.call(operation, {member.name: value, **companions})
                    self.assertEqual((code, status), ("InvalidArgumentException", 400))

    def test_required(self):
        for operation, member in self.each_member():
            if member.required:
                with self.subTest(operation=operation, member=member.name):
                    code, status, body = self.call(operation, {member.name: None})
                    self.assertEqual((code, status), ("InvalidArgumentException", 400))
                    self.assertIn(member.name[0].lower() + member.name[1:], body)

    def test_not_required(self):
        for operation, member in self.each_member():
            if not member.required and member.name != "StreamName":
                with self.subTest(operation=operation, member=member.name):
                    changes = {} if member.name == "StreamARN" else {member.name: None}
                    self.assertEqual(self.call(operation, changes)[1], 200)

    def test_model_has_what_is_tried(self):
        names = {member.name for member in get_members("GetImages")}
        self.assertLessEqual(set(CHANGED) | set(COMPANIONS) | set(FITTING), names)


if __name__ == "__main__":
    tap.main()
