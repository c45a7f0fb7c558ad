/** What analysts get: views in a schema of their own, which set-up makes while this group is there. */
import { group } from './values';

export const BI_SETTINGS = group({});
