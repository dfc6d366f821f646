/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsjsonparser.h"

#include "awserror.h"

#include <string.h>

/* Replaces what is not a character (Unicode, section 23.8). */
#define REPLACEMENT_CHARACTER 0xfffd

/* Between two bytes the parser is in one of these states. VALUE, FIRST_VALUE, FIRST_KEY, KEY, COLON
 * and NEXT wait for a token: a value, a value or ']', a key or '}', a key, ':', and ',' or the end
 * of what is open. STRING, ESCAPE and UNICODE are inside of a string, whether it is a key or a
 * value; WORD is inside of a number, true, false or null, which end only with the byte that follows
 * them. DONE allows nothing but white space. The stack of open objects and arrays says what comes
 * after a value. */
typedef enum {
  STATE_VALUE,
  STATE_FIRST_VALUE,
  STATE_FIRST_KEY,
  STATE_KEY,
  STATE_COLON,
  STATE_NEXT,
  STATE_STRING,
  STATE_ESCAPE,
  STATE_UNICODE,
  STATE_WORD,
  STATE_DONE,
} State;

struct _AwsJsonParser {
  const AwsJsonHandler *handler;
  gpointer user_data;

  State state;
  AwsJsonType stack[AWS_JSON_MAX_DEPTH];
  guint depth;
  guint64 offset;

  gboolean in_key;
  gboolean has_escapes; /* the string that is arriving has */
  gsize n_quoteless;    /* bytes of the piece from here on that are known to be no quote */
  GString *key;
  GString *word;
  guint n_hex;
  gunichar2 unit;
  gunichar2 high_surrogate;
};

AwsJsonParser *
aws_json_parser_new (const AwsJsonHandler *handler, gpointer user_data)
{
  AwsJsonParser *self = g_new0 (AwsJsonParser, 1);

  self->handler = handler;
  self->user_data = user_data;
  self->state = STATE_VALUE;
  self->key = g_string_new (NULL);
  self->word = g_string_new (NULL);
  return self;
}

void
aws_json_parser_free (AwsJsonParser *self)
{
  g_string_free (self->key, TRUE);
  g_string_free (self->word, TRUE);
  g_free (self);
}

static gboolean
fail (AwsJsonParser *self, GError **error, const char *what)
{
  g_set_error (
      error, AWS_ERROR, AWS_ERROR_BAD_REPLY, "%s at byte %" G_GUINT64_FORMAT, what, self->offset);
  return FALSE;
}

static gboolean
is_in_object (AwsJsonParser *self)
{
  return self->depth > 0 && self->stack[self->depth - 1] == AWS_JSON_OBJECT;
}

static gboolean
announce (AwsJsonParser *self, AwsJsonType type, const char *number, GError **error)
{
  return self->handler->value (
      self->user_data, is_in_object (self) ? self->key->str : NULL, type, number, error);
}

static void
after_value (AwsJsonParser *self)
{
  self->state = self->depth > 0 ? STATE_NEXT : STATE_DONE;
}

static gboolean
open_container (AwsJsonParser *self, AwsJsonType type, GError **error)
{
  if (self->depth == AWS_JSON_MAX_DEPTH)
    return fail (self, error, "nested too deep");
  if (!announce (self, type, NULL, error))
    return FALSE;
  self->stack[self->depth++] = type;
  self->state = type == AWS_JSON_OBJECT ? STATE_FIRST_KEY : STATE_FIRST_VALUE;
  return TRUE;
}

static gboolean
close_container (AwsJsonParser *self, GError **error)
{
  AwsJsonType type = self->stack[--self->depth];

  after_value (self);
  return self->handler->end (self->user_data, type, error);
}

static void
begin_string (AwsJsonParser *self, gboolean in_key)
{
  self->in_key = in_key;
  self->has_escapes = FALSE;
  self->state = STATE_STRING;
}

static gboolean
begin_value (AwsJsonParser *self, char c, GError **error)
{
  if (c == '{')
    return open_container (self, AWS_JSON_OBJECT, error);
  if (c == '[')
    return open_container (self, AWS_JSON_ARRAY, error);
  if (c == '"') {
    begin_string (self, FALSE);
    return announce (self, AWS_JSON_STRING, NULL, error);
  }
  if (c == '-' || g_ascii_isalnum (c)) {
    self->state = STATE_WORD;
    g_string_truncate (self->word, 0);
    g_string_append_c (self->word, c);
    return TRUE;
  }
  return fail (self, error, "no JSON value");
}

