/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that can set an environment variable could have the token sent to any host, so the host
 * is checked before the token is read. */
#include "awscontainersource.h"

#include "awscredentialsserver.h"
#include "awsenvironment.h"
#include "awserror.h"
#include "awssecret.h"
#include "awssecretfile.h"

#include <string.h>

#define RELATIVE_URI "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL_URI "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

#define ECS_ORIGIN "http://169.254.170.2"

/* As AWS's SDKs have them. */
#define CONNECTION_TIMEOUT_MS (2 * 1000)
#define COMPLETION_TIMEOUT_MS (5 * 1000)

/* Several times what a signed token takes. */
#define MAX_TOKEN_SIZE (16 * 1024)

static const AwsCredentialsDocument document = {
    .access_key = "AccessKeyId",
    .secret_key = "SecretAccessKey",
    .session_token = "Token",
    .expiration = "Expiration",
    .needs_session_token = TRUE,
};

struct _AwsContainerSource {
  GObject parent_instance;

  AwsConfig *config;
  char *token_file; /* NULL if none is set */
  guint timeout_ms;
};

static void aws_container_source_iface_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsContainerSource, aws_container_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_container_source_iface_init))

static void
aws_container_source_finalize (GObject *object)
{
  AwsContainerSource *self = AWS_CONTAINER_SOURCE (object);

  g_object_unref (self->config);
  g_free (self->token_file);

  G_OBJECT_CLASS (aws_container_source_parent_class)->finalize (object);
}

static void
aws_container_source_class_init (AwsContainerSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_container_source_finalize;
}

static void
aws_container_source_init (AwsContainerSource *self)
{
  self->timeout_ms = COMPLETION_TIMEOUT_MS;
}

AwsCredentialSource *
aws_container_source_new (AwsConfig *config)
{
  AwsContainerSource *self = g_object_new (AWS_TYPE_CONTAINER_SOURCE, NULL);
  const char *token_file = aws_config_get (config, TOKEN_FILE, NULL);

  self->config = g_object_ref (config);
  self->token_file = token_file != NULL ? aws_environment_expand_home (token_file) : NULL;
  return AWS_CREDENTIAL_SOURCE (self);
}

void
aws_container_source_set_timeout (AwsContainerSource *self, guint timeout_ms)
{
  self->timeout_ms = timeout_ms;
}

/* Whether @text can be a part of a URI or of a header, in one line. */
static gboolean
is_plain (const char *text, gboolean with_spaces)
{
  for (const char *c = text; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c) && !(with_spaces && *c == ' '))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_close_by (const char *host)
{
  static const char *const addresses[] = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address == NULL)
    return g_ascii_strcasecmp (host, "localhost") == 0;
  if (g_inet_address_get_is_loopback (address))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autoptr (GInetAddress) allowed = g_inet_address_new_from_string (addresses[i]);

    if (g_inet_address_equal (address, allowed))
      return TRUE;
  }
  return FALSE;
}

static GUri *
parse_relative (const char *path, GError **error)
{
  g_autofree char *text = g_strconcat (ECS_ORIGIN, path, NULL);
  GUri *uri = NULL;

  /* Without the slash, the value could go on with the host's name. */
  if (path[0] == '/' && is_plain (path, FALSE))
    uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL)
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        RELATIVE_URI " is not the path of a URI, with a slash first");
  return uri;
}

static gboolean
check_full (GUri *uri, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);

  if (host == NULL || host[0] == '\0' || g_uri_get_userinfo (uri) != NULL) {
    g_set_error_literal (
        error, AWS_ERROR, AWS_ERROR_SETTINGS, FULL_URI " has no host, or a user's name before it");
    return FALSE;
  }
  if (strcmp (scheme, "https") == 0 || (strcmp (scheme, "http") == 0 && is_close_by (host)))
    return TRUE;
  if (strcmp (scheme, "http") == 0)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        FULL_URI " asks %s over http, which is good enough only for localhost, a loopback address, "
                 "169.254.170.2, 169.254.170.23 and [fd00:ec2::23]; use https",
        host);
  else
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        FULL_URI " has the scheme %s; it must be https, or http close by", scheme);
  return FALSE;
}

