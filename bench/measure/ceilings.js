import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openDevice } from 'deep-inside';
import { kept } from './kept.js';

/** Rows and columns of the matrices: large enough for a GPU to be busy, and for a CPU not to take minutes. */
const sides = { cuda: 8192, cpu: 512 };
const [repetitions, runs] = [10, 5];
const precisions = ['float32', 'tf32', 'bfloat16'];
const measured = [...precisions, 'copy'];

/**
 * The ceilings of a card from the file where an earlier run on it left them, else measured now and left there.
 *
 * @param kind, python  as measureCeilings takes them
 * @param card          { device, driver }: their names, which must be those in the file
 * @param file          of JSON
 * @returns             as measureCeilings
 * @throws              where the file is another card's or driver's, or holds no ceilings
 */
export async function keptCeilings(kind, python, { device, driver }, file) {
  const measure = async () => ({ device, driver, ceilings: await measureCeilings(kind, python) });
  const check = (found) => {
    const strange = measured.find((name) => !(Number.isFinite(found?.ceilings?.[name]) && found.ceilings[name] > 0));
    if (strange !== undefined)
      throw new Error(`ceilings.${strange} must be a number above 0, got ${found?.ceilings?.[strange]}`);
    if (found.device !== device || found.driver !== driver)
      throw new Error(
        `its ceilings are those of ${found.device}, driver ${found.driver}; this is ${device}, driver ${driver}`,
      );
  };
  return (await kept(file, measure, check)).ceilings;
}

/**
 * What a device reaches with nothing else to do: products of matrices in each precision and a copy in its memory, the
 * best of some runs. By PyTorch where `python` has it and can use the device, else by this library.
 *
 * @returns  { by, float32, tf32, bfloat16: FLOP/s, copy: bytes/s, of which reading and writing count }
 */
export async function measureCeilings(kind, python) {
  const script = fileURLToPath(new URL('../peers/ceilings.py', import.meta.url));
  const { status, stdout } = spawnSync(python, [script, kind, String(sides[kind])], { encoding: 'utf8' });
  if (status === 0) return { by: 'PyTorch', ...JSON.parse(stdout) };
  return { by: 'deep-inside', ...(await ownCeilings(kind, sides[kind])) };
}

async function ownCeilings(kind, side) {
  const device = await openDevice(kind);
  const result = {};
  const [x, y] = [device.tensor([side, side], 'float32'), device.tensor([side, side], 'float32')];
  device.fill(0.5, x);
  const weights = await device.weights(new Float32Array(side * side).fill(0.01), [side, side], null);
  for (const precision of precisions) {
    const plan = await device.planLinear({ x: [side, side], weights, activation: 'none', precision });
    result[precision] = (2 * side ** 3) / (await seconds(device, () => plan.forward(x, y)));
    plan.dispose();
  }
  result.copy = (2 * 4 * side ** 2) / (await seconds(device, () => device.reorder(x, y)));
  device.dispose();
  return result;
}

/** Of one call, the best mean of several runs; the first does not count. */
async function seconds(device, call) {
  let best = Infinity;
  for (let run = -1; run < runs; run++) {
    const began = performance.now();
    for (let i = 0; i < repetitions; i++) call();
    await device.sync();
    if (run >= 0) best = Math.min(best, (performance.now() - began) / repetitions / 1000);
  }
  return best;
}
