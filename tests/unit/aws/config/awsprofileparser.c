/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests every rule of the format, with what is read written as `p name {key=value}`: p for profiles,
 * o for SSO sessions, s for services, `key={} key/sub-key=value` for what is nested, | for a line
 * feed. And what a section gives for what was put into it. */
#include "awsprofileparser.h"

#include "awserror.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *config;
  const char *credentials;
  const char *expected;
  guint line; /* that is wrong; 0 for none */
} Case;

static const Case cases[] = {
    {"empty", "", "", ""},
    {"none", NULL, NULL, ""},
    {"empty-section", "[profile foo]", NULL, "p foo {}"},
    {"property", "[profile foo]\nname = value", NULL, "p foo {name=value}"},
    {"properties", "[profile foo]\na = 1\nb = 2\n[profile bar]\nc = 3\n", NULL,
        "p bar {c=3} p foo {a=1 b=2}"},
    {"crlf", "[profile foo]\r\nname = value\r\n more\r\n\r\ns3 =\r\n a = b\r\n", NULL,
        "p foo {name=value|more s3/a=b s3={}}"},
    {"crlf-at-end", "[profile foo]\r", NULL, "p foo {}"},
    {"cr-inside", "[profile foo]\na = b\rc\n", NULL, "p foo {a=b\rc}"},
    {"byte-order-mark", "\xef\xbb\xbf[profile foo]\na=b", "\xef\xbb\xbf[foo]\nc=d",
        "p foo {a=b c=d}"},
    {"byte-order-mark-alone", "\xef\xbb\xbf", NULL, ""},
    {"two-byte-order-marks", "\xef\xbb\xbf\xef\xbb\xbf[profile foo]", NULL, NULL, 1},

    /* Sections. */
    {"section-unfinished", "[profile foo", NULL, NULL, 1},
    {"section-only-bracket", "[", NULL, NULL, 1},
    {"section-empty", "[]\na = b\n[ ]\n", "[]\na = b\n[ ]\n", ""},
    {"section-text-behind", "[profile foo] bar", NULL, NULL, 1},
    {"section-comment", "[profile foo] # x\n[profile bar]; y\n[profile baz];\n", NULL,
        "p bar {} p baz {} p foo {}"},
    {"section-bracket-in-comment", "[profile foo # ]", NULL, NULL, 1},
    {"section-comment-with-bracket", "[profile foo]#]", NULL, "p foo {}"},
    {"section-two-brackets", "[profile foo]]\na = b", NULL, ""},
    {"section-trimmed", "[ \tprofile foo\t ] \t", "[ \tbar\t ]\t", "p bar {} p foo {}"},
    {"section-tab", "[profile\tfoo]\n[profile \t bar]", NULL, "p bar {} p foo {}"},
    {"section-indented", "[profile foo]\n [profile bar]", NULL, NULL, 2},
    {"section-without-prefix", "[foo]\na = b\n[profile bar]\nc = d", NULL, "p bar {c=d}"},
    {"section-prefix-glued", "[profilefoo]\na = b", "[profilefoo]\nc = d", "p profilefoo {c=d}"},
    {"section-prefix-alone", "[profile]\na = b\n[services]\n[sso-session ]", "[profile]\na = b",
        "p profile {a=b}"},
    {"section-prefix-in-credentials", NULL,
        "[profile foo]\na = b\n[sso-session x]\nc = d\n[services y]\n", ""},
    {"section-prefix-case", "[Profile foo]\n[DEFAULT]\na = b\n[Default]\n", NULL, ""},
    {"section-unknown-prefix", "[plugin foo]\na = b", NULL, ""},
    {"section-characters", "[profile aZ09_-/.%@:+]\n[profile a!b]\nx = y", "[aZ09_-/.%@:+]",
        "p aZ09_-/.%@:+ {}"},
    {"section-bad-names",
        "[profile a b]\nx = y\n[profile \"a\"]\n[profile \xc3\xa9]\n[profile a\\b]",
        "[a b]\nx = y\n[\"a\"]\n[\xc3\xa9]\n[a\\b]", ""},
    {"section-case", "[profile a]\nx = 1\n[profile A]\nx = 2", NULL, "p A {x=2} p a {x=1}"},
    {"section-twice", "[profile foo]\na = 1\nb = 1\n[profile bar]\n[profile foo]\nb = 2\nc = 2",
        NULL, "p bar {} p foo {a=1 b=2 c=2}"},
    {"sso-session", "[sso-session foo]\nsso_region = x\n[profile foo]\n", NULL,
        "p foo {} o foo {sso_region=x}"},
    {"services", "[services foo]\nkinesis_video =\n  endpoint_url = http://localhost:1/a=b\n", NULL,
        "s foo {kinesis_video/endpoint_url=http://localhost:1/a=b kinesis_video={}}"},

    /* [default] and [profile default]. */
    {"default", "[default]\na = 1\n[default]\nb = 2", "[default]\nc = 3",
        "p default {a=1 b=2 c=3}"},
    {"default-prefixed-last", "[default]\na = 1\n[profile default]\nb = 2", NULL,
        "p default {b=2}"},
    {"default-prefixed-first",
        "[profile default]\na = 1\n[default]\nb = 2\n[profile default]\nc = 3", "[default]\nd = 4",
        "p default {a=1 c=3 d=4}"},
    {"default-replaced-is-read", "[default]\nwrong\n[profile default]\na = 1", NULL, NULL, 2},
    {"default-with-a-comment", "[ default ] # x\na = 1", NULL, "p default {a=1}"},

    /* Properties. */
    {"property-trimmed", "[profile foo]\na \t=  \tb c \t", NULL, "p foo {a=b c}"},
    {"property-unspaced", "[profile foo]\na=b", NULL, "p foo {a=b}"},
    {"property-equals-signs", "[profile foo]\na = b=c==", NULL, "p foo {a=b=c==}"},
    {"property-empty", "[profile foo]\na =\nb =  \nc = # x", NULL, "p foo {a= b= c=}"},
    {"property-unicode", "[profile foo]\na = \xf0\x9f\x8e\xa5", NULL, "p foo {a=\xf0\x9f\x8e\xa5}"},
    {"property-other-white-space", "[profile foo]\na = \xc2\xa0\v", NULL, "p foo {a=\xc2\xa0\v}"},
    {"property-quotes", "[profile foo]\na = \"b\" 'c' \\n ${d}", NULL,
        "p foo {a=\"b\" 'c' \\n ${d}}"},
    {"property-key-case", "[profile foo]\nAa = 1\nAA = 2", "[foo]\nB = 3", "p foo {aa=2 b=3}"},
    {"property-twice", "[profile foo]\na = 1\n 2\na = 3", NULL, "p foo {a=3}"},
    {"property-nested-twice", "[profile foo]\ns3 =\n a = 1\ns3 =\n b = 2", NULL,
        "p foo {s3/b=2 s3={}}"},
    {"property-nested-then-plain", "[profile foo]\ns3 =\n a = 1\ns3 = x", NULL, "p foo {s3=x}"},
    {"property-no-equals-sign", "[profile foo]\na : b", NULL, NULL, 2},
    {"property-equals-sign-in-comment", "[profile foo]\na # = b", NULL, NULL, 2},
    {"property-no-key", "[profile foo]\n = b\n", NULL, NULL, 2},
    {"property-no-key-at-all", "[profile foo]\n= b", NULL, NULL, 2},
    {"property-bad-key", "[profile foo]\na b = 1\n more\n\xc3\xa9 = 2\nc = 3\na\\b =\n x = y", NULL,
        "p foo {c=3}"},
    {"property-bad-key-nested", "[profile foo]\na b =\n wrong", NULL, NULL, 3},
    {"property-key-characters", "[profile foo]\nA_-/.%@:+9 = b", NULL, "p foo {a_-/.%@:+9=b}"},
    {"property-before-sections", "a = b\n[profile foo]", NULL, NULL, 1},
    {"property-in-ignored-section", "[foo]\na = b\n more\nwrong", NULL, NULL, 4},

    /* Comments. */
    {"comment-lines", "# x\n[profile foo]\n;y\na = b\n#\n;\n", NULL, "p foo {a=b}"},
    {"comment-behind-value", "[profile foo]\na = b #c\nd = e\t; f # g\nh = i ;", NULL,
        "p foo {a=b d=e h=i}"},
    {"comment-sign-in-value", "[profile foo]\na = b#c\nd = e;f", NULL, "p foo {a=b#c d=e;f}"},
    {"comment-indented", "[profile foo]\na = b\n # c", NULL, "p foo {a=b|# c}"},
    {"comment-indented-first", " # c\n[profile foo]", NULL, NULL, 1},
    {"blank-lines", "\n \t\n[profile foo]\n\t\n \na = b\n\t \n[profile bar]\n \t", NULL,
        "p bar {} p foo {a=b}"},

    /* Continuations. */
    {"continued", "[profile foo]\na = b\n -c\n\t d \t\ne = f", NULL, "p foo {a=b|-c|d e=f}"},
    {"continued-over-gaps", "[profile foo]\na = b\n\n \t\n# x\n c", NULL, "p foo {a=b|c}"},
    {"continued-with-comment", "[profile foo]\na = b # x\n c # y\n d ; z", NULL,
        "p foo {a=b|c # y|d ; z}"},
    {"continued-with-equals-sign", "[profile foo]\na = b\n c = d", NULL, "p foo {a=b|c = d}"},
    {"continued-without-section", " a", NULL, NULL, 1},
    {"continued-without-property", "[profile foo]\n a", NULL, NULL, 2},
    {"continued-over-section", "[profile foo]\na = b\n[profile foo]\n c", NULL, NULL, 4},

    /* Sub-properties. */
    {"nested", "[profile foo]\ns3 =\n a = 1\n\n  b=2 \n\tc =\na = 3", NULL,
        "p foo {a=3 s3/a=1 s3/b=2 s3/c= s3={}}"},
    {"nested-case", "[profile foo]\nS3 =\n Aa = 1", NULL, "p foo {s3/Aa=1 s3={}}"},
    {"nested-twice", "[profile foo]\ns3 =\n a = 1\n a = 2", NULL, "p foo {s3/a=2 s3={}}"},
    {"nested-comment", "[profile foo]\ns3 = # x\n a = 1 # y", NULL, "p foo {s3/a=1 # y s3={}}"},
    {"nested-bad-key", "[profile foo]\ns3 =\n a b = 1", NULL, "p foo {s3={}}"},
    {"nested-no-equals-sign", "[profile foo]\ns3 =\n a", NULL, NULL, 3},
    {"nested-comment-line", "[profile foo]\ns3 =\n # a", NULL, NULL, 3},
    {"nested-no-key", "[profile foo]\ns3 =\n = a", NULL, NULL, 3},

    /* Both files. */
    {"merged", "[profile foo]\na = 1\nb = 1", "[foo]\nb = 2\nc = 2\n[bar]\n",
        "p bar {} p foo {a=1 b=2 c=2}"},
    {"merged-empty-value", "[profile foo]\na = 1", "[foo]\na =", "p foo {a=}"},
    {"merged-nested", "[profile foo]\ns3 =\n a = 1", "[foo]\ns3 =\n b = 2", "p foo {s3/b=2 s3={}}"},
    {"wrong-credentials", "[profile foo]\n", "[foo]\na = b\nwrong\n", NULL, 3},

    /* What is no text. */
    {"not-utf8", "[profile foo]\n# \xff\n", NULL, NULL, 2},
    {"not-utf8-in-value", "[profile foo]\na = \xc3\n", NULL, NULL, 2},
    {"not-utf8-surrogate", "[profile foo]\na = \xed\xa0\x80", NULL, NULL, 2},
};

