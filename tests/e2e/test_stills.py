# SPDX-License-Identifier: LGPL-2.1-or-later
"""kvs-stills get and plan, as they are run."""

import datetime
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import tarfile
import tempfile
import time
import unittest

from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

import e2e
import stills
from recording import Gst

START = int(time.time()) // 60 * 60 - 3600
DOOR = f'--stream=door=synthetic,width=64,height=48,fps=2,start={START},gap=30+12,audio-only=90+6'
YARD = f'--stream=yard=synthetic,width=96,height=64,fps=1,start={START}'
EMPTY = f'--stream=empty=synthetic,width=64,height=48,start={START},duration=0'
LONGEST = 'a' * 256
UNKEPT = f'--stream=unkept=synthetic,width=64,height=48,start={START},retention=0'
RANGE = ['--start', START, '--end', START + 120]

NO_MEDIA = list(range(10, 14))
MEDIA_ERROR = list(range(30, 32))


def format_time(ms):
    """As it stands in an index."""
    time = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
    return f'{time:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03}Z'


def name_file(ms):
    """The name of a still's file within the folder of its stream."""
    time = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
    return f'date={time:%Y-%m-%d}/{time:%Y%m%dT%H%M%S}.{ms % 1000:03}Z.jpg'


def find_unshare():
    """The command that gives a program mounts of its own. Root needs no user namespace, and can have none in
    a chroot, where the root folder is no mount whose propagation could change."""
    user = [] if os.geteuid() == 0 else ['--map-root-user']
    private = ['unshare', '--mount', *user]
    if subprocess.run([*private, 'true'], check=False, capture_output=True).returncode == 0:
        return private
    return [*private, '--propagation', 'unchanged']


class StillsTest(unittest.TestCase):

    streams = [DOOR, YARD, EMPTY, UNKEPT, f'--stream={LONGEST}=synthetic,width=64,height=48,fps=1,start={START}']
    faults = []

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator(*cls.streams, *cls.faults))

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.output = self.directory / 'output'

    def get(self, *arguments, exit_code=0, **changes):
        end = stills.run(self.emulator, 'get', *arguments, '--output', self.output, **changes)
        self.assertEqual(end.returncode, exit_code, end.stdout + end.stderr)
        return end


