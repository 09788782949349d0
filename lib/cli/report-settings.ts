import { basename } from 'node:path';
import type { Fact } from '../gallery/data.js';
import type { Network } from '../index.js';
import type { FileFlags } from './options.js';
import type { Environment } from './record.js';
import type { Recipe } from './recorder.js';
import type { ArticlePlan } from './report-article.js';

/** How a network is called where people read. */
export function networkName({ model, architecture }: FileFlags): string {
  if (model === undefined) return 'SqueezeNet 1.1';
  return architecture === undefined ? basename(model) : `${architecture} (${basename(model)})`;
}

/** What decides what a report shows, for people. */
export function settingFacts(
  net: Network,
  plan: ArticlePlan,
  flags: FileFlags,
  { files, network }: Recipe,
  { version, node, platform, device }: Environment,
): Fact[] {
  const threads = device.threads === null ? '' : `, ${device.threads} thread${device.threads === 1 ? '' : 's'}`;
  const { methods, score, seed, classes } = plan;
  const [channels, rows, cols] = net.inputShape;
  return [
    {
      name: 'Network',
      value: flags.model === undefined ? 'SqueezeNet 1.1, which comes with deep-inside' : basename(flags.model),
    },
    { name: 'SHA-256 of its file', value: files['model']!.sha256 },
    { name: 'Input', value: `${channels} × ${rows} × ${cols}` },
    { name: 'Preprocessing', value: listed(network['preprocessing'] as object) },
    {
      name: 'Classes',
      value: typeof classes === 'number' ? bestOf(classes) : namesOf(net, classes),
    },
    { name: 'Score', value: score ?? 'class' },
    { name: 'Seed', value: String(seed) },
    ...methods.flatMap(({ title, settingsOf, options }): Fact[] => {
      const own = listed(settingsOf(net, options.includes('seed') ? { seed } : {}));
      return own === '' ? [] : [{ name: title, value: own }];
    }),
    { name: 'Device', value: `${device.name}${threads}, ${net.precision}` },
    { name: 'Software', value: `deep-inside ${version}, Node ${node}, ${device.libraries}, ${platform}` },
    { name: 'Decoder', value: `${flags.decoder ?? 'built-in'}, EXIF orientation: ${flags.orientation ?? 'ignore'}` },
  ];
}

function bestOf(top: number): string {
  return top === 1 ? 'the best of each image' : `the ${top} best of each image`;
}

function namesOf({ classes }: Network, indices: readonly number[]): string {
  return indices.map((index) => classes[index]?.name ?? `class ${index}`).join(', ');
}

/** The entries of an object, for people. */
function listed(settings: object): string {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${spaced(name)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}

/** channelOrder: channel order */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
