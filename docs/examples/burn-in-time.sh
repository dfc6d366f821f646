#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Writes stills with their own time burnt in, as the service gave it, in UTC. Each still carries that
# time with it, also through the decoder.
#
#   burn-in-time.sh STREAM START END FOLDER
set -eu

mkdir -p "$4"
exec gst-launch-1.0 \
  kvsimagesrc stream-name="$1" start-timestamp="$2" end-timestamp="$3" \
  ! jpegdec ! videoconvert \
  ! timeoverlay time-mode=reference-timestamp reference-timestamp-caps=timestamp/x-unix \
    show-times-as-dates=true datetime-epoch=1970-01-01T00:00:00Z datetime-format='%F %T' \
  ! jpegenc ! multifilesink location="$4/still-%05d.jpg"
