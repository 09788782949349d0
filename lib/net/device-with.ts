import type { Device } from '../device/index.js';

/** The device with some of its methods replaced. */
export function deviceWith(device: Device, own: Partial<Device>): Device {
  return new Proxy(device, {
    get(target, key) {
      if (key in own) return own[key as keyof Device];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
