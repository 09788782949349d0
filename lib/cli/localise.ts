import { Option, type Command } from 'commander';
import {
  DeepInsideError,
  localise,
  writeImage,
  type ClassChoice,
  type Image,
  type Localisation,
  type LocaliseOptions,
  type Network,
  type SaliencyOptions,
} from '../index.js';
import { array } from '../ndarray.js';
import { scores } from '../net/edit-graph.js';
import { reluRules } from '../net/gradient-request.js';
import { regions } from '../net/ten-crops.js';
import { localiseSettings } from '../localise/localise.js';
import { merges } from '../visualise/merge-crops.js';
import type { Caller } from './caller.js';
import { eachFile, type FileResult } from './each-file.js';
import { expand } from './inputs.js';
import { addFigureOption, checkFigure } from './figure.js';
import { drawLocalisation, drawLocalisationFigure } from './localisation-sheet.js';
import { note } from './messages.js';
import { indicesOf } from './network.js';
import { addFileOptions, choice, classes, count, folder, type FileFlags } from './options.js';
import { pathsOf, planOutputs, type Place, type PlannedInput } from './outputs.js';
import type { SeenFile } from './read-input.js';
import { withRecorder, type Recorder } from './recorder.js';
import { unfinished } from './resume.js';
import { addSegmentOptions, inFlags, segmentOptionsOf, type SegmentFlags } from './segment-flags.js';

interface LocaliseFlags
  extends FileFlags, SegmentFlags, Pick<SaliencyOptions, 'rule' | 'score' | 'region' | 'merge' | 'tenCrops'> {
  readonly class?: readonly ClassChoice[];
  readonly top?: number;
  readonly out: string;
  readonly resume?: boolean;
  readonly figure?: string;
}

/** What is written for each class of each file. */
const endings = { sheet: '.localisation.png', mask: '.mask.png' };
type Kind = keyof typeof endings;

const examples = `
For cat.jpg it writes cat.localisation.png (photograph with the box, map, seeds and segmentation side by side, as the
paper's Fig. 3) and cat.mask.png (white on the object, black elsewhere); with --class 281 cat.281.mask.png and so on, with
--top 5 cat.top1... to cat.top5... Boxes are printed, with --json as { xmin, ymin, xmax, ymax } beside each class: pixels of
the photograph from 0, all four sides inside. A note says so where a box is not what a cut gave.

Beside them lies cat.localise.json, a record of how they came about, from which \`deep-inside reproduce\` makes them again.
With --resume the results are printed of what was left to do alone: append them to those of the first run.

Examples:
  deep-inside localise cat.jpg
  deep-inside localise photographs --top 5 --out objects --json > boxes.jsonl
  deep-inside localise photographs --top 5 --out objects --json --resume >> boxes.jsonl
  deep-inside localise cat.jpg --class tabby --preset grabcut`;

export function addLocalise(program: Command, caller: Caller): void {
  const command = program
    .command('localise')
    .summary('where the object of a class is: mask and box')
    .description(
      'Weakly supervised localisation (Simonyan et al. 2013, Sect. 3.2): saliency, colour models, GraphCut, box.',
    )
    .argument('<files...>', 'JPEG or PNG images, and folders of them')
    .option('--class <class>', 'index from 0, name or WNID; repeatable; default: the best class', classes)
    .addOption(new Option('--top <n>', 'the n best classes').argParser(count).conflicts('class'))
    .option('--out <folder>', 'where the files go', folder, 'out')
    .option('--resume', 'skip files whose outputs are all there, made of the same file with the same options')
    .option('--no-ten-crops', 'the map of the centre of the image alone, instead of ten crops')
    .addOption(choice('--region <region>', 'corners of the whole image (default) or of its central square', regions))
    .addOption(choice('--merge <how>', 'divide by the maps that cover a pixel, or by 10', merges))
    .addOption(choice('--rule <rule>', 'how ReLUs pass the signal back', reluRules))
    .addOption(choice('--score <score>', 'what is differentiated', scores))
    .hook('preAction', () => {
      const problem = problemOf(command.opts<LocaliseFlags>());
      if (problem) command.error(`error: ${problem}`);
    });
  addFileOptions(addSegmentOptions(addFigureOption(command, 'all these pictures')))
    .addHelpText('after', examples)
    .action((paths: string[], flags: LocaliseFlags) => localiseFiles(paths, flags, caller));
}

