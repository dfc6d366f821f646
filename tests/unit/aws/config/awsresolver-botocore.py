#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the hosts of all regions that botocore knows with those of its endpoint rules, and which of
several configured endpoints is taken with what botocore takes.

Usage: awsresolver-botocore.py PROBE [SEED]
"""

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

import botocore
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.session import Session

# Our names of the services, and those of their folders in botocore.
SERVICES = {'kinesisvideo': 'kinesisvideo',
            'kinesis-video-archived-media': 'kinesis-video-archived-media',
            'sts': 'sts', 'sso': 'sso', 'ssooidc': 'sso-oidc'}

# New or unknown regions, for each pattern.
MORE_REGIONS = ['us-new-9', 'eu-x-1', 'ap-new-12', 'sa-x-1', 'ca-x-1', 'me-x-1', 'af-x-1', 'il-x-1',
                'mx-x-1', 'cn-new-3', 'us-gov-north-1', 'zz-mars-1', 'x', 'cn-north', 'us-gov-1']

# What is newer than the oldest botocore that this has to work with (1.29, of Debian 12): partitions,
# whose regions it puts into "aws", dual-stack domains of the iso partitions, and that the hosts of
# IAM Identity Center in GovCloud have no FIPS variant for IPv4.
LITERALS = [
    ('kinesisvideo', 'eusc-de-east-1', False, False, 'kinesisvideo.eusc-de-east-1.amazonaws.eu'),
    ('kinesisvideo', 'eusc-de-east-1', True, True,
     'kinesisvideo-fips.eusc-de-east-1.api.amazonwebservices.eu'),
    ('sts', 'us-iso-east-1', False, False, 'sts.us-iso-east-1.c2s.ic.gov'),
    ('sts', 'us-iso-east-1', False, True, 'sts.us-iso-east-1.api.aws.ic.gov'),
    ('sso', 'us-isob-east-1', True, False, 'portal.sso-fips.us-isob-east-1.sc2s.sgov.gov'),
    ('sso', 'us-isob-east-1', True, True, 'portal.sso-fips.us-isob-east-1.api.aws.scloud'),
    ('ssooidc', 'eu-isoe-west-1', False, False, 'oidc.eu-isoe-west-1.cloud.adc-e.uk'),
    ('ssooidc', 'eu-isoe-west-1', False, True, 'oidc.eu-isoe-west-1.api.cloud-aws.adc-e.uk'),
    ('kinesisvideo', 'us-isof-south-1', False, False,
     'kinesisvideo.us-isof-south-1.csp.hci.ic.gov'),
    ('kinesisvideo', 'us-isof-south-1', True, True,
     'kinesisvideo-fips.us-isof-south-1.api.aws.hci.ic.gov'),
    ('kinesisvideo', 'aws-iso-f-global', False, False,
     'kinesisvideo.aws-iso-f-global.csp.hci.ic.gov'),
    ('sso', 'us-gov-west-1', True, False, 'portal.sso.us-gov-west-1.amazonaws.com'),
    ('sso', 'aws-us-gov-global', True, False, 'portal.sso.aws-us-gov-global.amazonaws.com'),
    ('sso', 'us-gov-west-1', True, True, 'portal.sso-fips.us-gov-west-1.api.aws'),
    ('ssooidc', 'us-gov-east-1', True, False, 'oidc.us-gov-east-1.amazonaws.com'),
    ('sts', 'us-gov-east-1', True, False, 'sts.us-gov-east-1.amazonaws.com'),
    ('kinesisvideo', 'us-gov-west-1', True, False,
     'kinesisvideo-fips.us-gov-west-1.amazonaws.com'),
]


def is_newer_than_botocore(service, region, fips, dualstack):
    """Whether the rule is one that LITERALS is for."""
    return ('iso' in region or region.startswith('eusc-')
            or (service in ('sso', 'ssooidc') and 'us-gov' in region and fips and not dualstack))


def ask_probe(probe, questions, environment):
    result = subprocess.run([probe, 'endpoint'], input=json.dumps(questions), env=environment,
                            capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def get_questions():
    partitions = Session().get_component('data_loader').load_data('partitions')
    regions = {region for partition in partitions['partitions'] for region in partition['regions']}
    return [{'service': service, 'region': region, 'fips': fips, 'dualstack': dualstack}
            for service, region, fips, dualstack in itertools.product(
                SERVICES, sorted(regions.union(MORE_REGIONS)), (False, True), (False, True))]


class Rules:
    """botocore's endpoint rules."""

    def __init__(self):
        loader = Session().get_component('data_loader')
        partitions = loader.load_data('partitions')
        self.providers = {
            service: EndpointProvider(loader.load_service_model(folder, 'endpoint-rule-set-1'),
                                      partitions)
            for service, folder in SERVICES.items()}

    def resolve(self, question):
        try:
            endpoint = self.providers[question['service']].resolve_endpoint(
                Region=question['region'], UseFIPS=question['fips'],
                UseDualStack=question['dualstack'])
        except EndpointProviderError:
            return {'error': True}
        schemes = endpoint.properties.get('authSchemes', [{}])
        region = schemes[0].get('signingRegion', question['region'])
        # The rules say this of the endpoint that is neither FIPS nor dual-stack only; botocore's
        # clients sign for it with the others as well.
        if question['service'] == 'sts' and question['region'] == 'aws-global':
            region = 'us-east-1'
        return {'url': endpoint.url, 'signing_region': region}


