import { argumentError, integer, knownOptions } from '../check.js';
import { callOptions, type CallOptions } from '../net/call.js';
import { demandNetwork } from '../net/demand-network.js';
import { gradientRequest, type GradientOptions, type GradientRequest } from '../net/gradient-request.js';
import { valueNamed } from '../net/layer-names.js';
import { rectified } from '../net/target.js';

export interface TopActivationsOptions extends Pick<GradientOptions, 'rule' | 'lrn'>, CallOptions {
  /** Whose units to look for, from 0; default: all of the layer. */
  readonly channels?: readonly number[];
  /** How many units of each channel; default 9, as Zeiler & Fergus show. */
  readonly count?: number;
}

export interface TopRequest extends Pick<GradientRequest, 'rule' | 'lrn'>, Pick<CallOptions, 'signal'> {
  /** The value that was named, and the one whose elements are compared: behind the ReLU, if one follows. */
  readonly value: string;
  readonly ranked: string;
  readonly channels: readonly number[];
  readonly count: number;
}

export function topRequest(
  where: string,
  net: unknown,
  images: unknown,
  layer: unknown,
  options: TopActivationsOptions,
): TopRequest {
  demandNetwork(where, net);
  if (typeof images === 'object' && images !== null && 'data' in images) {
    throw argumentError(where, 'images', 'an array of images or an async iterable', images, 'make it an array');
  }
  knownOptions(where, options, ['channels', 'count', 'rule', 'lrn', ...callOptions]);
  const { rule, lrn, signal, count = 9 } = options;
  const context = net.targetContext;
  const value = valueNamed(where, context.graph, layer);
  const channels = channelsOf(where, options.channels, context.shapes.get(value)![1]!);
  const unit = { layer, channel: channels[0] };
  const asked = gradientRequest(where, context, unit, { rule, lrn }, 'deconvnet');
  const ranked = rectified(context.graph, value);
  return {
    ...{ value, ranked, channels, signal },
    ...{ rule: asked.rule, lrn: asked.lrn, count: integer(where, 'count', count, 1) },
  };
}

function channelsOf(where: string, given: unknown, of: number): readonly number[] {
  if (given === undefined) return Array.from({ length: of }, (_, channel) => channel);
  if (!Array.isArray(given) || given.length === 0) {
    throw argumentError(where, 'channels', 'an array of at least one channel', given);
  }
  return given.map((channel, i) => integer(where, `channels[${i}]`, channel, 0, of - 1));
}
