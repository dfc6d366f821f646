/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where reading a range can be resumed, as a text that an application can keep. */
#pragma once

#include "kvsquery.h"

#include <glib.h>

G_BEGIN_DECLS

/** The end of a range that has none. */
#define KVS_RESUME_TOKEN_NO_END G_MAXINT64

/**
 * KvsResumeToken:
 * @stream: the name of the stream.
 * @selector: whose clock the times are on.
 * @start_ms: the start of the range, in ms since the epoch.
 * @end_ms: its end, or %KVS_RESUME_TOKEN_NO_END.
 * @interval_ms: the distance of its samples, in ms.
 * @sample: the number of the first sample that is still owed.
 *
 * A position in a range. It is absolute, so that it never expires.
 */
typedef struct {
  char *stream;
  KvsImageSelector selector;
  gint64 start_ms;
  gint64 end_ms;
  guint interval_ms;
  guint64 sample;
} KvsResumeToken;

void kvs_resume_token_free (KvsResumeToken *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsResumeToken, kvs_resume_token_free)

/**
 * kvs_resume_token_write:
 * Returns: (transfer full): its text: letters, digits, `.`, `-` and `_`.
 */
char *kvs_resume_token_write (const KvsResumeToken *self);

/**
 * kvs_resume_token_is_text:
 * @text: a token as a user gave it.
 *
 * Tells the text of kvs_resume_token_write() from a NextToken of the service, which has no dot
 * (service model).
 *
 * Returns: whether @text is meant for kvs_resume_token_read().
 */
gboolean kvs_resume_token_is_text (const char *text);

/**
 * kvs_resume_token_read:
 * @text: what kvs_resume_token_write() gave.
 * @error: %KVS_ERROR_INVALID, also if a part of it is missing.
 *
 * Returns: (transfer full) (nullable): the token.
 */
KvsResumeToken *kvs_resume_token_read (const char *text, GError **error);

G_END_DECLS