static gboolean
take_structure (AwsJsonParser *self, char c, GError **error)
{
  char closing = is_in_object (self) ? '}' : ']';

  switch (self->state) {
    case STATE_FIRST_VALUE:
      if (c == ']')
        return close_container (self, error);
      return begin_value (self, c, error);
    case STATE_VALUE:
      return begin_value (self, c, error);
    case STATE_FIRST_KEY:
      if (c == '}')
        return close_container (self, error);
      G_GNUC_FALLTHROUGH;
    case STATE_KEY:
      if (c != '"')
        return fail (self, error, "no key");
      begin_string (self, TRUE);
      g_string_truncate (self->key, 0);
      return TRUE;
    case STATE_COLON:
      if (c != ':')
        return fail (self, error, "no colon after a key");
      self->state = STATE_VALUE;
      return TRUE;
    case STATE_NEXT:
      if (c == closing)
        return close_container (self, error);
      if (c != ',')
        return fail (self, error, "neither a comma nor an end");
      self->state = is_in_object (self) ? STATE_KEY : STATE_VALUE;
      return TRUE;
    default:
      return fail (self, error, "something after the end");
  }
}

gboolean
aws_json_is_number (const char *text)
{
  const char *p = text;

  if (*p == '-')
    p++;
  if (*p == '0')
    p++;
  else if (g_ascii_isdigit (*p))
    p += strspn (p, "0123456789");
  else
    return FALSE;
  if (*p == '.') {
    gsize n = strspn (++p, "0123456789");

    if (n == 0)
      return FALSE;
    p += n;
  }
  if (*p == 'e' || *p == 'E') {
    gsize n;

    p++;
    if (*p == '+' || *p == '-')
      p++;
    n = strspn (p, "0123456789");
    if (n == 0)
      return FALSE;
    p += n;
  }
  return *p == '\0';
}

static gboolean
end_word (AwsJsonParser *self, GError **error)
{
  const char *word = self->word->str;

  after_value (self);
  if (aws_json_is_number (word))
    return announce (self, AWS_JSON_NUMBER, word, error);
  if (g_str_equal (word, "true"))
    return announce (self, AWS_JSON_TRUE, NULL, error);
  if (g_str_equal (word, "false"))
    return announce (self, AWS_JSON_FALSE, NULL, error);
  if (g_str_equal (word, "null"))
    return announce (self, AWS_JSON_NULL, NULL, error);
  return fail (self, error, "a word that is not JSON");
}

static gboolean
add_text (AwsJsonParser *self, const char *text, gsize length, GError **error)
{
  if (!self->in_key)
    return self->handler->string (self->user_data, text, length, error);
  if (self->key->len + length > AWS_JSON_MAX_TOKEN)
    return fail (self, error, "a key that is too long");
  g_string_append_len (self->key, text, (gssize)length);
  return TRUE;
}

static gboolean
end_string (AwsJsonParser *self, GError **error)
{
  if (self->in_key) {
    self->state = STATE_COLON;
    return TRUE;
  }
  after_value (self);
  return self->handler->end (self->user_data, AWS_JSON_STRING, error);
}

static gboolean
add_character (AwsJsonParser *self, gunichar character, GError **error)
{
  char utf8[6];

  return add_text (self, utf8, (gsize)g_unichar_to_utf8 (character, utf8), error);
}

/* Replaces a high surrogate that no low one follows, because half a pair names no character. */
static gboolean
end_half_pair (AwsJsonParser *self, GError **error)
{
  if (self->high_surrogate == 0)
    return TRUE;
  self->high_surrogate = 0;
  return add_character (self, REPLACEMENT_CHARACTER, error);
}

/* Takes a UTF-16 code unit that was escaped; a high surrogate waits for the low one. */
static gboolean
add_unit (AwsJsonParser *self, GError **error)
{
  gunichar2 high = self->high_surrogate;
  gboolean is_low = (self->unit & 0xfc00) == 0xdc00;

  if (high && is_low) {
    self->high_surrogate = 0;
    return add_character (
        self, 0x10000u + ((high - 0xd800u) << 10) + (self->unit - 0xdc00u), error);
  }
  if (!end_half_pair (self, error))
    return FALSE;
  /* It would end a name or text for C. */
  if (self->unit == 0)
    return fail (self, error, "a NUL in a text");
  if ((self->unit & 0xfc00) == 0xd800) {
    self->high_surrogate = self->unit;
    return TRUE;
  }
  return add_character (self, is_low ? REPLACEMENT_CHARACTER : self->unit, error);
}

/* Whether the plain part of a string has nothing in it that must be escaped. Most strings have not;
 * they are checked without a branch. */
static gboolean
check_plain (AwsJsonParser *self, const char *text, gsize length, GError **error)
{
  gboolean is_plain = TRUE;

  for (gsize i = 0; i < length; i++)
    is_plain &= (guchar)text[i] >= ' ';
  if (is_plain)
    return TRUE;
  for (; (guchar)*text >= ' '; text++)
    self->offset++;
  return fail (self, error, "a control character in a text");
}

