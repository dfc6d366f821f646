/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe.h"
#include "probejson.h"

#include "awsresolver.h"

#include <string.h>

static AwsEndpoint *
resolve (JsonObject *question, GError **error)
{
  const AwsConfigOptions options = {
      .region = aws_json_get_string (question, "region"),
      .use_fips_endpoint = json_object_get_boolean_member_with_default (question, "fips", FALSE),
      .use_dualstack_endpoint =
          json_object_get_boolean_member_with_default (question, "dualstack", FALSE),
  };
  const char *name = aws_json_get_string (question, "service");
  g_autoptr (AwsConfig) config = NULL;
  AwsService service;

  if (name == NULL || !aws_service_find (name, &service)) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS, "there is no such service");
    return NULL;
  }
  config = aws_config_new (&options, error);
  if (config == NULL)
    return NULL;
  return aws_resolver_resolve (
      config, service, NULL, aws_json_get_string (question, "endpoint"), error);
}

/* Leaves out a path that only stands for an empty one. */
static char *
write_url (GUri *uri)
{
  char *url = g_uri_to_string (uri);

  if (strcmp (g_uri_get_path (uri), "/") == 0)
    url[strlen (url) - 1] = '\0';
  return url;
}

static JsonObject *
answer (JsonObject *question)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsEndpoint) endpoint = resolve (question, &error);
  g_autofree char *url = NULL;
  JsonObject *object = json_object_new ();

  if (endpoint == NULL) {
    json_object_set_string_member (object, "error", error->message);
    return object;
  }
  url = write_url (endpoint->uri);
  json_object_set_string_member (object, "url", url);
  probe_json_set_string (object, "signing_region", endpoint->signing_region);
  return object;
}

char *
probe_endpoint (GBytes *input, GError **error)
{
  return probe_json_answer (input, answer, error);
}
