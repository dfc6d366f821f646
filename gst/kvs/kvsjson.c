/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsjson.h"

#include "kvserror.h"

#include <string.h>

/* How far ahead the end of a string is looked for at a time. */
#define MAX_SCAN 1024

/* Stands for what is not a character (Unicode, section 23.8). */
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

struct _KvsJson {
  const KvsJsonHandler *handler;
  gpointer user_data;

  State state;
  KvsJsonType stack[KVS_JSON_MAX_DEPTH];
  guint depth;
  guint64 offset;

  gboolean in_key;
  GString *key;
  GString *word;
  guint n_hex;
  gunichar2 unit;
  gunichar2 high_surrogate;
};

KvsJson *
kvs_json_new (const KvsJsonHandler *handler, gpointer user_data)
{
  KvsJson *self = g_new0 (KvsJson, 1);

  self->handler = handler;
  self->user_data = user_data;
  self->state = STATE_VALUE;
  self->key = g_string_new (NULL);
  self->word = g_string_new (NULL);
  return self;
}

void
kvs_json_free (KvsJson *self)
{
  g_string_free (self->key, TRUE);
  g_string_free (self->word, TRUE);
  g_free (self);
}

static gboolean
fail (KvsJson *self, GError **error, const char *what)
{
  g_set_error (
      error, KVS_ERROR, KVS_ERROR_BAD_REPLY, "%s at byte %" G_GUINT64_FORMAT, what, self->offset);
  return FALSE;
}

static gboolean
is_in_object (KvsJson *self)
{
  return self->depth > 0 && self->stack[self->depth - 1] == KVS_JSON_OBJECT;
}

static gboolean
announce (KvsJson *self, KvsJsonType type, const char *number, GError **error)
{
  return self->handler->value (
      self->user_data, is_in_object (self) ? self->key->str : NULL, type, number, error);
}

static void
after_value (KvsJson *self)
{
  self->state = self->depth > 0 ? STATE_NEXT : STATE_DONE;
}

static gboolean
open_container (KvsJson *self, KvsJsonType type, GError **error)
{
  if (self->depth == KVS_JSON_MAX_DEPTH)
    return fail (self, error, "nested too deep");
  if (!announce (self, type, NULL, error))
    return FALSE;
  self->stack[self->depth++] = type;
  self->state = type == KVS_JSON_OBJECT ? STATE_FIRST_KEY : STATE_FIRST_VALUE;
  return TRUE;
}

static gboolean
close_container (KvsJson *self, GError **error)
{
  KvsJsonType type = self->stack[--self->depth];

  after_value (self);
  return self->handler->end (self->user_data, type, error);
}

static void
begin_key (KvsJson *self)
{
  self->in_key = TRUE;
  self->state = STATE_STRING;
  g_string_truncate (self->key, 0);
}

