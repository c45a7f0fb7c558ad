/** Text in the binlog is in its column's own character set, never converted. */

type DecodeText = (bytes: Buffer, start: number, end: number) => string;

const utf8: DecodeText = (bytes, start, end) => bytes.toString('utf8', start, end);

/** What MySQL's latin1 has at 0x80 to 0x9f: Windows-1252, with its five gaps as control characters. */
const LATIN1_HIGH = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Not by TextDecoder: Node 20 decodes windows-1252 as ISO 8859-1, which loses just these. */
const latin1: DecodeText = (bytes, start, end) =>
  bytes
    .toString('latin1', start, end)
    .replace(/[\x80-\x9f]/g, (high) => LATIN1_HIGH[high.charCodeAt(0) - 0x80] ?? high);

/** MySQL's name → the name in the WHATWG encoding standard. */
const ENCODINGS: Readonly<Record<string, string>> = {
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1257: 'windows-1257',
  latin2: 'iso-8859-2',
  koi8r: 'koi8-r',
  gbk: 'gbk',
  ucs2: 'utf-16be',
  utf16: 'utf-16be',
  utf16le: 'utf-16le',
};

/** How to read text of a MySQL character set; undefined for a set that is not known here. */
export function textDecoder(charset: string): DecodeText | undefined {
  if (charset === 'utf8mb4' || charset === 'utf8mb3' || charset === 'utf8' || charset === 'ascii')
    return utf8;
  if (charset === 'latin1') return latin1;
  const encoding = ENCODINGS[charset];
  if (encoding === undefined) return undefined;
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return (bytes, start, end) => decoder.decode(bytes.subarray(start, end));
}
