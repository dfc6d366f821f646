/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsimdssource.h"

#include "awsattempts.h"
#include "awscredentialsserver.h"
#include "awsendpoint.h"
#include "awserror.h"
#include "awsserviceerror.h"
#include "awslog.h"
#include "awssecret.h"

#include <string.h>

#define ENDPOINT_IPV4 "http://169.254.169.254"
#define ENDPOINT_IPV6 "http://[fd00:ec2::254]"

#define TOKEN_PATH "/latest/api/token"
#define ROLES_PATH "/latest/meta-data/iam/security-credentials/"

/* The longest that the service allows, and how long before its end a token is no longer used. */
#define TOKEN_TTL_S 21600
#define TOKEN_TTL_TEXT "21600"
#define TOKEN_MARGIN_S 120

/* As AWS's SDKs have them. */
#define DEFAULT_TIMEOUT_S 1
#define MAX_TIMEOUT_S 3600
#define DEFAULT_ATTEMPTS 3
#define MAX_ATTEMPTS 100
#define MAX_REPLY_SIZE (64 * 1024)

static const AwsCredentialsDocument document = {
    .access_key = "AccessKeyId",
    .secret_key = "SecretAccessKey",
    .session_token = "Token",
    .expiration = "Expiration",
    .needs_session_token = TRUE,
    .needs_expiration = TRUE,
};

struct _AwsImdsSource {
  GObject parent_instance;

  AwsConfig *config;
  char *token;
  gint64 token_end_us; /* monotonic */
  gboolean has_given;  /* credentials, so that this is an instance */
};

/* How one fetch reaches the service. */
typedef struct {
  GUri *endpoint;
  char *host;
  AwsHttp *http;
  guint64 timeout_s;
  guint64 max_attempts;
  gboolean allow_v1;
  AwsAttempts *attempts; /* of the caller */
} Access;

static void aws_imds_source_iface_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsImdsSource, aws_imds_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_imds_source_iface_init))

static void
access_clear (Access *access)
{
  g_clear_pointer (&access->endpoint, g_uri_unref);
  g_clear_object (&access->http);
  g_free (access->host);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Access, access_clear)

static void
aws_imds_source_finalize (GObject *object)
{
  AwsImdsSource *self = AWS_IMDS_SOURCE (object);

  g_object_unref (self->config);
  aws_secret_free (self->token);

  G_OBJECT_CLASS (aws_imds_source_parent_class)->finalize (object);
}

static void
aws_imds_source_class_init (AwsImdsSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_imds_source_finalize;
}

static void
aws_imds_source_init (AwsImdsSource *self)
{
}

AwsCredentialSource *
aws_imds_source_new (AwsConfig *config)
{
  AwsImdsSource *self = g_object_new (AWS_TYPE_IMDS_SOURCE, NULL);

  self->config = g_object_ref (config);
  return AWS_CREDENTIAL_SOURCE (self);
}

static gboolean
is_word (const char *text, const char *word)
{
  return text != NULL && g_ascii_strcasecmp (text, word) == 0;
}

static gboolean
check_enabled (AwsImdsSource *self, GError **error)
{
  if (!is_word (aws_config_get (self->config, "AWS_EC2_METADATA_DISABLED", NULL), "true"))
    return TRUE;
  g_set_error_literal (
      error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS, "AWS_EC2_METADATA_DISABLED is true");
  return FALSE;
}

static const char *
choose_endpoint (AwsImdsSource *self, GError **error)
{
  const char *mode = aws_config_get (
      self->config, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");

  if (mode == NULL || is_word (mode, "IPv4"))
    return ENDPOINT_IPV4;
  if (is_word (mode, "IPv6"))
    return ENDPOINT_IPV6;
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, or ec2_metadata_service_endpoint_mode of the "
      "profile, is '%s', which cannot be used: it is IPv4 or IPv6",
      mode);
  return NULL;
}

