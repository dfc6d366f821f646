/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsforeigntext.h"

#include <string.h>

/* One line of a log. */
#define MAX_LENGTH 1024

/* The most bytes read of a text: enough for a line in which each character is percent-encoded. */
#define MAX_INPUT_LENGTH 4096

#define MIN_SECRET_LENGTH 4

/* A service takes the part before the first slash of a credential for the access key id, and quotes it. */
#define MIN_SEGMENT_LENGTH 6

/* This many characters of a secret in a row are no coincidence. A server may repeat any part of a
 * long secret. */
#define MIN_RUN_LENGTH 16

#define STRUCK_OUT "…"

static gboolean
is_end_of_paragraph (const char *text)
{
  return text[0] == '\n' && text[1 + strspn (text + 1, " \t\r")] == '\n';
}

static GString *
take_first_paragraph (char *text)
{
  GString *line = g_string_new (NULL);
  gboolean space = FALSE;

  for (const char *c = g_strstrip (text); *c != '\0' && !is_end_of_paragraph (c);
       c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    if (g_unichar_isspace (character)) {
      space = TRUE;
      continue;
    }
    if (space && line->len > 0)
      g_string_append_c (line, ' ');
    space = FALSE;
    if (g_unichar_isprint (character))
      g_string_append_unichar (line, character);
    else
      g_string_append_printf (line, character <= 0xff ? "\\x%02x" : "\\u%04x", character);
  }
  return line;
}

static gboolean
is_same_letter (int a, char b)
{
  return g_ascii_tolower ((char)a) == g_ascii_tolower (b);
}

/* Where @text goes on after the character @c, as it is, percent-encoded as in a URL or escaped as in
 * JSON; or NULL if it begins with something else. Case does not count, because it is not kept in hosts. */
static const char *
skip_character (const char *text, char c)
{
  if (is_same_letter (*text, c))
    return text + 1;
  if (text[0] == '\\' && is_same_letter (text[1], c))
    return text + 2;
  if (text[0] == '%' && g_ascii_isxdigit (text[1]) && g_ascii_isxdigit (text[2]) &&
      is_same_letter (g_ascii_xdigit_value (text[1]) << 4 | g_ascii_xdigit_value (text[2]), c))
    return text + 3;
  return NULL;
}

/* Where @text goes on after the first @length characters of @secret, or NULL if it does not begin
 * with them. Anything shorter than @min_length would be found in any text. */
static const char *
skip_part (const char *text, const char *secret, gsize length, gsize min_length)
{
  if (length < min_length)
    return NULL;
  for (gsize i = 0; i < length && text != NULL; i++)
    text = skip_character (text, secret[i]);
  return text;
}

/* Where @text goes on after one of the segments of @secret between slashes, or NULL. */
static const char *
skip_segment (const char *text, const char *secret)
{
  const char *end = NULL;

  while (end == NULL && *secret != '\0') {
    gsize length = strcspn (secret, "/");

    end = skip_part (text, secret, length, MIN_SEGMENT_LENGTH);
    secret += secret[length] == '/' ? length + 1 : length;
  }
  return end;
}

/* Reads the character that @text begins with, whatever way it is written in. Returns where @text goes on. */
static const char *
read_character (const char *text, char *c)
{
  if (text[0] == '%' && g_ascii_isxdigit (text[1]) && g_ascii_isxdigit (text[2])) {
    *c = (char)(g_ascii_xdigit_value (text[1]) << 4 | g_ascii_xdigit_value (text[2]));
    return text + 3;
  }
  text += text[0] == '\\' && text[1] != '\0' ? 1 : 0;
  *c = *text;
  return text + 1;
}

/* Where @text goes on after a part of @secret in a row, or NULL if that is short. The beginning of @text is
 * decoded once, because each position in a long secret is compared with it. */
static const char *
skip_run (const char *text, const char *secret)
{
  char run[MIN_RUN_LENGTH];
  gsize length = strlen (secret);

  for (gsize i = 0; i < MIN_RUN_LENGTH; i++) {
    if (*text == '\0')
      return NULL;
    text = read_character (text, &run[i]);
  }
  for (; length >= MIN_RUN_LENGTH; length--, secret++) {
    const char *end = text, *next = text;

    if (g_ascii_strncasecmp (secret, run, MIN_RUN_LENGTH) != 0)
      continue;
    for (const char *c = secret + MIN_RUN_LENGTH; *c != '\0' && next != NULL; c++) {
      end = next;
      next = skip_character (end, *c);
    }
    return next != NULL ? next : end;
  }
  return NULL;
}

