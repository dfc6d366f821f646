/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcproperties.h"

#include "gstkvsimagesrcenums.h"

#include <kvsrange.h>
#include <kvsreader.h>

#include <gst/gst.h>

enum {
  PROP_0,
  PROP_STREAM_NAME,
  PROP_STREAM_ARN,
  PROP_IMAGE_SELECTOR_TYPE,
  PROP_START_TIMESTAMP,
  PROP_END_TIMESTAMP,
  PROP_ALIGN,
  PROP_SAMPLING_INTERVAL,
  PROP_FORMAT,
  PROP_JPEG_QUALITY,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_PAGE_SIZE,
  PROP_MAX_ITEMS,
  PROP_STARTING_TOKEN,
  PROP_FOLLOW,
  PROP_AVAILABILITY_DELAY,
  PROP_AVAILABILITY_TIMEOUT,
  PROP_FRAGMENT_LOOKBACK,
  PROP_MAX_CONCURRENT_REQUESTS,
  PROP_MAX_SIZE_BYTES,
  PROP_ACCESS_KEY,
  PROP_SECRET_KEY,
  PROP_SESSION_TOKEN,
  PROP_PROFILE,
  PROP_ROLE_ARN,
  PROP_EXTERNAL_ID,
  PROP_CREDENTIAL_PATH,
  PROP_IOT_CERTIFICATE,
  PROP_AWS_REGION,
  PROP_ENDPOINT_URL,
  PROP_USE_FIPS_ENDPOINT,
  PROP_USE_DUALSTACK_ENDPOINT,
  PROP_CONNECTION_TIMEOUT,
  PROP_COMPLETION_TIMEOUT,
  PROP_MAX_ATTEMPTS,
  PROP_PROXY,
  PROP_CA_FILE,
  PROP_USER_AGENT,
  N_PROPERTIES,
};

G_STATIC_ASSERT (N_PROPERTIES <= GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY);

typedef enum {
  KIND_STRING,
  KIND_SECRET,
  KIND_URL,
  KIND_STRUCTURE,
  KIND_BOOLEAN,
  KIND_ENUM,
  KIND_UINT,
  KIND_UINT64,
} Kind;

/* Where the value of each property is, and how it is copied. */
#define MEMBER(name, kind)                                                                         \
  {                                                                                                \
    G_STRUCT_OFFSET (GstKvsImageSrcSettings, name), kind                                           \
  }
