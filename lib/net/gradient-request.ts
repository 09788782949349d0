import { knownOptions, oneOf } from '../check.js';
import type { ReluRule } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import type { Graph } from '../formats/graph.js';
import type { BackwardRules, LrnRule } from '../layers/layer.js';
import { scoredGraph, scores, type Score } from './edit-graph.js';
import { valueNamed } from './layer-names.js';
import { resolveTarget, type ResolvedTarget, type TargetContext } from './target.js';

export type { LrnRule };

export const reluRules: readonly ReluRule[] = ['gradient', 'deconvnet', 'guided'];
export const lrnRules: readonly LrnRule[] = ['gradient', 'identity'];

export interface GradientOptions {
  /** How each ReLU from the target downwards passes the signal back; default 'gradient'. */
  readonly rule?: ReluRule;
  /**
   * How LRN passes it back: by its derivative (default; "apart from the ReLU layer", Sect. 4), or 'identity', as if it
   * were not there, which Zeiler & Fergus do. Without effect in networks that have none.
   */
  readonly lrn?: LrnRule;
  /** The layer with respect to which to differentiate; default the input. */
  readonly to?: string;
  /** For class targets: S_c (default), P_c, or S_c before a ReLU that follows the last weights. */
  readonly score?: Score;
}

export const gradientOptions = ['rule', 'lrn', 'to', 'score'];

/** A backward pass that was asked for, with its names looked up. */
export interface GradientRequest extends BackwardRules {
  readonly target: ResolvedTarget;
  /** The value's name. */
  readonly to: string;
  readonly score: Score;
}

/**
 * What `target` and the options ask for; `defaultRule` is that of the function that was called.
 *
 * @param others  options that the function has beside these
 */
export function gradientRequest(
  where: string,
  context: TargetContext,
  target: unknown,
  options: GradientOptions,
  defaultRule: ReluRule,
  others: readonly string[] = [],
): GradientRequest {
  knownOptions(where, options, [...gradientOptions, ...others]);
  const { rule = defaultRule, lrn = 'gradient', score = 'class', to = context.graph.input.name } = options;
  const request = {
    rule: oneOf(where, 'rule', rule, reluRules),
    lrn: oneOf(where, 'lrn', lrn, lrnRules),
    score: oneOf(where, 'score', score, scores),
    to: valueNamed(where, context.graph, to),
    target: resolveTarget(where, context, target),
  };
  if (request.target.ofClasses) {
    const { graph, scored } = scoredGraph(context.graph, request.score);
    checkDependence(where, graph, scored, request.to, 'the score');
    return request;
  }
  demandNoScore(where, request.score);
  const value = valueNamed(where, context.graph, (target as { layer: unknown }).layer);
  checkDependence(where, context.graph, value, request.to, `"${value}"`);
  return request;
}

/** Refuses a choice of score for a target in a layer. */
export function demandNoScore(where: string, score: Score): void {
  if (score === 'class') return;
  const message = `${where}: score must be left out for a target in a layer, got "${score}"`;
  throw new DeepInsideError('ERR_ARGUMENT', message);
}

/** Refuses a value `to` on which another, `from`, does not depend; `name` is what the caller knows that one by. */
export function checkDependence(where: string, graph: Graph, from: string, to: string, name: string): void {
  if (leadingTo(graph, from).has(to)) return;
  const message = `${where}: the target must depend on "${to}", but ${name} does not; name a layer before it`;
  throw new DeepInsideError('ERR_ARGUMENT', message);
}

/** A value and all on which it depends. */
export function leadingTo({ nodes }: Graph, value: string): ReadonlySet<string> {
  const leading = new Set([value]);
  for (const { inputs, output } of [...nodes].reverse()) {
    if (leading.has(output)) for (const input of inputs) leading.add(input);
  }
  return leading;
}
