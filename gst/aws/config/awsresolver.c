/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsresolver.h"

#include "awsendpoint.h"
#include "awsenvironment.h"
#include "awserror.h"
#include "awslog.h"
#include "awsregion.h"

#include <libsoup/soup.h>

/* A configured URL and, for messages, the setting it comes from; NULL if none is configured. */
typedef struct {
  const char *url;
  char *origin;
} Setting;

static void
setting_clear (Setting *self)
{
  g_clear_pointer (&self->origin, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Setting, setting_clear)

static char *
make_variable_name (AwsService service)
{
  g_autofree char *id = g_ascii_strup (aws_service_get_id (service), -1);

  return g_strconcat ("AWS_ENDPOINT_URL_", id, NULL);
}

/* As in botocore: anything but "true", in any case, means no. */
static gboolean
is_ignoring_settings (AwsConfig *config)
{
  const char *value = aws_config_get (
      config, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls");

  return value != NULL && g_ascii_strcasecmp (value, "true") == 0;
}

static gboolean
take_variable (AwsConfig *config, const char *variable, Setting *setting)
{
  setting->url = aws_config_get (config, variable, NULL);
  if (setting->url == NULL)
    return FALSE;
  setting->origin = g_strdup (variable);
  return TRUE;
}

/* Takes the URL for @service from the section that the profile's key `services` names, if there is
 * one. */
static gboolean
take_services_section (AwsConfig *config, AwsService service, Setting *setting, GError **error)
{
  AwsProfiles *profiles = aws_config_get_profiles (config);
  const char *section = aws_config_get (config, NULL, "services");

  if (section == NULL)
    return TRUE;
  if (!aws_profiles_has_services (profiles, section)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "the profile “%s” takes its endpoints from the section [services %s], which the config file "
        "does not have; add it, or remove the profile's key services",
        aws_config_get_profile_name (config), section);
    return FALSE;
  }
  setting->url = aws_profiles_get_of_services (
      profiles, section, aws_service_get_id (service), "endpoint_url");
  if (setting->url != NULL)
    setting->origin = g_strdup_printf (
        "endpoint_url of %s in [services %s]", aws_service_get_id (service), section);
  return TRUE;
}

static void
take_profile (AwsConfig *config, Setting *setting)
{
  setting->url = aws_config_get (config, NULL, "endpoint_url");
  if (setting->url != NULL)
    setting->origin =
        g_strdup_printf ("endpoint_url of the profile “%s”", aws_config_get_profile_name (config));
}

/* Searches the environment and the files in the order of AWS's SDKs: the environment first, and in
 * each of them the setting for @service alone before the general one. With @is_specific, only
 * settings for @service alone count. */
static gboolean
find_setting (
    AwsConfig *config, AwsService service, gboolean is_specific, Setting *setting, GError **error)
{
  g_autofree char *variable = make_variable_name (service);

  if (is_ignoring_settings (config) || take_variable (config, variable, setting))
    return TRUE;
  if (!is_specific && take_variable (config, "AWS_ENDPOINT_URL", setting))
    return TRUE;
  if (!take_services_section (config, service, setting, error))
    return FALSE;
  if (setting->url == NULL && !is_specific)
    take_profile (config, setting);
  return TRUE;
}

/* FIPS and dual-stack are variants of AWS's own endpoints; a custom endpoint has none. */
static gboolean
check_kind (AwsConfig *config, const Setting *setting, GError **error)
{
  const char *kind = NULL;

  if (aws_config_get_use_fips_endpoint (config))
    kind = "FIPS";
  else if (aws_config_get_use_dualstack_endpoint (config))
    kind = "dual-stack";
  if (kind == NULL)
    return TRUE;
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "%s sets an endpoint, but a %s endpoint is configured, which only AWS's own endpoints can be; "
      "set only one of the two",
      setting->origin, kind);
  return FALSE;
}

static void
log_endpoint (AwsService service, GUri *uri, const char *source)
{
  g_autofree char *authority = NULL;

  if (!aws_log_is_enabled (AWS_LOG_TOPIC, AWS_LOG_LEVEL_INFO))
    return;
  authority = aws_endpoint_get_authority (uri);
  aws_log_info ("Endpoint of %s: %s://%s%s, from %s", aws_service_get_id (service),
      g_uri_get_scheme (uri), authority, g_uri_get_path (uri), source);
}

