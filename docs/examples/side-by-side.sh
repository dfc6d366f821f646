#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shows two cameras side by side, at the same instants. With align=true both are sampled at whole
# multiples of the interval since the epoch. Where one of them has no media its half is black.
# START and END are times, such as 2026-11-20T08:00:00Z: "now" would not be the same for both.
#
#   side-by-side.sh LEFT RIGHT START END FILE.mkv
set -eu

exec gst-launch-1.0 \
  kvsimagesrc stream-name="$1" start-timestamp="$3" end-timestamp="$4" align=true \
    sampling-interval=1000 width=640 height=360 ! jpegdec ! queue ! mix.sink_0 \
  kvsimagesrc stream-name="$2" start-timestamp="$3" end-timestamp="$4" align=true \
    sampling-interval=1000 width=640 height=360 ! jpegdec ! queue ! mix.sink_1 \
  compositor name=mix background=black sink_1::xpos=640 ! video/x-raw,framerate=1/1 \
  ! videoconvert ! jpegenc ! matroskamux ! filesink location="$5"
