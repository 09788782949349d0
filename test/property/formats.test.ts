import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DeepInsideError } from '#lib/errors.js';
import type { HostTensor, Model, Preprocessing } from '#lib/formats/model.js';
import { readModel } from '#lib/formats/read-model.js';
import { readSafetensors, writeSafetensors } from '#lib/formats/safetensors.js';
import { fireNet, smallNets } from '../support/nets.js';
import { fixture } from '../support/shared.js';

const side = fc.integer({ min: 0, max: 4 });

/** A tensor of any shape with any float32 values, NaN, infinities and subnormals included. */
const tensors: fc.Arbitrary<HostTensor> = fc.array(side, { maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ shape, data }));
});

const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-9 }), {
  minLength: 3,
  maxLength: 3,
});
const plain = { noNullPrototype: true };
const positive = fc.integer({ min: 1, max: 1000 });
const image = fc
  .float32Array({ minLength: 12, maxLength: 12, noNaN: true })
  .map((data) => ({ shape: [3, 2, 2], data }));

const preprocessings: fc.Arbitrary<Preprocessing> = fc.record(
  {
    channelOrder: fc.constantFrom('RGB', 'BGR'),
    range: fc.constantFrom(1, 255),
    mean: fc.oneof(numbers, image),
    std: numbers,
    size: fc.tuple(positive, positive),
    resize: fc.oneof(fc.record({ shortSide: positive }, plain), fc.record({ rows: positive, cols: positive }, plain)),
    filter: fc.constantFrom('bilinear', 'bicubic'),
    crop: fc.constantFrom('centre', 'none'),
  },
  plain,
);

const text = fc.string({ unit: 'binary' });
const nameOrNull = fc.option(text, { nil: null });

/** A small net with more tensors than it needs, under any names. */
const models: fc.Arbitrary<Model> = fc
  .record({
    net: fc.constantFrom(...Object.values(smallNets)),
    extra: fc.dictionary(text, tensors, plain),
    preprocessing: fc.option(preprocessings, { nil: null }),
    classes: fc.option(fc.array(fc.record({ name: nameOrNull, wnid: nameOrNull }, plain)), { nil: null }),
  })
  .map(({ net, extra, preprocessing, classes }) => {
    const { graph, weights } = net();
    return { graph, weights: new Map([...Object.entries(extra), ...weights]), preprocessing, classes };
  });

describe('safetensors', () => {
  it('are read as what was written, whatever it was (float32)', () => {
    fc.assert(
      fc.property(models, (model) => {
        assert.deepEqual(readSafetensors(writeSafetensors(model, { dtype: 'float32' }), 'f'), model);
      }),
    );
  });

  it('lose nothing more when a model read from bfloat16 is written again', () => {
    fc.assert(
      fc.property(models, (model) => {
        const once = readSafetensors(writeSafetensors(model, { dtype: 'bfloat16' }), 'f');
        assert.deepEqual(readSafetensors(writeSafetensors(once, { dtype: 'bfloat16' }), 'f'), once);
      }),
    );
  });
});

const damages = fc.record({
  flips: fc.array(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), bits: fc.integer({ min: 1, max: 255 }) }),
    {
      maxLength: 6,
    },
  ),
  kept: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
});

type Damage = typeof damages extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Uint8Array, { flips, kept }: Damage): Uint8Array {
  const copy = bytes.slice(0, Math.ceil(kept * bytes.length));
  for (const { at, bits } of flips) {
    const index = Math.min(copy.length - 1, Math.floor(at * copy.length));
    if (index >= 0) copy[index]! ^= bits;
  }
  return copy;
}

describe('a damaged file', () => {
  const whole: Record<string, Uint8Array> = {
    safetensors: writeSafetensors({ ...fireNet(), preprocessing: null, classes: null }, { dtype: 'float16' }),
  };
  const exported = [
    'fire-classic',
    'fire-dynamo',
    'residual-classic-opset7',
    'residual-dynamo-unoptimised',
    'pooled-dynamo',
  ];
  for (const name of exported) whole[`${name}.onnx`] = readFileSync(fixture('formats', `${name}.onnx`));

  for (const [name, bytes] of Object.entries(whole)) {
    it(`${name} gives a model or a DeepInsideError, soon and without much memory`, async () => {
      await fc.assert(
        fc.asyncProperty(damages, async (damage) => {
          const [start, memory] = [process.cpuUsage(), process.memoryUsage().arrayBuffers];
          const outcome = await readModel(damaged(bytes, damage)).catch((error: unknown) => error);
          if (outcome instanceof Error) assert(outcome instanceof DeepInsideError, outcome.stack);
          const { user, system } = process.cpuUsage(start);
          assert(user + system < 2e6, 'took more than 2 s of the processor');
          assert(process.memoryUsage().arrayBuffers - memory < 2 ** 26, 'took more than 64 MiB');
        }),
        { numRuns: 300 },
      );
    });
  }
});
