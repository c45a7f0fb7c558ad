import fc from 'fast-check';
import { holdsText, quoted } from '../../../pipeline/values/text';

const anyText = fc.string({ unit: 'binary', maxLength: 100 });

it('a quoted text is the JSON of it', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.string({ maxLength: 100 })), (text) => {
      expect(quoted(text)).toBe(JSON.stringify(text));
    }),
  );
});

it.each([
  ['', true],
  ['ä€😀', true],
  ['a\0b', false],
  ['\ud83d', false],
  ['\ude00\ud83d', false],
  ['x'.repeat(65_535), true],
  ['x'.repeat(65_536), false],
  ['€'.repeat(21_845), true],
  ['€'.repeat(21_846), false],
])('a text that the warehouse can hold: %#', (text, isHeld) => {
  expect(holdsText(text)).toBe(isHeld);
});
