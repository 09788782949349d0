import { growthHeader, growthLine } from './growth.js';
import { kindLines, operationLines, profileHeader, profileSummary } from './profiles.js';
import { contestantHeader, contestantLines, comparisons, summaryHeader, summaryLine } from './rows.js';
import { markdownTable } from './table.js';
import { waitsHeader, waitsLine } from './waits.js';

/** What a comparison (the file of compare.js --json) says, by the name of the section that it fills. */
export function comparisonSections(result) {
  const { run, versions, machine, rows, absent } = result;
  const peers = Object.entries(versions).map((pair) => pair.join(' '));
  const peaks = Object.entries(machine).map(
    ([threads, { flops, bandwidth }]) =>
      `${(flops / 1e9).toFixed(0)} GFLOP/s and ${(bandwidth / 1e9).toFixed(0)} GB/s from memory on ${threads} threads`,
  );
  const missing = absent.map(
    ({ name, where, reason }) => `- ${name}${where ? ` (${where})` : ''} took no part: ${reason}`,
  );
  const about = [
    `- ${run.date.slice(0, 10)}, ${run.machine}; it reached ${peaks.join(', ')}`,
    `- ${[run.versions, ...peers.filter((one) => !one.startsWith('deep-inside'))].join(', ')}`,
    ...missing,
    ...activities(rows),
  ];
  return {
    about: about.join('\n'),
    comparison: markdownTable(summaryHeader, rows.flatMap(comparisons).map(summaryLine)),
    contestants: folded(
      'Every contestant and configuration',
      markdownTable(contestantHeader, rows.flatMap(contestantLines)),
    ),
  };
}

/** Once for each net that has the paper's layers. */
function activities(rows) {
  const seen = new Map(rows.filter(({ activity }) => activity).map(({ net, activity }) => [net, activity]));
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  return [...seen].map(([net, { pool5, relu6, relu7 }]) => {
    return `- ${net}: ${percent(pool5)} of pool5, ${percent(relu6)} of fc6 and ${percent(relu7)} of fc7 are active`;
  });
}

export function growthSections({ points }) {
  return { growth: markdownTable(growthHeader, points.map(growthLine)) };
}

export function profileSections(profiles) {
  return { profiles: profiles.map(profileText).join('\n\n') };
}

/** Of one or several runs, in their order; one line for each machine and day. */
export function waitSections(results) {
  const about = results.map(({ run }) => `- ${run.date.slice(0, 10)}, ${run.machine}, ${run.device}, ${run.versions}`);
  const table = markdownTable(
    waitsHeader,
    results.flatMap(({ rows }) => rows.map(waitsLine)),
  );
  return { 'event-loop': `${[...new Set(about)].join('\n')}\n\n${table}` };
}

function profileText(profile) {
  const whole = folded('Each operation', markdownTable(profileHeader, operationLines(profile)));
  return `**${profileSummary(profile)}**\n\n${markdownTable(profileHeader, kindLines(profile))}\n\n${whole}`;
}

function folded(title, text) {
  return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}

/** A page in which what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` is replaced. */
export function withSection(page, name, text) {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no section "${begin}" ... "${end}"`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
