/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signature Version 4: canonical request, string to sign, derived key. GLib's checksums do the
 * hashing. */
#include "emulatorsignature.h"

#include "emulatorerror.h"
#include "emulatortime.h"

#include <libsoup/soup.h>
#include <openssl/crypto.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define TERMINATOR "aws4_request"
#define DIGEST_SIZE 32
#define UNRESERVED "-_.~"

struct _EmulatorSignature {
  char *access_key;
  char **scope; /* day, region, service, terminator */
  char *signed_headers;
  char *hex;
  char *date_header; /* the name of the header that holds the date */
  gint64 date_ms;
};

enum {
  SCOPE_DAY,
  SCOPE_REGION,
  SCOPE_SERVICE,
  SCOPE_TERMINATOR,
  N_SCOPE
};

/* Reading the header */

static char *
get_parameter (char **parameters, const char *name)
{
  for (char **parameter = parameters; *parameter != NULL; parameter++) {
    const char *text = g_strstrip (*parameter);

    if (g_str_has_prefix (text, name) && text[strlen (name)] == '=')
      return g_strdup (text + strlen (name) + 1);
  }
  return NULL;
}

static gboolean
parse_credential (EmulatorSignature *self, const char *credential)
{
  g_auto (GStrv) parts = g_strsplit (credential, "/", -1);

  if (g_strv_length (parts) != 1 + N_SCOPE || *parts[0] == '\0')
    return FALSE;
  self->access_key = g_strdup (parts[0]);
  self->scope = g_strdupv (parts + 1);
  return TRUE;
}

static gboolean
parse_date (EmulatorSignature *self, const EmulatorRequest *request)
{
  const char *text = emulator_request_get_header (request, "x-amz-date");
  g_autoptr (GDateTime) date = NULL;

  if (text != NULL) {
    self->date_header = g_strdup ("x-amz-date");
    return emulator_time_parse_basic (text, &self->date_ms);
  }
  self->date_header = g_strdup ("date");
  text = emulator_request_get_header (request, "date");
  if (text == NULL || emulator_time_parse_basic (text, &self->date_ms))
    return text != NULL;
  date = soup_date_time_new_from_http_string (text);
  if (date == NULL)
    return FALSE;
  self->date_ms = g_date_time_to_unix (date) * 1000;
  return TRUE;
}

static void
set_incomplete (
    GError **error, const EmulatorSignature *self, gboolean has_credential, gboolean has_date)
{
  g_autoptr (GString) message = g_string_new (NULL);

  if (!has_credential)
    g_string_append (message, "Authorization header requires 'Credential' parameter. ");
  if (self->hex == NULL)
    g_string_append (message, "Authorization header requires 'Signature' parameter. ");
  if (self->signed_headers == NULL)
    g_string_append (message, "Authorization header requires 'SignedHeaders' parameter. ");
  if (!has_date)
    g_string_append (message, "Authorization header requires existence of either a 'X-Amz-Date' "
                              "or a 'Date' header. ");
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_INCOMPLETE_SIGNATURE, "%sAuthorization=%s",
      message->str, ALGORITHM);
}

static gboolean
parse_parameters (
    EmulatorSignature *self, const EmulatorRequest *request, const char *text, GError **error)
{
  g_auto (GStrv) parameters = g_strsplit (text, ",", -1);
  g_autofree char *credential = get_parameter (parameters, "Credential");
  gboolean has_date = parse_date (self, request);

  self->signed_headers = get_parameter (parameters, "SignedHeaders");
  self->hex = get_parameter (parameters, "Signature");
  if (credential == NULL || self->signed_headers == NULL || self->hex == NULL || !has_date) {
    set_incomplete (error, self, credential != NULL, has_date);
    return FALSE;
  }
  if (!parse_credential (self, credential)) {
    g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_INCOMPLETE_SIGNATURE,
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term, got '%s'",
        credential);
    return FALSE;
  }
  return TRUE;
}

EmulatorSignature *
emulator_signature_parse (const EmulatorRequest *request, GError **error)
{
  const char *text = emulator_request_get_header (request, "authorization");
  g_autoptr (EmulatorSignature) self = g_new0 (EmulatorSignature, 1);

  if (text == NULL) {
    g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_MISSING_AUTHENTICATION_TOKEN,
        "Missing Authentication Token");
    return NULL;
  }
  if (!g_str_has_prefix (text, ALGORITHM " ")) {
    g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_INCOMPLETE_SIGNATURE,
        "Unsupported AWS 'algorithm': the Authorization header must begin with '" ALGORITHM "'.");
    return NULL;
  }
  if (!parse_parameters (self, request, text + strlen (ALGORITHM), error))
    return NULL;
  return g_steal_pointer (&self);
}

void
emulator_signature_free (EmulatorSignature *signature)
{
  g_free (signature->access_key);
  g_strfreev (signature->scope);
  g_free (signature->signed_headers);
  g_free (signature->hex);
  g_free (signature->date_header);
  g_free (signature);
}

const char *
emulator_signature_get_access_key (const EmulatorSignature *signature)
{
  return signature->access_key;
}

