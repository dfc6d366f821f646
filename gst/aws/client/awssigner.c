/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service computes the same signature from the received request, so the canonical form undoes all changes
 * that HTTP allows on the way. Buffers with the secret key or the session token are allocated with their full
 * size, because reallocations leave copies behind, and are wiped. */
#include "awssigner.h"

#include "awsdigest.h"
#include "awsendpoint.h"
#include "awserror.h"
#include "awsregion.h"
#include "awssecret.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define TERMINATOR "aws4_request"
#define KEY_PREFIX "AWS4"
#define HASH_SIZE 32
#define BODY_HASH_HEADER "x-amz-content-sha256"
#define DAY_LENGTH 8

/* Headers that an HTTP stack or a proxy may add, change or remove, and those that the signature
 * itself sets. A name that ends in a hyphen stands for all names that begin with it. */
static const char *const unsigned_headers[] = {
    "accept-encoding",
    "amz-sdk-",
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "sec-websocket-",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amz-date",
    "x-amz-security-token",
    "x-amzn-trace-id",
};

/* The algorithms of OpenSSL, looked up once in a process because that takes longer than a signature. NULL if
 * OpenSSL is configured without one. They do not change afterwards, so any number of threads may copy them. */
typedef struct {
  EVP_MD *sha256;
  EVP_MAC_CTX *hmac; /* with SHA-256 and without a key, to be copied */
} Algorithms;

/* A header in canonical form. */
typedef struct {
  char *name;
  char *value;
} CanonicalHeader;

static void
canonical_header_free (gpointer data)
{
  CanonicalHeader *header = data;

  g_free (header->name);
  aws_secret_free (header->value);
  g_free (header);
}

static int
compare_headers_cb (gconstpointer a, gconstpointer b)
{
  const CanonicalHeader *const *first = a;
  const CanonicalHeader *const *second = b;

  return strcmp ((*first)->name, (*second)->name);
}

static gboolean
is_signed (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (unsigned_headers); i++) {
    if (g_str_has_suffix (unsigned_headers[i], "-") ? g_str_has_prefix (name, unsigned_headers[i])
                                                    : g_str_equal (name, unsigned_headers[i]))
      return FALSE;
  }
  return TRUE;
}

/* @value without white space around it and with one space for each run of it within. */
static char *
collapse_space (const char *value)
{
  char *result = g_malloc (strlen (value) + 1);
  char *end = result;

  for (const char *c = value; *c != '\0'; c++) {
    if (!g_ascii_isspace (*c))
      *end++ = *c;
    else if (end > result && end[-1] != ' ')
      *end++ = ' ';
  }
  if (end > result && end[-1] == ' ')
    end--;
  *end = '\0';
  return result;
}

static void
add_header (GPtrArray *headers, const char *name, const char *value)
{
  CanonicalHeader *header = g_new (CanonicalHeader, 1);

  header->name = g_ascii_strdown (name, -1);
  header->value = collapse_space (value);
  g_ptr_array_add (headers, header);
}