static GUri *
parse_full (const char *text, GError **error)
{
  g_autoptr (GUri) uri = NULL;

  if (is_plain (text, FALSE))
    uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS, FULL_URI " is not an absolute URI");
    return NULL;
  }
  return check_full (uri, error) ? g_steal_pointer (&uri) : NULL;
}

GUri *
aws_container_source_find_uri (AwsConfig *config, GError **error)
{
  const char *relative = aws_config_get (config, RELATIVE_URI, NULL);
  const char *full = aws_config_get (config, FULL_URI, NULL);

  if (relative != NULL)
    return parse_relative (relative, error);
  if (full != NULL)
    return parse_full (full, error);
  g_set_error_literal (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS,
      "neither " RELATIVE_URI " nor " FULL_URI " is set");
  return NULL;
}

static char *
check_token (const char *token, gsize size, const char *variable, GError **error)
{
  if (size > 0 && strlen (token) == size && is_plain (token, TRUE))
    return g_strdup (token);
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "The token of %s %s", variable,
      size == 0
          ? "is empty"
          : "holds a line break or another character that cannot be sent in a header; it must "
            "stand there alone, without a newline at its end");
  return NULL;
}

/* The token, a secret, or NULL without an error where none is set. */
static char *
read_token (AwsContainerSource *self, GError **error)
{
  const char *token = aws_config_get (self->config, TOKEN, NULL);
  g_autoptr (GBytes) text = NULL;

  if (self->token_file == NULL)
    return token != NULL ? check_token (token, strlen (token), TOKEN, error) : NULL;

  text = aws_secret_file_read (self->token_file, MAX_TOKEN_SIZE, NULL, error);
  if (text == NULL) {
    g_prefix_error (error, "%s: ", TOKEN_FILE);
    return NULL;
  }
  return check_token (g_bytes_get_data (text, NULL), g_bytes_get_size (text), TOKEN_FILE, error);
}

static AwsCredentials *
ask (AwsContainerSource *self, AwsHttp *http, GUri *uri, const char *token,
    GCancellable *cancellable, GError **error)
{
  const AwsHeader headers[] = {{"Accept", "application/json"}, {"Authorization", token}};
  const char *const secrets[] = {token, NULL};
  const AwsRequest request = {.method = "GET",
      .uri = uri,
      .headers = headers,
      .n_headers = token != NULL ? 2 : 1,
      .secrets = secrets,
      .hides_path = TRUE};
  AwsCredentials *credentials = aws_credentials_server_fetch (
      http, &request, &document, NULL, aws_config_get_clock (self->config), cancellable, error);

  if (credentials == NULL)
    g_prefix_error (error, "No credentials of the container: ");
  return credentials;
}

static AwsCredentials *
aws_container_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsContainerSource *self = AWS_CONTAINER_SOURCE (source);
  const AwsHttpOptions options = {.connection_timeout_ms = CONNECTION_TIMEOUT_MS,
      .completion_timeout_ms = self->timeout_ms,
      .ca_name = aws_config_get_ca_name (self->config),
      .ca_file = aws_config_get_ca_file (self->config)};
  g_autoptr (GUri) uri = aws_container_source_find_uri (self->config, error);
  g_autoptr (AwsHttp) http = NULL;
  g_autoptr (GError) cause = NULL;
  AwsCredentials *credentials;
  char *token;

  if (uri == NULL)
    return NULL;
  http = aws_http_new (&options, error);
  if (http == NULL)
    return NULL;
  token = read_token (self, &cause);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  credentials = ask (self, http, uri, token, cancellable, error);
  aws_secret_free (token);
  return credentials;
}

static const char *
aws_container_source_get_name (AwsCredentialSource *source)
{
  return "container";
}

static void
aws_container_source_iface_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_container_source_fetch;
  iface->get_name = aws_container_source_get_name;
}
