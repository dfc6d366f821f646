/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Performs scenarios as gst-validate does: lists of actions, each of them performed when playback has come to
 * its place. Pads are watched meanwhile, and positions checked as validate checks them. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum {
  SCENARIO_END, /* of the list: play until EOS */
  SCENARIO_STOP,
  SCENARIO_SEEK,
  SCENARIO_PAUSE,
  SCENARIO_PLAY,
  SCENARIO_NULL,
  SCENARIO_EOS,
  SCENARIO_WAIT,
  SCENARIO_WAIT_EOS,
} ScenarioActionType;

/** No place: an action is performed at once, a seek leaves the stop open. */
#define SCENARIO_NONE (-1.0)

/**
 * ScenarioAction:
 * @type: what to do.
 * @at: the position that playback has to reach first, in seconds, or %SCENARIO_NONE.
 * @rate: of a seek.
 * @flags: of a seek; it always flushes.
 * @start_type: of a seek.
 * @start: of a seek, in seconds.
 * @stop_type: of a seek.
 * @stop: of a seek, in seconds, or %SCENARIO_NONE.
 * @is_relative: @start is counted from the position.
 * @duration: how long a pause lasts before playback goes on, 0 for one without an end, or how long to wait, in
 *   seconds.
 * @repeat: how often it is done; 0 is once.
 */
typedef struct {
  ScenarioActionType type;
  gdouble at;
  gdouble rate;
  GstSeekFlags flags;
  GstSeekType start_type;
  gdouble start;
  GstSeekType stop_type;
  gdouble stop;
  gboolean is_relative;
  gdouble duration;
  guint repeat;
} ScenarioAction;

/**
 * Scenario:
 * @name: gst-validate's name for it.
 * @duration: how much media it needs, in seconds; of one that grows, how much there is at the beginning.
 * @interval: from one picture to the next, in milliseconds.
 * @is_live: the media grows.
 * @handles_states: it sets the state from the beginning on. Others begin in PLAYING.
 * @ignores_eos: EOS does for the place of the next action.
 * @repeat: how often to perform the whole list; 0 is once.
 * @actions: the list.
 */
typedef struct {
  const char *name;
  guint duration;
  guint interval;
  gboolean is_live;
  gboolean handles_states;
  gboolean ignores_eos;
  guint repeat;
  ScenarioAction actions[14];
} Scenario;

/**
 * ScenarioRunFlags:
 * @SCENARIO_RUN_UNQUEUED: the pipeline has no queue, so that nothing is read long before it is shown.
 * @SCENARIO_RUN_KEEPS_PLACE: a seek without a start begins with the picture that is shown, and not with the next
 *   one to be read.
 * @SCENARIO_RUN_IS_PLAYER: only a warning of our own element is a fault. An identity of decodebin3 warns that it is
 *   not negotiated if it is stopped while it starts.
 */
typedef enum {
  SCENARIO_RUN_UNQUEUED = 1 << 0,
  SCENARIO_RUN_KEEPS_PLACE = 1 << 1,
  SCENARIO_RUN_IS_PLAYER = 1 << 2,
} ScenarioRunFlags;

typedef struct _ScenarioRun ScenarioRun;

/**
 * scenario_run_new:
 * @scenario: (transfer none): what to perform; it has to outlive the run.
 * @pipeline: (transfer floating): a pipeline whose sink waits for the clock.
 * @flags: what can be asked of @pipeline.
 *
 * Returns: (transfer full): a run of @scenario.
 */
ScenarioRun *scenario_run_new (
    const Scenario *scenario, GstElement *pipeline, ScenarioRunFlags flags);

/**
 * scenario_run_free:
 * @self: (transfer full): a run.
 */
void scenario_run_free (ScenarioRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScenarioRun, scenario_run_free)

/**
 * scenario_run_watch:
 * @self: a run.
 * @element: an element of the pipeline.
 * @pad: the name of its pad.
 *
 * Has the pad watched. May be called from any thread.
 */
void scenario_run_watch (ScenarioRun *self, GstElement *element, const char *pad);

/**
 * scenario_run_play:
 * @self: a run.
 *
 * Performs the scenario, which can be done once.
 *
 * Returns: (transfer full) (nullable): what was wrong, in lines.
 */
char *scenario_run_play (ScenarioRun *self);

G_END_DECLS
