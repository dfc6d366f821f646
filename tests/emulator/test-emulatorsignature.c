/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the checker with vectors of AWS's Signature Version 4 test suite, and which signatures it rejects
 * with which messages. */
#include "emulatorerror.h"
#include "emulatorsignature.h"
#include "testsigner.h"

#define ACCESS_KEY "AKIDEXAMPLE"
#define SECRET_KEY "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define DATE "20150830T123600Z"
#define DATE_MS G_GINT64_CONSTANT (1440938160000)
#define UNRESERVED "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const EmulatorSignatureRules RULES = {
    .region = "us-east-1",
    .service = "service",
    .now_ms = DATE_MS,
    .max_skew = 900,
};

/* The suite */

typedef struct {
  const char *name;
  const char *method;
  const char *path;
  const char *query;
  const char *headers[5]; /* names and values */
  const char *signed_headers;
  const char *signature;
} Vector;

static const Vector vectors[] = {
    {"get-vanilla", "GET", "/", NULL, {NULL}, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"post-vanilla", "POST", "/", NULL, {NULL}, "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"get-vanilla-empty-query-key", "GET", "/", "Param1=value1", {NULL}, "host;x-amz-date",
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-order-encoded", "GET", "/", "Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        {NULL}, "host;x-amz-date",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
    {"get-vanilla-query-order-key", "GET", "/", "Param1=value2&Param1=Value1", {NULL},
        "host;x-amz-date", "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    {"get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", {NULL},
        "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-query-unreserved", "GET", "/", UNRESERVED "=" UNRESERVED, {NULL},
        "host;x-amz-date", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-unreserved", "GET", "/" UNRESERVED, NULL, {NULL}, "host;x-amz-date",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8", "GET", "/ሴ", NULL, {NULL}, "host;x-amz-date",
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-space", "GET", "/example space/", NULL, {NULL}, "host;x-amz-date",
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-relative", "GET", "/example/..", NULL, {NULL}, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative-relative", "GET", "/example1/example2/../..", NULL, {NULL}, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-pointless-dot", "GET", "/./example", NULL, {NULL}, "host;x-amz-date",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {"get-slashes", "GET", "//example//", NULL, {NULL}, "host;x-amz-date",
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-header-key-duplicate", "GET", "/", NULL,
        {"My-Header1", "value2,value2", "My-Header1", "value1"}, "host;my-header1;x-amz-date",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-trim", "GET", "/", NULL,
        {"My-Header1", " value1", "My-Header2", " \"a   b   c\""},
        "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
};

static EmulatorRequest *
make_request (const char *method, const char *path, const char *query)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("", 0);
  EmulatorRequest *request = emulator_request_new (method, path, query, body);

  emulator_request_add_header (request, "Host", "example.amazonaws.com");
  return request;
}

static EmulatorIdentity *
make_identity (void)
{
  return emulator_identity_new (ACCESS_KEY, SECRET_KEY, NULL, G_MAXINT64);
}

static gboolean
check (const EmulatorRequest *request, const EmulatorSignatureRules *rules, GError **error)
{
  g_autoptr (EmulatorIdentity) identity = make_identity ();
  g_autoptr (EmulatorSignature) signature = emulator_signature_parse (request, error);

  if (signature == NULL)
    return FALSE;
  g_assert_cmpstr (emulator_signature_get_access_key (signature), ==, ACCESS_KEY);
  return emulator_signature_check (signature, request, identity, rules, error);
}

static void
test_vector (gconstpointer data)
{
  const Vector *vector = data;
  g_autoptr (EmulatorRequest) request = make_request (vector->method, vector->path, vector->query);
  g_autofree char *authorization = g_strdup_printf ("AWS4-HMAC-SHA256 Credential=" ACCESS_KEY
                                                    "/20150830/us-east-1/service/aws4_request, "
                                                    "SignedHeaders=%s, Signature=%s",
      vector->signed_headers, vector->signature);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; vector->headers[i] != NULL; i += 2)
    emulator_request_add_header (request, vector->headers[i], vector->headers[i + 1]);
  emulator_request_add_header (request, "X-Amz-Date", DATE);
  emulator_request_add_header (request, "Authorization", authorization);
  g_assert_true (check (request, &RULES, &error));
  g_assert_no_error (error);
}

