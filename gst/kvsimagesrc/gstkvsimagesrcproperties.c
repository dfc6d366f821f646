/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcproperties.h"

#include "gstkvsimagesrcuri.h"

#include <awsendpoint.h>
#include <awsiotoptions.h>
#include <awssecret.h>
#include <kvserror.h>
#include <kvsreader.h>
#include <kvstimestamp.h>
#include <kvswindow.h>

typedef enum {
  KIND_STRING,
  KIND_SECRET, /* cannot be read */
  KIND_URL,    /* may hold a password, which cannot be read */
  KIND_URI,    /* stands for other properties */
  KIND_STRUCTURE,
  KIND_BOOLEAN,
  KIND_FORMAT,
  KIND_SELECTOR,
  KIND_INT,
  KIND_UINT,
  KIND_UINT64,
} Kind;

typedef struct {
  const char *name;
  Kind kind;
  gsize offset; /* of its member of the settings */
  gint64 min;
  guint64 max; /* 0 unless it is a number */
  const char *nick;
  const char *blurb;
} Property;

#define NUMBER(kind, member, min, max)                                                             \
  KIND_##kind, G_STRUCT_OFFSET (GstKvsImageSrcSettings, member), min, max
#define VALUE(kind, member) NUMBER (kind, member, 0, 0)
#define URI KIND_URI, 0, 0, 0

/* All that can be set, in the order of the ids. The defaults are those of the settings. For a value that is out of range
 * GObject only warns and keeps the old one; sampling-interval takes what is too small as well, as seconds are a likely
 * mistake that kvs_settings_check_interval() explains. */