class FilesTest(StillsTest):

    def test_files_and_index(self):
        """Each still is the one that AWS's own library gets, and each sample has its line."""
        end = self.get('door', *RANGE, '--interval', '3s')
        images = e2e.get_images(self.emulator, 'door', START, START + 120, 3000)
        index = stills.read_index(self.output, 'door')
        self.assertEqual([line['index'] for line in index], list(range(40)))
        self.assertEqual([line['time'] for line in index],
                         [format_time((START + 3 * k) * 1000) for k in range(40)])
        for line in index:
            k = line['index']
            if k in NO_MEDIA + MEDIA_ERROR:
                reason = 'NO_MEDIA' if k in NO_MEDIA else 'MEDIA_ERROR'
                self.assertEqual(line, {'index': k, 'time': line['time'], 'reason': reason})
                continue
            ms = (START + 3 * k) * 1000
            self.assertEqual(line['file'], name_file(ms))
            content = (self.output / 'stream=door' / line['file']).read_bytes()
            self.assertEqual(content, images[ms])
            self.assertEqual(line['bytes'], len(content))
            self.assertEqual((line['width'], line['height']), (64, 48))
            self.assertEqual(line['timestamp'], line['time'])
        files = list((self.output / 'stream=door').rglob('*.jpg'))
        self.assertEqual(len(files), 34)
        self.assertIn('stills   34\n', end.stdout)
        self.assertIn('gaps     6\n', end.stdout)

    def test_csv_index(self):
        self.get('door', *RANGE, '--index', 'csv')
        index = stills.read_index(self.output, 'door', 'index.csv')
        self.assertEqual([line['index'] for line in index], [str(k) for k in range(40)])
        self.assertEqual([int(line['index']) for line in index if line['reason']],
                         NO_MEDIA + MEDIA_ERROR)
        for line in index:
            if line['file']:
                size = (self.output / 'stream=door' / line['file']).stat().st_size
                self.assertEqual(int(line['bytes']), size)

    def test_png_and_size(self):
        self.get('yard', *RANGE, '--interval', '30s', '--format', 'png', '--width', 32, '--height', 24)
        index = stills.read_index(self.output, 'yard')
        for line in index:
            with Image.open(self.output / 'stream=yard' / line['file']) as image:
                self.assertEqual((image.format, image.size), ('PNG', (32, 24)))
                self.assertEqual((line['width'], line['height']), (32, 24))
        self.assertEqual(len(index), 4)

    def test_exif(self):
        self.get('yard', *RANGE, '--interval', '10s', '--start', f'{START}.250', '--exif')
        for line in stills.read_index(self.output, 'yard'):
            path = self.output / 'stream=yard' / line['file']
            self.assertEqual(path.stat().st_size, line['bytes'])
            with Image.open(path) as image:
                image.load()
                exif = image.getexif()
            time = datetime.datetime.fromisoformat(line['time'].replace('Z', '+00:00'))
            details = exif.get_ifd(0x8769)
            self.assertEqual(exif[0x010e], 'yard')
            self.assertEqual(details[0x9003], f'{time:%Y:%m:%d %H:%M:%S}')
            self.assertEqual((details[0x9011], details[0x9291]), ('+00:00', '250'))

    def test_shards(self):
        """Python's tarfile and tar itself read them, and the index says where each image is."""
        self.get('door', *RANGE, '--tar', 10)
        folder = self.output / 'stream=door'
        index = [line for line in stills.read_index(self.output, 'door') if 'file' in line]
        shards = sorted(folder.glob('*.tar'))
        self.assertEqual([shard.name for shard in shards],
                         [f'shard-{n:06}.tar' for n in range(4)])
        images, names = {}, []
        for shard in shards:
            listed = e2e.run(['tar', '--list', '--file', shard], os.environ)
            self.assertEqual(listed.returncode, 0, listed.stderr)
            with tarfile.open(shard) as archive:
                self.assertEqual(listed.stdout.split(), archive.getnames())
                names += archive.getnames()
                for member in archive:
                    images[member.name] = archive.extractfile(member).read()
        # WebDataset: what is up to the first dot is the sample, and those of one sample follow each other.
        self.assertEqual([name.partition('.')[2] for name in names], ['json', 'jpg'] * len(index))
        keys = [name.partition('.')[0] for name in names[::2]]
        self.assertEqual(keys, [name.partition('.')[0] for name in names[1::2]])
        self.assertEqual(len(set(keys)), len(index))
        for key, line in zip(keys, index):
            sample = json.loads(images[f'{key}.json'])
            self.assertEqual((sample['stream'], sample['index'], sample['time']),
                             ('door', line['index'], line['time']))
            with (folder / line['file']).open('rb') as file:
                file.seek(line['offset'])
                self.assertEqual(file.read(line['bytes']), images[f'{key}.jpg'])
            self.assertEqual(key, re.sub('[-:.]', '', line['time']))
        self.assertFalse(list(folder.glob('.*')))

    def test_same_instants(self):
        """One now for all streams."""
        self.get('door', 'yard', '--start', 'now-50m', '--end', 'now-49m', '--interval', '7s')
        times = [[line['time'] for line in stills.read_index(self.output, stream)]
                 for stream in ('door', 'yard')]
        self.assertEqual(times[0], times[1])
        self.assertEqual(len(times[0]), 9)

    def test_limits(self):
        self.get('door', *RANGE, '--max-items', 12)
        self.assertEqual(len(stills.read_index(self.output, 'door')), 12)
        self.output = self.directory / 'stills-only'
        self.get('door', *RANGE, '--num-buffers', 12)
        index = stills.read_index(self.output, 'door')
        self.assertEqual(len([line for line in index if 'file' in line]), 12)

    def test_streams_by_other_means(self):
        names = self.directory / 'names'
        names.write_text('# all\ndoor\n')
        self.get('--streams', names, '--uri',
                 f'kvsimage:///yard?start-timestamp={START}&end-timestamp={START + 9}')
        for stream in ('door', 'yard'):
            self.assertEqual(len(stills.read_index(self.output, stream)), 3)

    def test_by_arn(self):
        arn = f'arn:aws:kinesisvideo:us-east-1:123456789012:stream/door/{START * 1000}'
        self.get(arn, '--start', START, '--end', START + 9)
        self.assertEqual(len(stills.read_index(self.output, 'door')), 3)

    def test_longest_name(self):
        """Its folder and its state have a shorter one; the program knows which is meant."""
        for _ in range(2):
            end = self.get(LONGEST, '--start', START, '--end', START + 9)
            self.assertIn('stills   3\n', end.stdout)
        [folder] = self.output.glob('stream=*')
        self.assertRegex(folder.name, '^stream=a{213}~[0-9a-f]{16}$')
        end = stills.run(self.emulator, 'latest', LONGEST, '--output', self.output)
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(len(list(self.output.glob('a*~*.jpg'))), 1)

    def test_only_gaps(self):
        end = self.get('door', '--start', START + 31, '--end', START + 40)
        self.assertEqual({line['reason'] for line in stills.read_index(self.output, 'door')},
                         {'NO_MEDIA'})
        self.assertIn('warning: door: No still', end.stderr)


