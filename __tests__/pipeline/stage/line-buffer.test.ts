import fc from 'fast-check';
import { LineBuffer } from '../../../pipeline/stage/line-buffer';

it('holds the UTF-8 of each line, whatever it was made for', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 50 }), fc.nat(300), (lines, expectedBytes) => {
      const buffer = new LineBuffer(expectedBytes);
      for (const one of lines) buffer.add(one);
      const text = lines.map((one) => `${one}\n`).join('');
      expect(buffer.content().equals(Buffer.from(text))).toBe(true);
      expect(buffer.byteLength).toBe(Buffer.byteLength(text));
    }),
  );
});
