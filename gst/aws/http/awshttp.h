/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one place where requests leave the process and replies enter it. */
#pragma once

#include "awsclock.h"
#include "awsproxy.h"
#include "awsreply.h"
#include "awsrequest.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** What is used where #AwsHttpOptions has 0. */
#define AWS_HTTP_DEFAULT_CONNECTION_TIMEOUT_MS (5 * 1000)
#define AWS_HTTP_DEFAULT_COMPLETION_TIMEOUT_MS (60 * 1000)

/**
 * AwsHttpOptions:
 * @user_agent: (nullable): the value of the header User-Agent
 * @connection_timeout_ms: how long connecting may take, name, proxy and TLS included; 0 is
 *     %AWS_HTTP_DEFAULT_CONNECTION_TIMEOUT_MS
 * @completion_timeout_ms: how long one attempt may take, from the first step to the last byte of
 *     the body, without the time in which no caller read; 0 is %AWS_HTTP_DEFAULT_COMPLETION_TIMEOUT_MS
 * @proxies: (nullable): the proxies, of aws_proxy_new(); %NULL is none at all, as link-local addresses
 *     need it
 * @ca_name: (nullable): the setting that names @ca_file, for messages
 * @ca_file: (nullable): a PEM file that replaces the system's authorities
 * @client_certificate: (nullable): what proves the client to a server that asks (mutual TLS)
 * @clock: (nullable): the time of the timeouts, whose waits must really wait; %NULL is the system's
 *
 * How to reach servers. Copied, so that everything belongs to the caller.
 */
typedef struct {
  const char *user_agent;
  guint connection_timeout_ms;
  guint completion_timeout_ms;
  GProxyResolver *proxies;
  const char *ca_name;
  const char *ca_file;
  GTlsCertificate *client_certificate;
  AwsClock *clock;
} AwsHttpOptions;

#define AWS_TYPE_HTTP (aws_http_get_type ())

/**
 * AwsHttp:
 * Sends requests and keeps their connections for the next ones. It follows no redirects, keeps no
 * cookies and answers no authentication but a proxy's. It speaks HTTP/1.1, over TLS 1.2 or newer where
 * the URI is https. It may be used from any thread, and needs no main loop.
 */
G_DECLARE_FINAL_TYPE (AwsHttp, aws_http, AWS, HTTP, GObject)

/**
 * aws_http_new:
 * @options: (nullable): how to reach servers
 * @error: %AWS_ERROR_SETTINGS if the user agent cannot be a header
 *
 * Neither loads a module of GIO nor reads the CA file: aws_http_send() does that for the first request
 * over TLS.
 *
 * Returns: (transfer full) (nullable): a transport that has not connected to anything yet
 */
AwsHttp *aws_http_new (const AwsHttpOptions *options, GError **error);

/**
 * aws_http_check_ca_file:
 * @error: %AWS_ERROR_SETTINGS if the CA file cannot be read or has no certificate in it; it names what
 *     has set it
 *
 * Checks the CA file before it is needed.
 *
 * Returns: whether the CA file, if there is one, may be good
 */
gboolean aws_http_check_ca_file (AwsHttp *self, GError **error);

/**
 * aws_http_check_uri:
 * @uri: a http or https URI
 * @error: %AWS_ERROR_SETTINGS if the CA file or the proxy that @uri needs cannot be used
 *
 * Finds errors of the configuration that aws_http_send() would end with, without loading a module of GIO.
 *
 * Returns: whether the configuration lets @uri be reached
 */
gboolean aws_http_check_uri (AwsHttp *self, GUri *uri, GError **error);

/**
 * aws_http_send:
 * @request: what to send
 * @error: an error of %AWS_ERROR about the connection, %AWS_ERROR_SETTINGS if the CA file or the proxy
 *     that the request needs cannot be used, or %G_IO_ERROR_CANCELLED
 *
 * Sends @request as it is, once, and waits for the headers of the reply, whatever its status is. Only
 * where a server ends a kept connection without any answer, a GET or PUT is sent again at once; a POST
 * is %AWS_ERROR_CUT_OFF. A header with a malformed name, or with a control character in its value,
 * is %AWS_ERROR_SETTINGS.
 *
 * A timeout is %AWS_ERROR_TIMEOUT, also later in aws_reply_read(). A proxy that does
 * not let the request through is %AWS_ERROR_CONNECT, with its status as aws_error_get_http_status().
 *
 * Returns: (transfer full) (nullable): the reply, its body still to be read
 */
AwsReply *aws_http_send (
    AwsHttp *self, const AwsRequest *request, GCancellable *cancellable, GError **error);

G_END_DECLS
