import { demandSignal, untilAborted } from '../abort.js';
import { knownOptions } from '../check.js';
import {
  leaseOf,
  type Device,
  type DeviceChoice,
  type GridTensors,
  type Handle,
  type Lease,
  type Tensor,
} from '../device/index.js';
import { array, type ByteArray } from '../ndarray.js';
import { inSlices, type Steps } from '../steps.js';
import { checkedGrid, type CheckedGrid, type Grid } from './grid.js';

export interface MaxFlowOptions {
  /** 'auto' (default: CUDA where a GPU can be used, else the CPU), 'cpu', 'cuda', or a device of openDevice, which stays open. */
  readonly device?: DeviceChoice | Device;
  /** Once aborted, the call rejects with the signal's reason at once. */
  readonly signal?: AbortSignal;
}

/** A maximum flow and the minimum cut that belongs to it. */
export interface MaxFlow {
  /** The maximum flow, which is what the cut costs. Exact up to 2^53. */
  readonly flow: number;
  /** [rows, cols]: 1 where a pixel cannot reach the sink in the residual graph, else 0. */
  readonly foreground: ByteArray;
}

/**
 * Maximum flow and minimum cut of a grid of pixels with a source and a sink, by push-relabel (Goldberg & Tarjan 1988):
 * what a GraphCut segmentation (Boykov & Jolly 2001) of an image comes down to.
 *
 * Foreground are the pixels that cannot reach the sink in the residual graph of a maximum flow. Of all minimum cuts this has
 * the largest foreground: ties go to it. The set is the same for every maximum flow, so every device and number of threads
 * gives the same.
 *
 * @param grid     rows * cols pixels with 4 or 8 neighbours; capacities are int32 from 0 to 2^27 - 1, and stay as they are until
 *                 the promise is settled
 * @param options  device, signal
 * @returns        the flow, and foreground [rows, cols] of 0 and 1
 * @throws         ERR_ARGUMENT with array, row, column and value for the first capacity out of range; ERR_SHAPE and
 *                 ERR_DTYPE for arrays of another size or type; ERR_MEMORY
 *
 * On the device copies of the arrays and the result take 25 bytes a pixel for 8 neighbours and 17 for 4; the cut itself takes
 * 44 and 28 more on the CPU, 51 and 34 on CUDA. That is of wide grids: the CPU rounds each row up to whole vectors and adds
 * one, CUDA rounds both sides up to multiples of 32, so that a single column takes 30 times as much.
 */
export async function maxFlow(grid: Grid, options: MaxFlowOptions = {}): Promise<MaxFlow> {
  const where = 'maxFlow';
  knownOptions(where, options, ['device', 'signal']);
  const { device = 'auto', signal } = options;
  demandSignal(where, signal);
  const checked = checkedGrid(where, grid);
  return untilAborted({ signal }, cutOn(leaseOf(where, device), checked, signal));
}

async function cutOn(leasing: Promise<Lease>, grid: CheckedGrid, signal?: AbortSignal): Promise<MaxFlow> {
  const lease = await leasing;
  try {
    return await cutGrid(lease.device, grid, signal);
  } finally {
    lease.release();
  }
}

/** The cut of a grid whose capacities are in range, on a device. */
export async function cutGrid(device: Device, grid: CheckedGrid, signal?: AbortSignal): Promise<MaxFlow> {
  const { rows, cols } = grid;
  const owned: Handle[] = [];
  const own = <H extends Handle>(handle: H): H => (owned.push(handle), handle);
  const tensor = (shape: readonly number[]) => own(device.tensor(shape, 'int32'));
  try {
    const plan = own(await device.planMaxFlow({ rows, cols, neighbours: grid.downRight ? 8 : 4 }));
    const tensors = await inSlices(copied(grid, () => tensor([rows, cols])));
    signal?.throwIfAborted();
    const [foreground, flow] = [tensor([Math.ceil((rows * cols) / 4)]), tensor([2])];
    plan.run(tensors, foreground, flow);
    const [pixels, words] = await Promise.all([foreground.read(), flow.read()]);
    const mask = new Uint8Array(pixels.buffer, 0, rows * cols);
    return { flow: words[1]! * 2 ** 32 + (words[0]! >>> 0), foreground: array(mask, [rows, cols]) };
  } finally {
    for (const handle of owned) handle.dispose();
  }
}

/** The capacities in tensors, one after the other: each is a copy of 4 MB for a megapixel. */
function* copied(grid: CheckedGrid, tensor: () => Tensor<'int32'>): Steps<GridTensors> {
  const copy = (capacities: Int32Array) => {
    const made = tensor();
    made.write(capacities);
    return made;
  };
  const source = copy(grid.source);
  yield;
  const sink = copy(grid.sink);
  yield;
  const right = copy(grid.right);
  yield;
  const down = copy(grid.down);
  yield;
  const downRight = grid.downRight && copy(grid.downRight);
  yield;
  return { source, sink, right, down, downRight, downLeft: grid.downLeft && copy(grid.downLeft) };
}
