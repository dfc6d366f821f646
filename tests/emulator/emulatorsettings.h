/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All options in one value. A request keeps the settings with which it began: a change makes a
 * copy, so that requests need no lock. */
#pragma once

#include "emulatorfault.h"
#include "emulatorstream.h"

#include <glib.h>

G_BEGIN_DECLS

/* What TimeStamp is, and which frame an image shows. */
typedef enum {
  EMULATOR_TIMESTAMP_GRID,    /* the sample time; the last frame at or before it */
  EMULATOR_TIMESTAMP_FRAME,   /* the time of that frame */
  EMULATOR_TIMESTAMP_NEAREST, /* the time of the frame nearest to the sample time */
  EMULATOR_TIMESTAMP_AFTER,   /* the time of the first frame at or after the sample time */
} EmulatorTimestamp;

/* Whether a sample that falls on EndTimestamp is part of the range. */
typedef enum {
  EMULATOR_END_EXCLUSIVE,
  EMULATOR_END_INCLUSIVE,
} EmulatorEnd;

/* How fractions of a second in the requested range are treated. */
typedef enum {
  EMULATOR_FRACTION_HONOURED,
  EMULATOR_FRACTION_CUT,
} EmulatorFraction;

/* How times are written in JSON. */
typedef enum {
  EMULATOR_NUMBERS_EXPONENT, /* 1.705489836421E9 */
  EMULATOR_NUMBERS_DECIMAL,  /* 1705489836.421 */
  EMULATOR_NUMBERS_INTEGER,  /* 1705489836, where there is no fraction */
} EmulatorNumbers;

/* How members without a value are written in JSON. */
typedef enum {
  EMULATOR_NULLS_WRITTEN, /* null */
  EMULATOR_NULLS_ABSENT,  /* not at all */
  EMULATOR_NULLS_EMPTY,   /* "" */
} EmulatorNulls;

/* How slashes are written in JSON strings. */
typedef enum {
  EMULATOR_SLASHES_PLAIN,
  EMULATOR_SLASHES_ESCAPED,
} EmulatorSlashes;

/* How the length of a body is sent. */
typedef enum {
  EMULATOR_TRANSFER_LENGTH,
  EMULATOR_TRANSFER_CHUNKED,
} EmulatorTransfer;

/* The order of the entries within a page. */
typedef enum {
  EMULATOR_ORDER_ASCENDING,
  EMULATOR_ORDER_DESCENDING,
  EMULATOR_ORDER_SHUFFLED,
} EmulatorOrder;

/* The order of fragments, within and across pages. */
typedef enum {
  EMULATOR_FRAGMENT_ORDER_SHUFFLED,
  EMULATOR_FRAGMENT_ORDER_ASCENDING,
} EmulatorFragmentOrder;

/* The answer for a range without a fragment. */
typedef enum {
  EMULATOR_EMPTY_RANGE_ENTRIES, /* a NO_MEDIA entry for each sample */
  EMULATOR_EMPTY_RANGE_LIST,    /* an empty list */
  EMULATOR_EMPTY_RANGE_404,     /* ResourceNotFoundException */
  EMULATOR_EMPTY_RANGE_400,     /* InvalidArgumentException */
} EmulatorEmptyRange;

/* Whether the connection is kept after an error reply of the data plane. */
typedef enum {
  EMULATOR_ERROR_CONNECTION_KEEP,
  EMULATOR_ERROR_CONNECTION_CLOSE,
} EmulatorErrorConnection;

/* Which pages are preceded by a page that has only a token. */
typedef enum {
  EMULATOR_EMPTY_PAGE_NEVER,
  EMULATOR_EMPTY_PAGE_FIRST,
  EMULATOR_EMPTY_PAGE_EVERY,
} EmulatorEmptyPage;

/* Which pages have an entry that lies outside of the range. The values are sets of bits. */
typedef enum {
  EMULATOR_OUTSIDE_NONE = 0,
  EMULATOR_OUTSIDE_BEFORE = 1, /* the first one, in front */
  EMULATOR_OUTSIDE_AFTER = 2,  /* the last one, at its end */
  EMULATOR_OUTSIDE_BOTH = EMULATOR_OUTSIDE_BEFORE | EMULATOR_OUTSIDE_AFTER,
} EmulatorOutside;

/* Whether pages overlap. */
typedef enum {
  EMULATOR_SEAM_CLEAN,
  EMULATOR_SEAM_REPEAT, /* a page begins with the last entry of the one before it */
} EmulatorSeam;

