/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which endpoint is used: the precedence of all places where one can be configured, and which settings
 * contradict each other. awsresolver-botocore.py compares the hosts of regions with those of AWS. */
#include "awsresolver.h"

#include "awserror.h"

#include <glib/gstdio.h>

/* The places, the first one first. */
#define SERVICE_VARIABLE "AWS_ENDPOINT_URL_KINESIS_VIDEO"
#define GENERAL_VARIABLE "AWS_ENDPOINT_URL"
#define SECTION                                                                                    \
  "[services mine]\n"                                                                              \
  "kinesis_video =\n"                                                                              \
  "  endpoint_url = https://section\n"
#define SERVICES "[default]\nservices = mine\n"
#define PROFILE "[default]\nendpoint_url = https://profile\n"

static const char *config_path;

static void
clear_environment (void)
{
  g_auto (GStrv) names = g_listenv ();

  for (gsize i = 0; names[i] != NULL; i++) {
    if (g_str_has_prefix (names[i], "AWS_"))
      g_unsetenv (names[i]);
  }
  g_setenv ("AWS_CONFIG_FILE", config_path, TRUE);
  g_setenv ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", TRUE);
}

static AwsConfig *
make_config (const char *file, const AwsConfigOptions *options)
{
  g_autoptr (GError) error = NULL;
  AwsConfig *config;

  g_file_set_contents (config_path, file, -1, &error);
  g_assert_no_error (error);
  config = aws_config_new (options, &error);
  g_assert_no_error (error);
  return config;
}

static void
assert_resolves (AwsConfig *config, AwsService service, const char *region, const char *url,
    const char *expected, const char *expected_signing_region)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsEndpoint) endpoint = aws_resolver_resolve (config, service, region, url, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_uri_to_string (endpoint->uri);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpstr (endpoint->signing_region, ==, expected_signing_region);
}

static void
assert_refused (AwsConfig *config, const char *region, const char *url, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_resolver_resolve (config, AWS_SERVICE_KINESIS_VIDEO, region, url, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (error->message, ==, message);
}

/* Resolves with all places filled, and then with one place after the other empty. */
static void
test_order (void)
{
  const AwsService service = AWS_SERVICE_KINESIS_VIDEO;
  g_autoptr (AwsConfig) with_all = NULL, with_general = NULL, with_section = NULL;
  g_autoptr (AwsConfig) with_profile = NULL, with_none = NULL;
  const AwsConfigOptions options = {.region = "eu-west-1"};

  clear_environment ();
  g_setenv (SERVICE_VARIABLE, "http://variable:8080/base", TRUE);
  g_setenv (GENERAL_VARIABLE, "https://general", TRUE);
  with_all = make_config (SERVICES "endpoint_url = https://profile\n" SECTION, &options);
  assert_resolves (with_all, service, NULL, "http://explicit", "http://explicit/", "eu-west-1");
  assert_resolves (with_all, service, NULL, NULL, "http://variable:8080/base", "eu-west-1");
  assert_resolves (with_all, service, "us-east-2", NULL, "http://variable:8080/base", "us-east-2");
  assert_resolves (with_all, AWS_SERVICE_STS, NULL, NULL, "https://general/", "eu-west-1");

  g_setenv (SERVICE_VARIABLE, " ", TRUE);
  with_general = make_config (SERVICES "endpoint_url = https://profile\n" SECTION, &options);
  assert_resolves (with_general, service, NULL, NULL, "https://general/", "eu-west-1");

  g_unsetenv (GENERAL_VARIABLE);
  with_section = make_config (SERVICES "endpoint_url = https://profile\n" SECTION, &options);
  assert_resolves (with_section, service, NULL, NULL, "https://section/", "eu-west-1");
  assert_resolves (with_section, AWS_SERVICE_STS, NULL, NULL, "https://profile/", "eu-west-1");

  with_profile = make_config (PROFILE, &options);
  assert_resolves (with_profile, service, NULL, NULL, "https://profile/", "eu-west-1");

  with_none = make_config ("", &options);
  assert_resolves (
      with_none, service, NULL, NULL, "https://kinesisvideo.eu-west-1.amazonaws.com/", "eu-west-1");
}

static void
test_services (void)
{
  static const struct {
    AwsService service;
    const char *variable;
  } rows[] = {
      {AWS_SERVICE_KINESIS_VIDEO, "AWS_ENDPOINT_URL_KINESIS_VIDEO"},
      {AWS_SERVICE_KINESIS_VIDEO_ARCHIVED_MEDIA, "AWS_ENDPOINT_URL_KINESIS_VIDEO_ARCHIVED_MEDIA"},
      {AWS_SERVICE_STS, "AWS_ENDPOINT_URL_STS"},
      {AWS_SERVICE_SSO, "AWS_ENDPOINT_URL_SSO"},
      {AWS_SERVICE_SSO_OIDC, "AWS_ENDPOINT_URL_SSO_OIDC"},
  };
  const AwsConfigOptions options = {.region = "eu-west-1"};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AwsConfig) config = NULL;

    clear_environment ();
    g_setenv (rows[i].variable, "https://own", TRUE);
    config = make_config ("", &options);
    for (gsize k = 0; k < G_N_ELEMENTS (rows); k++) {
      g_autoptr (AwsEndpoint) endpoint =
          aws_resolver_resolve (config, rows[k].service, NULL, NULL, NULL);

      g_assert_cmpint (endpoint->is_custom, ==, k == i);
    }
  }
}