static gboolean
begin_value (KvsJson *self, char c, GError **error)
{
  if (c == '{')
    return open_container (self, KVS_JSON_OBJECT, error);
  if (c == '[')
    return open_container (self, KVS_JSON_ARRAY, error);
  if (c == '"') {
    self->in_key = FALSE;
    self->state = STATE_STRING;
    return announce (self, KVS_JSON_STRING, NULL, error);
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
take_structure (KvsJson *self, char c, GError **error)
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
      begin_key (self);
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
kvs_json_is_number (const char *text)
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
end_word (KvsJson *self, GError **error)
{
  const char *word = self->word->str;

  after_value (self);
  if (kvs_json_is_number (word))
    return announce (self, KVS_JSON_NUMBER, word, error);
  if (g_str_equal (word, "true"))
    return announce (self, KVS_JSON_TRUE, NULL, error);
  if (g_str_equal (word, "false"))
    return announce (self, KVS_JSON_FALSE, NULL, error);
  if (g_str_equal (word, "null"))
    return announce (self, KVS_JSON_NULL, NULL, error);
  return fail (self, error, "a word that is not JSON");
}

static gboolean
add_text (KvsJson *self, const char *text, gsize length, GError **error)
{
  if (!self->in_key)
    return self->handler->string (self->user_data, text, length, error);
  if (self->key->len + length > KVS_JSON_MAX_TOKEN)
    return fail (self, error, "a key that is too long");
  g_string_append_len (self->key, text, length);
  return TRUE;
}

static gboolean
end_string (KvsJson *self, GError **error)
{
  if (self->in_key) {
    self->state = STATE_COLON;
    return TRUE;
  }
  after_value (self);
  return self->handler->end (self->user_data, KVS_JSON_STRING, error);
}

static gboolean
add_character (KvsJson *self, gunichar character, GError **error)
{
  char utf8[6];

  return add_text (self, utf8, (gsize)g_unichar_to_utf8 (character, utf8), error);
}

/* Replaces a high surrogate that no low one follows, because half a pair names no character. */
static gboolean
end_half_pair (KvsJson *self, GError **error)
{
  if (self->high_surrogate == 0)
    return TRUE;
  self->high_surrogate = 0;
  return add_character (self, REPLACEMENT_CHARACTER, error);
}

/* Takes a UTF-16 code unit that was escaped; a high surrogate waits for the low one. */
static gboolean
add_unit (KvsJson *self, GError **error)
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
  if ((self->unit & 0xfc00) == 0xd800) {
    self->high_surrogate = self->unit;
    return TRUE;
  }
  return add_character (self, is_low ? REPLACEMENT_CHARACTER : self->unit, error);
}

/* Takes the plain part of a string up to the next quote, backslash or the end of the piece in one
 * go: nearly all of a reply is base64, and this is what makes reading it cheap. Only so far ahead is
 * looked, because where each slash is escaped the quote would be searched for again after each. */
static gboolean
take_string (KvsJson *self, const char *text, gsize length, gsize *taken, GError **error)
{
  gsize scanned = MIN (length, MAX_SCAN);
  const char *quote = memchr (text, '"', scanned);
  gsize plain = quote ? (gsize)(quote - text) : scanned;
  const char *backslash = memchr (text, '\\', plain);

  if (backslash)
    plain = (gsize)(backslash - text);
  if (*text != '\\' && !end_half_pair (self, error))
    return FALSE;
  *taken = plain;
  if (plain > 0 && !add_text (self, text, plain, error))
    return FALSE;
  if (!quote && !backslash)
    return TRUE;

  *taken = plain + 1;
  if (backslash) {
    self->state = STATE_ESCAPE;
    return TRUE;
  }
  return end_string (self, error);
}

static gboolean
take_escape (KvsJson *self, char c, GError **error)
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
take_unicode (KvsJson *self, char c, GError **error)
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

/* Takes one byte of a number or word, or sees that it has ended before this byte. */
static gboolean
take_word (KvsJson *self, char c, gsize *taken, GError **error)
{
  if (!g_ascii_isalnum (c) && c != '+' && c != '-' && c != '.')
    return end_word (self, error);
  if (self->word->len == KVS_JSON_MAX_TOKEN)
    return fail (self, error, "a number that is too long");
  g_string_append_c (self->word, c);
  *taken = 1;
  return TRUE;
}

static gboolean
take (KvsJson *self, const char *text, gsize length, gsize *taken, GError **error)
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
kvs_json_feed (KvsJson *self, const char *text, gsize length, GError **error)
{
  while (length > 0) {
    gsize taken;

    if (!take (self, text, length, &taken, error))
      return FALSE;
    text += taken;
    length -= taken;
    self->offset += taken;
  }
  return TRUE;
}

gboolean
kvs_json_end (KvsJson *self, GError **error)
{
  if (self->state == STATE_WORD && self->depth == 0 && !end_word (self, error))
    return FALSE;
  if (self->state == STATE_DONE)
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_CUT_OFF,
      "it ends in the middle, after %" G_GUINT64_FORMAT " bytes", self->offset);
  return FALSE;
}
