# SPDX-License-Identifier: LGPL-2.1-or-later
"""Says what machine something was measured on, and with which programs."""

import json
import os
import pathlib
import platform
import re
import subprocess


def _read_first_line(*command):
    end = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return end.stdout.partition('\n')[0]


def _read_version(*command):
    # The 1.0 of gst-launch-1.0 is none.
    return re.search(r'(?<![-.\d])\d+(\.\d+)+', _read_first_line(*command))[0]


def _read_field(file, name):
    for line in pathlib.Path(file).read_text().splitlines():
        key, _, value = re.split('([:=])', line, maxsplit=1) if re.search('[:=]', line) else (line, '', '')
        if key.strip() == name:
            return value.strip().strip('"')
    return 'unknown'


def _count_memory_gb():
    return round(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2 ** 30)


def describe_priority():
    """How far other programs of the machine can disturb what is measured."""
    is_real_time = os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR)
    return 'real-time priority' if is_real_time else 'ordinary priority'


def describe_hardware():
    """The processor, the memory and the system."""
    return (f'{len(os.sched_getaffinity(0))} cores of {_read_field("/proc/cpuinfo", "model name")}, '
            f'{_count_memory_gb()} GB of memory, {_read_field("/etc/os-release", "PRETTY_NAME")}, '
            f'Linux {platform.release()}, {platform.machine()}')


def read_boto3_version():
    """That of Debian's module."""
    return _read_first_line('/usr/bin/python3', '-c', 'import boto3; print(boto3.__version__)')


def _read_sdk_version(directory):
    package = (pathlib.Path(directory) / 'node_modules' / '@aws-sdk' /
               'client-kinesis-video-archived-media' / 'package.json')
    return json.loads(package.read_text())['version'] if package.exists() else 'not installed'


def describe_software(clients=True):
    """GStreamer, and the clients that are compared."""
    programs = [f'GStreamer {_read_version("gst-launch-1.0", "--version")}',
                f'OpenSSL {_read_version("openssl", "version")}']
    if clients:
        programs += [f'curl {_read_version("curl", "--version")}', f'boto3 {read_boto3_version()}',
                     f'Node.js {_read_version("node", "--version")}',
                     f'AWS SDK for JavaScript {_read_sdk_version(os.environ["KVS_JAVASCRIPT"])}']
    return ', '.join(programs)
