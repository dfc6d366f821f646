/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the precedence of settings, and the errors of invalid values. */
#include "awsconfig.h"

#include "awsattempts.h"
#include "awserror.h"
#include "awsresolver.h"
#include "testhome.h"

#include <string.h>

#define CONFIG                                                                                     \
  "[default]\nregion = of-default\n"                                                               \
  "[profile a]\nregion = of-a\nmax_attempts = 7\nuse_fips_endpoint = true\n"                       \
  "use_dualstack_endpoint = true\nretry_mode = adaptive\nsts_regional_endpoints = legacy\n"        \
  "[profile b]\n"

static void
set_up (TestHome *home, gconstpointer data)
{
  test_home_init (home);
  test_home_write (home->config, CONFIG, -1);
}

static void
tear_down (TestHome *home, gconstpointer data)
{
  test_home_clear (home);
}

static AwsConfig *
make (const AwsConfigOptions *options)
{
  g_autoptr (GError) error = NULL;
  AwsConfig *config = aws_config_new (options, &error);

  g_assert_no_error (error);
  g_assert_nonnull (config);
  return config;
}

static void
assert_fails (const AwsConfigOptions *options, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_config_new (options, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (error->message, ==, message);
}

static void
assert_profile (const char *option, const char *expected)
{
  g_autoptr (AwsConfig) config = make (&(const AwsConfigOptions){.profile = option});

  g_assert_cmpstr (aws_config_get_profile_name (config), ==, expected);
  g_assert_true (aws_config_has_explicit_profile (config) == (option != NULL && option[0] != '\0'));
}

static void
test_profile (TestHome *home, gconstpointer data)
{
  assert_profile (NULL, "default");
  assert_profile ("default", "default");
  g_setenv ("AWS_DEFAULT_PROFILE", "b", TRUE);
  assert_profile (NULL, "b");
  g_setenv ("AWS_PROFILE", " ", TRUE);
  assert_profile (NULL, "b");
  g_setenv ("AWS_PROFILE", "a", TRUE);
  assert_profile (NULL, "a");
  assert_profile ("", "a");
  assert_profile ("b", "b");
  assert_profile ("default", "default");
}

static void
test_no_such_profile (TestHome *home, gconstpointer data)
{
  g_autofree char *where =
      g_strdup_printf ("and there is no such profile: neither [profile c] in %s nor [c] in %s",
          home->config, home->credentials);
  g_autofree char *of_option = g_strconcat ("profile is 'c', ", where, NULL);
  g_autofree char *of_variable = g_strconcat ("AWS_PROFILE is 'c', ", where, NULL);
  g_autofree char *of_other = g_strconcat ("AWS_DEFAULT_PROFILE is 'c', ", where, NULL);

  assert_fails (&(const AwsConfigOptions){.profile = "c"}, of_option);
  g_setenv ("AWS_DEFAULT_PROFILE", "c", TRUE);
  assert_fails (NULL, of_other);
  g_setenv ("AWS_PROFILE", "c", TRUE);
  assert_fails (NULL, of_variable);
  assert_profile ("a", "a");
}

static void
test_no_default_profile (TestHome *home, gconstpointer data)
{
  test_home_write (home->config, "", -1);
  assert_profile (NULL, "default");
  assert_profile ("default", "default");
  g_setenv ("AWS_PROFILE", "default", TRUE);
  assert_profile (NULL, "default");
}

static void
assert_region (const AwsConfigOptions *options, const char *expected)
{
  g_autoptr (AwsConfig) config = make (options);

  g_assert_cmpstr (aws_config_get_region (config), ==, expected);
}

static void
test_region (TestHome *home, gconstpointer data)
{
  assert_region (NULL, "of-default");
  g_setenv ("AWS_PROFILE", "b", TRUE);
  assert_region (NULL, NULL);
  g_setenv ("AWS_PROFILE", "a", TRUE);
  assert_region (NULL, "of-a");
  g_setenv ("AWS_DEFAULT_REGION", "of-other-variable", TRUE);
  assert_region (NULL, "of-other-variable");
  g_setenv ("AWS_REGION", "", TRUE);
  assert_region (NULL, "of-other-variable");
  g_setenv ("AWS_REGION", "of-variable", TRUE);
  assert_region (NULL, "of-variable");
  assert_region (&(const AwsConfigOptions){.region = " "}, "of-variable");
  assert_region (&(const AwsConfigOptions){.region = "of-option"}, "of-option");
}

#define REGION_ADVICE                                                                              \
  "which cannot be used: a region has letters, digits and dashes, such as eu-central-1"

static void
test_bad_region (TestHome *home, gconstpointer data)
{
  test_home_write (home->config, "[default]\nregion = a.b\n", -1);
  assert_fails (NULL, "region of the profile 'default' is 'a.b', " REGION_ADVICE);
  g_setenv ("AWS_DEFAULT_REGION", "x.example.com#", TRUE);
  assert_fails (NULL, "AWS_DEFAULT_REGION is 'x.example.com#', " REGION_ADVICE);
  g_setenv ("AWS_REGION", "eu-west-1 ", TRUE);
  assert_fails (NULL, "AWS_REGION is 'eu-west-1 ', " REGION_ADVICE);
  assert_fails (&(const AwsConfigOptions){.region = "-"}, "region is '-', " REGION_ADVICE);
}

static void
assert_max_attempts (guint option, guint expected)
{
  g_autoptr (AwsConfig) config = make (&(const AwsConfigOptions){.max_attempts = option});

  g_assert_cmpuint (aws_config_get_max_attempts (config), ==, expected);
}

static void
test_max_attempts (TestHome *home, gconstpointer data)
{
  assert_max_attempts (0, AWS_DEFAULT_MAX_ATTEMPTS);
  g_setenv ("AWS_PROFILE", "a", TRUE);
  assert_max_attempts (0, 7);
  g_setenv ("AWS_MAX_ATTEMPTS", "1", TRUE);
  assert_max_attempts (0, 1);
  g_setenv ("AWS_MAX_ATTEMPTS", "", TRUE);
  assert_max_attempts (0, 7);
  g_setenv ("AWS_MAX_ATTEMPTS", "nonsense", TRUE);
  assert_max_attempts (3, 3);
}

#define ATTEMPTS_ADVICE                                                                            \
  "which cannot be used: it is a whole number of attempts, the first one included, and at least 1"

static void
test_bad_max_attempts (TestHome *home, gconstpointer data)
{
  static const char *const values[] = {"0", "-1", "3.0", "three", "3 4", "99999999999999999999"};

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autofree char *text = g_strdup_printf ("[default]\nmax_attempts = %s\n", values[i]);
    g_autofree char *of_variable =
        g_strdup_printf ("AWS_MAX_ATTEMPTS is '%s', " ATTEMPTS_ADVICE, values[i]);
    g_autofree char *of_profile = g_strdup_printf (
        "max_attempts of the profile 'default' is '%s', " ATTEMPTS_ADVICE, values[i]);

    test_home_write (home->config, text, -1);
    g_unsetenv ("AWS_MAX_ATTEMPTS");
    assert_fails (NULL, of_profile);
    g_setenv ("AWS_MAX_ATTEMPTS", values[i], TRUE);
    assert_fails (NULL, of_variable);
  }
}

