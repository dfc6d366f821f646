/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader of a service with scripted replies. */
#pragma once

#include <kvsreader.h>

#include "testpage.h"
#include "testservice.h"

G_BEGIN_DECLS

#define NOT_FOUND                                                                                  \
  "404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException\r\nx-amzn-RequestId: gone-1\r\n",  \
      "{\"Message\":\"The requested stream is not found or not active.\"}"
#define OUTSIDE_RETENTION                                                                          \
  "400 Bad Request", "x-amzn-ErrorType: InvalidArgumentException\r\n",                             \
      "{\"Message\":\"End timestamp is outside of the stream Retention period.\"}"

#define BAD_TOKEN                                                                                  \
  "400 Bad Request", "x-amzn-ErrorType: InvalidArgumentException\r\n",                             \
      "{\"Message\":\"NextToken is invalid.\"}"

/**
 * ScriptedRun:
 * @service: the service.
 * @cache: the data endpoints.
 * @clock: the time, a #FakeClock unless another one is set.
 * @max_attempts: per request.
 * @stats: what was counted.
 * @query: what is asked for.
 * @spec: from when to when.
 * @now_ms: what "now" is.
 * @options: how: by one request after the other, at once and without looking back.
 * @traversal: what is read: all.
 * @reader: (nullable): the reader, once it was prepared.
 *
 * A run through samples of a service. What is to be different is set before it is prepared.
 */
typedef struct {
  TestService *service;
  KvsEndpointCache *cache;
  AwsClock *clock;
  guint max_attempts;
  KvsStats *stats;
  KvsQuery query;
  KvsRangeSpec spec;
  gint64 now_ms;
  KvsReaderOptions options;
  KvsTraversal traversal;
  KvsReader *reader;
} ScriptedRun;

/**
 * scripted_run_new:
 * @n_samples: how many samples there are.
 *
 * Returns: (transfer full): a run whose service tells where GetImages is answered.
 */
ScriptedRun *scripted_run_new (guint n_samples);

/**
 * scripted_run_new_unlocated:
 * @n_samples: how many samples there are.
 *
 * Returns: (transfer full): a run whose service has no answer at all.
 */
ScriptedRun *scripted_run_new_unlocated (guint n_samples);

/**
 * scripted_run_free:
 * @run: (transfer full): a run, which is stopped.
 */
void scripted_run_free (ScriptedRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptedRun, scripted_run_free)

/**
 * scripted_run_add_page:
 * @run: a run.
 * @entries: as of test_page_new().
 * @next_token: (nullable): the same.
 *
 * Adds an answer with a page.
 */
void scripted_run_add_page (ScriptedRun *run, const char *entries, const char *next_token);

/**
 * scripted_run_add_stills:
 * @run: a run.
 * @first: the first sample.
 * @last: the one behind the last.
 * @next_token: (nullable): the NextToken.
 *
 * Adds an answer with a page of stills.
 */
void scripted_run_add_stills (ScriptedRun *run, guint first, guint last, const char *next_token);

/**
 * scripted_run_prepare_at:
 * @run: a run.
 * @endpoint: where GetDataEndpoint is called.
 *
 * Makes a reader that does not begin yet.
 */
void scripted_run_prepare_at (ScriptedRun *run, GUri *endpoint);

/**
 * scripted_run_prepare:
 * @run: a run.
 *
 * Makes a reader of the run's service that does not begin yet.
 */
void scripted_run_prepare (ScriptedRun *run);

/**
 * scripted_run_start:
 * @run: a run.
 *
 * Begins to read with a new reader.
 */
void scripted_run_start (ScriptedRun *run);

/**
 * scripted_run_start_until_held:
 * @run: a run with an answer that is held or silent.
 *
 * Begins to read, and waits until that answer is due.
 */
void scripted_run_start_until_held (ScriptedRun *run);

/**
 * scripted_run_pull:
 * @run: a run that has begun.
 * @max: how many samples to pull at most.
 * @error: (out) (nullable): what ends it.
 *
 * Returns: (transfer full): the samples, each as the letter of its kind (the one of BAD_IMAGE is b) and its
 * number, and the number of its image where that is another one.
 */
char *scripted_run_pull (ScriptedRun *run, guint max, GError **error);

/**
 * scripted_run_assert_pulls:
 * @run: a run that has begun.
 * @expected: the samples that come until the end, as of scripted_run_pull().
 *
 * Asserts as well that no answer is left.
 */
void scripted_run_assert_pulls (ScriptedRun *run, const char *expected);

/**
 * scripted_run_assert_gives:
 * @run: a run.
 * @expected: see scripted_run_assert_pulls().
 *
 * Begins to read and asserts what comes.
 */
void scripted_run_assert_gives (ScriptedRun *run, const char *expected);

/**
 * scripted_run_assert_gives_stills:
 * @run: a run.
 * @first: the first sample.
 * @last: the one behind the last.
 *
 * Begins to read and asserts that just these stills come.
 */
void scripted_run_assert_gives_stills (ScriptedRun *run, guint first, guint last);

/**
 * scripted_run_assert_fails:
 * @run: a run.
 * @expected: the samples before the error.
 *
 * Begins to read and asserts that it fails, again and again.
 *
 * Returns: (transfer full): the error.
 */
GError *scripted_run_assert_fails (ScriptedRun *run, const char *expected);

/**
 * scripted_run_assert_message:
 * @run: a run.
 * @error: an error.
 * @message: its message after the name of the host.
 */
void scripted_run_assert_message (ScriptedRun *run, const GError *error, const char *message);

/**
 * scripted_run_assert_asked:
 * @run: a run.
 * @expected: the requests to GetImages, each as "start..end:interval/MaxResults@NextToken", the times in ms
 * from sample 0, and the interval only where it is not that of the range.
 */
void scripted_run_assert_asked (ScriptedRun *run, const char *expected);

/**
 * scripted_run_assert_calls:
 * @run: a run.
 * @expected: all requests: E is GetDataEndpoint, I is GetImages.
 */
void scripted_run_assert_calls (ScriptedRun *run, const char *expected);

/**
 * scripted_run_get_wasted:
 * @run: a run.
 *
 * Returns: how many images came and are no samples.
 */
guint64 scripted_run_get_wasted (ScriptedRun *run);

/**
 * scripted_run_answer:
 * @body: a request.
 *
 * A #TestServiceFunc: there is a still at each sample, and a NextToken that is the number of the first one
 * that is not on the page, as long as there is one.
 *
 * Returns: (transfer full): the page.
 */
char *scripted_run_answer (const char *body);

/**
 * scripted_run_answer_with:
 * @kind: a letter as of test_page_new().
 * @body: a request.
 *
 * Returns: (transfer full): as scripted_run_answer(), with @kind in place of stills.
 */
char *scripted_run_answer_with (char kind, const char *body);

/**
 * scripted_run_match_start:
 * @first: a sample.
 *
 * Returns: (transfer full): what test_service_match() takes for a request that begins with it.
 */
char *scripted_run_match_start (guint first);

/**
 * scripted_run_list:
 * @kind: a letter.
 * @first: the first sample.
 * @last: the one behind the last.
 *
 * Returns: (transfer full): these samples, all of the same kind, as of test_page_new().
 */
char *scripted_run_list (char kind, guint first, guint last);

G_END_DECLS
