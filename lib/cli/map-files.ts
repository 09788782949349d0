import { Option, type Command } from 'commander';
import {
  classify,
  heatMap,
  overlay,
  toImageFrame,
  writeArray,
  writeImage,
  type ClassChoice,
  type Completeness,
  type FramedMap,
  type HeatMapOptions,
  type Image,
  type Network,
  type Prediction,
  type Region,
  type SaliencyMap,
} from '../index.js';
import { colourNames } from '../image/index.js';
import { eachFile, type FileResult } from './each-file.js';
import { expand } from './inputs.js';
import { addFigureOption, checkFigure } from './figure.js';
import { drawMapFigure } from './map-figure.js';
import { note } from './messages.js';
import { indicesOf } from './network.js';
import { choice, classes, count, folder, type FileFlags } from './options.js';
import { pathsOf, planOutputs, type Place, type PlannedInput, type Targets } from './outputs.js';
import type { SeenFile } from './read-input.js';
import { withRecorder, type Recorder } from './recorder.js';
import { unfinished } from './resume.js';
import { noteUnseen, shareSeen } from './seen.js';
import type { Caller } from './caller.js';

/** What is written for each class of each file. */
const endings = { overlay: '.overlay.png', heatMap: '.map.png', map: '.map.npy' };

type Kind = keyof typeof endings;

const frames = ['input', 'image'] as const;

/** What the commands have in common that write maps of images. */
export interface MapFlags extends FileFlags {
  readonly class?: readonly ClassChoice[];
  readonly top?: number;
  readonly frame?: (typeof frames)[number];
  readonly out: string;
  readonly resume?: boolean;
  readonly colours?: HeatMapOptions['colours'];
  readonly figure?: string;
  readonly tenCrops?: boolean;
  readonly region?: Region;
}

/** How a command makes its maps. */
export interface Mapping {
  readonly command: string;
  /** Begins the names of classes in the names of files; '' for none. */
  readonly label: string;
  /** A map of each class, or of the best one; in the frame that the flags name. */
  mapsOf(net: Network, img: Image, classes: readonly number[] | undefined): Promise<SaliencyMap[]>;
  readonly drawing?: HeatMapOptions;
  /** All that decides what the maps are. */
  settingsOf(net: Network): object;
  /** Paths of the files that options of the command name. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  /** What helps where the network sees less than half of a picture. */
  readonly remedy: string;
}

export function addMapOptions(command: Command): Command {
  return addFigureOption(command, 'all images and their maps')
    .addOption(
      choice('--colours <name>', 'of heat maps; default: inferno, and diverging for maps with signs', colourNames),
    )
    .option('--out <folder>', 'where the files go', folder, 'out')
    .option('--resume', 'skip files whose outputs are all there, made of the same file with the same options')
    .option('--class <class>', 'index from 0, name or WNID; repeatable; default: the best class', classes)
    .addOption(new Option('--top <n>', 'maps of the n best classes').argParser(count).conflicts('class'))
    .addOption(choice('--frame <frame>', 'of the .npy: what the network sees (default) or the image', frames));
}

/** Writes heat map, overlay and raw values of every file and class, and prints what was done. */
export async function mapsOfFiles(
  paths: readonly string[],
  flags: MapFlags,
  caller: Caller,
  mapping: Mapping,
): Promise<void> {
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  const { command, files } = mapping;
  await withRecorder({ command, flags, files }, async (net, recorder) => {
    const chosen = flags.class && indicesOf(net, flags.class);
    const options = { ...mapping.settingsOf(net), class: chosen, figure: undefined };
    const best = labelsOfBest(Math.min(flags.top ?? 1, net.classes.length));
    const labels = (chosen?.map(String) ?? best).map((label) => [mapping.label, label].filter(Boolean).join('.'));
    const planned = await planOutputs(command, inputs, flags.out, labels, endings);
    const left = flags.resume ? await unfinished(planned, options, flags, recorder) : planned;
    const others = planned.flatMap(({ path, places }) => [path, ...places.flatMap(pathsOf)]);
    checkFigure(flags, inputs.length * (labels.length + 1), others);
    const shares = new Map<string, number>();
    const run: MapRun = { net, recorder, flags, mapping, chosen, options, shares };
    const failed = await eachFile(left, flags, caller, (...file) => mapsOfFile(run, ...file));
    noteUnseen(shares, flags, mapping.remedy);
    if (flags.figure !== undefined && !caller.signal.aborted) {
      const drawn = planned.filter(({ path }) => !failed.has(path));
      const { figure } = flags;
      await drawMapFigure(drawn, { figure, options: { ...options, figure }, flags }, caller, recorder);
    }
  });
}

/** What all files of a run share. */
interface MapRun {
  readonly net: Network;
  readonly recorder: Recorder;
  readonly flags: MapFlags;
  readonly mapping: Mapping;
  readonly chosen: readonly number[] | undefined;
  /** Of the records. */
  readonly options: object;
  /** By paths: how much of each image was seen. */
  readonly shares: Map<string, number>;
}

async function mapsOfFile(
  { net, recorder, flags, mapping, chosen, options, shares }: MapRun,
  img: Image,
  { path, places }: PlannedInput<Kind>,
  seen: SeenFile,
): Promise<FileResult> {
  const maps = await mapping.mapsOf(net, img, chosen ?? (await bestOf(net, img, flags)));
  const drawn = maps.map((map) => (flags.frame === 'image' ? map : toImageFrame(net, map, img)));
  shares.set(path, shareSeen(drawn[0]!));
  const drawing = flags.colours ? { colours: flags.colours } : mapping.drawing;
  const to = places.slice(0, maps.length);
  const write = async ({ label, files: outputs, record }: Place<Kind>, i: number) => {
    await writeMap(img, maps[i]!, drawn[i]!, outputs, drawing);
    const result = { predictions: predictionsOf(maps[i]!) };
    await recorder.write(record, { label, options, image: seen, result, outputs });
  };
  await Promise.all(to.map(write));
  const outputs = to.flatMap(({ files }) => Object.values(files));
  return { predictions: maps.flatMap(predictionsOf), outputs, records: to.map(({ record }) => record) };
}

function labelsOfBest(top: number): string[] {
  return top === 1 ? [''] : Array.from({ length: top }, (_, i) => `top${i + 1}`);
}

/** The best classes where there are to be several; one, the method finds itself. */
async function bestOf(net: Network, img: Image, { top = 1, tenCrops, region }: MapFlags) {
  if (top === 1) return undefined;
  const best = await classify(net, img, { top, tenCrops, region });
  return best.map((prediction) => prediction.class);
}

/** With the completeness of its map, where that is known. */
function predictionsOf(map: SaliencyMap & { readonly completeness?: readonly Completeness[] }): Prediction[] {
  const { predictions, completeness } = map;
  return predictions.map((one, i) => ({ ...one, ...(completeness && { completeness: completeness[i] }) }));
}

/** The values as they are; heat map and overlay as `drawn`, which is in the image's frame. */
async function writeMap(
  img: Image,
  values: SaliencyMap,
  drawn: FramedMap,
  to: Targets<Kind>,
  drawing: HeatMapOptions | undefined,
): Promise<void> {
  const heat = heatMap(drawn, drawing);
  await writeArray(to.map, values); // first: it tells a later run what the pictures beside it are
  await writeImage(to.overlay, overlay(img, heat));
  await writeImage(to.heatMap, heat);
}
