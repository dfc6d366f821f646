/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call: its request, the settings that apply to it, and what the log will have about it. */
#pragma once

#include "emulatoridentity.h"
#include "emulatorquota.h"
#include "emulatorrequest.h"
#include "emulatorsettings.h"
#include "emulatortoken.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What calls share; owned by the service, and safe to use from any thread. */
typedef struct {
  EmulatorSealer *sealer;
  EmulatorQuota *quota;
  EmulatorIdentities *identities;
} EmulatorShared;

typedef struct _EmulatorCall EmulatorCall;

/**
 * EmulatorAnswerFunc:
 * @call: a call whose signature was found good
 * @error: return location for an #EmulatorError
 *
 * Carries out an operation. It may take its time: it runs on a thread of its own.
 *
 * Returns: (transfer full): the body of the reply, in the form of the operation's protocol
 */
typedef GBytes *(*EmulatorAnswerFunc) (EmulatorCall *call, GError **error);

struct _EmulatorCall {
  const EmulatorShared *shared;
  EmulatorSettings *settings;
  EmulatorRequest *request;
  EmulatorFault *fault;
  gint64 now_ms;
  const char *operation;  /* its name */
  guint in_flight;        /* how many calls were unanswered when it came, itself included */
  JsonObject *parameters; /* the body, if it is a JSON object; else NULL */

  char *stream; /* the name of the stream it is about, once that is known */
  guint n_images;
  guint n_gaps;
  guint n_fragments;
};

/**
 * emulator_call_find_stream:
 * @stream_name: (nullable): a StreamName
 * @stream_arn: (nullable): a StreamARN; its account and time of creation are not
 *   checked, because a client cannot know them beforehand
 * @error: return location for an #EmulatorError
 *
 * Finds the stream that a request names, and notes it.
 *
 * Returns: (transfer none): the stream; %NULL with EMULATOR_ERROR_INVALID_ARGUMENT unless exactly
 *   one of the two is given, with EMULATOR_ERROR_RESOURCE_NOT_FOUND when there is none
 */
EmulatorStream *emulator_call_find_stream (
    EmulatorCall *call, const char *stream_name, const char *stream_arn, GError **error);

/**
 * emulator_call_free:
 * @call: (transfer full): a call
 */
void emulator_call_free (EmulatorCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorCall, emulator_call_free)

G_END_DECLS
