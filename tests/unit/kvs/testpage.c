/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The images are headers without any picture. */
#include "testpage.h"

GBytes *
test_page_new_still (guint number)
{
  const guint8 still[] = {0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, (guint8)((number + 1) >> 8),
      (guint8)(number + 1), 0, 16, 1, 1, 0x11, 0, 0xff, 0xd9};

  return g_bytes_new (still, sizeof still);
}

static char *
encode_still (guint number)
{
  g_autoptr (GBytes) still = test_page_new_still (number);
  gsize size;
  const guint8 *data = g_bytes_get_data (still, &size);

  return g_base64_encode (data, size);
}

static char *
encode_png (void)
{
  static const guint8 png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H',
      'D', 'R', 0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0};

  return g_base64_encode (png, sizeof png);
}

static void
add_content (GString *body, char kind, guint number)
{
  g_autofree char *content = NULL;

  switch (kind) {
    case 's':
      content = encode_still (number);
      break;
    case 'p':
      content = encode_png ();
      break;
    case 't':
      content = g_base64_encode ((const guint8 *)"text", 4);
      break;
    case 'x':
      content = g_strdup ("/9j*");
      break;
    default:
      break;
  }
  if (content)
    g_string_append_printf (body, "\"ImageContent\":\"%s\",", content);
}

static void
add_entry (GString *body, const char *entry)
{
  gint64 number = g_ascii_strtoll (entry + 1, NULL, 10);
  gint64 time_ms = TEST_PAGE_START + number * TEST_PAGE_INTERVAL;

  g_string_append_c (body, '{');
  if (*entry == 'n' || *entry == 'm')
    g_string_append_printf (body, "\"Error\":\"%s\",", *entry == 'n' ? "NO_MEDIA" : "MEDIA_ERROR");
  add_content (body, *entry, (guint)number);
  g_string_append_printf (
      body, "\"TimeStamp\":%" G_GINT64_FORMAT ".%03d},", time_ms / 1000, (gint)(time_ms % 1000));
}

char *
test_page_new (const char *entries, const char *next_token)
{
  g_auto (GStrv) list = g_strsplit (entries, " ", -1);
  GString *body = g_string_new ("{\"Images\":[");

  for (guint i = 0; list[i] && *list[i]; i++)
    add_entry (body, list[i]);
  if (g_str_has_suffix (body->str, ","))
    g_string_truncate (body, body->len - 1);
  g_string_append_c (body, ']');
  if (next_token)
    g_string_append_printf (body, ",\"NextToken\":\"%s\"", next_token);
  g_string_append_c (body, '}');
  return g_string_free (body, FALSE);
}
