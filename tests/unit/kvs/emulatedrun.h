/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader of a stream of the emulator. Each sample is compared with what the emulator says is there. */
#pragma once

#include <emulator.h>
#include <fakeclock.h>
#include <kvsreader.h>

G_BEGIN_DECLS

/** When ranges begin, unless a test says otherwise: 2026-11-20T08:00:00Z, in ms. */
#define EMULATED_RUN_START G_GINT64_CONSTANT (1795161600000)

/**
 * EmulatedRun:
 * @emulator: the service, whose clock stands still a day after the start.
 * @url: (nullable): where another emulator is, which is the service instead.
 * @clock: the reader's clock.
 * @client: the client.
 * @cache: the data endpoints.
 * @is_beside: whether @emulator belongs to another run.
 * @pacer: the quota of the requests.
 * @query: what is asked for.
 * @spec: from when to when; a range of a minute at first.
 * @options: how.
 * @traversal: which samples in which order; all of them at first.
 * @stats: what was counted.
 * @reader: (nullable): the reader, once it was started.
 * @n_outages: how many outages it has reported.
 * @n_recoveries: how many ends of outages.
 * @n_only_gaps: how often it has told of a live edge with only gaps.
 * @outage_us: how long the last one was.
 *
 * What is to be different is set before emulated_run_start().
 */
typedef struct {
  Emulator *emulator;
  const char *url;
  AwsClock *clock;
  AwsClient *client;
  KvsEndpointCache *cache;
  gboolean is_beside;
  KvsPacer *pacer;
  KvsQuery query;
  KvsRangeSpec spec;
  KvsReaderOptions options;
  KvsTraversal traversal;
  KvsStats *stats;
  KvsReader *reader;
  int n_outages;
  int n_recoveries;
  int n_only_gaps;
  gint64 outage_us;
} EmulatedRun;

/**
 * emulated_run_new:
 *
 * Returns: (transfer full): a run on a stream `door` that is to be configured yet, with a #FakeClock.
 */
EmulatedRun *emulated_run_new (void);

/**
 * emulated_run_new_with_clock:
 * @clock: the reader's clock.
 *
 * Returns: (transfer full): a run as of emulated_run_new(), with @clock.
 */
EmulatedRun *emulated_run_new_with_clock (AwsClock *clock);

/**
 * emulated_run_new_beside:
 * @other: a run, which must outlive this one.
 *
 * Returns: (transfer full): another run on the stream of @other, with all that runs of a process have in
 * common.
 */
EmulatedRun *emulated_run_new_beside (EmulatedRun *other);

/**
 * emulated_run_free:
 * @self: (transfer full): a run.
 */
void emulated_run_free (EmulatedRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatedRun, emulated_run_free)

/**
 * emulated_run_set_timeout:
 * @self: a run that was not started.
 * @completion_timeout_ms: how long a request may take, in ms of real time.
 */
void emulated_run_set_timeout (EmulatedRun *self, guint completion_timeout_ms);

/**
 * emulated_run_configure:
 * @self: a run.
 * @name: the name of an option of the emulator.
 * @value: its value.
 */
void emulated_run_configure (EmulatedRun *self, const char *name, const char *value);

/**
 * emulated_run_start:
 * @self: a run.
 *
 * Starts the emulator, unless it runs, and a reader.
 */
void emulated_run_start (EmulatedRun *self);

/**
 * emulated_run_stop:
 * @self: a run.
 *
 * Ends the reader.
 */
void emulated_run_stop (EmulatedRun *self);

/**
 * emulated_run_check:
 * @self: a run.
 * @sample: a sample of it.
 *
 * Returns: (transfer full) (nullable): what is wrong with @sample; %NULL where it is what the emulator
 * says is there.
 */
char *emulated_run_check (EmulatedRun *self, const KvsSample *sample);

/**
 * emulated_run_check_all:
 * @self: a run that was started.
 * @traversal: which samples have to come.
 *
 * Pulls all samples.
 *
 * Returns: (transfer full) (nullable): the first thing that is wrong with them; %NULL where each came
 * once, in order, and is what the emulator says is there.
 */
char *emulated_run_check_all (EmulatedRun *self, const KvsTraversal *traversal);

/**
 * emulated_run_check_some:
 * @self: a run that was started.
 * @traversal: which samples have to come.
 * @max_samples: how many of them to pull at most.
 *
 * As emulated_run_check_all(), for the first samples.
 *
 * Returns: (transfer full) (nullable): the first thing that is wrong with them.
 */
char *emulated_run_check_some (
    EmulatedRun *self, const KvsTraversal *traversal, guint64 max_samples);

G_END_DECLS