static void
section_free (gpointer section)
{
  aws_profile_section_free (section);
}

static GHashTable *
make_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, section_free);
}

static void
tables_init (AwsProfileTables *self)
{
  self->profiles = make_table ();
  self->sso_sessions = make_table ();
  self->services = make_table ();
}

static void
tables_clear (AwsProfileTables *self)
{
  g_hash_table_unref (self->profiles);
  g_hash_table_unref (self->sso_sessions);
  g_hash_table_unref (self->services);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AwsProfileTables, tables_clear)

static gint
compare_names_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

static gint
compare_lines_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Writes sub-properties as `key/sub-key`, so that sorting keeps them together. */
static void
collect_cb (const char *key, const char *sub_key, const char *value, gpointer lines)
{
  g_ptr_array_add (lines, sub_key != NULL ? g_strdup_printf ("%s/%s=%s", key, sub_key, value)
                                          : g_strdup_printf ("%s=%s", key, value ? value : "{}"));
}

static char *
write_section (AwsProfileSection *section)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  aws_profile_section_foreach (section, collect_cb, lines);
  g_ptr_array_sort (lines, compare_lines_cb);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv (" ", (char **)lines->pdata);
}

static void
write_table (GString *text, char sign, GHashTable *table)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (table), compare_names_cb);

  for (GList *item = names; item != NULL; item = item->next) {
    g_autofree char *section = write_section (g_hash_table_lookup (table, item->data));

    g_string_append_printf (
        text, "%s%c %s {%s}", text->len > 0 ? " " : "", sign, (const char *)item->data, section);
  }
}

