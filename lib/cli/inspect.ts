import type { Command } from 'commander';
import type { LayerDescription, Network, Preprocessing } from '../index.js';
import { withNetwork } from './network.js';
import { addNetworkOptions, addPrintingOptions, type NetworkFlags, type PrintingFlags } from './options.js';
import { print, printJson } from './report.js';
import { table } from './table.js';
import { visible } from './visible.js';

interface InspectFlags extends NetworkFlags, PrintingFlags {}

const examples = `
Examples:
  deep-inside inspect
  deep-inside inspect googlenet.onnx --names imagenet
  deep-inside inspect --architecture vgg16 --json`;

export function addInspect(program: Command): void {
  const command = program
    .command('inspect')
    .summary('the layers of a network')
    .description('Prints the layers of a network with their sizes, its preprocessing and its classes.')
    .argument('[model]', 'ONNX or safetensors; default: the SqueezeNet 1.1 in the box');
  addPrintingOptions(addNetworkOptions(command))
    .addHelpText('after', examples)
    .action((model: string | undefined, flags: InspectFlags) =>
      withNetwork({ ...flags, model }, async (net) => (flags.json ? printJson(facts(net)) : printNetwork(net))),
    );
}

function facts(net: Network) {
  const { inputShape, layers, classes, preprocessing } = net;
  return {
    inputShape,
    preprocessing: preprocessing && withoutMeanImage(preprocessing),
    ...totals(layers),
    layers,
    classes,
  };
}

/** A mean image is told by its shape. */
function withoutMeanImage(preprocessing: Preprocessing) {
  const { mean } = preprocessing;
  return { ...preprocessing, mean: 'data' in mean ? { shape: mean.shape } : mean };
}

function totals(layers: readonly LayerDescription[]): { parameters: number; flops: number } {
  const sum = (key: 'parameters' | 'flops') => layers.reduce((total, layer) => total + layer[key], 0);
  return { parameters: sum('parameters'), flops: sum('flops') };
}

function printNetwork(net: Network): void {
  const { parameters, flops } = totals(net.layers);
  const rows = net.layers.map((layer) => [
    layer.name,
    layer.op,
    layer.shape.join(' x '),
    grouped(layer.parameters),
    grouped(layer.flops),
  ]);
  const all = [...rows, ['total', '', '', grouped(parameters), grouped(flops)]];
  print(table(['layer', 'op', 'output', 'parameters', 'FLOPs'], all, 'left left left right right'));
  print('FLOPs: of the forward pass for one image, a multiply-add counted as two');
  print(`input: ${net.inputShape.join(' x ')}`);
  print(`preprocessing: ${net.preprocessing ? inWords(net.preprocessing) : 'none stated; --preprocessing gives it'}`);
  print(`classes: ${net.classes.length}${visible(exampleNames(net))}`);
}

function inWords({ channelOrder, range, mean, std, resize, filter, crop, size }: Preprocessing): string {
  const scaled = 'shortSide' in resize ? `shorter side ${resize.shortSide}` : `${resize.rows} x ${resize.cols}`;
  const subtracted = 'data' in mean ? 'a mean image' : mean.join(' ');
  const cropped = crop === 'centre' ? `, centre ${size.join(' x ')}` : '';
  return `${scaled} (${filter})${cropped}, ${channelOrder} 0-${range}, minus ${subtracted}, divided by ${std.join(' ')}`;
}

function exampleNames({ classes }: Network): string {
  const named = classes.flatMap(({ name, wnid }, i) =>
    (name ?? wnid) ? [`${i} ${[name, wnid].filter(Boolean).join(' ')}`] : [],
  );
  if (named.length === 0) return ', without names; --names gives them';
  return named.length > 3 ? ` (${named[0]}, ${named[1]}, ... ${named.at(-1)})` : ` (${named.join(', ')})`;
}

function grouped(n: number): string {
  return n === 0 ? '-' : n.toLocaleString('en-GB');
}
