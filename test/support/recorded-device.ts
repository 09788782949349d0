import type { Device } from '#lib/device/index.js';

/** The device, with the name of every call on it and on its plans written down in `calls`. */
export function recordedDevice(device: Device): { readonly device: Device; readonly calls: readonly string[] } {
  const calls: string[] = [];
  const recorded = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          calls.push(String(property));
          const result: unknown = value.apply(target, args);
          if (!String(property).startsWith('plan')) return result;
          return (result as Promise<object>).then((plan) => recorded(plan));
        };
      },
    });
  return { device: recorded(device), calls };
}