static void
test_ignored (void)
{
  static const char *const files[] = {
      PROFILE "ignore_configured_endpoint_urls = True\n",
      SERVICES "ignore_configured_endpoint_urls = true\n",
  };
  const AwsConfigOptions options = {.region = "eu-west-1"};

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (AwsConfig) config = NULL;

    clear_environment ();
    g_setenv (SERVICE_VARIABLE, "https://variable", TRUE);
    g_setenv (GENERAL_VARIABLE, "https://general", TRUE);
    config = make_config (files[i], &options);
    assert_resolves (config, AWS_SERVICE_KINESIS_VIDEO, NULL, NULL,
        "https://kinesisvideo.eu-west-1.amazonaws.com/", "eu-west-1");
    assert_resolves (config, AWS_SERVICE_KINESIS_VIDEO, NULL, "https://explicit",
        "https://explicit/", "eu-west-1");
    g_assert_null (aws_resolver_find_override (config, AWS_SERVICE_KINESIS_VIDEO, NULL));
  }
}

/* The environment takes precedence, and any value but "true" means no. */
static void
test_not_ignored (void)
{
  static const char *const values[] = {"false", "1", "yes"};

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autoptr (AwsConfig) config = NULL;

    clear_environment ();
    g_setenv ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", values[i], TRUE);
    config = make_config (PROFILE "ignore_configured_endpoint_urls = true\n", NULL);
    assert_resolves (config, AWS_SERVICE_KINESIS_VIDEO, NULL, NULL, "https://profile/", NULL);
  }
}

/* Only an endpoint that is configured for one service takes precedence over the answer of GetDataEndpoint. */
static void
test_override (void)
{
  const AwsService service = AWS_SERVICE_KINESIS_VIDEO;
  g_autoptr (AwsConfig) general = NULL, variable = NULL, section = NULL, broken = NULL;
  g_autoptr (GUri) by_variable = NULL, by_section = NULL;
  g_autoptr (GError) error = NULL;

  clear_environment ();
  g_setenv (GENERAL_VARIABLE, "https://general", TRUE);
  general = make_config (PROFILE, NULL);
  g_assert_null (aws_resolver_find_override (general, service, &error));
  g_assert_no_error (error);

  section = make_config (SERVICES SECTION, NULL);
  by_section = aws_resolver_find_override (section, service, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_uri_get_host (by_section), ==, "section");

  g_setenv (SERVICE_VARIABLE, "https://variable", TRUE);
  variable = make_config (SERVICES SECTION, NULL);
  by_variable = aws_resolver_find_override (variable, service, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_uri_get_host (by_variable), ==, "variable");

  g_setenv (SERVICE_VARIABLE, "variable", TRUE);
  broken = make_config ("", NULL);
  g_assert_null (aws_resolver_find_override (broken, service, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
}

static void
test_missing_section (void)
{
  g_autoptr (AwsConfig) config = NULL;

  clear_environment ();
  config = make_config (SERVICES "region = eu-west-1\n", NULL);
  assert_refused (config, NULL, NULL,
      "the profile “default” takes its endpoints from the section [services mine], which the config "
      "file does not have; add it, or remove the profile's key services");
  assert_resolves (config, AWS_SERVICE_KINESIS_VIDEO, NULL, "https://explicit", "https://explicit/",
      "eu-west-1");
}

static guint n_notes;

static GLogWriterOutput
count_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE") &&
        g_str_has_prefix (fields[i].value, "endpoint-url is an http URL: "))
      n_notes++;
  }
  return G_LOG_WRITER_HANDLED;
}

/* On a loopback address, http is accepted as well as https. */
static void
test_http_noted (void)
{
  g_autoptr (AwsConfig) config = NULL;

  n_notes = 0;
  clear_environment ();
  config = make_config (PROFILE "region = eu-west-1\n", NULL);
  assert_resolves (config, AWS_SERVICE_KINESIS_VIDEO, NULL, "http://localhost", "http://localhost/",
      "eu-west-1");
  g_assert_cmpuint (n_notes, ==, 0);
  assert_resolves (
      config, AWS_SERVICE_KINESIS_VIDEO, NULL, "http://far.away", "http://far.away/", "eu-west-1");
  g_assert_cmpuint (n_notes, ==, 1);
}