static const struct {
  gsize offset;
  Kind kind;
} members[N_PROPERTIES] = {
    [PROP_STREAM_NAME] = MEMBER (stream_name, KIND_STRING),
    [PROP_STREAM_ARN] = MEMBER (stream_arn, KIND_STRING),
    [PROP_IMAGE_SELECTOR_TYPE] = MEMBER (image_selector_type, KIND_ENUM),
    [PROP_START_TIMESTAMP] = MEMBER (start_timestamp, KIND_STRING),
    [PROP_END_TIMESTAMP] = MEMBER (end_timestamp, KIND_STRING),
    [PROP_ALIGN] = MEMBER (align, KIND_BOOLEAN),
    [PROP_SAMPLING_INTERVAL] = MEMBER (sampling_interval, KIND_UINT),
    [PROP_FORMAT] = MEMBER (format, KIND_ENUM),
    [PROP_JPEG_QUALITY] = MEMBER (jpeg_quality, KIND_UINT),
    [PROP_WIDTH] = MEMBER (width, KIND_UINT),
    [PROP_HEIGHT] = MEMBER (height, KIND_UINT),
    [PROP_PAGE_SIZE] = MEMBER (page_size, KIND_UINT),
    [PROP_MAX_ITEMS] = MEMBER (max_items, KIND_UINT64),
    [PROP_STARTING_TOKEN] = MEMBER (starting_token, KIND_STRING),
    [PROP_FOLLOW] = MEMBER (follow, KIND_BOOLEAN),
    [PROP_AVAILABILITY_DELAY] = MEMBER (availability_delay, KIND_UINT),
    [PROP_AVAILABILITY_TIMEOUT] = MEMBER (availability_timeout, KIND_UINT),
    [PROP_FRAGMENT_LOOKBACK] = MEMBER (fragment_lookback, KIND_UINT),
    [PROP_MAX_CONCURRENT_REQUESTS] = MEMBER (max_concurrent_requests, KIND_UINT),
    [PROP_MAX_SIZE_BYTES] = MEMBER (max_size_bytes, KIND_UINT64),
    [PROP_ACCESS_KEY] = MEMBER (access_key, KIND_SECRET),
    [PROP_SECRET_KEY] = MEMBER (secret_key, KIND_SECRET),
    [PROP_SESSION_TOKEN] = MEMBER (session_token, KIND_SECRET),
    [PROP_PROFILE] = MEMBER (profile, KIND_STRING),
    [PROP_ROLE_ARN] = MEMBER (role_arn, KIND_STRING),
    [PROP_EXTERNAL_ID] = MEMBER (external_id, KIND_STRING),
    [PROP_CREDENTIAL_PATH] = MEMBER (credential_path, KIND_STRING),
    [PROP_IOT_CERTIFICATE] = MEMBER (iot_certificate, KIND_STRUCTURE),
    [PROP_AWS_REGION] = MEMBER (aws_region, KIND_STRING),
    [PROP_ENDPOINT_URL] = MEMBER (endpoint_url, KIND_URL),
    [PROP_USE_FIPS_ENDPOINT] = MEMBER (use_fips_endpoint, KIND_BOOLEAN),
    [PROP_USE_DUALSTACK_ENDPOINT] = MEMBER (use_dualstack_endpoint, KIND_BOOLEAN),
    [PROP_CONNECTION_TIMEOUT] = MEMBER (connection_timeout, KIND_UINT),
    [PROP_COMPLETION_TIMEOUT] = MEMBER (completion_timeout, KIND_UINT),
    [PROP_MAX_ATTEMPTS] = MEMBER (max_attempts, KIND_UINT),
    [PROP_PROXY] = MEMBER (proxy, KIND_URL),
    [PROP_CA_FILE] = MEMBER (ca_file, KIND_STRING),
    [PROP_USER_AGENT] = MEMBER (user_agent, KIND_STRING),
};

static void
set_string (char **member, const char *value)
{
  g_free (*member);
  *member = g_strdup (value);
}

static void
set_structure (GstStructure **member, const GValue *value)
{
  g_clear_pointer (member, gst_structure_free);
  *member = g_value_dup_boxed (value);
}

void
gst_kvs_image_src_properties_set (
    GstKvsImageSrcSettings *settings, guint property, const GValue *value)
{
  gpointer member = G_STRUCT_MEMBER_P (settings, members[property].offset);

  switch (members[property].kind) {
    case KIND_STRING:
      set_string (member, g_value_get_string (value));
      break;
    case KIND_SECRET:
    case KIND_URL:
      gst_kvs_image_src_settings_set_secret (member, g_value_get_string (value));
      break;
    case KIND_STRUCTURE:
      set_structure (member, value);
      break;
    case KIND_BOOLEAN:
      *(gboolean *)member = g_value_get_boolean (value);
      break;
    case KIND_ENUM:
      *(gint *)member = g_value_get_enum (value);
      break;
    case KIND_UINT:
      *(guint *)member = g_value_get_uint (value);
      break;
    case KIND_UINT64:
      *(guint64 *)member = g_value_get_uint64 (value);
      break;
  }
}

