import { existsSync } from 'node:fs';
import { DeepInsideError } from '../errors.js';
import { isBuilt, type DeviceKind } from './load.js';

/** What 'auto' tries, in this order. */
export const automatic: readonly DeviceKind[] = ['cuda', 'cpu'];

/**
 * What Linux shows where an NVIDIA GPU is: its driver's, also before anybody used it and so made its devices, Windows'
 * under WSL, and those of boards that have one built in.
 */
const signs = [
  ...['/dev/nvidiactl', '/proc/driver/nvidia/version', '/sys/module/nvidia'],
  ...['/dev/dxg', '/dev/nvhost-ctrl', '/dev/nvmap'],
];

/**
 * Why 'auto' passes over a kind that was built without loading it, or null. Loading CUDA's libraries to hear that there
 * is no GPU takes 55 ms and 150 MiB of every process.
 */
export function passedOver(kind: DeviceKind): DeepInsideError | null {
  if (kind !== 'cuda' || process.platform !== 'linux' || !isBuilt(kind) || signs.some((sign) => existsSync(sign)))
    return null;
  return new DeepInsideError(
    'ERR_DEVICE',
    `cuda: the system shows no NVIDIA GPU (none of ${signs.join(', ')} exists); install its driver, or in a container pass ` +
      'the GPU in',
  );
}
