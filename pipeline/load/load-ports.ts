import type { DataApi } from '../warehouse/data-api';
import type { BatchStore } from './batch-store';
import type { CommitOptions } from './commit-batch';

/** What a load works with. */
export interface LoadPorts {
  readonly dataApi: DataApi;
  readonly store: BatchStore;
  readonly commit: Omit<CommitOptions, 'bucket'>;
}