/* Which end of a range must not lie before the retention period. */
typedef enum {
  EMULATOR_RETENTION_CHECK_END,
  EMULATOR_RETENTION_CHECK_START,
} EmulatorRetentionCheck;

/* The entries for samples in the fragment that began before the range. */
typedef enum {
  EMULATOR_FIRST_IMAGE_DROP, /* NO_MEDIA */
  EMULATOR_FIRST_IMAGE_KEEP,
} EmulatorFirstImage;

typedef enum {
  EMULATOR_QUOTA_OFF,
  EMULATOR_QUOTA_ON,
} EmulatorQuotaSwitch;

/* Read-only to all but emulator_settings_set(). Strings are NULL when they are not set. */
typedef struct {
  char *listen;
  guint port;
  char *tls_certificate;
  char *tls_key;
  char *log;

  char *access_key;
  char *secret_key;
  char *session_token;
  char *region;
  guint max_skew;            /* seconds */
  guint credential_lifetime; /* seconds */
  char *container_token;
  char *web_identity_token;
  char *external_id;

  EmulatorTimestamp timestamp;
  EmulatorEnd end;
  EmulatorFraction start_fraction;
  EmulatorNumbers numbers;
  EmulatorNulls nulls;
  EmulatorSlashes slashes;
  EmulatorTransfer transfer;
  EmulatorOrder page_order;
  EmulatorFragmentOrder fragment_order;
  EmulatorEmptyRange empty_range;
  EmulatorErrorConnection error_connection;
  EmulatorEmptyPage empty_page;
  EmulatorOutside outside;
  EmulatorSeam seam;
  guint range_cap; /* samples; 0 = as many as the range has */
  EmulatorRetentionCheck retention_check;
  EmulatorFirstImage first_image;
  guint token_lifetime; /* seconds */

  EmulatorQuotaSwitch quota;
  guint seed;
  GPtrArray *streams; /* EmulatorStream */
  GPtrArray *faults;  /* EmulatorFaultRule */
} EmulatorSettings;

/* An option, as a help text shows it. */
typedef struct {
  const char *name;
  const char *argument;
  const char *description;
} EmulatorOptionHelp;

/**
 * emulator_settings_new:
 *
 * Returns: (transfer full): all options at their defaults, with a random seed and no streams
 */
EmulatorSettings *emulator_settings_new (void);

/**
 * emulator_settings_copy:
 *
 * Returns: (transfer full): a copy that can be changed without changing @settings
 */
EmulatorSettings *emulator_settings_copy (EmulatorSettings *settings);

/**
 * emulator_settings_ref:
 *
 * Returns: (transfer full): @settings
 */
EmulatorSettings *emulator_settings_ref (EmulatorSettings *settings);

/**
 * emulator_settings_unref:
 * @settings: (transfer full): settings
 */
void emulator_settings_unref (EmulatorSettings *settings);

/**
 * emulator_settings_set:
 * @settings: settings that no other thread has yet
 * @name: the name of an option
 * @value: its value as text
 * @now_ms: the time from which a stream's start is counted back when none is given
 * @error: return location for a #GError
 *
 * Returns: %FALSE with %G_OPTION_ERROR_UNKNOWN_OPTION or %G_OPTION_ERROR_BAD_VALUE, saying what is
 *   accepted, or with the error of a file that cannot be decoded
 */
gboolean emulator_settings_set (
    EmulatorSettings *settings, const char *name, const char *value, gint64 now_ms, GError **error);

/**
 * emulator_settings_find_stream:
 *
 * Returns: (transfer none) (nullable): the stream of that name
 */
EmulatorStream *emulator_settings_find_stream (EmulatorSettings *settings, const char *name);

/**
 * emulator_settings_get_frame_choice:
 *
 * Returns: which frame the image of a sample shows, as "timestamp" has it
 */
EmulatorFrameChoice emulator_settings_get_frame_choice (const EmulatorSettings *settings);

/**
 * emulator_settings_get_timestamp:
 * @stream: a stream
 * @unix_ms: a time of @stream that has a picture, on the server's clock
 *
 * Returns: the TimeStamp of a sample at that time, on the same clock, as "timestamp" has it
 */
gint64 emulator_settings_get_timestamp (
    const EmulatorSettings *settings, EmulatorStream *stream, gint64 unix_ms);

/**
 * emulator_settings_get_help:
 * @n: (out): how many there are
 *
 * Returns: (array length=n): all options
 */
const EmulatorOptionHelp *emulator_settings_get_help (guint *n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorSettings, emulator_settings_unref)

G_END_DECLS
