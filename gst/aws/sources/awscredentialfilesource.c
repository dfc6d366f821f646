/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awscredentialfilesource.h"

#include "awscredentialsdocument.h"
#include "awsenvironment.h"
#include "awserror.h"
#include "awslog.h"
#include "awssecret.h"
#include "awssecretfile.h"

#include <string.h>

/* Several times what the longest session tokens take. */
#define MAX_SIZE (64 * 1024)

#define MAX_WORDS 5

#define WRONG_FORM                                                                                 \
  "it is not of the form CREDENTIALS ACCESS_KEY [EXPIRATION] SECRET_KEY [SESSION_TOKEN]"

struct _AwsCredentialFileSource {
  GObject parent_instance;

  char *path;
  AwsClock *clock;
};

/* The words of a file, each copied so that it ends in a NUL. */
typedef struct {
  char *words[MAX_WORDS];
  gsize n_words;
} Line;

static void aws_credential_file_source_iface_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsCredentialFileSource, aws_credential_file_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_credential_file_source_iface_init))

static void
line_clear (Line *line)
{
  for (gsize i = 0; i < line->n_words; i++)
    aws_secret_free (line->words[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Line, line_clear)

static void
aws_credential_file_source_finalize (GObject *object)
{
  AwsCredentialFileSource *self = AWS_CREDENTIAL_FILE_SOURCE (object);

  g_free (self->path);
  g_object_unref (self->clock);

  G_OBJECT_CLASS (aws_credential_file_source_parent_class)->finalize (object);
}

static void
aws_credential_file_source_class_init (AwsCredentialFileSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_credential_file_source_finalize;
}

static void
aws_credential_file_source_init (AwsCredentialFileSource *self)
{
}

AwsCredentialSource *
aws_credential_file_source_new (const char *path, AwsClock *clock)
{
  AwsCredentialFileSource *self = g_object_new (AWS_TYPE_CREDENTIAL_FILE_SOURCE, NULL);

  self->path = aws_environment_expand_home (path);
  self->clock = g_object_ref (clock != NULL ? clock : aws_clock_get_default ());
  return AWS_CREDENTIAL_SOURCE (self);
}

/* Whether @text has no more than %MAX_WORDS words, and no NUL, which would hide the rest of one. */
static gboolean
split_words (const char *text, gsize size, Line *line)
{
  const char *end = text + size;
  const char *c = text;

  if (memchr (text, '\0', size) != NULL)
    return FALSE;
  for (;;) {
    const char *begin;

    while (c < end && g_ascii_isspace (*c))
      c++;
    for (begin = c; c < end && !g_ascii_isspace (*c);)
      c++;
    if (c == begin || line->n_words == MAX_WORDS)
      return c == begin;
    line->words[line->n_words++] = g_strndup (begin, (gsize)(c - begin));
  }
}

/* Base64 has no colon, and no time is without one. */
static gboolean
is_meant_as_time (const char *word)
{
  return strchr (word, ':') != NULL;
}

/* Splits the words by their number, and by whether the third one is an expiration. */
static AwsCredentials *
read_words (char **words, gsize n_words, GError **error)
{
  gboolean expires = n_words > 3 && is_meant_as_time (words[2]);
  gsize secret = expires ? 3 : 2;
  gint64 expiration_us = AWS_CREDENTIALS_FOREVER;

  if (n_words < 3 || strcmp (words[0], "CREDENTIALS") != 0 || n_words > secret + 2) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS, WRONG_FORM);
    return NULL;
  }
  if (expires && !aws_credentials_document_parse_expiration (words[2], &expiration_us)) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "its expiration is not a time with a zone, such as 2026-11-20T08:00:00Z");
    return NULL;
  }
  return aws_credentials_new_expiring (words[1], words[secret],
      n_words > secret + 1 ? words[secret + 1] : NULL, expiration_us, error);
}

static AwsCredentials *
read_text (GBytes *bytes, GError **error)
{
  g_auto (Line) line = {{NULL}};
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  if (!split_words (text, size, &line)) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS, WRONG_FORM);
    return NULL;
  }
  return read_words (line.words, line.n_words, error);
}

static AwsCredentials *
aws_credential_file_source_fetch (
    AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsCredentialFileSource *self = AWS_CREDENTIAL_FILE_SOURCE (source);
  g_autoptr (AwsCredentials) credentials = NULL;
  g_autoptr (GBytes) text = NULL;
  gboolean others_may_read;
  GError *cause = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  text = aws_secret_file_read (self->path, MAX_SIZE, &others_may_read, error);
  if (text == NULL)
    return NULL;
  if (others_may_read)
    aws_log_message_readable (self->path);

  credentials = read_text (text, &cause);
  if (credentials == NULL) {
    g_propagate_prefixed_error (
        error, cause, "The file %s with credentials cannot be used: ", self->path);
    return NULL;
  }
  if (aws_credentials_get_expiration (credentials) <= aws_clock_get_real_time (self->clock)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED,
        "The credentials in the file %s have expired; is what renews them running, and is the "
        "system clock right?",
        self->path);
    return NULL;
  }
  return g_steal_pointer (&credentials);
}

static const char *
aws_credential_file_source_get_name (AwsCredentialSource *source)
{
  return "credential-path";
}

static void
aws_credential_file_source_iface_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_credential_file_source_fetch;
  iface->get_name = aws_credential_file_source_get_name;
}
