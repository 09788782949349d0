import type { Command } from 'commander';
import {
  insertionDeletion,
  integratedGradients,
  pointingGame,
  randomisation,
  saliency,
  toImageFrame,
  type Box,
  type ClassChoice,
  type Image,
  type InsertionDeletionOptions,
  type Network,
  type PointingGameOptions,
  type RandomisationOptions,
  type ReluRule,
  type SaliencyMap,
} from '../index.js';
import { reluRules } from '../net/gradient-request.js';
import type { Caller } from './caller.js';
import { readBoxes, type BoxesOf } from './boxes-file.js';
import type { Checks } from './check-report.js';
import { textOfSummary } from './check-summary.js';
import { eachFile } from './each-file.js';
import { expand } from './inputs.js';
import { note } from './messages.js';
import { indicesOf, withSeeingNetwork } from './network.js';
import { addFileOptions, choice, classes, count, numberFrom, oneMore, wholeFrom, type FileFlags } from './options.js';

const orders: readonly NonNullable<RandomisationOptions['order']>[] = ['cascading', 'independent'];
const redraws: readonly NonNullable<RandomisationOptions['redraw']>[] = ['initial', 'permuted'];
const names = ['randomisation', 'curves', 'pointing', 'completeness'] as const;
type CheckName = (typeof names)[number];

interface CheckFlags
  extends
    FileFlags,
    Pick<RandomisationOptions, 'order' | 'redraw' | 'seed'>,
    Pick<InsertionDeletionOptions, 'steps'>,
    PointingGameOptions {
  readonly class?: readonly ClassChoice[];
  readonly rule?: readonly ReluRule[];
  /** A path. */
  readonly boxes?: string;
  readonly only?: readonly CheckName[];
}

const examples = `
Of each image and class it tells
  how the ranks of its maps correlate with what they were when the weights of layers are redrawn (Adebayo et al. 2018):
    maps that hardly change do not show what the network has learnt there;
  the areas under insertion and deletion curves of its saliency map, and in orders by lot (Petsiuk et al. 2018);
  whether the maximum of the map lies on the object, where --boxes has some for the picture (Zhang et al. 2016):
    {"cat.jpg": [{"xmin": 12, "ymin": 30, "xmax": 210, "ymax": 190}]}, in pixels of the picture from 0, by its path or,
    where no other has it, its name;
  how far integrated gradients add up to the score.
Of several maps it also prints the medians. It writes no files; with --json the curves come whole.

Examples:
  deep-inside check cat.jpg
  deep-inside check photographs --only randomisation --rule gradient --rule guided --rule deconvnet
  deep-inside check photographs --order independent --seed 2 --json > checks.jsonl
  deep-inside check photographs --only pointing --boxes boxes.json`;

export function addCheck(program: Command, caller: Caller): void {
  const command = program
    .command('check')
    .summary('whether maps of images mean anything')
    .description('Checks of maps: randomised weights, insertion and deletion, the pointing game, completeness.')
    .argument('<files...>', 'JPEG or PNG images, and folders of them')
    .option('--class <class>', 'index from 0, name or WNID; repeatable; default: the best class', classes)
    .option('--only <check>', `one of ${names.join(', ')}; repeatable; default: all`, oneMore(names))
    .addOption(choice('--order <order>', 'redraw a layer and all above it (default), or each alone', orders))
    .option('--rule <rule>', `maps to randomise: ${reluRules.join(', ')}; repeatable`, oneMore(reluRules))
    .addOption(
      choice('--redraw <how>', 'weights as before training (default), or each layer its own permuted', redraws),
    )
    .option('--seed <n>', 'of redrawn weights and orders by lot; default 0', wholeFrom(0))
    .option('--steps <n>', 'of the curves; default 100', count)
    .option('--boxes <file>', 'JSON with the boxes of objects, for the pointing game')
    .option('--tolerance <pixels>', 'of the pointing game; default 15', numberFrom(0))
    .hook('preAction', () => {
      const problem = problemOf(command.opts<CheckFlags>());
      if (problem) command.error(`error: ${problem}`);
    });
  addFileOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: CheckFlags) => checkFiles(paths, flags, caller));
}

