import type { Device } from '#lib/device/index.js';
import { DeepInsideError } from '#lib/errors.js';

/** The calls of a device that take memory. */
const taking: readonly string[] = [
  ...['tensor', 'weights', 'capture', 'planConv2d', 'planLinear', 'planMaxPool', 'planAveragePool', 'planLrn'],
  'planMaxFlow',
];

/** A device that, where a call takes memory, has it only if `hasMemory` says so. */
export function failingDevice(device: Device, hasMemory: () => boolean): Device {
  const refusal = () => new DeepInsideError('ERR_MEMORY', 'failing device: out of memory');
  const get = (target: Device, key: string): unknown => {
    const value: unknown = Reflect.get(target, key, target);
    if (typeof value !== 'function') return value;
    const method = value.bind(target) as (...args: unknown[]) => unknown;
    if (!taking.includes(key)) return method;
    return (...args: unknown[]) => {
      if (hasMemory()) return method(...args);
      if (key.startsWith('plan')) return Promise.reject(refusal());
      throw refusal();
    };
  };
  return new Proxy(device, { get });
}
