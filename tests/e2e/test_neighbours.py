# SPDX-License-Identifier: LGPL-2.1-or-later
"""The elements that users put behind kvsimagesrc, with gaps at the start, in the middle and at the
end of a range: what comes out of each, and when."""

import pathlib
import tempfile
import time
import unittest

import e2e
from recording import Gst, Recording

START = int(time.time()) - 3600
INTERVAL = 3
N_SAMPLES = 20
SIZE = (320, 240)

# Which of the samples have media, in a stream that has none at its start, in its middle and at its
# end.
STILLS = [*range(3, 10), *range(13, 17)]
GAPS = [k for k in range(N_SAMPLES) if k not in STILLS]
HOLES = 'gap=0+9,gap=30+9,gap=51+9'

DECODERS = {'jpeg': 'jpegdec', 'png': 'pngdec'}
PARSERS = {'jpeg': 'jpegparse', 'png': 'pngparse'}

# What a date looks like in Exif (JEITA CP-3451, 4.6.4, DateTime).
EXIF_DATE = rb'\d{4}:\d\d:\d\d \d\d:\d\d:\d\d'

# From black to white, one byte for each pixel.
GRAY = 'video/x-raw,format=GRAY8'


def get_seconds(samples):
    return [sample.time_ns / Gst.SECOND for sample in samples]


def get_stills(samples):
    return [sample for sample in samples if sample.reason is None]


def get_gaps(samples):
    return [sample for sample in samples if sample.reason]


def get_sizes(all_caps):
    """The different sizes in a list of caps."""
    structures = [caps.get_structure(0) for caps in all_caps]
    return {(structure.get_int('width')[1], structure.get_int('height')[1])
            for structure in structures}


def in_seconds(numbers):
    return [number * INTERVAL for number in numbers]


def find_nearest(stills, time_ns):
    """The images of the stills, one or two, that are nearest to a time."""
    distance = min(abs(still.time_ns - time_ns) for still in stills)
    return [still.image for still in stills if abs(still.time_ns - time_ns) == distance]


def is_black(picture):
    return max(picture) <= 16


class NeighboursTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        media = f'={e2e.VIDEO},width={SIZE[0]},height={SIZE[1]},start={START}'
        cls.emulator = cls.enterClassContext(e2e.Emulator(
            f'--stream=whole{media}', f'--stream=holes{media},{HOLES}',
            f'--stream=damaged{media},audio-only=30+9'))

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def source(self, stream='holes', **properties):
        """The launch line of kvsimagesrc for a minute of a stream."""
        properties = {'endpoint-url': self.emulator.url, 'access-key': e2e.ACCESS_KEY,
                      'secret-key': e2e.SECRET_KEY, 'aws-region': e2e.REGION,
                      'stream-name': stream, 'start-timestamp': START,
                      'end-timestamp': START + N_SAMPLES * INTERVAL, **properties}
        return 'kvsimagesrc ' + ' '.join(f'{name}={value}' for name, value in properties.items())

    def record(self, pipeline):
        recording = Recording(f'{pipeline} ! fakesink name=sink sync=false')
        self.assertIsNone(recording.error)
        return recording

    def run_until(self, pipeline, is_end):
        """Runs a pipeline up to the message that is its end, and returns its element messages."""
        pipeline = Gst.parse_launch(pipeline)
        kinds = Gst.MessageType.EOS | Gst.MessageType.ERROR | Gst.MessageType.ELEMENT
        messages = []
        pipeline.set_state(Gst.State.PLAYING)
        try:
            while True:
                message = pipeline.get_bus().timed_pop_filtered(e2e.TIMEOUT * Gst.SECOND, kinds)
                self.assertIsNotNone(message, 'the pipeline does not end')
                if message.type == Gst.MessageType.ERROR:
                    self.fail(message.parse_error())
                if message.type == Gst.MessageType.ELEMENT:
                    messages.append(message.get_structure())
                if is_end(message):
                    return messages
        finally:
            pipeline.set_state(Gst.State.NULL)

    def run_to_end(self, pipeline):
        return self.run_until(pipeline, lambda message: message.type == Gst.MessageType.EOS)

    def check_samples(self, recording):
        """All came through: stills at their times and of their size, and gaps."""
        stills = get_stills(recording.samples)
        self.assertEqual(get_seconds(stills), in_seconds(STILLS))
        self.assertEqual(get_seconds(get_gaps(recording.samples)), in_seconds(GAPS))
        self.assertEqual(get_sizes(recording.buffer_caps), {SIZE})

    def check_absolute_times(self, recording):
        times = [sample.unix_ms for sample in recording.samples]
        self.assertEqual(times, [1000 * (START + INTERVAL * k) for k in range(N_SAMPLES)])

    def test_decoders(self):
        for image_format, decoder in DECODERS.items():
            with self.subTest(decoder=decoder):
                recording = self.record(f'{self.source(format=image_format)} ! {decoder}')
                self.check_samples(recording)
                self.check_absolute_times(recording)
                self.assertEqual({sample.duration_ns for sample in recording.samples},
                                 {INTERVAL * Gst.SECOND})
                # No size is invented for the gaps at the start.
                self.assertEqual(get_sizes(recording.caps), {SIZE})

    def test_parsers(self):
        for image_format, parser in PARSERS.items():
            with self.subTest(parser=parser):
                source = self.source(format=image_format)
                recording = self.record(f'{source} ! {parser}')
                self.check_samples(recording)
                self.check_absolute_times(recording)
                self.assertEqual([sample.image for sample in recording.samples],
                                 [sample.image for sample in self.record(source).samples])

    def test_size_that_is_asked_for(self):
        """Gaps at the start then need not wait for a still, and get no other size."""
        size = {'width': 160, 'height': 90}
        for image_format, decoder in DECODERS.items():
            with self.subTest(decoder=decoder):
                recording = self.record(f'{self.source(format=image_format, **size)} ! {decoder}')
                self.assertEqual(get_seconds(recording.samples), in_seconds(range(N_SAMPLES)))
                self.assertEqual(get_sizes(recording.caps), {(160, 90)})

    def test_no_still_at_all(self):
        """All pipelines end, and no picture is invented."""
        for image_format, decoder in DECODERS.items():
            source = self.source(format=image_format, **{'end-timestamp': START + 9})
            for neighbour in (decoder, PARSERS[image_format], 'decodebin', 'decodebin3',
                              'videorate', 'queue', 'progressreport silent=true'):
                with self.subTest(format=image_format, neighbour=neighbour):
                    samples = self.record(f'{source} ! {neighbour}').samples
                    self.assertEqual(get_stills(samples), [])
                    gaps = [] if neighbour == 'videorate' else in_seconds(range(3))
                    self.assertEqual(get_seconds(samples), gaps)

    def test_no_still_at_all_for_muxers(self):
        """Those that have to know a size come to their end as well, but for two: splitmuxsink never
        ends without a buffer, and matroskamux not with gaps only (GStreamer 1.26)."""
        source = self.source(**{'end-timestamp': START + 9})
        for muxer in ('qtmux', 'videorate drop-only=true ! matroskamux',
                      'videorate ! image/jpeg,framerate=1/1 ! avimux'):
            with self.subTest(muxer=muxer):
                self.run_to_end(f'{source} ! {muxer} ! fakesink')

    def test_decodebins(self):
        for image_format in DECODERS:
            for decodebin in ('decodebin', 'decodebin3'):
                with self.subTest(format=image_format, decodebin=decodebin):
                    recording = self.record(f'{self.source(format=image_format)} ! {decodebin}')
                    self.check_samples(recording)
                    self.check_absolute_times(recording)

    def check_seconds(self, frames):
        """There is one each second. At the end of the stream videorate gives the last still once
        more: GStreamer 1.28 has given it up to its own time by then, and earlier ones not yet."""
        self.assertEqual(get_seconds(frames), list(range(len(frames))))
        self.assertIn(len(frames), (INTERVAL * STILLS[-1], INTERVAL * STILLS[-1] + 2))

    def test_videorate(self):
        """Each second there is the still that is nearest to it, decoded or not."""
        for image_format, decoder in DECODERS.items():
            for decode, media in ((f'! {decoder}', 'video/x-raw'), ('', f'image/{image_format}')):
                with self.subTest(media=media, decode=decode):
                    stream = f'{self.source(format=image_format)} {decode}'
                    stills = get_stills(self.record(stream).samples)
                    frames = self.record(f'{stream} ! videorate ! {media},framerate=1/1').samples
                    self.check_seconds(frames)
                    for frame in frames:
                        self.assertIn(frame.image, find_nearest(stills, frame.time_ns))

    def test_videorate_that_only_drops(self):
        """It keeps gaps to itself, and stills as they are but for their offsets."""
        stills = get_stills(self.record(self.source()).samples)
        frames = self.record(f'{self.source()} ! videorate drop-only=true').samples
        self.assertTrue([frame[1:] for frame in frames] == [still[1:] for still in stills])

    def test_imagefreeze(self):
        """The first still is repeated, gaps ahead of it or not."""
        stream = f'{self.source()} ! jpegdec'
        first = get_stills(self.record(stream).samples)[0]
        frames = get_stills(self.record(f'{stream} ! imagefreeze num-buffers=25 '
                                        '! video/x-raw,framerate=5/1').samples)
        self.assertEqual(get_seconds(frames), [k / 5 for k in range(25)])
        self.assertEqual({frame.image for frame in frames}, {first.image})

    def test_multifilesink(self):
        """Files are counted without the gaps, and the messages tell which file is which still."""
        for image_format in DECODERS:
            with self.subTest(format=image_format):
                source = self.source(format=image_format)
                messages = self.run_to_end(f'{source} ! multifilesink post-messages=true '
                                           f'location={self.directory}/%02d.{image_format}')
                stills = get_stills(self.record(source).samples)
                self.assertEqual([message.get_uint64('offset')[1] for message in messages], STILLS)
                self.assertEqual([message.get_uint64('timestamp')[1] for message in messages],
                                 [still.time_ns for still in stills])
                for message, still in zip(messages, stills):
                    file = pathlib.Path(message.get_string('filename'))
                    self.assertTrue(file.read_bytes() == still.image, file)
                self.assertEqual(len(list(self.directory.glob(f'*.{image_format}'))), len(STILLS))

    def write_jif(self, source, *elements):
        """The files that jifmux makes of the stills of a source, with its tags in them."""
        self.run_to_end(' ! '.join((source, *elements, 'jifmux',
                                    f'multifilesink location={self.directory}/%02d.jif')))
        files = [file.read_bytes() for file in sorted(self.directory.glob('*.jif'))]
        self.assertEqual(len(files), len(STILLS))
        for file in files:
            self.assertEqual(file[:2], b'\xff\xd8')
        return files

    def test_jifmux(self):
        """No still gets a date that is another one's, or that of the range."""
        for properties in ({}, {'align': 'true'}, {'image-selector-type': 'producer-timestamp'}):
            with self.subTest(properties):
                for file in self.write_jif(self.source(**properties)):
                    self.assertNotRegex(file, EXIF_DATE)

    def test_jifmux_with_a_date(self):
        """The date of an application's tags is found, where a date would be."""
        date = 'taginject tags="datetime=(datetime)2026-11-20T08:00:00Z"'
        for file in self.write_jif(self.source(), date):
            self.assertRegex(file, EXIF_DATE)

    def test_appsink(self):
        """pull_sample() gives the stills; docs/examples has a program that also pulls the gaps."""
        pipeline = Gst.parse_launch(f'{self.source()} ! appsink name=sink sync=false')
        sink = pipeline.get_by_name('sink')
        pipeline.set_state(Gst.State.PLAYING)
        try:
            offsets = []
            while sample := sink.emit('pull-sample'):
                offsets.append(sample.get_buffer().offset)
                self.assertEqual(get_sizes([sample.get_caps()]), {SIZE})
        finally:
            pipeline.set_state(Gst.State.NULL)
        self.assertEqual(offsets, STILLS)

    def play(self, file):
        """Decodes a file, and returns the recording."""
        return self.record(f'filesrc location={file} ! decodebin')

    def check_file(self, file, seconds):
        """It shows the stills at these times, decoded as they are without the file."""
        recording = self.play(file)
        frames = [sample for sample in recording.samples if sample.image]
        self.assertEqual(get_seconds(frames), seconds)
        self.assertEqual(get_sizes(recording.buffer_caps), {SIZE})
        return recording

    def mux(self, muxer, name, **properties):
        file = self.directory / name
        self.run_to_end(f'{self.source(**properties)} ! {muxer} ! filesink location={file}')
        return file

    def check_matroska(self, file, stills):
        """It has the stills as they are, at their times. Since GStreamer 1.26 it also has an empty
        block for each gap."""
        recording = self.record(f'filesrc location={file} ! matroskademux')
        blocks = [sample for sample in recording.samples if sample.image]
        self.assertEqual(get_seconds(blocks), get_seconds(stills))
        self.assertTrue([block.image for block in blocks] == [still.image for still in stills])

    def test_matroskamux(self):
        self.check_matroska(self.mux('matroskamux', 'stills.mkv'),
                            get_stills(self.record(self.source()).samples))

    def test_matroskamux_behind_videorate(self):
        """Without gaps it also plays right in GStreamer 1.26, where a parser gives the time of an
        empty block to the next still."""
        file = self.mux('videorate drop-only=true ! matroskamux', 'stills.mkv')
        self.check_file(file, in_seconds(STILLS))

    def test_qtmux(self):
        """A file of one stream begins with its first still."""
        seconds = [time - INTERVAL * STILLS[0] for time in in_seconds(STILLS)]
        for image_format in DECODERS:
            with self.subTest(format=image_format):
                recording = self.check_file(
                    self.mux('qtmux', f'{image_format}.mov', format=image_format), seconds)
                self.assertEqual(recording.duration_ns, (seconds[-1] + INTERVAL) * Gst.SECOND)

    def test_avimux_behind_videorate(self):
        steady = 'videorate ! image/jpeg,framerate=1/1'
        frames = self.record(f'{self.source()} ! {steady}').samples
        file = self.mux(f'{steady} ! avimux', 'stills.avi')
        n_frames = len(frames)
        self.check_seconds(frames)
        recording = self.check_file(file, list(range(n_frames)))
        self.assertEqual(recording.duration_ns, n_frames * Gst.SECOND)

    def split(self, pipeline, end):
        """Writes a file for each quarter of a minute, until the still at the end is in one, and
        returns the seconds of the stills in each file. The pipeline's EOS is not waited for: one
        that opens a file and ends at the same time loses it (GStreamer 1.22)."""

        def is_end(message):
            structure = message.get_structure()
            return (structure is not None and structure.has_name('splitmuxsink-fragment-closed')
                    and structure.get_clock_time('running-time')[1] == end * Gst.SECOND)

        self.run_until(f'{pipeline} ! splitmuxsink max-size-time={15 * Gst.SECOND} '
                       f'muxer-factory=matroskamux location={self.directory}/part-%02d.mkv', is_end)
        return [get_seconds(self.play(file).samples) for file in sorted(self.directory.iterdir())]

    def test_splitmuxsink(self):
        source = self.source(**{'start-timestamp': START + INTERVAL * STILLS[0]})
        self.assertEqual(self.split(source, INTERVAL * (STILLS[-1] - STILLS[0])),
                         [[0, 3, 6, 9, 12], [15, 18], [30, 33, 36, 39]])

    def test_splitmuxsink_with_a_gap_at_the_start(self):
        """It cannot take that in GStreamer 1.22; videorate keeps gaps away from it."""
        self.assertEqual(self.split(f'{self.source()} ! videorate drop-only=true',
                                    INTERVAL * STILLS[-1]),
                         [[9, 12, 15, 18, 21], [24, 27], [39, 42, 45, 48]])

    def mix(self, stream):
        """What a compositor makes of a whole stream, on the left, and another one: for each sample
        the left picture and the right one."""
        recording = self.record(
            f'{self.source("whole")} ! jpegdec ! mix. {self.source(stream)} ! jpegdec ! mix. '
            f'compositor name=mix background=black sink_1::xpos={SIZE[0]} '
            f'! video/x-raw,framerate=1/{INTERVAL} ! videoconvert ! {GRAY}')
        self.assertEqual(get_sizes(recording.buffer_caps), {(2 * SIZE[0], SIZE[1])})
        self.assertEqual(get_seconds(recording.samples), in_seconds(range(N_SAMPLES)))
        rows = range(SIZE[1])
        width = SIZE[0]
        return [(b''.join(frame.image[2 * width * y:][:width] for y in rows),
                 b''.join(frame.image[2 * width * y + width:][:width] for y in rows))
                for frame in recording.samples]

    def test_compositor_with_holes(self):
        """No picture of a stream is shown where it has no media, and the compositor does not wait for it."""
        pairs = self.mix('holes')
        self.assertEqual([k for k, (left, _) in enumerate(pairs) if is_black(left)], [])
        self.assertEqual([k for k, (_, right) in enumerate(pairs) if is_black(right)], GAPS)
        for k in STILLS:
            self.assertTrue(pairs[k][0] == pairs[k][1], f'sample {k} differs')

    def test_compositor_with_lost_stills(self):
        """Where there is media but no image the last picture stays."""
        pairs = self.mix('damaged')
        for k, (left, right) in enumerate(pairs):
            shown = pairs[9][0] if 10 <= k < 13 else left
            self.assertTrue(right == shown, f'sample {k} shows something else')

    def check_tee(self, source, queue):
        """Each branch gets all of it."""
        self.run_to_end(
            f'{source} ! tee name=t '
            f't. ! {queue} ! multifilesink location={self.directory}/%02d.jpg '
            f't. ! {queue} ! matroskamux ! filesink location={self.directory}/stills.mkv '
            f't. ! {queue} ! jpegdec ! videoconvert ! pngenc '
            f'! multifilesink location={self.directory}/%02d.png')
        stills = get_stills(self.record(source).samples)
        files = sorted(self.directory.glob('*.jpg'))
        self.assertTrue([file.read_bytes() for file in files] == [still.image for still in stills])
        self.assertEqual(len(list(self.directory.glob('*.png'))), len(stills))
        self.check_matroska(self.directory / 'stills.mkv', stills)

    def test_tee(self):
        self.check_tee(self.source(**{'start-timestamp': START + INTERVAL * STILLS[0]}), 'queue')

    def test_tee_with_a_gap_at_the_start(self):
        """The files wait for gaps as for stills, and the muxer for a still, so that the queues have
        to hold more than the second that is their default."""
        self.check_tee(self.source(), 'queue max-size-time=0')

    def test_progressreport(self):
        messages = self.run_to_end(f'{self.source()} ! progressreport silent=true ! fakesink')
        last = messages[-1]
        self.assertEqual(last.get_name(), 'progress')
        self.assertEqual(last.get_int('percent')[1], 100)
        self.assertEqual(last.get_int64('total')[1], N_SAMPLES * INTERVAL)


if __name__ == '__main__':
    e2e.main()