static gboolean
has_header (const AwsSignerRequest *request, const char *name)
{
  for (gsize i = 0; i < request->n_headers; i++) {
    if (g_ascii_strcasecmp (request->headers[i].name, name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The headers to sign, sorted by name; those of one name stay in their order. */
static GPtrArray *
collect_headers (
    const AwsSignerRequest *request, const AwsSignature *signature, const char *session_token)
{
  GPtrArray *headers = g_ptr_array_new_with_free_func (canonical_header_free);

  for (gsize i = 0; i < request->n_headers; i++) {
    g_autofree char *name = g_ascii_strdown (request->headers[i].name, -1);

    if (is_signed (name))
      add_header (headers, name, request->headers[i].value);
  }
  if (!has_header (request, "host")) {
    g_autofree char *host = aws_endpoint_get_authority (request->uri);

    add_header (headers, "host", host);
  }
  add_header (headers, "x-amz-date", signature->date);
  if (request->sign_body_header && !has_header (request, BODY_HASH_HEADER))
    add_header (headers, BODY_HASH_HEADER, signature->body_hash);
  if (session_token != NULL && !request->omit_session_token)
    add_header (headers, "x-amz-security-token", session_token);

  g_ptr_array_sort (headers, compare_headers_cb);
  return headers;
}

static gboolean
is_first_of_name (GPtrArray *headers, guint i)
{
  const CanonicalHeader *header = g_ptr_array_index (headers, i);
  const CanonicalHeader *previous = i > 0 ? g_ptr_array_index (headers, i - 1) : NULL;

  return previous == NULL || strcmp (previous->name, header->name) != 0;
}

static char *
list_names (GPtrArray *headers)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < headers->len; i++) {
    const CanonicalHeader *header = g_ptr_array_index (headers, i);

    if (is_first_of_name (headers, i))
      g_string_append_printf (names, "%s%s", i > 0 ? ";" : "", header->name);
  }
  return g_string_free (names, FALSE);
}

static void
append_headers (GString *canonical, GPtrArray *headers)
{
  for (guint i = 0; i < headers->len; i++) {
    const CanonicalHeader *header = g_ptr_array_index (headers, i);

    if (is_first_of_name (headers, i))
      g_string_append_printf (canonical, "%s%s:", i > 0 ? "\n" : "", header->name);
    else
      g_string_append_c (canonical, ',');
    g_string_append (canonical, header->value);
  }
  g_string_append (canonical, "\n\n");
}

/* The path without dot segments and empty segments. The others are encoded once more. */
static void
append_normalized_path (GString *canonical, const char *path)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (char **segment = segments; *segment != NULL; segment++) {
    if (g_str_equal (*segment, "..") && kept->len > 0)
      g_ptr_array_set_size (kept, (gint)kept->len - 1);
    else if (**segment != '\0' && !g_str_equal (*segment, ".") && !g_str_equal (*segment, ".."))
      g_ptr_array_add (kept, *segment);
  }

  for (guint i = 0; i < kept->len; i++) {
    const char *segment = g_ptr_array_index (kept, i);

    g_string_append_c (canonical, '/');
    g_string_append_uri_escaped (canonical, segment, NULL, FALSE);
  }
  if (kept->len == 0 || g_str_has_suffix (path, "/"))
    g_string_append_c (canonical, '/');
}

/* The path with all of its segments, encoded once more. */
static void
append_whole_path (GString *canonical, const char *path)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);

  for (char **segment = segments; *segment != NULL; segment++) {
    if (segment > segments)
      g_string_append_c (canonical, '/');
    g_string_append_uri_escaped (canonical, *segment, NULL, FALSE);
  }
  if (*path == '\0')
    g_string_append_c (canonical, '/');
}

/* @text, decoded and percent-encoded again as the signature requires. A decoded NUL is a byte like any other. */
static char *
reencode (const char *text, gsize length)
{
  g_autoptr (GByteArray) decoded = g_byte_array_new ();

  for (gsize i = 0; i < length; i++) {
    guint8 byte = (guint8)text[i];

    if (byte == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) &&
        g_ascii_isxdigit (text[i + 2])) {
      byte = (guint8)(g_ascii_xdigit_value (text[i + 1]) << 4 | g_ascii_xdigit_value (text[i + 2]));
      i += 2;
    }
    g_byte_array_append (decoded, &byte, 1);
  }
  return decoded->len > 0 ? g_uri_escape_bytes (decoded->data, decoded->len, NULL) : g_strdup ("");
}

/* A name and a value as they are sorted: a tab sorts before everything that is in a name. */
static char *
canonicalize_parameter (const char *parameter)
{
  gsize name_length = strcspn (parameter, "=");
  const char *value = parameter + name_length + (parameter[name_length] == '=');
  g_autofree char *encoded_name = reencode (parameter, name_length);
  g_autofree char *encoded_value = reencode (value, strlen (value));

  return g_strconcat (encoded_name, "\t", encoded_value, NULL);
}

