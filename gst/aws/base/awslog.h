/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The debug log of the libraries, which know nothing of the program's own log: lines go to a sink. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The topic of the lines of a library. Its meson.build sets it, so that it stands once. */
#ifndef AWS_LOG_TOPIC
#define AWS_LOG_TOPIC "aws"
#endif

/** AwsLogLevel: docs/debugging.md says what each level tells. */
typedef enum {
  AWS_LOG_LEVEL_WARNING,
  AWS_LOG_LEVEL_INFO,
  AWS_LOG_LEVEL_DEBUG,
  AWS_LOG_LEVEL_LOG,
  AWS_LOG_LEVEL_TRACE,
} AwsLogLevel;

/**
 * AwsLogSink:
 * Where lines go. Immutable and ref-counted; its functions may be called from any thread.
 *
 * A line goes to the sink of the thread in which it arises: a reader and the credentials that it shares
 * with others log to the sink of the thread that they work for at that time. A thread that works for another one uses
 * that thread's sink.
 */
typedef struct _AwsLogSink AwsLogSink;

/**
 * AwsLogIsEnabledFunc:
 * @topic: the library, such as "aws".
 * @level: the level of a line.
 * @user_data: from aws_log_sink_new().
 *
 * Returns: whether a line would be written. It is called for each line, so it must be fast.
 */
typedef gboolean (*AwsLogIsEnabledFunc) (const char *topic, AwsLogLevel level, gpointer user_data);

/**
 * AwsLogWriteFunc:
 * @topic: the library.
 * @level: the level.
 * @file: the source file, @function and @line: where the line arises.
 * @message: the text, without a line feed and without secrets.
 * @user_data: from aws_log_sink_new().
 *
 * Writes a line. It may be called with locks of the libraries held, so it must not call them.
 */
typedef void (*AwsLogWriteFunc) (const char *topic, AwsLogLevel level, const char *file,
    const char *function, int line, const char *message, gpointer user_data);

/**
 * aws_log_sink_new:
 * @is_enabled: whether a line is wanted.
 * @write: what writes it.
 * @destroy: (nullable): frees @user_data with the last reference.
 *
 * Returns: (transfer full): a sink.
 */
AwsLogSink *aws_log_sink_new (AwsLogIsEnabledFunc is_enabled, AwsLogWriteFunc write,
    gpointer user_data, GDestroyNotify destroy);

AwsLogSink *aws_log_sink_ref (AwsLogSink *self);
void aws_log_sink_unref (AwsLogSink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsLogSink, aws_log_sink_unref)

/**
 * aws_log_set_sink:
 * @sink: (nullable) (transfer none): where the lines of the calling thread go from now on; %NULL is
 * nowhere. The caller keeps it alive until it sets another one.
 *
 * Returns: (nullable) (transfer none): where they went until now, to be set again.
 */
AwsLogSink *aws_log_set_sink (AwsLogSink *sink);

AwsLogSink *aws_log_get_sink (void);

/* Use the macros below: they format nothing when the line is not wanted. */
gboolean aws_log_is_enabled (const char *topic, AwsLogLevel level);
void aws_log_write (const char *topic, AwsLogLevel level, const char *file, const char *function,
    int line, const char *format, ...) G_GNUC_PRINTF (6, 7);

#define AWS_LOG_AT(level, ...)                                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (aws_log_is_enabled (AWS_LOG_TOPIC, (level)))                                               \
      aws_log_write (AWS_LOG_TOPIC, (level), __FILE__, G_STRFUNC, __LINE__, __VA_ARGS__);          \
  }                                                                                                \
  G_STMT_END

#define aws_log_warning(...) AWS_LOG_AT (AWS_LOG_LEVEL_WARNING, __VA_ARGS__)
#define aws_log_info(...) AWS_LOG_AT (AWS_LOG_LEVEL_INFO, __VA_ARGS__)
#define aws_log_debug(...) AWS_LOG_AT (AWS_LOG_LEVEL_DEBUG, __VA_ARGS__)
#define aws_log_log(...) AWS_LOG_AT (AWS_LOG_LEVEL_LOG, __VA_ARGS__)
#define aws_log_trace(...) AWS_LOG_AT (AWS_LOG_LEVEL_TRACE, __VA_ARGS__)

/**
 * aws_log_message_once:
 * @format: a message without secrets
 *
 * Writes a message, unless it was written in this process before.
 */
void aws_log_message_once (const char *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * aws_log_message_readable:
 * @path: the name of a file with secrets, which other users can read
 *
 * Writes a message about that, by aws_log_message_once().
 */
void aws_log_message_readable (const char *path);

G_END_DECLS
