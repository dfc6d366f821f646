/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvserror.h"

G_DEFINE_QUARK (kvs - error - quark, kvs_error)
