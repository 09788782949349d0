"""OpenCV's grabCut for bench/segments.js: a request a line, { threads } or { rows, cols, image, labels: files }."""

import json
import sys
import time

import cv2
import numpy as np

for line in sys.stdin:
    request = json.loads(line)
    if 'threads' in request:
        cv2.setNumThreads(request['threads'])
        answer = {'version': cv2.__version__}
    else:
        shape = request['rows'], request['cols']
        image = np.fromfile(request['image'], np.uint8).reshape(*shape, 3)
        labels = np.fromfile(request['labels'], np.uint8).reshape(shape)
        background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
        start = time.perf_counter()
        cv2.grabCut(image, labels, None, background, foreground, 1, cv2.GC_INIT_WITH_MASK)
        answer = {'ms': 1000 * (time.perf_counter() - start)}
    print(json.dumps(answer), flush=True)
