/** Colours of a line for a person; a pipe, a file and a terminal under NO_COLOR get none. */

const CODES = { red: 31, green: 32, yellow: 33, grey: 90 } as const;
type Colour = keyof typeof CODES;

/** What a line is about, by its second word; what is not here stays as it is. */
const COLOUR_OF: Readonly<Record<string, Colour>> = {
  failed: 'red',
  denied: 'red',
  lost: 'red',
  refused: 'red',
  'dead letter': 'red',
  discarded: 'yellow',
  suspended: 'yellow',
  reconnecting: 'yellow',
  ignored: 'yellow',
  warned: 'yellow',
  up: 'grey',
  prepared: 'grey',
};

const EVENT = /^(\d\d:\d\d:\d\d) ([a-z ]{11})(?= |$)/;
const GOOD = /^every table is equal/;
const BAD = /^(?:failed:|not every table is equal|suspended:)/;

/** The same text with the codes of its colours: the time is grey, a failure red, a success green. */
export function paint(line: string): string {
  const [event, time, what] = EVENT.exec(line) ?? [];
  if (event !== undefined && time !== undefined && what !== undefined) {
    const colour = COLOUR_OF[what.trimEnd()];
    const word = colour === undefined ? what : coloured(what, colour);
    return `${coloured(time, 'grey')} ${word}${line.slice(event.length)}`;
  }
  if (GOOD.test(line)) return coloured(line, 'green');
  return BAD.test(line) ? coloured(line, 'red') : line;
}

export const coloured = (text: string, colour: Colour): string => `\u001b[${CODES[colour]}m${text}\u001b[39m`;
