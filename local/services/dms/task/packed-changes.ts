/**
 * Changes of one table with a key, kept as bytes until their commit: the images in their order, and for each what becomes
 * of it. The last image of a key is the one that counts.
 */
import type { ColumnBytes } from '../../../runtime/column-bytes';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import {
  type KeyedChanges,
  ROW_FATES,
  UNFIT,
  type WaitingRows,
  type WarehouseSession,
} from '../../../runtime/ports/warehouse';
import type { RowsEvent } from '../binlog/binlog-event';
import type { RowCopier } from '../binlog/row-reader';
import { NO_UNICODE } from '../binlog/text-charset';
import { noChanges } from './change-counts';
import { LastImages } from './last-images';
import type { MappedTable } from './mapped-table';
import type { SpareColumns } from './spare-columns';
import type { TextColumns } from './text-columns';

/** Whether changes of the table can be kept so: by a key that is equal where its text is, and is never cut. */
export const isPackable = ({ key, columns }: MappedTable): boolean =>
  key.length > 0 &&
  columns.every(({ bulk }) => bulk !== undefined) &&
  key.every((index) => columns[index]?.isFloat === false && columns[index].bulk?.maxCharacters === undefined);

/** One change as it is looked at when the warehouse does not take a row of it as it is. */
export interface UnpackedChange {
  readonly operation: RowsEvent['operation'];
  /** Of the transaction that it counts in. */
  readonly position: SourcePosition;
  /** Texts of a source row; of the row as it was only the key. */
  readonly before?: (string | null)[];
  readonly after?: (string | null)[];
  /** The row as it is after it was not taken, and is the last of its key. */
  readonly isMissing: boolean;
}

interface UnpackedImage {
  readonly image: number;
  readonly texts: (string | null)[];
}

interface TakenEvent {
  /** Its first image. */
  readonly from: number;
  readonly operation: RowsEvent['operation'];
  readonly position: SourcePosition;
}

export class PackedChanges {
  readonly counts = noChanges();
  private readonly rows: TextColumns;
  /** Rows before those, which are no longer in memory. */
  private waiting: WaitingRows | undefined;
  private waitingRows = 0;
  private waitingBytes = 0;
  private fates = new Uint8Array(4096);
  private readonly lastImages = new LastImages();
  private readonly keyBytes: readonly ColumnBytes[];
  private readonly keyColumns: ReadonlySet<number>;
  private readonly events: TakenEvent[] = [];
  /** By image, those of its values that are no Unicode, which are question marks where they are kept. */
  private readonly noUnicode = new Map<number, { readonly column: number; readonly source: number }[]>();

  constructor(
    readonly table: MappedTable,
    private readonly spare: SpareColumns,
  ) {
    const { columns, key } = table;
    this.rows = spare.take(table);
    this.keyBytes = key.map((index) => this.rows.columnOf(index));
    this.keyColumns = new Set(key.map((index) => columns[index]?.sourceIndex as number));
  }

  get byteCount(): number {
    return this.memoryBytes + this.waitingBytes;
  }

  get memoryBytes(): number {
    return this.rows.byteCount;
  }

  private get rowCount(): number {
    return this.waitingRows + this.rows.rowCount;
  }

  /** Moves the rows out of memory. */
  async moveOut(session: WarehouseSession): Promise<void> {
    const { rowCount, byteCount } = this.rows;
    if (rowCount === 0) return;
    this.takeNoUnicode();
    this.waiting ??= session.openWaitingRows();
    await this.waiting.add(this.rows.finish(), rowCount);
    this.waitingRows += rowCount;
    this.waitingBytes += byteCount;
    this.rows.shrink();
  }

  /** The changes are written, or not needed any more. */
  drop(): void {
    this.waiting?.drop();
    this.spare.give(this.table, this.rows);
  }

  /** Takes all rows of an event. @returns how many */
  add(event: RowsEvent, copier: RowCopier, position: SourcePosition): number {
    const { operation, rows } = event;
    this.events.push({ from: this.rowCount, operation, position });
    let count = 0;
    try {
      for (; rows.remaining > 0; count += 1) {
        if (operation === 'insert') copier.copy(rows, event.present, this.rows);
        else {
          copier.copy(rows, event.present, this.rows, this.keyColumns);
          this.setFate(ROW_FATES.goes);
          if (operation === 'update') copier.copy(rows, event.presentAfter, this.rows);
        }
        if (operation !== 'delete') this.setFate(ROW_FATES.stays);
      }
    } catch (error) {
      this.rows.abandonRow();
      throw error;
    } finally {
      this.counts[`${operation}s`] += count;
    }
    return count;
  }

