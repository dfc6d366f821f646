# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plays the element's URI as players and their libraries do."""

import os
import time
import unittest

import e2e
from recording import Gst

START = int(time.time()) - 3600
URI = f'kvsimage:///yard?start-timestamp={START}&end-timestamp={START + 2}&sampling-interval=200'
N_STILLS = 10


class PlayersTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(e2e.Emulator(f'--stream=yard={e2e.VIDEO},start={START}'))
        os.environ.update(cls.emulator.get_environment())

    def run_tool(self, *command):
        end = e2e.run(command, os.environ)
        self.assertEqual(end.returncode, 0, end.stderr)
        return end.stdout

    def test_discoverer(self):
        text = self.run_tool('gst-discoverer-1.0', '--verbose', URI)
        self.assertIn('Duration: 0:00:02.000000000', text)
        self.assertIn('Seekable: yes', text)
        self.assertIn('Width: 768', text)
        self.assertIn('title: yard', text)

    def test_player(self):
        text = self.run_tool('gst-play-1.0', '--no-interactive', '--videosink=fakevideosink', URI)
        self.assertIn('Reached end of play list', text)

    def play(self, pipeline, sink):
        """Plays to the end, and returns the times of what the sink has got."""
        times = []
        sink.set_property('signal-handoffs', True)
        sink.connect('handoff', lambda _, buffer, pad: times.append(buffer.pts))
        pipeline.set_state(Gst.State.PLAYING)
        message = pipeline.get_bus().timed_pop_filtered(
            60 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
        pipeline.set_state(Gst.State.NULL)
        self.assertEqual(message.type, Gst.MessageType.EOS)
        return times

    def test_playbins(self):
        for name in ('playbin', 'playbin3'):
            with self.subTest(name=name):
                sink = Gst.ElementFactory.make('fakesink')
                player = Gst.ElementFactory.make(name)
                player.set_property('video-sink', sink)
                player.set_property('uri', URI)
                self.assertEqual(self.play(player, sink),
                                 [i * Gst.SECOND // 5 for i in range(N_STILLS)])

    def test_uridecodebins(self):
        for name in ('uridecodebin', 'uridecodebin3'):
            with self.subTest(name=name):
                pipeline = Gst.parse_launch(f'{name} uri="{URI}" ! fakesink name=sink')
                self.assertEqual(len(self.play(pipeline, pipeline.get_by_name('sink'))), N_STILLS)

    def test_make_from_uri(self):
        source = Gst.Element.make_from_uri(Gst.URIType.SRC, URI, None)
        self.assertEqual(source.get_property('stream-name'), 'yard')
        self.assertEqual(source.get_property('sampling-interval'), 200)
        self.assertEqual(source.get_uri(), URI)

    def test_scheme_in_capitals(self):
        capitals = URI.replace('kvsimage', 'KVSIMAGE')
        source = Gst.Element.make_from_uri(Gst.URIType.SRC, capitals, None)
        self.assertEqual(source.get_uri(), URI)
        pipeline = Gst.parse_launch(f'uridecodebin3 uri="{capitals}" ! fakesink name=sink')
        self.assertEqual(len(self.play(pipeline, pipeline.get_by_name('sink'))), N_STILLS)

    def test_what_a_uri_cannot_say(self):
        for key in ('secret-key', 'access-key', 'session-token', 'endpoint-url', 'next-token', 'name'):
            with self.subTest(key=key), self.assertRaises(Exception) as raised:
                Gst.Element.make_from_uri(Gst.URIType.SRC, f'kvsimage:///yard?{key}=hidden', None)
            self.assertNotIn('hidden', str(raised.exception))


if __name__ == '__main__':
    e2e.main()
