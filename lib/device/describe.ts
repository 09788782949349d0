import { automatic, passedOver } from './automatic.js';
import { loadAddon, type DeviceKind } from './load.js';

export interface DeviceDescription {
  readonly kind: DeviceKind;
  readonly usable: boolean;
  /** Whether 'auto' takes it: CUDA where it is usable, else the CPU. */
  readonly auto: boolean;
  /** The device's name, or null where it cannot be opened. */
  readonly name: string | null;
  readonly threads: number | null;
  /** Versions of the libraries behind it, or null where the module does not load. */
  readonly versions: string | null;
  /** Why it is not usable. */
  readonly reason: string | null;
}

/** What each kind of device is, or why it cannot be used; opens each one for a moment. */
export async function describeDevices(): Promise<DeviceDescription[]> {
  const found = [await describe('cpu'), await describe('cuda')];
  const taken = automatic.find((kind) => !passedOver(kind) && found.some((one) => one.kind === kind && one.usable));
  return found.map((one) => ({ ...one, auto: one.kind === taken }));
}

async function describe(kind: DeviceKind): Promise<Omit<DeviceDescription, 'auto'>> {
  let versions: string | null = null;
  try {
    const addon = loadAddon(kind);
    versions = addon.versions();
    const device = await addon.open({});
    const { name, threads } = device;
    device.dispose();
    return { kind, usable: true, name, threads, versions, reason: null };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { kind, usable: false, name: null, threads: null, versions, reason };
  }
}
