/** Lines of text as bytes of UTF-8, each written once: a delivery's lines as strings would be copied at every collection. */
export class LineBuffer {
  private bytes: Buffer;
  private length = 0;

  /** `expectedBytes` saves copies; more than that fit. */
  constructor(expectedBytes = 64 * 1024) {
    this.bytes = Buffer.allocUnsafeSlow(expectedBytes);
  }

  get byteLength(): number {
    return this.length;
  }

  /** Adds a line that has no line break yet. */
  add(line: string): void {
    this.reserve(3 * line.length + 1);
    this.length += this.bytes.write(line, this.length, 'utf8');
    this.bytes[this.length++] = 0x0a;
  }

  /** What was added. Valid until the next line is. */
  content(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.length + more));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