static void
test_blank (void)
{
  g_autoptr (AwsConfig) config = NULL;

  clear_environment ();
  config = make_config (PROFILE "region = eu-west-1\n", NULL);
  assert_resolves (config, AWS_SERVICE_KINESIS_VIDEO, NULL, "", "https://profile/", "eu-west-1");
  assert_resolves (config, AWS_SERVICE_KINESIS_VIDEO, NULL, " ", "https://profile/", "eu-west-1");
}

/* An error says where the URL comes from, and never shows a password. */
static void
test_bad_urls (void)
{
  g_autoptr (AwsConfig) none = NULL, variable = NULL, general = NULL, section = NULL,
                        profile = NULL;

  clear_environment ();
  none = make_config ("", NULL);
  assert_refused (none, NULL, "host",
      "endpoint-url cannot be used: it is not an absolute URL such as https://host:port/path: "
      "“host”");
  assert_refused (none, NULL, "https://user:secret@host",
      "endpoint-url cannot be used: it must not hold a user or password");

  section = make_config (
      SERVICES "[services mine]\nkinesis_video =\n  endpoint_url = ftp://host\n", NULL);
  assert_refused (section, NULL, NULL,
      "endpoint_url of kinesis_video in [services mine] cannot be used: it is not an http or https "
      "URL: "
      "“ftp://host”");
  profile = make_config ("[default]\nendpoint_url = https://host:0\n", NULL);
  assert_refused (profile, NULL, NULL,
      "endpoint_url of the profile “default” cannot be used: its port is not 1 to 65535: "
      "“https://host:0”");
  g_setenv (GENERAL_VARIABLE, "https://host?x", TRUE);
  general = make_config ("", NULL);
  assert_refused (general, NULL, NULL,
      "AWS_ENDPOINT_URL cannot be used: it must end before any ? or #: “https://host”");
  g_setenv (SERVICE_VARIABLE, "https://user:secret@host", TRUE);
  variable = make_config ("", NULL);
  assert_refused (variable, NULL, NULL,
      "AWS_ENDPOINT_URL_KINESIS_VIDEO cannot be used: it must not hold a user or password");
}

static void
test_kinds (void)
{
  const AwsConfigOptions with_fips = {.use_fips_endpoint = TRUE};
  const AwsConfigOptions with_dualstack = {.use_dualstack_endpoint = TRUE};
  g_autoptr (AwsConfig) fips = NULL, dualstack = NULL;
  g_autoptr (GError) error = NULL;

  clear_environment ();
  g_setenv (SERVICE_VARIABLE, "https://variable", TRUE);
  fips = make_config ("", &with_fips);
  assert_refused (fips, NULL, NULL,
      "AWS_ENDPOINT_URL_KINESIS_VIDEO sets an endpoint, but a FIPS endpoint is configured, which only "
      "AWS's own endpoints can be; set only one of the two");
  dualstack = make_config ("", &with_dualstack);
  assert_refused (dualstack, NULL, "https://explicit",
      "endpoint-url sets an endpoint, but a dual-stack endpoint is configured, which only AWS's own "
      "endpoints can be; set only one of the two");
  g_assert_null (aws_resolver_find_override (fips, AWS_SERVICE_KINESIS_VIDEO, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
}

static void
test_regions (void)
{
  g_autoptr (AwsConfig) config = NULL;

  clear_environment ();
  config = make_config ("", NULL);
  assert_refused (config, NULL, NULL,
      "no region is set, and no endpoint that could be used without one; set aws-region, AWS_REGION or the "
      "region of the profile “default”");
  assert_refused (config, "x.example.com#", NULL,
      "“x.example.com#” cannot be a region: a region is letters, digits and hyphens, such as "
      "us-west-2");
  assert_resolves (config, AWS_SERVICE_SSO, "US-West-2", NULL,
      "https://portal.sso.us-west-2.amazonaws.com/", "US-West-2");
  assert_resolves (
      config, AWS_SERVICE_STS, "aws-global", NULL, "https://sts.amazonaws.com/", "us-east-1");
  assert_resolves (
      config, AWS_SERVICE_STS, "aws-global", "https://own", "https://own/", "aws-global");
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("awsresolver-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "config", NULL);
  int status;

  config_path = path;
  g_setenv ("HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_cb, NULL, NULL);
  g_test_add_func ("/awsresolver/order", test_order);
  g_test_add_func ("/awsresolver/services", test_services);
  g_test_add_func ("/awsresolver/ignored", test_ignored);
  g_test_add_func ("/awsresolver/not-ignored", test_not_ignored);
  g_test_add_func ("/awsresolver/override", test_override);
  g_test_add_func ("/awsresolver/missing-section", test_missing_section);
  g_test_add_func ("/awsresolver/http-noted", test_http_noted);
  g_test_add_func ("/awsresolver/blank", test_blank);
  g_test_add_func ("/awsresolver/bad-urls", test_bad_urls);
  g_test_add_func ("/awsresolver/kinds", test_kinds);
  g_test_add_func ("/awsresolver/regions", test_regions);
  status = g_test_run ();
  g_remove (path);
  g_rmdir (folder);
  return status;
}
