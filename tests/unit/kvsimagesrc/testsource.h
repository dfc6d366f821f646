/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The element, set to pull from an emulator. */
#pragma once

#include <emulator.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/** When the stream begins that a test source pulls from, "door". */
#define TEST_SOURCE_START "2026-11-20T08:00:00Z"
#define TEST_SOURCE_START_MS G_GINT64_CONSTANT (1795161600000)
#define TEST_SOURCE_START_NS ((guint64)TEST_SOURCE_START_MS * GST_MSECOND)

/** What it may be asked for with. */
#define TEST_SOURCE_ACCESS_KEY "AKIDTEST"
#define TEST_SOURCE_SECRET_KEY "emulated/secret"

/**
 * test_source_emulator_new:
 *
 * Returns: (transfer full): an emulator that has been started, with ten minutes of small pictures, each of
 * them different.
 */
Emulator *test_source_emulator_new (void);

/**
 * test_source_configure:
 * @emulator: an emulator.
 * @name: an option.
 * @value: its value, which must be good.
 */
void test_source_configure (Emulator *emulator, const char *name, const char *value);

/**
 * test_source_set_stream:
 * @emulator: an emulator.
 * @options: what the stream is to have besides its ten minutes of pictures, such as "gap=3+3".
 */
void test_source_set_stream (Emulator *emulator, const char *options);

/**
 * test_source_new:
 * @emulator: what to pull from.
 * @end: (nullable): where the range ends; it starts at %TEST_SOURCE_START.
 *
 * Returns: (transfer full): an element.
 */
GstElement *test_source_new (Emulator *emulator, const char *end);

G_END_DECLS