static const Property properties[] = {
    {"stream-name", VALUE (STRING, kvs.stream_name), "Stream name",
        "Name of the stream; set either this or stream-arn"},
    {"stream-arn", VALUE (STRING, kvs.stream_arn), "Stream ARN",
        "ARN of the stream; set either this or stream-name. It also gives the region if none is "
        "set"},
    {"image-selector-type", VALUE (SELECTOR, kvs.image_selector_type), "Image selector type",
        "Whose clock the timestamps are on: the service's or the producer's (the camera's)"},
    {"start-timestamp", VALUE (STRING, kvs.start_timestamp), "Start timestamp",
        "Start of the range: " KVS_TIMESTAMP_FORMS
        ". Required unless follow (unset is now) or starting-token is set"},
    {"end-timestamp", VALUE (STRING, kvs.end_timestamp), "End timestamp",
        "End of the range, which is not part of it, in the same forms; unset is now, or no end "
        "with follow. Without follow an end in the future is cut to now, except an absolute one "
        "with image-selector-type=producer-timestamp, as the clock of the camera may be ahead"},
    {"align", VALUE (BOOLEAN, kvs.align), "Align",
        "Move the start down to a whole multiple of the interval since the epoch, so that "
        "several cameras are sampled at the same instants"},
    {"sampling-interval", NUMBER (UINT, kvs.sampling_interval, 0, G_MAXUINT), "Sampling interval",
        "Distance of the samples, in ms, 200 or more"},
    {"format", VALUE (FORMAT, kvs.format), "Format", "Format of the images"},
    {"jpeg-quality", NUMBER (UINT, kvs.jpeg_quality, 1, 100), "JPEG quality",
        "Quality of the images; for format=jpeg only"},
    {"width", NUMBER (UINT, kvs.width, 0, KVS_MAX_WIDTH), "Width",
        "Width that the service stretches the images to, in pixels; set both width and height, "
        "or neither (0 = as in the stream)"},
    {"height", NUMBER (UINT, kvs.height, 0, KVS_MAX_HEIGHT), "Height",
        "Height that the service stretches the images to, in pixels; set both width and height, "
        "or neither (0 = as in the stream)"},
    {"page-size", NUMBER (UINT, kvs.page_size, 1, KVS_MAX_RESULTS), "Page size",
        "Most images in one reply (MaxResults); the service gives 25 at most"},
    {"max-items", NUMBER (UINT64, kvs.max_items, 0, G_MAXUINT64), "Max items",
        "Stop after this many samples, stills and gaps together (0 = no limit)"},
    {"uri", URI, "URI",
        "What to pull as a URI, kvsimage://REGION/STREAM?KEY=VALUE&KEY=VALUE; setting it sets "
        "anew all properties that it can hold"},
    {"starting-token", VALUE (STRING, kvs.starting_token), "Starting token",
        "Where to resume: a next-token, with which all other settings must agree, and which "
        "replaces start-timestamp and end-timestamp; or a NextToken of the service, for an "
        "absolute range of at most 300 s"},
    {"follow", VALUE (BOOLEAN, kvs.follow), "Follow",
        "After the past is delivered, go on with new samples as they become available; the "
        "element is live then"},
    {"availability-delay", NUMBER (UINT, kvs.availability_delay, 0, 600000), "Availability delay",
        "How long after its sample time a sample is first requested, in ms"},
    {"availability-timeout", NUMBER (UINT, kvs.availability_timeout, 0, 3600000),
        "Availability timeout",
        "How long after its sample time a sample without media is still requested again, in ms; "
        "then it counts as a gap"},
    {"fragment-lookback", NUMBER (UINT, kvs.fragment_lookback, 0, 60000), "Fragment lookback",
        "How far before a sample to look at most, in ms, if a request begins with samples "
        "without media (0 = never)"},
    {"use-list-fragments", VALUE (BOOLEAN, kvs.use_list_fragments), "Use ListFragments",
        "If requests find no media, ask ListFragments where there is some, and skip the rest; "
        "without the permission for it, requests go on as usual"},
    {"max-concurrent-requests",
        NUMBER (UINT, kvs.max_concurrent_requests, 1, KVS_READER_MAX_REQUESTS),
        "Max concurrent requests", "Most requests in flight at a time"},
    {"max-size-bytes", NUMBER (UINT64, kvs.max_size_bytes, 0, G_MAXUINT64), "Max size bytes",
        "Most image data that is held ahead of downstream, in bytes; one image is always held (0 "
        "= no limit)"},
    {"num-buffers", NUMBER (INT, kvs.num_buffers, -1, G_MAXINT), "Num buffers",
        "End the stream after this many stills; gaps do not count (-1 = no limit)"},
    {"access-key", VALUE (STRING, kvs.access_key), "Access key",
        "AWS access key id, together with secret-key; if no credentials are set, they come from "
        "AWS's default chain: environment, shared files, container, instance"},
    {"secret-key", VALUE (SECRET, kvs.secret_key), "Secret key",
        "AWS secret access key, together with access-key"},
    {"session-token", VALUE (SECRET, kvs.session_token), "Session token",
        "AWS session token; only with temporary keys"},
    {"profile", VALUE (STRING, kvs.profile), "Profile",
        "Profile of the shared AWS files that settings and credentials are read from, in place "
        "of all other sources of credentials; unset is AWS_PROFILE or default, as one source of "
        "the default chain"},
    {"role-arn", VALUE (STRING, kvs.role_arn), "Role ARN",
        "ARN of a role to assume with the credentials that are found"},
    {"external-id", VALUE (STRING, kvs.external_id), "External id",
        "External id that role-arn requires"},
    {"credential-path", VALUE (STRING, kvs.credential_path), "Credential path",
        "File with credentials in kvssink's form, one line: CREDENTIALS ACCESS_KEY [EXPIRATION] "
        "SECRET_KEY [SESSION_TOKEN]. It is read again before they expire"},
    {"iot-certificate", VALUE (STRUCTURE, iot_certificate), "IoT certificate",
        "Identity of a device, as kvssink takes it: iot-certificate, endpoint=HOST, "
        "cert-path=PEM, key-path=PEM, ca-path=PEM, role-aliases=ALIAS [, iot-thing-name=NAME] [, "
        "connection-timeout=SECONDS] [, completion-timeout=SECONDS]"},
    {"aws-region", VALUE (STRING, kvs.aws_region), "AWS region",
        "Region of the stream; unset is AWS_REGION, AWS_DEFAULT_REGION, the profile's region or "
        "that of stream-arn, the first that is set"},
    {"endpoint-url", VALUE (URL, kvs.endpoint_url), "Endpoint URL",
        "URL of the control plane in place of the region's, https or http; unset is "
        "AWS_ENDPOINT_URL_KINESIS_VIDEO, AWS_ENDPOINT_URL or the profile's, the first that is set"},
    {"use-fips-endpoint", VALUE (BOOLEAN, kvs.use_fips_endpoint), "Use FIPS endpoint",
        "Use endpoints with FIPS 140 validated cryptography; AWS_USE_FIPS_ENDPOINT and the "
        "profile can set this, too"},
    {"use-dualstack-endpoint", VALUE (BOOLEAN, kvs.use_dualstack_endpoint),
        "Use dual-stack endpoint",
        "Use endpoints that support both IPv6 and IPv4; AWS_USE_DUALSTACK_ENDPOINT and the "
        "profile can set this, too"},
    {"connection-timeout", NUMBER (UINT, kvs.connection_timeout, 1, 3600), "Connection timeout",
        "How long connecting may take, in seconds"},
    {"completion-timeout", NUMBER (UINT, kvs.completion_timeout, 1, 3600), "Completion timeout",
        "How long one attempt of a request may take as a whole, in seconds"},
    {"max-attempts", NUMBER (UINT, kvs.max_attempts, 0, 100), "Max attempts",
        "Most attempts for one request, the first one included (0 = AWS_MAX_ATTEMPTS, the "
        "profile's max_attempts, or 5)"},
    {"proxy", VALUE (URL, kvs.proxy), "Proxy",
        "URL of the proxy, http://[USER:PASSWORD@]HOST:PORT; unset is HTTPS_PROXY and NO_PROXY, "
        "or the system's proxy"},
    {"ca-file", VALUE (STRING, kvs.ca_file), "CA file",
        "PEM file with the certificate authorities to trust in place of the system's; unset is "
        "AWS_CA_BUNDLE or the profile's ca_bundle"},
    {"user-agent", VALUE (STRING, kvs.user_agent), "User agent",
        "User-Agent header of all requests; {VERSION} stands for the version of the plugin"},
};

