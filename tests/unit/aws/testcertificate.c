/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GLib can use certificates but not make them; the openssl command can. */
#include "testcertificate.h"

#include <glib/gstdio.h>

/* Runs openssl so that key and certificate go to @path, one after the other. */
static void
make_pem (const char *path, const char *subject_name)
{
  g_autofree char *alternative_name = g_strconcat ("subjectAltName=", subject_name, NULL);
  const char *const arguments[] = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
      "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
      alternative_name, "-keyout", path, "-out", "/dev/stdout", NULL};
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autofree char *pem = NULL;
  g_autoptr (GError) error = NULL;

  process = g_subprocess_newv (
      arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &certificate, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));

  g_file_get_contents (path, &key, NULL, &error);
  g_assert_no_error (error);
  pem = g_strconcat (key, certificate, NULL);
  g_file_set_contents (path, pem, -1, &error);
  g_assert_no_error (error);
}

static char *
make_temporary_file (void)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("certificate-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  return path;
}

GTlsCertificate *
test_certificate_new (const char *subject_name)
{
  g_autofree char *path = make_temporary_file ();
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;

  make_pem (path, subject_name);
  certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
  g_remove (path);
  return certificate;
}

/* Only an authority sets the dates, $3 and $4; it needs a folder of its own, $1, and a configuration. */
static const char make_dated[] =
    "set -e; cd \"$1\"; : >index; echo 01 >serial\n"
    "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test -keyout pem "
    "-out request\n"
    "printf '%s\\n' '[ca]' default_ca=c '[c]' database=index serial=serial new_certs_dir=. "
    "default_md=sha256 policy=p x509_extensions=e '[p]' commonName=optional '[e]' "
    "basicConstraints=CA:TRUE \"subjectAltName=$2\" >config\n"
    "openssl ca -batch -config config -selfsign -keyfile pem -in request -notext "
    "-startdate \"$3\" -enddate \"$4\" >certificate\n"
    "cat certificate >>pem\n";

static GTlsCertificate *
make_certificate (const char *subject_name, const char *begin, const char *end)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("certificate-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "pem", NULL);
  const char *const make[] = {"sh", "-c", make_dated, "sh", folder, subject_name, begin, end, NULL};
  const char *const clean[] = {"rm", "-r", folder, NULL};
  g_autoptr (GSubprocess) maker = NULL;
  g_autoptr (GSubprocess) cleaner = NULL;
  GTlsCertificate *certificate;

  maker = g_subprocess_newv (make, G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (maker, NULL, NULL));
  certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
  cleaner = g_subprocess_newv (clean, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (cleaner, NULL, NULL));
  return certificate;
}

GTlsCertificate *
test_certificate_new_expired (const char *subject_name)
{
  return make_certificate (subject_name, "20000101000000Z", "20010101000000Z");
}

GTlsCertificate *
test_certificate_new_future (const char *subject_name)
{
  return make_certificate (subject_name, "20480101000000Z", "20490101000000Z");
}

/* GLib reads the file at every handshake, so it stays as long as it is trusted. */
static char *trusted_path;

static void
forget_trusted (void)
{
  g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
  if (trusted_path != NULL)
    g_remove (trusted_path);
  g_clear_pointer (&trusted_path, g_free);
}

void
test_certificate_trust (GTlsCertificate *certificate)
{
  g_autofree char *pem = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  forget_trusted ();
  if (certificate == NULL)
    return;

  trusted_path = make_temporary_file ();
  g_object_get (certificate, "certificate-pem", &pem, NULL);
  g_file_set_contents (trusted_path, pem, -1, &error);
  g_assert_no_error (error);
  database = g_tls_file_database_new (trusted_path, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}