static void
test_retry_mode (TestHome *home, gconstpointer data)
{
  static const char *const modes[] = {"standard", "adaptive", "legacy", "STANDARD"};

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++) {
    g_setenv ("AWS_RETRY_MODE", modes[i], TRUE);
    assert_max_attempts (0, AWS_DEFAULT_MAX_ATTEMPTS);
  }
  g_setenv ("AWS_RETRY_MODE", "often", TRUE);
  assert_fails (
      NULL, "AWS_RETRY_MODE is 'often', which cannot be used: it is standard, adaptive or legacy");
  g_unsetenv ("AWS_RETRY_MODE");
  test_home_write (home->config, "[default]\nretry_mode = never\n", -1);
  assert_fails (NULL, "retry_mode of the profile 'default' is 'never', which cannot be used: it is "
                      "standard, adaptive or legacy");
}

static void
assert_switches (const AwsConfigOptions *options, gboolean fips, gboolean dualstack)
{
  g_autoptr (AwsConfig) config = make (options);

  g_assert_true (aws_config_get_use_fips_endpoint (config) == fips);
  g_assert_true (aws_config_get_use_dualstack_endpoint (config) == dualstack);
}

static void
test_switches (TestHome *home, gconstpointer data)
{
  assert_switches (NULL, FALSE, FALSE);
  assert_switches (&(const AwsConfigOptions){.use_fips_endpoint = TRUE}, TRUE, FALSE);
  assert_switches (&(const AwsConfigOptions){.use_dualstack_endpoint = TRUE}, FALSE, TRUE);

  g_setenv ("AWS_PROFILE", "a", TRUE);
  assert_switches (NULL, TRUE, TRUE);
  g_setenv ("AWS_USE_FIPS_ENDPOINT", "false", TRUE);
  g_setenv ("AWS_USE_DUALSTACK_ENDPOINT", "", TRUE);
  assert_switches (NULL, FALSE, TRUE);
  g_setenv ("AWS_USE_DUALSTACK_ENDPOINT", "1", TRUE);
  assert_switches (NULL, FALSE, FALSE);
  g_setenv ("AWS_USE_FIPS_ENDPOINT", "TrUe", TRUE);
  assert_switches (NULL, TRUE, FALSE);
  assert_switches (&(const AwsConfigOptions){.use_dualstack_endpoint = TRUE}, TRUE, TRUE);
}

