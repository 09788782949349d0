"""The Python side of bench/measure/contestant.js: one request per line on stdin, one answer per line on stdout."""

import json
import os
import sys
import time

import numpy as np


def play(describe, load):
    """Answers until stdin ends.

    describe() gives name, version and, for each kind of work, the names of the configurations; load(model, threads, scale)
    gives a function run(work, configuration, images, classes, ascent) that makes everything ready outside the time and returns
    a function without arguments, which is timed: it returns the result as an array in main memory.
    """
    answers = os.fdopen(os.dup(1), 'w', buffering=1)
    os.dup2(2, 1)  # what a library prints must not come between the answers
    run = sources = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if 'load' in request:
                sources = {kind: source(**request[kind]) for kind in ('inputs', 'pictures')}
                run = load(request['load'], request['threads'], scale_of(request['pictures']))
                answer = describe()
            else:
                answer = timed(run, sources, request)
        except Exception as error:  # the answer to whatever was wrong, as far as Python can tell
            answer = {'error': f'{type(error).__name__}: {error}'}
        answers.write(json.dumps(answer) + '\n')


def source(floats, shape, **_):
    return np.memmap(floats, np.float32, 'r').reshape([-1, *shape])


def scale_of(pictures):
    """What gradients of a picture's floats are multiplied with, for each channel; None where it is 1."""
    scale = np.array(pictures['scale'], np.float32)
    return None if (scale == 1).all() else scale


def timed(run, sources, request):
    images = sources['pictures' if request['work'] == 'tenCrops' else 'inputs']
    chosen = np.ascontiguousarray(images[request['inputs']])
    classes = np.array(request['classes'])
    call = run(request['work'], request['configuration'], chosen, classes, request.get('ascent'))
    calls = request.get('calls', 1)
    start = time.perf_counter()
    for _ in range(calls):
        result = call()
    milliseconds = 1000 * (time.perf_counter() - start) / calls
    np.ascontiguousarray(result, np.float32).tofile(request['result'])
    return {'ms': milliseconds}