static GParamSpec *pspecs[G_N_ELEMENTS (properties)];

GParamSpec *
gst_kvs_image_src_properties_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++) {
    if (g_str_equal (properties[i].name, name))
      return pspecs[i];
  }
  g_assert_not_reached ();
}

/* The values */

void
gst_kvs_image_src_settings_init (GstKvsImageSrcSettings *self)
{
  kvs_settings_init (&self->kvs);
  self->iot_certificate = NULL;
}

void
gst_kvs_image_src_settings_copy (const GstKvsImageSrcSettings *self, GstKvsImageSrcSettings *copy)
{
  kvs_settings_copy (&self->kvs, &copy->kvs);
  copy->iot_certificate = self->iot_certificate ? gst_structure_copy (self->iot_certificate) : NULL;
}

void
gst_kvs_image_src_settings_clear (GstKvsImageSrcSettings *self)
{
  kvs_settings_clear (&self->kvs);
  gst_clear_structure (&self->iot_certificate);
}

gboolean
gst_kvs_image_src_settings_read_device (
    const GstKvsImageSrcSettings *self, AwsIotOptions *device, GError **error)
{
  const GstStructure *fields = self->iot_certificate;

  *device = (AwsIotOptions){NULL};
  for (gint i = 0; i < gst_structure_n_fields (fields); i++) {
    const char *name = gst_structure_nth_field_name (fields, (guint)i);

    if (!aws_iot_options_set (device, name, gst_structure_get_value (fields, name), error))
      return FALSE;
  }
  return aws_iot_options_check (device, error);
}

/* A setter cannot return an error, so that a bad URI is an error at the start. */
static void
set_uri (GstKvsImageSrcSettings *settings, const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  g_clear_pointer (&settings->kvs.uri_error, g_free);
  if (uri == NULL || gst_kvs_image_src_uri_read (uri, settings, &error))
    return;
  shown = kvs_uri_make_public (uri);
  settings->kvs.uri_error =
      g_strdup_printf ("uri is '%s', which cannot be used: %s", shown, error->message);
}

