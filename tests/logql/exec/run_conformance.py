#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs recorded query cases in process, without a server (see conformance_runner.cc).

usage: run_conformance.py RUNNER [--conformance DIR] [--quirks] [--areas a,b] [--ids x,y] [--details N]
"""
import argparse, glob, gzip, importlib.util, json, math, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def hexed(text):
    return text.encode('utf-8', 'surrogateescape').hex() or '-'


def time_ns(text):
    if '.' in text:
        return round(float(text) * 1000) * 1_000_000
    return int(text) * (10**9 if len(text) <= 10 else 1)


def duration_ns(text):
    try:
        return round(float(text) * 1e9)
    except ValueError:
        units = {'ms': 10**6, 's': 10**9, 'm': 60 * 10**9, 'h': 3600 * 10**9, 'd': 86400 * 10**9, 'w': 7 * 86400 * 10**9}
        parts = re.findall(r'(\d+)(ms|[smhdwy])', text)
        if ''.join(a + b for a, b in parts) != text:
            raise
        return sum(int(a) * units[b] for a, b in parts)


def query_line(case, quirks):
    """The runner's line for a case, or None if the case is not about the engine."""
    if case['method'] != 'GET' and 'params' not in case or 'raw_query' in case or case.get('seq'):
        return None
    names = [p[0] for p in case.get('params') or []]
    params = dict(map(tuple, case.get('params') or []))
    if len(set(names)) != len(names) or 'query' not in params or case.get('dataset') == 'extra':
        return None
    instant = case['endpoint'] == '/loki/api/v1/query'
    if not instant and case['endpoint'] != '/loki/api/v1/query_range':
        return None
    try:
        if instant:
            start, end = 0, time_ns(params['time'])
        else:
            start, end = time_ns(params['start']), time_ns(params['end'])
        step, interval = duration_ns(params.get('step', '0')), duration_ns(params.get('interval', '0'))
        limit = int(params.get('limit', '100'))
    except (KeyError, ValueError):
        return None
    if limit < 1 or params.get('direction', 'backward') not in ('forward', 'backward'):
        return None
    if 'step' in params and step <= 0 or interval < 0 or step > 2**62:
        return None
    flags = (case.get('headers') or {}).get('X-Loki-Response-Encoding-Flags', '-')
    return 'query %s %d %d %d %d %d %s %d %s %s' % (
        'instant' if instant else 'range', start, end, step, interval, limit, params.get('direction', 'backward'),
        quirks, flags if ' ' not in flags else '-', hexed(params['query']))


def dataset_lines(directory):
    for path in sorted(glob.glob(os.path.join(directory, '*.json'))):
        with open(path, encoding='utf-8') as file:
            data = json.load(file)
        for stream in data['streams']:
            yield ' '.join(['stream'] + [hexed(x) for pair in stream['stream'].items() for x in pair])
            for value in stream['values']:
                metadata = value[2] if len(value) > 2 else {}
                yield ' '.join(['entry', value[0], hexed(value[1])] + [hexed(x) for pair in metadata.items() for x in pair])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('runner')
    parser.add_argument('--conformance', default=os.path.join(HERE, '..', '..', 'conformance'))
    parser.add_argument('--quirks', action='store_true')
    parser.add_argument('--areas')
    parser.add_argument('--ids')
    parser.add_argument('--hide', help='leave out failures with this text')
    parser.add_argument('--details', type=int, default=40)
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location('check', os.path.join(options.conformance, 'check.py'))
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)

    cases = []
    for case in check.load([os.path.join(options.conformance, 'cases')]):
        if options.areas and case['area'] not in options.areas.split(','):
            continue
        if options.ids and case['id'] not in options.ids.split(','):
            continue
        line = query_line(case, options.quirks)
        if line:
            cases.append((case, line))
    with tempfile.NamedTemporaryFile('w+', encoding='utf-8') as file:
        for line in dataset_lines(os.path.join(options.conformance, 'datasets')):
            file.write(line + '\n')
        for _, line in cases:
            file.write(line + '\n')
        file.flush()
        file.seek(0)
        run = subprocess.run([options.runner], stdin=file, stdout=subprocess.PIPE, check=False)
    answers = run.stdout.decode('utf-8', 'replace').split('\n')
    areas, failures = {}, []
    for (case, _), text in zip(cases, answers):
        if not text:
            failures.append((case, 'no answer (runner ended with %d)' % run.returncode))
            areas.setdefault(case['area'], [0, 0])[1] += 1
            break
        problem = check.compare(case, case['expect'], json.loads(text))
        areas.setdefault(case['area'], [0, 0])[1 if problem else 0] += 1
        if problem:
            failures.append((case, problem[1]))
    if options.hide:
        failures = [f for f in failures if options.hide not in f[1] + json.dumps(f[0])]
    for case, problem in failures[:options.details]:
        params = dict(map(tuple, case['params']))
        print('FAIL %s %s\n     %s\n     %s' % (case['id'], params.get('query'), {k: v for k, v in params.items() if k != 'query'}, problem))
    for area in sorted(areas):
        print('%-24s %5d passed %5d failed' % (area, *areas[area]))
    print('%d passed, %d failed of %d' % (sum(a[0] for a in areas.values()), len(failures), len(cases)))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
