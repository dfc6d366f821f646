/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of a call: which operation, which credentials, which parameters, and the operation's own answer. Faults
 * that replace the answer come first. */
#include "emulatorservice.h"

#include "emulatorcontrol.h"
#include "emulatorcredentials.h"
#include "emulatorfragments.h"
#include "emulatorimages.h"
#include "emulatorsignature.h"

#include <libsoup/soup.h>

#define JSON_GARBAGE "{\"Images\":[{\"Error\":nu"
#define HTML_GARBAGE "<html><body><h1>This is not the service.</h1></body></html>\n"

/* Many times what a request has, and no depth for the stack of a thread. */
#define MAX_BRACKETS 512

typedef struct {
  const char *method;
  const char *path;
  const char *name; /* for a form, the value of its Action */
  EmulatorProtocol protocol;
  const char *service; /* the name that its signatures carry; NULL when it is not signed */
  EmulatorAnswerFunc answer;
  gboolean data_plane;
} Operation;

struct _EmulatorService {
  EmulatorClock *clock;
  EmulatorLog *log;
  EmulatorShared shared;
  int in_flight; /* atomic */

  GMutex configuring; /* held while a change is made, which may take as long as a file is decoded */
  GMutex lock;        /* guards settings */
  EmulatorSettings *settings;
};

static const Operation operations[] = {
    {"POST", "/getDataEndpoint", "GetDataEndpoint", EMULATOR_PROTOCOL_REST_JSON, "kinesisvideo",
        emulator_control_answer_data_endpoint},
    {"POST", "/describeStream", "DescribeStream", EMULATOR_PROTOCOL_REST_JSON, "kinesisvideo",
        emulator_control_answer_describe_stream},
    {"POST", "/getImages", "GetImages", EMULATOR_PROTOCOL_REST_JSON, "kinesisvideo",
        emulator_images_answer, TRUE},
    {"POST", "/listFragments", "ListFragments", EMULATOR_PROTOCOL_REST_JSON, "kinesisvideo",
        emulator_fragments_answer, TRUE},
    {"GET", "/credentials/container", "ContainerCredentials", EMULATOR_PROTOCOL_CONTAINER, NULL,
        emulator_credentials_answer_container},
    {"POST", "/", "AssumeRole", EMULATOR_PROTOCOL_QUERY, "sts",
        emulator_credentials_answer_assume_role},
    {"POST", "/", "AssumeRoleWithWebIdentity", EMULATOR_PROTOCOL_QUERY, NULL,
        emulator_credentials_answer_web_identity},
};

static GBytes *
answer_unknown (EmulatorCall *call, GError **error)
{
  g_set_error_literal (error, EMULATOR_ERROR,
      g_str_equal (call->request->method, "POST") ? EMULATOR_ERROR_UNKNOWN_OPERATION
                                                  : EMULATOR_ERROR_UNKNOWN_PAGE,
      "There is no such operation.");
  return NULL;
}

static GBytes *
answer_unknown_action (EmulatorCall *call, GError **error)
{
  g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ACTION,
      "Could not find this operation for version 2011-06-15");
  return NULL;
}

static const Operation unknown = {
    .name = "Unknown", .protocol = EMULATOR_PROTOCOL_REST_JSON, .answer = answer_unknown};
static const Operation unknown_action = {
    .name = "Unknown", .protocol = EMULATOR_PROTOCOL_QUERY, .answer = answer_unknown_action};

/* Settings */

EmulatorService *
emulator_service_new (EmulatorClock *clock, EmulatorLog *log)
{
  EmulatorService *service = g_new0 (EmulatorService, 1);

  service->clock = clock;
  service->log = log;
  service->shared.sealer = emulator_sealer_new ();
  service->shared.quota = emulator_quota_new ();
  service->shared.identities = emulator_identities_new ();
  g_mutex_init (&service->configuring);
  g_mutex_init (&service->lock);
  service->settings = emulator_settings_new ();
  return service;
}

void
emulator_service_free (EmulatorService *service)
{
  emulator_sealer_free (service->shared.sealer);
  emulator_quota_free (service->shared.quota);
  emulator_identities_free (service->shared.identities);
  emulator_settings_unref (service->settings);
  g_mutex_clear (&service->lock);
  g_mutex_clear (&service->configuring);
  g_free (service);
}

static void
replace_settings (EmulatorService *self, EmulatorSettings *settings)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  emulator_settings_unref (self->settings);
  self->settings = emulator_settings_ref (settings);
}

