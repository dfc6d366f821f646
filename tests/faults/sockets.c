/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a network does to the sockets between the reader and an emulator: each fault at three points of a pull, once, three
 * times and without end. As a test it runs a third of the cells, with KVS_TEST_FULL=1 all, and with --table it prints them. */
#include "faultrelay.h"
#include "faultrule.h"

#include <awsstaticsource.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <testcertificate.h>
#include <testenvironment.h>

#define REGION "us-east-1"
#define ACCESS_KEY "AKIDTEST"
#define SECRET_KEY "emulated/secret"
#define HOST "relay.test"

/* What a request has that is not answered in time: real time. All others have as much as users. */
#define CONNECTION_TIMEOUT_MS 100
#define COMPLETION_TIMEOUT_MS 150

static const FaultPoint points[] = {
    FAULT_POINT_ENDPOINT, FAULT_POINT_FIRST_PAGE, FAULT_POINT_LATER_PAGE};

typedef enum {
  BY_TLS,
  PLAIN,
  BY_NAME,
  BY_PROXY,
} Way;

/* HARMLESS: all samples come. TRANSIENT: likewise, unless it lasts. FINAL: it is an error at once. */
typedef enum {
  HARMLESS,
  TRANSIENT,
  FINAL,
} Kind;

typedef struct {
  const char *name;
  Way way;
  FaultRelayMode mode;
  Kind kind;
  const char *error;
} Fault;

static const Fault faults[] = {
    {"connection refused", BY_TLS, FAULT_RELAY_REFUSED, TRANSIENT, "OPEN_READ"},
    {"black hole", BY_TLS, FAULT_RELAY_BLACK_HOLE, TRANSIENT, "READ"},
    {"reset", BY_TLS, FAULT_RELAY_RESET, TRANSIENT, "READ"},
    {"half-closed", PLAIN, FAULT_RELAY_HALF_CLOSED, TRANSIENT, "READ"},
    {"half-closed in the reply", PLAIN, FAULT_RELAY_HALF_CLOSED_LATER, TRANSIENT, "READ"},
    {"slow from the client", BY_TLS, FAULT_RELAY_SLOW_UP, HARMLESS, NULL},
    {"slow to the client", BY_TLS, FAULT_RELAY_SLOW_DOWN, HARMLESS, NULL},
    {"too slow from the client", PLAIN, FAULT_RELAY_CREEPING_UP, TRANSIENT, "READ"},
    {"too slow to the client", PLAIN, FAULT_RELAY_CREEPING_DOWN, TRANSIENT, "READ"},
    {"name not found", BY_NAME, FAULT_RELAY_PASS, TRANSIENT, "NOT_FOUND"},
    {"certificate expired", BY_TLS, FAULT_RELAY_EXPIRED, FINAL, "OPEN_READ"},
    {"certificate of another host", BY_TLS, FAULT_RELAY_OTHER_HOST, FINAL, "OPEN_READ"},
    {"certificate not trusted", BY_TLS, FAULT_RELAY_UNTRUSTED, FINAL, "OPEN_READ"},
    {"cut off in the handshake", BY_TLS, FAULT_RELAY_CUT_HANDSHAKE, TRANSIENT, "READ"},
    {"proxy refuses (403)", BY_PROXY, FAULT_RELAY_FORBIDDEN, FINAL, "OPEN_READ"},
    {"proxy wants a password (407)", BY_PROXY, FAULT_RELAY_UNAUTHENTICATED, FINAL, "OPEN_READ"},
    {"proxy refuses the connection", BY_PROXY, FAULT_RELAY_REFUSED, TRANSIENT, "OPEN_READ"},
};

/* The name of the host */

#define NAME_TYPE_RESOLVER (name_resolver_get_type ())
G_DECLARE_FINAL_TYPE (NameResolver, name_resolver, NAME, RESOLVER, GResolver)

struct _NameResolver {
  GResolver parent_instance;
  gint is_failing; /* atomic */
};

