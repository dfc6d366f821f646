/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsiotsource.h"

#include "awscredentialsserver.h"
#include "awsendpoint.h"
#include "awsenvironment.h"
#include "awserror.h"
#include "awslog.h"
#include "awssecret.h"
#include "awssecretfile.h"
#include "awstls.h"

#include <string.h>

/* A certificate with its chain. */
#define MAX_PEM_SIZE (64 * 1024)

static const AwsCredentialsDocument document = {
    .access_key = "accessKeyId",
    .secret_key = "secretAccessKey",
    .session_token = "sessionToken",
    .expiration = "expiration",
    .needs_session_token = TRUE,
    .needs_expiration = TRUE,
};

struct _AwsIotSource {
  GObject parent_instance;

  GUri *uri;
  char *cert_path;
  char *key_path;
  char *ca_path;
  char *thing_name;
  guint connection_timeout_ms;
  guint completion_timeout_ms;
  AwsConfig *config;
};

static void aws_iot_source_iface_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsIotSource, aws_iot_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_iot_source_iface_init))

static void
aws_iot_source_finalize (GObject *object)
{
  AwsIotSource *self = AWS_IOT_SOURCE (object);

  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->cert_path);
  g_free (self->key_path);
  g_free (self->ca_path);
  g_free (self->thing_name);
  g_clear_object (&self->config);

  G_OBJECT_CLASS (aws_iot_source_parent_class)->finalize (object);
}

static void
aws_iot_source_class_init (AwsIotSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_iot_source_finalize;
}

static void
aws_iot_source_init (AwsIotSource *self)
{
}

static gboolean
check_option (const char *name, const char *value, GError **error)
{
  if (value == NULL || value[0] == '\0') {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "iot-certificate has no %s", name);
    return FALSE;
  }
  for (const char *c = value; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c)) {
      g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
          "The %s of iot-certificate holds a line break or another control character", name);
      return FALSE;
    }
  }
  return TRUE;
}

/* The alias becomes one segment of the path, whatever characters it has. */
static GUri *
make_uri (const char *endpoint, const char *role_alias, GError **error)
{
  const char *host = g_str_has_prefix (endpoint, "https://") ? endpoint + 8 : endpoint;
  g_autofree char *url = g_strconcat ("https://", host, NULL);
  g_autofree char *alias = g_uri_escape_string (role_alias, "=,@", FALSE);
  g_autofree char *path = g_strconcat ("/role-aliases/", alias, "/credentials", NULL);
  g_autoptr (GUri) base = NULL;

  if (strcmp (role_alias, ".") == 0 || strcmp (role_alias, "..") == 0) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The role-aliases of iot-certificate is not the name of a role alias");
    return NULL;
  }
  if (strchr (host, '/') == NULL)
    base = aws_endpoint_parse (url, FALSE, NULL);
  if (base == NULL) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The endpoint of iot-certificate is not a host; 'aws iot describe-endpoint --endpoint-type "
        "iot:CredentialProvider' tells it");
    return NULL;
  }
  return aws_endpoint_with_operation (base, path);
}

AwsCredentialSource *
aws_iot_source_new (AwsConfig *config, const AwsIotOptions *options, GError **error)
{
  g_autoptr (AwsIotSource) self = g_object_new (AWS_TYPE_IOT_SOURCE, NULL);

  if (!check_option ("endpoint", options->endpoint, error) ||
      !check_option ("cert-path", options->cert_path, error) ||
      !check_option ("key-path", options->key_path, error) ||
      !check_option ("role-aliases", options->role_alias, error) ||
      !check_option ("iot-thing-name", options->thing_name, error))
    return NULL;
  self->uri = make_uri (options->endpoint, options->role_alias, error);
  if (self->uri == NULL)
    return NULL;

  self->cert_path = aws_environment_expand_home (options->cert_path);
  self->key_path = aws_environment_expand_home (options->key_path);
  self->ca_path = options->ca_path != NULL ? aws_environment_expand_home (options->ca_path) : NULL;
  self->thing_name = g_strdup (options->thing_name);
  self->connection_timeout_ms = options->connection_timeout_ms != 0
                                    ? options->connection_timeout_ms
                                    : AWS_IOT_DEFAULT_CONNECTION_TIMEOUT_MS;
  self->completion_timeout_ms = options->completion_timeout_ms != 0
                                    ? options->completion_timeout_ms
                                    : AWS_IOT_DEFAULT_COMPLETION_TIMEOUT_MS;
  self->config = g_object_ref (config);
  return AWS_CREDENTIAL_SOURCE (g_steal_pointer (&self));
}

