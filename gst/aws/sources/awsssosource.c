/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of the token is shared with other processes, each of which may renew the token, and a
 * refresh token may be valid once only. So the file is read before and after a renewal, whatever
 * its result: the token that expires later is used. */
#include "awsssosource.h"

#include "awscredentialsserver.h"
#include "awsendpoint.h"
#include "awslog.h"
#include "awsresolver.h"
#include "awsssotoken.h"

#include <libsoup/soup.h>

/* Many times what a reply has. */
#define MAX_REPLY_SIZE (64 * 1024)

struct _AwsSsoSource {
  GObject parent_instance;

  AwsConfig *config;
  GError *failure; /* what is wrong with the profile, or NULL */
  char *command;   /* to log in with */
  char *token_file;
  gboolean can_renew;
  char *region;
  char *account_id;
  char *role_name;

  AwsClient *client;
  AwsSsoToken *token;      /* NULL until it was read */
  gboolean is_unwritten;   /* token is newer than the file, which could not be written */
  gint64 next_renewal_us;  /* monotonic */
  GError *renewal_failure; /* why the last attempt to renew the token failed, or NULL */
};

static void aws_sso_source_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsSsoSource, aws_sso_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_sso_source_source_init))

static void
aws_sso_source_finalize (GObject *object)
{
  AwsSsoSource *self = AWS_SSO_SOURCE (object);

  g_clear_object (&self->config);
  g_clear_error (&self->failure);
  g_free (self->command);
  g_free (self->token_file);
  g_free (self->region);
  g_free (self->account_id);
  g_free (self->role_name);
  g_clear_object (&self->client);
  g_clear_pointer (&self->token, aws_sso_token_free);
  g_clear_error (&self->renewal_failure);

  G_OBJECT_CLASS (aws_sso_source_parent_class)->finalize (object);
}

static void
aws_sso_source_class_init (AwsSsoSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_sso_source_finalize;
}

/* Reads the token, unless a renewed one is held that could not be written. */
static gboolean
load_token (AwsSsoSource *self, GError **error)
{
  g_autoptr (AwsSsoToken) token = aws_sso_token_read (self->token_file, error);

  if (token == NULL)
    return FALSE;
  if (self->is_unwritten && self->token->expiration_us > token->expiration_us)
    return TRUE;
  g_clear_pointer (&self->token, aws_sso_token_free);
  self->token = g_steal_pointer (&token);
  self->is_unwritten = FALSE;
  return TRUE;
}

static void
take_token (AwsSsoSource *self, AwsSsoToken *token)
{
  g_autoptr (GError) error = NULL;

  self->is_unwritten = !aws_sso_token_write (token, self->token_file, &error);
  if (self->is_unwritten)
    g_message (
        "The renewed SSO token could not be written to %s: %s", self->token_file, error->message);
  g_clear_pointer (&self->token, aws_sso_token_free);
  self->token = token;
}

static AwsSsoToken *
ask_for_token (AwsSsoSource *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (AwsEndpoint) endpoint =
      aws_resolver_resolve (self->config, AWS_SERVICE_SSO_OIDC, self->region, NULL, error);

  if (endpoint == NULL)
    return NULL;
  return aws_sso_token_renew (self->client, endpoint->uri, self->token, cancellable, error);
}

/* Renews the token if that is due and possible, and stores the error if it fails. */
static void
renew_token (AwsSsoSource *self, GCancellable *cancellable)
{
  AwsClock *clock = aws_config_get_clock (self->config);
  gint64 now_us = aws_clock_get_monotonic_time (clock);
  AwsSsoToken *token;

  if (!self->can_renew || now_us < self->next_renewal_us ||
      !aws_sso_token_can_renew (self->token, aws_clock_get_real_time (clock)))
    return;
  self->next_renewal_us = now_us + AWS_SSO_RENEWAL_PAUSE_S * G_USEC_PER_SEC;

  g_clear_error (&self->renewal_failure);
  token = ask_for_token (self, cancellable, &self->renewal_failure);
  if (g_cancellable_is_cancelled (cancellable)) {
    /* A cancelled attempt says nothing about the next one. */
    g_clear_error (&self->renewal_failure);
    self->next_renewal_us = now_us;
  }
  if (self->renewal_failure != NULL)
    aws_log_debug ("The SSO token was not renewed: %s", self->renewal_failure->message);
  else
    aws_log_debug ("The SSO token was renewed");
  load_token (self, NULL);
  if (token != NULL && token->expiration_us > self->token->expiration_us)
    take_token (self, token);
  else
    g_clear_pointer (&token, aws_sso_token_free);
}

