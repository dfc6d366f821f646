# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is known of the emulator's test card at any time: tests/emulator/video/emulatortestcard.c draws it."""

WIDTH, HEIGHT = 320, 240

# A whole minute: 2026-11-20T08:00:00Z. At this time the marker is at the left edge.
START = 1795161600

# The white marker, which crosses the lower edge once a minute.
SIDE = HEIGHT // 16
TOP = HEIGHT - SIDE


def get_marker_x(unix_ms):
    return unix_ms % 60000 * WIDTH // 60000


def is_whole(x):
    """Whether the marker is on the card with its full width."""
    return x + SIDE <= WIDTH
