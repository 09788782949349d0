import type { Network } from '../index.js';
import type { Input } from './inputs.js';
import type { Environment } from './record.js';
import type { Asked, Recipe, Recorder } from './recorder.js';
import type { ReportFlags } from './report-command.js';
import { reportRecord } from './report-file.js';
import { defaultMethods } from './report-methods.js';
import type { Listed } from './report-overview.js';
import type { ReportPlan, ReportRun } from './report-run.js';
import { keyOf } from './report-sections.js';

/** All options, with those that were left out. */
function optionsOf({ score = 'class', seed, classes, layer, models, timings }: ReportPlan, flags: ReportFlags): object {
  const { method = defaultMethods } = flags;
  const chosen = typeof classes === 'number' ? { top: classes } : { class: classes };
  return { method, score, seed, layer, classModel: models, timings, ...chosen };
}

/** Of the report before it is made. */
export function askedOf(plan: ReportPlan, flags: ReportFlags, inputs: readonly Input[]): Asked {
  return { label: '', options: optionsOf(plan, flags), images: inputs.map(({ path }) => path) };
}

/** A key of all that decides what any section shows: other models or images do not. */
export function decisionOf(recipe: Recipe, environment: Environment, { classes }: Network): string {
  const { options, files, externalFiles, network } = recipe;
  const read = [...Object.values(files), ...externalFiles].map(({ sha256 }) => sha256);
  const sorted = Object.entries(options)
    .filter(([name]) => name !== 'classModel')
    .sort(); // by name: flags come in any order
  return keyOf(sorted, read, network, classes, environment);
}

/** Nothing is recorded of a page that shows no image: there is nothing to make it from. */
export async function recordReport(
  recorder: Recorder,
  all: readonly Listed[],
  failed: ReportRun['failures'],
  plan: ReportPlan,
  flags: ReportFlags,
): Promise<void> {
  const without = new Set(failed.map(([path]) => path));
  const shown = all.filter(({ path }) => !without.has(path));
  if (shown.length === 0) return;
  await recorder.write(reportRecord(flags.out), {
    label: '',
    options: optionsOf(plan, flags),
    images: shown.map(({ photograph }) => photograph!.seen),
    failed,
    result: { files: shown.map(({ entry: { file }, photograph }) => ({ file, predictions: photograph!.predictions })) },
    outputs: { report: flags.out },
  });
}
