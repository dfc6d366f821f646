/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A service that answers requests from a random stream without a connection. */
#pragma once

#include "kvsfragmentlist.h"
#include "kvstask.h"

G_BEGIN_DECLS

/**
 * SimulatedEmpty:
 * @SIMULATED_EMPTY_ENTRIES: entries without media.
 * @SIMULATED_EMPTY_LIST: a page without entries.
 * @SIMULATED_EMPTY_NOT_FOUND: status 404.
 * @SIMULATED_EMPTY_INVALID: status 400 with InvalidArgumentException.
 *
 * How the service answers a window in which no fragment begins.
 */
typedef enum {
  SIMULATED_EMPTY_ENTRIES,
  SIMULATED_EMPTY_LIST,
  SIMULATED_EMPTY_NOT_FOUND,
  SIMULATED_EMPTY_INVALID,
} SimulatedEmpty;

/**
 * SimulatedFragment:
 * @start_ms: when it begins.
 * @end_ms: when it ends; it has no media then.
 * @arrival_ms: from when on the service has it.
 */
typedef struct {
  gint64 start_ms;
  gint64 end_ms;
  gint64 arrival_ms;
} SimulatedFragment;

/**
 * SimulatedService:
 * @chance: all random choices.
 * @fragments: (element-type SimulatedFragment): in order, without overlap.
 * @drops_first: whether a request finds only fragments that begin in its window.
 * @empty: see #SimulatedEmpty.
 * @retention_hours: what is older is not there; 0 is no limit.
 * @checks_start: whether a window is rejected whose start is older than that, else one whose end is.
 * @range_cap: how many entries a request gives in all.
 * @bad_token: how probable it is that a token is rejected.
 * @cut: how probable it is that a page breaks off.
 * @short_page: how probable it is that a page has less than MaxResults.
 * @short_end: how probable it is that a page is the last one too early.
 * @surplus: how probable it is that there is a surplus entry.
 * @media_error: how probable it is that media has no image.
 * @bad_image: how probable it is that an image is bad at first.
 * @list_error: how probable it is that ListFragments fails.
 * @max_listed: how many fragments a list may have.
 * @gives_bad_images: whether there is a good image already.
 */
typedef struct {
  GRand *chance;
  GArray *fragments;
  gboolean drops_first;
  SimulatedEmpty empty;
  guint retention_hours;
  gboolean checks_start;
  guint range_cap;
  double bad_token;
  double cut;
  double short_page;
  double short_end;
  double surplus;
  double media_error;
  double bad_image;
  double list_error;
  guint max_listed;
  gboolean gives_bad_images;
} SimulatedService;

SimulatedService *simulated_service_new (GRand *chance);
void simulated_service_free (SimulatedService *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimulatedService, simulated_service_free)

void simulated_service_add_fragment (
    SimulatedService *self, gint64 start_ms, gint64 length_ms, gint64 arrival_ms);

/**
 * SimulatedKinds:
 *
 * A bit for each #KvsSampleKind that a sample may be.
 */
typedef guint SimulatedKinds;

/**
 * simulated_service_get_kinds:
 * @self: a service.
 * @time_ms: the time of a sample.
 * @now_ms: the service's time.
 * @later_ms: a later one, up to which the sample may have been asked for.
 * @slack_ms: how long after the end of the retention period samples may be lost.
 *
 * Returns: what a sample may be that is asked for until it has arrived.
 */
SimulatedKinds simulated_service_get_kinds (
    SimulatedService *self, gint64 time_ms, gint64 now_ms, gint64 later_ms, gint64 slack_ms);

/**
 * SimulatedPage:
 * @indexes: (element-type gint): the indexes of the entries.
 * @kinds: (element-type KvsSampleKind): what they are.
 * @end: how the page ends.
 * @cause: (nullable): why.
 */
typedef struct {
  GArray *indexes;
  GArray *kinds;
  KvsPageEnd end;
  GError *cause;
} SimulatedPage;

void simulated_page_free (SimulatedPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimulatedPage, simulated_page_free)

/**
 * SimulatedPager:
 * @next: the index of the next entry.
 * @n_entries: how many entries there were in all.
 * @n_pages: how many pages.
 *
 * Where a request is between two pages.
 */
typedef struct {
  guint next;
  guint n_entries;
  guint n_pages;
} SimulatedPager;

/**
 * simulated_service_answer:
 * @self: a service.
 * @request: a request for images.
 * @pager: (inout): where the request is.
 * @now_ms: the service's time.
 *
 * Returns: (transfer full): the next page of @request.
 */
SimulatedPage *simulated_service_answer (
    SimulatedService *self, const KvsRequest *request, SimulatedPager *pager, gint64 now_ms);

/**
 * simulated_service_list:
 * @self: a service.
 * @from_ms: the first time.
 * @until_ms: the end of it.
 * @now_ms: the service's time.
 * @is_too_many: (out): whether the list was too long.
 *
 * Returns: (transfer full) (nullable): what ListFragments says.
 */
KvsFragmentList *simulated_service_list (
    SimulatedService *self, gint64 from_ms, gint64 until_ms, gint64 now_ms, gboolean *is_too_many);

G_END_DECLS