static void
test_get (TestHome *home, gconstpointer data)
{
  g_autoptr (AwsConfig) config = NULL;

  g_setenv ("AWS_TEST", "set", TRUE);
  g_setenv ("AWS_BLANK", " \t", TRUE);
  config = make (&(const AwsConfigOptions){.profile = "a"});
  g_setenv ("AWS_TEST", "changed", TRUE);
  test_home_write (home->config, "", -1);

  g_assert_cmpstr (aws_config_get (config, "AWS_TEST", NULL), ==, "set");
  g_assert_cmpstr (aws_config_get (config, "AWS_TEST", "region"), ==, "set");
  g_assert_cmpstr (aws_config_get (config, "AWS_BLANK", "region"), ==, "of-a");
  g_assert_null (aws_config_get (config, "AWS_BLANK", NULL));
  g_assert_cmpstr (aws_config_get (config, NULL, "region"), ==, "of-a");
  g_assert_null (aws_config_get (config, "AWS_NONE", "none"));
  g_assert_null (aws_config_get (config, NULL, NULL));
  g_assert_true (aws_profiles_has (aws_config_get_profiles (config), "b"));
}

static void
test_parts (TestHome *home, gconstpointer data)
{
  g_autoptr (AwsClock) clock = g_object_new (AWS_TYPE_CLOCK, NULL);
  g_autoptr (AwsConfig) config = make (NULL);
  g_autoptr (AwsConfig) other = make (&(const AwsConfigOptions){.clock = clock});

  g_assert_true (AWS_IS_PROXY (aws_config_get_proxies (config)));
  g_assert_true (aws_config_get_clock (config) == aws_clock_get_default ());
  g_assert_true (aws_config_get_clock (other) == clock);
}

static void
test_client (TestHome *home, gconstpointer data)
{
  g_autoptr (AwsClock) clock = g_object_new (AWS_TYPE_CLOCK, NULL);
  g_autoptr (AwsConfig) config =
      make (&(const AwsConfigOptions){.clock = clock, .max_attempts = 7});
  g_autoptr (AwsClient) client = aws_config_new_client (config, NULL, "eu-west-1");
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (client);

  g_assert_cmpstr (aws_client_get_region (client), ==, "eu-west-1");
  g_assert_null (aws_client_get_credentials (client));
  g_assert_true (aws_client_get_clock (client) == clock);
  g_assert_cmpuint (aws_attempts_get_max (attempts), ==, 7);
}

/* An unreadable file is an error only for a caller that needs it. */
static void
test_broken_file (TestHome *home, gconstpointer data)
{
  g_autofree char *message = g_strdup_printf (
      "profile is 'a': %s, line 2: a property must be 'name = value'", home->config);
  g_autoptr (AwsConfig) config = NULL;
  g_autoptr (AwsConfig) default_config = NULL;
  g_autoptr (AwsEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;

  test_home_write (home->config, "[default]\nregion\n", -1);
  assert_fails (&(const AwsConfigOptions){.profile = "a"}, message);
  config = make (&(const AwsConfigOptions){.region = "b"});
  g_assert_cmpstr (aws_config_get_region (config), ==, "b");

  default_config = make (NULL);
  g_assert_null (aws_config_get_region (default_config));
  endpoint = aws_resolver_resolve (default_config, AWS_SERVICE_KINESIS_VIDEO, NULL, NULL, &error);
  g_assert_null (endpoint);
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, home->config));
}

