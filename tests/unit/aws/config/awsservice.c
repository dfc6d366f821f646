/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the names of the services. */
#include "awsservice.h"

static void
test_names (void)
{
  static const struct {
    const char *name;
    AwsService service;
    const char *id;
    const char *host_prefix;
    const char *signing_name;
  } rows[] = {
      {"kinesisvideo", AWS_SERVICE_KINESIS_VIDEO, "kinesis_video", "kinesisvideo", "kinesisvideo"},
      {"kinesis-video-archived-media", AWS_SERVICE_KINESIS_VIDEO_ARCHIVED_MEDIA,
          "kinesis_video_archived_media", "kinesisvideo", "kinesisvideo"},
      {"sts", AWS_SERVICE_STS, "sts", "sts", "sts"},
      {"sso", AWS_SERVICE_SSO, "sso", "portal.sso", "awsssoportal"},
      {"ssooidc", AWS_SERVICE_SSO_OIDC, "sso_oidc", "oidc", "sso-oauth"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    AwsService service;

    g_assert_true (aws_service_find (rows[i].name, &service));
    g_assert_cmpint (service, ==, rows[i].service);
    g_assert_cmpstr (aws_service_get_id (service), ==, rows[i].id);
    g_assert_cmpstr (aws_service_get_host_prefix (service), ==, rows[i].host_prefix);
    g_assert_cmpstr (aws_service_get_signing_name (service), ==, rows[i].signing_name);
  }
}

static void
test_unknown (void)
{
  static const char *const names[] = {"", "s3", "STS", "kinesis_video", "sts "};
  AwsService service;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_false (aws_service_find (names[i], &service));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsservice/names", test_names);
  g_test_add_func ("/awsservice/unknown", test_unknown);
  return g_test_run ();
}