static char *
write_tables (const AwsProfileTables *tables)
{
  GString *text = g_string_new (NULL);

  write_table (text, 'p', tables->profiles);
  write_table (text, 'o', tables->sso_sessions);
  write_table (text, 's', tables->services);
  g_string_replace (text, "\n", "|", 0);
  return g_string_free (text, FALSE);
}

static gboolean
parse (AwsProfileFile file, const char *text, gssize size, const AwsProfileTables *tables,
    guint *line, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size < 0 ? strlen (text) : (gsize)size);

  return aws_profile_parser_parse (file, "the file", bytes, tables, line, error);
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_auto (AwsProfileTables) tables = {NULL};
  g_autofree char *got = NULL;
  g_autoptr (GError) error = NULL;
  guint line = 0;
  gboolean done;

  tables_init (&tables);
  done = (test->config == NULL ||
             parse (AWS_PROFILE_FILE_CONFIG, test->config, -1, &tables, &line, &error)) &&
         (test->credentials == NULL ||
             parse (AWS_PROFILE_FILE_CREDENTIALS, test->credentials, -1, &tables, &line, &error));
  g_assert_cmpuint (line, ==, test->line);
  if (test->line == 0) {
    g_assert_no_error (error);
    g_assert_true (done);
    got = write_tables (&tables);
    g_assert_cmpstr (got, ==, test->expected);
  } else {
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_false (done);
  }
}