static int
compare_parameters_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
append_query (GString *canonical, const char *query)
{
  g_auto (GStrv) parameters = g_strsplit (query != NULL ? query : "", "&", -1);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (g_free);

  for (char **parameter = parameters; *parameter != NULL; parameter++)
    g_ptr_array_add (sorted, canonicalize_parameter (*parameter));
  g_ptr_array_sort (sorted, compare_parameters_cb);

  for (guint i = 0; i < sorted->len; i++) {
    char *parameter = g_ptr_array_index (sorted, i);

    *strchr (parameter, '\t') = '=';
    g_string_append_printf (canonical, "%s%s", i > 0 ? "&" : "", parameter);
  }
}

static EVP_MAC_CTX *
make_hmac (void)
{
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end ()};
  EVP_MAC *mac = EVP_MAC_fetch (NULL, OSSL_MAC_NAME_HMAC, NULL);
  EVP_MAC_CTX *hmac = mac != NULL ? EVP_MAC_CTX_new (mac) : NULL;

  EVP_MAC_free (mac);
  if (hmac != NULL && !EVP_MAC_CTX_set_params (hmac, parameters))
    g_clear_pointer (&hmac, EVP_MAC_CTX_free);
  return hmac;
}

static gpointer
find_algorithms_cb (gpointer data)
{
  Algorithms *algorithms = data;

  algorithms->sha256 = EVP_MD_fetch (NULL, "SHA256", NULL);
  algorithms->hmac = make_hmac ();
  return algorithms;
}

static const Algorithms *
get_algorithms (void)
{
  static Algorithms algorithms;
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, find_algorithms_cb, &algorithms);
}

static gboolean
hash (const void *data, gsize size, char *hex)
{
  const EVP_MD *sha256 = get_algorithms ()->sha256;
  guint8 digest[HASH_SIZE];

  if (sha256 == NULL || !EVP_Digest (data, size, digest, NULL, sha256, NULL))
    return FALSE;
  aws_digest_write_hex (digest, HASH_SIZE, hex);
  return TRUE;
}

static gboolean
hash_body (GBytes *body, char *hex)
{
  gsize size = 0;
  const void *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;

  return hash (size > 0 ? data : "", size, hex);
}

static gboolean
authenticate (EVP_MAC_CTX *hmac, const guint8 *key, gsize key_size, const char *text, guint8 *code)
{
  return EVP_MAC_init (hmac, key, key_size, NULL) &&
         EVP_MAC_update (hmac, (const guint8 *)text, strlen (text)) &&
         EVP_MAC_final (hmac, code, NULL, HASH_SIZE);
}

static gboolean
derive_key (EVP_MAC_CTX *hmac, const AwsSigner *signer, const char *day, guint8 *key)
{
  const char *secret = aws_credentials_get_secret_key (signer->credentials);
  gsize size = strlen (KEY_PREFIX) + strlen (secret) + 1;
  char *prefixed = g_malloc (size);
  gboolean done;

  g_strlcpy (prefixed, KEY_PREFIX, size);
  g_strlcat (prefixed, secret, size);
  done = authenticate (hmac, (const guint8 *)prefixed, size - 1, day, key) &&
         authenticate (hmac, key, HASH_SIZE, signer->region, key) &&
         authenticate (hmac, key, HASH_SIZE, signer->service, key) &&
         authenticate (hmac, key, HASH_SIZE, TERMINATOR, key);
  aws_secret_free (prefixed);
  return done;
}

static gboolean
compute_signature (const AwsSigner *signer, const char *day, const char *string_to_sign, char *hex)
{
  const EVP_MAC_CTX *keyless = get_algorithms ()->hmac;
  EVP_MAC_CTX *hmac = keyless != NULL ? EVP_MAC_CTX_dup (keyless) : NULL;
  guint8 key[HASH_SIZE];
  guint8 code[HASH_SIZE];
  gboolean done = hmac != NULL && derive_key (hmac, signer, day, key) &&
                  authenticate (hmac, key, HASH_SIZE, string_to_sign, code);

  EVP_MAC_CTX_free (hmac);
  OPENSSL_cleanse (key, sizeof key);
  if (done)
    aws_digest_write_hex (code, HASH_SIZE, hex);
  return done;
}