class OnceTest(StillsTest):
    """A task that is complete, and one that is another."""

    def test_complete_task_does_nothing(self):
        self.get('door', *RANGE)
        before = stills.read_tree(self.output)
        end = self.get('door', *RANGE, AWS_ENDPOINT_URL_KINESIS_VIDEO='http://127.0.0.1:1')
        self.assertEqual(stills.read_tree(self.output), before)
        self.assertIn('state    complete', end.stdout)

    def test_other_task_is_refused(self):
        self.get('door', *RANGE)
        for other in (['yard', *RANGE], ['door', *RANGE, '--interval', '4s'],
                      ['door', *RANGE, '--tar', 5], ['door', *RANGE, '--exif']):
            end = self.get(*other, exit_code=64)
            self.assertIn('has the output of another task', end.stderr)

    def test_how_may_differ(self):
        self.get('door', *RANGE, '--page-size', 3)
        self.get('door', *RANGE, '--page-size', 4, '--max-attempts', 1)

    def test_lost_state(self):
        self.get('door', *RANGE)
        state = self.output / '.kvs-stills'
        (state / 'task.json').unlink()
        end = self.get('door', *RANGE, exit_code=64)
        self.assertIn('index.jsonl is there', end.stderr)

    def test_two_at_once(self):
        arguments = ['get', 'door', *RANGE, '--jitter', '60s', '--output', self.output]
        first = stills.start(self.emulator, *arguments)
        try:
            while not (self.output / '.kvs-stills' / 'lock').exists():
                time.sleep(0.01)
            end = self.get('door', *RANGE, exit_code=75)
            self.assertIn('Another kvs-stills is at work', end.stderr)
        finally:
            first.terminate()
            first.communicate()
        self.assertEqual(first.returncode, 75)


