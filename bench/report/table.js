/** The same rows for a terminal and for a page: strings are words and lie left, numbers are numbers and lie right. */

/** Lines of columns that are as wide as their widest cell. */
export function textTable(header, rows) {
  const all = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const lefts = header.map((_, i) => isText(rows, i));
  const line = (row) => row.map((cell, i) => (lefts[i] ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return all.map((row) => line(row).trimEnd()).join('\n');
}

export function markdownTable(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, i) => (isText(rows, i) ? '---' : '---:'));
  return [header, rule, ...rows].map(line).join('\n');
}

/** Whether a column holds words: its first cell does not begin with a digit or a dash that stands for no number. */
function isText(rows, column) {
  return rows.some((row) => /^[^\d–-]/.test(String(row[column])));
}