G_DEFINE_FINAL_TYPE (NameResolver, name_resolver, G_TYPE_RESOLVER)

static NameResolver *resolver;

static GList *
name_resolver_lookup (
    GResolver *object, const char *hostname, GCancellable *cancellable, GError **error)
{
  NameResolver *self = NAME_RESOLVER (object);

  if (!g_atomic_int_get (&self->is_failing))
    return g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4));
  g_set_error (
      error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "Error resolving “%s”", hostname);
  return NULL;
}

static GList *
name_resolver_lookup_with_flags (GResolver *object, const char *hostname,
    GResolverNameLookupFlags flags, GCancellable *cancellable, GError **error)
{
  return name_resolver_lookup (object, hostname, cancellable, error);
}

static void
name_resolver_class_init (NameResolverClass *klass)
{
  G_RESOLVER_CLASS (klass)->lookup_by_name = name_resolver_lookup;
  G_RESOLVER_CLASS (klass)->lookup_by_name_with_flags = name_resolver_lookup_with_flags;
}

static void
name_resolver_init (NameResolver *self)
{
}

/* Certificates */

/* A file of what is trusted: the emulator's certificate, and those that something else is wrong with. */
static char *ca_file;
static GTlsCertificate *expired, *of_other_host, *untrusted;

static void
append_pem (GString *text, GTlsCertificate *certificate)
{
  g_autofree char *pem = NULL;

  g_object_get (certificate, "certificate-pem", &pem, NULL);
  g_string_append (text, pem);
}

static void
make_certificates (const char *emulator_file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) of_emulator = g_tls_certificate_new_from_file (emulator_file, &error);
  g_autoptr (GString) text = g_string_new (NULL);
  int fd;

  g_assert_no_error (error);
  expired = test_certificate_new_expired ("IP:127.0.0.1");
  of_other_host = test_certificate_new ("DNS:example.com");
  untrusted = test_certificate_new ("IP:127.0.0.1");
  append_pem (text, of_emulator);
  append_pem (text, expired);
  append_pem (text, of_other_host);
  fd = g_file_open_tmp ("authorities-XXXXXX", &ca_file, &error);
  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (ca_file, text->str, -1, &error);
  g_assert_no_error (error);
}

static void
clear_certificates (void)
{
  g_remove (ca_file);
  g_free (ca_file);
  g_object_unref (expired);
  g_object_unref (of_other_host);
  g_object_unref (untrusted);
}

static GTlsCertificate *
get_certificate (FaultRelayMode mode)
{
  switch (mode) {
    case FAULT_RELAY_EXPIRED:
      return expired;
    case FAULT_RELAY_OTHER_HOST:
      return of_other_host;
    case FAULT_RELAY_UNTRUSTED:
      return untrusted;
    default:
      return NULL;
  }
}

/* The maker */

typedef struct {
  const Fault *fault;
  const char *emulator_file;
  FaultRelay *relay;
  GProxyResolver *proxies;
  AwsHttp *sender; /* of the requests that the fault is made for, so that each of them connects */
  char *url;
} SocketMaker;

static guint16
get_port (const char *url)
{
  return (guint16)g_ascii_strtoull (strrchr (url, ':') + 1, NULL, 10);
}

static gboolean
is_encrypted (const Fault *fault)
{
  return fault->way == BY_TLS || fault->way == BY_PROXY;
}

static AwsHttp *
make_http (SocketMaker *self, guint connection_timeout_ms, guint completion_timeout_ms)
{
  const AwsHttpOptions options = {.connection_timeout_ms = connection_timeout_ms,
      .completion_timeout_ms = completion_timeout_ms,
      .proxies = self->proxies,
      .ca_name = is_encrypted (self->fault) ? "the test" : NULL,
      .ca_file = is_encrypted (self->fault) ? ca_file : NULL};

  return aws_http_new (&options, NULL);
}

static gboolean
is_timed_out (FaultRelayMode mode)
{
  return mode == FAULT_RELAY_BLACK_HOLE || mode == FAULT_RELAY_CREEPING_UP ||
         mode == FAULT_RELAY_CREEPING_DOWN;
}

