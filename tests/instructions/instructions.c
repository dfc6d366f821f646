/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cost of a still, one part at a time, for valgrind to count: each case runs once to warm up, and once
 * more in run_counted(), to which the counting is limited. A case that this processor does not have prints
 * "none". */
#include <awsjsonparser.h>
#include <kvsbase64.h>
#include <kvsblockpool.h>
#include <kvsimagepage.h>

#include <string.h>

/* As bytes come from a socket. */
#define PIECE_SIZE (64 * 1024)

#define TEXT_LENGTH (1024 * 1024)

static GString *body;
static GString *text;

/* A page of @n_stills, each of @length characters. */
static GString *
make_page (guint n_stills, gsize length)
{
  GString *page = g_string_new ("{\"Images\":[");

  for (guint i = 0; i < n_stills; i++) {
    g_string_append_printf (
        page, "%s{\"TimeStamp\":%u.25,\"ImageContent\":\"", i > 0 ? "," : "", 1790000000 + 3 * i);
    g_string_append_len (page, text->str, (gssize)length);
    g_string_append (page, "\"}");
  }
  return g_string_append (page, "],\"NextToken\":\"token\"}");
}

/* Text that has all characters of the alphabet. */
static GString *
make_text (gsize length)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  GString *made = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    g_string_append_c (made, alphabet[i * 29 % 64]);
  return made;
}

/* The parser */

static gboolean
value_cb (gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error)
{
  return TRUE;
}

static gboolean
string_cb (gpointer user_data, const char *piece, gsize length, GError **error)
{
  return TRUE;
}

static gboolean
end_cb (gpointer user_data, AwsJsonType type, GError **error)
{
  return TRUE;
}

static gboolean
verbatim_cb (gpointer user_data, const char *piece, gsize length)
{
  return TRUE;
}

static const AwsJsonHandler handler = {value_cb, string_cb, end_cb, verbatim_cb};

static void
parse (void)
{
  g_autoptr (AwsJsonParser) parser = aws_json_parser_new (&handler, NULL);

  for (gsize done = 0; done < body->len; done += PIECE_SIZE)
    g_assert_true (
        aws_json_parser_feed (parser, body->str + done, MIN (PIECE_SIZE, body->len - done), NULL));
  g_assert_true (aws_json_parser_end (parser, NULL));
}

/* A whole page */

static void
read_page (void)
{
  g_autoptr (KvsImagePage) page = kvs_image_page_new (text->len);
  KvsEntry *entry;

  for (gsize done = 0; done < body->len; done += PIECE_SIZE) {
    g_assert_true (
        kvs_image_page_feed (page, body->str + done, MIN (PIECE_SIZE, body->len - done), NULL));
    while ((entry = kvs_image_page_pop (page)) != NULL)
      kvs_entry_free (entry);
  }
  g_assert_true (kvs_image_page_end (page, NULL));
}

/* The decoder */

static KvsBase64Groups groups;

static void
decode (void)
{
  KvsBase64 base64 = {.groups = groups};
  gsize memory;

  kvs_base64_reserve (&base64, TEXT_LENGTH / 4 * 3);
  for (gsize done = 0; done < text->len; done += PIECE_SIZE)
    kvs_base64_feed (&base64, text->str + done, MIN (PIECE_SIZE, text->len - done));
  g_bytes_unref (kvs_base64_end (&base64, &memory));
  kvs_base64_clear (&base64);
}

typedef struct {
  const char *name;
  void (*run) (void);
  guint n_stills;
  gsize length;
  KvsBase64Variant variant;
} Case;

static const Case cases[] = {
    {"parser, 25 stills of 8 KB", parse, 25, 10924},
    {"parser, 5 stills of 200 KB", parse, 5, 273068},
    {"page, 100 stills of 3 bytes", read_page, 100, 4},
    {"decoder by tables, 1 MB", decode, .variant = KVS_BASE64_PORTABLE},
    {"decoder by SSSE3, 1 MB", decode, .variant = KVS_BASE64_SSSE3},
    {"decoder by AVX2, 1 MB", decode, .variant = KVS_BASE64_AVX2},
    {"decoder by NEON, 1 MB", decode, .variant = KVS_BASE64_NEON},
};

/* The one function that is counted, with all that it calls. */
void run_counted (const Case *self);

G_NO_INLINE void
run_counted (const Case *self)
{
  self->run ();
}

int
main (int argc, char **argv)
{
  if (argc != 2) {
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      g_print ("%s\n", cases[i].name);
    return 0;
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (!g_str_equal (cases[i].name, argv[1]))
      continue;
    groups = kvs_base64_groups_find (cases[i].variant);
    if (groups == NULL) {
      g_print ("none\n");
      return 0;
    }
    kvs_block_pool_begin_use (kvs_block_pool_get_default ());
    text = make_text (TEXT_LENGTH);
    body = make_page (cases[i].n_stills, cases[i].length);
    cases[i].run ();
    run_counted (&cases[i]);
    return 0;
  }
  g_printerr ("There is no case '%s'.\n", argv[1]);
  return 1;
}
