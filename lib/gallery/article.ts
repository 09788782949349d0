import type { Article, Guess, MapFigure, UnitFigure } from './data.js';
import { markup, type Html } from './markup.js';
import { fileName, image, nameOf, percent, took } from './parts.js';

/** All that is shown of one image. */
export function article(shown: Article): Html {
  const { id, file, size, sha256, photograph, guesses, maps, unit } = shown;
  return markup`<article class="card" id="${id}" aria-labelledby="${id}-name">
<div class="top">
<figure>
${image(photograph, `The image ${file}`)}
</figure>
<div>
<h2 id="${id}-name">${fileName(file)}</h2>
<p class="soft">${size[1]} × ${size[0]} pixels</p>
${guessTable(guesses)}
<details class="soft"><summary>SHA-256 of the file</summary><span class="hash">${sha256}</span></details>
</div>
</div>
${maps.map(({ of, figures }) => mapsOf(file, of, figures))}
${unit && unitOf(file, unit)}
<p class="back"><a href="#overview">Back to all images</a></p>
</article>
`;
}

function guessTable(guesses: readonly Guess[]): Html {
  return markup`<table class="guesses">
<caption>What the network says</caption>
<thead><tr><th scope="col">class</th><th scope="col" class="number">score</th><th scope="col" class="number">posterior</th></tr></thead>
<tbody>
${guesses.map(guessRow)}</tbody>
</table>`;
}

function guessRow(guess: Guess): Html {
  const width = (100 * guess.posterior).toFixed(2);
  return markup`<tr><th scope="row">${nameOf(guess)} <span class="soft">${guess.class}</span>
<span class="bar" style="width: ${width}%"></span></th>
<td class="number">${guess.score.toFixed(2)}</td><td class="number">${percent(guess.posterior)}</td></tr>
`;
}

function mapsOf(file: string, of: Guess, figures: readonly MapFigure[]): Html {
  return markup`<h3>What the score of “${nameOf(of)}” depends on</h3>
<div class="maps">
${figures.map((figure) => mapFigure(file, nameOf(of), figure))}</div>
`;
}

function mapFigure(file: string, name: string, { title, heat, overlay, milliseconds, note }: MapFigure): Html {
  return markup`<figure>
<div class="pair">
${image(overlay, `${title} of ${name}, laid over ${file}`)}
${image(heat, `${title} of ${name} in ${file}, the map alone`)}
</div>
<figcaption><b>${title}</b>${took(milliseconds)}${note !== null && ` · ${note}`}</figcaption>
</figure>
`;
}

function unitOf(file: string, { layer, channel, row, col, activation, pictures }: UnitFigure): Html {
  return markup`<h3>What the strongest unit of ${layer} saw</h3>
<p class="soft">Channel ${channel} at row ${row}, column ${col}, activation ${activation.toFixed(2)}: a signal of 1 was sent back from there to the image. Mid-grey is 0.</p>
<div class="units">
${pictures.map(
  ({ title, picture, zero, milliseconds }) => markup`<figure>
${image(picture, `${title}: the strongest unit of ${layer} in ${file}`)}
<figcaption><b>${title}</b>${took(milliseconds)}${zero && ' · nothing comes through, it is zero'}</figcaption>
</figure>
`,
)}</div>
`;
}