static GUri *
find_endpoint (AwsImdsSource *self, GError **error)
{
  const char *url = aws_config_get (
      self->config, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  GUri *endpoint;

  if (url == NULL) {
    url = choose_endpoint (self, error);
    return url != NULL ? aws_endpoint_parse (url, TRUE, error) : NULL;
  }
  endpoint = aws_endpoint_parse (url, TRUE, error);
  if (endpoint == NULL)
    g_prefix_error (error, "AWS_EC2_METADATA_SERVICE_ENDPOINT, or ec2_metadata_service_endpoint of "
                           "the profile: ");
  return endpoint;
}

static gboolean
find_number (AwsImdsSource *self, const char *variable, const char *key, guint64 max,
    guint64 *number, GError **error)
{
  const char *text = aws_config_get (self->config, variable, key);

  if (text == NULL || g_ascii_string_to_unsigned (text, 10, 1, max, number, NULL))
    return TRUE;
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "%s, or %s of the profile, is '%s', which cannot be used: it is a whole number from 1 to "
      "%" G_GUINT64_FORMAT,
      variable, key, text, max);
  return FALSE;
}

static gboolean
find_access (AwsImdsSource *self, Access *access, GError **error)
{
  AwsHttpOptions options = {NULL};

  access->timeout_s = DEFAULT_TIMEOUT_S;
  access->max_attempts = DEFAULT_ATTEMPTS;
  access->endpoint = find_endpoint (self, error);
  if (access->endpoint == NULL ||
      !find_number (self, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", MAX_TIMEOUT_S,
          &access->timeout_s, error) ||
      !find_number (self, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts",
          MAX_ATTEMPTS, &access->max_attempts, error))
    return FALSE;

  access->host = aws_endpoint_get_authority (access->endpoint);
  access->allow_v1 = is_word (
      aws_config_get (self->config, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"),
      "false");
  options.connection_timeout_ms = (guint)access->timeout_s * 1000;
  options.completion_timeout_ms = options.connection_timeout_ms;
  access->http = aws_http_new (&options, error);
  return access->http != NULL;
}

/* The text of @body without the white space around it. */
static char *
dup_trimmed (GBytes *body)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);

  for (; size > 0 && g_ascii_isspace (text[size - 1]); size--)
    continue;
  for (; size > 0 && g_ascii_isspace (*text); size--)
    text++;
  return g_strndup (text, size);
}

static gboolean
is_visible (const char *text)
{
  for (; g_ascii_isgraph (*text); text++)
    continue;
  return *text == '\0';
}

static gboolean
put_token (AwsImdsSource *self, Access *access, GCancellable *cancellable, GError **error)
{
  static const AwsHeader headers[] = {{"x-aws-ec2-metadata-token-ttl-seconds", TOKEN_TTL_TEXT}};
  gint64 now_us = aws_clock_get_monotonic_time (aws_config_get_clock (self->config));
  g_autoptr (GUri) uri = aws_endpoint_with_operation (access->endpoint, TOKEN_PATH);
  const AwsRequest request = {.method = "PUT",
      .uri = uri,
      .headers = headers,
      .n_headers = 1,
      .attempt = aws_attempts_get_number (access->attempts),
      .max_attempts = aws_attempts_get_max (access->attempts)};
  g_autoptr (GBytes) body =
      aws_credentials_server_ask (access->http, &request, MAX_REPLY_SIZE, cancellable, error);

  if (body == NULL)
    return FALSE;
  self->token = dup_trimmed (body);
  self->token_end_us = now_us + (gint64)(TOKEN_TTL_S - TOKEN_MARGIN_S) * G_USEC_PER_SEC;
  if (self->token[0] != '\0' && is_visible (self->token))
    return TRUE;
  g_clear_pointer (&self->token, aws_secret_free);
  g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
      "%s sent something other than a session token", access->host);
  return FALSE;
}

