/**
 * The lines of a long command. At a terminal they have colours and fit its width, and one line below them says what goes
 * on; anywhere else they are the plain lines that a file should have.
 */
import { coloured, paint } from './paint';
import { DETAILS_AT, STARTS_WITH_CLOCK } from './report-line';

/** What of `process.stdout` or `process.stderr` is used; a pipe has no more than `write`. */
export interface ScreenStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** False under NO_COLOR and on a terminal that cannot. */
  hasColors?(): boolean;
  write(text: string): unknown;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 200;
const TO_LINE_START_AND_CLEAR = '\r\u001b[K';
const NARROWEST = 60;

export class Screen {
  private status: (() => string) | undefined;
  private isDrawn = false;
  private frame = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly stream: ScreenStream) {}

  private get isTerminal(): boolean {
    return this.stream.isTTY === true;
  }

  private get hasColours(): boolean {
    return this.isTerminal && this.stream.hasColors?.() === true;
  }

  /** A line, or several, that stays. */
  readonly print = (text: string): void => {
    this.erase();
    for (const line of text.split('\n')) {
      const fitted = this.isTerminal ? wrap(line, this.stream.columns) : line;
      this.stream.write(`${this.hasColours ? paint(fitted) : fitted}\n`);
    }
    this.draw();
  };

  /** From now on the line below says this, asked again several times a second; nothing of it goes to a pipe. */
  show(status: () => string): void {
    if (!this.isTerminal) return;
    this.status = status;
    this.timer ??= setInterval(() => {
      this.frame += 1;
      this.erase();
      this.draw();
    }, REDRAW_MS).unref();
    this.draw();
  }

  /** Takes the line below away. */
  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.erase();
    this.status = undefined;
  }

  private erase(): void {
    if (this.isDrawn) this.stream.write(TO_LINE_START_AND_CLEAR);
    this.isDrawn = false;
  }

  private draw(): void {
    if (this.status === undefined || this.isDrawn) return;
    // One column stays free: some terminals go to the next line as soon as the last one is written.
    const text = cut(
      `${FRAMES[this.frame % FRAMES.length]} ${this.status()}`,
      (this.stream.columns ?? 80) - 1,
    );
    this.stream.write(this.hasColours ? coloured(text, 'grey') : text);
    this.isDrawn = true;
  }
}

/** An event whose details are too long goes on below them; other lines, such as those of a table, are the terminal's. */
function wrap(line: string, columns = 80): string {
  if (columns < NARROWEST || line.length <= columns || !STARTS_WITH_CLOCK.test(line)) return line;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const space = rest.lastIndexOf(' ', columns);
    if (space <= DETAILS_AT) break;
    lines.push(rest.slice(0, space).trimEnd());
    rest = ' '.repeat(DETAILS_AT) + rest.slice(space + 1);
  }
  return [...lines, rest].join('\n');
}

const cut = (text: string, columns: number): string =>
  [...text].length <= columns ? text : `${[...text].slice(0, Math.max(0, columns - 1)).join('')}…`;
