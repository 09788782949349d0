import type { Device, OpenOptions } from '../../typings/addon.js';
import { argumentError, integer, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { automatic, passedOver } from './automatic.js';
import { loadAddon, type DeviceKind } from './load.js';

/** Which device: 'auto' is CUDA where a GPU can be used, else the CPU. */
export type DeviceChoice = 'auto' | DeviceKind;
export const deviceChoices: readonly DeviceChoice[] = ['auto', 'cpu', 'cuda'];

/**
 * Opens a device of its own, which the caller disposes of.
 *
 * @param kind     'auto' (default: CUDA where a GPU can be used, else the CPU), 'cpu' or 'cuda'
 * @param options  index: of 'cuda' only, which card, from 0; threads: of 'cpu', and of 'auto' where that is the
 *                 CPU: default the physical cores available, and no more than a container grants the time of
 * @throws         ERR_DEVICE with the reason for each kind that was tried; ERR_ARGUMENT for an option of another kind
 */
export async function openDevice(kind: DeviceChoice = 'auto', options: OpenOptions = {}): Promise<Device> {
  oneOf('openDevice', 'kind', kind, deviceChoices);
  knownOptions('openDevice', options, ['index', 'threads']);
  if (options.index !== undefined) integer('openDevice', 'index', options.index, 0, 1023);
  if (options.threads !== undefined) integer('openDevice', 'threads', options.threads, 1, 1024);
  if (options.index !== undefined && kind !== 'cuda') throw misplaced('index', kind, options.index, 'which CUDA card');
  if (options.threads !== undefined && kind === 'cuda')
    throw misplaced('threads', kind, options.threads, 'the threads of the CPU');
  return firstOf('openDevice', kind, (one) => openOne(one, options));
}

/** No option is overlooked in silence. */
function misplaced(option: keyof OpenOptions, kind: DeviceChoice, value: number, meaning: string): DeepInsideError {
  return argumentError('openDevice', option, `left out for '${kind}'`, value, `it says ${meaning}`);
}

async function openOne(kind: DeviceKind, { index, threads }: OpenOptions): Promise<Device> {
  return loadAddon(kind).open(kind === 'cuda' ? { index } : { threads });
}

/** What `open` gives for the kind, or for the first that works; throws the reasons of all. */
async function firstOf<T>(where: string, kind: DeviceChoice, open: (kind: DeviceKind) => Promise<T>): Promise<T> {
  if (kind !== 'auto') return open(kind);
  const failures: unknown[] = [];
  for (const one of automatic) {
    try {
      const reason = passedOver(one);
      if (reason) throw reason;
      return await open(one);
    } catch (failure) {
      failures.push(failure);
    }
  }
  const reasons = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  throw new DeepInsideError('ERR_DEVICE', `${where}: no device works:\n  ${reasons.join('\n  ')}`, {
    cause: failures[0],
  });
}

/** A share in a device that several networks use; the device goes when the last share is released. */
export interface Lease {
  readonly device: Device;
  /** Idempotent. */
  release(): void;
}

const shared = new Map<DeviceKind, { opening: Promise<Device>; users: number }>();

/** A share in this environment's one device of that kind, for the function `where`. */
export async function acquireDevice(where: string, kind: DeviceChoice): Promise<Lease> {
  return firstOf(where, kind, share);
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

/** A share in the environment's device, or the device that was given, which stays open when the share is released. */
export async function leaseOf(where: string, device: DeviceChoice | Device): Promise<Lease> {
  if (typeof device === 'string') return acquireDevice(where, oneOf(where, 'device', device, deviceChoices));
  const given = device as Partial<Device> | null;
  if (typeof given?.planConv2d !== 'function') {
    throw argumentError(where, 'device', "'auto', 'cpu', 'cuda' or a device of openDevice", device);
  }
  if (given.disposed)
    throw new DeepInsideError('ERR_DISPOSED', `${where}: device must not be disposed of; open another`);
  return { device, release: () => undefined };
}