/* Both texts with a line break in between. */
static GBytes *
join_pem (GBytes *certificate, GBytes *key)
{
  gsize certificate_size, key_size;
  gconstpointer certificate_text = g_bytes_get_data (certificate, &certificate_size);
  gconstpointer key_text = g_bytes_get_data (key, &key_size);
  char *pem = g_malloc (certificate_size + 1 + key_size);

  memcpy (pem, certificate_text, certificate_size);
  pem[certificate_size] = '\n';
  memcpy (pem + certificate_size + 1, key_text, key_size);
  return aws_secret_bytes_new_take (pem, certificate_size + 1 + key_size);
}

static GTlsCertificate *
parse_pem (GBytes *pem, const char *path, const char *what, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (pem, &size);
  g_autoptr (GError) cause = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (text, (gssize)size, &cause);

  if (certificate == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "The file %s has no %s that can be used: %s",
        path, what, cause->message);
  return certificate;
}

/* GLib takes a certificate without a key for a whole one. */
static gboolean
check_key (AwsIotSource *self, GBytes *key, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (key, &size);

  if (g_strstr_len (text, (gssize)size, "PRIVATE KEY-----") != NULL)
    return TRUE;
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "The file %s has no private key in the PEM format", self->key_path);
  return FALSE;
}

static GTlsCertificate *
load_certificate (AwsIotSource *self, GError **error)
{
  gboolean others_may_read = FALSE;
  g_autoptr (GBytes) certificate =
      aws_secret_file_read (self->cert_path, MAX_PEM_SIZE, NULL, error);
  g_autoptr (GBytes) key = NULL;
  g_autoptr (GBytes) both = NULL;
  g_autoptr (GTlsCertificate) alone = NULL;

  if (certificate == NULL)
    return NULL;
  key = aws_secret_file_read (self->key_path, MAX_PEM_SIZE, &others_may_read, error);
  if (key == NULL)
    return NULL;
  if (others_may_read)
    aws_log_message_readable (self->key_path);

  alone = parse_pem (certificate, self->cert_path, "certificate", error);
  if (alone == NULL || !check_key (self, key, error))
    return NULL;
  both = join_pem (certificate, key);
  return parse_pem (both, self->key_path, "private key", error);
}

static AwsHttp *
make_http (AwsIotSource *self, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate (self, error);
  const AwsHttpOptions options = {.connection_timeout_ms = self->connection_timeout_ms,
      .completion_timeout_ms = self->completion_timeout_ms,
      .proxies = aws_config_get_proxies (self->config),
      .ca_name = "ca-path of iot-certificate",
      .ca_file = self->ca_path,
      .client_certificate = certificate};

  return certificate != NULL ? aws_http_new (&options, error) : NULL;
}

/* Advice beyond the text of the server or of GIO. */
static const char *
find_advice (const GError *failure)
{
  if (g_error_matches (failure, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED))
    return "; check the role alias, the name of the thing, that the certificate is attached to it "
           "and active, and that its policy allows iot:AssumeRoleWithCertificate";
  if (g_error_matches (failure, AWS_ERROR, AWS_ERROR_TLS))
    return "; check the endpoint, and the files of ca-path, cert-path and key-path";
  if (g_error_matches (failure, AWS_ERROR, AWS_ERROR_CUT_OFF))
    return "; a server that does not accept the certificate of cert-path also does this";
  return "";
}

static AwsCredentials *
ask (AwsIotSource *self, AwsHttp *http, GCancellable *cancellable, GError **error)
{
  const AwsHeader headers[] = {{"x-amzn-iot-thingname", self->thing_name}};
  const AwsRequest request = {
      .method = "GET", .uri = self->uri, .headers = headers, .n_headers = 1};
  g_autoptr (GError) failure = NULL;
  AwsCredentials *credentials = aws_credentials_server_fetch (http, &request, &document,
      "credentials", aws_config_get_clock (self->config), cancellable, &failure);

  if (failure != NULL && failure->domain == AWS_ERROR) {
    g_autofree char *message = failure->message;

    failure->message =
        g_strconcat ("No credentials of AWS IoT: ", message, find_advice (failure), NULL);
  }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return credentials;
}

static AwsCredentials *
aws_iot_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsIotSource *self = AWS_IOT_SOURCE (source);
  g_autofree char *host = aws_endpoint_get_authority (self->uri);
  g_autoptr (AwsHttp) http = NULL;

  if (!aws_tls_is_available ()) {
    g_propagate_error (error, aws_tls_new_unavailable_error (host));
    return NULL;
  }
  http = make_http (self, error);
  return http != NULL ? ask (self, http, cancellable, error) : NULL;
}

static const char *
aws_iot_source_get_name (AwsCredentialSource *source)
{
  return "iot";
}

static void
aws_iot_source_iface_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_iot_source_fetch;
  iface->get_name = aws_iot_source_get_name;
}