/* Rejections */

static EmulatorRequest *
make_signed_request (void)
{
  const TestSigner signer = {
      .access_key = ACCESS_KEY,
      .secret_key = SECRET_KEY,
      .region = "us-east-1",
      .service = "service",
      .date_ms = DATE_MS,
  };
  EmulatorRequest *request = make_request ("POST", "/getImages", NULL);

  test_signer_sign (&signer, request);
  return request;
}

static void
assert_refused (const EmulatorRequest *request, const EmulatorSignatureRules *rules,
    EmulatorError code, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (check (request, rules, &error));
  g_assert_error (error, EMULATOR_ERROR, (int)code);
  g_assert_cmpstr (error->message, ==, message);
}

#define MISMATCH                                                                                   \
  "The request signature we calculated does not match the signature you provided. Check your "     \
  "AWS Secret Access Key and signing method. Consult the service documentation for details."

static void
test_good (void)
{
  g_autoptr (EmulatorRequest) request = make_signed_request ();
  g_autoptr (GError) error = NULL;

  g_assert_true (check (request, &RULES, &error));
  g_assert_no_error (error);
}

static void
test_unsigned (void)
{
  g_autoptr (EmulatorRequest) request = make_request ("POST", "/getImages", NULL);

  assert_refused (
      request, &RULES, EMULATOR_ERROR_MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
}

static void
test_malformed (void)
{
  static const struct {
    const char *authorization;
    const char *message;
  } cases[] = {
      {"Basic YTpi", "Unsupported AWS 'algorithm': the Authorization header must begin with "
                     "'AWS4-HMAC-SHA256'."},
      {"AWS4-HMAC-SHA256 Credential=a/b/c/d/e",
          "Authorization header requires 'Signature' parameter. Authorization header requires "
          "'SignedHeaders' parameter. Authorization header requires existence of either a "
          "'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256"},
      {"AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0",
          "Authorization header requires 'Credential' parameter. Authorization header requires "
          "existence of either a 'X-Amz-Date' or a 'Date' header. "
          "Authorization=AWS4-HMAC-SHA256"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EmulatorRequest) request = make_request ("POST", "/getImages", NULL);

    emulator_request_add_header (request, "Authorization", cases[i].authorization);
    assert_refused (request, &RULES, EMULATOR_ERROR_INCOMPLETE_SIGNATURE, cases[i].message);
  }
}

static void
test_malformed_credential (void)
{
  g_autoptr (EmulatorRequest) request = make_request ("POST", "/getImages", NULL);

  emulator_request_add_header (request, "X-Amz-Date", DATE);
  emulator_request_add_header (request, "Authorization",
      "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0");
  assert_refused (request, &RULES, EMULATOR_ERROR_INCOMPLETE_SIGNATURE,
      "Credential must have exactly 5 slash-delimited elements, e.g. "
      "keyid/date/region/service/term, got 'a/b/c'");
}

static void
test_changed (void)
{
  g_autoptr (EmulatorRequest) body = make_signed_request ();
  g_autoptr (EmulatorRequest) path = make_signed_request ();
  g_autoptr (EmulatorRequest) query = make_signed_request ();
  g_autoptr (EmulatorRequest) host = make_signed_request ();

  g_bytes_unref (body->body);
  body->body = g_bytes_new_static ("x", 1);
  path->path[1] = 'G';
  query->query = g_strdup ("a=b");
  g_hash_table_replace (host->headers, g_strdup ("host"), g_strdup ("other.amazonaws.com"));
  assert_refused (body, &RULES, EMULATOR_ERROR_INVALID_SIGNATURE, MISMATCH);
  assert_refused (path, &RULES, EMULATOR_ERROR_INVALID_SIGNATURE, MISMATCH);
  assert_refused (query, &RULES, EMULATOR_ERROR_INVALID_SIGNATURE, MISMATCH);
  assert_refused (host, &RULES, EMULATOR_ERROR_INVALID_SIGNATURE, MISMATCH);
}

static void
test_age (void)
{
  g_autoptr (EmulatorRequest) request = make_signed_request ();
  EmulatorSignatureRules rules = RULES;
  g_autoptr (GError) error = NULL;

  rules.now_ms = DATE_MS + 900 * 1000;
  g_assert_true (check (request, &rules, &error));
  rules.now_ms += 1000;
  assert_refused (request, &rules, EMULATOR_ERROR_INVALID_SIGNATURE,
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
      "(20150830T125101Z - 15 min.)");
  rules.now_ms = DATE_MS - 901 * 1000;
  assert_refused (request, &rules, EMULATOR_ERROR_INVALID_SIGNATURE,
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
      "(20150830T122059Z + 15 min.)");
  rules.max_skew = 0;
  g_assert_true (check (request, &rules, &error));
}

static void
test_scope (void)
{
  g_autoptr (EmulatorRequest) request = make_signed_request ();
  EmulatorSignatureRules rules = RULES;

  rules.region = "eu-west-1";
  assert_refused (request, &rules, EMULATOR_ERROR_INVALID_SIGNATURE,
      "Credential should be scoped to a valid region, not 'us-east-1'.");
  rules.service = "kinesisvideo";
  assert_refused (request, &rules, EMULATOR_ERROR_INVALID_SIGNATURE,
      "Credential should be scoped to a valid region, not 'us-east-1'. Credential should be scoped "
      "to correct service: 'kinesisvideo'.");
}

static void
test_scope_day (void)
{
  g_autoptr (EmulatorRequest) request = make_signed_request ();

  g_hash_table_replace (request->headers, g_strdup ("x-amz-date"), g_strdup ("20150831T000000Z"));
  assert_refused (request, &RULES, EMULATOR_ERROR_INVALID_SIGNATURE,
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
      "'20150830' != '20150831', from '20150831T000000Z'.");
}

static void
test_signed_headers (void)
{
  static const struct {
    const char *names;
    const char *message;
  } cases[] = {
      {"x-amz-date", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
      {"host", "'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization."},
      {"host;x-amz-date", MISMATCH},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EmulatorRequest) request = make_request ("POST", "/getImages", NULL);
    g_autofree char *authorization = g_strdup_printf ("AWS4-HMAC-SHA256 Credential=" ACCESS_KEY
                                                      "/20150830/us-east-1/service/aws4_request, "
                                                      "SignedHeaders=%s, Signature=0",
        cases[i].names);

    emulator_request_add_header (request, "X-Amz-Date", DATE);
    emulator_request_add_header (request, "Authorization", authorization);
    assert_refused (request, &RULES, EMULATOR_ERROR_INVALID_SIGNATURE, cases[i].message);
  }
}

/* Without X-Amz-Date the Date header counts; the same vector with the date moved there cannot have
 * the same signature, but it is read: only the last check refuses it. */
static void
test_date_header (void)
{
  static const char *const dates[] = {DATE, "Sun, 30 Aug 2015 12:36:00 GMT"};

  for (guint i = 0; i < G_N_ELEMENTS (dates); i++) {
    g_autoptr (EmulatorRequest) request = make_request ("GET", "/", NULL);

    emulator_request_add_header (request, "Date", dates[i]);
    emulator_request_add_header (request, "Authorization",
        "AWS4-HMAC-SHA256 Credential=" ACCESS_KEY "/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=date;host, Signature=0");
    assert_refused (request, &RULES, EMULATOR_ERROR_INVALID_SIGNATURE, MISMATCH);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_autofree char *path = g_strconcat ("/signature/suite/", vectors[i].name, NULL);

    g_test_add_data_func (path, &vectors[i], test_vector);
  }
  g_test_add_func ("/signature/good", test_good);
  g_test_add_func ("/signature/unsigned", test_unsigned);
  g_test_add_func ("/signature/malformed", test_malformed);
  g_test_add_func ("/signature/malformed-credential", test_malformed_credential);
  g_test_add_func ("/signature/changed", test_changed);
  g_test_add_func ("/signature/age", test_age);
  g_test_add_func ("/signature/scope", test_scope);
  g_test_add_func ("/signature/scope-day", test_scope_day);
  g_test_add_func ("/signature/signed-headers", test_signed_headers);
  g_test_add_func ("/signature/date-header", test_date_header);
  return g_test_run ();
}
