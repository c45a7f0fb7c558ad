/** The four stacks, in the order in which they are applied. */
import type { App } from 'cdktf';
import type { Folders } from './folders';
import { NetworkStack } from './network-stack';
import { PipelineStack } from './pipeline-stack';
import type { Settings } from './settings';
import { StorageStack } from './storage-stack';
import { WarehouseStack } from './warehouse-stack';

export function addStacks(app: App, settings: Settings, folders: Folders): void {
  const network = new NetworkStack(app, settings);
  const storage = new StorageStack(app, settings, { network, folders });
  const warehouse = new WarehouseStack(app, settings, { network, storage });
  new PipelineStack(app, settings, { network, storage, warehouse, folders });
}
