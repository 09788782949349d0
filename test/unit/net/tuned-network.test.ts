import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { array } from '#lib/ndarray.js';
import { createNetwork } from '#lib/net/create-network.js';
import type { Network } from '#lib/net/network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { Random } from '../../support/random.js';
import { keptChoices } from '../../support/kept-choices.js';

describe('tune: true of a network', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tuning-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const before = process.env.DEEP_INSIDE_CACHE;
  const input = array(new Random(3).normals(3 * 227 * 227, 50), [3, 227, 227]);
  const open = (tune: boolean) => createNetwork('squeezenet1_1', { seed: 1, device: 'cpu', tune });
  const convolutions = 26;
  beforeEach(() => void (process.env.DEEP_INSIDE_CACHE = folder));
  afterEach(() => {
    if (before === undefined) delete process.env.DEEP_INSIDE_CACHE;
    else process.env.DEEP_INSIDE_CACHE = before;
  });

  async function scoresOf(net: Network): Promise<Float32Array> {
    const { data } = await net.forward(input);
    await net.dispose();
    return data;
  }

  function assertAlike(scores: Float32Array, expected: Float32Array): void {
    const largest = Math.max(...expected);
    expected.forEach((score, i) => assert.ok(Math.abs(score - scores[i]!) <= 1e-4 * largest));
  }

  /** Until the first choice has been kept. */
  async function tuning(): Promise<void> {
    while (!existsSync(join(folder, 'tuning'))) await setTimeout(1);
  }

  it('computes what the untuned one does, up to rounding', async () => {
    assertAlike(await scoresOf(await open(true)), await scoresOf(await open(false)));
    assert.ok((await keptChoices(folder)).length > 10);
  }).timeout(120_000);

  it('ends with the call that is aborted, which keeps what was found', async () => {
    const net = await open(true);
    const controller = new AbortController();
    const call = saliency(net, input, 1, { signal: controller.signal });
    await tuning();
    controller.abort(new Error('enough'));
    await assert.rejects(call, /enough/);
    await net.dispose();
    const found = (await keptChoices(folder)).length;
    assert.ok(found > 0 && found < convolutions, `${found} choices`);
  }).timeout(120_000);

  it('ends with dispose, before which the call is finished', async () => {
    const net = await open(true);
    const scores = net.forward(input);
    await tuning();
    await net.dispose();
    assertAlike((await scores).data, await scoresOf(await open(false)));
    const found = (await keptChoices(folder)).length;
    assert.ok(found > 0 && found < convolutions, `${found} choices`);
  }).timeout(120_000);
  it('anything but true or false is refused', async () => {
    await assert.rejects(createNetwork('squeezenet1_1', { tune: 1 as never }), {
      code: 'ERR_ARGUMENT',
      message: /createNetwork: tune must be true or false, got 1/,
    });
  });
});
