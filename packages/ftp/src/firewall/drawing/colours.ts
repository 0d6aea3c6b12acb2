const LIGHT = {
  ground: '#ffffff',
  box: '#f1f4f7',
  ink: '#1a1d21',
  dim: '#545c66',
  edge: '#8a94a0',
  control: '#0b57a4',
  data: '#9c3f0b',
  stopped: '#b3261e',
  good: '#1a6b3a',
};

const DARK: typeof LIGHT = {
  ground: '#14171b',
  box: '#20262c',
  ink: '#e7eaed',
  dim: '#a9b2bc',
  edge: '#6b7681',
  control: '#84bbff',
  data: '#ffb583',
  stopped: '#ff938a',
  good: '#82dca6',
};

/** As properties of CSS, for whoever looks at it in light or in dark. */
export function colourRules(selector: string): string {
  const rule = (colours: typeof LIGHT): string =>
    `${selector}{${Object.entries(colours)
      .map(([name, value]) => `--${name}:${value}`)
      .join(';')}}`;
  return `${rule(LIGHT)}@media (prefers-color-scheme:dark){${rule(DARK)}}`;
}
