import type { Command } from 'commander';
import { readImage, type ExplainOptions } from '../index.js';
import { addMapOptions, mapsOfFiles, type MapFlags } from './map-files.js';
import { addFileOptions, choice, count, imageOptions, numberFrom, wholeFrom } from './options.js';
import { scores } from '../net/edit-graph.js';
import { explainSettings } from '../visualise/explain-each.js';
import { variants } from '../visualise/smooth-grad.js';
import type { Caller } from './caller.js';
import { methods, type Method, type MethodName, type OwnFlags } from './methods.js';

interface ExplainFlags extends MapFlags, OwnFlags, Pick<ExplainOptions, 'score'> {
  readonly method: MethodName;
}

const names = Object.keys(methods) as MethodName[];
const ofOneMethod = names.flatMap((name): readonly (keyof OwnFlags)[] => methods[name].options);

const examples = `
For cat.jpg and --method grad-cam it writes cat.grad-cam.overlay.png, cat.grad-cam.map.png and cat.grad-cam.map.npy, with
--class 281 cat.grad-cam.281.overlay.png and so on, all as \`deep-inside saliency\` does; signed maps are drawn diverging
about 0. With --json integrated gradients tell the completeness of each map beside its class. Guided back-propagation is
\`deep-inside saliency --rule guided\`.

Beside them lies a record, cat.grad-cam.explain.json, from which \`deep-inside reproduce\` makes them again.

Examples:
  deep-inside explain cat.jpg --method grad-cam
  deep-inside explain cat.jpg --method smooth-grad --samples 50 --noise 0.2
  deep-inside explain photographs --method integrated-gradients --out maps --json > results.jsonl
  deep-inside explain cat.jpg --method occlusion --window 48 --stride 8 --class tabby`;

export function addExplain(program: Command, caller: Caller): void {
  const command = program
    .command('explain')
    .summary('what a class score depends on, by other methods than saliency')
    .description(
      'Maps by the relatives of class saliency: input x gradient, SmoothGrad, integrated gradients, Grad-CAM, occlusion.',
    )
    .argument('<files...>', 'JPEG or PNG images, and folders of them')
    .addOption(choice('--method <name>', 'how the map is made', names).makeOptionMandatory());
  addMapOptions(command)
    .addOption(choice('--score <score>', 'what is explained', scores))
    .addOption(
      choice(
        '--variant <name>',
        "of smooth-grad: 'mean' (default), 'squares' (SmoothGrad-Squared) or 'variance' (VarGrad)",
        variants,
      ),
    )
    .option('--samples <n>', 'of smooth-grad: noisy copies of each image; default 25', count)
    .option('--noise <share>', "of smooth-grad: its deviation as a share of the input's range; default 0.15", atLeast0)
    .option('--seed <n>', 'of smooth-grad: of the noise; default 0', wholeFrom(0))
    .option('--signed', 'of smooth-grad: the mean derivative with its sign, instead of its magnitude')
    .option('--steps <n>', 'of integrated-gradients: points on the way; default: as many as --tolerance needs', count)
    .option(
      '--tolerance <share>',
      'of integrated-gradients: how far the sum may miss; default 0.01, or what 512 points give',
      atLeast0,
    )
    .option('--baseline <image>', 'of integrated-gradients: where the way begins; default: the mean image')
    .option('--layer <name>', 'of grad-cam: whose channels are weighted; default: the last with rows and columns')
    .option('--window <pixels>', "of occlusion: side of the covered square; default: a seventh of the input's", count)
    .option('--stride <pixels>', 'of occlusion: from one square to the next; default: half of the window', count)
    .hook('preAction', () => refuseOthers(command));
  addFileOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: ExplainFlags) => explainFiles(paths, flags, caller));
}

const atLeast0 = numberFrom(0);

/** Refuses the options of other methods than the one that is asked for. */
function refuseOthers(command: Command): void {
  const { method, ...flags } = command.opts<ExplainFlags>();
  const own: readonly string[] = methods[method].options;
  const other = ofOneMethod.find((name) => flags[name] !== undefined && !own.includes(name));
  if (other === undefined) return;
  const listed = own.length === 0 ? 'none of its own' : own.map((name) => `--${name}`).join(', ');
  command.error(`error: option '--${other}' is not of --method ${method}, which has ${listed}`);
}

async function explainFiles(paths: readonly string[], flags: ExplainFlags, caller: Caller): Promise<void> {
  const { explain, settingsOf, options: own, signed }: Method = methods[flags.method];
  const names = ['frame', 'score', ...own] as const;
  const given = Object.fromEntries(names.map((name) => [name, flags[name]]));
  const { baseline } = flags;
  const begin = baseline === undefined ? {} : { baseline: await readImage(baseline, imageOptions(flags)) };
  await mapsOfFiles(paths, flags, caller, {
    command: 'explain',
    label: flags.method,
    files: { baseline },
    settingsOf: (net) => ({ ...explainSettings(flags.method, given), ...settingsOf(net, given) }),
    drawing: signed || flags.signed ? { colours: 'diverging' } : undefined,
    remedy: 'cut such pictures into parts',
    async mapsOf(net, img, classes) {
      return [await explain(net, img, classes, { ...given, ...begin })].flat();
    },
  });
}