/* Whether the server, if there is one, does not support session tokens. */
static gboolean
has_no_tokens (const GError *failure)
{
  guint status = aws_error_get_http_status (failure);

  return status == SOUP_STATUS_FORBIDDEN || status == SOUP_STATUS_NOT_FOUND ||
         status == SOUP_STATUS_METHOD_NOT_ALLOWED;
}

static gboolean
ensure_token (AwsImdsSource *self, Access *access, GCancellable *cancellable, GError **error)
{
  gint64 now_us = aws_clock_get_monotonic_time (aws_config_get_clock (self->config));
  GError *failure = NULL;

  if (self->token != NULL && now_us < self->token_end_us)
    return TRUE;
  g_clear_pointer (&self->token, aws_secret_free);
  if (put_token (self, access, cancellable, &failure))
    return TRUE;

  if (access->allow_v1 &&
      (has_no_tokens (failure) || g_error_matches (failure, AWS_ERROR, AWS_ERROR_TIMEOUT))) {
    aws_log_debug ("Asking without a session token, as version 1 allows: %s", failure->message);
    g_error_free (failure);
    return TRUE;
  }
  if (!self->has_given && has_no_tokens (failure)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS,
        "%s, so it is not an instance metadata service of version 2, or it is disabled",
        failure->message);
    g_error_free (failure);
  } else {
    g_propagate_error (error, failure);
  }
  return FALSE;
}

static GBytes *
get (AwsImdsSource *self, Access *access, GUri *uri, GCancellable *cancellable, GError **error)
{
  const AwsHeader headers[] = {{"x-aws-ec2-metadata-token", self->token}};
  const char *const secrets[] = {self->token, NULL};
  const AwsRequest request = {.method = "GET",
      .uri = uri,
      .headers = headers,
      .n_headers = self->token != NULL ? 1 : 0,
      .secrets = secrets,
      .attempt = aws_attempts_get_number (access->attempts),
      .max_attempts = aws_attempts_get_max (access->attempts)};

  return aws_credentials_server_ask (access->http, &request, MAX_REPLY_SIZE, cancellable, error);
}

/* The form of a role's name that IAM allows; the name becomes part of a path. */
static gboolean
is_role (const char *name)
{
  return g_regex_match_simple ("^[A-Za-z0-9_+=,.@-]{1,128}$", name, G_REGEX_DOLLAR_ENDONLY, 0) &&
         strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
}

static char *
get_role (AwsImdsSource *self, Access *access, GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) uri = aws_endpoint_with_operation (access->endpoint, ROLES_PATH);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) body = get (self, access, uri, cancellable, &failure);
  g_autofree char *role = body != NULL ? dup_trimmed (body) : NULL;

  if (body != NULL && is_role (role))
    return g_steal_pointer (&role);

  if (body != NULL ? role[0] == '\0' : aws_error_get_http_status (failure) == SOUP_STATUS_NOT_FOUND)
    g_set_error (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS,
        "%s says that the instance has no role; attach an instance profile", access->host);
  else if (body != NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
        "%s sent something other than the name of a role", access->host);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* If the service has no credentials, it says so in a reply with status 200. */
static gboolean
check_code (Access *access, GBytes *body, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr (JsonObject) reply = aws_json_parse_object (text, size);
  const char *code = reply != NULL ? aws_json_get_string (reply, "Code") : NULL;
  g_autoptr (SoupMessageHeaders) none = NULL;
  g_autoptr (AwsServiceError) service_error = NULL;
  GError *failure;

  if (code == NULL || strcmp (code, "Success") == 0)
    return TRUE;

  none = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  service_error = aws_service_error_new (none, body);
  failure = g_error_new (AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED,
      "%s has no credentials of the instance's role: %s; check the role and its trust policy",
      access->host, service_error->code != NULL ? service_error->code : "it does not say why");
  aws_error_set_reply (failure, SOUP_STATUS_OK, service_error->code, NULL);
  g_propagate_error (error, failure);
  return FALSE;
}

