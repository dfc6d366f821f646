/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of the element as options of a command, by their names and descriptions in the element. */
#pragma once

#include "stillsstreams.h"

#include <gstkvsimagesrcproperties.h>

#include <gst/gst.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** StillsSettings: which properties are set, and to what. */
typedef struct _StillsSettings StillsSettings;

StillsSettings *stills_settings_new (void);
void stills_settings_free (StillsSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsSettings, stills_settings_free)

/**
 * stills_settings_make_group:
 * @self: gets what the options say; it must outlive the group.
 *
 * Returns: (transfer full): an option for each property that can be set, except for those that no list of processes
 *     may show.
 */
GOptionGroup *stills_settings_make_group (StillsSettings *self);

/**
 * stills_settings_set:
 * @name: the name of a property of the element.
 * @text: its value as text.
 * @option: the name of the option that has it, for the error.
 */
gboolean stills_settings_set (
    StillsSettings *self, const char *name, const char *text, const char *option, GError **error);

/**
 * stills_settings_set_duration:
 * @name: the name of a property of the element that counts ms.
 * @text: a duration as 3s, 500ms or 1m30s.
 * @option: the name of the option that has it, for the error.
 */
gboolean stills_settings_set_duration (
    StillsSettings *self, const char *name, const char *text, const char *option, GError **error);

/**
 * stills_settings_parse_duration:
 * @text: a duration as 3s, 500ms or 1m30s.
 * @option: the name of the option that has it, for the error.
 *
 * Returns: it in ms, or 0 with @error set.
 */
gint64 stills_settings_parse_duration (const char *text, const char *option, GError **error);

/**
 * stills_settings_make_element:
 * @stream: (nullable): a name or an ARN; without it the stream is the one that the settings name.
 *
 * Returns: (transfer floating): an element with these settings.
 */
GstElement *stills_settings_make_element (StillsSettings *self, const char *stream);

/** Adds the stream that a property names, if one does. */
gboolean stills_settings_add_streams (StillsSettings *self, StillsStreams *streams, GError **error);

/**
 * stills_settings_fill:
 * @stream: a name or an ARN.
 * @values: (out): the same for what is below the element.
 */
void stills_settings_fill (
    StillsSettings *self, const char *stream, GstKvsImageSrcSettings *values);

/**
 * stills_settings_describe:
 *
 * Returns: (transfer full): the properties that decide what the output is, as text, by their names. Those that
 *     decide how it is pulled are not among them, so that they can be others when a task is continued.
 */
JsonObject *stills_settings_describe (StillsSettings *self);

G_END_DECLS
