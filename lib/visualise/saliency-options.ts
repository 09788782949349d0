import { argumentError, boolean, knownOptions, oneOf } from '../check.js';
import type { Batch } from '../net/batch.js';
import { callOptions, type CallOptions } from '../net/call.js';
import type { ClassArgument } from '../net/class-names.js';
import { reluRules } from '../net/gradient-request.js';
import type { Subject } from '../net/subject.js';
import { regionOf, type Region, type TenCropOptions } from '../net/ten-crops.js';
import type { ClassMapOptions } from './class-maps.js';
import { explainSettings } from './explain-each.js';
import { merges, type Merge } from './merge-crops.js';

export interface SaliencyOptions extends Partial<ClassMapOptions>, TenCropOptions, CallOptions {
  /**
   * 'input' (default): the rows and columns of the net's input, with ten crops those of the rescaled image; 'image':
   * resampled onto the image that was given.
   */
  readonly frame?: 'input' | 'image';
  /** With ten crops: each pixel's sum divided by the number of maps that cover it ('coverage', default) or by 10 ('sum'). */
  readonly merge?: Merge;
}

export interface Settings extends ClassMapOptions, Pick<CallOptions, 'signal'> {
  readonly region: Region | null;
  readonly frame: 'input' | 'image';
  readonly merge: Merge;
}

/** Maps of one image, input or batch. */
export interface Request {
  readonly subject: Subject;
  readonly batch: Batch;
  readonly cls: ClassArgument;
  /** How many images and inputs came before it. */
  readonly first: number;
  readonly settings: Settings;
}

/** Whole settings, checked for the function `where`. */
export function saliencySettings(options: SaliencyOptions, where = 'saliency'): Settings {
  knownOptions(where, options, ['frame', 'signed', 'rule', 'score', 'tenCrops', 'region', 'merge', ...callOptions]);
  const region = regionOf(where, options);
  if (region === null && options.merge !== undefined) {
    throw argumentError(where, 'merge', 'left out where tenCrops is not true', options.merge, 'add tenCrops: true');
  }
  const { merge = 'coverage', signed = false, rule = 'gradient' } = options;
  return {
    signal: options.signal,
    region,
    merge: oneOf(where, 'merge', merge, merges),
    signed: boolean(where, 'signed', signed),
    rule: oneOf(where, 'rule', rule, reluRules),
    ...explainSettings(where, options),
  };
}