/** What is wrong with the options, before a network is loaded for them. */
function problemOf(flags: LocaliseFlags): string | null {
  const { tenCrops, region, merge } = flags;
  const alone = region !== undefined ? '--region' : merge !== undefined ? '--merge' : null;
  if (!tenCrops && alone) return `option '${alone}' needs ten crops: leave out '--no-ten-crops'`;
  try {
    localiseSettings(optionsOf(flags));
    return null;
  } catch (error) {
    if (!(error instanceof DeepInsideError)) throw error;
    return inFlags(error.message.replace(/^localise: /, ''));
  }
}

async function localiseFiles(paths: readonly string[], flags: LocaliseFlags, caller: Caller): Promise<void> {
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  await withRecorder({ command: 'localise', flags }, async (net, recorder) => {
    const chosen = flags.class && indicesOf(net, flags.class);
    const options = { ...settingsOf(flags), class: chosen, figure: undefined };
    const labels = chosen?.map(String) ?? labelsOfBest(Math.min(flags.top ?? 1, net.classes.length));
    const planned = await planOutputs('localise', inputs, flags.out, labels, endings);
    const left = flags.resume ? await unfinished(planned, options, flags, recorder) : planned;
    const others = planned.flatMap(({ path, places }) => [path, ...places.flatMap(pathsOf)]);
    checkFigure(flags, inputs.length * labels.length, others);
    const run = { net, recorder, flags, chosen, options };
    const failed = await eachFile(left, flags, caller, (...file) => localiseFile(run, ...file));
    if (flags.figure === undefined || caller.signal.aborted) return;
    const drawn = planned.filter(({ path }) => !failed.has(path));
    const { figure } = flags;
    await drawLocalisationFigure(drawn, { figure, options: { ...options, figure }, flags }, caller, recorder);
  });
}

/** Whole settings. `region` and `merge` are of ten crops alone. */
function settingsOf(flags: LocaliseFlags): object {
  const { maps, segmentation } = localiseSettings(optionsOf(flags));
  const { rule, score, region, merge } = maps;
  return { rule, score, tenCrops: region !== null, ...(region && { region, merge }), ...segmentation };
}

function optionsOf({ rule, score, tenCrops, region, merge, ...flags }: LocaliseFlags): LocaliseOptions {
  return { rule, score, tenCrops, region, merge, ...segmentOptionsOf(flags) };
}

function labelsOfBest(top: number): string[] {
  return top === 1 ? [''] : Array.from({ length: top }, (_, i) => `top${i + 1}`);
}

interface Run {
  readonly net: Network;
  readonly recorder: Recorder;
  readonly flags: LocaliseFlags;
  readonly chosen: readonly number[] | undefined;
  /** Of the records. */
  readonly options: object;
}

async function localiseFile(
  { net, recorder, flags, chosen, options }: Run,
  img: Image,
  { places }: PlannedInput<Kind>,
  seen: SeenFile,
): Promise<FileResult> {
  const how = optionsOf(flags);
  const objects = chosen
    ? await localise(net, img, chosen, how)
    : await localise(net, img, undefined, { ...how, top: flags.top ?? 1 });
  const write = async ({ label, files, record }: Place<Kind>, i: number) => {
    await writeImage(files.sheet, drawLocalisation(img, objects[i]!));
    await writeImage(files.mask, maskPicture(objects[i]!));
    const result = { predictions: [predictionOf(objects[i]!)] };
    await recorder.write(record, { label, options, image: seen, result, outputs: files });
  };
  await Promise.all(places.map(write));
  const outputs = places.flatMap(({ files }) => Object.values(files));
  return { predictions: objects.map(predictionOf), outputs, records: places.map(({ record }) => record) };
}

function predictionOf({ class: index, name, wnid, score, posterior, box, note }: Localisation) {
  return { class: index, name, wnid, score, posterior, box, note };
}

function maskPicture({ mask }: Localisation): Image {
  return array(
    mask.data.map((inside) => 255 * inside),
    [...mask.shape, 1],
  );
}
