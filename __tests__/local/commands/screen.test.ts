import { Screen, type ScreenStream } from '../../../local/commands/screen';

const EQUAL = 'every table is equal; the next ingest is at 20:53:31';
const FAILED =
  '20:48:33 failed      cdc-dev-ingest-txns    txns.csv is not in the bucket: someone has deleted it; next: retry';

/** A stream that keeps what it gets. */
class Kept implements ScreenStream {
  text = '';
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
    private readonly colours = false,
  ) {}
  readonly hasColors = (): boolean => this.colours;
  readonly write = (text: string): void => {
    this.text += text;
  };
  /** What a person sees in the end: what was cleared is gone. */
  get shown(): string {
    return this.text
      .split('\n')
      .map((line) => line.split('\r\u001b[K').at(-1))
      .join('\n');
  }
}

describe('a pipe', () => {
  it('gets the lines as they are, without colours, and no status', () => {
    const stream = new Kept(false, 80, true);
    const screen = new Screen(stream);
    screen.show(() => 'running');
    for (const line of [FAILED, EQUAL]) screen.print(line);
    screen.close();
    expect(stream.text).toBe(`${FAILED}\n${EQUAL}\n`);
  });
});

describe('a terminal', () => {
  it('has one line below all others that says what goes on, and nothing of it in the end', () => {
    const stream = new Kept(true);
    const screen = new Screen(stream);
    let status = 'starting';
    screen.show(() => status);
    expect(stream.shown).toMatch(/^. starting$/);
    screen.print('up in 9.0 s');
    expect(stream.shown).toMatch(/^up in 9\.0 s\n. starting$/);
    status = 'running';
    screen.print(EQUAL);
    expect(stream.shown).toMatch(/^up in 9\.0 s\nevery table.*\n. running$/);
    screen.close();
    expect(stream.shown).toBe(`up in 9.0 s\n${EQUAL}\n`);
  });

  it('cuts the line below to its width, which would leave parts of it behind when it wraps', () => {
    const stream = new Kept(true, 30);
    const screen = new Screen(stream);
    screen.show(() => 'x'.repeat(100));
    expect(stream.shown).toHaveLength(29);
    screen.close();
  });

  it.each([80, 100])(
    'of %d columns shows the whole of a long event, its details below each other',
    (columns) => {
      const stream = new Kept(true, columns);
      new Screen(stream).print(FAILED);
      const lines = stream.text.trimEnd().split('\n');
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      for (const line of lines.slice(1)) expect(line).toMatch(/^ {44}\S/);
      expect(lines.map((line, index) => (index === 0 ? line : line.trimStart())).join(' ')).toBe(FAILED);
    },
  );

  it('leaves a word that is longer than a line, and the lines of a table, to the terminal', () => {
    const path = `20:48:33 dead letter trades                 /${'long/'.repeat(40)}`;
    const row = `dynamodb.trades  ${'a '.repeat(60)}`;
    const stream = new Kept(true);
    const screen = new Screen(stream);
    screen.print(path);
    screen.print(row);
    expect(stream.text).toBe(`${path}\n${row}\n`);
  });

  it('that has colours shows a failure in red, a success in green and the time in grey; under NO_COLOR nothing', () => {
    const stream = new Kept(true, 200, true);
    const screen = new Screen(stream);
    screen.print(FAILED);
    screen.print(EQUAL);
    const [failed, equal] = stream.text.split('\n');
    expect(failed?.startsWith('\u001b[90m20:48:33\u001b[39m \u001b[31mfailed     \u001b[39m cdc-dev')).toBe(
      true,
    );
    expect(equal).toBe(`\u001b[32m${EQUAL}\u001b[39m`);

    const plain = new Kept(true, 200, false);
    new Screen(plain).print(FAILED);
    expect(plain.text).toBe(`${FAILED}\n`);
  });
});