class StoppedTest(StillsTest):

    faults = ['--fault=GetImages:*:latency=100ms']

    def stop(self, arguments, kind):
        """Stops it when it has added a still."""
        n_before = len(list(self.output.rglob('*Z.jpg')))
        process = stills.start(self.emulator, *arguments)
        while len(list(self.output.rglob('*Z.jpg'))) == n_before and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(kind)
        out, errors = process.communicate()
        self.assertEqual(process.returncode, 75, errors)
        self.assertIn('run the same command again', out)

    def test_now_is_kept(self):
        """Continued later, the range is that of the first time."""
        arguments = ['get', 'door', 'yard', '--start', 'now-50m', '--end', 'now-46m', '--page-size', '4',
                     '--max-concurrent-requests', '1', '--output', self.output]
        self.stop(arguments, signal.SIGTERM)
        task = json.loads((self.output / '.kvs-stills' / 'task.json').read_text())
        time.sleep(1.1)
        self.stop(arguments, signal.SIGINT)
        end = stills.run(self.emulator, *arguments)
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(json.loads((self.output / '.kvs-stills' / 'task.json').read_text()), task)
        self.assertEqual(task['end-ms'] - task['start-ms'], 240000)
        times = [format_time(task['start-ms'] + 3000 * k) for k in range(80)]
        for stream in ('door', 'yard'):
            index = stills.read_index(self.output, stream)
            self.assertEqual([line['time'] for line in index], times)
            files = {str(path.relative_to(self.output / f'stream={stream}'))
                     for path in (self.output / f'stream={stream}').rglob('*.jpg')}
            self.assertEqual(files, {line['file'] for line in index if 'file' in line})

    def test_limits_are_kept(self):
        arguments = ['get', 'door', '--start', START, '--end', START + 3000, '--page-size', '4',
                     '--max-concurrent-requests', '1', '--output', self.output]
        for option, n_stills in (('--max-items', 50 - len(NO_MEDIA + MEDIA_ERROR)), ('--num-buffers', 50)):
            with self.subTest(option=option):
                self.stop([*arguments, option, '50'], signal.SIGTERM)
                end = stills.run(self.emulator, *arguments, option, '50')
                self.assertEqual(end.returncode, 0, end.stderr)
                index = stills.read_index(self.output, 'door')
                self.assertEqual([line['index'] for line in index], list(range(len(index))))
                self.assertEqual(len([line for line in index if 'file' in line]), n_stills)
                self.output = self.directory / 'other'
                arguments[-1] = self.output

    def test_follow(self):
        """Without an end it goes on until it is stopped, and goes on from there."""
        options = ['--start', 'now-50m', '--follow', '--page-size', '4', '--max-concurrent-requests', '1']
        arguments = ['get', 'yard', *options, '--output', self.output]
        self.stop(arguments, signal.SIGTERM)
        n = len(stills.read_index(self.output, 'yard'))
        process = stills.start(self.emulator, *arguments)
        while len(list(self.output.rglob('*Z.jpg'))) < n + 10 and process.poll() is None:
            time.sleep(0.005)
        process.terminate()
        process.communicate()
        self.assertEqual(process.returncode, 75)
        index = stills.read_index(self.output, 'yard')
        self.assertEqual([line['index'] for line in index], list(range(len(index))))


