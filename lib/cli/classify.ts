import type { Command } from 'commander';
import { classify, type CallOptions, type ClassifyOptions } from '../index.js';
import { eachFile } from './each-file.js';
import { expand } from './inputs.js';
import { note } from './messages.js';
import { withSeeingNetwork } from './network.js';
import { addFileOptions, addTenCropOptions, count, type FileFlags } from './options.js';
import type { Caller } from './caller.js';

interface ClassifyFlags extends FileFlags, Omit<ClassifyOptions, keyof CallOptions> {}

const examples = `
Examples:
  deep-inside classify cat.jpg dog.png
  deep-inside classify photographs --ten-crops --top 1 --json
  deep-inside classify cat.jpg --model googlenet.onnx --preprocessing caffe --names imagenet`;

export function addClassify(program: Command, caller: Caller): void {
  const command = program
    .command('classify')
    .summary('the classes that a network sees in images')
    .description('Prints the best classes of each image with their scores (before the soft-max) and posteriors.')
    .argument('<files...>', 'JPEG or PNG images, and folders of them')
    .option('--top <n>', 'how many classes; default 5', count);
  addFileOptions(addTenCropOptions(command))
    .addHelpText('after', examples)
    .action((paths: string[], flags: ClassifyFlags) => classifyFiles(paths, flags, caller));
}

async function classifyFiles(paths: readonly string[], flags: ClassifyFlags, caller: Caller): Promise<void> {
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  await withSeeingNetwork(flags, async (net) => {
    const { top, tenCrops, region } = flags;
    await eachFile(inputs, flags, caller, async (img) => ({
      predictions: await classify(net, img, { top, tenCrops, region }),
      outputs: [],
    }));
  });
}