static void
test_messages (void)
{
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
      {"[secret", "line 1: the header of a section must be '[name]', with nothing but a comment "
                  "behind it"},
      {"\nsecret = secret",
          "line 2: a property stands before the first section, such as [default]"},
      {"[default]\nsecret", "line 2: a property must be 'name = value'"},
      {"[default]\n= secret", "line 2: a property has no name before its '='"},
      {"[default]\n secret", "line 2: an indented line continues a property, and there is none "
                             "before it in this section"},
      {"[default]\na=\n secret",
          "line 3: below a property without a value, an indented line must be 'name = value'"},
      {"[default]\na=\n = secret", "line 3: a sub-property has no name before its '='"},
      {"[default]\na = secret\xff", "line 2: it is not UTF-8"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *expected = g_strconcat ("the file, ", rows[i].message, NULL);
    g_auto (AwsProfileTables) tables = {NULL};
    g_autoptr (GError) error = NULL;

    tables_init (&tables);
    g_assert_false (parse (AWS_PROFILE_FILE_CONFIG, rows[i].text, -1, &tables, NULL, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_cmpstr (error->message, ==, expected);
  }
}

static void
test_nul (void)
{
  static const char text[] = "[default]\n# \0\na = b";
  g_auto (AwsProfileTables) tables = {NULL};
  g_autoptr (GError) error = NULL;
  guint line = 0;

  tables_init (&tables);
  g_assert_false (parse (AWS_PROFILE_FILE_CONFIG, text, sizeof (text) - 1, &tables, &line, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (
      error->message, ==, "the file, line 2: it holds a NUL character: is it the right file?");
  g_assert_cmpuint (line, ==, 2);
}

/* A value of very many lines is read in linear time. */
static void
test_many_lines (void)
{
  const guint n_lines = 300000;
  GString *text = g_string_new ("[default]\na = b\n");
  g_auto (AwsProfileTables) tables = {NULL};
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_lines; i++)
    g_string_append (text, " c\n");
  tables_init (&tables);
  g_assert_true (parse (AWS_PROFILE_FILE_CONFIG, text->str, text->len, &tables, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (
      strlen (aws_profile_section_get (g_hash_table_lookup (tables.profiles, "default"), "a")), ==,
      1 + 2 * n_lines);
  g_string_free (text, TRUE);
}

/* A text of pieces that matter to some rule, with a few bytes changed. */
static GString *
make_noise (void)
{
  static const char *const pieces[] = {"[default]", "[profile a]", "[services s]", "\n", "\n",
      "\r\n", "\n ", "\n\t", " = ", "=", "#", " #", ";", "key", "s3 =\n a = b", "[", "]", " ",
      "\xef\xbb\xbf", "\xc3\xa9"};
  GString *text = g_string_new (NULL);
  int n_pieces = g_test_rand_int_range (0, 40);

  for (int i = 0; i < n_pieces; i++)
    g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  while (text->len > 0 && g_test_rand_int_range (0, 3) == 0)
    text->str[g_test_rand_int_range (0, text->len)] = (char)g_test_rand_int_range (0, 256);
  return text;
}

static guint
count_lines (const GString *text)
{
  guint n_lines = 1;

  for (gsize i = 0; i < text->len; i++)
    n_lines += text->str[i] == '\n';
  return n_lines;
}

static void
test_noise (void)
{
  for (int i = 0; i < 20000; i++) {
    GString *text = make_noise ();
    g_auto (AwsProfileTables) tables = {NULL};
    g_autoptr (GError) error = NULL;
    guint line = 0;

    tables_init (&tables);
    if (parse ((AwsProfileFile)(i % 2), text->str, text->len, &tables, &line, &error)) {
      g_autofree char *got = write_tables (&tables);

      g_assert_no_error (error);
      g_assert_cmpuint (line, ==, 0);
      g_assert_true (g_utf8_validate (got, -1, NULL));
    } else {
      g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
      g_assert_cmpuint (line, >=, 1);
      g_assert_cmpuint (line, <=, count_lines (text));
      g_assert_true (g_str_is_ascii (error->message));
    }
    g_string_free (text, TRUE);
  }
}

static void
test_section_values (void)
{
  static const char *const blanks[] = {"", " ", "\t\r\n"};
  g_autoptr (AwsProfileSection) section = aws_profile_section_new ();

  g_assert_null (aws_profile_section_get (section, "region"));
  aws_profile_section_set (section, "region", g_strdup ("eu-west-1"));
  g_assert_cmpstr (aws_profile_section_get (section, "region"), ==, "eu-west-1");
  g_assert_null (aws_profile_section_get (section, "Region"));
  aws_profile_section_set (section, "region", g_strdup ("us-west-2"));
  g_assert_cmpstr (aws_profile_section_get (section, "region"), ==, "us-west-2");

  for (gsize i = 0; i < G_N_ELEMENTS (blanks); i++) {
    aws_profile_section_set (section, "region", g_strdup (blanks[i]));
    g_assert_null (aws_profile_section_get (section, "region"));
  }
}

static void
test_section_nested (void)
{
  g_autoptr (AwsProfileSection) section = aws_profile_section_new ();

  aws_profile_section_set (section, "s3", g_strdup (""));
  g_assert_null (aws_profile_section_get_nested (section, "s3", "a"));
  aws_profile_section_set_nested (section, "s3", "a", g_strdup ("1"));
  aws_profile_section_set_nested (section, "s3", "b", g_strdup (" "));
  aws_profile_section_set_nested (section, "s3", NULL, NULL);
  g_assert_null (aws_profile_section_get (section, "s3"));
  g_assert_cmpstr (aws_profile_section_get_nested (section, "s3", "a"), ==, "1");
  g_assert_null (aws_profile_section_get_nested (section, "s3", "b"));
  g_assert_null (aws_profile_section_get_nested (section, "s3", "c"));
  g_assert_null (aws_profile_section_get_nested (section, "s4", "a"));

  aws_profile_section_set_nested (section, "s3", "a", g_strdup ("2"));
  g_assert_cmpstr (aws_profile_section_get_nested (section, "s3", "a"), ==, "2");
  aws_profile_section_set (section, "s3", g_strdup ("plain"));
  g_assert_null (aws_profile_section_get_nested (section, "s3", "a"));
  g_assert_cmpstr (aws_profile_section_get (section, "s3"), ==, "plain");
}

static void
note_cb (const char *key, const char *sub_key, const char *value, gpointer seen)
{
  g_ptr_array_add (seen, g_strdup_printf ("%s/%s=%s", key, sub_key != NULL ? sub_key : "",
                             value != NULL ? value : "nested"));
}

static void
test_section_foreach (void)
{
  g_autoptr (AwsProfileSection) section = aws_profile_section_new ();
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);
  guint index = 0;

  aws_profile_section_set (section, "a", g_strdup ("1"));
  aws_profile_section_set (section, "b", g_strdup (""));
  aws_profile_section_set (section, "c", g_strdup (""));
  aws_profile_section_set_nested (section, "c", "d", g_strdup ("2"));
  aws_profile_section_foreach (section, note_cb, seen);

  g_assert_cmpuint (seen->len, ==, 4);
  g_assert_true (g_ptr_array_find_with_equal_func (seen, "a/=1", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (seen, "b/=", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (seen, "c/=nested", g_str_equal, &index));
  g_assert_cmpuint (index + 1, <, seen->len);
  g_assert_cmpstr (g_ptr_array_index (seen, index + 1), ==, "c/d=2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/awsprofileparser/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/awsprofileparser/messages", test_messages);
  g_test_add_func ("/awsprofileparser/nul", test_nul);
  g_test_add_func ("/awsprofileparser/many-lines", test_many_lines);
  g_test_add_func ("/awsprofileparser/noise", test_noise);
  g_test_add_func ("/awsprofileparser/section/values", test_section_values);
  g_test_add_func ("/awsprofileparser/section/nested", test_section_nested);
  g_test_add_func ("/awsprofileparser/section/foreach", test_section_foreach);
  return g_test_run ();
}
