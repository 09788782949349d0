import { argumentError, integer, knownOptions, oneOf } from '../check.js';
import type { ReluRule } from '../device/index.js';
import { callOptions, type CallOptions } from '../net/call.js';
import { scores, type Score } from '../net/edit-graph.js';
import { reluRules } from '../net/gradient-request.js';
import { redraws, type Redraw } from './redrawn-weights.js';

/** Which layers have other weights at a step: this one and all above it, or this one alone. */
export type RandomisationOrder = 'cascading' | 'independent';
const orders: readonly RandomisationOrder[] = ['cascading', 'independent'];

export interface RandomisationOptions extends CallOptions {
  /** 'cascading' (default): each layer and all above it, from the top downwards; 'independent': each layer alone. */
  readonly order?: RandomisationOrder;
  /** Kinds of maps, by how each ReLU passes the signal back; default 'gradient' and 'guided'. */
  readonly rules?: readonly ReluRule[];
  /** 'initial' (default): as before training; 'permuted': a layer's own weights in an order by lot. */
  readonly redraw?: Redraw;
  /** An integer from 0 to 2^32 - 1; default 0. */
  readonly seed?: number;
  /** Whose maps they are; default 'unclipped': redrawn, a score behind a ReLU may be 0, and its map with it. */
  readonly score?: Score;
}

export type RandomisationSettings = Required<Omit<RandomisationOptions, keyof CallOptions>> &
  Pick<CallOptions, 'signal'>;

export function randomisationSettings(where: string, options: RandomisationOptions): RandomisationSettings {
  knownOptions(where, options, ['order', 'rules', 'redraw', 'seed', 'score', ...callOptions]);
  const { order = 'cascading', rules = ['gradient', 'guided'], redraw = 'initial', seed = 0 } = options;
  const { score = 'unclipped', signal } = options;
  if (!Array.isArray(rules) || rules.length === 0) {
    throw argumentError(where, 'rules', "an array of at least one of 'gradient', 'guided', 'deconvnet'", rules);
  }
  return {
    order: oneOf(where, 'order', order, orders),
    rules: [...new Set(rules.map((rule, i) => oneOf(where, `rules[${i}]`, rule, reluRules)))],
    redraw: oneOf(where, 'redraw', redraw, redraws),
    seed: integer(where, 'seed', seed, 0, 2 ** 32 - 1),
    score: oneOf(where, 'score', score, scores),
    signal,
  };
}