void
gst_kvs_image_src_properties_set (
    GstKvsImageSrcSettings *settings, GParamSpec *pspec, const GValue *value)
{
  const Property *property = &properties[pspec->param_id - 1];
  gpointer member = G_STRUCT_MEMBER_P (settings, property->offset);

  switch (property->kind) {
    case KIND_STRING:
    case KIND_SECRET:
    case KIND_URL:
      aws_secret_free (*(char **)member);
      *(char **)member = g_value_dup_string (value);
      break;
    case KIND_URI:
      set_uri (settings, g_value_get_string (value));
      break;
    case KIND_STRUCTURE:
      gst_clear_structure ((GstStructure **)member);
      *(GstStructure **)member = g_value_dup_boxed (value);
      break;
    case KIND_BOOLEAN:
      *(gboolean *)member = g_value_get_boolean (value);
      break;
    case KIND_FORMAT:
    case KIND_SELECTOR:
      *(gint *)member = g_value_get_enum (value);
      break;
    case KIND_INT:
      *(gint *)member = g_value_get_int (value);
      break;
    case KIND_UINT:
      *(guint *)member = g_value_get_uint (value);
      break;
    case KIND_UINT64:
      *(guint64 *)member = g_value_get_uint64 (value);
      break;
  }
}

/* sampling-interval also takes what is refused later. */
static char *
describe_accepted (const Property *property)
{
  gint64 min = property->min;

  switch (property->kind) {
    case KIND_BOOLEAN:
      return g_strdup ("true and false");
    case KIND_FORMAT:
      return g_strdup ("jpeg and png");
    case KIND_SELECTOR:
      return g_strdup ("server-timestamp and producer-timestamp");
    default:
      if (g_str_equal (property->name, "sampling-interval"))
        min = KVS_MIN_SAMPLING_INTERVAL_MS;
      return g_strdup_printf ("%" G_GINT64_FORMAT " to %" G_GUINT64_FORMAT, min, property->max);
  }
}

/* GStreamer would take -1 for the largest number, and cut a number that is too large to its low bits. */
static gboolean
read_text (const Property *property, const char *text, GParamSpec *pspec, GValue *value)
{
  guint64 number = 0;

  if (property->kind == KIND_STRING) {
    g_value_set_string (value, text);
    return TRUE;
  }
  if (property->max == 0)
    return gst_value_deserialize (value, text) && !g_param_value_validate (pspec, value);
  if (!g_ascii_string_to_unsigned (text, 10, (guint64)property->min, property->max, &number, NULL))
    return FALSE;
  if (property->kind == KIND_UINT)
    g_value_set_uint (value, (guint)number);
  else
    g_value_set_uint64 (value, number);
  return TRUE;
}

gboolean
gst_kvs_image_src_properties_set_text (
    GstKvsImageSrcSettings *settings, const char *name, const char *text, GError **error)
{
  GParamSpec *pspec = gst_kvs_image_src_properties_find (name);
  const Property *property = &properties[pspec->param_id - 1];
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *accepted = NULL;

  g_value_init (&value, pspec->value_type);
  if (read_text (property, text, pspec, &value)) {
    gst_kvs_image_src_properties_set (settings, pspec, &value);
    return TRUE;
  }
  accepted = describe_accepted (property);
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "%s is '%s', which cannot be used; accepted are %s", name, text, accepted);
  return FALSE;
}

void
gst_kvs_image_src_properties_get (
    const GstKvsImageSrcSettings *settings, GParamSpec *pspec, GValue *value)
{
  const Property *property = &properties[pspec->param_id - 1];
  gconstpointer member = G_STRUCT_MEMBER_P (settings, property->offset);

  switch (property->kind) {
    case KIND_STRING:
    case KIND_SECRET:
      g_value_set_string (value, *(char *const *)member);
      break;
    case KIND_URL:
      g_value_take_string (value, aws_endpoint_hide_user (*(char *const *)member));
      break;
    case KIND_URI:
      g_value_take_string (value, gst_kvs_image_src_uri_new (settings));
      break;
    case KIND_STRUCTURE:
      g_value_set_boxed (value, *(GstStructure *const *)member);
      break;
    case KIND_BOOLEAN:
      g_value_set_boolean (value, *(const gboolean *)member);
      break;
    case KIND_FORMAT:
    case KIND_SELECTOR:
      g_value_set_enum (value, *(const gint *)member);
      break;
    case KIND_INT:
      g_value_set_int (value, *(const gint *)member);
      break;
    case KIND_UINT:
      g_value_set_uint (value, *(const guint *)member);
      break;
    case KIND_UINT64:
      g_value_set_uint64 (value, *(const guint64 *)member);
      break;
  }
}

