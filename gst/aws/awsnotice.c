/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsnotice.h"

/* Whether @text was not said before; it is noted. */
static gboolean
is_new (const char *text)
{
  static GMutex lock; /* guards said */
  static GHashTable *said;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  if (said == NULL)
    said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return g_hash_table_add (said, g_strdup (text));
}

void
aws_notice (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (is_new (text))
    g_message ("%s", text);
}

void
aws_notice_readable (const char *path)
{
  aws_notice ("%s can be read by other users: 'chmod 600' keeps its secrets", path);
}