/* The canonical request */

static void
append_encoded (GString *out, const char *text)
{
  for (const char *c = text; *c != '\0'; c++) {
    if (g_ascii_isalnum (*c) || strchr (UNRESERVED, *c) != NULL)
      g_string_append_c (out, *c);
    else
      g_string_append_printf (out, "%%%02X", (guint8)*c);
  }
}

/* Dot segments and empty segments go, and what is percent-encoded is encoded once more: so it is
 * for every service but S3. */
static void
append_path (GString *out, const char *path)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  const char *last = "";

  for (char **segment = segments; *segment != NULL; segment++) {
    last = *segment;
    if (g_str_equal (last, "..")) {
      if (kept->len > 0)
        g_ptr_array_set_size (kept, kept->len - 1);
    } else if (*last != '\0' && !g_str_equal (last, ".")) {
      g_ptr_array_add (kept, *segment);
    }
  }
  for (guint i = 0; i < kept->len; i++) {
    g_string_append_c (out, '/');
    append_encoded (out, g_ptr_array_index (kept, i));
  }
  if (kept->len == 0 || *last == '\0' || g_str_equal (last, ".") || g_str_equal (last, ".."))
    g_string_append_c (out, '/');
}

static char *
canonicalise_parameter (const char *parameter)
{
  g_auto (GStrv) sides = g_strsplit (parameter, "=", 2);
  const char *encoded_value = sides[1] != NULL ? sides[1] : "";
  g_autofree char *name = g_uri_unescape_string (sides[0], NULL);
  g_autofree char *value = g_uri_unescape_string (encoded_value, NULL);
  GString *out = g_string_new (NULL);

  append_encoded (out, name != NULL ? name : sides[0]);
  g_string_append_c (out, '=');
  append_encoded (out, value != NULL ? value : encoded_value);
  return g_string_free (out, FALSE);
}

/* "=" sorts before all that may stand in an encoded name but "-" and ".", digits and "%": so names
 * and values are compared one after the other. */
static int
compare_parameters (gconstpointer a, gconstpointer b)
{
  const char *const *left = a, *const *right = b;
  g_auto (GStrv) left_sides = g_strsplit (*left, "=", 2);
  g_auto (GStrv) right_sides = g_strsplit (*right, "=", 2);
  int order = strcmp (left_sides[0], right_sides[0]);

  return order != 0 ? order : strcmp (left_sides[1], right_sides[1]);
}

static void
append_query (GString *out, const char *query)
{
  g_auto (GStrv) parameters = g_strsplit (query != NULL ? query : "", "&", -1);
  g_autoptr (GPtrArray) canonical = g_ptr_array_new_with_free_func (g_free);

  for (char **parameter = parameters; *parameter != NULL; parameter++) {
    if (**parameter != '\0')
      g_ptr_array_add (canonical, canonicalise_parameter (*parameter));
  }
  g_ptr_array_sort (canonical, compare_parameters);
  for (guint i = 0; i < canonical->len; i++) {
    if (i > 0)
      g_string_append_c (out, '&');
    g_string_append (out, g_ptr_array_index (canonical, i));
  }
}

static void
append_collapsed (GString *out, const char *value)
{
  g_auto (GStrv) words = g_strsplit_set (value, " \t", -1);
  gboolean first = TRUE;

  for (char **word = words; *word != NULL; word++) {
    if (**word == '\0')
      continue;
    if (!first)
      g_string_append_c (out, ' ');
    g_string_append (out, *word);
    first = FALSE;
  }
}

static void
append_headers (GString *out, const EmulatorRequest *request, const char *signed_headers)
{
  g_auto (GStrv) names = g_strsplit (signed_headers, ";", -1);

  for (char **name = names; *name != NULL; name++) {
    const char *value = emulator_request_get_header (request, *name);

    g_string_append (out, *name);
    g_string_append_c (out, ':');
    append_collapsed (out, value != NULL ? value : "");
    g_string_append_c (out, '\n');
  }
}

static char *
make_canonical_request (const EmulatorSignature *self, const EmulatorRequest *request)
{
  GString *out = g_string_new (request->method);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, request->body);

  g_string_append_c (out, '\n');
  append_path (out, request->path);
  g_string_append_c (out, '\n');
  append_query (out, request->query);
  g_string_append_c (out, '\n');
  append_headers (out, request, self->signed_headers);
  g_string_append_printf (out, "\n%s\n%s", self->signed_headers, hash);
  return g_string_free (out, FALSE);
}

/* The signature */

static char *
make_string_to_sign (const EmulatorSignature *self, const EmulatorRequest *request)
{
  g_autofree char *canonical = make_canonical_request (self, request);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, canonical, -1);
  g_autofree char *date = emulator_time_format_basic (self->date_ms);
  g_autofree char *scope = g_strjoinv ("/", self->scope);

  return g_strjoin ("\n", ALGORITHM, date, scope, hash, NULL);
}