/** The options that are of some of the checks alone. */
const checksOfOption = {
  order: ['randomisation'],
  rule: ['randomisation'],
  redraw: ['randomisation'],
  seed: ['randomisation', 'curves'],
  steps: ['curves'],
  boxes: ['pointing'],
  tolerance: ['pointing'],
} satisfies Partial<Record<keyof CheckFlags, CheckName[]>>;

function problemOf({ only = names, ...flags }: CheckFlags): string | null {
  for (const [option, of] of Object.entries(checksOfOption)) {
    if (flags[option as keyof typeof checksOfOption] === undefined || of.some((name) => only.includes(name))) continue;
    return `option '--${option}' is of ${of.join(' and ')}, which --only leaves out`;
  }
  if (flags.boxes !== undefined) return null;
  if (flags.tolerance !== undefined) return "option '--tolerance' needs '--boxes'";
  return only !== names && only.includes('pointing') ? "'--only pointing' needs '--boxes'" : null;
}

/** The boxes of --boxes; says if some pictures have none. */
async function boxesOf(pictures: readonly string[], flags: CheckFlags): Promise<BoxesOf> {
  if (flags.boxes === undefined) return new Map();
  const boxes = await readBoxes(flags.boxes, pictures);
  const without = pictures.find((path) => !boxes.has(path));
  if (without === undefined) return boxes;
  const some = boxes.size === 0 ? 'none of the files' : `${boxes.size} of ${pictures.length} files, not for ${without}`;
  note(`--boxes: ${flags.boxes} has boxes for ${some}`, flags);
  return boxes;
}

async function checkFiles(paths: readonly string[], flags: CheckFlags, caller: Caller): Promise<void> {
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  const boxes = await boxesOf(
    inputs.map(({ path }) => path),
    flags,
  );
  await withSeeingNetwork(flags, async (net) => {
    const chosen = flags.class && indicesOf(net, flags.class);
    const all: Checks[] = [];
    const inTurn = oneByOne();
    await eachFile(inputs, flags, caller, (img, { path }) =>
      inTurn(async () => {
        const maps = chosen ? await saliency(net, img, chosen) : [await saliency(net, img)];
        const checks: Checks[] = [];
        for (const map of maps) checks.push(await checksOf(net, img, map, boxes.get(path), flags));
        all.push(...checks);
        return { predictions: maps.flatMap(({ predictions }) => predictions), outputs: [], checks };
      }),
    );
    const summary = textOfSummary(all);
    if (summary !== null && !flags.json) caller.print(summary);
  });
}

/** Choice: one image after the other, so that there is one copy of the network at a time. */
function oneByOne() {
  let before: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const result = before.then(work);
    before = result.catch(() => undefined);
    return result;
  };
}

/** Those that are asked for, of a map in the frame of the network's input. */
async function checksOf(
  net: Network,
  img: Image,
  map: SaliencyMap,
  boxes: readonly Box[] | undefined,
  { only = names, order, redraw, rule: rules, seed, steps, tolerance }: CheckFlags,
): Promise<Checks> {
  const cls = map.predictions[0]!.class;
  const wanted = (name: CheckName) => only.includes(name);
  return {
    class: cls,
    ...(wanted('randomisation') && { randomisation: await layersOf(net, img, cls, { order, redraw, rules, seed }) }),
    ...(wanted('curves') && { insertionDeletion: await curvesOf(net, img, map, { steps, seed }) }),
    ...(wanted('pointing') &&
      boxes && { pointingGame: pointingGame(toImageFrame(net, map, img), boxes, { tolerance }) }),
    ...(wanted('completeness') && { completeness: (await integratedGradients(net, img, cls)).completeness[0]! }),
  };
}

async function layersOf(net: Network, img: Image, cls: number, options: RandomisationOptions) {
  const { order, layers } = await randomisation(net, img, cls, options);
  return { order, layers };
}

async function curvesOf(net: Network, img: Image, map: SaliencyMap, options: InsertionDeletionOptions) {
  const { insertion, deletion, random } = await insertionDeletion(net, img, map, undefined, options);
  return { insertion, deletion, random };
}