  /** Of the image that was copied last. */
  private setFate(fate: number): void {
    const image = this.rowCount - 1;
    if (image >= this.fates.length) {
      const larger = new Uint8Array(this.fates.length * 2);
      larger.set(this.fates);
      this.fates = larger;
    }
    this.fates[image] = fate;
    const before = this.lastImages.replace(this.keyBytes, image);
    if (before !== undefined)
      this.fates[before] = this.fates[before] === ROW_FATES.stays ? ROW_FATES.replaced : ROW_FATES.gone;
  }

  async finish(session: WarehouseSession): Promise<KeyedChanges> {
    const { waiting } = this;
    if (waiting !== undefined) await this.moveOut(session);
    this.takeNoUnicode();
    const { rowCount } = this.rows;
    return {
      columns: this.rows.finish(),
      key: this.table.key,
      fates: this.givenFates(),
      rowCount,
      ...(waiting === undefined ? {} : { waiting }),
    };
  }

  private takeNoUnicode(): void {
    for (const { row, ...value } of this.rows.questionNoUtf8()) {
      const image = this.waitingRows + row;
      this.noUnicode.set(image, [...(this.noUnicode.get(image) ?? []), value]);
    }
  }

  /** The key of a row that the warehouse never had takes nothing away. */
  private givenFates(): Uint8Array {
    const fates = this.fates.slice(0, this.rowCount);
    for (const [image, values] of this.noUnicode) {
      const isOfKey = values.some(({ column }) => this.table.key.includes(column));
      fates[image] = (isOfKey ? ROW_FATES.gone : (fates[image] as number)) + UNFIT;
    }
    return fates;
  }

  /** Images in their order, those that are wanted. */
  private async *images(isWanted: (image: number) => boolean): AsyncGenerator<UnpackedImage> {
    for await (const { image, texts } of this.keptImages(isWanted)) {
      for (const { source } of this.noUnicode.get(image) ?? []) texts[source] += NO_UNICODE;
      yield { image, texts };
    }
  }

  private async *keptImages(isWanted: (image: number) => boolean): AsyncGenerator<UnpackedImage> {
    if (this.waiting !== undefined)
      for await (const { firstRow, columns, rowCount } of this.waiting.read(isWanted))
        for (const { row, texts } of this.rows.rowsOf(columns, rowCount, (row) => isWanted(firstRow + row)))
          yield { image: firstRow + row, texts };
    const { waitingRows } = this;
    const { rowCount } = this.rows;
    const inMemory = this.rows.rowsOf(this.rows.finish(), rowCount, (row) => isWanted(waitingRows + row));
    for (const { row, texts } of inMemory) yield { image: waitingRows + row, texts };
  }

  /** The changes that have one of the images, in their order. */
  async *unpack(images: readonly number[]): AsyncGenerator<UnpackedChange> {
    const given = new Uint8Array(this.rowCount);
    for (const image of images) given[image] = 1;
    // An update has two images, one behind the other.
    const isWanted = (image: number): boolean =>
      given[image] === 1 || given[image - 1] === 1 || given[image + 1] === 1;
    let at = 0;
    let before: (string | null)[] | undefined;
    for await (const { image, texts } of this.images(isWanted)) {
      while (image >= (this.events[at + 1]?.from ?? Number.POSITIVE_INFINITY)) at += 1;
      const { from, operation, position } = this.events[at] as TakenEvent;
      const isMissing = given[image] === 1 && this.fates[image] === ROW_FATES.stays;
      if (operation === 'update' && (image - from) % 2 === 0) before = texts;
      else if (operation === 'update') {
        if (given[image] === 1 || given[image - 1] === 1)
          yield { operation, position, ...(before === undefined ? {} : { before }), after: texts, isMissing };
      } else if (given[image] === 1)
        yield operation === 'delete'
          ? { operation, position, before: texts, isMissing: false }
          : { operation, position, after: texts, isMissing };
    }
  }
}