static AwsClient *
make_client (SocketMaker *self, AwsClock *clock)
{
  g_autoptr (AwsCredentials) credentials = aws_credentials_new (ACCESS_KEY, SECRET_KEY, NULL, NULL);
  g_autoptr (AwsCredentialSource) source = aws_static_source_new (credentials, "test");
  g_autoptr (AwsCredentialsProvider) provider = aws_credentials_provider_new (source, "id", NULL);
  g_autoptr (AwsHttp) http = make_http (self, 0, 0);
  AwsClient *client = aws_client_new (http, provider, REGION);

  aws_client_set_clock (client, clock);
  return client;
}

/* What the reader is told: the relay, or behind a proxy the emulator itself. */
static char *
make_url (SocketMaker *self, EmulatedRun *run)
{
  switch (self->fault->way) {
    case BY_TLS:
      return g_strdup_printf ("https://127.0.0.1:%u", fault_relay_get_port (self->relay));
    case BY_NAME:
      return g_strdup_printf ("http://" HOST ":%u", fault_relay_get_port (self->relay));
    case BY_PROXY:
      return g_strdup (emulator_get_url (run->emulator));
    default:
      return g_strdup_printf ("http://127.0.0.1:%u", fault_relay_get_port (self->relay));
  }
}

static void
prepare_cb (EmulatedRun *run, gpointer user_data)
{
  SocketMaker *self = user_data;
  gboolean is_by_proxy = self->fault->way == BY_PROXY;
  g_autoptr (GError) error = NULL;
  g_autofree char *proxy = NULL;

  if (is_encrypted (self->fault))
    emulated_run_configure (run, "tls-certificate", self->emulator_file);
  emulator_start (run->emulator, &error);
  g_assert_no_error (error);
  self->relay = fault_relay_new (get_port (emulator_get_url (run->emulator)), is_by_proxy,
      get_certificate (self->fault->mode));
  proxy = g_strdup_printf ("http://127.0.0.1:%u", fault_relay_get_port (self->relay));
  self->proxies = is_by_proxy ? g_simple_proxy_resolver_new (proxy, NULL) : NULL;
  self->sender = is_timed_out (self->fault->mode)
                     ? make_http (self, CONNECTION_TIMEOUT_MS, COMPLETION_TIMEOUT_MS)
                     : make_http (self, 0, 0);
  self->url = make_url (self, run);
  run->url = self->url;
  g_object_unref (run->client);
  run->client = make_client (self, run->clock);
}

static AwsHttp *
make_cb (EmulatedRun *run, gpointer user_data)
{
  SocketMaker *self = user_data;

  g_atomic_int_set (&resolver->is_failing, self->fault->way == BY_NAME);
  fault_relay_set_mode (self->relay, self->fault->mode);
  return self->sender;
}

static void
unmake_cb (EmulatedRun *run, gpointer user_data)
{
  SocketMaker *self = user_data;

  g_atomic_int_set (&resolver->is_failing, FALSE);
  fault_relay_set_mode (self->relay, FAULT_RELAY_PASS);
}

static FaultExpectation
expect (const Fault *fault, FaultTimes times)
{
  FaultExpectation expectation = {FAULT_END_EXACT, NULL};

  if (fault->kind == FINAL || (fault->kind == TRANSIENT && times == FAULT_FOR_EVER))
    expectation = (FaultExpectation){FAULT_END_ERROR, fault->error};
  return expectation;
}

static const char *emulator_file;

/* Runs a cell. Returns what is wrong. */
static char *
run_cell (const Fault *fault, FaultPoint point, FaultTimes times)
{
  static const FaultMaker maker = {prepare_cb, make_cb, unmake_cb};
  const FaultExpectation expectation = expect (fault, times);
  SocketMaker self = {.fault = fault, .emulator_file = emulator_file};
  g_auto (FaultOutcome) outcome = {0};

  fault_cell_run (&maker, &self, point, times, &outcome);
  fault_relay_free (self.relay);
  g_clear_object (&self.proxies);
  g_object_unref (self.sender);
  g_free (self.url);
  return fault_expectation_check (&expectation, &outcome);
}

