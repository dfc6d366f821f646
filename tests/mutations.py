# SPDX-License-Identifier: LGPL-2.1-or-later
"""The faults that tools/mutate plants: each a text of a file that is replaced by another, and the test program
that has to detect it."""

from typing import NamedTuple


class Mutation(NamedTuple):
    what: str
    file: str
    test: str
    old: str
    new: str


MUTATIONS = [
    # Secrets.
    Mutation('a secret text is not wiped', 'awssecret.c', 'awssecret',
             'OPENSSL_cleanse (secret, strlen (secret));', 'secret[strlen (secret)] = 0;'),
    Mutation('secret bytes are not wiped', 'awssecret.c', 'awssecret',
             'OPENSSL_cleanse (memory->data, memory->size);', ''),
    Mutation('the signing key is not wiped', 'awssigner.c', 'awssigner', 'OPENSSL_cleanse (key, sizeof key);', ''),
    Mutation('the key that the signing key is made of is not wiped', 'awssigner.c', 'awssigner',
             'aws_secret_free (prefixed);', 'g_free (prefixed);'),
    Mutation('the secret key of credentials is not wiped', 'awscredentials.c', 'awssigner',
             'aws_secret_free (self->secret_key);', 'g_free (self->secret_key);'),
    Mutation('the session token of credentials is not wiped', 'awscredentials.c', 'awssigner',
             'aws_secret_free (self->session_token);', 'g_free (self->session_token);'),
    Mutation('the session token is logged', 'awsclient.c', 'awsclient-log',
             '    add_header (headers, "Authorization", signature->authorization);',
             '    add_header (headers, "Authorization", signature->authorization);\n'
             '    aws_log_debug ("%s", aws_credentials_get_session_token (credentials));'),
    Mutation('a password of a URL is shown', 'awsendpoint.c', 'awsendpoint',
             "strchr (url, '@') == NULL &&", ''),
    Mutation('a secret of the request is not struck out of an error', 'awsreply.c', 'awsreply',
             'aws_foreign_text_clean (what, -1, (const char *const *)self->secrets)',
             'aws_foreign_text_clean (what, -1, NULL)'),
    Mutation('a DataEndpoint repeats a secret', 'kvsdataendpoint.c', 'kvsdataendpoint',
             'if (aws_reply_has_secret (reply, url))', 'if (FALSE)'),

    # Input.
    Mutation('JSON may be one level too deep', 'awsjsonparser.c', 'awsjsonparser',
             'self->depth == AWS_JSON_MAX_DEPTH', 'self->depth > AWS_JSON_MAX_DEPTH'),
    Mutation('a number may be one digit too long', 'awsjsonparser.c', 'awsjsonparser',
             'self->word->len == AWS_JSON_MAX_TOKEN', 'self->word->len == AWS_JSON_MAX_TOKEN + 1'),
    Mutation('a member may be there twice', 'awsjson.c', 'awsjson',
             'if (key != NULL && has_member (self, key))', 'if (FALSE && has_member (self, key))'),
    Mutation('text outside of elements of an error', 'awsserviceerror.c', 'awsserviceerror',
             "if (name == NULL || *value == '\\0')", "if (*value == '\\0')"),
    Mutation('text outside of elements of credentials', 'awsstsdocument.c', 'awsstsdocument',
             '  return outer != NULL && g_str_equal', '  return g_str_equal'),
    Mutation('text of a server that is as long as it may be is cut', 'awsforeigntext.c', 'awsforeigntext',
             'if (line->len <= MAX_LENGTH)', 'if (line->len < MAX_LENGTH)'),
    Mutation('a file of the largest size is refused', 'awssecretfile.c', 'awssecretfile',
             '(gsize)size > max', '(gsize)size >= max'),
    Mutation('a pipe is read as a file', 'awssecretfile.c', 'awssecretfile',
             '!S_ISREG (status.st_mode)', 'FALSE'),
    Mutation('a NUL hides the rest of a credential file', 'awscredentialfilesource.c', 'awscredentialfilesource',
             "memchr (text, '\\0', size) != NULL", 'FALSE'),
    Mutation('[default] counts beside [profile default]', 'awsprofileparser.c', 'awsprofileparser',
             'self->has_prefixed_default |= equals (name, "default");', ''),
    Mutation('a segment of a JPEG may be one byte long', 'kvsimage.c', 'kvsimage',
             'length < 2 || length > image.size - at', 'length < 1 || length > image.size - at'),
    Mutation('a damaged resume token is taken', 'kvsresumetoken.c', 'kvsresumetoken',
             'return g_str_equal (checksum, fields[FIELD_CHECKSUM]) ?', 'return TRUE ?'),
    Mutation('a minute may have 62 seconds', 'kvstimestamp.c', 'kvstimestamp', 'if (second > 60)', 'if (second > 61)'),
    Mutation('a URI is repeated as it is', 'gstkvsimagesrcuri.c', 'gstkvsimagesrcuri',
             'aws_foreign_text_clean (cause->message, -1, NULL)', 'g_strdup (cause->message)'),

    # The network.
    Mutation('redirects are followed', 'awshttp.c', 'awshttp',
             'SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT', 'SOUP_MESSAGE_IDEMPOTENT'),
    Mutation('http is good enough', 'awsendpoint.c', 'awsendpoint',
             'if (strcmp (scheme, "http") == 0 && !allow_http)', 'if (FALSE)'),
    Mutation('a body that is cut off is whole', 'awsreply.c', 'awsreply',
             'if (!self->has_length || self->missing == 0)', 'if (TRUE)'),
    Mutation('a body of the largest size is refused', 'awsreply.c', 'awsreply',
             '(gsize)size > max - body->len', '(gsize)size >= max - body->len'),
    Mutation('this machine is reached by way of a proxy', 'awsproxy.c', 'awsproxy', 'if (is_near (host))', 'if (FALSE)'),
    Mutation('the clock is corrected over http', 'awsclient.c', 'awsclient-retries',
             'date < 0 || !is_trustworthy (uri) ||', 'date < 0 || (FALSE && !is_trustworthy (uri)) ||'),
    Mutation('another text is signed', 'awssigner.c', 'awssigner',
             'authenticate (hmac, key, HASH_SIZE, signer->service, key)', 'authenticate (hmac, key, HASH_SIZE, signer->region, key)'),

    # Attempts.
    Mutation('throttling is final', 'awserrorcode.c', 'awserrorcode',
             '{"ClientLimitExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING,',
             '{"ClientLimitExceededException", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_FINAL,'),
    Mutation('expired credentials are final', 'awserrorcode.c', 'awserrorcode',
             '{"ExpiredTokenException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_AUTH,',
             '{"ExpiredTokenException", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL,'),
    Mutation('one attempt too many', 'awsattempts.c', 'awsattempts',
             'if (self->number == self->max)', 'if (self->max != 0 && self->number > self->max)'),
    Mutation('the last tokens of the budget are not used', 'awsattempts.c', 'awsattempts',
             'if (self->tokens < tokens)', 'if (self->tokens <= tokens)'),
    Mutation('a service may ask for no pause', 'awsattempts.c', 'awsattempts',
             'return MAX (MIN (hint_ms, MAX_DELAY_US / 1000) * 1000, get_min_delay (self));',
             'return MIN (hint_ms, MAX_DELAY_US / 1000) * 1000 + 0 * get_min_delay (self);'),
    Mutation('a page that broke off is not asked for again', 'kvspager.c', 'kvspager',
             '    if (has_nothing_of_page (self))\n      return KVS_PAGER_PAGE;\n', ''),
    Mutation('a token without progress is followed without end', 'kvspager.c', 'kvspager',
             'self->n_idle_pages == MAX_IDLE_PAGES', 'self->n_idle_pages == 1000 * MAX_IDLE_PAGES'),

    # Locks, waits and cancellations.
    Mutation('what is due is not cancelled', 'awswatchdog.c', 'awswatchdog',
             'g_cancellable_cancel (due->pdata[i]);', ';'),
    Mutation('an earlier watch does not wake the thread', 'awswatchdog.c', 'awswatchdog',
             'monotonic_us < self->waits_until_us)\n    g_cancellable_cancel (self->wake);',
             'monotonic_us < self->waits_until_us)\n    ;'),
    Mutation('a lock is not given back when the watchdog rests', 'awswatchdog.c', 'awswatchdog',
             '  self->runs = FALSE;\n  g_mutex_unlock (&self->lock);', '  self->runs = FALSE;'),
    Mutation('a refresh never ends', 'awscredentialsprovider.c', 'awscredentialsprovider',
             '  self->is_refreshing = FALSE;\n', ''),
    Mutation('new credentials are not passed on', 'awscredentialsprovider.c', 'awscredentialsprovider',
             '  self->n_refreshes++;\n  g_cond_broadcast (&self->refreshed);', '  self->n_refreshes++;'),
    Mutation('a program is killed without its children', 'awsprocesssource.c', 'awsprocesssource',
             'kill (-run->group, SIGKILL);', 'kill (run->group, SIGKILL);'),
    Mutation('a caller that waits for an endpoint is never woken', 'kvsendpointcache.c', 'kvsendpointcache',
             '    call->failure = g_error_copy (failure);\n  }\n  g_cond_broadcast (&self->call_ended);',
             '    call->failure = g_error_copy (failure);\n  }'),
    Mutation('a pull frees no budget', 'kvsreader.c', 'kvsreader-parallel',
             '  kvs_budget_release (&self->budget, sample->image_memory);\n', ''),

    # Arithmetic.
    Mutation('the budget is never used to its last byte', 'kvsbudget.c', 'kvsbudget',
             'self->held + self->reserved + bytes <= self->max_bytes', 'self->held + self->reserved + bytes < self->max_bytes'),
    Mutation('an empty range is taken', 'kvsrange.c', 'kvsrange', 'if (end_ms <= start_ms)', 'if (end_ms < start_ms)'),
    Mutation('the end of a range is part of it', 'kvsrange.c', 'kvsrange',
             '(range->end_ms - range->start_ms - 1)', '(range->end_ms - range->start_ms)'),
    Mutation('a page may have one entry more', 'kvsmatcher.c', 'kvsmatcher',
             'return self->page.entries->len >= max_results + MAX_SURPLUS;',
             'return self->page.entries->len > max_results + MAX_SURPLUS;'),
]
