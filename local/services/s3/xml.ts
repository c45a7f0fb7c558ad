/** XML as S3 writes it, and a reader for the small documents that S3 clients send. */
import { s3Error } from './errors';

/** An element's text, or its children in order; a list repeats the element. */
export type XmlContent =
  | string
  | number
  | boolean
  | { readonly [element: string]: XmlContent | readonly XmlContent[] | undefined };

export function renderXml(root: string, content: XmlContent, options: { namespace?: boolean } = {}): string {
  const attribute = options.namespace === false ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${renderContent(content)}</${root}>`;
}

function renderContent(content: XmlContent): string {
  if (typeof content !== 'object') return escapeXml(String(content));
  let text = '';
  for (const [element, value] of Object.entries(content)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly XmlContent[]) : [value as XmlContent]) {
      text += `<${element}>${renderContent(one)}</${element}>`;
    }
  }
  return text;
}

const ENTITY_OF: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters go as numeric references, as S3 sends them; a parser would fold a bare line end. */
const escapeXml = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    /[&<>"\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g,
    (character) => ENTITY_OF[character] ?? `&#${character.charCodeAt(0)};`,
  );

export interface XmlElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const TOKEN =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/y;

/** Reads elements and text; attributes are ignored. @throws ServiceError MalformedXML */
export function parseXml(source: string): XmlElement {
  const top: XmlElement = { name: '', text: '', children: [] };
  const open: XmlElement[] = [top];
  let at = 0;
  while (at < source.length) {
    const current = open.at(-1);
    if (current === undefined) throw malformed();
    // Not by the pattern: over megabytes of text it may need more stack than there is.
    const next = source.indexOf('<', at);
    const textEnd = next === -1 ? source.length : next;
    current.text += unescapeXml(source.slice(at, textEnd));
    if (next === -1) break;
    TOKEN.lastIndex = next;
    const token = TOKEN.exec(source);
    if (token === null) throw malformed();
    at = TOKEN.lastIndex;
    const [, closing, name, , selfClosing] = token;
    if (closing === '/') {
      if (open.pop()?.name !== name || open.length === 0) throw malformed();
    } else if (name !== undefined) {
      const element: XmlElement = { name, text: '', children: [] };
      current.children.push(element);
      if (selfClosing !== '/') open.push(element);
    }
  }
  const [root] = top.children;
  if (open.length !== 1 || root === undefined || top.children.length !== 1) throw malformed();
  return root;
}

const malformed = (): Error =>
  s3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our schema.');

const CHARACTER_OF: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const MAX_CODE_POINT = 0x10ffff;

const unescapeXml = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
    if (code <= MAX_CODE_POINT) return String.fromCodePoint(code);
    return CHARACTER_OF.get(name) ?? whole;
  });

/** The text of the first child called `name`. */
export const childText = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text;
