/** The samples of a soak as one SVG: memory above, lag below, over the same minutes. */
import type { Sample } from './samples';

const WIDTH = 900;
const PANEL_HEIGHT = 180;
const MARGIN = 60;

interface Series {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (number | undefined)[];
}

export function buildChart(samples: readonly Sample[]): string {
  const minutes = samples.map(({ atSeconds }) => atSeconds / 60);
  const panels = [
    panel('memory, MB', minutes, [
      series(
        'runtime',
        '#0b6bcb',
        samples.map(({ runtimeBytes }) => runtimeBytes / 2 ** 20),
      ),
      series(
        'engines and functions',
        '#888888',
        samples.map(({ childrenBytes }) => childrenBytes / 2 ** 20),
      ),
    ]),
    panel('lag, s', minutes, [
      series(
        'MySQL',
        '#0b6bcb',
        samples.map(({ mysqlLagSeconds }) => mysqlLagSeconds),
      ),
      series(
        'DynamoDB',
        '#c2410c',
        samples.map(({ dynamodbLagSeconds }) => dynamodbLagSeconds),
      ),
    ]),
    panel('open handles', minutes, [
      series(
        'runtime',
        '#0b6bcb',
        samples.map(({ handles }) => handles),
      ),
    ]),
  ];
  const height = panels.length * (PANEL_HEIGHT + MARGIN);
  const body = panels.map(
    (text, index) => `<g transform="translate(0 ${index * (PANEL_HEIGHT + MARGIN)})">${text}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>${body.join('')}</svg>\n`;
}

const series = (name: string, colour: string, values: readonly (number | undefined)[]): Series => ({
  name,
  colour,
  values,
});

function panel(title: string, minutes: readonly number[], lines: readonly Series[]): string {
  const top = Math.max(1, ...lines.flatMap(({ values }) => values.filter((value) => value !== undefined)));
  const right = Math.max(1, ...minutes);
  const x = (minute: number): string => (MARGIN + (minute / right) * (WIDTH - 2 * MARGIN)).toFixed(1);
  const y = (value: number): string => (30 + (1 - value / top) * (PANEL_HEIGHT - 30)).toFixed(1);
  const paths = lines.map(({ colour, values }) => {
    const points = values.flatMap((value, index) =>
      value === undefined ? [] : [`${x(minutes[index] ?? 0)},${y(value)}`],
    );
    return `<polyline fill="none" stroke="${colour}" points="${points.join(' ')}"/>`;
  });
  const legend = lines.map(
    ({ name, colour }, index) =>
      `<text x="${MARGIN + 160 + index * 180}" y="18" fill="${colour}">${name}</text>`,
  );
  const axes = [
    `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y(0)}" y2="${y(0)}" stroke="#444444"/>`,
    `<text x="${MARGIN - 8}" y="${y(top)}" text-anchor="end">${Math.round(top)}</text>`,
    `<text x="${MARGIN - 8}" y="${y(0)}" text-anchor="end">0</text>`,
    `<text x="${WIDTH - MARGIN}" y="${PANEL_HEIGHT + 18}" text-anchor="end">${right.toFixed(0)} min</text>`,
  ];
  return [`<text x="${MARGIN}" y="18" font-weight="bold">${title}</text>`, ...legend, ...axes, ...paths].join(
    '',
  );
}
