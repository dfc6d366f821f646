/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests signatures against those that AWS has published ("Signature Version 4 test suite"), and the canonical
 * form where the suite has no case. */
#include "awssigner.h"

#include "awserror.h"
#include "memoryscan.h"

#include <libsoup/soup.h>
#include <openssl/crypto.h>
#include <string.h>

#define ACCESS_KEY "AKIDEXAMPLE"
#define SECRET_KEY "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TIME 1440938160 /* 20150830T123600Z */
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define UNRESERVED "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define STS_TOKEN                                                                                  \
  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPf"  \
  "IeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7W"  \
  "Z0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8F"  \
  "DrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

/* The arguments of OPENSSL_cleanse(), which the linker replaces by the function below: memory on the stack,
 * or memory that is freed and used again, cannot be examined afterwards. */
static GPtrArray *wiped; /* GBytes */

void __real_OPENSSL_cleanse (void *memory, size_t size);
void __wrap_OPENSSL_cleanse (void *memory, size_t size);

void
__wrap_OPENSSL_cleanse (void *memory, size_t size)
{
  if (wiped != NULL)
    g_ptr_array_add (wiped, g_bytes_new (memory, size));
  __real_OPENSSL_cleanse (memory, size);
}

static AwsSignature *
sign (const AwsSignerRequest *request, const char *token)
{
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_new (ACCESS_KEY, SECRET_KEY, token, NULL);
  const AwsSigner signer = {credentials, "us-east-1", "service"};
  g_autoptr (GError) error = NULL;
  AwsSignature *signature = aws_signer_sign (&signer, request, TIME, &error);

  g_assert_no_error (error);
  return signature;
}

typedef struct {
  const char *name;
  const char *method;
  const char *path;
  const char *query;
  AwsHeader headers[4];
  const char *body;
  const char *token;
  const char *signed_headers;
  const char *signature;
  gboolean keep_path;
  gboolean sign_body_header;
  gboolean omit_session_token;
} Vector;