class ExitTest(StillsTest):

    def test_usage(self):
        for arguments in ([], ['door'], ['door', '--start', 'yesterday'], ['door', *RANGE, '--wide', 3],
                          ['door', *RANGE, '--width', 'x'], ['door', *RANGE, '--width', 100],
                          ['door', *RANGE, '--interval', '3'], ['door', *RANGE, '--interval', '10ms'],
                          ['door', 'door', *RANGE], ['../door', *RANGE], ['door', *RANGE, '--index', 'xml'],
                          ['door', *RANGE, '--exif', '--format', 'png'], ['door', *RANGE, '--tar', -1],
                          ['door', *RANGE, '--jitter', 'soon'], ['door', *RANGE, '--jobs', 0],
                          ['door', '--start', START, '--end', START],
                          ['--manifest', self.directory / 'none', '--task', 0]):
            with self.subTest(arguments=arguments):
                end = self.get(*arguments, exit_code=64)
                self.assertTrue(end.stderr.startswith('kvs-stills'), end.stderr)
                self.assertFalse(list(self.directory.rglob('*.jpg')))

    def test_program(self):
        for arguments, exit_code in (([], 64), (['fetch'], 64), (['--help'], 0), (['--version'], 0),
                                     (['get', '--help'], 0), (['plan', '--help'], 0)):
            end = stills.run(self.emulator, *arguments)
            self.assertEqual(end.returncode, exit_code, end.stderr)
            self.assertEqual(bool(end.stdout), exit_code == 0)

    def test_not_found(self):
        """The others are there all the same."""
        end = self.get('unknown', 'door', 'yard', *RANGE, exit_code=66)
        self.assertIn('unknown: no such stream', end.stderr)
        self.assertIn('streams  2 of 3', end.stdout)
        self.assertFalse((self.output / 'stream=unknown').exists())
        self.assertEqual(len(stills.read_index(self.output, 'yard')), 40)

    def test_nothing_to_pull(self):
        end = self.get('door', *RANGE, '--num-buffers', 0, exit_code=64)
        self.assertIn('num-buffers is 0', end.stderr)
        self.get('door', *RANGE)

    def test_no_retention(self):
        self.get('unkept', *RANGE, exit_code=66)

    def test_not_authorised(self):
        end = self.get('door', *RANGE, exit_code=77, AWS_SECRET_ACCESS_KEY='wrong')
        self.assertIn('InvalidSignatureException', end.stderr)
        self.get('door', *RANGE, exit_code=77, AWS_SECRET_ACCESS_KEY=None, AWS_ACCESS_KEY_ID=None)

    def test_try_again(self):
        self.get('door', *RANGE, '--max-attempts', 1, exit_code=75,
                 AWS_ENDPOINT_URL_KINESIS_VIDEO='http://127.0.0.1:1')
        self.get('door', *RANGE)

    def test_unwritable(self):
        self.output.mkdir()
        stranger = e2e.make_stranger(self.output)
        self.directory.chmod(0o755)
        end = e2e.run([*stranger, stills.PROGRAM, 'get', 'door', *map(str, RANGE), '--output', self.output],
                      self.emulator.get_environment(HOME='/nonexistent'))
        self.assertEqual(end.returncode, 73, end.stderr)
        self.assertIn('Choose another folder with --output.', end.stderr)

    def test_full_disk(self):
        """An error, and no half file; with free space it goes on."""
        script = '''
            mount -t tmpfs -o size=200k tmpfs "$1"
            trap 'umount "$1"' EXIT
            status=0
            "$2" get yard --start "$3" --end "$4" --interval 1s --output "$1/output" || status=$?
            echo "status $status"
            find "$1" -name '*.jpg' ! -name '.*' -exec sha256sum {} +
            echo again
            mount -o remount,size=20m "$1"
            "$2" get yard --start "$3" --end "$4" --interval 1s --output "$1/output"
            find "$1" -name '*.jpg' -exec sha256sum {} +
            find "$1" -name '.*.part'
        '''
        self.output.mkdir()
        end = e2e.run([*find_unshare(), 'sh', '-ec', script, 'sh', self.output,
                       stills.PROGRAM, str(START), str(START + 120)], self.emulator.get_environment())
        self.assertEqual(end.returncode, 0, end.stdout + end.stderr)
        full, _, whole = end.stdout.partition('again\n')
        self.assertIn('status 73\n', full)
        self.assertIn('No space left on device. Free some space', end.stderr)
        self.assertIn('state    complete', whole)
        self.assertNotIn('.part', whole)
        digest = re.compile(r'(?m)^[0-9a-f]{64} .*')
        first, second = set(digest.findall(full)), set(digest.findall(whole))
        self.assertEqual(len(second), 120)
        self.assertTrue(0 < len(first) < 120, len(first))
        self.assertLess(first, second)


