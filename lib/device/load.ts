import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Addon } from '../../typings/addon.js';
import { DeepInsideError } from '../errors.js';
import { whyNotBuilt, whyNotLoaded } from './not-usable.js';

export type DeviceKind = 'cpu' | 'cuda';

/** Where the build leaves its modules. */
const folder = new URL('../../build/Release/', import.meta.url);
const load = createRequire(import.meta.url);
const loaded = new Map<DeviceKind, Addon | DeepInsideError>();

export function isBuilt(kind: DeviceKind): boolean {
  return existsSync(modulePath(kind));
}

/** The native module of one kind, loaded on first use; throws ERR_DEVICE with the reason and the remedy. */
export function loadAddon(kind: DeviceKind): Addon {
  let known = loaded.get(kind);
  if (!known) loaded.set(kind, (known = tryAddon(kind)));
  if (known instanceof DeepInsideError) throw known;
  return known;
}

/** A native module that is loaded already, of any kind. */
export function loadedAddon(): Addon | undefined {
  for (const addon of loaded.values()) if (!(addon instanceof DeepInsideError)) return addon;
  return undefined;
}

/** Of the libraries behind a native module that is loaded. */
export function versionsOf(kind: DeviceKind): string {
  return loadAddon(kind).versions();
}

/** Tells a build of a native module, with the libraries behind it, from every other: a hash. */
export function buildOf(kind: DeviceKind): string {
  return createHash('sha256')
    .update(versionsOf(kind))
    .update(readFileSync(modulePath(kind)))
    .digest('hex')
    .slice(0, 16);
}

/** Where the native module of one kind lies. */
export function modulePath(kind: DeviceKind): string {
  return fileURLToPath(new URL(`deep_inside_${kind}.node`, folder));
}

function tryAddon(kind: DeviceKind): Addon | DeepInsideError {
  const path = modulePath(kind);
  if (!isBuilt(kind)) return new DeepInsideError('ERR_DEVICE', `${kind}: ${whyNotBuilt(kind)}`);
  try {
    const addon = withBriefSpinning(() => load(path) as Addon);
    addon.setErrorClass(DeepInsideError);
    // process.exit takes the libraries apart around threads that still run.
    process.once('exit', () => addon.endDevices());
    return addon;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    return new DeepInsideError('ERR_DEVICE', `${kind}: ${whyNotLoaded(path, said)}`, { cause });
  }
}

/**
 * How often a waiting OpenMP thread looks again before it sleeps: some microseconds. libgomp's own default spins for
 * milliseconds, which on a machine with other work takes the processor from the very thread that is waited for.
 */
const spins = '2000';

/**
 * libgomp reads its environment once, when it is loaded. What the user has set stays. No effect where a worker thread
 * is the first to load it: `process.env` is a copy there, which libgomp does not see.
 */
function withBriefSpinning<T>(load: () => T): T {
  const { env } = process;
  if (env.OMP_WAIT_POLICY !== undefined || env.GOMP_SPINCOUNT !== undefined) return load();
  env.GOMP_SPINCOUNT = spins;
  try {
    return load();
  } finally {
    delete env.GOMP_SPINCOUNT;
  }
}
