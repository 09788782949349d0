import type { Device, OpenOptions } from '../../typings/addon.js';
import { integer, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { loadAddon, type DeviceKind } from './load.js';

/** Which device: 'auto' is CUDA where it works, else the CPU. */
export type DeviceChoice = 'auto' | DeviceKind;
export const deviceChoices: readonly DeviceChoice[] = ['auto', 'cpu', 'cuda'];

/**
 * Opens a device of its own, which the caller disposes of.
 *
 * @param kind     'auto' (default; CUDA where it works, else the CPU), 'cpu' or 'cuda'
 * @param options  index: which CUDA card, from 0; threads: of the CPU, default the physical cores available
 * @throws         ERR_DEVICE with the reason for each kind that was tried
 */
export async function openDevice(kind: DeviceChoice = 'auto', options: OpenOptions = {}): Promise<Device> {
  oneOf('openDevice', 'kind', kind, deviceChoices);
  knownOptions('openDevice', options, ['index', 'threads']);
  if (options.index !== undefined) integer('openDevice', 'index', options.index, 0, 1023);
  if (options.threads !== undefined) integer('openDevice', 'threads', options.threads, 1, 1024);
  return firstOf(kind, (one) => openOne(one, options));
}

async function openOne(kind: DeviceKind, options: OpenOptions): Promise<Device> {
  return loadAddon(kind).open(options);
}

/** What `open` gives for the kind, or for CUDA and else the CPU; throws the reasons of both. */
async function firstOf<T>(kind: DeviceChoice, open: (kind: DeviceKind) => Promise<T>): Promise<T> {
  if (kind !== 'auto') return open(kind);
  try {
    return await open('cuda');
  } catch (cuda) {
    try {
      return await open('cpu');
    } catch (cpu) {
      const reasons = [cpu, cuda].map((reason) => (reason instanceof Error ? reason.message : String(reason)));
      const message = `openDevice: no device works:\n  ${reasons.join('\n  ')}`;
      throw new DeepInsideError('ERR_DEVICE', message, { cause: cpu });
    }
  }
}

/** A share in a device that several networks use; the device goes when the last share is released. */
export interface Lease {
  readonly device: Device;
  /** Idempotent. */
  release(): void;
}

const shared = new Map<DeviceKind, { opening: Promise<Device>; users: number }>();

/** A share in this environment's one device of that kind. */
export async function acquireDevice(kind: DeviceChoice): Promise<Lease> {
  return firstOf(kind, share);
}

async function share(kind: DeviceKind): Promise<Lease> {
  const entry = shared.get(kind) ?? { opening: openOne(kind, {}), users: 0 };
  shared.set(kind, entry);
  entry.users++;
  const leave = () => {
    if (--entry.users > 0) return false;
    if (shared.get(kind) === entry) shared.delete(kind);
    return true;
  };
  try {
    const device = await entry.opening;
    let held = true;
    const release = () => {
      if (held && leave()) device.dispose();
      held = false;
    };
    return { device, release };
  } catch (reason) {
    leave();
    throw reason;
  }
}