class ShownTest(StillsTest):

    def test_lines(self):
        """Not on a terminal: the summary, and nothing of a bar."""
        end = self.get('door', *RANGE)
        self.assertNotIn('\r', end.stderr)
        self.assertRegex(end.stdout, r'^streams  1 of 1\nstills   34\ngaps     6\nsize     \d')

    def test_json(self):
        end = self.get('door', 'unknown', *RANGE, '--json', exit_code=66)
        events = [json.loads(line) for line in end.stdout.splitlines()]
        self.assertEqual(end.stderr, '')
        [error] = [event for event in events if event['event'] == 'error']
        self.assertEqual((error['stream'], error['exit']), ('unknown', 66))
        self.assertEqual({key: events[-1][key] for key in (
            'event', 'streams', 'streams-complete', 'samples', 'stills', 'gaps', 'exit', 'output')}, {
                'event': 'summary', 'streams': 2, 'streams-complete': 1, 'samples': 40, 'stills': 34,
                'gaps': 6, 'exit': 66, 'output': str(self.output)})

    def test_closed_streams(self):
        """What is printed goes nowhere, and least of all into a file of the output."""
        self.get('door', *RANGE)
        whole = stills.read_tree(self.output)
        for closed in ('>&-', '2>&-', '<&- >&- 2>&-'):
            output = self.directory / f'closed {closed[0:2]}'
            end = e2e.run(['sh', '-c', f'exec "$0" "$@" {closed}', stills.PROGRAM, 'get', 'door', *map(str, RANGE),
                           '--output', output], self.emulator.get_environment())
            self.assertEqual(end.returncode, 0, closed)
            self.assertEqual(stills.read_tree(output), whole, closed)

    def test_names_in_a_locale_without_them(self):
        """Programs read them, so they are the bytes of the files."""
        self.output = self.directory / 'été'
        end = self.get('yard', *RANGE, '--json', LC_ALL='C')
        self.assertEqual(json.loads(end.stdout.splitlines()[-1])['output'], str(self.output))
        end = self.get('yard', *RANGE, LC_ALL='C')
        self.assertIn(f'output   {self.output}\n', end.stdout)
        end = stills.run(self.emulator, 'report', self.output, LC_ALL='C')
        self.assertTrue(pathlib.Path(end.stdout.rstrip()).exists(), end.stdout)

    def test_quiet(self):
        end = self.get('yard', *RANGE, '--quiet')
        self.assertEqual(end.stdout + end.stderr, '')

    def test_bar_on_a_terminal(self):
        own, other = pty.openpty()
        try:
            process = subprocess.Popen(
                [stills.PROGRAM, 'get', 'door', '--start', str(START), '--end', str(START + 3000),
                 '--page-size', '2', '--max-concurrent-requests', '1', '--interval', '1s', '--output',
                 self.output], env=self.emulator.get_environment(), stdout=subprocess.PIPE, stderr=other)
            text = b''
            while b'stills/s' not in text:
                text += os.read(own, 4096)
            process.terminate()
            process.communicate()
        finally:
            os.close(own)
            os.close(other)
        self.assertRegex(text.decode(), r'\d+ %  \d+/3000  [\d.]+ stills/s  [\d.]+ MB/s  \d+ gaps?')

    def test_metrics(self):
        """Prometheus' own parser reads them, and they are those of the index."""
        metrics = self.directory / 'metrics.prom'
        self.get('door', 'yard', *RANGE, '--metrics', metrics)
        samples = {(sample.name, sample.labels.get('stream')): sample.value
                   for family in text_string_to_metric_families(metrics.read_text())
                   for sample in family.samples}
        for name, value in (('stills', 34), ('gaps', 6), ('samples', 40), ('expected_samples', 40),
                            ('complete', 1)):
            self.assertEqual(samples[f'kvs_stills_{name}', 'door'], value, name)
        size = sum(line.get('bytes', 0) for line in stills.read_index(self.output, 'door'))
        self.assertEqual(samples['kvs_stills_bytes', 'door'], size)
        self.assertGreater(samples['kvs_stills_requests_total', 'yard'], 1)
        self.assertEqual(samples['kvs_stills_streams_complete', None], 2)
        self.assertFalse(list(self.directory.glob('.*')))

    def test_no_secret(self):
        end = stills.run(self.emulator, 'get', '--help-all')
        for secret in ('access-key', 'secret-key', 'session-token'):
            self.assertNotIn(f'--{secret}', end.stdout)

    def test_every_property_is_an_option(self):
        """But those that no list of processes may show."""
        options = set(re.findall(r'(?m)^  --([a-z-]+)',
                                 stills.run(self.emulator, 'get', '--help-element').stdout))
        element = Gst.ElementFactory.make('kvsimagesrc')
        properties = {pspec.name for pspec in element.list_properties()
                      if pspec.owner_type.name == 'GstKvsImageSrc' and pspec.flags & 2}
        self.assertEqual(options, properties - {'access-key', 'secret-key', 'session-token'})