/* Where @text goes on after @secret or a part of it, or NULL. */
static const char *
skip_secret (const char *text, const char *secret)
{
  const char *end = skip_part (text, secret, strlen (secret), MIN_SECRET_LENGTH);

  if (end == NULL)
    end = skip_segment (text, secret);
  if (end == NULL)
    end = skip_run (text, secret);
  return end;
}

static const char *
find_secret (const char *text, const char *const *secrets, const char **end)
{
  for (; *text != '\0'; text++) {
    for (const char *const *secret = secrets; *secret != NULL; secret++) {
      *end = skip_secret (text, *secret);
      if (*end != NULL)
        return text;
    }
  }
  return NULL;
}

static GString *
strike_out (const char *text, const char *const *secrets)
{
  GString *struck = g_string_new (NULL);
  const char *begin, *end;

  while (secrets != NULL && (begin = find_secret (text, secrets, &end)) != NULL) {
    g_string_append_len (struck, text, begin - text);
    g_string_append (struck, STRUCK_OUT);
    text = end;
  }
  return g_string_append (struck, text);
}

/* Replaces the values of an Authorization header. */
static void
strike_out_authorization (GString *text)
{
  static const struct {
    const char *pattern;
    const char *replacement;
  } rules[] = {
      {"\\b(Credential|Signature)=[^\\s,;&\"'<>]+", "\\1: " STRUCK_OUT},
      {"\\b(Basic|Bearer) +[A-Za-z0-9+/=._~-]{8,}", "\\1 " STRUCK_OUT},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autoptr (GRegex) regex = g_regex_new (rules[i].pattern, G_REGEX_CASELESS, 0, NULL);
    g_autofree char *replaced =
        g_regex_replace (regex, text->str, -1, 0, rules[i].replacement, 0, NULL);

    g_string_assign (text, replaced);
  }
}

static void
limit (GString *line)
{
  const char *end;

  if (line->len <= MAX_LENGTH)
    return;
  end = g_utf8_find_prev_char (line->str, line->str + MAX_LENGTH);
  g_string_truncate (line, (gsize)(end - line->str));
  g_string_append (line, "…");
}

/* The beginning of @text with invalid bytes escaped. */
static GString *
make_valid (const char *text, gsize length)
{
  GString *valid = g_string_new (NULL);
  const char *end;

  while (!g_utf8_validate_len (text, length, &end)) {
    g_string_append_len (valid, text, end - text);
    g_string_append_printf (valid, "\\x%02x", (guchar)*end);
    length -= (gsize)(end - text) + 1;
    text = end + 1;
  }
  g_string_append_len (valid, text, (gssize)length);
  return valid;
}

char *
aws_foreign_text_clean (const char *text, gssize length, const char *const *secrets)
{
  gsize size = length >= 0 ? (gsize)length : strlen (text);
  g_autoptr (GString) valid = make_valid (text, MIN (size, MAX_INPUT_LENGTH));
  g_autoptr (GString) struck = strike_out (valid->str, secrets);
  g_autoptr (GString) escaped = take_first_paragraph (struck->str);
  /* The escape of a character can spell a secret together with what follows it. */
  GString *line = strike_out (escaped->str, secrets);

  strike_out_authorization (line);
  limit (line);
  return g_string_free (line, FALSE);
}

gboolean
aws_foreign_text_has_secret (const char *text, const char *const *secrets)
{
  const char *end;

  return secrets != NULL && find_secret (text, secrets, &end) != NULL;
}

gboolean
aws_foreign_text_has_run (const char *text, const char *const *secrets)
{
  for (; *text != '\0'; text++) {
    for (const char *const *secret = secrets; secret != NULL && *secret != NULL; secret++) {
      if (skip_run (text, *secret) != NULL)
        return TRUE;
    }
  }
  return FALSE;
}

char *
aws_foreign_text_check_name (char *name, const char *const *secrets)
{
  if (name == NULL || !aws_foreign_text_has_secret (name, secrets))
    return name;
  g_free (name);
  return NULL;
}