def compare(number, name, questions, ours, expected):
    differing = [i for i in range(len(questions)) if i >= len(ours) or ours[i] != expected[i]]
    for i in differing[:5]:
        print(f'# {questions[i]}: ours {ours[i:i + 1]}, expected {expected[i]}')
    print(f"{'not ' if differing else ''}ok {number} - {len(questions)} {name}")
    return not differing


def test_rules(number, probe, environment):
    rules = Rules()
    questions = [question for question in get_questions()
                 if not is_newer_than_botocore(**question)]
    return compare(number, "endpoints equal botocore's", questions,
                   ask_probe(probe, questions, environment),
                   [rules.resolve(question) for question in questions])


def test_literals(number, probe, environment):
    questions = [{'service': service, 'region': region, 'fips': fips, 'dualstack': dualstack}
                 for service, region, fips, dualstack, _ in LITERALS]
    return compare(number, 'endpoints are as in newer rules', questions,
                   ask_probe(probe, questions, environment),
                   [{'url': 'https://' + row[4], 'signing_region': row[1]} for row in LITERALS])


def knows_configured_endpoints():
    """AWS_ENDPOINT_URL and its like came with botocore 1.31."""
    return tuple(int(part) for part in botocore.__version__.split('.')[:2]) >= (1, 31)


def take_configured(places, is_ignored, explicit):
    """The order of the SDKs, written down once more for a botocore that does not have it yet."""
    if explicit:
        return 'http://explicit:1'
    order = [] if is_ignored else ['service-variable', 'variable', 'section', 'profile']
    return next((f'http://{place}:1' for place in order if place in places),
                'https://kinesisvideo.eu-west-1.amazonaws.com')


def take_with_botocore(environment, explicit):
    code = ('import sys, botocore.session; '
            'client = botocore.session.Session().create_client("kinesisvideo", '
            'endpoint_url=sys.argv[1] or None); print(client.meta.endpoint_url)')
    result = subprocess.run([sys.executable, '-c', code, 'http://explicit:1' if explicit else ''],
                            env=environment, capture_output=True, text=True, check=True)
    return result.stdout.strip()


def configure(folder, environment, places, is_ignored):
    """Fills the places where an endpoint can be configured."""
    path = os.path.join(folder, 'config')
    with open(path, 'w', encoding='utf-8') as config:
        config.write('[default]\nregion = eu-west-1\n')
        if 'profile' in places:
            config.write('endpoint_url = http://profile:1\n')
        if 'section' in places:
            config.write('services = mine\n[services mine]\nkinesis_video =\n'
                         '  endpoint_url = http://section:1\n')
    configured = dict(environment, AWS_CONFIG_FILE=path)
    if 'service-variable' in places:
        configured['AWS_ENDPOINT_URL_KINESIS_VIDEO'] = 'http://service-variable:1'
    if 'variable' in places:
        configured['AWS_ENDPOINT_URL'] = 'http://variable:1'
    if is_ignored:
        configured['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] = 'true'
    return configured


def test_configured(number, probe, environment, folder, rng):
    """All combinations of places; botocore, a process for each, is asked about some of them."""
    questions, ours, expected = [], [], []
    flags = [False, True]
    combinations = list(itertools.product(flags, flags, flags, flags, flags, flags))
    asked = rng.sample(combinations, 12) if knows_configured_endpoints() else []
    for combination in combinations:
        *filled, is_ignored, explicit = combination
        places = [place for place, is_filled in
                  zip(['service-variable', 'variable', 'section', 'profile'], filled) if is_filled]
        configured = configure(folder, environment, places, is_ignored)
        question = {'service': 'kinesisvideo'}
        if explicit:
            question['endpoint'] = 'http://explicit:1'
        answer = ask_probe(probe, question, configured)
        questions.append((places, is_ignored, explicit))
        ours.append(answer.get('url', answer))
        expected.append(take_with_botocore(configured, explicit) if combination in asked
                        else take_configured(places, is_ignored, explicit))
    return compare(number, f'configured endpoints, {len(asked)} of them asked of botocore', questions,
                   ours, expected)


def main():
    probe = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2 ** 32)
    print(f'# botocore {botocore.__version__}, seed {seed}')
    print('1..3')
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items()
                       if not name.upper().startswith('AWS_')}
        environment.update(HOME=folder, AWS_CONFIG_FILE='/dev/null',
                           AWS_SHARED_CREDENTIALS_FILE='/dev/null')
        results = [test_rules(1, probe, environment), test_literals(2, probe, environment),
                   test_configured(3, probe, environment, folder, random.Random(seed))]
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