class ManifestTest(StillsTest):

    def plan(self, *arguments):
        end = stills.run(self.emulator, 'plan', *arguments)
        self.assertEqual(end.returncode, 0, end.stderr)
        manifest = self.directory / 'manifest.jsonl'
        manifest.write_text(end.stdout)
        return manifest, [json.loads(line) for line in end.stdout.splitlines()]

    def test_plan(self):
        names = self.directory / 'cameras'
        names.write_text('yard\n')
        _, tasks = self.plan('door', '--streams', names, '--start', START, '--end', START + 100,
                             '--every', '40s')
        self.assertEqual(tasks, [
            {'task': 2 * i + j, 'stream': stream, 'start': format_time((START + 40 * i) * 1000),
             'end': format_time(min(START + 40 * i + 40, START + 100) * 1000)}
            for i in range(3) for j, stream in enumerate(('door', 'yard'))])

    def test_plan_of_nothing(self):
        for arguments in ([], ['door'], ['--start', START], ['door', '--start', START, '--end', START],
                          ['door', '--start', 'then'], ['door', '--start', START, '--every', '5']):
            end = stills.run(self.emulator, 'plan', *arguments)
            self.assertEqual((end.returncode, end.stdout), (64, ''), arguments)

    def test_plan_on_a_full_disk(self):
        """A part of a manifest is none."""
        end = e2e.run(['sh', '-c', 'exec "$0" "$@" > /dev/full', stills.PROGRAM, 'plan', 'door', '--start',
                       str(START)], self.emulator.get_environment())
        self.assertEqual(end.returncode, 73, end.stderr)
        self.assertIn('The standard output cannot be written', end.stderr)

    def test_tasks_into_one_folder(self):
        """All tasks at the same time: the stills are those of one run."""
        manifest, tasks = self.plan('door', 'yard', '--start', START, '--end', START + 120, '--every', '30s')
        variables = ('SLURM_ARRAY_TASK_ID', 'AWS_BATCH_JOB_ARRAY_INDEX', 'JOB_COMPLETION_INDEX')
        processes = [
            stills.start(self.emulator, 'get', '--manifest', manifest, '--output', self.output,
                         **{variables[i % 3]: str(i)}) for i in range(len(tasks))]
        for process in processes:
            _, errors = process.communicate()
            self.assertEqual(process.returncode, 0, errors)
        whole = self.directory / 'whole'
        end = stills.run(self.emulator, 'get', 'door', 'yard', *RANGE, '--output', whole)
        self.assertEqual(end.returncode, 0, end.stderr)

        def read_stills(directory):
            return {name: content for name, content in stills.read_tree(directory).items()
                    if name.endswith('.jpg')}

        self.assertEqual(read_stills(self.output), read_stills(whole))
        for stream in ('door', 'yard'):
            lines = [line['time'] for task in tasks if task['stream'] == stream
                     for line in stills.read_index(
                         self.output, stream, f'index-{re.sub("[-:]", "", task["start"])}.jsonl')]
            self.assertEqual(lines, [line['time'] for line in stills.read_index(whole, stream)])

    def test_shards_of_tasks(self):
        manifest, tasks = self.plan('door', '--start', START, '--end', START + 60, '--every', '30s')
        for task in tasks:
            self.get('--manifest', manifest, '--task', task['task'], '--tar', 4, '--jitter', 0)
        times = []
        for shard in sorted((self.output / 'stream=door').glob('shard-*.tar')):
            with tarfile.open(shard) as archive:
                times += [name for name in archive.getnames() if name.endswith('.jpg')]
        self.assertEqual(len(times), len(set(times)))
        self.assertEqual(len(times), 20 - len(NO_MEDIA))

    def test_refused(self):
        manifest, _ = self.plan('door', '--start', START, '--end', START + 60, '--every', '30s')
        for arguments in (['--manifest', manifest], ['--manifest', manifest, '--task', 2],
                          ['--manifest', manifest, '--task', 'x'],
                          ['--manifest', manifest, '--task', 0, 'door'],
                          ['--manifest', manifest, '--task', 0, '--start', START]):
            self.get(*arguments, exit_code=64)


class LinkedTest(unittest.TestCase):

    def test_plugin_is_in_the_program(self):
        """It needs no plugin but those of GStreamer's core, and of ours none that is installed."""
        linked = e2e.run(['ldd', stills.PROGRAM], os.environ).stdout
        self.assertNotIn('gstkvsimagesrc', linked)
        with tempfile.TemporaryDirectory() as directory, \
                e2e.Emulator(DOOR) as emulator:
            core = Gst.Registry.get().find_plugin('coreelements').get_filename()
            (pathlib.Path(directory) / 'plugins').mkdir()
            (pathlib.Path(directory) / 'plugins' / pathlib.Path(core).name).symlink_to(core)
            end = stills.run(emulator, 'get', 'door', *RANGE, '--output', f'{directory}/output',
                             GST_PLUGIN_PATH=None, GST_PLUGIN_SYSTEM_PATH=f'{directory}/plugins',
                             GST_REGISTRY=f'{directory}/registry.bin')
            self.assertEqual(end.returncode, 0, end.stderr)


if __name__ == '__main__':
    e2e.main()