static const Vector vectors[] = {
    {"get-vanilla", "GET", "/", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-empty-query-key", "GET", "/", "Param1=value1", {{NULL}}, "", NULL,
        "host;x-amz-date", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-order-encoded", "GET", "/", "Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        {{NULL}}, "", NULL, "host;x-amz-date",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
    {"get-vanilla-query-order-key", "GET", "/", "Param1=value2&Param1=Value1", {{NULL}}, "", NULL,
        "host;x-amz-date", "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    {"get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", {{NULL}}, "",
        NULL, "host;x-amz-date",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-query-order-value", "GET", "/", "Param1=value2&Param1=value1", {{NULL}}, "", NULL,
        "host;x-amz-date", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
    {"get-vanilla-query-unreserved", "GET", "/", UNRESERVED "=" UNRESERVED, {{NULL}}, "", NULL,
        "host;x-amz-date", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-vanilla-utf8-query", "GET", "/", "ሴ=bar", {{NULL}}, "", NULL, "host;x-amz-date",
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"get-unreserved", "GET", "/" UNRESERVED, NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8", "GET", "/ሴ", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-space", "GET", "/example space/", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-special-character", "GET", "/example/$delete", NULL, {{NULL}}, "", NULL,
        "host;x-amz-date", "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27"},
    {"get-relative", "GET", "/example/..", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative-relative", "GET", "/example1/example2/../..", NULL, {{NULL}}, "", NULL,
        "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash", "GET", "//", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-dot-slash", "GET", "/./", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-pointless-dot", "GET", "/./example", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {"get-slashes", "GET", "//example//", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-header-key-duplicate", "GET", "/", NULL,
        {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}}, "", NULL,
        "host;my-header1;x-amz-date",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-multiline", "GET", "/", NULL,
        {{"My-Header1", "value1\n  value2\n     value3"}}, "", NULL, "host;my-header1;x-amz-date",
        "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
    {"get-header-value-order", "GET", "/", NULL,
        {{"My-Header1", "value4"}, {"My-Header1", "value1"}, {"My-Header1", "value3"},
            {"My-Header1", "value2"}},
        "", NULL, "host;my-header1;x-amz-date",
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    {"get-header-value-trim", "GET", "/", NULL,
        {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}, "", NULL,
        "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"get-vanilla-with-session-token", "GET", "/", NULL, {{NULL}}, "",
        "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
        "host;x-amz-date;x-amz-security-token",
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
    {"post-vanilla", "POST", "/", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-vanilla-query", "POST", "/", "Param1=value1", {{NULL}}, "", NULL, "host;x-amz-date",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {"post-header-key-sort", "POST", "/", NULL, {{"My-Header1", "value1"}}, "", NULL,
        "host;my-header1;x-amz-date",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-header-value-case", "POST", "/", NULL, {{"My-Header1", "VALUE1"}}, "", NULL,
        "host;my-header1;x-amz-date",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    {"post-sts-header-before", "POST", "/", NULL, {{NULL}}, "", STS_TOKEN,
        "host;x-amz-date;x-amz-security-token",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
    {"post-x-www-form-urlencoded", "POST", "/", NULL,
        {{"Content-Type", "application/x-www-form-urlencoded"}}, "Param1=value1", NULL,
        "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"post-x-www-form-urlencoded-parameters", "POST", "/", NULL,
        {{"Content-Type", "application/x-www-form-urlencoded; charset=utf8"}}, "Param1=value1",
        NULL, "content-type;host;x-amz-date",
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
    {"get-relative-unnormalized", "GET", "/example/..", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282", .keep_path = TRUE},
    {"get-relative-relative-unnormalized", "GET", "/example1/example2/../..", NULL, {{NULL}}, "",
        NULL, "host;x-amz-date", "dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b",
        .keep_path = TRUE},
    {"get-slash-unnormalized", "GET", "//", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e", .keep_path = TRUE},
    {"get-slash-dot-slash-unnormalized", "GET", "/./", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145", .keep_path = TRUE},
    {"get-slash-pointless-dot-unnormalized", "GET", "/./example", NULL, {{NULL}}, "", NULL,
        "host;x-amz-date", "beb03f223f7deae4146464f06e29eebbee9c8afbe15c290cf07aa8b119e14cff",
        .keep_path = TRUE},
    {"get-slashes-unnormalized", "GET", "//example//", NULL, {{NULL}}, "", NULL, "host;x-amz-date",
        "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5", .keep_path = TRUE},
    {"get-space-unnormalized", "GET", "/example space/", NULL, {{NULL}}, "", NULL,
        "host;x-amz-date", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        .keep_path = TRUE},
    {"post-sts-header-after", "POST", "/", NULL, {{NULL}}, "", STS_TOKEN, "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        .omit_session_token = TRUE},
    {"post-x-www-form-urlencoded-body-header", "POST", "/", NULL,
        {{"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Length", "13"}},
        "Param1=value1", NULL, "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        .sign_body_header = TRUE},
};

static gsize
count_headers (const Vector *vector)
{
  gsize n = 0;

  while (n < G_N_ELEMENTS (vector->headers) && vector->headers[n].name != NULL)
    n++;
  return n;
}

static void
test_vector (gconstpointer data)
{
  const Vector *vector = data;
  g_autoptr (GUri) uri = g_uri_build (SOUP_HTTP_URI_FLAGS, "https", NULL, "example.amazonaws.com",
      -1, vector->path, vector->query, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static (vector->body, strlen (vector->body));
  const AwsSignerRequest request = {
      .method = vector->method,
      .uri = uri,
      .headers = vector->headers,
      .n_headers = count_headers (vector),
      .body = body,
      .keep_path = vector->keep_path,
      .sign_body_header = vector->sign_body_header,
      .omit_session_token = vector->omit_session_token,
  };
  g_autoptr (AwsSignature) signature = sign (&request, vector->token);
  g_autofree char *authorization = g_strdup_printf (
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
      "SignedHeaders=%s, Signature=%s",
      vector->signed_headers, vector->signature);

  g_assert_cmpstr (signature->authorization, ==, authorization);
  g_assert_cmpstr (signature->signed_headers, ==, vector->signed_headers);
  g_assert_cmpstr (signature->date, ==, "20150830T123600Z");
}

static void
test_intermediate (void)
{
  g_autoptr (GUri) uri = g_uri_parse ("https://example.amazonaws.com/", SOUP_HTTP_URI_FLAGS, NULL);
  const AwsSignerRequest request = {.method = "GET", .uri = uri};
  g_autoptr (AwsSignature) signature = sign (&request, NULL);

  g_assert_cmpstr (signature->canonical_request, ==,
      "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
      "host;x-amz-date\n" EMPTY_HASH);
  g_assert_cmpstr (signature->string_to_sign, ==,
      "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
      "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63");
}

static void
assert_canonical (const char *path, const char *query, const char *expected)
{
  g_autoptr (GUri) uri =
      g_uri_build (SOUP_HTTP_URI_FLAGS, "https", NULL, "h", -1, path, query, NULL);
  const AwsSignerRequest request = {.method = "GET", .uri = uri};
  g_autoptr (AwsSignature) signature = sign (&request, NULL);
  g_autofree char *whole = g_strdup_printf (
      "GET\n%s\nhost:h\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n" EMPTY_HASH, expected);

  g_assert_cmpstr (signature->canonical_request, ==, whole);
}

static void
test_path (void)
{
  assert_canonical ("", NULL, "/\n");
  assert_canonical ("/a%20b", NULL, "/a%2520b\n");
  assert_canonical ("/a%2fb", NULL, "/a%252fb\n");
  assert_canonical (
      "/a:b@c&d=e+f,g;h!i*j(k)", NULL, "/a%3Ab%40c%26d%3De%2Bf%2Cg%3Bh%21i%2Aj%28k%29\n");
  assert_canonical ("/a/../b/./c//", NULL, "/b/c/\n");
  assert_canonical ("/a/..", NULL, "/\n");
  assert_canonical ("/a/b/..", NULL, "/a\n");
  assert_canonical ("/a/.", NULL, "/a\n");
  assert_canonical ("/../../a", NULL, "/a\n");
  assert_canonical ("/.../..a", NULL, "/.../..a\n");
}

static void
test_query (void)
{
  assert_canonical ("/", "", "/\n");
  assert_canonical ("/", "a", "/\na=");
  assert_canonical ("/", "a=", "/\na=");
  assert_canonical ("/", "a=b=c", "/\na=b%3Dc");
  assert_canonical ("/", "a=%2f%2F/", "/\na=%2F%2F%2F");
  assert_canonical ("/", "a=+", "/\na=%2B");
  assert_canonical ("/", "a=%", "/\na=%25");
  assert_canonical ("/", "a=%zz%4", "/\na=%25zz%254");
  assert_canonical ("/", "a=%00%ff", "/\na=%00%FF");
  assert_canonical ("/", "%61=1&b=2&A=3", "/\nA=3&a=1&b=2");
  assert_canonical ("/", "a1=x&a=z&a=y", "/\na=y&a=z&a1=x");
  assert_canonical ("/", "a-=1&a=2&a%20=3", "/\na=2&a%20=3&a-=1");
}

static void
assert_signed_headers (
    const char *url, const AwsHeader *headers, gsize n_headers, const char *names, const char *host)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const AwsSignerRequest request = {
      .method = "GET", .uri = uri, .headers = headers, .n_headers = n_headers};
  g_autoptr (AwsSignature) signature = sign (&request, NULL);
  g_autofree char *line = g_strdup_printf ("\nhost:%s\n", host);

  g_assert_cmpstr (signature->signed_headers, ==, names);
  g_assert_nonnull (strstr (signature->canonical_request, line));
}

static void
test_host (void)
{
  static const AwsHeader host[] = {{"HOST", " other:1 "}};
  const char *names = "host;x-amz-date";

  assert_signed_headers ("https://Example.COM/", NULL, 0, names, "example.com");
  assert_signed_headers ("https://example.com:443/", NULL, 0, names, "example.com");
  assert_signed_headers ("http://example.com:80/", NULL, 0, names, "example.com");
  assert_signed_headers ("http://example.com:443/", NULL, 0, names, "example.com:443");
  assert_signed_headers ("https://example.com:8443/", NULL, 0, names, "example.com:8443");
  assert_signed_headers ("https://[2001:DB8::1]:8443/", NULL, 0, names, "[2001:db8::1]:8443");
  assert_signed_headers ("https://example.com/", host, 1, names, "other:1");
}

static void
test_unsigned (void)
{
  static const AwsHeader headers[] = {
      {"Accept-Encoding", "x"},
      {"amz-sdk-invocation-id", "x"},
      {"amz-sdk-request", "x"},
      {"Authorization", "x"},
      {"Connection", "x"},
      {"Expect", "x"},
      {"Keep-Alive", "x"},
      {"Proxy-Authenticate", "x"},
      {"Proxy-Authorization", "x"},
      {"Sec-WebSocket-Key", "x"},
      {"TE", "x"},
      {"Trailer", "x"},
      {"Transfer-Encoding", "x"},
      {"Upgrade", "x"},
      {"User-Agent", "x"},
      {"X-Amz-Date", "x"},
      {"X-Amz-Security-Token", "x"},
      {"X-Amzn-Trace-Id", "x"},
      {"Test", "x"},
      {"Amz-Sdk", "x"},
  };

  assert_signed_headers (
      "https://h/", headers, G_N_ELEMENTS (headers), "amz-sdk;host;test;x-amz-date", "h");
}

/* AwsClient leaves this header to libsoup, but another caller may set it. Then it is signed, as in the
 * published suite and in botocore. */
static void
test_content_length (void)
{
  static const AwsHeader headers[] = {{"Content-Length", "0"}};

  assert_signed_headers ("https://h/", headers, 1, "content-length;host;x-amz-date", "h");
}

static void
test_day (void)
{
  g_autoptr (AwsCredentials) credentials = aws_credentials_new ("A", "B", NULL, NULL);
  const AwsSigner signer = {credentials, "us-east-1", "service"};
  g_autoptr (GUri) uri = g_uri_parse ("https://h/", SOUP_HTTP_URI_FLAGS, NULL);
  const AwsSignerRequest request = {.method = "GET", .uri = uri};
  g_autoptr (AwsSignature) last = aws_signer_sign (&signer, &request, 1735689599, NULL);
  g_autoptr (AwsSignature) first = aws_signer_sign (&signer, &request, 1735689600, NULL);

  g_assert_cmpstr (last->date, ==, "20241231T235959Z");
  g_assert_nonnull (strstr (last->authorization, "/20241231/"));
  g_assert_cmpstr (first->date, ==, "20250101T000000Z");
  g_assert_nonnull (strstr (first->authorization, "/20250101/"));
}

static void
assert_refused (const char *region, const char *service, const char *words)
{
  g_autoptr (AwsCredentials) credentials = aws_credentials_new ("A", "B", NULL, NULL);
  const AwsSigner signer = {credentials, region, service};
  g_autoptr (GUri) uri = g_uri_parse ("https://h/", SOUP_HTTP_URI_FLAGS, NULL);
  const AwsSignerRequest request = {.method = "GET", .uri = uri};
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_signer_sign (&signer, &request, TIME, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_refused (void)
{
  g_autofree char *long_service = g_strnfill (129, 's');

  assert_refused ("us-east-1\r\nX: y", "service", " cannot be a region");
  assert_refused ("us-east-1\n", "service", " cannot be a region");
  assert_refused ("", "service", " cannot be a region");
  assert_refused ("us-east-1", "service\r\nX: y", " cannot be the signing name of a service");
  assert_refused ("us-east-1", "service\n", " cannot be the signing name of a service");
  assert_refused ("us-east-1", "a/b", " cannot be the signing name of a service");
  assert_refused ("us-east-1", "", " cannot be the signing name of a service");
  assert_refused ("us-east-1", long_service, " cannot be the signing name of a service");
}

static AwsCredentials *
sign_with_secrets (const MemorySecret *secret_key, const MemorySecret *token)
{
  char secret_text[MEMORY_SCAN_SECRET_LENGTH + 1];
  char token_text[MEMORY_SCAN_SECRET_LENGTH + 1];
  AwsCredentials *credentials;
  g_autoptr (GUri) uri = g_uri_parse ("https://h/a?b", SOUP_HTTP_URI_FLAGS, NULL);
  const AwsSignerRequest request = {.method = "GET", .uri = uri};
  AwsSigner signer = {NULL, "us-east-1", "service"};

  memory_secret_reveal (secret_key, secret_text);
  memory_secret_reveal (token, token_text);
  credentials = aws_credentials_new (ACCESS_KEY, secret_text, token_text, NULL);
  OPENSSL_cleanse (secret_text, sizeof secret_text);
  OPENSSL_cleanse (token_text, sizeof token_text);

  signer.credentials = credentials;
  aws_signature_free (aws_signer_sign (&signer, &request, TIME, NULL));
  return credentials;
}

/* Signing leaves no copy of a secret in memory, and neither do freed credentials. */
static void
test_wiped (void)
{
  MemorySecret secret_key;
  MemorySecret token;
  AwsCredentials *credentials;

  memory_secret_init (&secret_key);
  memory_secret_init (&token);
  credentials = sign_with_secrets (&secret_key, &token);
  g_assert_cmpuint (memory_secret_count (&secret_key), ==, 1);
  g_assert_cmpuint (memory_secret_count (&token), ==, 1);

  aws_credentials_unref (credentials);
  g_assert_cmpuint (memory_secret_count (&secret_key), ==, 0);
  g_assert_cmpuint (memory_secret_count (&token), ==, 0);
}

/* Replaces @key by the code of @text. */
static void
authenticate (guint8 *key, gsize *size, const char *text)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, *size);

  g_hmac_update (hmac, (const guchar *)text, -1);
  *size = 32;
  g_hmac_get_digest (hmac, key, size);
}

static void
assert_wiped (gconstpointer memory, gsize size)
{
  for (guint i = 0; i < wiped->len; i++) {
    gsize wiped_size;
    const guint8 *data = g_bytes_get_data (wiped->pdata[i], &wiped_size);

    if (wiped_size == size && memcmp (data, memory, size) == 0)
      return;
  }
  g_assert_not_reached ();
}

static void
test_keys_wiped (void)
{
  static const char *const parts[] = {"20150830", "us-east-1", "service", "aws4_request"};
  g_autoptr (GUri) uri = g_uri_parse ("https://h/a?b", SOUP_HTTP_URI_FLAGS, NULL);
  const AwsSignerRequest request = {.method = "GET", .uri = uri};
  guint8 key[64] = "AWS4" SECRET_KEY;
  gsize size = strlen ("AWS4" SECRET_KEY);

  wiped = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  aws_signature_free (sign (&request, NULL));
  assert_wiped (key, size);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    authenticate (key, &size, parts[i]);
  assert_wiped (key, size);
  g_clear_pointer (&wiped, g_ptr_array_unref);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_autofree char *path = g_strconcat ("/awssigner/vectors/", vectors[i].name, NULL);

    g_test_add_data_func (path, &vectors[i], test_vector);
  }
  g_test_add_func ("/awssigner/intermediate", test_intermediate);
  g_test_add_func ("/awssigner/path", test_path);
  g_test_add_func ("/awssigner/query", test_query);
  g_test_add_func ("/awssigner/host", test_host);
  g_test_add_func ("/awssigner/unsigned", test_unsigned);
  g_test_add_func ("/awssigner/content-length", test_content_length);
  g_test_add_func ("/awssigner/day", test_day);
  g_test_add_func ("/awssigner/refused", test_refused);
  g_test_add_func ("/awssigner/wiped", test_wiped);
  g_test_add_func ("/awssigner/keys-wiped", test_keys_wiped);
  return g_test_run ();
}
