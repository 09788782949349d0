import type { ClassModel } from '../index.js';
import type { Job } from './class-model-jobs.js';
import type { PrintingFlags } from './options.js';
import { indented } from './table.js';
import { visible } from './visible.js';

/** What is told of a model. */
export function summaryOf({ class: index, name, wnid, target, seed, ...rest }: ClassModel) {
  const { score, scoreOfImage, posterior, norm, stationarity, zero } = rest;
  return { class: index, name, wnid, target, seed, score, scoreOfImage, posterior, norm, stationarity, zero };
}

export function modelText(
  { label, files: { record } }: Job,
  summary: ReturnType<typeof summaryOf>,
  outputs: readonly string[],
  { json }: PrintingFlags,
): string {
  if (json) return JSON.stringify({ ...summary, outputs, records: [record] });
  const { name, score, scoreOfImage, posterior, norm, stationarity } = summary;
  const facts = [
    `score ${score.toFixed(3)}`,
    `of the picture ${scoreOfImage.toFixed(3)}`,
    posterior !== null && `posterior ${posterior.toFixed(4)}`,
    `norm ${norm.toFixed(1)}`,
    stationarity !== null && `stationarity ${stationarity.toFixed(3)}`,
  ];
  return [
    visible(`${label}${name === null ? '' : `  ${name}`}`),
    indented(facts.filter(Boolean).join('  ')),
    `  -> ${outputs.map(visible).join('  ')}`,
  ].join('\n');
}