/* If a handshake fails, SoupServer of libsoup 3.6 disconnects a connection that it has freed already. */
static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  return g_strcmp0 (domain, "libsoup") != 0 ||
         strstr (message, "soup_server_connection_disconnect") == NULL;
}

static void
test_fault (gconstpointer user_data)
{
  const Fault *fault = user_data;

  g_test_log_set_fatal_handler (is_fatal, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (points); i++) {
    for (guint times = 0; times < FAULT_N_TIMES; times++) {
      g_autofree char *wrong = NULL;

      if (g_getenv ("KVS_TEST_FULL") == NULL &&
          times != (i + (guint)(fault - faults)) % FAULT_N_TIMES)
        continue;
      wrong = run_cell (fault, points[i], times);
      if (wrong != NULL) {
        g_test_message ("%s, %s times: %s", fault_point_get_name (points[i]),
            fault_times_get_name (times), wrong);
        g_test_fail ();
      }
    }
  }
}

/* The table */

static char *
print_cells (const Fault *fault, FaultPoint point, guint *n_wrong)
{
  const char *names[FAULT_N_TIMES] = {NULL};

  for (guint times = 0; times < FAULT_N_TIMES; times++) {
    g_autofree char *wrong = run_cell (fault, point, times);
    const FaultExpectation expectation = expect (fault, times);

    names[times] = wrong == NULL ? fault_expectation_get_name (&expectation) : "WRONG";
    if (wrong != NULL) {
      fprintf (stderr, "%s at %s: %s\n", fault->name, fault_point_get_name (point), wrong);
      (*n_wrong)++;
    }
  }
  return fault_expectation_join_names (names);
}

static int
print_table (void)
{
  guint n_wrong = 0;

  printf ("| socket");
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    printf (" | %s", fault_point_get_name (points[i]));
  printf (" |\n|---|---|---|---|\n");
  for (guint f = 0; f < G_N_ELEMENTS (faults); f++) {
    printf ("| %s", faults[f].name);
    for (guint i = 0; i < G_N_ELEMENTS (points); i++) {
      g_autofree char *cells = print_cells (&faults[f], points[i], &n_wrong);

      printf (" | %s", cells);
    }
    printf (" |\n");
  }
  printf ("\n%u faults × %u points × %u times = %u cells; %u wrong.\n",
      (guint)G_N_ELEMENTS (faults), (guint)G_N_ELEMENTS (points), FAULT_N_TIMES,
      (guint)(G_N_ELEMENTS (faults) * G_N_ELEMENTS (points) * FAULT_N_TIMES), n_wrong);
  return n_wrong > 0;
}

static int
print_names (void)
{
  for (guint f = 0; f < G_N_ELEMENTS (faults); f++)
    printf ("socket %s\n", faults[f].name);
  return 0;
}

static int
run_tests (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint f = 0; f < G_N_ELEMENTS (faults); f++) {
    g_autofree char *path = g_strconcat ("/sockets/", faults[f].name, NULL);

    g_test_add_data_func (path, &faults[f], test_fault);
  }
  return g_test_run ();
}

static int
run (int argc, char **argv)
{
  if (argc > 1 && g_str_equal (argv[1], "--table"))
    return print_table ();
  return run_tests (argc, argv);
}

int
main (int argc, char **argv)
{
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  int status;

  test_environment_clear ();
  if (argc > 1 && g_str_equal (argv[1], "--names"))
    return print_names ();
  emulator_file = g_getenv ("EMULATOR_CERTIFICATE");
  make_certificates (emulator_file);
  resolver = g_object_new (NAME_TYPE_RESOLVER, NULL);
  g_resolver_set_default (G_RESOLVER (resolver));
  status = run (argc, argv);
  g_resolver_set_default (usual);
  g_object_unref (resolver);
  clear_certificates ();
  return status;
}