static void
set_expired (AwsSsoSource *self, GError **error)
{
  if (self->renewal_failure == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED,
        "The SSO token in the file %s has expired; run %s", self->token_file, self->command);
  else
    g_propagate_prefixed_error (error, g_error_copy (self->renewal_failure),
        "The SSO token in the file %s has expired and could not be renewed; if that stays so, run "
        "%s: ",
        self->token_file, self->command);
}

/* Makes sure that there is a token that has not expired. */
static gboolean
ensure_token (AwsSsoSource *self, GCancellable *cancellable, GError **error)
{
  AwsClock *clock = aws_config_get_clock (self->config);
  g_autoptr (GError) failure = NULL;
  gint64 now_us = aws_clock_get_real_time (clock);

  if (!load_token (self, &failure)) {
    g_set_error (error, AWS_ERROR, failure->code, "%s; run %s", failure->message, self->command);
    return FALSE;
  }
  if (self->token->expiration_us - now_us <= AWS_SSO_RENEWAL_WINDOW_S * G_USEC_PER_SEC)
    renew_token (self, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->token->expiration_us <= aws_clock_get_real_time (clock)) {
    set_expired (self, error);
    return FALSE;
  }
  return TRUE;
}

static gpointer
read_credentials (AwsReply *reply, GCancellable *cancellable, gpointer user_data, GError **error)
{
  static const AwsCredentialsDocument document = {
      .access_key = "accessKeyId",
      .secret_key = "secretAccessKey",
      .session_token = "sessionToken",
      .expiration = "expiration",
      .needs_session_token = TRUE,
      .needs_expiration = TRUE,
      .expiration_in_ms = TRUE,
  };
  GUri *uri = user_data;
  g_autoptr (GBytes) body = aws_reply_read_secret (reply, MAX_REPLY_SIZE, cancellable, error);

  return body != NULL ? aws_credentials_server_read (uri, body, &document, "roleCredentials", error)
                      : NULL;
}

static GUri *
make_portal_uri (AwsSsoSource *self, GError **error)
{
  g_autoptr (AwsEndpoint) endpoint =
      aws_resolver_resolve (self->config, AWS_SERVICE_SSO, self->region, NULL, error);
  g_autoptr (GUri) uri = NULL;
  g_autofree char *role_name = g_uri_escape_string (self->role_name, NULL, FALSE);
  g_autofree char *account_id = g_uri_escape_string (self->account_id, NULL, FALSE);
  g_autofree char *query = g_strdup_printf ("role_name=%s&account_id=%s", role_name, account_id);

  if (endpoint == NULL) {
    g_prefix_error (error, "The endpoint of IAM Identity Center is not known: ");
    return NULL;
  }
  uri = aws_endpoint_with_operation (endpoint->uri, "/federation/credentials");
  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
      g_uri_get_port (uri), g_uri_get_path (uri), query, NULL);
}

/* Here NOT_FOUND is about an account or a role, and not about a stream. The page of a proxy is no evidence
 * about the token. */
static void
explain_failure (AwsSsoSource *self, GError *failure, GError **error)
{
  guint status = aws_error_get_http_status (failure);
  gboolean is_of_service = !g_error_matches (failure, AWS_ERROR, AWS_ERROR_BAD_REPLY);

  if (is_of_service && status == SOUP_STATUS_NOT_FOUND)
    failure->code = AWS_ERROR_NOT_AUTHORIZED;
  if (is_of_service && status == SOUP_STATUS_UNAUTHORIZED)
    g_propagate_prefixed_error (error, failure,
        "The SSO token in the file %s was rejected; run %s: ", self->token_file, self->command);
  else
    g_propagate_prefixed_error (error, failure,
        "IAM Identity Center gave no credentials for the role %s in the account %s: ",
        self->role_name, self->account_id);
}

static AwsCredentials *
ask_for_credentials (AwsSsoSource *self, GCancellable *cancellable, GError **error)
{
  const AwsHeader token = {"x-amz-sso_bearer_token", self->token->access_token};
  const char *const secrets[] = {self->token->access_token, NULL};
  g_autoptr (GUri) uri = make_portal_uri (self, error);
  const AwsRequest request = {.method = "GET",
      .uri = uri,
      .headers = &token,
      .n_headers = 1,
      .secrets = secrets,
      .purpose = AWS_REQUEST_FOR_CREDENTIALS};
  AwsCredentials *credentials;
  GError *failure = NULL;

  if (uri == NULL)
    return NULL;
  credentials =
      aws_client_call (self->client, &request, read_credentials, uri, cancellable, &failure);
  if (failure != NULL)
    explain_failure (self, failure, error);
  return credentials;
}