/* More than enough for the canonical form of @request, so that its buffer never moves. */
static gsize
bound_canonical_size (const AwsSignerRequest *request, GPtrArray *headers)
{
  const char *query = g_uri_get_query (request->uri);
  gsize size = strlen (request->method) + 3 * strlen (g_uri_get_path (request->uri)) + 256;

  if (query != NULL)
    size += 4 * strlen (query);
  for (guint i = 0; i < headers->len; i++) {
    const CanonicalHeader *header = g_ptr_array_index (headers, i);

    size += 2 * strlen (header->name) + strlen (header->value) + 4;
  }
  return size;
}

static char *
make_canonical_request (const AwsSignerRequest *request, GPtrArray *headers,
    const char *signed_headers, const char *body_hash)
{
  GString *canonical = g_string_sized_new (bound_canonical_size (request, headers));

  g_string_append_printf (canonical, "%s\n", request->method);
  if (request->keep_path)
    append_whole_path (canonical, g_uri_get_path (request->uri));
  else
    append_normalized_path (canonical, g_uri_get_path (request->uri));
  g_string_append_c (canonical, '\n');
  append_query (canonical, g_uri_get_query (request->uri));
  g_string_append_c (canonical, '\n');
  append_headers (canonical, headers);
  g_string_append_printf (canonical, "%s\n%s", signed_headers, body_hash);
  return g_string_free (canonical, FALSE);
}

static char *
format_time (gint64 time)
{
  g_autoptr (GDateTime) date_time = g_date_time_new_from_unix_utc (time);

  return g_date_time_format (date_time, "%Y%m%dT%H%M%SZ");
}

/* Fills in @signature. Returns FALSE if OpenSSL cannot. */
static gboolean
sign (AwsSignature *signature, const AwsSigner *signer, const AwsSignerRequest *request)
{
  const char *session_token = aws_credentials_get_session_token (signer->credentials);
  g_autoptr (GPtrArray) headers = NULL;
  g_autofree char *day = g_strndup (signature->date, DAY_LENGTH);
  g_autofree char *scope =
      g_strdup_printf ("%s/%s/%s/" TERMINATOR, day, signer->region, signer->service);
  char request_hash[AWS_SIGNATURE_HEX_SIZE];
  char code[AWS_SIGNATURE_HEX_SIZE];

  if (!hash_body (request->body, signature->body_hash))
    return FALSE;
  headers = collect_headers (request, signature, session_token);
  signature->signed_headers = list_names (headers);
  signature->canonical_request =
      make_canonical_request (request, headers, signature->signed_headers, signature->body_hash);

  if (!hash (signature->canonical_request, strlen (signature->canonical_request), request_hash))
    return FALSE;
  signature->string_to_sign =
      g_strdup_printf (ALGORITHM "\n%s\n%s\n%s", signature->date, scope, request_hash);

  if (!compute_signature (signer, day, signature->string_to_sign, code))
    return FALSE;
  signature->authorization = g_strdup_printf (ALGORITHM
      " Credential=%s/%s, SignedHeaders=%s, Signature=%s",
      aws_credentials_get_access_key (signer->credentials), scope, signature->signed_headers, code);
  return TRUE;
}

/* Names of services have the form of regions, but may also have dots and underscores. */
static gboolean
is_service (const char *service)
{
  gsize length =
      service != NULL ? strspn (service, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-") : 0;

  return length >= 1 && length <= 128 && service[length] == '\0';
}

AwsSignature *
aws_signer_sign (
    const AwsSigner *signer, const AwsSignerRequest *request, gint64 time, GError **error)
{
  g_autoptr (AwsSignature) signature = g_new0 (AwsSignature, 1);

  if (!aws_region_is_valid (signer->region)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "“%s” cannot be a region", signer->region);
    return NULL;
  }

  if (!is_service (signer->service)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "“%s” cannot be the signing name of a service", signer->service);
    return NULL;
  }

  signature->date = format_time (time);
  if (!sign (signature, signer, request)) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "OpenSSL is configured without SHA-256 or HMAC, so nothing can be signed");
    return NULL;
  }
  return g_steal_pointer (&signature);
}

void
aws_signature_free (AwsSignature *signature)
{
  aws_secret_free (signature->canonical_request);
  g_free (signature->string_to_sign);
  g_free (signature->signed_headers);
  g_free (signature->authorization);
  g_free (signature->date);
  g_free (signature);
}
