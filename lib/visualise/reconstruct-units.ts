import type { Part } from '../image/resize.js';
import type { Network } from '../net/network.js';
import type { Unit } from '../net/receptive-field.js';
import { receptiveFields } from '../net/receptive-fields.js';
import { array, elements, type FloatArray } from '../ndarray.js';
import { inSlices, type Steps } from '../steps.js';
import type { BestUnit, BestUnits } from './best-units.js';
import { seenPixels } from './seen-pixels.js';
import type { ChannelTop, TopUnit } from './top-activations.js';
import type { TopRequest } from './top-activations-options.js';

/** A unit with where it is and what it sees. */
interface SeeingUnit {
  readonly of: BestUnit;
  readonly channel: number;
  readonly row: number;
  readonly col: number;
  readonly field: Part;
}

/** Signals of one input that are read before the next pass: each is as large as the input. */
const atOnce = 16;

/** The best units with what they see and its reconstruction: a forward pass for each image, a backward pass for each. */
export async function reconstructUnits(net: Network, best: BestUnits, request: TopRequest): Promise<ChannelTop[]> {
  const shown = new Map<BestUnit, TopUnit>();
  const { graph, shapes } = net.targetContext;
  const fieldOf = receptiveFields({ graph, shapes, weights: net.model.weights }, request.value);
  const cols = shapes.get(request.value)![3] ?? 1;
  for (const { input, units } of best.images()) {
    const found = units.map(([i, of]) => ({ of, channel: request.channels[i]!, ...placeOf(of, cols) }));
    const seeing = await inSlices(seeingUnits(found, fieldOf));
    for (let i = 0; i < seeing.length; i += atOnce) {
      request.signal?.throwIfAborted();
      const some = seeing.slice(i, i + atOnce);
      const signals = await signalsOf(net, input.slice(), some, request); // a pass gives its input away
      for (const [j, unit] of some.entries()) shown.set(unit.of, topUnit(net, input, unit, signals[j]!));
    }
  }
  return request.channels.map((channel, i) => ({
    channel,
    units: best.best[i]!.flatMap((unit) => shown.get(unit) ?? []),
  }));
}

/** The units with their fields, without those that see nothing but padding. */
function* seeingUnits(
  units: readonly Omit<SeeingUnit, 'field'>[],
  fieldOf: (unit: Unit) => Part | null,
): Steps<SeeingUnit[]> {
  const seeing: SeeingUnit[] = [];
  for (const unit of units) {
    const field = fieldOf(unit);
    if (field) seeing.push({ ...unit, field });
    yield;
  }
  return seeing;
}

function placeOf({ place }: BestUnit, cols: number): { readonly row: number; readonly col: number } {
  return { row: Math.floor(place / cols), col: place % cols };
}

/** The signal of each unit at the input, [channels, rows, cols]. */
async function signalsOf(
  net: Network,
  inputs: Float32Array,
  units: readonly SeeingUnit[],
  { value, ranked, rule, lrn, signal }: TopRequest,
): Promise<Float32Array[]> {
  const { graph, shapes } = net.targetContext;
  const shape = shapes.get(value)!;
  const area = elements(shape.slice(2));
  const readings = await net.withPass({ n: 1, score: 'class', inputs, signal, read: [ranked] }, (pass) =>
    units.map(({ of, channel }) => {
      const derivative = new Float32Array(elements(shape));
      derivative[channel * area + of.place] = 1;
      return pass.backward({ value, derivative }, rule, graph.input.name, lrn).read();
    }),
  );
  return await Promise.all(readings);
}

function topUnit(
  net: Network,
  input: Float32Array,
  { of, row, col, field }: SeeingUnit,
  signal: Float32Array,
): TopUnit {
  const { preprocessing, inputShape } = net;
  const reconstruction = cutOut(signal, inputShape, field);
  return {
    ...{ image: of.image, row, col, value: of.value, field, reconstruction },
    patch: preprocessing && seenPixels(preprocessing, input, field),
    zero: reconstruction.data.every((element) => element === 0),
  };
}

/** A part of every channel of [channels, rows, cols]. */
function cutOut(data: Float32Array, [channels, rows, cols]: readonly [number, number, number], part: Part): FloatArray {
  const to = new Float32Array(channels * part.rows * part.cols);
  for (let i = 0; i < channels * part.rows; i++) {
    const from = (Math.floor(i / part.rows) * rows + part.top + (i % part.rows)) * cols + part.left;
    to.set(data.subarray(from, from + part.cols), i * part.cols);
  }
  return array(to, [channels, part.rows, part.cols]);
}