static AwsCredentials *
aws_sso_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsSsoSource *self = AWS_SSO_SOURCE (source);

  if (self->failure != NULL) {
    g_propagate_error (error, g_error_copy (self->failure));
    return NULL;
  }
  if (!ensure_token (self, cancellable, error))
    return NULL;
  return ask_for_credentials (self, cancellable, error);
}

static const char *
aws_sso_source_get_name (AwsCredentialSource *source)
{
  return "sso";
}

static void
aws_sso_source_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_sso_source_fetch;
  iface->get_name = aws_sso_source_get_name;
}

static void
aws_sso_source_init (AwsSsoSource *self)
{
}

/* The value of @key in the profile, which has to be there. */
static const char *
require (AwsConfig *config, const char *profile, const char *key, GError **error)
{
  AwsProfiles *profiles = aws_config_get_profiles (config);
  const char *value = aws_profiles_get (profiles, profile, key);

  if (value == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The profile “%s” in %s has some of the settings for IAM Identity Center, but not %s",
        profile, aws_profiles_get_config_name (profiles), key);
  return value;
}

/* The value of @key in the section of the session, which has to be there, and must not be another one
 * in the profile. */
static const char *
require_of_session (
    AwsConfig *config, const char *profile, const char *session, const char *key, GError **error)
{
  AwsProfiles *profiles = aws_config_get_profiles (config);
  const char *value = aws_profiles_get_of_sso_session (profiles, session, key);
  const char *other = aws_profiles_get (profiles, profile, key);

  if (value == NULL) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The section [sso-session %s] in %s does not have %s", session,
        aws_profiles_get_config_name (profiles), key);
    return NULL;
  }
  if (other != NULL && !g_str_equal (value, other)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The profile “%s” and the section [sso-session %s] that it names differ in %s; remove it "
        "from the profile in %s",
        profile, session, key, aws_profiles_get_config_name (profiles));
    return NULL;
  }
  return value;
}

static gboolean
read_session (AwsSsoSource *self, const char *profile, const char *session, GError **error)
{
  AwsProfiles *profiles = aws_config_get_profiles (self->config);

  if (!aws_profiles_has_sso_session (profiles, session)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The profile “%s” names the section [sso-session %s], and there is none in %s", profile,
        session, aws_profiles_get_config_name (profiles));
    return FALSE;
  }
  self->region =
      g_strdup (require_of_session (self->config, profile, session, "sso_region", error));
  if (self->region == NULL ||
      require_of_session (self->config, profile, session, "sso_start_url", error) == NULL)
    return FALSE;
  self->token_file = aws_sso_token_make_path (session);
  self->command = g_strdup_printf ("aws sso login --sso-session %s", session);
  self->can_renew = TRUE;
  return TRUE;
}

static gboolean
read_old_form (AwsSsoSource *self, const char *profile, GError **error)
{
  const char *start_url;

  self->region = g_strdup (require (self->config, profile, "sso_region", error));
  if (self->region == NULL)
    return FALSE;
  start_url = require (self->config, profile, "sso_start_url", error);
  if (start_url == NULL)
    return FALSE;
  self->token_file = aws_sso_token_make_path (start_url);
  self->command = g_strdup_printf ("aws sso login --profile %s", profile);
  return TRUE;
}

static gboolean
read_profile (AwsSsoSource *self, const char *profile, GError **error)
{
  const char *session =
      aws_profiles_get (aws_config_get_profiles (self->config), profile, "sso_session");

  self->account_id = g_strdup (require (self->config, profile, "sso_account_id", error));
  if (self->account_id == NULL)
    return FALSE;
  self->role_name = g_strdup (require (self->config, profile, "sso_role_name", error));
  if (self->role_name == NULL)
    return FALSE;
  return session != NULL ? read_session (self, profile, session, error)
                         : read_old_form (self, profile, error);
}

AwsCredentialSource *
aws_sso_source_new (AwsConfig *config, const char *profile)
{
  AwsSsoSource *self = g_object_new (AWS_TYPE_SSO_SOURCE, NULL);

  self->config = g_object_ref (config);
  self->client = aws_config_new_client (config, NULL, NULL);
  aws_client_set_call_timeout (self->client, AWS_CREDENTIAL_SOURCE_CALL_TIMEOUT_MS);
  read_profile (self, profile, &self->failure);
  return AWS_CREDENTIAL_SOURCE (self);
}
