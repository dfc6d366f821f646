/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A certificate for one test run, so that none lies in the tree and expires. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * test_certificate_new:
 * @subject_name: what it is for, such as `IP:127.0.0.1` or `DNS:example.com`
 *
 * Makes a key and a certificate signed with it, by the `openssl` command.
 *
 * Returns: (transfer full): the certificate, with its key
 */
GTlsCertificate *test_certificate_new (const char *subject_name);

/**
 * test_certificate_new_expired:
 * @subject_name: as in test_certificate_new()
 *
 * Returns: (transfer full): a certificate as of test_certificate_new(), whose time is long over
 */
GTlsCertificate *test_certificate_new_expired (const char *subject_name);

/**
 * test_certificate_new_future:
 * @subject_name: as in test_certificate_new()
 *
 * Returns: (transfer full): a certificate as of test_certificate_new(), whose time has not begun
 */
GTlsCertificate *test_certificate_new_future (const char *subject_name);

/**
 * test_certificate_trust:
 * @certificate: (nullable): a certificate
 *
 * Makes this process trust what @certificate has signed, and nothing else; %NULL goes back to the
 * system's authorities, and leaves nothing behind.
 */
void test_certificate_trust (GTlsCertificate *certificate);

G_END_DECLS