gboolean
emulator_service_configure (
    EmulatorService *service, const char *name, const char *value, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&service->configuring);
  g_autoptr (EmulatorSettings) settings = emulator_service_get_settings (service);
  g_autoptr (EmulatorSettings) changed = emulator_settings_copy (settings);

  if (!emulator_settings_set (changed, name, value, emulator_clock_get_now (service->clock), error))
    return FALSE;
  replace_settings (service, changed);
  return TRUE;
}

EmulatorSettings *
emulator_service_get_settings (EmulatorService *service)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&service->lock);

  return emulator_settings_ref (service->settings);
}

/* Which operation */

static const Operation *
find_action (const EmulatorRequest *request)
{
  gsize size;
  const char *data = g_bytes_get_data (request->body, &size);
  g_autofree char *text = g_strndup (data, size);
  g_autoptr (GHashTable) form = soup_form_decode (text);
  const char *action = g_hash_table_lookup (form, "Action");

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++) {
    if (operations[i].protocol == EMULATOR_PROTOCOL_QUERY &&
        g_strcmp0 (operations[i].name, action) == 0)
      return &operations[i];
  }
  return &unknown_action;
}

static const Operation *
find_operation (const EmulatorRequest *request)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++) {
    const Operation *operation = &operations[i];

    if (!g_str_equal (operation->method, request->method) ||
        !g_str_equal (operation->path, request->path))
      continue;
    if (operation->protocol == EMULATOR_PROTOCOL_QUERY)
      return find_action (request);
    return operation;
  }
  return &unknown;
}

/* json-glib recurses for each object and array in another one, and a request has three at most. Those that are only text
 * count as well: what is text to json-glib is more than what is text in JSON. */
static gboolean
is_shallow (const char *data, gsize size)
{
  guint n = 0;

  for (gsize i = 0; i < size && n <= MAX_BRACKETS; i++)
    n += data[i] == '[' || data[i] == '{';
  return n <= MAX_BRACKETS;
}

/* The body, if it is a JSON object. */
static JsonObject *
read_parameters (const EmulatorRequest *request)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize size;
  const char *data = g_bytes_get_data (request->body, &size);
  JsonNode *root;

  if (size == 0 || !is_shallow (data, size) ||
      !json_parser_load_from_data (parser, data, (gssize)size, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

EmulatorCall *
emulator_service_begin (EmulatorService *service, EmulatorRequest *request)
{
  EmulatorCall *call = g_new0 (EmulatorCall, 1);

  call->shared = &service->shared;
  call->settings = emulator_service_get_settings (service);
  call->request = request;
  call->now_ms = emulator_clock_get_now (service->clock);
  call->operation = find_operation (request)->name;
  call->parameters = read_parameters (request);
  call->in_flight = (guint)g_atomic_int_add (&service->in_flight, 1) + 1;
  call->fault = emulator_fault_rules_match (
      call->settings->faults, call->operation, call->settings->seed, call->now_ms);
  return call;
}

void
emulator_service_end (EmulatorService *service, EmulatorCall *call)
{
  g_atomic_int_dec_and_test (&service->in_flight);
  emulator_call_free (call);
}

/* Credentials */

static EmulatorIdentity *
find_identity (EmulatorCall *call, const char *access_key, GError **error)
{
  const EmulatorSettings *settings = call->settings;
  EmulatorIdentity *identity;

  if (g_str_equal (settings->access_key, access_key))
    return emulator_identity_new (
        access_key, settings->secret_key, settings->session_token, G_MAXINT64);
  identity = emulator_identities_find (call->shared->identities, access_key);
  if (identity == NULL)
    g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_UNRECOGNIZED_CLIENT,
        "The security token included in the request is invalid.");
  return identity;
}

static gboolean
authenticate (EmulatorCall *call, const Operation *operation, GError **error)
{
  const EmulatorSignatureRules rules = {
      .region = call->settings->region,
      .service = operation->service,
      .now_ms = call->now_ms,
      .max_skew = call->settings->max_skew,
  };
  const char *token = emulator_request_get_header (call->request, "x-amz-security-token");
  g_autoptr (EmulatorSignature) signature = NULL;
  g_autoptr (EmulatorIdentity) identity = NULL;

  if (operation->service == NULL)
    return TRUE;
  signature = emulator_signature_parse (call->request, error);
  if (signature == NULL)
    return FALSE;
  identity = find_identity (call, emulator_signature_get_access_key (signature), error);
  return identity != NULL && emulator_identity_check_token (identity, token, call->now_ms, error) &&
         emulator_signature_check (signature, call->request, identity, &rules, error);
}

/* The reply */

static GBytes *
make_garbage (const EmulatorFault *fault)
{
  if (fault->garbage == EMULATOR_GARBAGE_JSON)
    return g_bytes_new_static (JSON_GARBAGE, sizeof JSON_GARBAGE - 1);
  return g_bytes_new_static (HTML_GARBAGE, sizeof HTML_GARBAGE - 1);
}

/* A page of HTML comes from a proxy, which has no request ids. */
static void
make_foreign (EmulatorReply *reply)
{
  reply->content_type = "text/html";
  g_clear_pointer (&reply->request_id, g_free);
}

/* The reply that a fault puts in place of the service's own; %NULL when there is none. */
static EmulatorReply *
make_faulty_reply (EmulatorCall *call, const Operation *operation)
{
  const EmulatorFault *fault = call->fault;
  g_autoptr (GBytes) garbage = NULL;
  EmulatorReply *reply;
  guint status;

  if (fault->garbage != EMULATOR_GARBAGE_NONE) {
    garbage = make_garbage (fault);
    reply = emulator_reply_new (operation->protocol, garbage, call->now_ms);
    if (fault->status != 0)
      reply->status = fault->status;
    if (fault->garbage == EMULATOR_GARBAGE_HTML)
      make_foreign (reply);
    return reply;
  }
  if (fault->status == 0 && fault->code == NULL)
    return NULL;
  status = fault->status != 0 ? fault->status : emulator_error_find_status (fault->code);
  return emulator_reply_new_named_error (operation->protocol, status,
      fault->code != NULL ? fault->code : emulator_error_find_name (status),
      "This fault was asked for.", call->now_ms);
}

static gboolean
check_parameters (EmulatorCall *call, const Operation *operation, GError **error)
{
  if (operation->protocol != EMULATOR_PROTOCOL_REST_JSON || operation == &unknown ||
      call->parameters != NULL)
    return TRUE;
  g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_SERIALIZATION,
      "The body of the request is not a JSON object.");
  return FALSE;
}

