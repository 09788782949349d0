import { basename, join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { writeWhole } from '../image/write-whole.js';
import {
  activationSheet,
  topActivations,
  writeImage,
  type ChannelTop,
  type Image,
  type Network,
  type TopActivationsOptions,
} from '../index.js';
import { inOrder } from './each-file.js';
import { expand, type Input } from './inputs.js';
import { note } from './messages.js';
import { addFileOptions, addRuleOptions, count, folder, imageOptions, type FileFlags } from './options.js';
import { makeOutputFolder, namesWithin, refuseInputs } from './outputs.js';
import { openProgress } from './progress.js';
import { readInput, type SeenFile } from './read-input.js';
import { recordPath } from './record.js';
import { withRecorder } from './recorder.js';
import { topRequest } from '../visualise/top-activations-options.js';
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
each unit its file, place, activation and receptive field. Of each image the strongest unit counts. Every image is read once. Ctrl-C ends the search, and what was
found until then is written.

Beside them lies a record, fire5.concat.top-activations.json, from which \`deep-inside reproduce\` makes them again.

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
      throw new InvalidArgumentError('It must be a list of numbers below 1000000 and ranges such as 0-15,20.');
    }
    for (let channel = Number(from); channel <= Number(to); channel++) channels.add(channel);
  }
  return [...channels];
}

async function topActivationsOfFiles(paths: readonly string[], flags: TopFlags, caller: Caller): Promise<void> {
  const { layer, channels, rule, lrn, out } = flags;
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  await withRecorder({ command: 'top-activations', flags }, async (net, recorder) => {
    const options = { channels, rule, lrn, count: flags.count };
    const settings = settingsOf(net, layer, options);
    const { facts, record, sheetOf } = placeOf(out, layer);
    await makeOutputFolder(out);
    await refuseInputs([facts, record, ...settings.channels.map(sheetOf)], inputs);
    const { images, seen } = readingAll(inputs, flags, caller);
    const tops = await topActivations(net, images, layer, options);
    if (seen.length === 0) return; // why has been told, and what was found of others before stays
    const sheets = tops.map(({ channel, units }) => (units.length === 0 ? null : sheetOf(channel)));
    const files = seen.map(({ path }) => path);
    const outputs = { facts, ...(await write(net, tops, sheets, facts, settings, files)) };
    await recorder.write(record, { label: '', options: settings, images: seen, result: {}, outputs });
    for (const [i, top] of tops.entries()) {
      const found = { layer, channel: top.channel, sheet: sheets[i]!, units: unitsOf(top, files) };
      caller.print(flags.json ? JSON.stringify({ ...found, records: [record] }) : lineOf(found));
    }
    if (!flags.json) caller.print(visible(`-> ${outputs.facts}`));
  });
}

/** Where the sheets of channels, what was found of all, and the record of these go. */
function placeOf(out: string, layer: string) {
  const base = join(out, layer.replace(/[^\w.-]+/g, '.'));
  const sheetOf = (channel: number) => `${base}.top.${channel}.png`;
  return { facts: `${base}.top.json`, record: recordPath(base, 'top-activations'), sheetOf };
}

/** All that decides what is found. */
function settingsOf(net: Network, layer: string, options: TopActivationsOptions) {
  const { channels, rule, lrn, count } = topRequest('topActivations', net, [], layer, options);
  return { layer, channels, rule, lrn, count };
}

/**
 * Writes the sheets, null where a channel has none, and what was found of all channels. In that file stand names, from
 * where it lies and from the folder of all images, so that it depends on neither.
 */
async function write(
  net: Network,
  tops: readonly ChannelTop[],
  sheets: readonly (string | null)[],
  path: string,
  { layer, rule, lrn }: ReturnType<typeof settingsOf>,
  seen: readonly string[],
): Promise<Record<string, string>> {
  const files = namesWithin(seen);
  const channels = tops.map((top, i) => {
    const sheet = sheets[i] && basename(sheets[i]);
    return { channel: top.channel, sheet, units: unitsOf(top, files) };
  });
  const facts = { layer, rule, lrn, files, channels };
  // First: it tells a later run what the pictures beside it are.
  await writeWhole('top-activations', path, Buffer.from(`${JSON.stringify(facts, null, 1)}\n`));
  const written: [string, string][] = [];
  for (const [i, sheet] of sheets.entries()) {
    if (sheet === null) continue;
    await writeImage(sheet, activationSheet(net, tops[i]!));
    written.push([`channel-${tops[i]!.channel}`, sheet]);
  }
  return Object.fromEntries(written);
}

/** The images of files in their order, without those that fail, which are told; `seen` are those that were read. */
function readingAll(inputs: readonly Input[], flags: TopFlags, caller: Caller) {
  const seen: SeenFile[] = [];
  const failed: [path: string, reason: unknown][] = [];
  async function* read(): AsyncGenerator<Image> {
    caller.finishOnInterrupt(flags);
    const progress = openProgress(inputs.length, flags);
    const opened = inOrder(inputs, caller.signal, async ({ path, problem }) => {
      const found = problem ?? readInput(path, imageOptions(flags));
      return { path, found: await Promise.resolve(found).catch((reason: Error) => reason) };
    });
    try {
      for await (const { path, found } of opened) {
        progress.advance(() => undefined);
        if (found instanceof Error) failed.push([path, found]);
        else if (seen.push(found.seen)) yield found.img;
      }
    } finally {
      progress.stop();
    }
    const done = seen.length + failed.length;
    if (done < inputs.length) note(`stopped after ${done} of ${inputs.length} files`, flags);
    for (const [path, reason] of failed) caller.complainOf(path, reason, flags);
  }
  return { images: read(), seen };
}

/** The units of a channel, strongest first, each with the name of its file. */
function unitsOf({ units }: ChannelTop, names: readonly string[]) {
  return units.map(({ image, row, col, value, field, zero }) => ({
    ...{ file: names[image]!, row, col, value, field, zero },
  }));
}

interface Found {
  readonly layer: string;
  readonly channel: number;
  readonly sheet: string | null;
  readonly units: ReturnType<typeof unitsOf>;
}

function lineOf({ layer, channel, sheet, units }: Found): string {
  const [best, least] = [units[0], units.at(-1)];
  const values = best
    ? `${best.value.toFixed(2)} to ${least!.value.toFixed(2)}, the most by ${best.file}  -> ${sheet}`
    : 'no image excites it';
  return visible(`${layer}[${channel}]  ${values}`);
}
