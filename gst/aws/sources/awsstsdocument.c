/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsstsdocument.h"

#include "awscredentialsdocument.h"
#include "awserror.h"
#include "awssecret.h"

#include <string.h>

typedef enum {
  PART_ACCESS_KEY,
  PART_SECRET_KEY,
  PART_SESSION_TOKEN,
  PART_EXPIRATION,
  N_PARTS,
} Part;

static const char *const part_names[N_PARTS] = {
    "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"};

typedef struct {
  char *parts[N_PARTS];
} Parts;

static void
parts_clear (Parts *self)
{
  for (int i = 0; i < N_PARTS; i++)
    aws_secret_free (self->parts[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static const char *
get_local_name (const char *name)
{
  const char *colon = strchr (name, ':');

  return colon != NULL ? colon + 1 : name;
}

/* Whether the last of these elements is in Credentials, in a result, in a response. There is no element
 * around text that is outside of the document's root. */
static gboolean
is_in_credentials (const GSList *open)
{
  const GSList *outer = open != NULL ? open->next : NULL;

  return outer != NULL && g_str_equal (get_local_name (outer->data), "Credentials") &&
         outer->next != NULL && outer->next->next != NULL && outer->next->next->next == NULL;
}

/* Which part the innermost open element is, or N_PARTS if it is none. */
static Part
find_part (GMarkupParseContext *context)
{
  const GSList *open = g_markup_parse_context_get_element_stack (context);
  Part part = 0;

  if (!is_in_credentials (open))
    return N_PARTS;
  while (part < N_PARTS && !g_str_equal (get_local_name (open->data), part_names[part]))
    part++;
  return part;
}

static void
start_element_cb (GMarkupParseContext *context, const char *name, const char **attribute_names,
    const char **attribute_values, gpointer user_data, GError **error)
{
  Parts *self = user_data;
  Part part = find_part (context);

  if (part == N_PARTS)
    return;
  if (self->parts[part] != NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, "%s occurs twice", part_names[part]);
  else
    self->parts[part] = g_strdup ("");
}

/* The text of an element comes in pieces where a comment or CDATA begins or ends. */
static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data,
    GError **error)
{
  Parts *self = user_data;
  Part part = find_part (context);
  g_autofree char *piece = NULL;
  char *whole;

  if (part == N_PARTS)
    return;
  piece = g_strndup (text, length);
  whole = g_strconcat (self->parts[part], piece, NULL);
  aws_secret_free (self->parts[part]);
  self->parts[part] = whole;
  aws_secret_free (g_steal_pointer (&piece));
}

static gboolean
parse (const char *text, gsize length, Parts *parts, GError **error)
{
  static const GMarkupParser parser = {.start_element = start_element_cb, .text = text_cb};
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, parts, NULL);
  g_autoptr (GError) cause = NULL;

  /* GLib 2.74 sets two errors at once where CDATA is not UTF-8. */
  if (g_utf8_validate_len (text, length, NULL) &&
      g_markup_parse_context_parse (context, text, (gssize)length, &cause) &&
      g_markup_parse_context_end_parse (context, &cause))
    return TRUE;
  /* The parser's own message may repeat the text. */
  if (cause != NULL && cause->domain == AWS_ERROR)
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, "it is not XML");
  return FALSE;
}

static gboolean
check_parts (Parts *parts, GError **error)
{
  for (int i = 0; i < N_PARTS; i++) {
    if (parts->parts[i] == NULL || g_strstrip (parts->parts[i])[0] == '\0') {
      g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, "%s is missing", part_names[i]);
      return FALSE;
    }
  }
  return TRUE;
}

AwsCredentials *
aws_sts_document_read (const char *text, gsize length, GError **error)
{
  g_auto (Parts) parts = {{NULL}};
  g_autoptr (GError) cause = NULL;
  AwsCredentials *credentials;
  gint64 expiration_us;

  if (!parse (text, length, &parts, error) || !check_parts (&parts, error))
    return NULL;
  if (!aws_credentials_document_parse_expiration (parts.parts[PART_EXPIRATION], &expiration_us)) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
        "Expiration is not a time with a zone, such as 2026-11-20T08:00:00Z");
    return NULL;
  }
  credentials = aws_credentials_new_expiring (parts.parts[PART_ACCESS_KEY],
      parts.parts[PART_SECRET_KEY], parts.parts[PART_SESSION_TOKEN], expiration_us, &cause);
  if (credentials == NULL)
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, cause->message);
  return credentials;
}
