import { installedSharp } from '../image/sharp.js';
import { architectureName } from '../net/architectures/index.js';
import { classIndex } from '../net/class-names.js';
import {
  createNetwork,
  DeepInsideError,
  loadNetwork,
  openDevice,
  type ClassChoice,
  type Network,
  type NetworkOptions,
} from '../index.js';
import { note } from './messages.js';
import type { FileFlags, NetworkFlags } from './options.js';

/** The network that the flags name, during `use`. */
export async function withNetwork(flags: NetworkFlags, use: (net: Network) => Promise<void>): Promise<void> {
  const { preprocessing, names, precision, tune, threads } = flags;
  const device = threads === undefined ? null : await openDevice(flags.device, { threads });
  try {
    const net = await open(flags, { preprocessing, names, precision, tune, device: device ?? flags.device });
    try {
      await use(net);
    } finally {
      await net.dispose();
    }
  } finally {
    device?.dispose();
  }
}

function open({ architecture, model, inputShape }: NetworkFlags, options: NetworkOptions): Promise<Network> {
  if (architecture === undefined) return loadNetwork(model, { ...options, inputShape });
  return createNetwork(architectureName('--architecture', architecture), { ...options, weights: model, inputShape });
}

/** The same for a network that is to see images: what fails for every file is refused once. */
export async function withSeeingNetwork(flags: FileFlags, use: (net: Network) => Promise<void>): Promise<void> {
  if (flags.architecture !== undefined && flags.model === undefined) {
    const name = architectureName('--architecture', flags.architecture);
    const message = `--architecture: ${name} needs the weights of a file, got none; add --model FILE`;
    throw new DeepInsideError('ERR_ARGUMENT', message);
  }
  if (flags.decoder === 'sharp') await installedSharp('--decoder sharp');
  await withNetwork(flags, async (net) => {
    noteExactness(net, flags);
    if (net.preprocessing) return use(net);
    const message =
      '--model: images need preprocessing, which this file does not state; ' +
      "add --preprocessing torchvision, --preprocessing caffe or --preprocessing '{...}', as it was trained with";
    throw new DeepInsideError('ERR_ARGUMENT', message);
  });
}

/** `precision` permits rounding, which the CPU makes no use of. */
function noteExactness({ device, precision }: Network, flags: FileFlags): void {
  if (precision === 'float32' || device.kind !== 'cpu') return;
  note(`--precision ${precision} has no effect on the CPU, which computes in float32`, flags);
}

/** The indices of the classes named, each once; an unknown one is refused before any file is read. */
export function indicesOf(net: Network, classes: readonly ClassChoice[]): number[] {
  return [...new Set(classes.map((one) => classIndex('--class', net.classes, one)))];
}