static GUri *
parse (AwsConfig *config, AwsService service, const Setting *setting, GError **error)
{
  GUri *uri;

  if (!check_kind (config, setting, error))
    return NULL;
  uri = aws_endpoint_parse (setting->url, TRUE, error);
  if (uri == NULL) {
    g_prefix_error (error, "%s cannot be used: ", setting->origin);
    return NULL;
  }
  /* http is allowed, but may be a mistake. */
  if (g_str_equal (g_uri_get_scheme (uri), "http") && !aws_endpoint_is_loopback (uri))
    aws_log_message_once (
        "%s is an http URL: anyone on the network path to %s can read what is sent, session tokens included",
        setting->origin, g_uri_get_host (uri));
  log_endpoint (service, uri, setting->origin);
  return uri;
}

/* In GovCloud the usual hosts of these are FIPS ones already, and there are no others for IPv4. */
static gboolean
is_always_fips (AwsService service, const AwsPartition *partition)
{
  return g_str_equal (partition->id, "aws-us-gov") &&
         (service == AWS_SERVICE_STS || service == AWS_SERVICE_SSO ||
             service == AWS_SERVICE_SSO_OIDC);
}

/* The host by the endpoint rule sets of botocore. */
static char *
make_host (AwsService service, const char *region, gboolean fips, gboolean dualstack)
{
  const AwsPartition *partition = aws_region_get_partition (region);
  gboolean is_marked = fips && (dualstack || !is_always_fips (service, partition));
  g_autofree char *host = NULL;

  if (service == AWS_SERVICE_STS && g_str_equal (region, "aws-global") && !fips && !dualstack)
    return g_strdup ("sts.amazonaws.com");
  host = g_strdup_printf ("%s%s.%s.%s", aws_service_get_host_prefix (service),
      is_marked ? "-fips" : "", region,
      dualstack ? partition->dualstack_dns_suffix : partition->dns_suffix);
  return g_ascii_strdown (host, -1);
}

/* The global STS is in one region, and requests are signed for that region. */
static const char *
get_signing_region (AwsService service, const char *region)
{
  return service == AWS_SERVICE_STS && g_str_equal (region, "aws-global") ? "us-east-1" : region;
}

static AwsEndpoint *
make_custom (AwsConfig *config, AwsService service, const Setting *setting, const char *region,
    GError **error)
{
  g_autoptr (GUri) uri = parse (config, service, setting, error);
  AwsEndpoint *self;

  if (uri == NULL)
    return NULL;
  self = g_new0 (AwsEndpoint, 1);
  self->uri = g_steal_pointer (&uri);
  self->signing_region = g_strdup (region);
  self->is_custom = TRUE;
  return self;
}

static AwsEndpoint *
make_by_rules (AwsConfig *config, AwsService service, const char *region, GError **error)
{
  g_autofree char *host = NULL;
  AwsEndpoint *self;

  if (region == NULL) {
    if (!aws_profiles_check (aws_config_get_profiles (config), error))
      return NULL;
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "no region is set, and no endpoint that could be used without one; set aws-region, AWS_REGION or the "
        "region of the profile “%s”",
        aws_config_get_profile_name (config));
    return NULL;
  }
  host = make_host (service, region, aws_config_get_use_fips_endpoint (config),
      aws_config_get_use_dualstack_endpoint (config));
  self = g_new0 (AwsEndpoint, 1);
  self->uri = g_uri_build (SOUP_HTTP_URI_FLAGS, "https", NULL, host, -1, "/", NULL, NULL);
  self->signing_region = g_strdup (get_signing_region (service, region));
  log_endpoint (service, self->uri, "AWS's rules for the region");
  return self;
}

AwsEndpoint *
aws_resolver_resolve (
    AwsConfig *config, AwsService service, const char *region, const char *url, GError **error)
{
  g_auto (Setting) setting = {NULL, NULL};

  if (region == NULL)
    region = aws_config_get_region (config);
  if (region != NULL && !aws_region_is_valid (region)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "“%s” cannot be a region: a region is letters, digits and hyphens, such as us-west-2",
        region);
    return NULL;
  }
  if (!aws_environment_is_blank (url)) {
    setting.url = url;
    setting.origin = g_strdup ("endpoint-url");
  } else if (!find_setting (config, service, FALSE, &setting, error)) {
    return NULL;
  }
  return setting.url != NULL ? make_custom (config, service, &setting, region, error)
                             : make_by_rules (config, service, region, error);
}

GUri *
aws_resolver_find_override (AwsConfig *config, AwsService service, GError **error)
{
  g_auto (Setting) setting = {NULL, NULL};

  if (!find_setting (config, service, TRUE, &setting, error) || setting.url == NULL)
    return NULL;
  return parse (config, service, &setting, error);
}

void
aws_endpoint_free (AwsEndpoint *self)
{
  g_uri_unref (self->uri);
  g_free (self->signing_region);
  g_free (self);
}
