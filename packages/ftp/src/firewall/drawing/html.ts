import type { Timeline } from '../rules/index.js';
import { colourRules } from './colours.js';
import {
  CONNECTION_NAMES,
  type Note,
  type Rung,
  conclusionParts,
  endsOf,
  fateOf,
  portText,
  rungsOf,
  verdictOf,
} from './ladder.js';
import { element, escapeMarkup } from './markup.js';
import { SVG_RULES, drawPicture } from './svg.js';

const WIDE = 860;
const NARROW = 366;

const RULES = `${colourRules(':root')}${SVG_RULES}
:root{color-scheme:light dark}
body{margin:0 auto;max-width:1320px;padding:16px 12px 40px;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}
h1{font-size:1rem;margin:0;color:var(--dim)}h2{font-size:1.4rem;margin:.3em 0 0}h3{font-size:1.1rem;margin:1.4em 0 .3em}article+article{margin-top:48px;border-top:1px solid var(--edge);padding-top:24px}
p{margin:.2em 0}section p,section ul{max-width:46em}.steps h3{margin-top:.6em}
.works{color:var(--good);}.fails{color:var(--stopped)}
figure{margin:16px 0 0}svg{display:block;width:100%;height:auto;max-width:900px}
.wide{display:none}
ol,ul{padding-left:1.4em;margin:0}li{margin:.5em 0;overflow-wrap:anywhere}li li{margin:.1em 0}
code{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;font-weight:700}
.control{color:var(--control)}.data{color:var(--data)}.stopped{color:var(--stopped);font-weight:700}small{color:var(--dim);font-size:.875rem}
@media (min-width:760px){.wide{display:block}.narrow{display:none}}
@media (max-width:759px){svg{max-width:520px;margin:0 auto}}
@media (min-width:1200px){article{display:grid;grid-template-rows:auto auto 1fr;grid-template-columns:minmax(0,860px) minmax(300px,1fr);gap:0 32px;align-items:start}header{grid-column:1/-1}.steps{grid-column:2;grid-row:2/span 2}}
`;

const DOES: Readonly<Record<Note['kind'], string>> = {
  passed: 'lets it through',
  rewritten: 'changes it',
  stopped: 'stops it',
  remark: 'remarks',
};

/** Timelines as a page that needs nothing else: each as a picture, and the same in words beside it. */
export function drawHtml(timelines: readonly Timeline[]): string {
  const titles = timelines.map(({ title, conclusion }) => `${title}: ${verdictOf(conclusion)}`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(titles.join('; '))}</title>
<style>${RULES}</style>
</head>
<body>
<h1>FTP’s two connections</h1>
<main>
${timelines.map(article).join('\n')}
</main>
</body>
</html>
`;
}

function article(timeline: Timeline): string {
  const { title, conclusion, tls } = timeline;
  const verdict = element('strong', { class: fateOf(conclusion) }, escapeMarkup(verdictOf(conclusion)));
  const steps = rungsOf(timeline).map((rung) => stepItem(timeline, rung));
  return `<article>
<header><h2>${escapeMarkup(title)}</h2>
<p>${verdict}; commands ${tls ? 'encrypted' : 'in clear'}</p></header>
<figure>
<div class="wide">${drawPicture(timeline, WIDE)}</div>
<div class="narrow">${drawPicture(timeline, NARROW)}</div>
</figure>
<section class="steps"><h3>Step by step</h3>
<ol>
${steps.join('\n')}
</ol></section>
<div>${conclusionParts(conclusion).map(section).join('\n')}</div>
</article>`;
}

function section([name, lines]: readonly [string, readonly string[]]): string {
  const [only, ...more] = lines.map(escapeMarkup);
  const body =
    more.length === 0
      ? `<p>${only ?? ''}</p>`
      : element('ul', {}, [only ?? '', ...more].map((line) => `<li>${line}</li>`).join(''));
  return `<section><h3>${name}</h3>${body}</section>`;
}

function stepItem({ places }: Timeline, { step, clock, notes }: Rung): string {
  const { connection, towards, text, words, arrived } = step;
  const { client, server } = endsOf(step);
  const way =
    towards === 'server'
      ? `client ${portText(client)} to server ${portText(server)}`
      : `server ${portText(server)} to client ${portText(client)}`;
  const fate = arrived ? '' : '; does not arrive';
  const said = notes.map(({ place, kind, text: note }) =>
    element(
      'li',
      kind === 'stopped' ? { class: 'stopped' } : {},
      escapeMarkup(`${places[place]?.name ?? ''} ${DOES[kind]}: ${note}`),
    ),
  );
  return `<li value="${step.number}"><code class="${connection}">${escapeMarkup(text)}</code>: ${escapeMarkup(words)}<br><small>${escapeMarkup(
    `${CONNECTION_NAMES[connection]} connection, ${way}${fate} ${clock}`,
  )}</small>${said.length === 0 ? '' : element('ul', {}, said.join(''))}</li>`;
}
