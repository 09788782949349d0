import { modulePath, versionsOf } from '../device/index.js';
import { installedSharp } from '../image/sharp.js';
import type { Network } from '../index.js';
import { factsOf } from './file-facts.js';
import type { FileFlags } from './options.js';
import type { Environment } from './record.js';
import { packageVersion } from './version.js';

/** On what a network computes here. */
export async function environmentOf({ device }: Network, { decoder }: FileFlags): Promise<Environment> {
  const { kind, name, threads } = device;
  return {
    version: packageVersion,
    node: process.version,
    zlib: process.versions.zlib,
    platform: `${process.platform}-${process.arch}`,
    sharp: decoder === 'sharp' ? JSON.stringify((await installedSharp('--decoder sharp')).versions) : null,
    device: {
      kind,
      name,
      threads: kind === 'cpu' ? threads : null,
      libraries: versionsOf(kind),
      module: (await factsOf(modulePath(kind))).sha256,
    },
  };
}
