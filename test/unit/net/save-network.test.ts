import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadNetwork } from '#lib/net/load-network.js';
import type { Network } from '#lib/net/network.js';
import { saveNetwork } from '#lib/net/save-network.js';
import { assertGradientClose, likeness } from '../../support/close.js';
import { Random } from '../../support/random.js';
import { device, file, input, photo, using } from '../../support/fire-file.js';

describe('saveNetwork', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'deep-inside-'))));
  after(() => rm(folder, { recursive: true }));

  it('keeps every bit as float32: scores, preprocessing with its mean image, names', async () => {
    const path = join(folder, 'a.safetensors');
    const mean = { shape: [3, 21, 19], data: new Random(4).normals(3 * 21 * 19, 20) };
    const preprocessing = { channelOrder: 'BGR', range: 255, mean, resize: { rows: 21, cols: 19 } } as const;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', { name: 'g', wnid: 'n00000007' }];
    await using(loadNetwork(file, { device, preprocessing, names }), async (net) => {
      await saveNetwork(net, path);
      await using(loadNetwork(path, { device }), async (again) => {
        assert.deepEqual(again.classes, net.classes);
        assert.deepEqual(again.input(photo).data, net.input(photo).data);
        assert.deepEqual((await again.forward(photo)).data, (await net.forward(photo)).data);
      });
    });
  });

  it('keeps scores and gradients nearly in half precision', async () => {
    const path = join(folder, 'b.safetensors');
    const run = (net: Network) => Promise.all([net.forward(input), net.gradient(input, { class: 1 })]);
    await using(loadNetwork(file, { device }), async (net) => {
      const [scores, gradient] = await run(net);
      await saveNetwork(net, path, { dtype: 'float16' });
      const [half, halfGradient] = await using(loadNetwork(path, { device }), run);
      const parameters = net.layers.reduce((sum, layer) => sum + layer.parameters, 0);
      const saved = file.length - (await readFile(path)).length;
      assert.ok(Math.abs(saved - 2 * parameters) < 64, `${saved} bytes less for ${parameters} numbers`);
      assert.ok(likeness(half.data, scores.data).relativeL2 < 1e-3);
      assertGradientClose(halfGradient.data, gradient.data, { float32Error: 1e-3 });
    });
  });

  it("refuses an inputShape that is not the file's, or none at all", async () => {
    for (const [inputShape, came] of [
      [[3, 1, 1], /got \[3, 1, 1\]/],
      [7, /got 7/],
    ] as [never, RegExp][]) {
      await assert.rejects(loadNetwork(file, { device, inputShape }), { code: 'ERR_ARGUMENT', message: came });
    }
  });

  it('leaves nothing half-written behind', () =>
    using(loadNetwork(file, { device }), async (net) => {
      const place = join(folder, 'taken');
      await mkdir(join(place, 'net.safetensors'), { recursive: true });
      await assert.rejects(saveNetwork(net, join(place, 'net.safetensors')), { code: 'ERR_IO' });
      assert.deepEqual(await readdir(place), ['net.safetensors']);
      await saveNetwork(net, pathToFileURL(join(place, 'b.safetensors')));
      assert.deepEqual((await readdir(place)).sort(), ['b.safetensors', 'net.safetensors']);
    }));

  it('says so where it cannot write, and refuses what is no network', () =>
    using(loadNetwork(file, { device }), async (net) => {
      await assert.rejects(saveNetwork(net, join(folder, 'no', 'folder')), {
        code: 'ERR_IO',
        message: /saveNetwork: cannot write .*: ENOENT/,
      });
      await assert.rejects(saveNetwork(net, join(folder, 'c'), { dtype: 'int8' as 'float16' }), {
        code: 'ERR_ARGUMENT',
      });
      for (const path of [7 as never, new URL('https://example.org/net'), new URL('file://host/net')]) {
        await assert.rejects(saveNetwork(net, path), { code: 'ERR_ARGUMENT', message: /path must be a path/ });
      }
      await assert.rejects(saveNetwork({} as Network, 'd'), { code: 'ERR_ARGUMENT', message: /net must be a network/ });
    }));
});
