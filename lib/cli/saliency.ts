import type { Command } from 'commander';
import { saliency, type Image, type Network, type SaliencyMap, type SaliencyOptions } from '../index.js';
import { scores } from '../net/edit-graph.js';
import { reluRules } from '../net/gradient-request.js';
import { merges } from '../visualise/merge-crops.js';
import { addMapOptions, mapsOfFiles, type MapFlags } from './map-files.js';
import { addFileOptions, addTenCropOptions, choice } from './options.js';
import { saliencySettings } from '../visualise/saliency-options.js';
import type { Caller } from './caller.js';

interface SaliencyFlags extends MapFlags, Pick<SaliencyOptions, 'signed' | 'rule' | 'score' | 'merge'> {}

const examples = `
For cat.jpg it writes cat.overlay.png (the heat map over the photograph), cat.map.png (the heat map alone) and
cat.map.npy (the raw values, for NumPy); with --class 281 cat.281.overlay.png and so on, with --top 3 cat.top1... to
cat.top3... An input is never overwritten, and of a folder what saliency has written before is left out (NAME.map.png and
NAME.overlay.png beside NAME.map.npy). --resume goes on after an interruption, and makes again what was made of another
image, with other options or with other weights. With --json it prints the files that it does.

Beside them lies cat.saliency.json, a record of how they came about, from which \`deep-inside reproduce\` makes them again.

Examples:
  deep-inside saliency cat.jpg
  deep-inside saliency photographs --ten-crops --out maps --json > results.jsonl
  deep-inside saliency photographs --out maps --resume
  deep-inside saliency cat.jpg --class tabby --class n02123159
  deep-inside saliency cat.jpg --model googlenet.onnx --preprocessing caffe --names imagenet`;

export function addSaliency(program: Command, caller: Caller): void {
  const command = program
    .command('saliency')
    .summary('which pixels a class score depends on')
    .description('Class saliency maps (Simonyan et al. 2013, Sect. 3.1) of images: heat map, overlay and raw values.')
    .argument('<files...>', 'JPEG or PNG images, and folders of them');
  addMapOptions(command)
    .option('--signed', 'the derivative of largest magnitude with its sign, instead of its magnitude')
    .addOption(choice('--rule <rule>', 'how ReLUs pass the signal back', reluRules))
    .addOption(choice('--score <score>', 'what is differentiated', scores));
  addTenCropOptions(command).addOption(
    choice('--merge <how>', 'divide by the maps that cover a pixel, or by 10', merges),
  );
  addFileOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: SaliencyFlags) => saliencyOfFiles(paths, flags, caller));
}

function saliencyOfFiles(paths: readonly string[], flags: SaliencyFlags, caller: Caller): Promise<void> {
  return mapsOfFiles(paths, flags, caller, {
    command: 'saliency',
    label: '',
    settingsOf: () => settingsOf(optionsOf(flags)),
    remedy: flags.tenCrops ? 'cut such pictures into parts' : '--ten-crops sees more',
    mapsOf: (net, img, classes) => mapsOf(net, img, classes, optionsOf(flags)),
  });
}

/** `region` and `merge` are of ten crops alone. */
function settingsOf(options: SaliencyOptions): object {
  const { frame, signed, rule, score, region, merge } = saliencySettings(options);
  return { frame, signed, rule, score, tenCrops: region !== null, ...(region && { region, merge }) };
}

function optionsOf({ frame, signed, rule, score, tenCrops, region, merge }: SaliencyFlags): SaliencyOptions {
  return { frame, signed, rule, score, tenCrops, region, merge };
}

async function mapsOf(
  net: Network,
  img: Image,
  classes: readonly number[] | undefined,
  options: SaliencyOptions,
): Promise<SaliencyMap[]> {
  return classes ? saliency(net, img, classes, options) : [await saliency(net, img, undefined, options)];
}