static AwsCredentials *
ask_with_token (AwsImdsSource *self, Access *access, GCancellable *cancellable, GError **error)
{
  g_autofree char *role = get_role (self, access, cancellable, error);
  g_autofree char *path = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GBytes) body = NULL;

  if (role == NULL)
    return NULL;
  path = g_strconcat (ROLES_PATH, role, NULL);
  uri = aws_endpoint_with_operation (access->endpoint, path);
  body = get (self, access, uri, cancellable, error);
  if (body == NULL || !check_code (access, body, error))
    return NULL;
  return aws_credentials_server_read (uri, body, &document, NULL, error);
}

/* The service may have forgotten a token after a restart. */
static AwsCredentials *
ask (AwsImdsSource *self, Access *access, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;
  AwsCredentials *credentials;

  if (!ensure_token (self, access, cancellable, error))
    return NULL;
  credentials = ask_with_token (self, access, cancellable, &failure);
  if (credentials == NULL && self->token != NULL &&
      aws_error_get_http_status (failure) == SOUP_STATUS_UNAUTHORIZED) {
    g_clear_error (&failure);
    g_clear_pointer (&self->token, aws_secret_free);
    if (!ensure_token (self, access, cancellable, error))
      return NULL;
    credentials = ask_with_token (self, access, cancellable, &failure);
  }
  if (credentials == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return credentials;
}

/* Turns @failure into "not configured" where there has never been an answer. */
static gboolean
is_absent (AwsImdsSource *self, Access *access, const GError *failure, GError **error)
{
  if (self->has_given || failure->domain != AWS_ERROR)
    return FALSE;

  switch (failure->code) {
    case AWS_ERROR_TIMEOUT:
      g_set_error (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS,
          "no answer from %s within %" G_GUINT64_FORMAT " s, as outside of EC2; in a container on "
          "EC2, the instance's HttpPutResponseHopLimit has to be 2",
          access->host, access->timeout_s);
      return TRUE;
    case AWS_ERROR_CONNECT:
    case AWS_ERROR_HOST_NOT_FOUND:
      g_set_error_literal (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS, failure->message);
      return TRUE;
    default:
      return FALSE;
  }
}

static AwsCredentials *
ask_repeatedly (AwsImdsSource *self, Access *access, GCancellable *cancellable, GError **error)
{
  g_autoptr (AwsAttempts) attempts =
      aws_attempts_new ((guint)access->max_attempts, NULL, aws_config_get_clock (self->config));
  g_autoptr (GError) failure = NULL;

  access->attempts = attempts;
  do {
    AwsCredentials *credentials;

    g_clear_error (&failure);
    credentials = ask (self, access, cancellable, &failure);
    if (credentials != NULL)
      return credentials;
    if (is_absent (self, access, failure, error))
      return NULL;
  } while (aws_attempts_again (attempts, failure, cancellable, error));

  if (!g_error_matches (failure, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS))
    g_prefix_error (error, "No credentials of the instance: ");
  return NULL;
}

static AwsCredentials *
aws_imds_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsImdsSource *self = AWS_IMDS_SOURCE (source);
  g_auto (Access) access = {NULL};
  AwsCredentials *credentials;

  if (!check_enabled (self, error) || !find_access (self, &access, error))
    return NULL;
  credentials = ask_repeatedly (self, &access, cancellable, error);
  if (credentials != NULL)
    self->has_given = TRUE;
  return credentials;
}

static const char *
aws_imds_source_get_name (AwsCredentialSource *source)
{
  return "imds";
}

static gboolean
aws_imds_source_is_statically_stable (AwsCredentialSource *source)
{
  return TRUE;
}

static void
aws_imds_source_iface_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_imds_source_fetch;
  iface->get_name = aws_imds_source_get_name;
  iface->is_statically_stable = aws_imds_source_is_statically_stable;
}