void
gst_kvs_image_src_properties_get (
    const GstKvsImageSrcSettings *settings, guint property, GValue *value)
{
  gconstpointer member = G_STRUCT_MEMBER_P (settings, members[property].offset);

  switch (members[property].kind) {
    case KIND_STRING:
    case KIND_SECRET:
      g_value_set_string (value, *(char *const *)member);
      break;
    case KIND_URL:
      g_value_take_string (
          value, gst_kvs_image_src_settings_make_public_url (*(char *const *)member));
      break;
    case KIND_STRUCTURE:
      g_value_set_boxed (value, *(GstStructure *const *)member);
      break;
    case KIND_BOOLEAN:
      g_value_set_boolean (value, *(const gboolean *)member);
      break;
    case KIND_ENUM:
      g_value_set_enum (value, *(const gint *)member);
      break;
    case KIND_UINT:
      g_value_set_uint (value, *(const guint *)member);
      break;
    case KIND_UINT64:
      g_value_set_uint64 (value, *(const guint64 *)member);
      break;
  }
}

#define SETTABLE (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)
#define SECRET                                                                                     \
  (G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY | GST_PARAM_MUTABLE_READY)

/* The parameters of GetImages. */
static void
install_range_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_STREAM_NAME,
      g_param_spec_string ("stream-name", "Stream name",
          "Name of the stream; either this or stream-arn must be set", NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_STREAM_ARN,
      g_param_spec_string ("stream-arn", "Stream ARN",
          "ARN of the stream, which also gives the region when none is set; either this or "
          "stream-name must be set",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_IMAGE_SELECTOR_TYPE,
      g_param_spec_enum ("image-selector-type", "Image selector type",
          "Whose clock the timestamps are on", GST_TYPE_KVS_IMAGE_SRC_SELECTOR,
          KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP, SETTABLE));
  g_object_class_install_property (klass, PROP_START_TIMESTAMP,
      g_param_spec_string ("start-timestamp", "Start timestamp",
          "Start of the range: " KVS_TIMESTAMP_FORMS
          "; unset is now with follow, and the range of starting-token when that is a next-token",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_END_TIMESTAMP,
      g_param_spec_string ("end-timestamp", "End timestamp",
          "End of the range, which is not part of it, in the same forms; unset is now, or none with "
          "follow",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_ALIGN,
      g_param_spec_boolean ("align", "Align",
          "Move the start down to a whole multiple of the interval since the epoch, so that several "
          "cameras are sampled at the same instants",
          FALSE, SETTABLE));
  g_object_class_install_property (klass, PROP_SAMPLING_INTERVAL,
      g_param_spec_uint ("sampling-interval", "Sampling interval", "Distance of the samples, in ms",
          KVS_MIN_SAMPLING_INTERVAL_MS, G_MAXUINT, 3000, SETTABLE));
}

/* What the images are to be like, and how many. */
static void
install_image_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_FORMAT,
      g_param_spec_enum ("format", "Format", "Format of the images", GST_TYPE_KVS_IMAGE_SRC_FORMAT,
          KVS_IMAGE_FORMAT_JPEG, SETTABLE));
  g_object_class_install_property (klass, PROP_JPEG_QUALITY,
      g_param_spec_uint ("jpeg-quality", "JPEG quality",
          "Quality of the images, for format=jpeg only", 1, 100, KVS_DEFAULT_JPEG_QUALITY,
          SETTABLE));
  g_object_class_install_property (klass, PROP_WIDTH,
      g_param_spec_uint ("width", "Width",
          "Width that the images are stretched to, in pixels; set it together with height, or "
          "neither (0 = as in the stream)",
          0, KVS_MAX_WIDTH, 0, SETTABLE));
  g_object_class_install_property (klass, PROP_HEIGHT,
      g_param_spec_uint ("height", "Height",
          "Height that the images are stretched to, in pixels; set it together with width, or "
          "neither (0 = as in the stream)",
          0, KVS_MAX_HEIGHT, 0, SETTABLE));
  g_object_class_install_property (klass, PROP_PAGE_SIZE,
      g_param_spec_uint ("page-size", "Page size",
          "Most images to ask for in one request (MaxResults)", 1, KVS_MAX_RESULTS, KVS_MAX_PAGE,
          SETTABLE));
  g_object_class_install_property (klass, PROP_MAX_ITEMS,
      g_param_spec_uint64 ("max-items", "Max items",
          "Stop after this many samples, stills and gaps together (0 = all)", 0, G_MAXUINT64, 0,
          SETTABLE));
  g_object_class_install_property (klass, PROP_STARTING_TOKEN,
      g_param_spec_string ("starting-token", "Starting token",
          "Where to take up a run again: a next-token, with which all else that is set must agree; or "
          "a NextToken of the service, for an absolute range of at most 300 s",
          NULL, SETTABLE));
}

