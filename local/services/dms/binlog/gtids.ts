/**
 * Transactions that were read, by the names that they have on every server: for MySQL intervals of numbers for each server
 * that wrote (`uuid:1-20:23`), for MariaDB the last one of each domain (`0-1-20`), before which all of the domain are.
 */

type Interval = readonly [first: bigint, last: bigint];

const MARIADB_GTID = /^(\d+)-\d+-(\d+)$/;
const MYSQL_SOURCE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})((?::\d+(?:-\d+)?)+)$/i;

export class Gtids {
  private readonly intervals = new Map<string, Interval[]>();
  private readonly domains = new Map<string, { readonly gtid: string; readonly sequence: bigint }>();

  /** @returns undefined for what is not understood: tags (MySQL 8.3 and later), or a single name of an earlier version */
  static parse(text: string): Gtids | undefined {
    const gtids = new Gtids();
    const parts = text.split(',').map((part) => part.trim());
    for (const part of parts.filter((one) => one !== '')) if (!gtids.addPart(part)) return undefined;
    return gtids.startsInside ? undefined : gtids;
  }

  /** One transaction. @returns false for a name that is not understood */
  add(gtid: string): boolean {
    return this.addPart(gtid);
  }

  /** Whose names they are; undefined for none at all. */
  get dialect(): 'mysql' | 'mariadb' | undefined {
    if (this.intervals.size > 0) return 'mysql';
    return this.domains.size > 0 ? 'mariadb' : undefined;
  }

  /** Whether all of `other` are here too. */
  has(other: Gtids): boolean {
    const hasInterval = (source: string, [first, last]: Interval): boolean =>
      (this.intervals.get(source) ?? []).some(([from, to]) => from <= first && last <= to);
    return (
      [...other.intervals].every(([source, all]) => all.every((one) => hasInterval(source, one))) &&
      [...other.domains].every(
        ([domain, { sequence }]) => (this.domains.get(domain)?.sequence ?? -1n) >= sequence,
      )
    );
  }

  /** As the servers write it. */
  toString(): string {
    const sources = [...this.intervals].map(
      ([source, all]) => `${source}:${all.map(intervalText).join(':')}`,
    );
    return [...sources, ...[...this.domains.values()].map(({ gtid }) => gtid)].join(',');
  }

  /** MySQL's COM_BINLOG_DUMP_GTID has it so: counts and bounds of 8 bytes, the last bound behind the interval. */
  toBytes(): Buffer {
    const number = (value: bigint | number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes;
    };
    const sources = [...this.intervals].map(([source, all]) => [
      Buffer.from(source.replaceAll('-', ''), 'hex'),
      number(all.length),
      ...all.flatMap(([first, last]) => [number(first), number(last + 1n)]),
    ]);
    return Buffer.concat([number(sources.length), ...sources.flat()]);
  }

  /** A server counts from 1; an earlier version of this project wrote down the last transaction only. */
  private get startsInside(): boolean {
    const [only, ...others] = this.intervals.values();
    const [interval, ...more] = only ?? [];
    if (interval === undefined || others.length > 0 || more.length > 0) return false;
    return interval[0] === interval[1] && interval[0] > 1n;
  }

  private addPart(part: string): boolean {
    const domain = MARIADB_GTID.exec(part);
    if (domain !== null) {
      this.domains.set(domain[1] as string, { gtid: part, sequence: BigInt(domain[2] as string) });
      return true;
    }
    const [, source, intervals] = MYSQL_SOURCE.exec(part) ?? [];
    if (source === undefined || intervals === undefined) return false;
    for (const interval of intervals.slice(1).split(':')) {
      const [first = '', last = first] = interval.split('-');
      this.addInterval(source.toLowerCase(), [BigInt(first), BigInt(last)]);
    }
    return true;
  }

  private addInterval(source: string, [first, last]: Interval): void {
    const all = this.intervals.get(source) ?? [];
    const newest = all.at(-1);
    // Nearly always the next one.
    if (newest !== undefined && newest[1] + 1n === first) all[all.length - 1] = [newest[0], last];
    else {
      const touches = ([from, to]: Interval): boolean => from <= last + 1n && first <= to + 1n;
      const joined = [...all.filter(touches), [first, last] as const];
      const from = joined.reduce((least, [one]) => (one < least ? one : least), first);
      const to = joined.reduce((most, [, one]) => (one > most ? one : most), last);
      const rest = all.filter((one) => !touches(one));
      all.splice(0, all.length, ...rest, [from, to]);
      all.sort(([one], [other]) => (one < other ? -1 : 1));
    }
    this.intervals.set(source, all);
  }
}

const intervalText = ([first, last]: Interval): string => (first === last ? `${first}` : `${first}-${last}`);
