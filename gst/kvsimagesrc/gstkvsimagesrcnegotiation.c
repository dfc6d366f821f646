/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcnegotiation.h"

#include <string.h>

/* The most elements that are searched for the one that refuses. */
#define MAX_DEPTH 16

/* The most characters of an element's caps in a message. */
#define MAX_CAPS_LENGTH 300

gboolean
gst_kvs_image_src_negotiation_wants (GstPad *pad, GstCaps *caps)
{
  g_autoptr (GstCaps) common = gst_pad_peer_query_caps (pad, caps);

  return !gst_caps_is_empty (common);
}

/* Not only the next element must accept them: one that passes caps on, as videorate does, accepts caps that a
 * muxer behind it then refuses. */
gboolean
gst_kvs_image_src_negotiation_takes_incomplete (GstPad *pad, GstCaps *caps)
{
  g_autoptr (GstCaps) taken = gst_pad_peer_query_caps (pad, NULL);

  return gst_caps_is_subset (caps, taken) && gst_pad_peer_query_accept_caps (pad, caps);
}

/* The element that refuses the caps */

/* The sink pad that @pad's element passes images on to, if it does. */
static GstPad *
get_next (GstPad *pad, GstCaps *caps)
{
  g_autoptr (GstIterator) links = gst_pad_iterate_internal_links (pad);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GstCaps) passed = NULL;
  GstPad *out;

  if (links == NULL || gst_iterator_next (links, &value) != GST_ITERATOR_OK)
    return NULL;
  out = g_value_get_object (&value);
  passed = gst_pad_get_pad_template_caps (out);
  return gst_caps_can_intersect (passed, caps) ? gst_pad_get_peer (out) : NULL;
}

/* A bin refuses what an element in it does. */
static GstPad *
look_into_bin (GstPad *pad)
{
  GstPad *target;

  while (
      GST_IS_GHOST_PAD (pad) && (target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad))) != NULL) {
    gst_object_unref (pad);
    pad = target;
  }
  return pad;
}

/* An element that passes images on refuses what another one behind it does, so that the last one counts. */
static GstPad *
find_refuser (GstPad *pad, GstCaps *caps)
{
  GstPad *refuser = gst_pad_get_peer (pad);
  g_autoptr (GstPad) next = refuser ? gst_object_ref (refuser) : NULL;

  for (guint depth = 0; next != NULL && depth < MAX_DEPTH; depth++) {
    GstPad *current = next;

    if (!gst_pad_query_accept_caps (current, caps))
      gst_object_replace ((GstObject **)&refuser, GST_OBJECT (current));
    next = get_next (current, caps);
    gst_object_unref (current);
  }
  return refuser ? look_into_bin (refuser) : NULL;
}

/* The caps that are refused */

static gboolean
takes_field (const GstStructure *taken, const GstStructure *refused, const char *field)
{
  const GValue *value = gst_structure_get_value (refused, field);
  const GValue *accepted = gst_structure_get_value (taken, field);

  return value == NULL || accepted == NULL || gst_value_intersect (NULL, value, accepted);
}

/* Returns NULL where no structure of @taken is of this format at all. */
static const GstStructure *
find_format (GstCaps *taken, const char *name)
{
  for (guint i = 0; i < gst_caps_get_size (taken); i++) {
    if (gst_structure_has_name (gst_caps_get_structure (taken, i), name))
      return gst_caps_get_structure (taken, i);
  }
  return NULL;
}

static const char *
describe_format (GstCaps *taken, const GstStructure *refused)
{
  if (find_format (taken, "image/png") && !gst_structure_has_name (refused, "image/png"))
    return "It refuses the format; set format=png.";
  if (find_format (taken, "image/jpeg") && !gst_structure_has_name (refused, "image/jpeg"))
    return "It refuses the format; set format=jpeg.";
  return "It refuses the format; set format to what it takes, or decode the images first, with jpegdec or pngdec.";
}

/* That stills have no frame rate is what muxers of video files only refuse when they get the caps. */
static const char *
describe_cause (GstCaps *taken, const GstStructure *refused)
{
  const GstStructure *same = find_format (taken, gst_structure_get_name (refused));

  if (same == NULL && !gst_caps_is_any (taken))
    return describe_format (taken, refused);
  if (same && (!takes_field (same, refused, "width") || !takes_field (same, refused, "height")))
    return "It refuses the size; set width and height to what it takes.";
  if (same && !takes_field (same, refused, "framerate"))
    return "It refuses the frame rate, as stills have none; put videorate and caps with a framerate in front of it.";
  if (!gst_structure_has_field (refused, "width"))
    return "There is no size, as there is no still; set width and height.";
  return "If it is a muxer, it refuses the frame rate, as stills have none; put videorate and caps with a framerate "
         "in front of it.";
}

static char *
print_taken (GstCaps *taken)
{
  g_autofree char *text = gst_caps_to_string (taken);

  return strlen (text) > MAX_CAPS_LENGTH ? g_strdup_printf ("%.*s…", MAX_CAPS_LENGTH, text)
                                         : g_steal_pointer (&text);
}

char *
gst_kvs_image_src_negotiation_describe_rejection (GstPad *pad, GstCaps *caps)
{
  g_autoptr (GstPad) refuser = find_refuser (pad, caps);
  g_autofree char *refused_text = gst_caps_to_string (caps);
  g_autofree char *taken_text = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GstCaps) taken = NULL;

  if (refuser == NULL)
    return g_strdup ("Nothing is linked to the source pad that could take the images.");
  taken = gst_pad_query_caps (refuser, NULL);
  taken_text = print_taken (taken);
  name = gst_object_get_name (
      GST_OBJECT_PARENT (refuser) ? GST_OBJECT_PARENT (refuser) : GST_OBJECT (refuser));
  return g_strdup_printf ("%s refuses the images, which are %s. %s It takes %s.", name,
      refused_text, describe_cause (taken, gst_caps_get_structure (caps, 0)), taken_text);
}