/* The class */

static GType
register_enum (const char *name, const GEnumValue *values)
{
  GType type = g_enum_register_static (name, values);

  gst_type_mark_as_plugin_api (type, 0);
  return type;
}

static GType
register_format (void)
{
  static const GEnumValue values[] = {
      {KVS_IMAGE_FORMAT_JPEG, "JPEG", "jpeg"},
      {KVS_IMAGE_FORMAT_PNG, "PNG", "png"},
      {0, NULL, NULL},
  };

  return register_enum ("GstKvsImageSrcFormat", values);
}

static GType
register_selector (void)
{
  static const GEnumValue values[] = {
      {KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP, "When the service received the media",
          "server-timestamp"},
      {KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP, "When the producer recorded the media",
          "producer-timestamp"},
      {0, NULL, NULL},
  };

  return register_enum ("GstKvsImageSrcSelector", values);
}

static GParamSpec *
make_pspec (const Property *property, const GstKvsImageSrcSettings *defaults)
{
  const char *name = property->name, *nick = property->nick, *blurb = property->blurb;
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY |
                            (property->kind == KIND_SECRET ? 0 : G_PARAM_READABLE);

#define DEFAULT(type) G_STRUCT_MEMBER (type, defaults, property->offset)
  switch (property->kind) {
    case KIND_STRING:
    case KIND_SECRET:
    case KIND_URL:
      return g_param_spec_string (name, nick, blurb, DEFAULT (char *), flags);
    case KIND_URI:
      return g_param_spec_string (name, nick, blurb, NULL, flags);
    case KIND_STRUCTURE:
      return g_param_spec_boxed (name, nick, blurb, GST_TYPE_STRUCTURE, flags);
    case KIND_BOOLEAN:
      return g_param_spec_boolean (name, nick, blurb, DEFAULT (gboolean), flags);
    case KIND_FORMAT:
      return g_param_spec_enum (name, nick, blurb, register_format (), DEFAULT (gint), flags);
    case KIND_SELECTOR:
      return g_param_spec_enum (name, nick, blurb, register_selector (), DEFAULT (gint), flags);
    case KIND_INT:
      return g_param_spec_int (
          name, nick, blurb, (gint)property->min, (gint)property->max, DEFAULT (gint), flags);
    case KIND_UINT:
      return g_param_spec_uint (
          name, nick, blurb, (guint)property->min, (guint)property->max, DEFAULT (guint), flags);
    case KIND_UINT64:
      return g_param_spec_uint64 (
          name, nick, blurb, (guint64)property->min, property->max, DEFAULT (guint64), flags);
  }
#undef DEFAULT
  g_return_val_if_reached (NULL);
}

void
gst_kvs_image_src_properties_install (GObjectClass *klass)
{
  g_auto (GstKvsImageSrcSettings) defaults;

  gst_kvs_image_src_settings_init (&defaults);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    pspecs[i] = make_pspec (&properties[i], &defaults);
    g_object_class_install_property (klass, i + 1, pspecs[i]);
  }
}

/* The parameters of the URI, and the access key id. */
static gboolean
is_left_out (const char *name)
{
  return g_strv_contains (gst_kvs_image_src_uri_properties, name) || g_str_equal (name, "uri") ||
         g_str_equal (name, "access-key");
}

char *
gst_kvs_image_src_properties_describe (const GstKvsImageSrcSettings *settings)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++) {
    g_auto (GValue) value = G_VALUE_INIT;
    g_autofree char *value_text = NULL;

    if (!(pspecs[i]->flags & G_PARAM_READABLE) || is_left_out (properties[i].name))
      continue;
    g_value_init (&value, pspecs[i]->value_type);
    gst_kvs_image_src_properties_get (settings, pspecs[i], &value);
    if (g_param_value_defaults (pspecs[i], &value))
      continue;
    value_text = gst_value_serialize (&value);
    g_string_append_printf (text, ", %s=%s", pspecs[i]->name, value_text);
  }
  return g_string_free (text, FALSE);
}