/* How to pull. */
static void
install_pace_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_FOLLOW,
      g_param_spec_boolean ("follow", "Follow",
          "When the past is delivered, go on with new samples as they become available", FALSE,
          SETTABLE));
  g_object_class_install_property (klass, PROP_AVAILABILITY_DELAY,
      g_param_spec_uint ("availability-delay", "Availability delay",
          "How long after its own time a sample is first asked for, in ms", 0, 600000,
          GST_KVS_IMAGE_SRC_DEFAULT_AVAILABILITY_DELAY, SETTABLE));
  g_object_class_install_property (klass, PROP_AVAILABILITY_TIMEOUT,
      g_param_spec_uint ("availability-timeout", "Availability timeout",
          "Until how long after its own time a sample without media is asked for again before it "
          "counts as a gap, in ms",
          0, 3600000, GST_KVS_IMAGE_SRC_DEFAULT_AVAILABILITY_TIMEOUT, SETTABLE));
  g_object_class_install_property (klass, PROP_FRAGMENT_LOOKBACK,
      g_param_spec_uint ("fragment-lookback", "Fragment lookback",
          "How far before a sample to look, at most, when the service reports no media at the head "
          "of a request, in ms (0 = never)",
          0, 60000, GST_KVS_IMAGE_SRC_DEFAULT_FRAGMENT_LOOKBACK, SETTABLE));
  g_object_class_install_property (klass, PROP_MAX_CONCURRENT_REQUESTS,
      g_param_spec_uint ("max-concurrent-requests", "Max concurrent requests",
          "How many requests may be in flight at a time", 1, KVS_READER_MAX_REQUESTS,
          GST_KVS_IMAGE_SRC_DEFAULT_MAX_CONCURRENT_REQUESTS, SETTABLE));
  g_object_class_install_property (klass, PROP_MAX_SIZE_BYTES,
      g_param_spec_uint64 ("max-size-bytes", "Max size bytes",
          "How much of images is held ahead of downstream at most, in bytes; one image always is (0 = no "
          "limit)",
          0, G_MAXUINT64, GST_KVS_IMAGE_SRC_DEFAULT_MAX_SIZE_BYTES, SETTABLE));
}

