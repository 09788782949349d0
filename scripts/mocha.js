/**
 * Arguments for Node that run these test files, in that process: a child of mocha's, which --node-option asks for, is
 * more than a sanitizer or a time limit should have to follow.
 */
export function mochaArguments(...specs) {
  const node = ['--expose-gc', '--enable-source-maps', 'node_modules/mocha/bin/mocha.js', '--no-config'];
  return [...node, '--reporter', 'build/test/support/summary.js', '--timeout', '120000', ...specs];
}

/** What the last line of a test run, "N passed, N failed, N skipped", says; null where there is none. */
export function countsIn(text) {
  const counts = [...text.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  if (!counts) return null;
  const [passed, failed, skipped] = counts.slice(1).map(Number);
  return { passed, failed, skipped };
}

/** The sum of several such counts, as that line. */
export function closingLine(all) {
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`;
}
