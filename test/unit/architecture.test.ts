import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wrongArrows, type SourceFile } from '../support/architecture.js';

/** From build/test/unit. */
const root = fileURLToPath(new URL('../../../', import.meta.url));

function sources(): SourceFile[] {
  const paths = ['lib', 'native'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  const ours = paths.filter((path) => /\.(ts|h|cc|cu)$/.test(path));
  return ours.map((path) => ({ path, text: readFileSync(root + path, 'utf8') }));
}

describe('architecture', () => {
  it('has no arrow that is not in the table', () => {
    const files = sources();
    assert.ok(files.length > 50, `only ${files.length} sources were found`);
    assert.deepEqual(wrongArrows(files), []);
  });

  const wrong: [path: string, line: string][] = [
    ['lib/layers/relu.ts', "import { Network } from '../net/network.js';"],
    ['lib/formats/window.ts', "import { windows } from '../layers/window.js';"],
    ['lib/net/plan.ts', "import type { Device } from '../../typings/addon.js';"],
    ['lib/net/plan.ts', "type Device = import('../../typings/addon.js').Device;"],
    ['lib/localise/seeds.ts', "import { saliency } from '../visualise/saliency.js';"],
    ['lib/image/png.ts', "export * from '../index.js';"],
    ['lib/formats/onnx.ts', "import { Layer } from\n  '../layers/layer.js';"],
    ['native/core/shape.h', '#include "cpu/onednn.h"'],
    ['native/cuda/device.cc', '#include "cpu/queue.h"'],
    ['native/core/device.h', '#include <napi.h>'],
    ['native/cpu/linear.cc', '#include <oneapi/dnnl/dnnl.hpp>'],
    ['native/cuda/device.cc', '#include <cudnn.h>'],
    ['native/kernels/relu.h', '#include <cuda_runtime.h>'],
    ['native/maxflow/tiles.h', '#include <cuda_runtime.h>'],
    ['native/maxflow/tiles.h', '#include "core/tensor.h"'],
  ];
  for (const [path, text] of wrong)
    it(`catches ${text.replace(/\s+/g, ' ')} in ${path}`, () => assert.equal(wrongArrows([{ path, text }]).length, 1));

  const right: [path: string, line: string][] = [
    ['lib/layers/relu.ts', "import type { Device } from '../device/index.js';"],
    ['lib/layers/window.ts', "import { windowCounts } from '../formats/window.js';"],
    ['lib/image/png.ts', "import { DeepInsideError } from '../errors.js';"],
    ['lib/localise/localise.ts', "import { saliency } from '../visualise/saliency.js';"],
    ['lib/cli/main.ts', "import { saliency } from '../index.js';"],
    ['native/cuda/elementwise.cu', '#include "kernels/elementwise.h"\n#include <cuda_runtime.h>'],
    ['native/cuda/max_flow.cu', '#include "maxflow/grid.h"'],
  ];
  for (const [path, text] of right)
    it(`allows ${text.replace(/\s+/g, ' ')} in ${path}`, () => assert.deepEqual(wrongArrows([{ path, text }]), []));
});
