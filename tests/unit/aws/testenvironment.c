/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testenvironment.h"

#include <openssl/crypto.h>

#include <string.h>

static gboolean
matters (const char *name)
{
  return g_str_has_prefix (name, "AWS_") || g_str_has_suffix (name, "_proxy") ||
         g_str_has_suffix (name, "_PROXY");
}

/* At exit OpenSSL would free what threads have that are about to end, of GLib's pools for one, and these would free it
 * at the same time. */
static void
leave_openssl_alone (void)
{
  g_assert_true (OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL));
}

void
test_environment_clear (void)
{
  g_auto (GStrv) names = g_listenv ();

  leave_openssl_alone ();

  for (char **name = names; *name != NULL; name++) {
    if (matters (*name))
      g_unsetenv (*name);
  }
  g_setenv ("HOME", "/nonexistent", TRUE);
  g_setenv ("AWS_CONFIG_FILE", "/dev/null", TRUE);
  g_setenv ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", TRUE);
}

void
test_environment_set (const char *const *variables)
{
  test_environment_clear ();
  for (; variables[0] != NULL; variables += 2)
    g_setenv (variables[0], variables[1], TRUE);
}

AwsConfig *
test_environment_make_config (AwsClock *clock)
{
  const AwsConfigOptions options = {.clock = clock};
  g_autoptr (GError) error = NULL;
  AwsConfig *config = aws_config_new (&options, &error);

  g_assert_no_error (error);
  return config;
}