/* How many bytes there are up to the next quote, or to the end of the piece. They are looked at once, however many
 * escapes are among them. */
static gsize
find_quote (AwsJsonParser *self, const char *text, gsize length)
{
  if (self->n_quoteless == 0) {
    const char *quote = memchr (text, '"', length);

    self->n_quoteless = quote ? (gsize)(quote - text) : length;
  }
  return self->n_quoteless;
}

/* Passes on all bytes up to the quote as they are, if the handler accepts that: nearly all of a reply is
 * base64, whose characters only its decoder needs to look at. */
static gboolean
take_verbatim (AwsJsonParser *self, const char *text, gsize length)
{
  return !self->in_key && !self->has_escapes && self->handler->verbatim != NULL &&
         self->handler->verbatim (self->user_data, text, length);
}

/* Takes a string up to its end, or the next escape. */
static gboolean
take_string (AwsJsonParser *self, const char *text, gsize length, gsize *taken, GError **error)
{
  gsize plain = find_quote (self, text, length);
  const char *backslash;

  if (plain == 0)
    return end_half_pair (self, error) && end_string (self, error);
  *taken = plain;
  if (take_verbatim (self, text, plain))
    return TRUE;

  backslash = memchr (text, '\\', plain);
  if (backslash) {
    self->has_escapes = TRUE;
    self->state = STATE_ESCAPE;
    plain = (gsize)(backslash - text);
    *taken = plain + 1;
  }
  return plain == 0 || (end_half_pair (self, error) && check_plain (self, text, plain, error) &&
                           add_text (self, text, plain, error));
}

static gboolean
take_escape (AwsJsonParser *self, char c, GError **error)
{
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";
  const char *name;

  if (c == 'u') {
    self->state = STATE_UNICODE;
    self->n_hex = 0;
    self->unit = 0;
    return TRUE;
  }
  name = c != '\0' ? strchr (names, c) : NULL;
  if (name == NULL)
    return fail (self, error, "an escape that is not JSON");
  if (!end_half_pair (self, error))
    return FALSE;
  self->state = STATE_STRING;
  return add_text (self, &values[name - names], 1, error);
}

static gboolean
take_unicode (AwsJsonParser *self, char c, GError **error)
{
  gint digit = g_ascii_xdigit_value (c);

  if (digit < 0)
    return fail (self, error, "an escape that is not JSON");
  self->unit = (gunichar2)(self->unit << 4 | digit);
  if (++self->n_hex < 4)
    return TRUE;
  self->state = STATE_STRING;
  return add_unit (self, error);
}

/* Takes one byte of a number or word, or notes that it ended before this byte. */
static gboolean
take_word (AwsJsonParser *self, char c, gsize *taken, GError **error)
{
  if (!g_ascii_isalnum (c) && c != '+' && c != '-' && c != '.')
    return end_word (self, error);
  if (self->word->len == AWS_JSON_MAX_TOKEN)
    return fail (self, error, "a number that is too long");
  g_string_append_c (self->word, c);
  *taken = 1;
  return TRUE;
}

static gboolean
take (AwsJsonParser *self, const char *text, gsize length, gsize *taken, GError **error)
{
  *taken = 1;
  switch (self->state) {
    case STATE_STRING:
      return take_string (self, text, length, taken, error);
    case STATE_ESCAPE:
      return take_escape (self, *text, error);
    case STATE_UNICODE:
      return take_unicode (self, *text, error);
    case STATE_WORD:
      *taken = 0;
      return take_word (self, *text, taken, error);
    default:
      if (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r')
        return TRUE;
      return take_structure (self, *text, error);
  }
}

gboolean
aws_json_parser_feed (AwsJsonParser *self, const char *text, gsize length, GError **error)
{
  self->n_quoteless = 0;
  while (length > 0) {
    gsize taken;

    if (!take (self, text, length, &taken, error))
      return FALSE;
    text += taken;
    length -= taken;
    self->n_quoteless -= MIN (self->n_quoteless, taken);
    self->offset += taken;
  }
  return TRUE;
}

gboolean
aws_json_parser_end (AwsJsonParser *self, GError **error)
{
  if (self->state == STATE_WORD && self->depth == 0 && !end_word (self, error))
    return FALSE;
  if (self->state == STATE_DONE)
    return TRUE;
  g_set_error (error, AWS_ERROR, AWS_ERROR_CUT_OFF,
      "it ends in the middle, after %" G_GUINT64_FORMAT " bytes", self->offset);
  return FALSE;
}
