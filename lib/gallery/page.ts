import type { Head, Tail } from './data.js';
import { markup, Html } from './markup.js';
import { methodSection, overview, problemList, reading, settingSection, timingSection } from './sections.js';
import { style } from './style.js';

/** Nothing is fetched and nothing runs, whatever a page holds. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * A page is its head, the article of each image, perhaps class models, and its tail, one after the other, so that it can be written as it is
 * made: a browser shows what there is of a page that ends early, which then says so.
 */
export function pageHead({ title, date, entries, legends }: Head): Html {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="generator" content="deep-inside" />
<title>${title}</title>
<link rel="icon" href="data:," />
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">${date !== null && `${date} · `}<a href="#methods">methods</a> · <a href="#settings">settings</a>${date !== null && markup` · <a href="#timings">timings</a>`}</p>
<div class="alert unfinished"><p>This report ends early: the command that makes it is still running, or was stopped. The same command with --resume goes on.</p></div>
${problemList(entries.flatMap(({ problem }) => problem ?? []))}
</header>
<main>
${overview(entries)}
${reading(legends)}
`;
}

export function pageTail({ problems, methods, settings, timings }: Tail): Html {
  return markup`${problemList(problems)}
${methodSection(methods)}
${settingSection(settings)}
${timings && timingSection(timings)}
</main>
<footer id="end"><p class="soft">Made by deep-inside, after Simonyan, Vedaldi and Zisserman 2013, <cite>Deep Inside Convolutional Networks</cite>. This file needs no network and runs no script.</p></footer>
</body>
</html>
`;
}
