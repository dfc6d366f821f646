# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures as OpenCV reads them, which has no part in making them."""

import cv2


def read_frames(file):
    """The pictures of a video."""
    video = cv2.VideoCapture(str(file))
    frames = []
    while True:
        is_read, frame = video.read()
        if not is_read:
            return frames
        frames.append(frame)


def is_black(picture):
    return picture.max() < 24
