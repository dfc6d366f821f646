/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A server that behaves as Kinesis Video Streams' GetDataEndpoint, GetImages, ListFragments and
 * DescribeStream, as far as their behaviour is known, to test pipelines without an AWS account. It shares
 * no code with gst/. docs/emulator.md describes it. */
#pragma once

#include "emulatormedia.h"

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define EMULATOR_TYPE_EMULATOR (emulator_get_type ())
G_DECLARE_FINAL_TYPE (Emulator, emulator, EMULATOR, EMULATOR, GObject)

/**
 * emulator_new:
 *
 * Returns: (transfer full): an emulator without streams, not yet started. All of its functions may
 *   be called from any thread.
 */
Emulator *emulator_new (void);

/**
 * emulator_configure:
 * @name: the name of an option of the program kvs-emulator, without dashes, such as "stream"
 * @value: its value, written as on the command line
 * @error: return location for a #GError
 *
 * Sets an option. Those that can be repeated ("stream", "fault") add to what is there: a stream
 * replaces one of the same name, and the value "none" removes all. What concerns the socket
 * ("listen", "port", "tls-certificate", "tls-key") and "log" holds from the next emulator_start();
 * all else holds from the next request on.
 *
 * Returns: %FALSE with %G_OPTION_ERROR_BAD_VALUE or %G_OPTION_ERROR_UNKNOWN_OPTION, saying what is
 *   accepted, or with the error of the file that cannot be read or decoded
 */
gboolean emulator_configure (Emulator *self, const char *name, const char *value, GError **error);

/**
 * emulator_start:
 * @error: return location for a #GError
 *
 * Listens, on a free port of 127.0.0.1 unless configured otherwise, and serves from a thread of its
 * own until emulator_stop().
 *
 * Returns: %FALSE with the error of the socket, the certificate or the log file
 */
gboolean emulator_start (Emulator *self, GError **error);

/**
 * emulator_stop:
 *
 * Drops all connections, answered or not, and ends the thread. Does nothing when it is not running.
 * Disposing of the emulator does the same.
 */
void emulator_stop (Emulator *self);

/**
 * emulator_get_url:
 *
 * Returns: (nullable): the address it listens on, as "http://127.0.0.1:41234", valid until the next
 *   emulator_start(); %NULL before the first
 */
const char *emulator_get_url (Emulator *self);

/**
 * emulator_get_seed:
 *
 * Returns: what chance depends on; the option "seed" with this value repeats what it did
 */
guint emulator_get_seed (Emulator *self);

/**
 * emulator_set_time:
 * @unix_ms: a time in milliseconds since the epoch, or -1
 *
 * Stops the emulator's clock at @unix_ms, or lets it follow the machine's clock again. Everything
 * that depends on time follows this clock: Date headers, the age of signatures, live edges,
 * retention, the lifetimes of tokens and credentials, and rates. Latencies pass in real time.
 */
void emulator_set_time (Emulator *self, gint64 unix_ms);

/**
 * emulator_count_requests:
 * @operation: the name of an operation, such as "GetImages", or "*" for all
 *
 * Returns: how many requests for @operation have an entry in the log
 */
guint emulator_count_requests (Emulator *self, const char *operation);

/**
 * emulator_wait_requests:
 * @operation: as for emulator_count_requests()
 * @n: how many requests to wait for, counted since emulator_new()
 * @timeout_us: the longest wait, in microseconds
 *
 * Waits until emulator_count_requests() is at least @n. A request counts once its answer is decided
 * and before any of it is sent, so that one whose answer is delayed or never comes counts as well.
 *
 * Returns: %FALSE when the time passed without
 */
gboolean emulator_wait_requests (Emulator *self, const char *operation, guint n, gint64 timeout_us);

/**
 * emulator_get_log:
 *
 * Returns: (transfer full): one object for each request since emulator_new(), as the lines that the
 *   program writes with --log
 */
JsonArray *emulator_get_log (Emulator *self);

/**
 * emulator_get_media:
 * @stream: the name of a configured stream
 * @unix_ms: a time on the server's clock in milliseconds since the epoch
 *
 * Tells what GetImages finds at a time, as seen now and with the option "timestamp" as it is. The
 * rule that hides the fragment in which a request begins has no part in this.
 *
 * Returns: %EMULATOR_MEDIA_NONE also for an unknown stream
 */
EmulatorMedia emulator_get_media (Emulator *self, const char *stream, gint64 unix_ms);

/**
 * emulator_get_available:
 * @stream: the name of a configured stream
 * @unix_ms: a time on the server's clock in milliseconds since the epoch
 *
 * Tells from when on GetImages shows what a live stream holds at a time, so that a test can say
 * how late a client had it. emulator_get_media() changes at that time, unless the media is no longer
 * retained by then.
 *
 * Returns: the time on the server's clock in milliseconds since the epoch, which may be yet to come;
 *   -1 where the stream never has any media, for a recording, and for an unknown stream
 */
gint64 emulator_get_available (Emulator *self, const char *stream, gint64 unix_ms);

/**
 * emulator_get_timestamp:
 * @stream: the name of a configured stream
 * @unix_ms: a time on the server's clock in milliseconds since the epoch
 *
 * Tells the TimeStamp that GetImages gives, by SERVER_TIMESTAMP, to the entry for a time, as seen now
 * and with the option "timestamp" as it is.
 *
 * Returns: the time of the frame in milliseconds since the epoch, or @unix_ms: with "grid", where there
 *   is no picture, and for an unknown stream
 */
gint64 emulator_get_timestamp (Emulator *self, const char *stream, gint64 unix_ms);

/**
 * emulator_get_image:
 * @stream: the name of a configured stream
 * @unix_ms: a time on the server's clock in milliseconds since the epoch
 * @format: "JPEG" or "PNG"
 * @quality: the JPEG quality, 1..100; not used for PNG
 * @width: the width to stretch to, or 0 with @height 0 for the stream's own size
 * @height: the height to stretch to, or 0
 * @error: return location for a #GError
 *
 * Makes the image that GetImages gives for that time with these parameters, byte for byte, and with
 * the option "timestamp" as it is.
 *
 * Returns: (transfer full): the image; %NULL when there is no stream or no picture, or when it
 *   cannot be decoded
 */
GBytes *emulator_get_image (Emulator *self, const char *stream, gint64 unix_ms, const char *format,
    guint quality, guint width, guint height, GError **error);

G_END_DECLS
