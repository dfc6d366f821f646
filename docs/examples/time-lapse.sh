#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes a video of ten frames a second, thirty times as fast as life. Where there is no media the
# still that is nearest in time stays.
#
#   time-lapse.sh STREAM START END FILE.webm
set -eu

exec gst-launch-1.0 \
  kvsimagesrc stream-name="$1" start-timestamp="$2" end-timestamp="$3" \
  ! jpegdec ! videoconvert ! videorate rate=30 ! video/x-raw,framerate=10/1 \
  ! vp8enc deadline=1 ! webmmux ! filesink location="$4"