static EmulatorReply *
make_reply (EmulatorCall *call, const Operation *operation)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  if (authenticate (call, operation, &error) && check_parameters (call, operation, &error))
    body = operation->answer (call, &error);
  if (body != NULL)
    return emulator_reply_new (operation->protocol, body, call->now_ms);
  if (error->domain == EMULATOR_ERROR)
    return emulator_reply_new_error (operation->protocol, error, call->now_ms);
  return emulator_reply_new_named_error (operation->protocol,
      emulator_error_get_status (EMULATOR_ERROR_INTERNAL),
      emulator_error_get_name (EMULATOR_ERROR_INTERNAL, operation->protocol), error->message,
      call->now_ms);
}

static void
set_string (JsonObject *entry, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (entry, name, value);
  else
    json_object_set_null_member (entry, name);
}

/* Nothing of the headers but the user agent, and nothing of a form: there are secrets in them. */
static JsonObject *
describe (EmulatorCall *call, const EmulatorReply *reply)
{
  JsonObject *entry = json_object_new ();
  g_autofree char *time = emulator_time_format (call->now_ms);

  set_string (entry, "time", time);
  set_string (entry, "operation", call->operation);
  set_string (entry, "method", call->request->method);
  set_string (entry, "path", call->request->path);
  set_string (entry, "user-agent", emulator_request_get_header (call->request, "user-agent"));
  if (call->parameters != NULL)
    json_object_set_object_member (entry, "parameters", json_object_ref (call->parameters));
  set_string (entry, "stream", call->stream);
  json_object_set_int_member (entry, "in-flight", call->in_flight);
  json_object_set_int_member (entry, "status", reply->status);
  set_string (entry, "error", reply->error);
  set_string (entry, "request-id", reply->request_id);
  json_object_set_int_member (entry, "images", call->n_images);
  json_object_set_int_member (entry, "gaps", call->n_gaps);
  json_object_set_int_member (entry, "fragments", call->n_fragments);
  json_object_set_int_member (entry, "bytes", (gint64)g_bytes_get_size (reply->body));
  set_string (entry, "fault", call->fault->rules);
  return entry;
}

EmulatorReply *
emulator_service_answer (EmulatorService *service, EmulatorCall *call)
{
  const Operation *operation = find_operation (call->request);
  EmulatorReply *reply = make_faulty_reply (call, operation);

  if (reply == NULL)
    reply = make_reply (call, operation);
  reply->closes = operation->data_plane && reply->error != NULL &&
                  call->settings->error_connection == EMULATOR_ERROR_CONNECTION_CLOSE;
  emulator_log_add (service->log, describe (call, reply));
  return reply;
}
