/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsentrystream.h"

#include "kvserror.h"
#include "kvsimagepage.h"

/* Bytes that are read at a time: fewer cost calls, more cost the processor's cache. */
#define READ_SIZE 65536

struct _KvsEntryStream {
  AwsReply *reply;
  KvsImagePage *parser;
  KvsStats *stats;
  gsize max_image_memory;
  gboolean ended;
  GError *error;
};

KvsEntryStream *
kvs_entry_stream_new (AwsReply *reply, gsize image_size, KvsStats *stats)
{
  KvsEntryStream *self = g_new0 (KvsEntryStream, 1);

  self->reply = g_object_ref (reply);
  self->parser = kvs_image_page_new (image_size);
  self->stats = stats;
  self->max_image_memory = G_MAXSIZE;
  return self;
}

void
kvs_entry_stream_free (KvsEntryStream *self)
{
  g_object_unref (self->reply);
  kvs_image_page_free (self->parser);
  g_clear_error (&self->error);
  g_free (self);
}

/* Adds the host, the status and the request id of the reply to an error of the parser. */
static GError *
make_error (KvsEntryStream *self, const GError *cause)
{
  AwsError code = g_error_matches (cause, KVS_ERROR, KVS_ERROR_CUT_OFF) ? AWS_ERROR_CUT_OFF
                                                                        : AWS_ERROR_BAD_REPLY;

  return aws_reply_new_error (
      self->reply, code, "gave a reply to GetImages that cannot be used: %s", cause->message);
}

/* Reads one piece of the body, and keeps an error for when the entries before it are gone. */
static void
read_more (KvsEntryStream *self, GCancellable *cancellable)
{
  char buffer[READ_SIZE];
  gssize n = aws_reply_read (self->reply, buffer, sizeof buffer, cancellable, &self->error);
  g_autoptr (GError) cause = NULL;

  if (n < 0)
    return;
  kvs_stats_add (self->stats, KVS_STATS_BYTES_RECEIVED, (guint64)n);
  self->ended = n == 0;
  if (self->ended)
    kvs_image_page_end (self->parser, &cause);
  else
    kvs_image_page_feed (self->parser, buffer, (gsize)n, &cause);
  aws_reply_catch_up (self->reply);
  if (cause)
    self->error = make_error (self, cause);
}

void
kvs_entry_stream_set_limit (KvsEntryStream *self, gsize max_image_memory)
{
  self->max_image_memory = max_image_memory;
}

gsize
kvs_entry_stream_get_excess (KvsEntryStream *self)
{
  gsize memory = kvs_image_page_get_unfinished_memory (self->parser);

  return !self->ended && memory > self->max_image_memory ? memory : 0;
}

static gboolean
needs_more (KvsEntryStream *self)
{
  return !self->ended && self->error == NULL && kvs_entry_stream_get_excess (self) == 0;
}

gboolean
kvs_entry_stream_next (
    KvsEntryStream *self, GCancellable *cancellable, KvsEntry **entry, GError **error)
{
  while ((*entry = kvs_image_page_pop (self->parser)) == NULL && needs_more (self))
    read_more (self, cancellable);

  if (*entry || !self->error)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

const char *
kvs_entry_stream_get_next_token (KvsEntryStream *self)
{
  return kvs_image_page_get_next_token (self->parser);
}
