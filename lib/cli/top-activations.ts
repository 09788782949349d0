import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { writeWhole } from '../image/write-whole.js';
import {
  activationSheet,
  readImage,
  topActivations,
  writeImage,
  type ChannelTop,
  type Image,
  type TopActivationsOptions,
} from '../index.js';
import { inOrder } from './each-file.js';
import { expand, type Input } from './inputs.js';
import { complainOf, note } from './messages.js';
import { withSeeingNetwork } from './network.js';
import { addFileOptions, addRuleOptions, count, folder, type FileFlags } from './options.js';
import { makeOutputFolder } from './outputs.js';
import { openProgress } from './progress.js';
import type { Caller } from './caller.js';
import { visible } from './visible.js';

interface TopFlags extends FileFlags, TopActivationsOptions {
  readonly layer: string;
  readonly channels: readonly number[];
  readonly out: string;
}

const examples = `
For channel 148 of fire5/concat it writes fire5.concat.top.148.png: the patches of the images that the strongest units see, and
beside them their reconstructions, strongest first, row by row; and for all channels fire5.concat.top.json: the files, and of
each unit its file, place, activation and receptive field. Every image is read once. Ctrl-C ends the search, and what was
found until then is written.

Examples:
  deep-inside top-activations photographs --layer fire5/concat --channels 0-15 --out seen
  deep-inside top-activations photographs --layer fire8/concat --channels 5,100,300 --count 16 --rule guided`;

export function addTopActivations(program: Command, caller: Caller): void {
  const command = program
    .command('top-activations')
    .summary('what excites the channels of a layer most')
    .description('The strongest units of channels over a set of images: patches and reconstructions (Sect. 4).')
    .argument('<files...>', 'JPEG or PNG images, and folders of them')
    .requiredOption('--layer <name>', 'a node, or its output')
    .requiredOption('--channels <list>', 'from 0, such as 0-15 or 3,7,20-29', channelList)
    .option('--count <n>', 'units of each channel; default 9', count)
    .option('--out <folder>', 'where the files go', folder, 'out');
  addFileOptions(addRuleOptions(command))
    .addHelpText('after', examples)
    .action((paths: string[], flags: TopFlags) => topActivationsOfFiles(paths, flags, caller));
}

/** Numbers and ranges with both ends, each number once. */
function channelList(text: string): readonly number[] {
  const channels = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part.trim()) ?? [];
    if (from === undefined || Number(to) < Number(from)) {
      throw new InvalidArgumentError('It must be a list of numbers and ranges such as 0-15,20.');
    }
    for (let channel = Number(from); channel <= Number(to); channel++) channels.add(channel);
  }
  return [...channels];
}

async function topActivationsOfFiles(paths: readonly string[], flags: TopFlags, caller: Caller): Promise<void> {
  const { layer, channels, rule, lrn, out } = flags;
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  await withSeeingNetwork(flags, async (net) => {
    await makeOutputFolder(out);
    const { images, seen } = readingAll(inputs, flags, caller);
    const tops = await topActivations(net, images, layer, { channels, rule, lrn, count: flags.count });
    const base = join(out, `${layer.replace(/[^\w.-]+/g, '.')}.top`);
    const found = tops.map((top) => foundOf(top, seen, base));
    const facts = { layer, rule: rule ?? 'deconvnet', lrn: lrn ?? 'gradient', files: seen, channels: found };
    // First: it tells a later run what the pictures beside it are.
    await writeWhole('top-activations', `${base}.json`, Buffer.from(`${JSON.stringify(facts, null, 1)}\n`));
    for (const [i, { sheet }] of found.entries()) {
      if (sheet !== null) await writeImage(sheet, activationSheet(net, tops[i]!));
    }
    for (const one of found) caller.print(flags.json ? JSON.stringify({ layer, ...one }) : channelLine(layer, one));
    if (!flags.json) caller.print(visible(`-> ${base}.json`));
  });
}

/** The images of files in their order, without those that fail, which are told; `seen` are those that were read. */
function readingAll(inputs: readonly Input[], flags: TopFlags, caller: Caller) {
  const seen: string[] = [];
  const failed: [path: string, reason: unknown][] = [];
  const { orientation, maxPixels, decoder } = flags;
  async function* read(): AsyncGenerator<Image> {
    caller.finishOnInterrupt();
    const progress = openProgress(inputs.length, flags);
    const opened = inOrder(inputs, caller.signal, async ({ path, problem }) => {
      const img = problem ?? readImage(path, { orientation, maxPixels, decoder });
      return { path, img: await Promise.resolve(img).catch((reason: Error) => reason) };
    });
    try {
      for await (const { path, img } of opened) {
        progress.advance(() => undefined);
        if (img instanceof Error) failed.push([path, img]);
        else if (seen.push(path)) yield img;
      }
    } finally {
      progress.stop();
    }
    const done = seen.length + failed.length;
    if (done < inputs.length) note(`stopped after ${done} of ${inputs.length} files`, flags);
    if (failed.length > 0) process.exitCode = 1;
    for (const [path, reason] of failed) complainOf(path, reason, flags);
  }
  return { images: read(), seen };
}

/** What the JSON file says of a channel; a sheet only where some image excites it. */
function foundOf({ channel, units }: ChannelTop, files: readonly string[], base: string) {
  return {
    channel,
    sheet: units.length === 0 ? null : `${base}.${channel}.png`,
    units: units.map(({ image, row, col, value, field, zero }) => ({
      ...{ file: files[image]!, row, col, value, field, zero },
    })),
  };
}

function channelLine(layer: string, { channel, sheet, units }: ReturnType<typeof foundOf>): string {
  const [best, least] = [units[0], units.at(-1)];
  const values = best
    ? `${best.value.toFixed(2)} to ${least!.value.toFixed(2)}, the most by ${best.file}  -> ${sheet}`
    : 'no image excites it';
  return visible(`${layer}[${channel}]  ${values}`);
}
