/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A relay between a client and a server, or a proxy, whose connections go wrong as those of a network do. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FaultRelayMode:
 * @FAULT_RELAY_PASS: all is passed on.
 * @FAULT_RELAY_REFUSED: nothing listens at its address.
 * @FAULT_RELAY_BLACK_HOLE: no packet is answered.
 * @FAULT_RELAY_RESET: connections are reset once the client has sent something.
 * @FAULT_RELAY_HALF_CLOSED: its side is closed once the client has sent something; the client's stays open.
 * @FAULT_RELAY_HALF_CLOSED_LATER: likewise, after the beginning of the reply.
 * @FAULT_RELAY_SLOW_UP, @FAULT_RELAY_SLOW_DOWN: what the client sends, or what it gets, takes its time.
 * @FAULT_RELAY_CREEPING_UP, @FAULT_RELAY_CREEPING_DOWN: likewise, more than the client has.
 * @FAULT_RELAY_EXPIRED, @FAULT_RELAY_OTHER_HOST, @FAULT_RELAY_UNTRUSTED: the certificate is one of fault_relay_set_certificates().
 * @FAULT_RELAY_CUT_HANDSHAKE: connections end after the first message of the TLS handshake.
 * @FAULT_RELAY_FORBIDDEN, @FAULT_RELAY_UNAUTHENTICATED: the proxy answers 403 or 407.
 */
typedef enum {
  FAULT_RELAY_PASS,
  FAULT_RELAY_REFUSED,
  FAULT_RELAY_BLACK_HOLE,
  FAULT_RELAY_RESET,
  FAULT_RELAY_HALF_CLOSED,
  FAULT_RELAY_HALF_CLOSED_LATER,
  FAULT_RELAY_SLOW_UP,
  FAULT_RELAY_SLOW_DOWN,
  FAULT_RELAY_CREEPING_UP,
  FAULT_RELAY_CREEPING_DOWN,
  FAULT_RELAY_EXPIRED,
  FAULT_RELAY_OTHER_HOST,
  FAULT_RELAY_UNTRUSTED,
  FAULT_RELAY_CUT_HANDSHAKE,
  FAULT_RELAY_FORBIDDEN,
  FAULT_RELAY_UNAUTHENTICATED,
} FaultRelayMode;

typedef struct _FaultRelay FaultRelay;

/**
 * fault_relay_new:
 * @target_port: the port of the server, on the loopback device.
 * @is_proxy: whether it is a http proxy, which is asked to CONNECT.
 * @certificate: (nullable): what it has in place of the server's, if its mode is one of a certificate.
 *
 * Returns: (transfer full): a relay that passes all on, on a free port of the loopback device.
 */
FaultRelay *fault_relay_new (guint16 target_port, gboolean is_proxy, GTlsCertificate *certificate);

/**
 * fault_relay_free:
 * @self: (transfer full): a relay, whose connections end.
 */
void fault_relay_free (FaultRelay *self);

guint16 fault_relay_get_port (FaultRelay *self);

/**
 * fault_relay_set_mode:
 * @mode: how connections go wrong that begin from now on.
 */
void fault_relay_set_mode (FaultRelay *self, FaultRelayMode mode);

G_END_DECLS
