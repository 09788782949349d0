import { Option, type Command } from 'commander';
import {
  classify,
  heatMap,
  overlay,
  saliency,
  toImageFrame,
  writeArray,
  writeImage,
  type ClassChoice,
  type FramedMap,
  type Image,
  type Merge,
  type Network,
  type SaliencyMap,
  type SaliencyOptions,
} from '../index.js';
import { eachFile } from './each-file.js';
import { expand } from './inputs.js';
import { note } from './messages.js';
import { indicesOf, withSeeingNetwork } from './network.js';
import { addFileOptions, addTenCropOptions, choice, classes, count, folder, rules, type FileFlags } from './options.js';
import { pathsOf, planOutputs, type Targets } from './outputs.js';
import { unfinished } from './resume.js';
import { noteUnseen, shareSeen } from './seen.js';
import type { Stop } from './stop.js';

type Choices = Required<SaliencyOptions>;
const frames: readonly Choices['frame'][] = ['input', 'image'];
const scores: readonly Choices['score'][] = ['class', 'posterior', 'unclipped'];
const merges: readonly Merge[] = ['coverage', 'sum'];

interface SaliencyFlags extends FileFlags, SaliencyOptions {
  readonly class?: readonly ClassChoice[];
  readonly top?: number;
  readonly out: string;
  readonly resume?: boolean;
}

/** What is written for each class of each file. */
const endings = { overlay: '.overlay.png', heatMap: '.map.png', map: '.map.npy' };

const examples = `
For cat.jpg it writes cat.overlay.png (the heat map over the photograph), cat.map.png (the heat map alone) and
cat.map.npy (the raw values, for NumPy); with --class 281 cat.281.overlay.png and so on, with --top 3 cat.top1... to
cat.top3... An input is never overwritten, and of a folder what saliency has written before is left out (NAME.map.png and
NAME.overlay.png beside NAME.map.npy). --resume goes on after an interruption: give it the same files and options, since
it looks at the names and times of the outputs alone. With --json it prints the files that it does.

Examples:
  deep-inside saliency cat.jpg
  deep-inside saliency photographs --ten-crops --out maps --json > results.jsonl
  deep-inside saliency photographs --out maps --resume
  deep-inside saliency cat.jpg --class tabby --class n02123159
  deep-inside saliency cat.jpg --model googlenet.onnx --preprocessing caffe --names imagenet`;

export function addSaliency(program: Command, stop: Stop): void {
  const command = program
    .command('saliency')
    .summary('which pixels a class score depends on')
    .description('Class saliency maps (Simonyan et al. 2013, Sect. 3.1) of images: heat map, overlay and raw values.')
    .argument('<files...>', 'JPEG or PNG images, and folders of them')
    .option('--out <folder>', 'where the files go', folder, 'out')
    .option('--resume', 'skip files whose outputs are all there and newer than the file')
    .option('--class <class>', 'index from 0, name or WNID; repeatable; default: the best class', classes)
    .addOption(new Option('--top <n>', 'maps of the n best classes').argParser(count).conflicts('class'))
    .addOption(choice('--frame <frame>', 'of the .npy: what the network sees (default) or the image', frames))
    .option('--signed', 'the derivative of largest magnitude with its sign, instead of its magnitude')
    .addOption(choice('--rule <rule>', 'how ReLUs pass the signal back', rules))
    .addOption(choice('--score <score>', 'what is differentiated', scores));
  addTenCropOptions(command).addOption(
    choice('--merge <how>', 'divide by the maps that cover a pixel, or by 10', merges),
  );
  addFileOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: SaliencyFlags) => saliencyOfFiles(paths, flags, stop));
}

async function saliencyOfFiles(paths: readonly string[], flags: SaliencyFlags, stop: Stop): Promise<void> {
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  await withSeeingNetwork(flags, async (net) => {
    const chosen = flags.class && indicesOf(net, flags.class);
    const planned = await planOutputs(inputs, flags.out, chosen?.map(String) ?? labelsOfBest(flags.top ?? 1), endings);
    const left = flags.resume ? await unfinished(planned, flags) : planned;
    const shares = new Map<string, number>();
    await eachFile(left, flags, stop, async (img, { path, targets }) => {
      const maps = await mapsOf(net, img, chosen, flags);
      const drawn = maps.map((map) => (flags.frame === 'image' ? map : toImageFrame(net, map, img)));
      shares.set(path, shareSeen(drawn[0]!));
      const predictions = maps.flatMap((map) => map.predictions);
      return { predictions, outputs: await writeMaps(img, maps, drawn, targets) };
    });
    noteUnseen(shares, flags);
  });
}

function labelsOfBest(top: number): string[] {
  return top === 1 ? [''] : Array.from({ length: top }, (_, i) => `top${i + 1}`);
}

/** In the frame asked for: of the classes chosen, or of the best. */
async function mapsOf(
  net: Network,
  img: Image,
  chosen: readonly number[] | undefined,
  { top = 1, frame, signed, rule, score, tenCrops, region, merge }: SaliencyFlags,
): Promise<SaliencyMap[]> {
  const options = { frame, signed, rule, score, tenCrops, region, merge };
  if (chosen) return saliency(net, img, chosen, options);
  if (top === 1) return [await saliency(net, img, undefined, options)];
  const best = await classify(net, img, { top, tenCrops, region });
  const classes = best.map((prediction) => prediction.class);
  return saliency(net, img, classes, options);
}

/** The values as they are; heat map and overlay as `drawn`, which is in the image's frame. */
async function writeMaps(
  img: Image,
  maps: readonly SaliencyMap[],
  drawn: readonly FramedMap[],
  targets: readonly Targets<keyof typeof endings>[],
): Promise<string[]> {
  const written = await Promise.all(
    maps.map(async (values, i) => {
      const to = targets[i]!;
      const heat = heatMap(drawn[i]!);
      await writeArray(to.map, values); // first: it tells a later run what the pictures beside it are
      await writeImage(to.overlay, overlay(img, heat));
      await writeImage(to.heatMap, heat);
      return pathsOf(to);
    }),
  );
  return written.flat();
}
