/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* URIs that kvs_uri_parse() rejects by their syntax, and so the element does, too. */
#pragma once

/** What the message of the error says of each URI. */
static const struct {
  const char *uri, *words;
} rejected_uris[] = {
    {"http://host/door", "kvsimage://REGION/STREAM"},
    {"door", "kvsimage://REGION/STREAM"},
    {"", "kvsimage://REGION/STREAM"},
    {"kvsimage:///", "names no stream"},
    {"kvsimage:///?start-timestamp=now-1h", "names no stream"},
    {"kvsimage:///two/doors", "no name of a stream"},
    {"kvsimage:///front%20door", "no name of a stream"},
    {"kvsimage://-/door", "no region"},
    {"kvsimage://me:s3cret@eu-west-1/door", "user and a password"},
    {"kvsimage://eu-west-1:80/door", "port"},
    {"kvsimage:///door#x", "fragment"},
    {"kvsimage:///door?secret-key=s3cret", "cannot say “secret-key”"},
    {"kvsimage:///door?access-key=s3cret", "cannot say “access-key”"},
    {"kvsimage:///door?profile=s3cret", "cannot say “profile”"},
    {"kvsimage:///door?endpoint-url=s3cret", "cannot say “endpoint-url”"},
    {"kvsimage:///door?stream-name=door", "two streams"},
    {"kvsimage:///?stream-name=door&stream-arn="
     "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1",
        "two streams"},
    {"kvsimage:///door?stream-arn=arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1",
        "two streams"},
    {"kvsimage:///x?%=1", "two hexadecimal digits"},
    {"kvsimage:///x?a%00b=1", "two hexadecimal digits"},
    {"kvsimage:///x?follow=%", "two hexadecimal digits"},
    {"kvsimage:///x?follow=%0", "two hexadecimal digits"},
    {"kvsimage:///x?%zz", "two hexadecimal digits"},
    {"kvsimage:///x%", "two hexadecimal digits"},
    {"kvsimage:///%00", "two hexadecimal digits"},
    {"kvsimage://%/x", "two hexadecimal digits"},
    {"kvsimage://eu%00/x", "two hexadecimal digits"},
    {"kvsimage:///x#%", "two hexadecimal digits"},
    {"%", "two hexadecimal digits"},
    {"kvsimage:///x?start-timestamp=\xff", "UTF-8"},
    {"kvsimage:///x?start-timestamp=%ff", "UTF-8"},
    {"kvsimage:///x?%c3%28=1", "UTF-8"},
    {"kvsimage:///?stream-name=a=b", "no name of a stream"},
    {"kvsimage:///?stream-name=front%20door", "no name of a stream"},
    {"kvsimage:///?stream-name=a%2Fb", "no name of a stream"},
    {"kvsimage:///door?follow=true&follow=false", "follow occurs twice"},
    {"kvsimage:///?stream-name=door&stream-name=door", "stream-name occurs twice"},
    {"kvsimage:///door?width=1&w%69dth=2", "width occurs twice"},
    {"kvsimage:///door?s3cret=1&s3cret=2", "a key occurs twice"},
    {"kvsimage:///door?&&", "a key occurs twice"},
    {"kvsimage:///door?=1", "cannot say “”"},
};
