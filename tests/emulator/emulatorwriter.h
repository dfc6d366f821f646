/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes JSON as the service may write it: the forms that are not known are settings. json-glib writes one
 * form only. */
#pragma once

#include "emulatorsettings.h"

#include <glib.h>

G_BEGIN_DECLS

/* Made with emulator_writer_init(), given away with emulator_writer_finish(). */
typedef struct {
  GString *out;
  const EmulatorSettings *settings;
} EmulatorWriter;

/**
 * emulator_writer_init:
 * @writer: an uninitialised writer
 * @settings: whose "numbers", "nulls" and "slashes" it obeys; must outlive it
 *
 * Begins a document, which is an object.
 */
void emulator_writer_init (EmulatorWriter *writer, const EmulatorSettings *settings);

/**
 * emulator_writer_finish:
 *
 * Ends the document and the use of the writer.
 *
 * Returns: (transfer full): the document
 */
GBytes *emulator_writer_finish (EmulatorWriter *writer);

/**
 * emulator_writer_begin_object:
 * @name: (nullable): the name of the member, or %NULL within a list
 */
void emulator_writer_begin_object (EmulatorWriter *writer, const char *name);

/**
 * emulator_writer_end_object:
 */
void emulator_writer_end_object (EmulatorWriter *writer);

/**
 * emulator_writer_begin_list:
 * @name: the name of the member
 */
void emulator_writer_begin_list (EmulatorWriter *writer, const char *name);

/**
 * emulator_writer_end_list:
 */
void emulator_writer_end_list (EmulatorWriter *writer);

/**
 * emulator_writer_add_string:
 * @name: the name of the member
 * @text: (nullable): its value
 */
void emulator_writer_add_string (EmulatorWriter *writer, const char *name, const char *text);

/**
 * emulator_writer_add_base64:
 * @name: the name of the member
 * @bytes: its value, which is written as base64
 */
void emulator_writer_add_base64 (EmulatorWriter *writer, const char *name, GBytes *bytes);

/**
 * emulator_writer_add_integer:
 * @name: the name of the member
 * @number: its value
 */
void emulator_writer_add_integer (EmulatorWriter *writer, const char *name, gint64 number);

/**
 * emulator_writer_add_time:
 * @name: the name of the member
 * @unix_ms: its value, in ms since the epoch; it is written in seconds
 */
void emulator_writer_add_time (EmulatorWriter *writer, const char *name, gint64 unix_ms);

G_END_DECLS
