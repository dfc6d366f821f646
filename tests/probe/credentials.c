/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe.h"
#include "probejson.h"

#include "awsidentity.h"

/* A clock that was set, and goes on from there. */
#define PROBE_TYPE_CLOCK (probe_clock_get_type ())
G_DECLARE_FINAL_TYPE (ProbeClock, probe_clock, PROBE, CLOCK, AwsClock)

struct _ProbeClock {
  AwsClock parent_instance;

  gint64 ahead_us; /* of the monotonic time */
};

G_DEFINE_FINAL_TYPE (ProbeClock, probe_clock, AWS_TYPE_CLOCK)

static gint64
probe_clock_get_real_time (AwsClock *clock)
{
  return aws_clock_get_monotonic_time (clock) + PROBE_CLOCK (clock)->ahead_us;
}

static void
probe_clock_class_init (ProbeClockClass *klass)
{
  AWS_CLOCK_CLASS (klass)->get_real_time = probe_clock_get_real_time;
}

static void
probe_clock_init (ProbeClock *self)
{
}

static AwsClock *
make_clock (const char *now, GError **error)
{
  g_autoptr (GDateTime) time = NULL;
  ProbeClock *clock;

  if (now == NULL)
    return g_object_ref (aws_clock_get_default ());
  time = g_date_time_new_from_iso8601 (now, NULL);
  if (time == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "'now' is '%s', which is no time of RFC 3339 with a zone", now);
    return NULL;
  }
  clock = g_object_new (PROBE_TYPE_CLOCK, NULL);
  clock->ahead_us = g_date_time_to_unix (time) * G_USEC_PER_SEC +
                    g_date_time_get_microsecond (time) -
                    aws_clock_get_monotonic_time (AWS_CLOCK (clock));
  return AWS_CLOCK (clock);
}

static AwsConfig *
make_config (JsonObject *question, AwsClock *clock, GError **error)
{
  const AwsConfigOptions options = {.profile = aws_json_get_string (question, "profile"),
      .region = aws_json_get_string (question, "region"),
      .use_fips_endpoint =
          json_object_get_boolean_member_with_default (question, "use_fips_endpoint", FALSE),
      .use_dualstack_endpoint =
          json_object_get_boolean_member_with_default (question, "use_dualstack_endpoint", FALSE),
      .proxy = aws_json_get_string (question, "proxy"),
      .ca_file = aws_json_get_string (question, "ca_file"),
      .clock = clock};

  return aws_config_new (&options, error);
}

/* Whether a device is set. */
static gboolean
read_iot (JsonObject *question, AwsIotOptions *iot)
{
  JsonNode *node = json_object_get_member (question, "iot_certificate");
  JsonObject *object;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  *iot = (AwsIotOptions){.endpoint = aws_json_get_string (object, "endpoint"),
      .cert_path = aws_json_get_string (object, "cert_path"),
      .key_path = aws_json_get_string (object, "key_path"),
      .ca_path = aws_json_get_string (object, "ca_path"),
      .role_alias = aws_json_get_string (object, "role_alias"),
      .thing_name = aws_json_get_string (object, "thing_name")};
  return TRUE;
}

static AwsCredentialSource *
make_source (JsonObject *question, AwsConfig *config, GError **error)
{
  AwsIotOptions iot;
  const AwsIdentityOptions options = {.access_key = aws_json_get_string (question, "access_key"),
      .secret_key = aws_json_get_string (question, "secret_key"),
      .session_token = aws_json_get_string (question, "session_token"),
      .credential_path = aws_json_get_string (question, "credential_path"),
      .iot = read_iot (question, &iot) ? &iot : NULL,
      .role_arn = aws_json_get_string (question, "role_arn"),
      .external_id = aws_json_get_string (question, "external_id")};

  return aws_identity_new_source (config, &options, error);
}

static void
set_expiration (JsonObject *answer, gint64 expiration_us)
{
  g_autoptr (GDateTime) whole = g_date_time_new_from_unix_utc (expiration_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *text = NULL;

  if (whole == NULL)
    return;
  time = g_date_time_add (whole, expiration_us % G_USEC_PER_SEC);
  text = g_date_time_format_iso8601 (time);
  probe_json_set_string (answer, "expiration", text);
}

static void
set_credentials (JsonObject *answer, AwsCredentials *credentials)
{
  const char *session_token = aws_credentials_get_session_token (credentials);
  gint64 expiration_us = aws_credentials_get_expiration (credentials);

  probe_json_set_string (answer, "access_key", aws_credentials_get_access_key (credentials));
  probe_json_set_string (answer, "secret_key", aws_credentials_get_secret_key (credentials));
  if (session_token != NULL)
    probe_json_set_string (answer, "session_token", session_token);
  if (expiration_us != AWS_CREDENTIALS_FOREVER)
    set_expiration (answer, expiration_us);
}

static char *
answer_failure (const GError *failure, const char *source)
{
  JsonObject *answer = json_object_new ();

  probe_json_set_string (answer, "error", failure->message);
  probe_json_set_string (answer, "source", source);
  return probe_json_print (answer);
}

/* The provider decides which credentials are still valid at that time. */
static char *
answer_for (AwsCredentialSource *source, AwsClock *clock)
{
  g_autoptr (AwsCredentialsProvider) provider =
      aws_credentials_provider_new (source, "probe", clock);
  g_autoptr (GError) failure = NULL;
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_provider_get (provider, 0, NULL, &failure);
  JsonObject *answer;

  if (credentials == NULL)
    return answer_failure (failure, aws_credential_source_get_name (source));
  answer = json_object_new ();
  set_credentials (answer, credentials);
  probe_json_set_string (answer, "source", aws_credential_source_get_name (source));
  return probe_json_print (answer);
}

char *
probe_credentials (GBytes *input, GError **error)
{
  g_autoptr (JsonObject) question = probe_json_parse_object (input, error);
  g_autoptr (GError) failure = NULL;
  g_autoptr (AwsClock) clock = NULL;
  g_autoptr (AwsConfig) config = NULL;
  g_autoptr (AwsCredentialSource) source = NULL;

  if (question == NULL)
    return NULL;
  clock = make_clock (aws_json_get_string (question, "now"), error);
  if (clock == NULL)
    return NULL;

  config = make_config (question, clock, &failure);
  if (config == NULL)
    return answer_failure (failure, "profile");
  source = make_source (question, config, &failure);
  if (source == NULL)
    return answer_failure (failure, "properties");
  return answer_for (source, clock);
}
