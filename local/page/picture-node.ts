/** One part of the picture. */

export type PartId =
  | 'schedules'
  | 'ingest-mysql'
  | 'mysql'
  | 'task'
  | 'ingest-dynamodb'
  | 'dynamodb'
  | 'stage'
  | 's3'
  | 'load'
  | 'warehouse'
  | 'reconcile';

export type PartAction = 'run' | 'pause' | 'resume' | 'stop' | 'start' | 'restart' | 'kill';

export interface PictureNode {
  readonly id: PartId;
  readonly title: string;
  /** In AWS. */
  readonly service: string;
  readonly health: 'well' | 'busy' | 'stopped' | 'failed';
  readonly state: string;
  /** Short lines for the picture; the first counts rows. */
  readonly facts: readonly string[];
  /** What it does, where the page does not know that by its id. */
  readonly about?: string;
  /** What is wrong, whole. */
  readonly problem?: string;
  readonly actions: readonly PartAction[];
  /** Grows with what passes through; the page shows a movement when it does. */
  readonly passed: number;
}
