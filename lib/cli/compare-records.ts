import { isDeepStrictEqual } from 'node:util';
import type { FileRecord } from './record.js';

/** Something that may be why the files of two records differ. */
export interface Reason {
  readonly what: string;
  readonly recorded: unknown;
  readonly now: unknown;
}

/** What differs between what a record tells of and what was done now: machine, versions, options, network and files. */
export function reasonsBetween(recorded: FileRecord, now: FileRecord): Reason[] {
  const [before, after] = [circumstancesOf(recorded), circumstancesOf(now)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .map((what) => ({ what, recorded: before.get(what) ?? null, now: after.get(what) ?? null }))
    .filter((reason) => !isDeepStrictEqual(reason.recorded, reason.now));
}

function circumstancesOf(record: FileRecord): Map<string, unknown> {
  const { environment, options, network, files, externalFiles, image, images, failed, started } = record;
  const { version, device, ...rest } = environment;
  const { kind, name, threads, libraries, module } = device;
  const read = Object.entries({ ...files, ...(image && { image }) });
  return new Map<string, unknown>([
    ['deep-inside', version],
    ...Object.entries(rest),
    ...Object.entries({ device: kind, processor: name, threads, libraries, 'native module (SHA-256)': module }),
    ...Object.entries(options),
    ...(options.timings === true ? [['date and timings in it', started] as const] : []),
    ...Object.entries(network),
    ...read.map(([what, { sha256 }]) => [`${what} (SHA-256)`, sha256] as const),
    ["model's data (SHA-256)", externalFiles.map(({ sha256 }) => sha256)],
    ['images (SHA-256)', images.map(({ sha256 }) => sha256)],
    ['files that failed', failed.map(({ error }) => error)],
  ]);
}