/* Who asks. */
static void
install_identity_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_ACCESS_KEY,
      g_param_spec_string ("access-key", "Access key",
          "AWS access key id, together with secret-key; unset is AWS's default chain: environment, "
          "shared files, container, instance",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_SECRET_KEY,
      g_param_spec_string ("secret-key", "Secret key",
          "AWS secret access key, together with access-key", NULL, SECRET));
  g_object_class_install_property (klass, PROP_SESSION_TOKEN,
      g_param_spec_string ("session-token", "Session token",
          "AWS session token, when access-key and secret-key are temporary", NULL, SECRET));
  g_object_class_install_property (klass, PROP_PROFILE,
      g_param_spec_string ("profile", "Profile",
          "Profile of the shared AWS files to take settings and credentials from, and credentials "
          "from nowhere else; unset is AWS_PROFILE or default, as one source of many",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_ROLE_ARN,
      g_param_spec_string ("role-arn", "Role ARN",
          "ARN of a role to assume with whatever credentials are found", NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_EXTERNAL_ID,
      g_param_spec_string ("external-id", "External id",
          "External id that the owner of role-arn asks for", NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_CREDENTIAL_PATH,
      g_param_spec_string ("credential-path", "Credential path",
          "File with credentials in kvssink's form, one line: CREDENTIALS ACCESS-KEY [EXPIRATION] "
          "SECRET-KEY SESSION-TOKEN. It is read again before they expire",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_IOT_CERTIFICATE,
      g_param_spec_boxed ("iot-certificate", "IoT certificate",
          "Identity of a device, as kvssink takes it: iot-certificate, endpoint=HOST, "
          "cert-path=PEM, key-path=PEM, ca-path=PEM, role-aliases=ALIAS [, iot-thing-name=NAME] "
          "[, connection-timeout=SECONDS] [, completion-timeout=SECONDS]",
          GST_TYPE_STRUCTURE, SETTABLE));
}

/* How to get there. */
static void
install_access_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_AWS_REGION,
      g_param_spec_string ("aws-region", "AWS region",
          "Region of the stream; unset is AWS_REGION, then AWS_DEFAULT_REGION, the profile's, the "
          "region of stream-arn",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_ENDPOINT_URL,
      g_param_spec_string ("endpoint-url", "Endpoint URL",
          "URL of the control plane instead of the region's, also http; unset is "
          "AWS_ENDPOINT_URL_KINESIS_VIDEO, AWS_ENDPOINT_URL, the profile's",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_USE_FIPS_ENDPOINT,
      g_param_spec_boolean ("use-fips-endpoint", "Use FIPS endpoint",
          "Use endpoints with FIPS 140 validated cryptography; also by AWS_USE_FIPS_ENDPOINT and the "
          "profile",
          FALSE, SETTABLE));
  g_object_class_install_property (klass, PROP_USE_DUALSTACK_ENDPOINT,
      g_param_spec_boolean ("use-dualstack-endpoint", "Use dual-stack endpoint",
          "Use endpoints that IPv6 reaches as well as IPv4; also by AWS_USE_DUALSTACK_ENDPOINT and "
          "the profile",
          FALSE, SETTABLE));
  g_object_class_install_property (klass, PROP_PROXY,
      g_param_spec_string ("proxy", "Proxy",
          "URL of the proxy, as http://[USER:PASSWORD@]HOST:PORT; unset is HTTPS_PROXY and its like, "
          "or the system's",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_CA_FILE,
      g_param_spec_string ("ca-file", "CA file",
          "PEM file with the certificate authorities to trust instead of the system's; unset is "
          "AWS_CA_BUNDLE, then the profile's",
          NULL, SETTABLE));
  g_object_class_install_property (klass, PROP_USER_AGENT,
      g_param_spec_string ("user-agent", "User agent",
          "What names itself to the service; {VERSION} is replaced by the version of the plugin",
          GST_KVS_IMAGE_SRC_DEFAULT_USER_AGENT, SETTABLE));
}

/* How long, and how often. */
static void
install_patience_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_CONNECTION_TIMEOUT,
      g_param_spec_uint ("connection-timeout", "Connection timeout",
          "How long connecting may take, in seconds", 1, 3600, 5, SETTABLE));
  g_object_class_install_property (klass, PROP_COMPLETION_TIMEOUT,
      g_param_spec_uint ("completion-timeout", "Completion timeout",
          "How long one attempt of a request may take as a whole, in seconds", 1, 3600, 60,
          SETTABLE));
  g_object_class_install_property (klass, PROP_MAX_ATTEMPTS,
      g_param_spec_uint ("max-attempts", "Max attempts",
          "How often a request is tried, the first time included (0 = AWS_MAX_ATTEMPTS, the "
          "profile's, or 5)",
          0, 100, 0, SETTABLE));
}

void
gst_kvs_image_src_properties_install (GObjectClass *klass)
{
  install_range_properties (klass);
  install_image_properties (klass);
  install_pace_properties (klass);
  install_identity_properties (klass);
  install_access_properties (klass);
  install_patience_properties (klass);
}
