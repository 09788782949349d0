import type { Device } from '../device/index.js';
import { deviceWith } from './device-with.js';
import type { Layers } from './layer-of.js';

/**
 * Bytes of weights up to which strands pay. Choice: beyond it the weights of a layer no longer lie in a cache while
 * image after image needs them, and one reading of them for the whole batch is worth more than threads that never wait.
 */
const mostWeights = 2 ** 25;
/** Threads may idle for this part of the time while the last strands run. */
const mostIdle = 1 / 20;

/**
 * Into how many strands a batch is recorded, each with its own images and on one thread: one for each image where that
 * is faster than all threads on one layer of the batch after the other, else 1. Measured with 2 threads: SqueezeNets
 * (5 MB of weights) take 5 to 13 % less time, VGG-16 (553 MB) 8 % more, the net of the paper 40 %.
 */
export function strandsFor(n: number, { kind, threads }: Pick<Device, 'kind' | 'threads'>, layers: Layers): number {
  const turns = Math.ceil(n / threads);
  const idle = 1 - n / (turns * threads);
  const weights = 4 * [...layers.values()].reduce((sum, { parameters }) => sum + parameters, 0);
  return kind === 'cpu' && threads > 1 && idle <= mostIdle && weights <= mostWeights ? n : 1;
}

/** The device, except that it plans for, and records, so many strands. */
export function inStrands(device: Device, strands: number): Device {
  if (strands === 1) return device;
  return deviceWith(device, {
    planConv2d: (options) => device.planConv2d({ ...options, strands }),
    planLinear: (options) => device.planLinear({ ...options, strands }),
    capture: (record) => device.capture(record, strands),
  });
}
