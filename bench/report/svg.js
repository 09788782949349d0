/** Scalable vector graphics as text: the few shapes that the plots need. */

export function rectangle(x, y, width, height, fill) {
  return `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" fill="${fill}"/>`;
}

export function line(x1, y1, x2, y2, { stroke = '#999', dash = '' } = {}) {
  const ends = `x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"`;
  return `<line ${ends} stroke="${stroke}"${dash && ` stroke-dasharray="${dash}"`}/>`;
}

export function polyline(points, stroke) {
  const path = points.map(([x, y]) => `${fixed(x)},${fixed(y)}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="2"/>`;
}

export function circle(x, y, fill) {
  return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="3" fill="${fill}"/>`;
}

/** anchor: start, middle or end. */
export function label(x, y, text, { anchor = 'start', weight = 'normal', fill = '#222' } = {}) {
  const style = `text-anchor="${anchor}" font-weight="${weight}" fill="${fill}"`;
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${style}>${escaped(text)}</text>`;
}

export function picture(width, height, title, shapes) {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const font = 'font-family="sans-serif" font-size="12"';
  const ground = rectangle(0, 0, width, height, '#fff');
  return `${head} ${font}>\n<title>${escaped(title)}</title>\n${[ground, ...shapes].join('\n')}\n</svg>\n`;
}

function escaped(text) {
  return String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function fixed(value) {
  return Number(value.toFixed(2));
}
