import type { Command } from 'commander';
import { scores } from '../net/edit-graph.js';
import { gradientRequest } from '../net/gradient-request.js';
import {
  reconstruct,
  signedPicture,
  writeArray,
  writeImage,
  type Network,
  type Prediction,
  type Reconstruction,
  type ReconstructOptions,
  type Target,
} from '../index.js';
import { eachFile } from './each-file.js';
import { expand } from './inputs.js';
import { note } from './messages.js';
import { indicesOf } from './network.js';
import { addFileOptions, addRuleOptions, choice, folder, type FileFlags } from './options.js';
import { planOutputs, type Targets } from './outputs.js';
import { withRecorder } from './recorder.js';
import { unfinished } from './resume.js';
import { addTargetOptions, targetProblem, type TargetFlags } from './target-flags.js';
import type { Caller } from './caller.js';

interface ReconstructFlags extends FileFlags, Omit<ReconstructOptions, 'score'>, Omit<TargetFlags, 'score'> {
  readonly score?: ReconstructOptions['score'];
  readonly out: string;
  readonly resume?: boolean;
}

/** What is written for each target of each file. */
const values = { values: '.reconstruction.npy' };
const endings = { picture: '.reconstruction.png', ...values };
type Kind = keyof typeof endings;

const examples = `
For cat.jpg it writes cat.reconstruction.png (mid-grey where the signal is 0) and cat.reconstruction.npy (the raw values,
channels first, in the order in which the network takes them); with --class 281 cat.281.reconstruction.png and so on; with
--to LAYER, whose channels are no colours, the .npy alone. Without --row and --col it is the strongest unit of the channel,
in each image another. It says where nothing comes through, as from some class scores by DeconvNet's rule.

Beside them lies a record, cat.reconstruct.json, from which \`deep-inside reproduce\` makes them again.

Examples:
  deep-inside reconstruct cat.jpg --layer fire5/concat --channel 148
  deep-inside reconstruct photographs --layer conv10 --channel 281 --rule guided --out seen
  deep-inside reconstruct cat.jpg --class tabby --rule gradient --json`;

export function addReconstruct(program: Command, caller: Caller): void {
  const command = program
    .command('reconstruct')
    .summary('what a unit, a channel or a class score sees in images')
    .description('Sends a signal from a unit or a class score back to the image (Simonyan et al. 2013, Sect. 4).')
    .argument('<files...>', 'JPEG or PNG images, and folders of them');
  addTargetOptions(command, 'instead of a class: that of the unit, by node or output', 'where the channel is strongest')
    .addOption(choice('--score <score>', 'of a class, what is taken back', scores))
    .option('--to <layer>', 'take the signal back to a layer instead of the image')
    .option('--out <folder>', 'where the files go', folder, 'out')
    .option('--resume', 'skip files whose outputs are all there, made of the same file with the same options')
    .hook('preAction', () => {
      const problem = problemOf(command.opts<ReconstructFlags>());
      if (problem) command.error(`error: ${problem}`);
    });
  addFileOptions(addRuleOptions(command))
    .addHelpText('after', examples)
    .action((paths: string[], flags: ReconstructFlags) => reconstructFiles(paths, flags, caller));
}

/** A channel is the least: a layer has no strongest unit. */
function problemOf(flags: ReconstructFlags): string | null {
  const { layer, channel } = flags;
  return (
    targetProblem(flags) ?? (layer !== undefined && channel === undefined ? "option '--layer' needs '--channel'" : null)
  );
}

async function reconstructFiles(paths: readonly string[], flags: ReconstructFlags, caller: Caller): Promise<void> {
  const { rule, lrn, to, score } = flags;
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  await withRecorder({ command: 'reconstruct', flags }, async (net, recorder) => {
    const wanted = targetsOf(net, flags);
    const options = { rule, lrn, to, score };
    const settings = settingsOf(net, wanted, options);
    const labels = wanted.map(({ label }) => label);
    const planned = await planOutputs('reconstruct', inputs, flags.out, labels, to === undefined ? endings : values);
    const left = flags.resume ? await unfinished(planned, settings, flags, recorder) : planned;
    await eachFile(left, flags, caller, async (img, { places }, seen) => {
      const found: Reconstruction[] = [];
      for (const { target } of wanted) found.push(await reconstruct(net, img, target, options));
      const reports = found.map(({ target, zero }) => ({ target, zero }));
      for (const [i, { label, files, record }] of places.entries()) {
        await write(net, found[i]!, files);
        const result = { reconstructions: [reports[i]!] };
        await recorder.write(record, { label, options: settings, image: seen, result, outputs: files });
      }
      return {
        predictions: found.flatMap(({ target }) => ('posterior' in target ? [predictionIn(target)] : [])),
        reconstructions: reports,
        outputs: places.flatMap(({ files }) => Object.values<string>(files)),
        records: places.map(({ record }) => record),
      };
    });
  });
}

/** All that decides; what fails for every file is refused here, once. */
function settingsOf(net: Network, wanted: readonly Wanted[], options: ReconstructOptions): object {
  const asked = wanted.map(({ target }) =>
    gradientRequest('reconstruct', net.targetContext, target, options, 'deconvnet'),
  );
  const { rule, lrn, score } = asked[0]!;
  const classes = wanted.flatMap(({ target }) => ('class' in target ? [target.class] : []));
  return { rule, lrn, ...(classes.length > 0 && { class: classes, score }) };
}

/** What is sent back, with its label in names of files. */
interface Wanted {
  readonly target: Target;
  readonly label: string;
}

function targetsOf(net: Network, flags: ReconstructFlags): Wanted[] {
  const { layer, channel, row, col } = flags;
  if (flags.class) return indicesOf(net, flags.class).map((index) => ({ target: { class: index }, label: `${index}` }));
  const strongest = { layer: layer!, channel: channel! };
  return [{ target: row === undefined ? strongest : { ...strongest, row, col: col! }, label: '' }];
}

/** The values first: they tell a later run what the picture beside them is. */
async function write(
  net: Network,
  { reconstruction }: Reconstruction,
  to: Partial<Targets<Kind>> & Targets<'values'>,
): Promise<void> {
  await writeArray(to.values, reconstruction);
  const { channelOrder } = net.preprocessing!;
  if (to.picture !== undefined) await writeImage(to.picture, signedPicture(reconstruction, { channelOrder }));
}

function predictionIn({ class: index, name, wnid, score, posterior }: Prediction): Prediction {
  return { class: index, name, wnid, score, posterior };
}