/* Replaces @key by the HMAC of @text with it. */
static void
derive (guint8 key[DIGEST_SIZE], const char *text)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, DIGEST_SIZE);
  gsize size = DIGEST_SIZE;

  g_hmac_update (hmac, (const guchar *)text, -1);
  g_hmac_get_digest (hmac, key, &size);
}

static void
derive_first (guint8 key[DIGEST_SIZE], const char *secret_key, const char *day)
{
  char *secret = g_strconcat ("AWS4", secret_key, NULL);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (guchar *)secret, strlen (secret));
  gsize size = DIGEST_SIZE;

  g_hmac_update (hmac, (const guchar *)day, -1);
  g_hmac_get_digest (hmac, key, &size);
  OPENSSL_cleanse (secret, strlen (secret));
  g_free (secret);
}

static char *
sign (const EmulatorSignature *self, const EmulatorRequest *request, const char *secret_key)
{
  g_autofree char *text = make_string_to_sign (self, request);
  guint8 key[DIGEST_SIZE];
  char *hex;

  derive_first (key, secret_key, self->scope[SCOPE_DAY]);
  derive (key, self->scope[SCOPE_REGION]);
  derive (key, self->scope[SCOPE_SERVICE]);
  derive (key, self->scope[SCOPE_TERMINATOR]);
  hex = g_compute_hmac_for_string (G_CHECKSUM_SHA256, key, sizeof key, text, -1);
  OPENSSL_cleanse (key, sizeof key);
  return hex;
}

/* The checks */

static gboolean
check_scope (const EmulatorSignature *self, const EmulatorSignatureRules *rules, GError **error)
{
  g_autoptr (GString) message = g_string_new (NULL);
  g_autofree char *date = emulator_time_format_basic (self->date_ms);

  if (!g_str_equal (self->scope[SCOPE_REGION], rules->region))
    g_string_append_printf (message, "Credential should be scoped to a valid region, not '%s'. ",
        self->scope[SCOPE_REGION]);
  if (!g_str_equal (self->scope[SCOPE_SERVICE], rules->service))
    g_string_append_printf (
        message, "Credential should be scoped to correct service: '%s'. ", rules->service);
  if (!g_str_equal (self->scope[SCOPE_TERMINATOR], TERMINATOR))
    g_string_append_printf (message,
        "Credential should be scoped with a valid terminator: '" TERMINATOR "', not '%s'. ",
        self->scope[SCOPE_TERMINATOR]);
  if (strlen (self->scope[SCOPE_DAY]) != 8 || !g_str_has_prefix (date, self->scope[SCOPE_DAY]))
    g_string_append_printf (message,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'%s' != '%.8s', from '%s'. ",
        self->scope[SCOPE_DAY], date, date);
  if (message->len == 0)
    return TRUE;
  g_set_error_literal (
      error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_SIGNATURE, g_strchomp (message->str));
  return FALSE;
}

static gboolean
check_age (const EmulatorSignature *self, const EmulatorSignatureRules *rules, GError **error)
{
  gint64 skew_ms = (gint64)rules->max_skew * 1000;
  gint64 age_ms = rules->now_ms - self->date_ms;
  gboolean expired = age_ms > skew_ms;
  g_autofree char *date = emulator_time_format_basic (self->date_ms);
  g_autofree char *now = emulator_time_format_basic (rules->now_ms);
  g_autofree char *limit = NULL;

  if (rules->max_skew == 0 || ABS (age_ms) <= skew_ms)
    return TRUE;

  limit = emulator_time_format_basic (rules->now_ms + (expired ? -skew_ms : skew_ms));
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_SIGNATURE,
      "Signature %s: %s is %s than %s (%s %c %g min.)", expired ? "expired" : "not yet current",
      date, expired ? "now earlier" : "still later", limit, now, expired ? '-' : '+',
      rules->max_skew / 60.0);
  return FALSE;
}

static gboolean
check_signed_headers (const EmulatorSignature *self, GError **error)
{
  g_auto (GStrv) names = g_strsplit (self->signed_headers, ";", -1);
  const char *missing = NULL;

  if (!g_strv_contains ((const char *const *)names, "host"))
    missing = "'Host' or ':authority'";
  else if (!g_strv_contains ((const char *const *)names, self->date_header))
    missing = "'X-Amz-Date' or 'Date'";
  if (missing == NULL)
    return TRUE;
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_SIGNATURE,
      "%s must be a 'SignedHeader' in the AWS Authorization.", missing);
  return FALSE;
}

gboolean
emulator_signature_check (const EmulatorSignature *signature, const EmulatorRequest *request,
    const EmulatorIdentity *identity, const EmulatorSignatureRules *rules, GError **error)
{
  g_autofree char *hex = NULL;

  if (!check_scope (signature, rules, error) || !check_age (signature, rules, error) ||
      !check_signed_headers (signature, error))
    return FALSE;

  hex = sign (signature, request, identity->secret_key);
  if (strlen (signature->hex) == strlen (hex) &&
      CRYPTO_memcmp (signature->hex, hex, strlen (hex)) == 0)
    return TRUE;
  g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_SIGNATURE,
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details.");
  return FALSE;
}