/* If one of the files cannot be read, the other one still counts. */
static void
test_broken_credentials_file (TestHome *home, gconstpointer data)
{
  g_autoptr (AwsConfig) config = NULL;

  test_home_write (home->credentials, "region = of-credentials\n", -1);
  config = make (NULL);
  g_assert_cmpstr (aws_config_get_region (config), ==, "of-default");
}

static void
test_ca_file (TestHome *home, gconstpointer data)
{
  g_autofree char *path = g_build_filename (home->path, "ca.pem", NULL);
  g_autofree char *message = g_strdup_printf ("ca-file is '%s', which cannot be used: it has no "
                                              "certificate in it; it has to be a PEM file with "
                                              "certificates",
      path);
  g_autoptr (AwsConfig) of_profile = NULL;
  g_autoptr (AwsConfig) of_environment = NULL;
  g_autoptr (GUri) http = g_uri_parse ("http://a/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) https = g_uri_parse ("https://a/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GError) error = NULL;

  test_home_write (path, "nothing", -1);
  assert_fails (&(const AwsConfigOptions){.ca_file = "~/ca.pem"}, message);
  test_home_write (home->config, "[default]\nca_bundle = ~/ca.pem\n", -1);
  of_profile = make (NULL);
  g_assert_cmpstr (aws_config_get_ca_file (of_profile), ==, path);
  g_assert_cmpstr (aws_config_get_ca_name (of_profile), ==, "ca_bundle of the profile 'default'");
  g_setenv ("AWS_CA_BUNDLE", "~/other.pem", TRUE);
  of_environment = make (NULL);
  g_assert_true (g_str_has_prefix (aws_config_get_ca_file (of_environment), home->path));
  g_assert_cmpstr (aws_config_get_ca_name (of_environment), ==, "AWS_CA_BUNDLE");
  g_assert_true (aws_config_check_uri (of_environment, http, NULL));
  g_assert_false (aws_config_check_uri (of_environment, https, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, "AWS_CA_BUNDLE is '"));
}

static char *
make_id (const AwsConfigOptions *options)
{
  g_autoptr (AwsConfig) config = make (options);

  return g_strdup (aws_config_get_id (config));
}

static void
assert_new_id (GHashTable *ids, const AwsConfigOptions *options)
{
  g_assert_true (g_hash_table_add (ids, make_id (options)));
  g_assert_false (g_hash_table_add (ids, make_id (options)));
}

static void
test_id (TestHome *home, gconstpointer data)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const AwsConfigOptions options[] = {
      {NULL},
      {.profile = "a"},
      {.region = "a"},
      {.use_fips_endpoint = TRUE},
      {.use_dualstack_endpoint = TRUE},
      {.max_attempts = 1},
      {.connection_timeout_ms = 1},
      {.completion_timeout_ms = 1},
      {.proxy = "http://a:1"},
      {.user_agent = "a"},
  };
  static const char *const variables[][2] = {{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_ACCESS_KEY_ID", "b"},
      {"AWS_SECRET_ACCESS_KEY", "b"}, {"AWS_EMPTY", ""}, {"HTTPS_PROXY", "http://a:1"},
      {"https_proxy", "http://a:1"}, {"NO_PROXY", "a"}, {"no_proxy", "a"}};

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    assert_new_id (ids, &options[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++) {
    g_setenv (variables[i][0], variables[i][1], TRUE);
    assert_new_id (ids, NULL);
  }
  test_home_write (home->credentials, "[default]\n", -1);
  assert_new_id (ids, NULL);

  g_setenv ("TEST_UNRELATED", "a", TRUE);
  g_assert_false (g_hash_table_add (ids, make_id (NULL)));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/awsconfig/" name, TestHome, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("profile", test_profile);
  ADD ("no-such-profile", test_no_such_profile);
  ADD ("no-default-profile", test_no_default_profile);
  ADD ("region", test_region);
  ADD ("bad-region", test_bad_region);
  ADD ("max-attempts", test_max_attempts);
  ADD ("bad-max-attempts", test_bad_max_attempts);
  ADD ("retry-mode", test_retry_mode);
  ADD ("switches", test_switches);
  ADD ("get", test_get);
  ADD ("parts", test_parts);
  ADD ("client", test_client);
  ADD ("broken-file", test_broken_file);
  ADD ("broken-credentials-file", test_broken_credentials_file);
  ADD ("ca-file", test_ca_file);
  ADD ("id", test_id);
  return g_test_run ();
}
