/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awssourcechain.h"

#include "awserror.h"
#include "awslog.h"

struct _AwsSourceChain {
  GObject parent_instance;

  GPtrArray *sources;            /* of AwsCredentialSource */
  AwsCredentialSource *decisive; /* gave or refused credentials last, one of sources, or NULL */
  gboolean is_settled;           /* decisive has given credentials once */
  const char *advice;            /* what to set first where none is configured, static, or NULL */
};

static void aws_source_chain_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsSourceChain, aws_source_chain, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_source_chain_source_init))

static void
aws_source_chain_finalize (GObject *object)
{
  g_ptr_array_unref (AWS_SOURCE_CHAIN (object)->sources);

  G_OBJECT_CLASS (aws_source_chain_parent_class)->finalize (object);
}

static void
aws_source_chain_class_init (AwsSourceChainClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_source_chain_finalize;
}

static gboolean
is_unconfigured (const GError *failure)
{
  return g_error_matches (failure, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS);
}

static void
log_outcome (AwsCredentialSource *source, const GError *failure)
{
  const char *name = aws_credential_source_get_name (source);

  if (failure == NULL)
    aws_log_debug ("Credentials source %s: gave credentials", name);
  else if (is_unconfigured (failure))
    aws_log_debug ("Credentials source %s: skipped, %s", name, failure->message);
  else
    aws_log_debug (
        "Credentials source %s: failed, and no other one is tried: %s", name, failure->message);
}

static void
append_reason (GString *reasons, AwsCredentialSource *source, const GError *failure)
{
  g_string_append_printf (reasons, "%s%s: %s", reasons->len > 0 ? "; " : "",
      aws_credential_source_get_name (source), failure->message);
}

static void
fail (const GString *reasons, GError **error)
{
  g_set_error (
      error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS, "No credentials found: %s", reasons->str);
}

/* Asks until a source decides: the first one that is configured. */
static AwsCredentials *
ask_in_order (AwsSourceChain *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) reasons = g_string_new (NULL);

  for (guint i = 0; i < self->sources->len; i++) {
    AwsCredentialSource *source = g_ptr_array_index (self->sources, i);
    g_autoptr (GError) failure = NULL;
    AwsCredentials *credentials = aws_credential_source_fetch (source, cancellable, &failure);

    log_outcome (source, failure);
    if (!is_unconfigured (failure)) {
      self->decisive = source;
      self->is_settled = credentials != NULL;
      if (failure != NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
      return credentials;
    }
    append_reason (reasons, source, failure);
  }

  self->decisive = NULL;
  if (self->advice != NULL)
    g_string_append_printf (reasons, ". %s", self->advice);
  fail (reasons, error);
  return NULL;
}

static AwsCredentials *
ask_decisive (AwsSourceChain *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) reasons = g_string_new (NULL);
  g_autoptr (GError) failure = NULL;
  AwsCredentials *credentials = aws_credential_source_fetch (self->decisive, cancellable, &failure);

  log_outcome (self->decisive, failure);
  if (is_unconfigured (failure)) {
    append_reason (reasons, self->decisive, failure);
    fail (reasons, error);
  } else if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
  }
  return credentials;
}

static AwsCredentials *
aws_source_chain_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsSourceChain *self = AWS_SOURCE_CHAIN (source);

  return self->is_settled ? ask_decisive (self, cancellable, error)
                          : ask_in_order (self, cancellable, error);
}

static const char *
aws_source_chain_get_name (AwsCredentialSource *source)
{
  AwsSourceChain *self = AWS_SOURCE_CHAIN (source);

  return self->decisive != NULL ? aws_credential_source_get_name (self->decisive) : "none";
}

static gboolean
aws_source_chain_is_statically_stable (AwsCredentialSource *source)
{
  AwsSourceChain *self = AWS_SOURCE_CHAIN (source);

  return self->decisive != NULL && aws_credential_source_is_statically_stable (self->decisive);
}

static void
aws_source_chain_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_source_chain_fetch;
  iface->get_name = aws_source_chain_get_name;
  iface->is_statically_stable = aws_source_chain_is_statically_stable;
}

static void
aws_source_chain_init (AwsSourceChain *self)
{
  self->sources = g_ptr_array_new_with_free_func (g_object_unref);
}

AwsSourceChain *
aws_source_chain_new (void)
{
  return g_object_new (AWS_TYPE_SOURCE_CHAIN, NULL);
}

void
aws_source_chain_add (AwsSourceChain *self, AwsCredentialSource *source)
{
  g_ptr_array_add (self->sources, source);
}

void
aws_source_chain_set_advice (AwsSourceChain *self, const char *advice)
{
  self->advice = advice;
}
