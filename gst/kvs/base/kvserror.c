/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvserror.h"

GQuark
kvs_error_quark (void)
{
  return g_quark_from_static_string ("kvs-error-quark");
}
