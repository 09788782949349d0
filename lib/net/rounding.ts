import type { Device, Precision } from '../device/index.js';
import { deviceWith } from './device-with.js';

export const precisions: readonly Precision[] = ['float32', 'tf32', 'bfloat16'];

/** The device, except that the products of convolutions and matrices may be rounded so far. */
export function inPrecision(device: Device, precision: Precision): Device {
  if (precision === 'float32') return device;
  return deviceWith(device, {
    planConv2d: (options) => device.planConv2d({ ...options, precision }),
    planLinear: (options) => device.planLinear({ ...options, precision }),
  });
}
